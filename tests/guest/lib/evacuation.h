/* SPDX-License-Identifier: GPL-2.0 */
/*
 * REMOVE_SEGMENT, STORE_DELETE and RESIZE_SEGMENT with pages in use: by a child,
 * so that it can be watched and interrupted; and what must hold afterwards.
 */
#ifndef EVACUATION_H
#define EVACUATION_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "dp.h"

/* No call that must not wait takes longer, on any machine; ms. */
#define EVACUATION_PROMPT	10000

/* In memory shared with the child. */
struct evacuation {
	int store;
	uint64_t segment;	/* 0: the store is deleted */
	uint64_t bytes;		/* not 0: the segment is resized */
	uint32_t flags;
	struct dpager_evacuate evacuate;
	int error;
	uint32_t detail;
	int milliseconds;
};

struct evacuation *evacuation_new(int store, uint64_t segment);
/* The child catches SIGUSR1 and SIGINT; it ends with status 0 in any case. */
pid_t evacuation_start(struct evacuation *evacuation);
/* Waits until some pages of the segment (0: of any) are moved, or bails out. */
void evacuation_await(int store, uint64_t segment);
/* The same of one that is resized: all that is written meanwhile is moved. */
void evacuation_await_resize(int store, uint64_t segment, uint64_t pages_out);
/* Pages written by the store so far. */
uint64_t evacuation_pages_out(int store);
/* Writes that were under way when a call ended early are over after this. */
void evacuation_settle(int store);
/* SIGUSR1 while it runs. Results: it ends soon, with EINTR and figures of a part. */
void evacuation_interrupt(struct evacuation *evacuation, pid_t pid, const char *what);

/* In this process, with no rate and no deadline. */
int evacuate(int store, uint64_t segment, uint32_t flags, struct dpager_evacuate *evacuate);

/* Results: it succeeded; all of @pages were in use, and moved, and none lost. */
bool ok_evacuated(int error, const struct dpager_evacuate *evacuate, uint64_t pages,
		  const char *what);
/* Results: the segment is in use as before any call. */
void ok_usable(int store, uint64_t segment, const char *when);
/* And has so many pages. */
void ok_in_use(int store, uint64_t segment, uint64_t used, const char *when);
/* Result: nobody claims the disk. */
void ok_released(const char *path, const char *when);

#endif
