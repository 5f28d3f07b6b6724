// SPDX-License-Identifier: GPL-2.0
/*
 * The file of a segment cannot be written, truncated, deleted or swapped to, nor
 * can its file system be unmounted; when the segment is removed it all can.
 * What the page cache had of the file never reaches the disk later.
 *
 * guest: kmod=ext4
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/falloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <unistd.h>

#include "block.h"
#include "dp.h"
#include "volume.h"

#define DISK	"/dev/vdb"
#define PATH	VOLUME_PLACE "/file"
#define OTHER	VOLUME_PLACE "/other"
#define BYTES	(2 * MiB)

static int pager, store;

/* -1 and errno, or anything else. */
#define ERROR(call)	((call) == -1 ? errno : 0)

/* The file grows: that moves none of its blocks. */
static void data(int file, int error, const char *when)
{
	int other = volume_file(OTHER, MiB);
	off_t from = 0, to = 0;
	void *map;

	ok_errno(ERROR(pwrite(file, "x", 1, 5)), error, "%s: write", when);
	ok_errno(ERROR(pwrite(file, "x", 1, BYTES)), error, "%s: append", when);
	ok_errno(ERROR(copy_file_range(other, &from, file, &to, PAGE, 0)), error, "%s: copy",
		 when);
	ok_errno(ERROR(fallocate(file, 0, BYTES, MiB)), error, "%s: allocate", when);
	ok_errno(ERROR(fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, PAGE)),
		 error, "%s: punch", when);
	ok_errno(ERROR(ftruncate(file, PAGE)), error, "%s: truncate", when);
	ok_errno(ERROR(truncate(PATH, 0)), error, "%s: truncate by its name", when);
	map = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	ok_errno(map == MAP_FAILED ? errno : 0, error, "%s: map it writable", when);
	if (map != MAP_FAILED)
		munmap(map, PAGE);
	close(other);
	unlink(OTHER);
}

static void direct(int error, const char *when)
{
	char *buffer = block_buffer(PAGE);
	int file = open(PATH, O_RDWR | O_DIRECT);

	ok_errno(ERROR(pwrite(file, buffer, PAGE, 0)), error, "%s: direct write", when);
	close(file);
	file = open(PATH, O_RDWR | O_TRUNC);
	ok_errno(file < 0 ? errno : 0, error, "%s: open and truncate", when);
	if (file >= 0)
		close(file);
	free(buffer);
}

static void names(int error, const char *when)
{
	close(volume_file(OTHER, PAGE));
	ok_errno(ERROR(rename(OTHER, PATH)), error, "%s: rename another over it", when);
	ok_errno(ERROR(rename(PATH, OTHER)), error, "%s: rename it", when);
	rename(OTHER, PATH);
	ok_errno(ERROR(unlink(PATH)), error, "%s: unlink", when);
	unlink(OTHER);
}

static void volume_stays(void)
{
	ok_errno(volume_unmount(), EBUSY, "in use: unmount");
	ok_errno(ERROR(mount(NULL, VOLUME_PLACE, NULL, MS_REMOUNT | MS_RDONLY, "")), EBUSY,
		 "in use: remount read-only");
	ok_errno(ERROR(swapon(PATH, 0)), EBUSY, "in use: swapon");
	ok_errno(ERROR(swapoff(PATH)), EINVAL, "in use: swapoff");
}

/* A mapping that was there first. */
static void mapped(char *map)
{
	ok_equal(probe_read(map + PAGE), 0, "a mapping of before: read");
	ok_equal(probe_write(map), SIGBUS, "a mapping of before: write where it had written");
	ok_equal(probe_write(map + PAGE), SIGBUS, "a mapping of before: write elsewhere");
}

/* All slots have pages, then all of the file that memory may have is written. */
static void nothing_comes_later(int object, char *map, uint64_t id)
{
	stamp_fill(map, id, 0, BYTES / PAGE, 1);
	ok_equal(dp_page_out(object), BYTES / PAGE, "every slot is written");
	sync();
	ok_equal(stamp_verify(map, id, 0, BYTES / PAGE, 1), 0,
		 "nothing of the file's page cache was written over them");
}

static void in_use(int file, char *map)
{
	struct dpager_add_file add;
	uint64_t id;
	int object;
	char *pages;

	/* Dirty, by a write and by a mapping. */
	if (pwrite(file, "x", 1, BYTES / 2) != 1)
		bail("cannot write");
	map[0] = 1;
	ok_dp(dp_add_file(store, file, 0, &add), 0, DPAGER_DETAIL_NONE, "add the file");
	object = dp_object(store, BYTES, &id);
	pages = dp_map(object, BYTES);
	mapped(map);
	nothing_comes_later(object, pages, id);
	data(file, ETXTBSY, "in use");
	direct(ETXTBSY, "in use");
	names(EPERM, "in use");
	munmap(map, BYTES);
	close(file);
	volume_stays();
	ok_equal(stamp_renew(pages, id, 0, BYTES / PAGE, 2), 0, "all pages are right after that");
	munmap(pages, BYTES);
	close(object);
	dp_settle(pager);
	ok_dp(dp_remove(store, add.id, NULL), 0, DPAGER_DETAIL_NONE, "remove the segment");
}

int main(void)
{
	int file;
	char *map;

	pager = dp_pager();
	store = dp_store(pager, -1, 0, NULL);
	volume_open(DISK, 4096, 64, true);
	file = volume_file(PATH, BYTES);
	map = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	if (map == MAP_FAILED)
		bail("cannot map the file");
	in_use(file, map);
	file = block_open(PATH, O_RDWR);
	data(file, 0, "afterwards");
	direct(0, "afterwards");
	names(0, "afterwards");
	close(file);
	ok_errno(volume_unmount(), 0, "afterwards: unmount");
	ok_errno(dp_store_delete(store, NULL), 0, "delete the store");
	return tap_done();
}
