// SPDX-License-Identifier: GPL-2.0
/*
 * The cgroup that dirtied an object's pages is gone, because its task moved
 * away or exited: the pages must still be found and paged out, and others in
 * limited cgroups must go on with the object.
 *
 * guest: mem=512 timeout=400
 */
#include <sys/mman.h>
#include <unistd.h>

#include "cgroup.h"
#include "dp.h"
#include "proc.h"

#define PAGES	(64 * MiB / PAGE)
#define LIMIT	(28 * MiB)
#define FIRST	"dp-first"
#define SECOND	"dp-second"

struct scene {
	int pager, object;
	uint64_t id;
	char *map;
};

static int dirty_and_exit(void *argument)
{
	struct scene *scene = argument;

	cgroup_enter(FIRST, getpid());
	stamp_fill(scene->map, scene->id, 0, PAGES, 1);
	return 0;
}

static int dirty_and_move(void *argument)
{
	struct scene *scene = argument;

	cgroup_enter(FIRST, getpid());
	stamp_fill(scene->map, scene->id, 0, PAGES, 1);
	cgroup_leave(getpid());
	if (!cgroup_remove(FIRST))
		return 1;
	stamp_fill(scene->map, scene->id, 0, PAGES / 2, 1);
	return stamp_verify(scene->map, scene->id, 0, PAGES, 1) != 0;
}

static int go_on_limited(void *argument)
{
	struct scene *scene = argument;
	uint64_t wrong;

	cgroup_enter(SECOND, getpid());
	wrong = stamp_renew(scene->map, scene->id, 0, PAGES, 2);
	wrong += stamp_renew(scene->map, scene->id, 0, PAGES, 3);
	return wrong != 0;
}

/*
 * Anonymous memory that fits only when pages of the object go out; a limited
 * cgroup has left no more than its limit of them in memory.
 */
static int pressure(void *unused)
{
	size_t bytes = (proc_figure("/proc/meminfo", "MemFree") + 8 * 1024) * 1024, at;
	char *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)unused;
	for (at = 0; at < bytes; at += PAGE)
		memory[at] = 1;
	return 0;
}

static void scenario(int pager, uint64_t limit, proc_fn first, const char *how)
{
	struct dpager_object_info info;
	struct scene scene = { .pager = pager };

	cgroup_create(FIRST, limit);
	cgroup_create(SECOND, LIMIT);
	scene.object = dp_object(pager, PAGES * PAGE, &scene.id);
	scene.map = dp_map(scene.object, PAGES * PAGE);
	ok_equal(proc_run(first, &scene), 0, "%s: the first is done", how);
	ok(cgroup_remove(FIRST), "%s: its cgroup is removed", how);
	ok_equal(proc_run(pressure, NULL), 0, "%s: others find memory", how);
	dp_object_info(scene.object, &info);
	ok(info.paged_out > 0, "%s: since its pages go out", how);
	ok_equal(proc_run(go_on_limited, &scene), 0, "%s: a limited one goes on", how);
	ok_equal(cgroup_event(SECOND, "oom_kill"), 0, "%s: no OOM kill", how);
	dp_page_out(scene.object);
	ok_equal(stamp_verify(scene.map, scene.id, 0, PAGES, 3), 0, "%s: all is right", how);
	munmap(scene.map, PAGES * PAGE);
	close(scene.object);
	dp_settle(pager);
	ok(cgroup_remove(SECOND), "%s: the second cgroup is removed", how);
}

int main(void)
{
	struct dp_scene scene;

	cgroup_need_memory();
	dp_scene_open(&scene, "/dev/vda", GiB);
	scenario(scene.pager, 0, dirty_and_exit, "exited");
	scenario(scene.pager, LIMIT, dirty_and_move, "moved");
	scenario(scene.pager, LIMIT, dirty_and_exit, "limited and exited");
	dp_scene_close(&scene);
	return tap_done();
}
