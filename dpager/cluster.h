/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A cluster: the state of DPAGER_LEAF_PAGES pages in a row of one object. It
 * holds their leaf of the page map, their dirty bits, and the tags that put
 * them on the laundry's list.
 *
 * Life: allocated by the first fault on one of its pages and inserted in the
 * object's page map; listed while it has dirty pages and is not busy; busy
 * while a writer has it; folded, when it holds nothing that its run of places
 * does not say, which is then all that the page map keeps (see fold.h), and
 * made anew from that by the next fault; or retired when the object dies; freed
 * after RCU, since dirty_folio may have looked it up.
 *
 * It is folded only while it is clean and not busy, nobody pins it, and none of
 * its pages is in the page cache. So it stays for who
 *  - pins it: folios enter the page cache under a pin only;
 *  - has a folio of it that stays in the page cache, locked or under writeback;
 *  - has made it busy;
 *  - walks the laundry's list and has its lock: it is listed while it is dirty,
 *    and taken off the list before it is folded;
 *  - takes it from an object that is dead: who folds has a reference on that.
 * All others look it up under RCU, and take its lock to see whether it is
 * folded before they change it.
 */
#ifndef _DPAGER_CLUSTER_H
#define _DPAGER_CLUSTER_H

#include <linux/list.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>

#include "dpager.h"
#include "map.h"
#include "tag.h"

struct dpager_object;
struct dpager_segment;
struct folio;

/**
 * struct dpager_cluster - the state of a cluster
 * @leaf: where its pages are; see map.h for who may touch it
 * @lock: protects all below, and the words of @leaf that pages share
 * @dirty: pages known dirty
 * @bad: pages whose slot is not used again: a write to it failed
 * @forced: launder these pages, hot or not, and no others; 0: the cold ones
 * @object: whose cluster it is; immutable
 * @first: its first page; immutable
 * @pins: it is not folded while there are any
 * @hinted: reclaim found a page of it cold
 * @referenced: touched by a fault since the laundry saw it last
 * @refused: the segment that was to take it had slots, but too few for a folio;
 *	owned by who made it busy
 * @busy: a writer has it, or is about to; nobody lists it
 * @dropping: who made it busy drops the pages when they are written
 * @folded: out of the page map, never to be changed again
 * @work: in a writer's queue, or on the way there: owned by who made it busy.
 *	Else among those that may be folded: see fold.h
 * @rcu: how it is freed once folded
 * @tag: its first tag
 */
struct dpager_cluster {
	struct dpager_leaf leaf;
	spinlock_t lock;	/* see above */
	u32 dirty;
	u32 bad;
	u32 forced;
	struct dpager_object *object;
	pgoff_t first;
	u32 pins;
	bool hinted;
	bool referenced;
	bool refused;
	bool busy : 1;
	bool dropping : 1;
	bool folded : 1;
	union {
		struct list_head work;
		struct rcu_head rcu;
	};
	struct dpager_tag tag;
};

/* The pages of its cluster that a folio holds. The folio does not change. */
u32 dpager_cluster_pages(struct folio *folio);

/*
 * The cluster of page @index, or NULL: there is none, or it is folded. Caller:
 * RCU, or what keeps it from being folded (see above).
 */
struct dpager_cluster *dpager_cluster_find(struct dpager_object *object,
					   pgoff_t index);

/* The same with a pin. */
struct dpager_cluster *dpager_cluster_pin(struct dpager_object *object,
					  pgoff_t index);

/**
 * dpager_cluster_get() - the cluster of a page, allocated or unfolded if need be
 * @object: the object; its invalidate_lock is held
 * @index: the page
 * @gfp: how to allocate it
 * @fresh: out: it was allocated now, charged to the caller's cgroup
 *
 * Context: process: allocates, charged to the caller's cgroup.
 * Return: the cluster, with a pin, or NULL without memory.
 */
