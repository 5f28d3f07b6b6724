// SPDX-License-Identifier: GPL-2.0
/*
 * Wake-ups while nothing happens: with a store, a segment, and an object of
 * which one half is out and the other in memory and dirty. That the counters
 * count is seen before, while the half is paged out and another object goes away.
 */
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "area.h"
#include "clock.h"
#include "line.h"
#include "pager.h"
#include "scale.h"
#include "wakeups.h"
#include "workload/workloads.h"

#define BYTES	(64 * MIB)
#define SETTLE	5		/* s, for what is still to be done */
#define QUIET	10		/* s */

/* An object comes and goes: dpager gives that to a worker. */
static void object_pass(const struct turn *turn)
{
	uint64_t objects = pager_objects();

	close(turn->engine->object(MIB));
	while (pager_objects() > objects)
		usleep(10000);
}

static bool scene_make(const struct turn *turn, struct area *area)
{
	size_t bytes = scaled(BYTES / MIB) * MIB;
	int object = turn->engine->object(bytes);
	struct wakeups wakeups;

	if (object < 0 || !area_attach(area, object, bytes) || !wakeups_begin())
		return false;
	area_walk(area, ACCESS_WRITE, NULL, 0, area->pages);
	if (pager_page_out(object, 0, bytes / 2) <= 0)
		return false;
	object_pass(turn);
	if (!wakeups_end(&wakeups))
		return false;
	if (wakeups.switches && wakeups.events)
		return true;
	fprintf(stderr, "bench: wake-ups are not counted (%" PRIu64 " switches, %" PRIu64
		" events)\n", wakeups.switches, wakeups.events);
	return false;
}

static bool idle_work(const struct turn *turn, const void *unused)
{
	struct wakeups wakeups;
	struct area area;
	double seconds;

	(void)unused;
	if (!scene_make(turn, &area))
		return false;
	sleep(SETTLE);
	seconds = clock_seconds();
	if (!wakeups_begin())
		return false;
	sleep(QUIET);
	if (!wakeups_end(&wakeups))
		return false;
	seconds = clock_seconds() - seconds;
	area_walk(&area, ACCESS_READ, NULL, 0, area.pages);
	line_begin(turn, "idle", "idle");
	line_real("seconds", seconds);
	line_count("wakeups", wakeups.switches + wakeups.events);
	line_count("wrong", area.wrong);
	line_end();
	return area_fine(&area, turn->peer);
}

static bool idle_run(const struct turn *turn)
{
	return turn_process(turn, idle_work, NULL);
}

const struct trial trial_idle = {
	.name = "idle",
	.workloads = { "idle" },
	.peers = { "dpager" },
	.run = idle_run,
};
