/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The space: all published segments, by priority. It says which of them takes a
 * cluster, and how much room there is.
 */
#ifndef _DPAGER_SPACE_H
#define _DPAGER_SPACE_H

#include <linux/spinlock.h>
#include <linux/types.h>

struct dpager_cluster;
struct dpager_confine;
struct dpager_figures;
struct dpager_object;
struct dpager_segment;
struct dpager_store;

/* Tables of stores and segments, segments by priority, draining: for moments. */
extern spinlock_t dpager_space;

/* A segment is published, or no longer. Context: dpager_space held. */
void dpager_space_add(struct dpager_segment *segment);
void dpager_space_remove(struct dpager_segment *segment);

/* Its priority has changed, or others of the same go first from now on. */
void dpager_space_move(struct dpager_segment *segment);

/* Add a segment, all segments; what can hold pages. Context: dpager_space held. */
void dpager_space_add_figures(struct dpager_segment *segment,
			      struct dpager_figures *sum);
void dpager_space_figures(struct dpager_figures *sum);

/**
 * struct dpager_room - free slots, but for those of segments that are being
 *	emptied, or fail
 * @own: on segments of one store
 * @all: on all that are not of a private store, without what is set aside
 * @listed: on some
 * @spare: what of these may be of no use
 */
struct dpager_room {
	u64 own;
	u64 all;
	u64 listed;
	u64 spare;
};

/* The room there is now, for what is on a store; @listed: segments, by index. */
struct dpager_room dpager_space_room(const struct dpager_store *store,
				     const unsigned long *listed);

/* Note, in @listed, the segments of the stores of a confinement. */
void dpager_space_list(const struct dpager_confine *confine,
		       unsigned long *listed);

/**
 * dpager_space_for() - free slots that an object may take now
 * @object: the object
 * @quota: out: whether its user's quota makes them less
 *
 * Nothing is set aside: others may take them first.
 *
 * Return: that, on all the stores that it may use.
 */
u64 dpager_space_for(struct dpager_object *object, bool *quota);

/**
 * dpager_space_hand() - hand a cluster to the writer of a segment with room
 * @cluster: marked busy by the caller
 *
 * Takes the segment of the highest priority that has a free slot and whose
 * writer is not behind; equal priorities take turns.
 *
 * Context: any but interrupt, no sleep, no allocation; takes dpager_space.
 * Return: 0; -ENOSPC: no free slot; -EAGAIN: the writers with room are all
 * behind. On error the cluster is still the caller's.
 */
int dpager_space_hand(struct dpager_cluster *cluster);

#endif /* _DPAGER_SPACE_H */
