/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An object and a memfd that the same is done to: whatever a regular file on
 * tmpfs answers, the object must answer, call by call.
 */
#ifndef TWIN_H
#define TWIN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "tap.h"

#define TWIN_OBJECT	0
#define TWIN_MEMFD	1

struct twin {
	int fd[2];
	char *map[2];
	uint64_t room;		/* bytes of each mapping; the size may be any */
	uint64_t id;
};

/* Both of @bytes, mapped with room for @room. */
void twin_open(struct twin *twin, int pager_or_store, uint64_t bytes, uint64_t room);
void twin_close(struct twin *twin);

/* A call on one of them: what it answers, or -errno. */
typedef long (*twin_fn)(struct twin *twin, int which, void *argument);

long twin_answer(long result);

/* Result: both answer the same. Returns what the object answers. */
long ok_same(struct twin *twin, twin_fn fn, void *argument, const char *fmt, ...)
	TAP_PRINTF(4, 5);
/* Sizes and contents are the same; the first difference is said. */
bool twin_equal(struct twin *twin);
bool ok_content(struct twin *twin, const char *fmt, ...) TAP_PRINTF(2, 3);
/* The object's pages go out. */
void twin_out(struct twin *twin);

/* The same bytes at random, to or from both. */
void twin_noise(void *buffer, uint64_t bytes, uint64_t *state);

#endif
