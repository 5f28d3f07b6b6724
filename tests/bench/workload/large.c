// SPDX-License-Identifier: GPL-2.0
/*
 * Three times as much as there is memory, in order and at random. swap-0 is left out:
 * reading in order page by page would take longer than all others together, and
 * at random swap reads page by page by itself.
 */
#include "scale.h"
#include "scenario.h"
#include "workload/workloads.h"

static const struct step steps[] = {
	{ "write", "seq-write", ACCESS_WRITE, PATTERN_SEQUENTIAL, 0, 0, true },
	{ "first pass", "seq-read", ACCESS_READ, PATTERN_SEQUENTIAL, 0, 0, true },
	{ "second pass", "seq-read", ACCESS_READ, PATTERN_SEQUENTIAL, 0, 0, false },
	{ "uniform", "rand-read", ACCESS_READ, PATTERN_UNIFORM, 4000, 2000, false },
	{ "zipf 0.99", "rand-read", ACCESS_READ, PATTERN_ZIPF, 12000, 6000, false },
	{ 0 }
};

static bool large_run(const struct turn *turn)
{
	struct scenario large = { 3 * USABLE, 0, steps };

	return scenario_run(&large, turn);
}

const struct trial trial_large = {
	.name = "large",
	.workloads = { "seq-write", "seq-read", "rand-read" },
	.peers = { "dpager", "swap", "swap-5", "file", "zram", "uffd" },
	.run = large_run,
};
