/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Room below a cgroup's limit that stands unused while more pages are in use
 * than the limit holds: memory whose pages were evicted although there was room
 * for them. It is looked at every few touches, but not before as many pages
 * were touched as the limit holds; the figure is the mean, in percent of the limit.
 */
#ifndef ROOM_H
#define ROOM_H

#include <stdbool.h>
#include <stddef.h>

/**
 * struct room - what stood unused
 * @limit: the cgroup's, in bytes
 * @touched: pages, so far
 * @unused: sum of all samples, in bytes
 * @samples: how many
 */
struct room {
	size_t limit;
	size_t touched;
	double unused;
	size_t samples;
};

/* So many more pages were touched. */
void room_sample(struct room *room, size_t touches);

/* A member of a line, of the samples since the last call; none: nothing. */
void room_print(struct room *room);

#endif
