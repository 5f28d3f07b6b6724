// SPDX-License-Identifier: GPL-2.0
/*
 * An object of 384 MiB in a cgroup of 48: what reclaim has driven out costs next
 * to no kernel memory, also while the object is only read and nothing is written.
 *
 * guest: mem=512 timeout=300
 */
#include <sys/mman.h>
#include <unistd.h>

#include "cgroup.h"
#include "dp.h"
#include "proc.h"

#define LIMIT	(48 * MiB)
#define BYTES	(384 * MiB)
#define PAGES	(BYTES / PAGE)
#define CLUSTER	32
#define GROUP	"dp-folded"
/* Clusters of which a page is in memory; those whose turn comes; free ones. */
#define CLUSTERS_MOST	((long long)(2 * LIMIT / PAGE / CLUSTER) + 320)
/* Page-cache nodes of 64 pages, each of memory and of shadow entries. */
#define NODES_MOST	((long long)(2 * LIMIT / PAGE / 64) + 320)

static int pager;

static bool most(const char *cache, long long before, long long limit)
{
	long long objects = slab_objects(cache) - before;

	diag("%s: %lld, at most %lld", cache, objects, limit);
	return objects <= limit;
}

static int folded(long long nodes)
{
	return !most("dpager_cluster", 0, CLUSTERS_MOST) ||
	       !most("radix_tree_node", nodes, NODES_MOST);
}

static int fill_and_read(void *unused)
{
	long long nodes = slab_objects("radix_tree_node");
	uint64_t id, pass, bad = 0;
	int object;
	char *map;

	(void)unused;
	cgroup_enter(GROUP, getpid());
	object = dp_object(pager, BYTES, &id);
	map = dp_map(object, BYTES);
	stamp_fill(map, id, 0, PAGES, 1);
	bad += folded(nodes);
	for (pass = 0; pass < 2; pass++) {
		bad += stamp_verify(map, id, 0, PAGES, 1) != 0;
		bad += folded(nodes);
	}
	return bad;
}

int main(void)
{
	struct dp_scene scene;

	cgroup_need_memory();
	if (slab_objects("dpager_cluster") < 0)
		tap_skip_all("freed objects are not seen");
	dp_scene_open(&scene, "/dev/vda", GiB);
	pager = scene.pager;
	cgroup_create(GROUP, LIMIT);
	ok_equal(proc_run(fill_and_read, NULL), 0,
		 "written, then read twice: every page is right, and little is kept of those out");
	ok_equal(cgroup_event(GROUP, "oom_kill"), 0, "no OOM kill");
	dp_settle(pager);
	ok(cgroup_remove(GROUP), "the cgroup can be removed");
	dp_scene_close(&scene);
	return tap_done();
}
