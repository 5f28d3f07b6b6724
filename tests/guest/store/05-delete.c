// SPDX-License-Identifier: GPL-2.0
/* STORE_DELETE: empty, in use, all or nothing; its objects live on in memory. */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "block.h"
#include "dp.h"

#define PAGES	64

static void empty(int pager)
{
	int store = dp_store(pager, -1, 0, NULL);
	uint64_t pages = 5;

	ok_dp(dp_store_delete(store, &pages), 0, DPAGER_DETAIL_NONE, "a store of no segment");
	ok_equal(pages, 0, "no page was in use");
	ok_dp(dp_store_delete(store, NULL), ESTALE, DPAGER_DETAIL_NONE, "delete it twice");
}

static void refused(int store, uint64_t used)
{
	struct dpager_store_info before, after;
	uint64_t pages;

	dp_store_info(store, &before);
	ok_dp(dp_store_delete(store, &pages), EBUSY, DPAGER_DETAIL_IN_USE,
	      "%llu pages are on it", (unsigned long long)used);
	ok_equal(pages, used, "that is said");
	dp_store_info(store, &after);
	ok(after.segments == 2 && after.pages_total == before.pages_total &&
	   after.pages_free == before.pages_free, "no segment was removed");
}

/* One page, on one of two segments, is enough to keep both. */
static void in_use(int pager, int store)
{
	uint64_t id, pages;
	int object = dp_object(store, PAGES * PAGE, &id);
	char *map = dp_map(object, PAGES * PAGE);

	stamp_fill(map, id, 5, 1, 1);
	dp_page_out(object);
	refused(store, 1);
	stamp_fill(map, id, 0, PAGES, 2);
	dp_page_out(object);
	refused(store, PAGES);
	ok_equal(stamp_verify(map, id, 0, PAGES, 2), 0, "the pages are still there");
	refused(store, PAGES);
	ok_errno(dp_control(object, DPAGER_CONTROL_DROP, 0, 0, &pages), 0, "drop them");
	stamp_fill(map, id, 0, PAGES, 3);
	ok_dp(dp_store_delete(store, &pages), 0, DPAGER_DETAIL_NONE, "now it can be deleted");
	ok_equal(stamp_verify(map, id, 0, PAGES, 3), 0, "its object lives on in memory");
	ok_dp(dp_control(object, DPAGER_CONTROL_PAGE_OUT, 0, 0, &pages), ENOSPC,
	      DPAGER_DETAIL_NO_SPACE, "but has no place to page out");
	stamp_fill(map, id, 0, PAGES, 4);
	ok_equal(stamp_verify(map, id, 0, PAGES, 4), 0, "it still takes writes");
	munmap(map, PAGES * PAGE);
	close(object);
	dp_settle(pager);
}

static void devices_are_released(void)
{
	int first = open("/dev/vda", O_RDWR | O_EXCL), second;

	second = open("/dev/vdb", O_RDWR | O_EXCL);
	ok(first >= 0 && second >= 0, "both disks are released");
	close(first);
	close(second);
}

int main(void)
{
	int pager = dp_pager(), store, disk;

	empty(pager);
	store = dp_store(pager, -1, 0, NULL);
	disk = block_open("/dev/vda", O_RDWR);
	dp_segment(store, disk, 0, MiB);
	close(disk);
	disk = block_open("/dev/vdb", O_RDWR);
	dp_segment(store, disk, 0, MiB);
	close(disk);
	in_use(pager, store);
	devices_are_released();
	return tap_done();
}
