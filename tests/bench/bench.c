// SPDX-License-Identifier: GPL-2.0
/*
 * The guest's part of the bench: runs each scenario with dpager and with its
 * peers in turn, on equal halves of one disk, and prints one JSON object for
 * each step. The host's part (run) makes medians and ratios of them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "disk.h"
#include "scenario.h"

static const char usage[] =
	"Usage: bench [-n RUNS] [-e ENGINE] [-s PERCENT] [WORKLOAD...]\n"
	"Measure dpager against its peers. The content of /dev/" DISK " is lost.\n"
	"  -n RUNS    runs of each, interleaved; default 5\n"
	"  -e ENGINE  only this one: dpager or swap\n"
	"  -s PERCENT of all sizes, in a machine as much smaller; default 100\n";

static const struct engine *const engines[] = { &engine_dpager, &engine_swap, NULL };

static bool engines_run(const struct scenario *scenario, int number, const char *only,
			const struct choice *choice)
{
	const struct engine *const *engine;

	for (engine = engines; *engine; engine++) {
		if (only && strcmp(only, (*engine)->name))
			continue;
		if (!scenario_run(scenario, *engine, number, choice))
			return false;
	}
	return true;
}

/* Run by run, each engine in turn: what changes during the boot meets them all. */
static bool scenario_measure(const struct scenario *scenario, int runs, const char *only,
			     const struct choice *choice)
{
	int number;

	for (number = 1; number <= runs; number++) {
		if (!engines_run(scenario, number, only, choice))
			return false;
	}
	printf("{\"scenario\": \"%s\", \"complete\": true}\n", scenario->name);
	fflush(stdout);
	return true;
}

int main(int argc, char **argv)
{
	const struct scenario *scenario;
	const char *only = NULL;
	struct choice choice;
	int option, runs = 5;

	while ((option = getopt(argc, argv, "n:e:s:")) != -1) {
		if (option == 'n')
			runs = atoi(optarg);
		else if (option == 's')
			scenario_scale = (size_t)atoi(optarg);
		else if (option == 'e')
			only = optarg;
		else
			return fputs(usage, stderr) < 0 ? 1 : 2;
	}
	choice = (struct choice){ argv + optind, argc - optind };
	if (!disk_prepare())
		return 1;
	for (scenario = scenarios; scenario->name; scenario++) {
		if (scenario_chosen(scenario, &choice) &&
		    !scenario_measure(scenario, runs, only, &choice))
			return 1;
	}
	return 0;
}