struct dpager_cluster *dpager_cluster_get(struct dpager_object *object,
					  pgoff_t index, gfp_t gfp,
					  bool *fresh);

/* Let go of a pin. */
void dpager_cluster_put(struct dpager_cluster *cluster);

/**
 * dpager_cluster_tag() - make sure a folio's cgroup has a tag in its cluster
 * @cluster: the cluster
 * @folio: locked, clean, in the page cache, just charged to the caller's cgroup
 * @fresh: the caller has allocated the cluster for this folio
 * @gfp: how to allocate a tag
 *
 * Return: 0 or -ENOMEM.
 */
int dpager_cluster_tag(struct dpager_cluster *cluster, struct folio *folio,
		       bool fresh, gfp_t gfp);

/**
 * dpager_cluster_count() - a folio's pages count against the object's limit
 * @cluster: the cluster; its object has a limit
 * @folio: locked, just put into the page cache
 *
 * Return: 0 or -ENOSPC: the limit is reached, and nothing has changed.
 */
int dpager_cluster_count(struct dpager_cluster *cluster, struct folio *folio);

/**
 * dpager_cluster_recount() - what counts of a cluster that nobody has counted
 * @object: the object, of which nothing is folded now (object->counting)
 * @index: a page of the cluster, which may be folded already
 *
 * Context: invalidate_lock (write).
 * Return: the number of pages, which are those that are somewhere.
 */
u32 dpager_cluster_recount(struct dpager_object *object, pgoff_t index);

/**
 * dpager_cluster_dirty() - note that a folio of a cluster is dirty
 * @cluster: the cluster
 * @folio: PG_dirty is set already
 * @cold: reclaim has just found it cold
 *
 * Context: any but interrupt; page-table locks may be held.
 */
void dpager_cluster_dirty(struct dpager_cluster *cluster, struct folio *folio,
			  bool cold);

/**
 * dpager_cluster_claim() - make a cluster busy, to launder pages of it
 * @object: the object
 * @index: a page of the cluster
 * @pages: which, hot or not; only if one of them is known dirty
 *
 * Context: any but interrupt.
 * Return: the cluster; ERR_PTR(-EBUSY): it was; NULL: none is dirty, or the
 * object is dead.
 */
struct dpager_cluster *dpager_cluster_claim(struct dpager_object *object,
					    pgoff_t index, u32 pages);

/**
 * dpager_cluster_begin() - take a busy cluster's dirty bits, to examine them
 * @cluster: the cluster
 *
 * A page that becomes dirty from here on is noted again.
 *
 * Return: the pages that were known dirty.
 */
u32 dpager_cluster_begin(struct dpager_cluster *cluster);

/**
 * dpager_cluster_clean() - pages of a busy cluster are about to be cleaned
 * @cluster: the cluster
 * @pages: their folios are locked and unmapped, and PG_dirty is cleared next
 *
 * Takes back what their unmapping has noted. A page that becomes dirty from
 * here on is noted again.
 */
void dpager_cluster_clean(struct dpager_cluster *cluster, u32 pages);

/**
 * dpager_cluster_end() - a cluster is no longer busy
 * @cluster: the cluster
 * @keep: pages of what dpager_cluster_begin() gave that are still dirty
 *
 * Lists it again if it has dirty pages; if not, it may be folded. The cluster
 * may be freed right after.
 */
void dpager_cluster_end(struct dpager_cluster *cluster, u32 keep);

/**
 * dpager_cluster_home() - a segment where dirty pages of a cluster lie already
 * @cluster: busy
 *
 * Context: dpager_space held.
 * Return: a segment, not draining, on which a dirty page that is to be written
 * has a slot of its own that can be written again, or NULL.
 */
struct dpager_segment *dpager_cluster_home(struct dpager_cluster *cluster);

/*
 * Pages of a cluster that have a slot, good or spoilt, on the segment of a
 * place, there or behind.
 */
u32 dpager_cluster_on(struct dpager_cluster *cluster, dpager_place_t from);

