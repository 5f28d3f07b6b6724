// SPDX-License-Identifier: GPL-2.0
/* Three times as much as a cgroup may use, and what it leaves unused of that (room.h). */
#include "scale.h"
#include "scenario.h"
#include "workload/workloads.h"

#define LIMIT	(50 * MIB)

static const struct step steps[] = {
	{ "write", "cgroup", ACCESS_WRITE, PATTERN_SEQUENTIAL, 0, 0, true },
	{ "read", "cgroup", ACCESS_READ, PATTERN_SEQUENTIAL, 0, 0, false },
	{ 0 }
};

static bool cgroup_run(const struct turn *turn)
{
	struct scenario cgroup = { 3 * LIMIT, LIMIT, steps };

	return scenario_run(&cgroup, turn);
}

const struct trial trial_cgroup = {
	.name = "cgroup",
	.workloads = { "cgroup" },
	.peers = { "dpager", "swap", "swap-5", "file" },
	.run = cgroup_run,
};
