// SPDX-License-Identifier: GPL-2.0
/* OBJECT_INFO and INFO: figures that follow what happens to an object. */
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dp.h"

#define PAGES	256ULL
#define BYTES	(PAGES * PAGE)

static int pager, object;

static struct dpager_object_info info(void)
{
	struct dpager_object_info info;

	if (dp_object_info(object, &info))
		bail("OBJECT_INFO");
	return info;
}

static void touched(char *map)
{
	struct dpager_object_info now;

	now = info();
	ok(!now.resident && !now.dirty && !now.paged_out && !now.faults && !now.uid &&
	   !now.store, "a new object has nothing");
	(void)*(volatile char *)map;
	now = info();
	ok(now.resident && now.faults && !now.major_faults && !now.paged_out,
	   "a page that was read");
	stamp_fill(map, 1, 0, PAGES, 1);
	now = info();
	ok_equal(now.resident, BYTES, "all was written: resident");
	ok(now.dirty <= BYTES && now.dirty >= BYTES - PAGE, "and known to be dirty");
	ok(now.faults <= PAGES + 1 && !now.major_faults, "at most a fault a page");
}

static void out(void)
{
	struct dpager_object_info now;

	dp_page_out(object);
	now = info();
	ok_equal(now.resident, 0, "after page-out: resident");
	ok_equal(now.dirty, 0, "after page-out: dirty");
	ok_equal(now.paged_out, BYTES, "after page-out: paged out");
	ok_equal(now.pages_out, PAGES, "after page-out: pages out");
}

static void in(char *map)
{
	struct dpager_object_info now;
	struct dpager_info all;

	ok_equal(stamp_verify(map, 1, 0, PAGES, 1), 0, "read in");
	now = info();
	ok_equal(now.resident, BYTES, "after page-in: resident");
	ok_equal(now.dirty, 0, "after page-in: dirty");
	ok_equal(now.paged_out, BYTES, "after page-in: still on backing store");
	ok_equal(now.pages_in, PAGES, "after page-in: pages in");
	ok(now.major_faults >= 1 && now.major_faults <= PAGES, "after page-in: major faults");
	dp_info(pager, &all);
	ok(all.objects == 1 && all.resident == BYTES && !all.dirty && !all.writeback,
	   "INFO: resident, dirty, writeback");
	ok(all.faults == now.faults && all.major_faults == now.major_faults &&
	   all.pages_in == now.pages_in && all.pages_out == now.pages_out,
	   "INFO: counters are those of the only object");
	ok(all.reads && all.writes && !all.pages_in_failed && !all.pages_out_failed &&
	   !all.full, "INFO: requests and failures");
}

/* A page that is written again is dirty and keeps or gives back its slot. */
static void written_again(char *map)
{
	struct dpager_object_info now;

	stamp_fill(map, 1, 0, PAGES / 2, 2);
	dp_page_out(object);
	now = info();
	ok_equal(now.pages_out, PAGES + PAGES / 2, "only dirty pages are written");
	ok_equal(now.paged_out, BYTES, "none has two places");
	ok_equal(stamp_verify(map, 1, 0, PAGES / 2, 2), 0, "what was rewritten");
	ok_equal(stamp_verify(map, 1, PAGES / 2, PAGES / 2, 1), 0, "what was not");
}

static void counters_stay(struct dpager_info *before)
{
	struct dpager_info after;

	dp_info(pager, &after);
	ok(!after.objects && !after.resident && after.free == after.total,
	   "the object is gone: nothing is resident, all is free");
	ok(after.faults >= before->faults && after.pages_in >= before->pages_in &&
	   after.pages_out >= before->pages_out && after.reads >= before->reads &&
	   after.writes >= before->writes, "counters never go down");
}

int main(void)
{
	struct dpager_info before;
	struct dp_scene scene;
	char *map;

	dp_scene_open(&scene, "/dev/vda", 16 * MiB);
	pager = scene.pager;
	object = dp_object(pager, BYTES, NULL);
	map = dp_map(object, BYTES);
	touched(map);
	out();
	in(map);
	written_again(map);
	dp_info(pager, &before);
	munmap(map, BYTES);
	close(object);
	dp_settle(pager);
	counters_stay(&before);
	dp_scene_close(&scene);
	return tap_done();
}
