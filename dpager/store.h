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

#include "budget.h"
#include "dpager.h"
#include "segment.h"
#include "space.h"

/**
 * struct dpager_store - a backing store
 * @ref: see above
 * @rcu: how it is freed
 * @id: never used again; immutable
 * @priority: higher first, -1 last; immutable
 * @cluster: bytes of a cluster; immutable
 * @flags: DPAGER_STORE_*; immutable
 * @name: immutable
 * @dead: deleted; written under dpager_admin and dpager_space
 * @going: a call deletes it, and no segment is added; written under
 *	dpager_admin
 * @segments: its segments, by id; read under either of these locks, written
 *	under both
 * @nr_segments: their number; likewise
 * @full_said: the log line about a full store was written and no slot has
 *	become free since (more than a sixteenth of a segment)
 * @used: slots in use on its segments
 * @peak: most of them at one time
 * @lost: pages given up by evacuations
 * @full: times a page had to stay in memory for want of a slot here
 * @past: counts of segments that were removed
 * @budget: what objects may take of it
 */
struct dpager_store {
	struct kref ref;
	struct rcu_head rcu;
	u64 id;
	s32 priority;
	u32 cluster;
	u32 flags;
	char name[DPAGER_NAME_SIZE];
	bool dead;
	bool going;
	struct list_head segments;
	u32 nr_segments;
	atomic_t full_said;
	atomic64_t used;
	atomic64_t peak;
	atomic64_t lost;
	atomic64_t full;
	struct dpager_io_counts past;
	struct dpager_budget budget;
};

/* Held while stores and segments come and go, and while that waits. */
extern struct mutex dpager_admin;

/* Is it a name: 1 to 63 of A-Z a-z 0-9 . _ -, then a NUL? */
bool dpager_store_name_valid(const char *name);

/**
 * dpager_store_create() - a new store
 * @name: DPAGER_NAME_SIZE bytes; empty: one is given
 * @priority: -1..32767
 * @cluster: bytes of a cluster as asked for
 * @flags: DPAGER_STORE_*
 * @detail: out: enum dpager_detail when it fails
 *
 * Return: the store with a reference, or ERR_PTR() as for
 * DPAGER_IOC_STORE_CREATE, -EINTR.
 */
struct dpager_store *dpager_store_create(const char *name, s32 priority,
					 u32 cluster, u32 flags, u32 *detail);

/* The store with this id, or this name when id is 0, referenced; or NULL. */
struct dpager_store *dpager_store_find(u64 id, const char *name);

/* The store with the lowest id from @id on, referenced; or NULL. */
struct dpager_store *dpager_store_next(u64 id);

/* Sums over a store's segments, removed ones' counts included. */
void dpager_store_figures(struct dpager_store *store,
			  struct dpager_figures *sum);

/* Sums over all segments there are. Return: number of stores. */
u32 dpager_stores_figures(struct dpager_figures *sum);

/* The store's segment with the lowest id from @id on. False: there is none. */
bool dpager_store_segment(struct dpager_store *store, u64 id,
			  struct dpager_segment_entry *entry);

/**
 * dpager_store_add_segment() - add a segment to a store
 * @store: the store
 * @add: in: what was asked; out: id, pages, or detail
 *
 * Return: 0 or an errno in the order of DPAGER_IOC_ADD_SEGMENT, -EINTR.
 */
int dpager_store_add_segment(struct dpager_store *store,
			     struct dpager_add_segment *add);

/**
 * dpager_store_add_file() - add a segment on a file to a store
 * @store: the store
 * @add: in: what was asked; out: id, pages, or detail
 *
 * Return: 0 or an errno in the order of DPAGER_IOC_ADD_FILE, -EINTR.
 */
int dpager_store_add_file(struct dpager_store *store,
			  struct dpager_add_file *add);

/**
 * dpager_store_remove_segment() - evacuate and remove one segment of a store
 * dpager_store_delete() - all segments, and the store
 * @store: the store
 * @id: the segment's id
 * @how: in: rate and deadline; out: pages, moved, lost, on failure, too
 * @flags: DPAGER_EVACUATE_*
 * @detail: out: enum dpager_detail when it fails
 *
 * Context: process; sleeps, interruptibly, without a lock.
 * Return: 0 or an errno as for struct dpager_evacuate, -ESTALE, -ENOENT.
 */
int dpager_store_remove_segment(struct dpager_store *store, u64 id,
				struct dpager_evacuate *how, u32 flags,
				u32 *detail);
int dpager_store_delete(struct dpager_store *store,
			struct dpager_evacuate *how, u32 flags, u32 *detail);

/* DPAGER_IOC_SET_SEGMENT. 0, -ENOENT, -EBUSY, -ENOSPC, -ESTALE, -EINTR. */
int dpager_store_set_segment(struct dpager_store *store,
			     struct dpager_set_segment *set);

/* DPAGER_IOC_RESIZE_SEGMENT. As dpager_store_remove_segment(). */
int dpager_store_resize_segment(struct dpager_store *store,
				struct dpager_resize_segment *resize);

/*
 * DPAGER_IOC_SEGMENT_MAP, @buckets in kernel memory. 0, -ENOENT, -ESTALE,
 * -EINTR.
 */
int dpager_store_segment_map(struct dpager_store *store,
			     struct dpager_segment_map *map,
			     struct dpager_map_bucket *buckets);

/* DPAGER_IOC_QUOTA. 0, -ENOMEM, -ESTALE, -EINTR. */
int dpager_store_quota(struct dpager_store *store, u32 uid, u64 pages);

/* So many slots more are in use. Context: any but interrupt. */
static inline void dpager_store_used(struct dpager_store *store, s64 slots)
{
	s64 used = atomic64_add_return(slots, &store->used);

	/* Two at once may miss by what one of them took. */
	if (unlikely(used > atomic64_read(&store->peak)))
		atomic64_set(&store->peak, used);
}

/* dpager_admin, and a store that is alive: 0, -ESTALE, -EINTR. */
int dpager_store_lock(struct dpager_store *store);

/*
 * Unpublish and free a segment that is drained and empty. Context: dpager_admin
 * held.
 */
void dpager_store_forget_segment(struct dpager_segment *segment);

/* Slots have become free. Context: any but interrupt. */
void dpager_store_roomy(struct dpager_store *store);

void dpager_store_put(struct dpager_store *store);
static inline void dpager_store_get(struct dpager_store *store)
{
	kref_get(&store->ref);
}

/* Remove all stores at module unload; nothing is in use any more. */
void dpager_store_exit(void);

#endif /* _DPAGER_STORE_H */
