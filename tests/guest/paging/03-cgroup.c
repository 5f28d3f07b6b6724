// SPDX-License-Identifier: GPL-2.0
/*
 * A 600 MiB object in a 200 MiB cgroup: its pages are charged to the cgroup,
 * and paged out before it is over its limit. No OOM kill.
 *
 * guest: mem=768 timeout=400
 */
#include <sys/mman.h>
#include <unistd.h>

#include "cgroup.h"
#include "dp.h"
#include "proc.h"

#define LIMIT	(200 * MiB)
#define BYTES	(600 * MiB)
#define PAGES	(BYTES / PAGE)
#define GROUP	"dp-limit"

static int pager;

static int fill_and_verify(void *unused)
{
	uint64_t id, seed = 5, page, wrong = 0;
	int object, i;
	char *map;

	(void)unused;
	cgroup_enter(GROUP, getpid());
	object = dp_object(pager, BYTES, &id);
	map = dp_map(object, BYTES);
	stamp_fill(map, id, 0, PAGES, 1);
	wrong += stamp_renew(map, id, 0, PAGES, 2);
	wrong += stamp_renew(map, id, 0, PAGES, 3);
	for (i = 0; i < 2000; i++) {
		page = random_next(&seed) % PAGES;
		wrong += stamp_verify(map, id, page, 1, 3);
		stamp_fill(map, id, page, 1, 3);
	}
	wrong += stamp_verify(map, id, 0, PAGES, 3);
	return wrong != 0;
}

int main(void)
{
	struct dpager_info info;
	struct dp_scene scene;
	long long peak;

	cgroup_need_memory();
	dp_scene_open(&scene, "/dev/vda", GiB);
	pager = scene.pager;
	cgroup_create(GROUP, LIMIT);
	ok_equal(proc_run(fill_and_verify, NULL), 0, "600 MiB in 200 MiB: every page is right");
	ok_equal(cgroup_event(GROUP, "oom_kill"), 0, "no OOM kill");
	ok_equal(cgroup_event(GROUP, "oom"), 0, "nor the like of it");
	peak = cgroup_read(GROUP, "memory.peak");
	ok(peak > (long long)LIMIT / 2 && peak <= (long long)LIMIT,
	   "the object's pages are charged to the cgroup, up to its limit");
	dp_info(pager, &info);
	ok(info.pages_out * PAGE >= 2 * (BYTES - LIMIT), "what is over the limit was paged out");
	ok(!info.full && !info.pages_out_failed && !info.pages_in_failed, "nothing failed");
	dp_settle(pager);
	ok(cgroup_remove(GROUP), "the cgroup can be removed");
	dp_scene_close(&scene);
	return tap_done();
}
