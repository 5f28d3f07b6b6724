// SPDX-License-Identifier: GPL-2.0
/* REMOVE_SEGMENT: unknown ids, another store's, segments in use, and the release. */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "block.h"
#include "dp.h"

#define BYTES	MiB

static void unknown_ids(int store, int other, uint64_t id)
{
	ok_dp(dp_remove(store, 0, NULL), ENOENT, DPAGER_DETAIL_ID, "id 0");
	ok_dp(dp_remove(store, id + 1000, NULL), ENOENT, DPAGER_DETAIL_ID, "an id never given");
	ok_dp(dp_remove(store, -1ULL, NULL), ENOENT, DPAGER_DETAIL_ID, "id -1");
	ok_dp(dp_remove(store, id + (1ULL << 32), NULL), ENOENT, DPAGER_DETAIL_ID,
	      "an id that differs above 32 bits");
	ok_dp(dp_remove(other, id, NULL), ENOENT, DPAGER_DETAIL_ID, "a segment of another store");
}

static void in_use(int pager, int store, uint64_t id)
{
	struct dpager_store_info before, after;
	uint64_t number, pages;
	int object, error;
	char *map;

	object = dp_object(store, BYTES, &number);
	map = dp_map(object, BYTES);
	stamp_fill(map, number, 0, 100, 1);
	dp_page_out(object);
	dp_store_info(store, &before);
	ok_dp(dp_remove(store, id, &pages), EBUSY, DPAGER_DETAIL_IN_USE, "pages are on it");
	ok_equal(pages, 100, "how many is said");
	dp_store_info(store, &after);
	ok(after.segments == before.segments && after.pages_free == before.pages_free,
	   "a refusal changes nothing");
	ok_equal(stamp_verify(map, number, 0, 100, 1), 0, "the pages are still there");
	stamp_fill(map, number, 0, 200, 2);
	dp_page_out(object);
	ok_equal(stamp_verify(map, number, 0, 200, 2), 0, "and it still takes pages");
	munmap(map, BYTES);
	close(object);
	dp_settle(pager);
	while ((error = dp_remove(store, id, &pages)) == EBUSY)
		usleep(10000);
	ok_dp(error, 0, DPAGER_DETAIL_NONE, "the object is gone: removed");
	ok_equal(pages, 0, "no page was in use");
}

static void released(int store, uint64_t id)
{
	struct dpager_store_info info;
	int holder;

	ok_dp(dp_remove(store, id, NULL), ENOENT, DPAGER_DETAIL_ID, "remove it again");
	dp_store_info(store, &info);
	ok(!info.segments && !info.pages_total && !info.pages_free, "the store is empty");
	ok(info.pages_out >= 300, "its counters cover the removed segment");
	holder = open("/dev/vda", O_RDWR | O_EXCL);
	ok(holder >= 0, "the disk is released");
	close(holder);
}

/* One of two on a disk: the other keeps the claim. */
static void one_of_two(int store)
{
	int disk = block_open("/dev/vda", O_RDWR), holder;
	uint64_t first = dp_segment(store, disk, 0, BYTES);

	dp_segment(store, disk, BYTES, BYTES);
	close(disk);
	ok_dp(dp_remove(store, first, NULL), 0, DPAGER_DETAIL_NONE, "remove one of two");
	holder = open("/dev/vda", O_RDWR | O_EXCL);
	ok_errno(holder < 0 ? errno : 0, EBUSY, "the disk is still claimed");
}

int main(void)
{
	int pager = dp_pager(), store = dp_store(pager, -1, 0, NULL);
	int other = dp_store(pager, -1, 0, NULL), disk = block_open("/dev/vda", O_RDWR);
	uint64_t id = dp_segment(store, disk, 0, BYTES);

	close(disk);
	unknown_ids(store, other, id);
	in_use(pager, store, id);
	released(store, id);
	one_of_two(store);
	ok_errno(dp_store_delete(store, NULL), 0, "delete the store");
	ok_errno(dp_store_delete(other, NULL), 0, "delete the other store");
	return tap_done();
}