/* Pages of a cluster whose write has failed and that were not written since. */
u32 dpager_cluster_spoilt(struct dpager_object *object, pgoff_t index);

/**
 * dpager_cluster_slot() - the slot of a page that can be written again
 * @cluster: busy, or the page is under writeback
 * @index: the page
 * @segment: where
 *
 * Return: its slot on @segment, or U64_MAX when it has none there.
 */
u64 dpager_cluster_slot(struct dpager_cluster *cluster, pgoff_t index,
			const struct dpager_segment *segment);

/**
 * dpager_cluster_place() - pages of a busy cluster get new places
 * @cluster: the cluster
 * @index: the first of them; their folio is locked by the caller
 * @count: how many
 * @place: where the first is from now on; the others follow
 *
 * Frees the old ones, unless they are the same.
 *
 * Return: how many had none.
 */
u32 dpager_cluster_place(struct dpager_cluster *cluster, pgoff_t index,
			 u32 count, dpager_place_t place);

/**
 * dpager_cluster_punch() - pages read as zeros from now on
 * @object: the object
 * @first: first page
 * @last: last page, of the same cluster
 *
 * Where the cluster is folded its run is cut; who would split one
 * (dpager_map_splits()) pins the cluster before.
 *
 * Context: invalidate_lock (write), the folios are gone; or the object dies.
 * Return: number of slots freed.
 */
u32 dpager_cluster_punch(struct dpager_object *object, pgoff_t first,
			 pgoff_t last);

/**
 * dpager_cluster_unplace() - pages have no place any more: they read as zeros
 * @cluster: the cluster
 * @pages: which; their folios are locked by the caller and hold zeros, or stay
 *	in memory, dirty; or they are punched
 *
 * Return: how many had a slot, which is free now.
 */
u32 dpager_cluster_unplace(struct dpager_cluster *cluster, u32 pages);

/**
 * dpager_cluster_spoil() - what lies at a page's place is not the page
 * @cluster: the cluster
 * @index: the page, under writeback that failed
 * @bad: the slot is to blame, and not used again
 */
void dpager_cluster_spoil(struct dpager_cluster *cluster, pgoff_t index,
			  bool bad);

/**
 * dpager_cluster_lose() - a page is lost: it cannot be read any more
 * @cluster: the cluster
 * @index: the page; kept out of memory by invalidate_lock (write), or in a folio
 *	that the caller has locked and nobody can read, either
 *
 * Its slot is not used again. Accesses fail until it is dropped.
 */
void dpager_cluster_lose(struct dpager_cluster *cluster, pgoff_t index);

/**
 * dpager_cluster_fold() - fold a cluster, if that can be done now
 * @cluster: the cluster
 *
 * Allocates nothing, waits for nothing. A cluster that is clean but in use stays
 * with those that may be folded, or comes to them; another leaves them: it comes
 * back when it has been laundered.
 *
 * Context: any but interrupt; RCU, and a reference on the object.
 * Return: whether it is folded now, by this.
 */
bool dpager_cluster_fold(struct dpager_cluster *cluster);

/**
 * dpager_cluster_retire() - off all lists, wait until it is not busy, free its
 *	slots
 * @object: the object
 * @index: a page of the cluster, which may be folded
 *
 * Context: process; the object is dead and its page cache is empty.
 */
void dpager_cluster_retire(struct dpager_object *object, pgoff_t index);

/* Free a retired cluster, an RCU grace period later. */
void dpager_cluster_free(struct dpager_cluster *cluster);

/* Has nobody the cluster of a page? What is seen may be out of date at once. */
bool dpager_cluster_idle(struct dpager_object *object, pgoff_t index);

/* Wait, killably, until the cluster of a page is not busy. 0 or -EINTR. */
int dpager_cluster_wait(struct dpager_object *object, pgoff_t index);

int dpager_cluster_init(void);
void dpager_cluster_exit(void);

#endif /* _DPAGER_CLUSTER_H */
