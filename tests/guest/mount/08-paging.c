// SPDX-License-Identifier: GPL-2.0
/*
 * Files of a mount are paged like any object: larger than memory, to the stores
 * of their mount and no others, and the object's calls work on them.
 *
 * guest: mem=256 disks=1G,1G timeout=240
 */
#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dp.h"
#include "mounted.h"
#include "proc.h"
#include "parity.h"

#define PAGES	1024ULL
#define LARGE	(384 * MiB / PAGE)

static int pager, store[2];
static uint64_t segment[2];

static void two_mounts(void)
{
	struct dp_area area[2];
	uint64_t sum;
	unsigned int i;

	mounted("/first", "store=disk0");
	mounted("/second", "store=disk1");
	mounted_area(&area[0], "/first/file", PAGES);
	mounted_area(&area[1], "/second/file", PAGES);
	for (i = 0; i < 2; i++) {
		stamp_fill(area[i].map, area[i].id, 0, PAGES, 1);
		ok_equal(dp_page_out(area[i].fd), PAGES, "mount %u: paged out", i);
		ok_equal(dp_segment_used(store[i], segment[i]), PAGES, "to its own segment");
	}
	for (i = 0; i < 2; i++)
		ok_equal(stamp_verify(area[i].map, area[i].id, 0, PAGES, 1), 0,
			 "mount %u: and in", i);
	dp_area_close(&area[1]);
	unlink("/second/file");
	dp_settle_to(pager, 1);
	ok_equal(dp_segment_used(store[1], segment[1]), 0, "unlinked, its slots are free");
	sum = dp_segment_used(store[0], segment[0]);
	ok_equal(sum, PAGES, "those of the other are not");
	dp_area_close(&area[0]);
	ok_errno(parity_unmount("/second"), 0, "unmount the second");
	mounted_area_again(&area[0], "/first/file");
	ok_equal(stamp_verify(area[0].map, area[0].id, 0, PAGES, 1), 0, "the first is right");
	dp_area_close(&area[0]);
	ok_errno(parity_unmount("/first"), 0, "unmount it");
	dp_settle(pager);
	ok_equal(dp_segment_used(store[0], segment[0]), 0, "its slots are free");
}

/* Both disks at once, or one that is not confined. */
static void two_stores(void)
{
	struct dp_area area;

	mounted("/first", "store=disk0:disk1");
	mounted_area(&area, "/first/file", PAGES);
	stamp_fill(area.map, area.id, 0, PAGES, 1);
	dp_page_out(area.fd);
	ok(dp_segment_used(store[0], segment[0]) && dp_segment_used(store[1], segment[1]),
	   "two stores take turns");
	ok_equal(stamp_verify(area.map, area.id, 0, PAGES, 1), 0, "and give back");
	dp_area_close(&area);
	ok_errno(parity_unmount("/first"), 0, "unmounted");
	dp_settle(pager);
}

static int verify_elsewhere(void *argument)
{
	struct dp_area *area = argument, own;

	mounted_area_again(&own, "/first/large");
	if (own.id != area->id)
		return 2;
	return stamp_verify(own.map, own.id, 0, own.pages, 3) != 0;
}

static void larger_than_memory(void)
{
	struct dp_area area;
	struct room room;

	mounted("/first", "");
	mounted_area(&area, "/first/large", LARGE);
	stamp_fill(area.map, area.id, 0, LARGE, 1);
	ok_equal(stamp_verify(area.map, area.id, 0, LARGE, 1), 0, "384 MiB in a guest of 256");
	ok_equal(stamp_renew(area.map, area.id, 0, LARGE, 2), 0, "renewed page by page");
	ok_equal(stamp_renew(area.map, area.id, 0, LARGE, 3), 0, "and again");
	room = mounted_room("/first");
	ok_equal(room.used, LARGE, "statfs: used");
	ok(room.all > LARGE && room.available < 2 * GiB / PAGE + 256 * MiB / PAGE,
	   "statfs: all is what stores and memory take");
	ok_equal(proc_run(verify_elsewhere, &area), 0, "another process finds it by name");
	dp_area_close(&area);
	mounted_area_again(&area, "/first/large");
	ok_equal(stamp_verify(area.map, area.id, 0, LARGE, 3), 0, "closed and opened again");
	dp_area_close(&area);
	unlink("/first/large");
	ok_equal(mounted_room("/first").used, 0, "unlinked");
	ok_errno(parity_unmount("/first"), 0, "unmounted");
	dp_settle(pager);
}

