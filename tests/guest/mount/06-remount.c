// SPDX-License-Identifier: GPL-2.0
/* Other limits and stores for what is mounted; what is refused changes nothing. */
#include <errno.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dp.h"
#include "mounted.h"
#include "parity.h"

#define PLACE	"/mounted"
#define MOST	256ULL

static void size(void)
{
	struct dp_area area;
	uint64_t i;

	mounted_area(&area, PLACE "/file", 4 * MOST);
	for (i = 0; i < MOST; i++)
		area.map[i * PAGE] = 1;
	ok(probe_write(area.map + MOST * PAGE), "as large as it may be");
	ok_errno(mounted_change(PLACE, "size=512k"), EINVAL, "less than is in use");
	ok_equal(mounted_room(PLACE).all, MOST, "the size is what it was");
	ok_errno(mounted_change(PLACE, "size=2m"), 0, "more");
	ok_equal(mounted_room(PLACE).all, 2 * MOST, "it is more");
	for (i = MOST; i < 2 * MOST; i++)
		if (probe_write(area.map + i * PAGE))
			break;
	ok_equal(i, 2 * MOST, "and can be used");
	ok(probe_write(area.map + i * PAGE), "no more than that");
	ok_errno(mounted_change(PLACE, "size=0"), 0, "any size");
	ok(!probe_write(area.map + i * PAGE), "it goes on");
	ok(mounted_room(PLACE).all > 2 * MOST, "statfs: what stores and memory take");
	ok_errno(mounted_change(PLACE, "size=4m"), 0, "and limited again");
	ok_errno(mounted_change(PLACE, "size=nonsense"), EINVAL, "nonsense");
	ok_errno(mounted_change(PLACE, "nr_inodes=1,size=8m"), EINVAL, "too few inodes, more size");
	ok_equal(mounted_room(PLACE).all, 4 * MOST, "neither has changed");
	dp_area_close(&area);
	unlink(PLACE "/file");
}

static void inodes(void)
{
	ok_errno(mounted_change(PLACE, "nr_inodes=2"), 0, "two inodes");
	ok_errno(parity_call(PLACE, "creat a 644"), 0, "the root and one");
	ok_errno(parity_call(PLACE, "creat b 644"), ENOSPC, "but no other");
	ok_errno(mounted_change(PLACE, "nr_inodes=0"), 0, "any number");
	ok_errno(parity_call(PLACE, "creat b 644"), 0, "then another");
	ok_errno(mounted_change(PLACE, "nr_inodes=2"), EINVAL, "two of three");
	parity_call(PLACE, "unlink a");
	parity_call(PLACE, "unlink b");
}

static uint64_t store_of(const char *path)
{
	struct dpager_object_info info;
	struct dp_area area;

	mounted_area_again(&area, path);
	dp_object_info(area.fd, &info);
	dp_area_close(&area);
	return info.store;
}

static void stores(uint64_t first, uint64_t second)
{
	struct dp_area area;

	mounted_area(&area, PLACE "/old", 4);
	dp_area_close(&area);
	ok_errno(mounted_change(PLACE, "store=nothing"), ENOENT, "a store that is not");
	ok_errno(mounted_change(PLACE, "store=second"), 0, "another store");
	mounted_area(&area, PLACE "/new", 4);
	dp_area_close(&area);
	ok_equal(store_of(PLACE "/old"), first, "what was there stays");
	ok_equal(store_of(PLACE "/new"), second, "what is new goes to it");
	ok_errno(mounted_change(PLACE, ""), 0, "nothing said");
	unlink(PLACE "/old");
	unlink(PLACE "/new");
	mounted_area(&area, PLACE "/new", 4);
	dp_area_close(&area);
	ok_equal(store_of(PLACE "/new"), second, "nothing changed");
	unlink(PLACE "/new");
}

static void read_only(void)
{
	ok_errno(mount("dpager", PLACE, "dpagerfs", MS_REMOUNT | MS_RDONLY, "") ? errno : 0, 0,
		 "read-only");
	ok_errno(parity_call(PLACE, "creat a 644"), EROFS, "no file is made");
	ok_errno(mounted_change(PLACE, ""), 0, "writable");
	ok_errno(parity_call(PLACE, "creat a 644"), 0, "then it is");
}

static uint64_t id_of(int store)
{
	struct dpager_store_info info;

	dp_store_info(store, &info);
	return info.id;
}

int main(void)
{
	int pager = dp_pager();
	int first = dp_store(pager, -1, 0, "first"), second = dp_store(pager, -1, 0, "second");

	dp_segment_on(first, "/dev/vda", 0, 16 * MiB);
	mounted(PLACE, "store=first,size=1m");
	size();
	inodes();
	stores(id_of(first), id_of(second));
	read_only();
	ok_errno(parity_unmount(PLACE), 0, "unmounted");
	dp_settle(pager);
	ok_errno(dp_delete_wait(first), 0, "delete the first store");
	ok_errno(dp_delete_wait(second), 0, "and the second");
	return tap_done();
}
