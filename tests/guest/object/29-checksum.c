// SPDX-License-Identifier: GPL-2.0
/*
 * On a store with checksums, a page that is not what was written answers SIGBUS,
 * never other data: a flipped bit, a write that was lost, slots that were
 * exchanged, on devices that read later and at once. Its neighbours are right.
 *
 * guest: timeout=240 kmod=brd allow="checksum of what was read is wrong"
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "block.h"
#include "dp.h"
#include "proc.h"

/* A ram disk may have 4 MiB. */
#define AREA	(3 * MiB)
#define PAGES	320UL

static const char *device;
static int pager, store, disk, object;
static uint64_t id;
static char *map, *page;

static uint64_t errors(void)
{
	struct dpager_store_info info;

	if (dp_store_detail(store, &info))
		bail("STORE_INFO");
	return info.checksum_errors;
}

static int64_t find_slot(uint64_t index, uint64_t generation)
{
	int64_t at = block_find(device, 0, AREA, (struct stamp){ id, index, generation });

	if (at < 0)
		bail("page %llu is not found on %s", (unsigned long long)index, device);
	return at;
}

static void read_raw(int64_t at)
{
	if (!block_read(disk, at, page, PAGE))
		bail("cannot read the raw disk");
}

static void write_raw(int64_t at)
{
	if (!block_write(disk, at, page, PAGE))
		bail("cannot write the raw disk");
}

/* All pages of a range answer SIGBUS, and nothing else is wrong. */
static void only(uint64_t first, uint64_t count, uint64_t generation, const char *what)
{
	struct stamp_tally tally;

	stamp_tally(map, id, 0, PAGES, generation, &tally);
	ok_equal(tally.sigbus, count, "%s: %s: SIGBUS", device, what);
	ok_equal(tally.kind[STAMP_GOOD], PAGES - count, "%s: %s: the others are right", device,
		 what);
	ok_equal(probe_read(map + first * PAGE), 7, "%s: %s: it is that page", device, what);
	ok_equal(probe_write(map + first * PAGE), 7, "%s: %s: a write is no cure", device, what);
}

static void flipped(void)
{
	uint64_t before = errors(), pages;
	int64_t at = find_slot(100, 2);

	read_raw(at);
	page[2049] ^= 0x10;
	write_raw(at);
	only(100, 1, 2, "a flipped bit");
	ok(errors() > before, "%s: it is counted", device);
	ok_dp(dp_control(object, DPAGER_CONTROL_PAGE_IN, 100 * PAGE, PAGE, &pages), EIO,
	      DPAGER_DETAIL_IO, "%s: PAGE_IN", device);
	page[2049] ^= 0x10;
	write_raw(at);
	ok_equal(stamp_verify(map, id, 0, PAGES, 2), 0, "%s: when it is back, all is right",
		 device);
}

/* The slot holds the generation before. */
static void lost(void)
{
	int64_t at;

	dp_page_out(object);
	at = find_slot(200, 2);
	stamp_write(page, (struct stamp){ id, 200, 1 });
	write_raw(at);
	only(200, 1, 2, "a lost write");
	stamp_write(page, (struct stamp){ id, 200, 2 });
	write_raw(at);
}

static void exchanged(void)
{
	int64_t first, second;

	dp_page_out(object);
	first = find_slot(300, 2);
	second = find_slot(301, 2);
	stamp_write(page, (struct stamp){ id, 301, 2 });
	write_raw(first);
	stamp_write(page, (struct stamp){ id, 300, 2 });
	write_raw(second);
	only(300, 2, 2, "exchanged slots");
}

/* What is dropped is new, and its slots are as good as any. */
static void dropped(void)
{
	uint64_t pages;

	ok_errno(dp_control(object, DPAGER_CONTROL_DROP, 300 * PAGE, 2 * PAGE, &pages), 0,
		 "%s: they are dropped", device);
	ok_equal(pages_not_zero(map, 300, 2), 0, "%s: and read as zeros", device);
	stamp_fill(map, id, 0, PAGES, 3);
	dp_page_out(object);
	ok_equal(stamp_verify(map, id, 0, PAGES, 3), 0, "%s: rewritten, all is right", device);
	ok_balance(pager, device);
}

/* Stores of both kinds, and their pages move about. */
static void moved(void)
{
	uint64_t other, pages, generation, wrong = 0;
	int plain = dp_store(pager, 7, 0, NULL), both;
	char *map2;

	dp_segment(plain, disk, AREA, AREA / 4);
	both = dp_object(pager, PAGES * PAGE, &other);
	map2 = dp_map(both, PAGES * PAGE);
	for (generation = 1; generation <= 6; generation++) {
		stamp_fill(map2, other, 0, PAGES, generation);
		dp_control(both, DPAGER_CONTROL_PAGE_OUT, 0, 0, &pages);
		wrong += stamp_verify(map2, other, 0, PAGES, generation);
	}
	ok_equal(wrong, 0, "%s: on stores with and without, all is right", device);
	munmap(map2, PAGES * PAGE);
	close(both);
	ok_errno(dp_delete_wait(plain), 0, "%s: the one without is deleted", device);
	close(plain);
}

static void on(const char *path)
{
	struct dpager_store_create create = {
		.priority = -1,
		.flags = DPAGER_STORE_CHECKSUM,
	};

	device = path;
	ok_dp(dp_store_create(pager, &create), 0, DPAGER_DETAIL_NONE, "%s: a store", device);
	store = create.fd;
	block_fill(device, 0, AREA, 0);
	disk = block_open(device, O_RDWR | O_DIRECT);
	dp_segment(store, disk, 0, AREA);
	object = dp_object(store, PAGES * PAGE, &id);
	map = dp_map(object, PAGES * PAGE);
	stamp_fill(map, id, 0, PAGES, 1);
	dp_page_out(object);
	stamp_fill(map, id, 0, PAGES, 2);
	dp_page_out(object);
	flipped();
	lost();
	exchanged();
	dropped();
	moved();
	munmap(map, PAGES * PAGE);
	close(object);
	dp_settle(pager);
	ok_errno(dp_delete_wait(store), 0, "%s: the store is deleted", device);
	close(store);
	close(disk);
}

int main(void)
{
	pager = dp_pager();
	page = block_buffer(PAGE);
	on("/dev/vda");
	on("/dev/ram0");
	return tap_done();
}
