/* SPDX-License-Identifier: GPL-2.0 */
/* Steps in a row on one object, in one process. */
#ifndef SCENARIO_H
#define SCENARIO_H

#include <stdbool.h>
#include <stddef.h>

#include "area.h"
#include "order.h"
#include "turn.h"

/**
 * struct step - touching pages, in one way
 * @name: as in the results; NULL ends a list
 * @workload: the workload that it is part of; NULL: none, it is only the ground
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
 * @bytes: size of the object
 * @limit: memory of the cgroup that it runs in, in bytes, or 0: none. A peer
 *	that a cgroup does not page (uffd) gets as much for its pages
 * @steps: the steps
 */
struct scenario {
	size_t bytes;
	size_t limit;
	const struct step *steps;
};

/* A turn of it; the figures go to stdout, one line a step. */
bool scenario_run(const struct scenario *scenario, const struct turn *turn);

#endif
