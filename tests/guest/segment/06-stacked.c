// SPDX-License-Identifier: GPL-2.0
/*
 * Devices that stand on a disk: device mapper claims what it lies on, as
 * segments do, so one excludes the other; two descriptors of one loop device
 * are one device.
 *
 * guest: kmod=dm-mod,loop
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "block.h"
#include "dp.h"

#define SECTORS	(64 * MiB / 512)

static void disk_under_dm(int store)
{
	int disk = block_open("/dev/vda", O_RDWR), device;
	char path[64];

	dm_create("dptest", SECTORS, "linear", "/dev/vda 0", path);
	ok_dp(dp_add_bytes(store, disk, 0, MiB, 4096, NULL), EBUSY,
	      DPAGER_DETAIL_CLAIMED, "a disk that device mapper stands on");
	device = block_open(path, O_RDWR);
	ok_dp(dp_add_bytes(store, device, 0, MiB, 4096, NULL), 0,
	      DPAGER_DETAIL_NONE, "the device above it");
	close(device);
	ok_errno(dm_remove("dptest"), EBUSY, "device mapper cannot take it away");
	ok_errno(dp_store_delete(store, NULL), 0, "delete the store");
	ok_errno(dm_remove("dptest"), 0, "now it can");
	close(disk);
}

static void dm_over_segment(int store)
{
	int disk = block_open("/dev/vda", O_RDWR);

	dp_segment(store, disk, 0, MiB);
	ok_errno(dm_try("dptest", SECTORS, "linear", "/dev/vda 0"), EBUSY,
		 "device mapper over a segment's disk");
	ok_errno(dp_store_delete(store, NULL), 0, "delete the store");
	ok_errno(dm_try("dptest", SECTORS, "linear", "/dev/vda 0"), 0,
		 "device mapper over the disk of a deleted store");
	ok_errno(dm_remove("dptest"), 0, "remove it");
	close(disk);
}

static void two_descriptors_of_a_loop(int store)
{
	char path[64];
	int first = loop_create(8 * MiB, path), second = block_open(path, O_RDWR);

	ok_dp(dp_add_bytes(store, first, 0, 4 * MiB, 4096, NULL), 0,
	      DPAGER_DETAIL_NONE, "a loop device");
	ok_dp(dp_add_bytes(store, second, MiB, MiB, 512, NULL), EEXIST,
	      DPAGER_DETAIL_OVERLAP, "the same bytes by a second descriptor");
	ok_dp(dp_add_bytes(store, second, 4 * MiB, 4 * MiB, 512, NULL), 0,
	      DPAGER_DETAIL_NONE, "other bytes by a second descriptor");
	close(second);
	ok_errno(dp_store_delete(store, NULL), 0, "delete the store");
	loop_remove(first);
}

int main(void)
{
	int pager = dp_pager();

	disk_under_dm(dp_store(pager, -1, 0, NULL));
	dm_over_segment(dp_store(pager, -1, 0, NULL));
	two_descriptors_of_a_loop(dp_store(pager, -1, 0, NULL));
	return tap_done();
}
