// SPDX-License-Identifier: GPL-2.0
/*
 * Hurd's default_pager_paging_storage: runs of a device, all or none, under
 * names of any kind; and default_pager_storage_info.
 */
#include "kern.h"

#define AREA	"/dev/hd0s5"
#define RUNS	3

static mach_port_t pager;
static int disk, second;

/* In records of 512 bytes: 1 MiB, 2 MiB, and one whose ends are in the middle of pages. */
static recnum_t runs[2 * RUNS] = { 0, 2048, 8192, 4096, 65537, 2062 };

#define BYTES	(4 * MiB)

static struct dpager_info figures(void)
{
	struct dpager_info info;

	if (dpager_info(pager, &info))
		bail("no figures");
	return info;
}

static void is_empty(const char *what)
{
	struct dpager_info info = figures();

	ok(!info.stores && !info.segments && !info.total, "%s: nothing is left", what);
}

static void added(void)
{
	struct dpager_info info;

	ok_kern(default_pager_paging_storage(pager, disk, runs, 2 * RUNS, AREA, TRUE),
		KERN_SUCCESS, 0, 0, "add three runs");
	info = figures();
	ok(info.stores == 1 && info.segments == RUNS, "one store, three segments");
	ok_equal(info.total, BYTES, "of so many bytes");
}

/* XNU and Hurd added nothing, or half of it, in such cases. */
static void add_refused(void)
{
	recnum_t overlapping[] = { 1 << 20, 2048, 1 << 21, 2048, (1 << 20) + 2040, 16 };
	recnum_t beyond[] = { 1 << 20, 2048, 1ULL << 40, 8 };
	char long_name[80] = "/";

	memset(long_name + 1, 'x', 70);
	ok_kern(default_pager_paging_storage(pager, second, overlapping, 6, "new", TRUE),
		KERN_INVALID_ARGUMENT, EEXIST, DPAGER_DETAIL_OVERLAP, "the third overlaps the first");
	ok_equal(figures().stores, 1, "no store is left of that");
	ok_kern(default_pager_paging_storage(pager, second, beyond, 4, AREA, TRUE),
		KERN_INVALID_ARGUMENT, ENXIO, DPAGER_DETAIL_BEYOND_END, "the second is not there");
	ok_equal(figures().segments, RUNS, "the first is not left, in a store that was there");
	ok_kern(default_pager_paging_storage(pager, second, runs, 5, "new", TRUE),
		KERN_INVALID_ARGUMENT, EINVAL, DPAGER_DETAIL_COUNT, "half a run");
	ok_kern(default_pager_paging_storage(pager, second, runs, 0, "new", TRUE),
		KERN_INVALID_ARGUMENT, EINVAL, DPAGER_DETAIL_COUNT, "no run");
	ok_kern(default_pager_paging_storage(pager, second, runs, 2, "", TRUE),
		KERN_INVALID_ARGUMENT, EINVAL, DPAGER_DETAIL_NAME, "no name");
	ok_kern(default_pager_paging_storage(pager, second, runs, 2, long_name, TRUE),
		KERN_INVALID_ARGUMENT, EINVAL, DPAGER_DETAIL_NAME, "a long name");
	ok_kern(default_pager_paging_storage(disk, second, runs, 2, "new", TRUE),
		KERN_INVALID_ARGUMENT, ENOTTY, 0, "a disk is no pager");
	ok_kern(default_pager_paging_storage(pager, 1, runs, 2, "new", TRUE),
		KERN_INVALID_ARGUMENT, ENOTBLK, DPAGER_DETAIL_DEVICE_KIND, "no device");
	ok(figures().stores == 1 && figures().segments == RUNS, "all is as before");
}

