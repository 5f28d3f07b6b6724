// SPDX-License-Identifier: GPL-2.0
/*
 * Reading in order what was updated at random: as many touches as pages, so that
 * nearly two of three pages were updated since they were written in order. In a
 * cgroup, since random updates of as much as there is memory would take minutes;
 * those of a file do so here, too, and it is left out.
 */
#include "scale.h"
#include "scenario.h"
#include "workload/workloads.h"

#define LIMIT	(64 * MIB)
#define BYTES	(3 * LIMIT / 2)

static const struct step steps[] = {
	{ "write", NULL, ACCESS_WRITE, PATTERN_SEQUENTIAL, 0, 0, true },
	{ "random writes", "after-random", ACCESS_UPDATE, PATTERN_UNIFORM, BYTES / 4096, 0,
	  true },
	{ "read in order", "after-random", ACCESS_READ, PATTERN_SEQUENTIAL, 0, 0, false },
	{ 0 }
};

static bool after_run(const struct turn *turn)
{
	struct scenario after = { BYTES, LIMIT, steps };

	return scenario_run(&after, turn);
}

const struct trial trial_after = {
	.name = "after-random",
	.workloads = { "after-random" },
	.peers = { "dpager", "swap", "swap-5" },
	.run = after_run,
};
