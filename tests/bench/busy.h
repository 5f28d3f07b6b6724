/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Two processes that verify and write pages of an object each, at random and
 * without a pause. Each has a third more than the cgroup that both are in may use,
 * so both page all the time. Beside what is no engine they have as much anonymous
 * memory, all of it in memory.
 */
#ifndef BUSY_H
#define BUSY_H

#include <stdbool.h>
#include <stdint.h>

#include "crew.h"
#include "engine.h"
#include "stalls.h"

#define BUSY_MEMBERS	2

/**
 * struct busy_member - one of them; shared
 * @engine: whose object it has; NULL: it has anonymous memory
 * @number: of the member
 * @over: it may end
 * @stalls: its longest touches
 * @touches: pages that it verified and wrote
 * @wrong: touches that found a wrong page
 */
struct busy_member {
	const struct engine *engine;
	int number;
	volatile bool over;
	struct stalls stalls;
	uint64_t touches;
	uint64_t wrong;
};

/**
 * struct busy - both
 * @crew: the processes
 * @members: what they are told, and did
 */
struct busy {
	struct crew crew;
	struct busy_member *members;
};

/* Returns when their memory is written and they are at it. */
bool busy_start(struct busy *busy, const struct engine *engine);

/* They end; whether both ended well, with all pages right. */
bool busy_stop(struct busy *busy);

/* Their longest touch between two times, their touches, and those that found a wrong page. */
double busy_longest(const struct busy *busy, double from, double to);
uint64_t busy_touches(const struct busy *busy);
uint64_t busy_wrong(const struct busy *busy);

#endif
