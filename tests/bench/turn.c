// SPDX-License-Identifier: GPL-2.0
#include "turn.h"

#include <stdio.h>
#include <string.h>

#include "cgroup.h"
#include "disk.h"

bool choice_has(const struct choice *choice, const char *workload)
{
	int i;

	for (i = 0; i < choice->count; i++) {
		if (!strcmp(choice->names[i], workload))
			return true;
	}
	return !choice->count;
}

bool turn_is_dpager(const struct turn *turn)
{
	return !strcmp(turn->peer, "dpager");
}

bool turn_survives(const struct turn *turn, enum fate fate)
{
	return fate == FATE_FINE || (fate == FATE_KILLED && !turn_is_dpager(turn));
}

/* Whether a peer may be missing. */
static bool turn_optional(const struct turn *turn)
{
	return !turn_is_dpager(turn) && strncmp(turn->peer, "swap", 4);
}

/**
 * struct job - what the process of a turn is told
 */
struct job {
	const struct turn *turn;
	turn_work work;
	const void *argument;
};

static bool job_do(void *argument)
{
	struct job *job = argument;

	return job->work(job->turn, job->argument);
}

bool turn_process(const struct turn *turn, turn_work work, const void *argument)
{
	struct job job = { turn, work, argument };
	enum fate fate;
	bool ended;

	if (turn->engine && !turn->engine->begin()) {
		fprintf(stderr, "bench: %s cannot run here\n", turn->peer);
		return turn_optional(turn);
	}
	disk_settle();
	fate = process_wait(process_start(job_do, &job), turn->peer);
	cgroup_remove();
	ended = !turn->engine || turn->engine->end();
	return ended && turn_survives(turn, fate);
}
