// SPDX-License-Identifier: GPL-2.0
/*
 * ADD_SEGMENT accepts what it should, and says how many pages fit: the range is
 * rounded inwards to pages of the device. A refusal changes nothing.
 */
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "block.h"
#include "dp.h"

struct row {
	const char *what;
	uint64_t offset, count;
	uint32_t record_size;
	uint64_t first_byte, pages;
};

static const struct row rows[] = {
	{ "the first page", 0, 1, 4096, 0, 1 },
	{ "a MkLinux client's: one page is skipped, 512-byte records", 8, 2048, 512, 4096, 256 },
	{ "less than a cluster", 0, 3, 4096, 0, 3 },
	{ "a head and tail that are no whole page", 1, 2047, 512, 4096, 255 },
	{ "an odd tail", 0, 8 * 5 + 7, 512, 0, 5 },
	{ "an odd head, one page", 7, 9, 512, 4096, 1 },
	{ "records above a page", 1, 3, 8192, 8192, 6 },
	{ "the largest record", 1, 2, 1024 * 1024, 1024 * 1024, 512 },
	{ "records of 1 KiB", 3, 9, 1024, 4096, 2 },
	{ "records of 2 KiB", 1, 4, 2048, 4096, 1 },
};

static void add_row(int store, int device, const struct row *row)
{
	struct dpager_add_segment add = {
		.device = device,
		.offset = row->offset,
		.count = row->count,
		.record_size = row->record_size,
	};
	struct dpager_segment_entry entry = { };
	struct dpager_list list = {
		.entry_size = sizeof(entry),
		.array = (uintptr_t)&entry,
		.room = 1,
	};
	struct dpager_store_info info;

	if (!ok_dp(dp_add(store, &add), 0, DPAGER_DETAIL_NONE, "add %s", row->what))
		return;
	ok_equal(add.pages, row->pages, "%s: pages", row->what);
	dp_list(store, DPAGER_IOC_SEGMENTS, &list);
	ok(list.total == 1 && entry.id == add.id, "%s: it is listed", row->what);
	ok_equal(entry.offset, row->first_byte, "%s: first byte", row->what);
	ok(entry.pages == row->pages && entry.pages_free == row->pages &&
	   !entry.pages_bad, "%s: pages in the list", row->what);
	dp_store_info(store, &info);
	ok(info.segments == 1 && info.pages_total == row->pages &&
	   info.pages_free == row->pages, "%s: pages of the store", row->what);
	ok_dp(dp_remove(store, add.id, NULL), 0, DPAGER_DETAIL_NONE, "remove %s", row->what);
}

static void whole_disk(int store, int device)
{
	uint64_t bytes = block_bytes(device);
	struct dpager_add_segment add = {
		.device = device,
		.count = bytes / 512,
		.record_size = 512,
	};

	ok_dp(dp_add(store, &add), 0, DPAGER_DETAIL_NONE, "add the whole disk");
	ok_equal(add.pages, bytes / PAGE, "the whole disk: pages");
	ok_dp(dp_remove(store, add.id, NULL), 0, DPAGER_DETAIL_NONE, "remove the whole disk");
}

static void descriptor_may_be_closed(int pager, int store)
{
	int device = block_open("/dev/vda", O_WRONLY);
	uint64_t id = dp_segment(store, device, 0, MiB);
	struct dpager_info info;
	char *map;
	int object;

	close(device);
	object = dp_object(store, MiB / 2, NULL);
	map = dp_map(object, MiB / 2);
	stamp_fill(map, 1, 0, 128, 1);
	ok_equal(dp_page_out(object), 128, "page out when the device's descriptor is closed");
	ok_equal(stamp_verify(map, 1, 0, 128, 1), 0, "and read it back");
	dp_info(pager, &info);
	ok(info.segments == 1 && info.total == MiB && info.free == MiB / 2,
	   "the pager's total and free bytes");
	munmap(map, MiB / 2);
	close(object);
	dp_settle(pager);
	ok_dp(dp_remove(store, id, NULL), 0, DPAGER_DETAIL_NONE, "remove it");
}

int main(void)
{
	int pager = dp_pager(), store = dp_store(pager, -1, 0, NULL);
	int device = block_open("/dev/vda", O_RDWR);
	unsigned int i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		add_row(store, device, &rows[i]);
	whole_disk(store, device);
	descriptor_may_be_closed(pager, store);
	ok_errno(dp_store_delete(store, NULL), 0, "delete the store");
	return tap_done();
}
