// SPDX-License-Identifier: GPL-2.0
/*
 * Devices are claimed as mount and swapon claim them: what they use is refused,
 * and what a segment uses is refused to them, until it is removed.
 *
 * guest: kmod=ext4,loop
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <unistd.h>
#include <stdlib.h>

#include "block.h"
#include "dp.h"

#define DISK	"/dev/vdb"

static int store;

static void refused(const char *what)
{
	int disk = block_open(DISK, O_RDWR);

	ok_dp(dp_add_bytes(store, disk, 64 * MiB, MiB, 4096, NULL), EBUSY,
	      DPAGER_DETAIL_CLAIMED, "a disk that is %s", what);
	close(disk);
}

static uint64_t accepted(const char *what)
{
	int disk = block_open(DISK, O_RDWR);
	uint64_t id;

	ok_dp(dp_add_bytes(store, disk, 64 * MiB, MiB, 4096, &id), 0,
	      DPAGER_DETAIL_NONE, "a disk that is %s", what);
	close(disk);
	return id;
}

/* The header of a swap area, version 1, of 16 MiB. */
static void make_swap(void)
{
	int disk = block_open(DISK, O_RDWR);
	uint32_t *page = block_buffer(PAGE);

	page[1024 / 4] = 1;
	page[1024 / 4 + 1] = 16 * MiB / PAGE - 1;
	memcpy((char *)page + PAGE - 10, "SWAPSPACE2", 10);
	if (!block_write(disk, 0, page, PAGE) || fsync(disk))
		bail("cannot write a swap header");
	free(page);
	close(disk);
}

static void swap(void)
{
	uint64_t id;

	make_swap();
	if (swapon(DISK, 0))
		bail("cannot swapon");
	refused("swap");
	if (swapoff(DISK))
		bail("cannot swapoff");
	id = accepted("swap no more");
	ok_errno(swapon(DISK, 0) ? errno : 0, EBUSY, "swapon on a segment's disk");
	dp_remove(store, id, NULL);
	ok_errno(swapon(DISK, 0) ? errno : 0, 0, "swapon when it was removed");
	swapoff(DISK);
}

static void file_system(void)
{
	uint64_t id;

	block_fill(DISK, 0, MiB, 0);
	mkdir("/tmp/dp-mount", 0755);
	if (system("mke2fs " DISK " 65536 >/dev/null 2>&1") ||
	    mount(DISK, "/tmp/dp-mount", "ext4", 0, "")) {
		tap_skip("no ext4 here", "a disk that is mounted");
		return;
	}
	refused("mounted");
	umount("/tmp/dp-mount");
	id = accepted("mounted no more");
	ok_errno(mount(DISK, "/tmp/dp-mount", "ext4", 0, "") ? errno : 0, EBUSY,
		 "mount a segment's disk");
	dp_remove(store, id, NULL);
	rmdir("/tmp/dp-mount");
}

static void exclusive_descriptor(void)
{
	int holder = block_open(DISK, O_RDWR | O_EXCL), again;
	uint64_t id;

	refused("held with O_EXCL");
	close(holder);
	id = accepted("held no more");
	again = open(DISK, O_RDWR | O_EXCL);
	ok_errno(again < 0 ? errno : 0, EBUSY, "O_EXCL on a segment's disk");
	dp_remove(store, id, NULL);
	again = open(DISK, O_RDWR | O_EXCL);
	ok(again >= 0, "O_EXCL when it was removed");
	close(again);
}

int main(void)
{
	int pager = dp_pager();

	store = dp_store(pager, -1, 0, NULL);
	exclusive_descriptor();
	swap();
	file_system();
	ok_errno(dp_store_delete(store, NULL), 0, "delete the store");
	return tap_done();
}
