/* SPDX-License-Identifier: GPL-2.0 */
/* A turn: one run of a scenario with one peer. */
#ifndef TURN_H
#define TURN_H

#include <stdbool.h>

#include "engine.h"
#include "process.h"

/* The workloads asked for; empty: all. */
struct choice {
	char **names;
	int count;
};

bool choice_has(const struct choice *choice, const char *workload);

/**
 * struct turn - one run of a scenario with one peer
 * @scenario: as in the results
 * @peer: as in the results
 * @engine: of that name; NULL for what is none: fio, copy, ...
 * @number: of the run, from 1
 * @choice: the workloads asked for
 */
struct turn {
	const char *scenario;
	const char *peer;
	const struct engine *engine;
	int number;
	const struct choice *choice;
};

typedef bool (*turn_work)(const struct turn *turn, const void *argument);

/*
 * Do @work in a process of its own, between the engine's begin() and end() if
 * there is one. A peer that cannot begin here is passed over, but dpager and swap must.
 */
bool turn_process(const struct turn *turn, turn_work work, const void *argument);

/* Whether the bench may go on: an OOM kill is a result of a peer, but a failure of dpager. */
bool turn_survives(const struct turn *turn, enum fate fate);

bool turn_is_dpager(const struct turn *turn);

#endif
