// SPDX-License-Identifier: GPL-2.0
/*
 * What ADD_FILE refuses, in the manual's order: each row breaks one rule, and
 * where it can some of those behind it. A refusal changes nothing.
 *
 * guest: kmod=ext4
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/swap.h>
#include <unistd.h>
#include <stdlib.h>

#include "block.h"
#include "dp.h"
#include "proc.h"
#include "volume.h"

#define DISK	"/dev/vdb"
#define PATH	VOLUME_PLACE "/file"
#define SWAP	VOLUME_PLACE "/swap"
#define FAR	(1ULL << 63)

static int pager, store, deleted;

static void refused(int fd, uint64_t bytes, int error, uint32_t detail, const char *what)
{
	struct dpager_store_info info;
	struct dpager_info before, after;
	struct dpager_add_file add;

	dp_info(pager, &before);
	ok_dp(dp_add_file(store, fd, bytes, &add), error, detail, "%s", what);
	ok(!add.id && !add.pages, "%s: nothing is answered", what);
	dp_info(pager, &after);
	dp_store_info(store, &info);
	ok(before.segments == after.segments && before.total == after.total && !info.segments,
	   "%s: nothing changed", what);
}

/* And the file can be written, so that its protection is taken back. */
static void refused_file(int fd, uint64_t bytes, int error, uint32_t detail, const char *what)
{
	refused(fd, bytes, error, detail, what);
	ok(pwrite(fd, "x", 1, 0) == 1 && !fsync(fd), "%s: it can be written", what);
}

static int unprivileged(void *unused)
{
	struct dpager_add_file add;

	(void)unused;
	if (dp_add_file(deleted, -1, FAR, &add) != ESTALE)
		return 1;
	if (dp_add_file(store, -1, FAR, &add) != EPERM)
		return 2;
	return dp_detail == DPAGER_DETAIL_PRIVILEGE ? 0 : 3;
}

static void no_file(void)
{
	struct dpager_add_file add;
	int fd;

	ok_dp(dp_add_file(deleted, -1, FAR, &add), ESTALE, DPAGER_DETAIL_NONE, "a deleted store");
	ok_equal(proc_run_as(PROC_NOBODY, unprivileged, NULL), 0, "without privilege");
	refused(-1, FAR, EBADF, DPAGER_DETAIL_DEVICE_FD, "no descriptor");
	fd = block_open(PATH, O_PATH);
	refused(fd, FAR, EBADF, DPAGER_DETAIL_DEVICE_FD, "a descriptor of a path");
	close(fd);
	fd = block_open(VOLUME_PLACE, O_RDONLY | O_DIRECTORY);
	refused(fd, FAR, EINVAL, DPAGER_DETAIL_FILE_KIND, "a directory");
	close(fd);
	fd = block_open("/dev/vda", O_RDONLY);
	refused(fd, FAR, EINVAL, DPAGER_DETAIL_FILE_KIND, "a block device");
	close(fd);
	fd = block_open("/dev/zero", O_RDWR);
	refused(fd, FAR, EINVAL, DPAGER_DETAIL_FILE_KIND, "a character device");
	close(fd);
	refused(pager, FAR, EINVAL, DPAGER_DETAIL_FILE_KIND, "a pager");
	fd = block_open(PATH, O_RDONLY);
	refused(fd, FAR, EACCES, DPAGER_DETAIL_DEVICE_MODE, "not open for writing");
	close(fd);
}

static void unknown_flags(int file)
{
	struct dpager_add_file add = { .file = file, .flags = 1U << 31 };

	ok_dp(dp_call(store, DPAGER_IOC_ADD_FILE, &add, sizeof(add)), EINVAL,
	      DPAGER_DETAIL_FLAGS, "an unknown flag");
}