/* Names that Hurd took for one. */
static void other_names(void)
{
	vm_size_t wide[] = { 0, 2048 };
	vm_size_array_t size, free_;
	mach_msg_type_number_t sizes, frees, length;
	data_t name;

	ok_kern(default_pager_paging_storage_new(pager, second, wide, 2, "/dev/hd5s0", TRUE),
		KERN_SUCCESS, 0, 0, "an anagram is another name");
	ok_kern(default_pager_storage_info(pager, &size, &sizes, &free_, &frees, &name, &length),
		KERN_SUCCESS, 0, 0, "storage_info");
	ok(sizes == 2 && frees == 2 && size[0] == BYTES && size[1] == MiB &&
	   free_[0] == size[0] && free_[1] == MiB, "both, with their space");
	ok(length == sizeof(AREA "\0/dev/hd5s0") && !memcmp(name, AREA "\0/dev/hd5s0", length),
	   "and the names that were given");
	vm_deallocate(mach_task_self(), (vm_address_t)size, sizes * sizeof(*size));
	vm_deallocate(mach_task_self(), (vm_address_t)free_, frees * sizeof(*free_));
	vm_deallocate(mach_task_self(), (vm_address_t)name, length);
	ok_kern(default_pager_paging_storage_new(pager, second, wide, 2, "/dev/hd5s0", FALSE),
		KERN_SUCCESS, 0, 0, "remove it");
}

static void remove_refused(void)
{
	recnum_t twice[] = { 0, 2048, 0, 2048 }, part[] = { 0, 1024 }, wrong[] = { 0, 2048, 8, 8 };

	ok_kern(default_pager_paging_storage(pager, disk, runs, 2, "none", FALSE),
		KERN_INVALID_ARGUMENT, ENOENT, DPAGER_DETAIL_ID, "remove by another name");
	ok_kern(default_pager_paging_storage(pager, second, runs, 2, AREA, FALSE),
		KERN_INVALID_ARGUMENT, EINVAL, DPAGER_DETAIL_ID, "remove from another device");
	ok_kern(default_pager_paging_storage(pager, disk, part, 2, AREA, FALSE),
		KERN_INVALID_ARGUMENT, EINVAL, DPAGER_DETAIL_ID, "remove a part of a run");
	ok_kern(default_pager_paging_storage(pager, disk, twice, 4, AREA, FALSE),
		KERN_INVALID_ARGUMENT, EINVAL, DPAGER_DETAIL_ID, "remove a run twice");
	ok_kern(default_pager_paging_storage(pager, disk, wrong, 4, AREA, FALSE),
		KERN_INVALID_ARGUMENT, EINVAL, DPAGER_DETAIL_ID, "a run that is there, one that is not");
	ok_equal(figures().segments, RUNS, "all is as before");
}

/* The pages of the first run have no room once the second is gone: both stay. */
static void remove_all_or_none(void)
{
	memory_object_t object = kern_object(pager, 2 * BYTES);
	char *map = dp_map(object, 2 * BYTES);
	uint64_t dropped;

	/* Twice as much as fits. */
	stamp_fill(map, object, 0, 2 * BYTES / PAGE, 1);
	munmap(map, 2 * BYTES);
	ok(dpager_object_control(object, DPAGER_CONTROL_PAGE_OUT, 0, 0, &dropped) &&
	   errno == ENOSPC, "page out more than there is room for");
	ok_equal(figures().free, 0, "the area is full");
	ok_kern(default_pager_paging_storage(pager, disk, runs, 2 * RUNS, AREA, FALSE),
		KERN_FAILURE, ENOSPC, DPAGER_DETAIL_NO_SPACE, "remove all: no room elsewhere");
	ok_equal(figures().segments, RUNS, "all are there");
	/* As many as the first run has: it could go, the second cannot. */
	if (dpager_object_control(object, DPAGER_CONTROL_DROP, 0, MiB, &dropped))
		bail("drop");
	ok_kern(default_pager_paging_storage(pager, disk, runs, 4, AREA, FALSE), KERN_FAILURE,
		ENOSPC, DPAGER_DETAIL_NO_SPACE, "remove two: room for the first only");
	ok_equal(figures().segments, RUNS, "both are there, or there again");
	ok_kern(default_pager_paging_storage(pager, disk, runs, 2, AREA, FALSE), KERN_SUCCESS, 0,
		0, "remove the first, whose pages the others take");
	ok_equal(figures().segments, RUNS - 1, "it alone is gone");
	close(object);
	dp_settle(pager);
	ok_kern(default_pager_paging_storage(pager, disk, runs + 2, 4, AREA, FALSE), KERN_SUCCESS,
		0, 0, "remove the rest");
}

int main(void)
{
	pager = kern_pager();
	disk = block_open("/dev/vda", O_RDWR);
	second = block_open("/dev/vdb", O_RDWR);
	added();
	add_refused();
	other_names();
	remove_refused();
	remove_all_or_none();
	is_empty("at the end");
	return tap_done();
}
