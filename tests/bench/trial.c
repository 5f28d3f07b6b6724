// SPDX-License-Identifier: GPL-2.0
#include "trial.h"

#include <stdio.h>
#include <string.h>

#include "line.h"
#include "workload/workloads.h"

const struct trial *const trials[] = {
	&trial_large, &trial_rmw, &trial_after, &trial_cgroup, &trial_pressure, &trial_cpus,
	&trial_tail, &trial_sparse, &trial_dense, &trial_bandwidth, &trial_idle,
	&trial_evacuate,
	&trial_fits, &trial_pagein, &trial_handler, &trial_size,
	NULL
};

bool trial_chosen(const struct trial *trial, const struct choice *choice)
{
	const char *const *workload;

	for (workload = trial->workloads; *workload; workload++) {
		if (choice_has(choice, *workload))
			return true;
	}
	return false;
}

bool trial_known(const char *workload)
{
	struct choice choice = { (char *[]){ (char *)workload }, 1 };
	const struct trial *const *trial;

	for (trial = trials; *trial; trial++) {
		if (trial_chosen(*trial, &choice))
			return true;
	}
	return false;
}

const char *trial_boot(const struct trial *trial)
{
	return trial->boot ? trial->boot : TRIAL_BOOT;
}

void trial_list(const struct trial *trial)
{
	const char *const *workload;

	printf("%s %s", trial->name, trial_boot(trial));
	for (workload = trial->workloads; *workload; workload++)
		printf(" %s", *workload);
	putchar('\n');
}

/* Whether a name is one of those, separated by commas. */
static bool name_among(const char *name, const char *names)
{
	size_t length = strlen(name), part;

	for (; *names; names += part + (names[part] == ',')) {
		part = strcspn(names, ",");
		if (part == length && !strncmp(name, names, length))
			return true;
	}
	return false;
}

static bool peer_run(const struct trial *trial, const char *peer, int number,
		     const struct choice *choice)
{
	struct turn turn = { trial->name, peer, engine_find(peer), number, choice };

	line_turn(&turn);
	return trial->run(&turn);
}

bool trial_measure(const struct trial *trial, int runs, const char *only,
		   const struct choice *choice)
{
	const char *const *peer;
	int number;

	for (number = 1; number <= runs; number++) {
		for (peer = trial->peers; *peer; peer++) {
			if (only && !name_among(*peer, only))
				continue;
			if (!peer_run(trial, *peer, number, choice))
				return false;
		}
	}
	line_complete(trial->name);
	return true;
}