/* The header of a swap area, version 1. */
static void make_swap(int file, uint64_t bytes)
{
	uint32_t *page = block_buffer(PAGE);

	page[1024 / 4] = 1;
	page[1024 / 4 + 1] = bytes / PAGE - 1;
	memcpy((char *)page + PAGE - 10, "SWAPSPACE2", 10);
	if (!block_write(file, 0, page, PAGE) || fsync(file))
		bail("cannot write a swap header");
	free(page);
}

static void swap_file(void)
{
	int file = volume_file(SWAP, MiB);

	make_swap(file, MiB);
	if (swapon(SWAP, 0))
		bail("cannot swapon");
	refused(file, FAR, ETXTBSY, DPAGER_DETAIL_FILE_FLAGS, "a swap file");
	ok_errno(pwrite(file, "x", 1, 0) < 0 ? errno : 0, ETXTBSY, "it is protected as before");
	if (swapoff(SWAP))
		bail("cannot swapoff");
	ok(pwrite(file, "x", 1, 0) == 1, "and after swapoff no more");
	close(file);
}

/* By another descriptor and on another store, too. */
static void twice(int file)
{
	int other = dp_store(pager, -1, 0, NULL), again = block_open(PATH, O_RDWR);
	struct dpager_add_file add, second;

	ok_dp(dp_add_file(other, file, 0, &add), 0, DPAGER_DETAIL_NONE, "add it");
	refused(file, FAR, ETXTBSY, DPAGER_DETAIL_FILE_FLAGS, "a segment's file");
	refused(again, FAR, ETXTBSY, DPAGER_DETAIL_FILE_FLAGS, "by another descriptor");
	ok_dp(dp_add_file(other, again, 0, &second), ETXTBSY, DPAGER_DETAIL_FILE_FLAGS,
	      "to its own store");
	ok_dp(dp_remove(other, add.id, NULL), 0, DPAGER_DETAIL_NONE, "remove it");
	ok_dp(dp_add_file(other, again, 0, &add), 0, DPAGER_DETAIL_NONE, "add it again");
	ok_errno(dp_store_delete(other, NULL), 0, "delete the other store");
	close(again);
}

static void set_flags(int file, int flags)
{
	if (ioctl(file, FS_IOC_SETFLAGS, &flags))
		bail("cannot set the flags of a file");
}

static void file_flags(int file)
{
	int flags;

	if (ioctl(file, FS_IOC_GETFLAGS, &flags))
		bail("cannot get the flags of a file");
	set_flags(file, flags | FS_IMMUTABLE_FL);
	refused(file, FAR, EPERM, DPAGER_DETAIL_FILE_FLAGS, "an immutable file");
	set_flags(file, flags | FS_APPEND_FL);
	refused(file, FAR, EPERM, DPAGER_DETAIL_FILE_FLAGS, "an append-only file");
	set_flags(file, flags);
}

static void file_systems(void)
{
	int file = volume_file("/tmp/file", MiB);

	refused_file(file, FAR, EOPNOTSUPP, DPAGER_DETAIL_FILE_SYSTEM, "a file on tmpfs");
	close(file);
	unlink("/tmp/file");
	file = volume_file("/file-on-rootfs", MiB);
	refused_file(file, FAR, EOPNOTSUPP, DPAGER_DETAIL_FILE_SYSTEM, "a file in the initramfs");
	close(file);
	unlink("/file-on-rootfs");
}

static void sizes(int file)
{
	int empty = volume_file(VOLUME_PLACE "/empty", 0), holes;
	int small = volume_file(VOLUME_PLACE "/small", PAGE - 1);

	refused_file(file, MiB + 1, ENXIO, DPAGER_DETAIL_BEYOND_END, "a byte behind the end");
	refused_file(file, FAR, ENXIO, DPAGER_DETAIL_BEYOND_END, "far behind the end");
	refused_file(file, -1ULL, ENXIO, DPAGER_DETAIL_BEYOND_END, "-1 bytes");
	refused(empty, 0, ENOSPC, DPAGER_DETAIL_TOO_SMALL, "an empty file");
	refused_file(small, 0, ENOSPC, DPAGER_DETAIL_TOO_SMALL, "less than a page");
	refused_file(file, PAGE - 1, ENOSPC, DPAGER_DETAIL_TOO_SMALL, "less than a page of more");
	holes = volume_file(VOLUME_PLACE "/hole", 0);
	if (ftruncate(holes, MiB))
		bail("cannot truncate");
	refused_file(holes, PAGE - 1, ENOSPC, DPAGER_DETAIL_TOO_SMALL, "that, before holes");
	close(empty);
	close(small);
	close(holes);
}

