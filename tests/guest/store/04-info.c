// SPDX-License-Identifier: GPL-2.0
/* STORE_INFO: its figures follow what happens, and an unknown flavor is refused. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dp.h"

#define PAGES	256

static int flavor(int store, uint32_t flavor)
{
	struct dpager_store_info info = { .flavor = flavor };

	return dp_call(store, DPAGER_IOC_STORE_INFO, &info, sizeof(info));
}

static bool consistent(const struct dpager_store_info *info)
{
	return info->reads <= info->pages_in && info->writes <= info->pages_out &&
	       info->pages_free + info->pages_bad <= info->pages_total &&
	       !info->pages_in_failed && !info->pages_out_failed && !info->pages_bad &&
	       !info->attributes;
}

int main(void)
{
	struct dpager_store_info start, out, in, dropped;
	struct dp_scene scene;
	uint64_t id, pages;
	int object;
	char *map;

	dp_scene_open(&scene, "/dev/vda", 64 * MiB);
	dp_store_info(scene.store, &start);
	ok(consistent(&start) && start.segments == 1 && !start.pages_out && !start.reads &&
	   start.pages_total == 64 * MiB / PAGE && start.pages_free == start.pages_total,
	   "a new store");
	ok_dp(flavor(scene.store, 0), EINVAL, DPAGER_DETAIL_OPERATION, "flavor 0");
	ok_dp(flavor(scene.store, 3), EINVAL, DPAGER_DETAIL_OPERATION, "flavor 3");
	ok_dp(flavor(scene.store, -1U), EINVAL, DPAGER_DETAIL_OPERATION, "flavor -1");
	object = dp_object(scene.store, PAGES * PAGE, &id);
	map = dp_map(object, PAGES * PAGE);
	stamp_fill(map, id, 0, PAGES, 1);
	dp_page_out(object);
	dp_store_info(scene.store, &out);
	ok(consistent(&out), "after page-out: figures fit together");
	ok_equal(out.pages_out, PAGES, "pages out");
	ok(out.writes && out.writes < PAGES / 4, "pages are written in clusters");
	ok_equal(out.pages_free, start.pages_free - PAGES, "pages free");
	ok_equal(stamp_verify(map, id, 0, PAGES, 1), 0, "read back");
	dp_store_info(scene.store, &in);
	ok(consistent(&in) && in.pages_in >= PAGES && in.reads, "pages in");
	ok_equal(in.pages_free, out.pages_free, "a page that was read keeps its slot");
	ok_errno(dp_control(object, DPAGER_CONTROL_DROP, 0, 0, &pages), 0, "drop all");
	ok_equal(pages, PAGES, "its slots are counted");
	dp_store_info(scene.store, &dropped);
	ok_equal(dropped.pages_free, start.pages_free, "and free");
	ok(dropped.pages_out == out.pages_out, "counters never go down");
	munmap(map, PAGES * PAGE);
	close(object);
	dp_scene_close(&scene);
	return tap_done();
}
