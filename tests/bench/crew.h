/* SPDX-License-Identifier: GPL-2.0 */
/* A crew: processes that begin together. */
#ifndef CREW_H
#define CREW_H

#include <stdbool.h>
#include <sys/types.h>

#include "process.h"

#define CREW_MOST	64

/**
 * struct crew - processes that begin together
 * @ready: a pipe: a byte from each member that is ready
 * @gate: a pipe that the members read; it ends when they may begin
 * @pids: the members
 * @count: of them
 * @gathered: how many are ready
 */
struct crew {
	int ready[2];
	int gate[2];
	pid_t pids[CREW_MOST];
	int count;
	int gathered;
};

bool crew_open(struct crew *crew);

/* A member that does @work, which must call crew_wait() when it is ready. */
void crew_add(struct crew *crew, bool (*work)(struct crew *crew, void *argument), void *argument);

/* Of a member: wait until all are ready. */
void crew_wait(struct crew *crew);

/* Wait until all are ready (or dead); whether all are. */
bool crew_gather(struct crew *crew);

/* The same, then let them begin. */
void crew_begin(struct crew *crew);

/* Wait for a member to end. */
enum fate crew_join(struct crew *crew, int member, const char *name);

#endif
