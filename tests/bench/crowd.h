/* SPDX-License-Identifier: GPL-2.0 */
/* A crowd: processes with memory that is on the disk, and which sleep. */
#ifndef CROWD_H
#define CROWD_H

#include <stdbool.h>
#include <stddef.h>

#include "crew.h"
#include "engine.h"

#define CROWD_SIZE	50

/**
 * struct crowd - processes with memory that is on the disk
 * @crew: they
 * @engine: whose objects they have; NULL: they have anonymous memory
 * @bytes: of memory that each has
 */
struct crowd {
	struct crew crew;
	const struct engine *engine;
	size_t bytes;
};

/*
 * So much memory in all, written and paged out. (Of anonymous memory, the kernel
 * may still keep copies: cgroup_reclaim_anonymous().) Returns when all sleep.
 */
bool crowd_gather(struct crowd *crowd, const struct engine *engine, size_t bytes);

/* Bytes of memory that all have. */
size_t crowd_bytes(const struct crowd *crowd);

/* They wake up, read all, verify it, and end; whether every page was right. */
bool crowd_verify(struct crowd *crowd);

#endif