/* A file of a mount is in the list, and answers what an object answers. */
static void calls(void)
{
	struct dpager_object_info info;
	struct dpager_object_open open = { .fd = -1 };
	struct dpager_list list;
	struct dp_area area;
	uint64_t pages;
	struct stat st;
	char *map;

	mounted("/first", "store=disk0");
	mounted_area(&area, "/first/file", PAGES);
	stamp_fill(area.map, area.id, 0, PAGES, 1);
	ok_equal(dp_page_out(area.fd), PAGES, "PAGE_OUT");
	ok_errno(dp_object_info(area.fd, &info), 0, "OBJECT_INFO");
	ok(info.bytes == PAGES * PAGE && info.paged_out == PAGES * PAGE && !info.resident,
	   "what it says");
	fstat(area.fd, &st);
	ok_equal(st.st_size, PAGES * PAGE, "fstat: size");
	ok_equal(st.st_blocks, PAGES * PAGE / 512, "fstat: blocks");
	list = (struct dpager_list) { .entry_size = sizeof(struct dpager_object_entry) };
	ok_errno(dp_list(pager, DPAGER_IOC_OBJECTS, &list), 0, "OBJECTS");
	ok_equal(list.total, 1, "it is in the list");
	ok_errno(dp_control(area.fd, DPAGER_CONTROL_PAGE_IN, 0, 0, &pages), 0, "PAGE_IN");
	ok_equal(pages, PAGES, "of all pages");
	open.id = info.id;
	ok_dp(dp_call(pager, DPAGER_IOC_OBJECT_OPEN, &open, sizeof(open)), 0, DPAGER_DETAIL_NONE,
	      "OBJECT_OPEN");
	map = dp_map(open.fd, PAGES * PAGE);
	stamp_fill(map, area.id, 0, PAGES, 2);
	ok_equal(stamp_verify(area.map, area.id, 0, PAGES, 2), 0, "coherent with the file");
	dp_area_close(&area);
	ok_errno(parity_unmount("/first"), 0, "unmounted while it is open as an object");
	dp_page_out(open.fd);
	ok_equal(stamp_verify(map, area.id, 0, PAGES, 2), 0, "which goes on");
	munmap(map, PAGES * PAGE);
	close(open.fd);
	dp_settle(pager);
}

struct visit {
	uint64_t id;
};

static int opens(void *argument)
{
	struct dpager_object_open open = { .id = *(uint64_t *)argument };

	return dp_call(pager, DPAGER_IOC_OBJECT_OPEN, &open, sizeof(open));
}

static int creates(void *unused)
{
	(void)unused;
	return parity_call("/first", "creat mine 600");
}

/* The file's mode says who may open it, not who created it. */
static void by_id(void)
{
	struct dp_area area;

	mounted("/first", "");
	ok_equal(proc_run_as(PROC_NOBODY, creates, NULL), 0, "nobody makes a file");
	if (truncate("/first/mine", PAGE))
		bail("truncate");
	mounted_area_again(&area, "/first/mine");
	ok_errno(proc_run_as(PROC_NOBODY, opens, &area.id), EPERM, "but does not open it by id");
	dp_area_close(&area);
	ok_errno(parity_unmount("/first"), 0, "unmounted");
	dp_settle(pager);
}

int main(void)
{
	unsigned int i;

	pager = dp_pager();
	for (i = 0; i < 2; i++) {
		store[i] = dp_store(pager, -1, 0, i ? "disk1" : "disk0");
		segment[i] = dp_segment_on(store[i], i ? "/dev/vdb" : "/dev/vda", 0, 512 * MiB);
	}
	two_mounts();
	two_stores();
	larger_than_memory();
	calls();
	by_id();
	ok_balance(pager, "at the end");
	for (i = 0; i < 2; i++)
		ok_errno(dp_delete_wait(store[i]), 0, "delete store %u", i);
	return tap_done();
}
