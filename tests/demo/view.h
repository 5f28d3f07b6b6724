/* SPDX-License-Identifier: GPL-2.0 */
/* What the demo shows: a headline, the live picture, the table. */
#ifndef VIEW_H
#define VIEW_H

#include "job.h"
#include "pager.h"
#include "screen.h"

#define PHASE_JOBS	3

/**
 * struct phase - jobs that run together, and what they took
 * @name: as shown in the table
 * @jobs: they; those behind the last are NULL
 * @before: the figures at its beginning
 * @after: the figures at its end
 * @seconds: how long it took
 */
struct phase {
	const char *name;
	struct job *jobs[PHASE_JOBS];
	struct figures before;
	struct figures after;
	double seconds;
};

/**
 * struct view - all there is to show
 * @screen: where
 * @pager: where the object is
 * @memory: the object, mapped, to see what of it is in memory
 * @pages: pages of the object
 * @jobs: all jobs, in the order in which they begin
 * @job_count: how many
 * @phases: all phases
 * @phase_count: how many
 * @machine: bytes of memory that the machine has
 */
struct view {
	struct screen screen;
	struct pager *pager;
	void *memory;
	size_t pages;
	struct job *jobs;
	size_t job_count;
	struct phase *phases;
	size_t phase_count;
	uint64_t machine;
};

void view_headline(const struct view *view);
void view_draw(struct view *view, const struct figures *figures);
void view_lines(const struct view *view, const struct figures *figures);
void view_table(const struct view *view);

#endif
