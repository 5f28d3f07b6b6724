/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Two processes on an object that is larger than memory, while a third takes
 * and frees anonymous memory: the main job, with every page verified.
 */
#ifndef CROWD_H
#define CROWD_H

#include <stdint.h>

struct crowd {
	int pager;		/* where the object is created */
	uint64_t bytes;		/* of the object */
	uint64_t anonymous;	/* bytes that the third takes at a time; 0: no third */
	unsigned int random;	/* random accesses of each of the two */
};

/* Reports results; the object is gone at the end. */
void crowd_run(const struct crowd *crowd);

#endif
