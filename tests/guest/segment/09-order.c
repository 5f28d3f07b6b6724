// SPDX-License-Identifier: GPL-2.0
/*
 * Several rules fail at once: the first in the manual's order is the answer.
 * Each row breaks one rule and all that it can of those behind it.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "block.h"
#include "dp.h"
#include "proc.h"

#define MANY	(1ULL << 60)

static int pager, store, deleted, disk, reader, zero;

static int add(int fd, int device, uint64_t offset, uint64_t count, uint32_t record)
{
	struct dpager_add_segment add = {
		.device = device,
		.offset = offset,
		.count = count,
		.record_size = record,
	};

	return dp_add(fd, &add);
}

static int unprivileged(void *unused)
{
	(void)unused;
	if (add(deleted, -1, MANY, 0, 3) != ESTALE)
		return 1;
	if (add(store, -1, MANY, 0, 3) != EPERM)
		return 2;
	return dp_detail == DPAGER_DETAIL_PRIVILEGE ? 0 : 3;
}

static void set_read_only(int on)
{
	if (ioctl(disk, BLKROSET, &on))
		bail("cannot set the disk's read-only flag");
}

static void device_rules(void)
{
	ok_dp(add(deleted, -1, MANY, 0, 3), ESTALE, DPAGER_DETAIL_NONE,
	      "a deleted store, before everything");
	ok_equal(proc_run_as(PROC_NOBODY, unprivileged, NULL), 0,
		 "then privilege (and a deleted store before it)");
	ok_dp(add(store, -1, MANY, 0, 3), EBADF, DPAGER_DETAIL_DEVICE_FD,
	      "then the descriptor");
	ok_dp(add(store, zero, MANY, 0, 3), ENOTBLK, DPAGER_DETAIL_DEVICE_KIND,
	      "then its kind");
	set_read_only(1);
	ok_dp(add(store, reader, MANY, 0, 3), EACCES, DPAGER_DETAIL_DEVICE_MODE,
	      "then its mode");
	ok_dp(add(store, disk, MANY, 0, 3), EROFS, DPAGER_DETAIL_DEVICE_RDONLY,
	      "then the device's");
	set_read_only(0);
}

static void range_rules(uint64_t records)
{
	ok_dp(add(store, disk, MANY, 0, 3), EINVAL, DPAGER_DETAIL_RECORD_SIZE,
	      "then the record size");
	ok_dp(add(store, disk, MANY, 0, 512), EINVAL, DPAGER_DETAIL_COUNT,
	      "then the count");
	ok_dp(add(store, disk, MANY, 1, 512), EOVERFLOW, DPAGER_DETAIL_OVERFLOW,
	      "then overflow");
	ok_dp(add(store, disk, records - 1, 2, 512), ENXIO, DPAGER_DETAIL_BEYOND_END,
	      "then the device's end");
	ok_dp(add(store, disk, 2049, 7, 512), ENOSPC, DPAGER_DETAIL_TOO_SMALL,
	      "then room for a page");
}

/* A holder of the whole disk refuses a partition that a segment lies on, too. */
static void claim_rules(void)
{
	int other = dp_store(pager, 3, 0, NULL), second, holder;

	second = block_open("/dev/vdb", O_RDWR);
	holder = block_open("/dev/vdb", O_RDWR | O_EXCL);
	ok_dp(add(store, second, 0, 8, 512), EBUSY, DPAGER_DETAIL_CLAIMED,
	      "then the claim of others");
	ok_dp(add(store, disk, 2048, 8, 512), EEXIST, DPAGER_DETAIL_OVERLAP,
	      "overlap with our own comes before that");
	close(holder);
	ok_dp(add(store, second, 0, 8, 512), 0, DPAGER_DETAIL_NONE, "nothing is wrong");
	close(second);
	ok_errno(dp_store_delete(other, NULL), 0, "delete the other store");
}

int main(void)
{
	uint64_t records;

	pager = dp_pager();
	store = dp_store(pager, -1, 0, NULL);
	deleted = dp_store(pager, -1, 0, NULL);
	dp_store_delete(deleted, NULL);
	disk = block_open("/dev/vda", O_RDWR);
	reader = block_open("/dev/vda", O_RDONLY);
	zero = block_open("/dev/zero", O_RDWR);
	records = block_bytes(disk) / 512;
	dp_segment(store, disk, MiB, MiB);
	device_rules();
	range_rules(records);
	claim_rules();
	ok_errno(dp_store_delete(store, NULL), 0, "delete the store");
	return tap_done();
}
