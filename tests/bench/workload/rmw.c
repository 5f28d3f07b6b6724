// SPDX-License-Identifier: GPL-2.0
/*
 * Random updates of working sets that are larger than a cgroup's limit. zram is
 * left out: what it keeps, compressed, stays in memory and is not charged to the
 * cgroup. file and uffd are left out for the time that they take.
 */
#include "scale.h"
#include "scenario.h"
#include "workload/workloads.h"

#define LIMIT	(32 * MIB)
#define TOUCHES	4000

#define STEPS(name)								\
	{									\
		{ "write", NULL, ACCESS_WRITE, PATTERN_SEQUENTIAL, 0, 0, true },	\
		{ name, "rand-rmw", ACCESS_UPDATE, PATTERN_UNIFORM, TOUCHES, TOUCHES, false }, \
		{ 0 }								\
	}

static const struct step steps_small[] = STEPS("1.5 x limit");
static const struct step steps_middle[] = STEPS("2 x limit");
static const struct step steps_big[] = STEPS("4 x limit");

static const struct scenario sets[] = {
	{ 3 * LIMIT / 2, LIMIT, steps_small },
	{ 2 * LIMIT, LIMIT, steps_middle },
	{ 4 * LIMIT, LIMIT, steps_big },
};

static bool rmw_run(const struct turn *turn)
{
	size_t i;

	for (i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
		if (!scenario_run(&sets[i], turn))
			return false;
	}
	return true;
}

const struct trial trial_rmw = {
	.name = "rand-rmw",
	.workloads = { "rand-rmw" },
	.peers = { "dpager", "swap", "swap-0" },
	.run = rmw_run,
};
