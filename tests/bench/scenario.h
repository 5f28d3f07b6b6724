/* SPDX-License-Identifier: GPL-2.0 */
/* What is run on an object: scenarios, each some steps in a row on one object. */
#ifndef SCENARIO_H
#define SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine.h"
#include "order.h"

enum access {
	ACCESS_WRITE,
	ACCESS_READ,		/* and verify */
	ACCESS_UPDATE,		/* verify, then write */
};

/**
 * struct step - touching pages, in one way
 * @name: as in the results; NULL ends a list
 * @workload: the workload that it is part of
 * @access: what is done to a page
 * @pattern: in which order
 * @touches: how many pages are touched; 0: each once
 * @warmup: touches before the clock runs
 * @ground: later steps stand on it: it runs even if nobody asked for it
 */
struct step {
	const char *name;
	const char *workload;
	enum access access;
	enum pattern pattern;
	size_t touches;
	size_t warmup;
	bool ground;
};

/**
 * struct scenario - steps on an object
 * @name: as in the results; NULL ends the list
 * @mib: size of the object
 * @limit_mib: memory of the cgroup that it runs in, or 0: none
 * @steps: the steps
 */
struct scenario {
	const char *name;
	size_t mib;
	size_t limit_mib;
	const struct step *steps;
};

extern const struct scenario scenarios[];

/* Percent of all sizes. */
extern size_t scenario_scale;

/* The workloads asked for; empty: all. */
struct choice {
	char **names;
	int count;
};

bool scenario_chosen(const struct scenario *scenario, const struct choice *choice);

/* One run, in a process of its own; the figures go to stdout, one line a step. */
bool scenario_run(const struct scenario *scenario, const struct engine *engine, int number,
		  const struct choice *choice);

#endif
