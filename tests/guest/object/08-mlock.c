// SPDX-License-Identifier: GPL-2.0
/* mlock()ed pages stay in memory across PAGE_OUT and under pressure. */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dp.h"
#include "proc.h"

#define PAGES	512UL
#define LOCKED	128UL

static int object;
static uint64_t id;
static char *map;

static void page_out_with_locked(uint64_t generation)
{
	stamp_fill(map, id, 0, PAGES, generation);
	dp_page_out(object);
	ok_equal(pages_in_memory(map, 0, LOCKED), LOCKED, "locked pages are in memory after PAGE_OUT");
	ok_equal(pages_in_memory(map, LOCKED, PAGES - LOCKED), 0, "the others are out");
	ok(proc_figure("/proc/self/status", "VmLck") == (long long)LOCKED * 4,
	   "they are still locked");
	ok_equal(stamp_verify(map, id, 0, PAGES, generation), 0, "all are right");
}

static void lock_what_is_out(void)
{
	munlock(map, LOCKED * PAGE);
	stamp_fill(map, id, 0, PAGES, 8);
	dp_page_out(object);
	ok_equal(pages_in_memory(map, 0, PAGES), 0, "unlocked: all go out");
	ok_errno(mlock(map, PAGES * PAGE) ? errno : 0, 0, "mlock what is out");
	ok_equal(pages_in_memory(map, 0, PAGES), PAGES, "it is read in");
	ok_equal(stamp_verify(map, id, 0, PAGES, 8), 0, "and right");
}

int main(void)
{
	struct dp_scene scene;

	dp_scene_open(&scene, "/dev/vda", 64 * MiB);
	object = dp_object(scene.pager, PAGES * PAGE, &id);
	map = dp_map(object, PAGES * PAGE);
	stamp_fill(map, id, 0, PAGES, 1);
	if (mlock(map, LOCKED * PAGE))
		bail("mlock");
	page_out_with_locked(2);
	page_out_with_locked(3);
	stamp_fill(map, id, 0, PAGES, 4);
	ok_equal(proc_run(proc_pressure, NULL), 0, "memory pressure");
	ok_equal(pages_in_memory(map, 0, LOCKED), LOCKED, "locked pages are in memory after pressure");
	ok_equal(stamp_verify(map, id, 0, PAGES, 4), 0, "all are right");
	lock_what_is_out();
	munmap(map, PAGES * PAGE);
	close(object);
	dp_settle(scene.pager);
	dp_scene_close(&scene);
	return tap_done();
}
