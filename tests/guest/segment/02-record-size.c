// SPDX-License-Identifier: GPL-2.0
/*
 * Record sizes: a power of two, at least the logical block, at most 1 MiB. Mach
 * divided by zero at 0 and let neighbours overwrite each other at 1536.
 *
 * guest: kmod=null_blk
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "block.h"
#include "refuse.h"

#define BAD	EINVAL, DPAGER_DETAIL_RECORD_SIZE

static const struct refuse_row rows_512[] = {
	{ "record size 0", 0, 1024, 0, BAD },
	{ "record size 1", 0, 1024 * 1024, 1, BAD },
	{ "record size 2", 0, 1024 * 1024, 2, BAD },
	{ "record size 3", 0, 1024 * 1024, 3, BAD },
	{ "record size 256", 0, 4096, 256, BAD },
	{ "record size 511", 0, 4096, 511, BAD },
	{ "record size 513", 0, 4096, 513, BAD },
	{ "record size 1536", 0, 4096, 1536, BAD },
	{ "record size 4095", 0, 1024, 4095, BAD },
	{ "record size 4097", 0, 1024, 4097, BAD },
	{ "record size 12288", 0, 16, 12288, BAD },
	{ "record size 2 MiB", 0, 1, 2 << 20, BAD },
	{ "record size 1 MiB + 1", 0, 1, (1 << 20) + 1, BAD },
	{ "record size 2^31", 0, 1, 1U << 31, BAD },
	{ "record size -1", 0, 1, -1U, BAD },
	{ "record size -512", 0, 1, -512U, BAD },
	{ "record size 512", 0, 8, 512, 0, 0 },
	{ "record size 1024", 0, 4, 1024, 0, 0 },
	{ "record size 2048", 0, 2, 2048, 0, 0 },
	{ "record size 4096", 0, 1, 4096, 0, 0 },
	{ "record size 8192", 0, 1, 8192, 0, 0 },
	{ "record size 65536", 0, 1, 65536, 0, 0 },
	{ "record size 1 MiB", 0, 1, 1 << 20, 0, 0 },
};

static const struct refuse_row rows_4096[] = {
	{ "4Kn: record size 512", 0, 1024, 512, BAD },
	{ "4Kn: record size 2048", 0, 1024, 2048, BAD },
	{ "4Kn: record size 4095", 0, 1024, 4095, BAD },
	{ "4Kn: record size 4096", 0, 1, 4096, 0, 0 },
	{ "4Kn: record size 8192", 0, 1, 8192, 0, 0 },
};

int main(void)
{
	static const struct null_setup setup = { .megabytes = 16, .block_size = 4096 };
	int pager = dp_pager(), store = dp_store(pager, -1, 0, NULL), device;
	char path[64];

	device = block_open("/dev/vda", O_RDWR);
	refuse_table(pager, store, device, ROWS(rows_512));
	close(device);
	null_create("dp4k", &setup, path);
	device = block_open(path, O_RDWR);
	refuse_table(pager, store, device, ROWS(rows_4096));
	close(device);
	null_remove("dp4k");
	ok_errno(dp_store_delete(store, NULL), 0, "delete the store");
	return tap_done();
}
