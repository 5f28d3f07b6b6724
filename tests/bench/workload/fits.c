// SPDX-License-Identifier: GPL-2.0
/* What fits in memory: instructions a touch. With "swap" it is a memfd that never swaps. */
#include "scale.h"
#include "scenario.h"
#include "workload/workloads.h"

static const struct step steps[] = {
	{ "first touch", "fits", ACCESS_WRITE, PATTERN_SEQUENTIAL, 0, 0, true },
	{ "rewrite", "fits", ACCESS_WRITE, PATTERN_SEQUENTIAL, 150000, 0, false },
	{ "random", "fits", ACCESS_UPDATE, PATTERN_UNIFORM, 150000, 0, false },
	{ 0 }
};

static bool fits_run(const struct turn *turn)
{
	struct scenario fits = { 100 * MIB, 0, steps };

	return scenario_run(&fits, turn);
}

const struct trial trial_fits = {
	.name = "fits",
	.boot = "icount",
	.workloads = { "fits" },
	.peers = { "dpager", "swap" },
	.run = fits_run,
};
