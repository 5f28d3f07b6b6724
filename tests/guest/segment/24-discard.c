// SPDX-License-Identifier: GPL-2.0
/*
 * DISCARD_ONCE tells the device about the whole range, DISCARD about slots that
 * have become free, some time later; pages in use are never touched.
 *
 * guest: timeout=240 kmod=null_blk
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "block.h"
#include "dp.h"

#define AREA	(16 * MiB)
#define PAGES	2048UL
#define CHUNK	256UL

static int pager, store, disk;
static char *page;

static int add(uint32_t flags, uint64_t *id)
{
	struct dpager_add_segment add = {
		.flags = flags,
		.device = disk,
		.count = AREA / PAGE,
		.record_size = PAGE,
	};
	int error = dp_add(store, &add);

	*id = add.id;
	return error;
}

/* Pages of the range of the raw disk that are not all zeros. */
static uint64_t raw_pages(void)
{
	uint64_t count = 0, at, i;

	for (at = 0; at < AREA; at += PAGE) {
		if (!block_read(disk, at, page, PAGE))
			bail("cannot read the raw disk");
		for (i = 0; i < PAGE && !page[i]; i++)
			;
		count += i < PAGE;
	}
	return count;
}

static uint64_t discarded(void)
{
	struct dpager_store_info info;

	if (dp_store_detail(store, &info))
		bail("STORE_INFO");
	return info.pages_discarded;
}

/* Until so many have been discarded, or nothing has been for long. */
static uint64_t discarded_at_last(uint64_t want)
{
	int tries;

	for (tries = 0; discarded() < want && tries < 300; tries++)
		usleep(100000);
	return discarded();
}

static void refused(void)
{
	struct dpager_add_segment none = {
		.flags = DPAGER_ADD_DISCARD,
		.count = AREA / PAGE,
		.record_size = PAGE,
	};
	char path[64];

	null_create("dpplain", &(struct null_setup){ .megabytes = 16 }, path);
	none.device = block_open(path, O_RDWR);
	ok_dp(dp_add(store, &none), EOPNOTSUPP, DPAGER_DETAIL_DISCARD,
	      "a device that cannot discard");
	none.flags = DPAGER_ADD_DISCARD_ONCE;
	ok_dp(dp_add(store, &none), EOPNOTSUPP, DPAGER_DETAIL_DISCARD, "nor once");
	none.flags = 0;
	ok_dp(dp_add(store, &none), 0, DPAGER_DETAIL_NONE, "it is free, and will do without");
	ok_errno(dp_remove(store, none.id, NULL), 0, "and is removed");
	close(none.device);
	null_remove("dpplain");
}

static void once(const char *path)
{
	uint64_t id;

	block_fill(path, 0, AREA, 0x5a);
	ok_equal(raw_pages(), AREA / PAGE, "the disk is full of something");
	ok_dp(add(0, &id), 0, DPAGER_DETAIL_NONE, "without a discard");
	ok_equal(raw_pages(), AREA / PAGE, "it stays");
	ok_errno(dp_remove(store, id, NULL), 0, "removed");
	ok_dp(add(DPAGER_ADD_DISCARD_ONCE, &id), 0, DPAGER_DETAIL_NONE, "with one");
	ok_equal(raw_pages(), 0, "it is gone");
	ok_errno(dp_remove(store, id, NULL), 0, "removed");
}

/* What is freed is gone from the disk; what is not is right. */
static void as_it_goes(void)
{
	struct dpager_segment_entry entry;
	uint64_t id, object_id, pages, generation;
	int object;
	char *map;

	ok_dp(add(DPAGER_ADD_DISCARD, &id), 0, DPAGER_DETAIL_NONE, "as it goes");
	ok(dp_segment_entry(store, id, &entry) && (entry.flags & DPAGER_SEGMENT_DISCARD),
	   "the list says so");
	object = dp_object(store, PAGES * PAGE, &object_id);
	map = dp_map(object, PAGES * PAGE);
	stamp_fill(map, object_id, 0, PAGES, 1);
	dp_page_out(object);
	ok_equal(raw_pages(), PAGES, "all pages are there");
	ok_errno(dp_control(object, DPAGER_CONTROL_DROP, 0, PAGES / 2 * PAGE, &pages), 0,
		 "half of them are dropped");
	ok(discarded_at_last(PAGES / 2 - CHUNK) >= PAGES / 2 - CHUNK, "they are discarded");
	ok(raw_pages() <= PAGES / 2 + CHUNK, "and gone from the disk");
	ok_equal(stamp_verify(map, object_id, PAGES / 2, PAGES / 2, 1), 0, "the others are right");
	for (generation = 2; generation <= 8; generation++) {
		stamp_fill(map, object_id, 0, PAGES, generation);
		dp_page_out(object);
		/* A second is when the next discards come. */
		usleep(300000);
	}
	ok_equal(stamp_verify(map, object_id, 0, PAGES, 8), 0, "rewritten meanwhile, they are right");
	ok_balance(pager, "while it discards");
	munmap(map, PAGES * PAGE);
	close(object);
	dp_settle(pager);
	ok_errno(dp_remove(store, id, NULL), 0, "removed while it discards");
}

int main(void)
{
	char path[64];

	pager = dp_pager();
	store = dp_store(pager, -1, 0, NULL);
	page = block_buffer(PAGE);
	refused();
	null_create("dpdiscard", &(struct null_setup){
		.megabytes = 16, .memory = true, .discard = true }, path);
	disk = block_open(path, O_RDWR | O_DIRECT);
	once(path);
	as_it_goes();
	close(disk);
	null_remove("dpdiscard");
	ok_errno(dp_delete_wait(store), 0, "the store is deleted");
	return tap_done();
}
