/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Two processes that verify and rewrite pages of a tenant at random, while a test
 * does something else. Neighbours belong to different ones.
 */
#ifndef WRITERS_H
#define WRITERS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "tenant.h"

#define WRITERS		2

/* In memory shared with them. */
struct writers {
	struct tenant *tenant;
	uint64_t seed;
	volatile bool enough;
	volatile uint64_t accesses[WRITERS];
	pid_t pids[WRITERS];
};

struct writers *writers_start(struct tenant *tenant, uint64_t seed);
/* Results: none of them saw a wrong page. */
void writers_stop(struct writers *writers);

#endif
