// SPDX-License-Identifier: GPL-2.0
/*
 * A write error costs nothing: the page stays in memory until another slot, of
 * this segment or another, takes it; the bad slot is not used again.
 *
 * guest: timeout=240 kmod=null_blk allow="I/O error|critical medium error"
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "block.h"
#include "dp.h"

#define PAGES	256UL
#define SLOTS	1024UL
#define TRIES	50

static int pager, store, object;
static char path[64], *map;
static uint64_t id;

/* EIO may be answered while slots turn out to be bad, but not for ever. */
static int page_out_patiently(void)
{
	int error = 0, tries;
	uint64_t pages;

	for (tries = 0; tries < TRIES; tries++) {
		error = dp_control(object, DPAGER_CONTROL_PAGE_OUT, 0, 0, &pages);
		if (error != EIO)
			break;
	}
	diag("%d tries", tries);
	return error;
}

/* Every 8th slot of the first MiB is bad. */
static void some_slots(void)
{
	struct dpager_store_info info;
	unsigned int slot;
	uint64_t bad;

	for (slot = 0; slot < PAGES; slot += 8)
		null_badblocks("dpbad", true, slot * 8 + 3, slot * 8 + 3);
	stamp_fill(map, id, 0, PAGES, 1);
	ok_errno(page_out_patiently(), 0, "some slots are bad: all pages go out");
	ok_equal(stamp_verify(map, id, 0, PAGES, 1), 0, "every page is right");
	dp_store_info(store, &info);
	ok(info.pages_out_failed > 0, "failures are counted");
	ok(info.pages_bad > 0, "bad slots are counted");
	bad = info.pages_bad;
	ok_equal(info.pages_free, info.pages_total - PAGES - bad, "free, used and bad are all");
	null_badblocks("dpbad", false, 0, PAGES * 8);
	stamp_fill(map, id, 0, PAGES, 2);
	ok_errno(page_out_patiently(), 0, "the disk is well: all pages go out");
	ok_equal(stamp_verify(map, id, 0, PAGES, 2), 0, "every page is right");
	dp_store_info(store, &info);
	ok_equal(info.pages_bad, bad, "bad slots are not used again");
}

/* All of the first segment fails; another one takes every page. */
static void whole_segment(void)
{
	struct dpager_segment_entry entries[2];
	struct dpager_list list = {
		.entry_size = sizeof(*entries),
		.array = (uintptr_t)entries,
		.room = 2,
	};
	uint64_t pages;
	int disk;

	dp_control(object, DPAGER_CONTROL_DROP, 0, 0, &pages);
	null_badblocks("dpbad", true, 0, SLOTS * 8 - 1);
	disk = block_open("/dev/vdb", O_RDWR);
	dp_segment(store, disk, 0, SLOTS * PAGE);
	close(disk);
	stamp_fill(map, id, 0, PAGES, 3);
	ok_errno(page_out_patiently(), 0, "a whole segment is bad: all pages go out");
	ok_equal(stamp_verify(map, id, 0, PAGES, 3), 0, "every page is right");
	dp_list(store, DPAGER_IOC_SEGMENTS, &list);
	ok_equal(entries[1].pages - entries[1].pages_free, PAGES, "the other segment has them");
	null_badblocks("dpbad", false, 0, SLOTS * 8 - 1);
}

int main(void)
{
	static const struct null_setup setup = { .megabytes = 64, .memory = true };
	int device;

	pager = dp_pager();
	store = dp_store(pager, -1, 0, NULL);
	null_create("dpbad", &setup, path);
	device = block_open(path, O_RDWR);
	dp_segment(store, device, 0, SLOTS * PAGE);
	close(device);
	object = dp_object(store, PAGES * PAGE, &id);
	map = dp_map(object, PAGES * PAGE);
	some_slots();
	whole_segment();
	munmap(map, PAGES * PAGE);
	close(object);
	dp_settle(pager);
	ok_errno(dp_delete_wait(store), 0, "delete the store");
	null_remove("dpbad");
	return tap_done();
}
