/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DPAGERCTL_WATCH_VIEW_H
#define DPAGERCTL_WATCH_VIEW_H

#include <stdio.h>

#include "snapshot.h"

/* Objects whose figures are asked for one by one: those that occupy most. */
#define LOOK_OBJECTS	64

/**
 * struct look - what is seen at one time
 * @snapshot: stores, segments, objects; those first that occupy most
 * @figures: of the first of these objects; id 0: it could not be had
 * @figure_count: their number
 */
struct look {
	struct snapshot snapshot;
	struct dpager_object_info figures[LOOK_OBJECTS];
	size_t figure_count;
};

/* watch_look.c */
void look_take(struct look *look, int pager);
void look_free(struct look *look);
const struct dpager_object_info *look_figures(const struct look *look, uint64_t id);

void watch_print(FILE *out, const struct look *before, const struct look *now);

#endif