static void punch(int file, uint64_t offset, uint64_t bytes)
{
	if (fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset, bytes))
		bail("cannot punch");
}

static void holes(void)
{
	int file = volume_file(VOLUME_PLACE "/holes", 0);
	struct dpager_add_file add;

	if (ftruncate(file, MiB))
		bail("cannot truncate");
	refused_file(file, 0, EINVAL, DPAGER_DETAIL_FILE_HOLES, "a file of holes");
	close(file);
	file = volume_file(VOLUME_PLACE "/holes", MiB);
	punch(file, MiB - PAGE, PAGE);
	refused_file(file, 0, EINVAL, DPAGER_DETAIL_FILE_HOLES, "a hole at the end");
	ok_dp(dp_add_file(store, file, MiB - PAGE, &add), 0, DPAGER_DETAIL_NONE,
	      "all before the hole");
	ok_dp(dp_remove(store, add.id, NULL), 0, DPAGER_DETAIL_NONE, "remove that");
	close(file);
	file = volume_file(VOLUME_PLACE "/never", 0);
	if (fallocate(file, 0, 0, MiB))
		bail("cannot allocate");
	refused_file(file, 0, EINVAL, DPAGER_DETAIL_FILE_HOLES, "blocks never written");
	close(file);
}

/* Blocks that are allocated only when it is written out. */
static void not_written_out_yet(void)
{
	int file = open(VOLUME_PLACE "/new", O_RDWR | O_CREAT, 0600);
	char *buffer = block_buffer(MiB);
	struct dpager_add_file add;

	if (!block_write(file, 0, buffer, MiB))
		bail("cannot write");
	ok_dp(dp_add_file(store, file, 0, &add), 0, DPAGER_DETAIL_NONE,
	      "a file that is in the page cache only");
	ok_equal(add.pages, MiB / PAGE, "all of its pages");
	ok_dp(dp_remove(store, add.id, NULL), 0, DPAGER_DETAIL_NONE, "remove it");
	free(buffer);
	close(file);
}

/* The last rule: the file was protected already, and is no more. */
static void table_full(int file)
{
	int other = dp_store(pager, -1, 0, NULL), disk = block_open("/dev/vda", O_RDWR);
	uint64_t at = 0;

	while (!dp_add_bytes(other, disk, at, PAGE, PAGE, NULL))
		at += PAGE;
	ok_equal(dp_detail, DPAGER_DETAIL_TABLE_FULL, "the table is full of devices");
	refused_file(file, 0, ENFILE, DPAGER_DETAIL_TABLE_FULL, "a file more");
	ok_errno(dp_store_delete(other, NULL), 0, "delete the other store");
	close(disk);
}

int main(void)
{
	int file;

	pager = dp_pager();
	store = dp_store(pager, -1, 0, NULL);
	deleted = dp_store(pager, -1, 0, NULL);
	dp_store_delete(deleted, NULL);
	volume_open(DISK, 4096, 64, true);
	file = volume_file(PATH, MiB);
	no_file();
	unknown_flags(file);
	swap_file();
	twice(file);
	file_flags(file);
	file_systems();
	sizes(file);
	holes();
	not_written_out_yet();
	table_full(file);
	close(file);
	ok_errno(volume_unmount(), 0, "unmount");
	ok_errno(dp_store_delete(store, NULL), 0, "delete the store");
	return tap_done();
}
