// SPDX-License-Identifier: GPL-2.0
/*
 * Two cgroups alternate pages inside each cluster: each must be able to page
 * out its own share, though the other one's pages lie between.
 *
 * guest: mem=512 timeout=400
 */
#include <sys/mman.h>
#include <unistd.h>

#include "cgroup.h"
#include "dp.h"
#include "proc.h"

#define LIMIT		(20 * MiB)
#define PAGES		(64 * MiB / PAGE)
#define GENERATIONS	3

static const char *const groups[2] = { "dp-even", "dp-odd" };

struct half {
	uint64_t number, id;
	char *map;
	struct turn go;
};

static uint64_t half_pass(struct half *half, uint64_t generation)
{
	uint64_t page, wrong = 0;

	for (page = half->number; page < PAGES; page += 2) {
		if (generation == 1)
			stamp_fill(half->map, half->id, page, 1, generation);
		else
			wrong += stamp_renew(half->map, half->id, page, 1, generation);
	}
	return wrong;
}

static int run_half(void *argument)
{
	struct half *half = argument;
	uint64_t generation, wrong = 0;

	cgroup_enter(groups[half->number], getpid());
	turn_await(&half->go);
	for (generation = 1; generation <= GENERATIONS; generation++)
		wrong += half_pass(half, generation);
	return wrong != 0;
}

/* Both at once, or one after the other's pages are all there. */
static void scenario(int pager, bool at_once)
{
	struct half halves[2];
	pid_t pids[2];
	uint64_t id;
	int object = dp_object(pager, PAGES * PAGE, &id), i;
	char *map = dp_map(object, PAGES * PAGE);
	const char *how = at_once ? "at once" : "one after the other";

	for (i = 0; i < 2; i++) {
		halves[i] = (struct half){ .number = i, .id = id, .map = map };
		turn_init(&halves[i].go);
		pids[i] = proc_start(run_half, &halves[i]);
	}
	turn_post(&halves[0].go);
	if (at_once)
		turn_post(&halves[1].go);
	ok_equal(proc_wait(pids[0]), 0, "%s: even pages are right", how);
	if (!at_once)
		turn_post(&halves[1].go);
	ok_equal(proc_wait(pids[1]), 0, "%s: odd pages are right", how);
	ok_equal(stamp_verify(map, id, 0, PAGES, GENERATIONS), 0, "%s: all are", how);
	for (i = 0; i < 2; i++)
		ok_equal(cgroup_event(groups[i], "oom_kill"), 0, "%s: no OOM kill in %s", how,
			 groups[i]);
	munmap(map, PAGES * PAGE);
	close(object);
	dp_settle(pager);
}

int main(void)
{
	struct dp_scene scene;
	int i;

	cgroup_need_memory();
	dp_scene_open(&scene, "/dev/vda", GiB);
	for (i = 0; i < 2; i++)
		cgroup_create(groups[i], LIMIT);
	scenario(scene.pager, true);
	scenario(scene.pager, false);
	for (i = 0; i < 2; i++)
		ok(cgroup_remove(groups[i]), "cgroup %s can be removed", groups[i]);
	dp_scene_close(&scene);
	return tap_done();
}
