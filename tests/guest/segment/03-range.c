// SPDX-License-Identifier: GPL-2.0
/*
 * Counts, wraps, the device's end, and ranges in which no whole page is left.
 *
 * guest: kmod=loop
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <linux/loop.h>
#include <unistd.h>

#include "block.h"
#include "refuse.h"

#define WRAPS	EOVERFLOW, DPAGER_DETAIL_OVERFLOW
#define ENDS	ENXIO, DPAGER_DETAIL_BEYOND_END
#define SMALL	ENOSPC, DPAGER_DETAIL_TOO_SMALL
#define TOP	(1ULL << 63)

static const struct refuse_row rows[] = {
	{ "count 0", 0, 0, 512, EINVAL, DPAGER_DETAIL_COUNT },
	{ "count 0 behind the end", 1ULL << 40, 0, 512, EINVAL, DPAGER_DETAIL_COUNT },
	{ "offset + count is 2^64", 1, -1ULL, 512, WRAPS },
	{ "offset + count is 2^64 + 1", 2, -1ULL, 512, WRAPS },
	{ "offset + count is 2^63", TOP - 1, 1, 512, WRAPS },
	{ "offset 2^63, a multiple of 2^64 in bytes", TOP, 8, 512, WRAPS },
	{ "offset 2^55: its bytes are 2^64, 0 when cut", 1ULL << 55, 8, 512, WRAPS },
	{ "offset 2^54: its bytes are 2^63", 1ULL << 54, 8, 512, WRAPS },
	{ "count 2^55 + 8: its bytes are 4096 when cut", 0, (1ULL << 55) + 8, 512, WRAPS },
	{ "count 2^43 of 1 MiB", 0, 1ULL << 43, 1 << 20, WRAPS },
	{ "the end is 2^63", (1ULL << 54) - 8, 8, 512, WRAPS },
	{ "count -1", 0, -1ULL, 512, WRAPS },
	{ "offset -1", -1ULL, 1, 512, WRAPS },
	{ "the end is 2^63 - 512", (1ULL << 54) - 9, 8, 512, ENDS },
	{ "offset 4 TiB", 1ULL << 33, 8, 512, ENDS },
	{ "one record of 512", 0, 1, 512, SMALL },
	{ "seven records of 512", 0, 7, 512, SMALL },
	{ "eight records of 512 across two pages", 1, 8, 512, SMALL },
	{ "fourteen records of 512 across two pages", 1, 14, 512, SMALL },
	{ "fifteen records of 512 hold a page", 1, 15, 512, 0, 0 },
	{ "a record of 2048", 1, 1, 2048, SMALL },
};

static void at_the_end(int pager, int store, int device)
{
	uint64_t records = block_bytes(device) / 512;
	const struct refuse_row rows_end[] = {
		{ "the last page", records - 8, 8, 512, 0, 0 },
		{ "one record past the end", records - 7, 8, 512, ENDS },
		{ "the device and one record", 0, records + 1, 512, ENDS },
		{ "begins at the end", records, 8, 512, ENDS },
		{ "the last record", records - 1, 1, 512, SMALL },
		{ "a record of 1 MiB past the end", records / 2048, 1, 1 << 20, ENDS },
	};

	refuse_table(pager, store, device, ROWS(rows_end));
}

/* 4 MiB and a half page: the end of the device is no multiple of a page. */
static void odd_device(int pager, int store)
{
	const struct refuse_row rows_odd[] = {
		{ "odd device: all of it", 0, 8196, 512, 0, 0 },
		{ "odd device: its tail", 8192, 4, 512, SMALL },
		{ "odd device: one record more", 0, 8197, 512, ENDS },
	};
	char path[64];
	int device = loop_create(4 * MiB + 2048, path);

	refuse_table(pager, store, device, ROWS(rows_odd));
	loop_remove(device);
}

static void empty_device(int pager, int store)
{
	const struct refuse_row rows_empty[] = {
		{ "device of no bytes", 0, 8, 512, ENDS },
		{ "device of no bytes, count 0", 0, 0, 512, EINVAL, DPAGER_DETAIL_COUNT },
	};
	char path[64];
	int device = loop_create(MiB, path);

	ioctl(device, LOOP_CLR_FD, 0);
	close(device);
	device = block_open(path, O_RDWR);
	refuse_table(pager, store, device, ROWS(rows_empty));
	close(device);
}

int main(void)
{
	int pager = dp_pager(), store = dp_store(pager, -1, 0, NULL);
	int device = block_open("/dev/vda", O_RDWR);

	refuse_table(pager, store, device, ROWS(rows));
	at_the_end(pager, store, device);
	close(device);
	odd_device(pager, store);
	empty_device(pager, store);
	ok_errno(dp_store_delete(store, NULL), 0, "delete the store");
	return tap_done();
}
