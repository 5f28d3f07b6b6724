/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Backing stores: named groups of segments.
 *
 * Life: created and published by dpager_store_create(), dead after
 * dpager_store_delete() (segments gone, name free, descriptors ESTALE), freed
 * with the last reference. References are held by the table while alive, by
 * each descriptor and by each object confined to the store.
 */
#ifndef _DPAGER_STORE_H
#define _DPAGER_STORE_H

#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mutex.h>

#include "dpager.h"
#include "segment.h"

struct dpager_cluster;

/**
 * struct dpager_store - a backing store
 * @ref: see above
 * @id: never used again; immutable
 * @priority: higher first, -1 last; immutable
 * @cluster: bytes of a cluster; immutable
 * @name: immutable
 * @dead: deleted; written under dpager_admin and dpager_space
 * @link: in the table of stores; dpager_admin
 * @segments: its segments; dpager_admin
 * @nr_segments: their number; dpager_admin
 * @full_said: the log line about a full store was written and no slot has
 *	become free since
 * @past: counts of segments that were removed
 */
struct dpager_store {
	struct kref ref;
	u64 id;
	s32 priority;
	u32 cluster;
	char name[DPAGER_NAME_SIZE];
	bool dead;
	struct list_head link;
	struct list_head segments;
	u32 nr_segments;
	atomic_t full_said;
	struct dpager_io_counts past;
};

/* Tables of stores and segments. */
extern struct mutex dpager_admin;
/* Segments by priority, and their draining flag. */
extern spinlock_t dpager_space;

void dpager_store_put(struct dpager_store *store);
static inline void dpager_store_get(struct dpager_store *store)
{
	kref_get(&store->ref);
}

/**
 * dpager_store_hand() - hand a cluster to the writer of a segment with room
 * @only: the store to use, NULL: all by priority
 * @cluster: marked busy by the caller
 *
 * Takes the segment of the highest priority that has a free slot and whose
 * writer is not behind; equal priorities take turns.
 *
 * Context: any but interrupt, no sleep, no allocation; takes dpager_space.
 * Return: 0; -ENOSPC: no free slot; -EAGAIN: the writers with room are all
 * behind. On error the cluster is still the caller's.
 */
int dpager_store_hand(struct dpager_store *only, struct dpager_cluster *cluster);

/* Remove all stores at module unload; nothing is in use any more. */
void dpager_store_exit(void);

#endif /* _DPAGER_STORE_H */
