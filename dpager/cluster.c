// SPDX-License-Identifier: GPL-2.0
/* Clusters: allocation, dirty bits, places, and who has one at a time. */

#include <linux/err.h>
#include <linux/slab.h>
#include <linux/wait.h>

#include "cluster.h"
#include "compat.h"
#include "fold.h"
#include "folio.h"
#include "laundry.h"
#include "limit.h"
#include "object.h"
#include "places.h"
#include "segment.h"
#include "space.h"
#include "stats.h"
#include "tag.h"
#include "trace.h"

static struct kmem_cache *cluster_cache;
/* Waits for a cluster that is busy. */
static DECLARE_WAIT_QUEUE_HEAD(cluster_wait);

static struct dpager_cluster *cluster_of(struct dpager_leaf *leaf)
{
	return leaf ? container_of(leaf, struct dpager_cluster, leaf) : NULL;
}

u32 dpager_cluster_pages(struct folio *folio)
{
	unsigned int first = folio->index & DPAGER_LEAF_MASK;

	return GENMASK(first + folio_nr_pages(folio) - 1, first);
}

struct dpager_cluster *dpager_cluster_find(struct dpager_object *object,
					   pgoff_t index)
{
	return cluster_of(dpager_map_leaf(&object->map, index));
}

/* Not when it was folded just now: then the page map has another, or a run. */
static bool cluster_pin(struct dpager_cluster *cluster)
{
	bool pinned;

	spin_lock(&cluster->lock);
	pinned = !cluster->folded;
	cluster->pins += pinned;
	spin_unlock(&cluster->lock);
	return pinned;
}

struct dpager_cluster *dpager_cluster_pin(struct dpager_object *object,
					  pgoff_t index)
{
	struct dpager_cluster *cluster;

	rcu_read_lock();
	do {
		cluster = cluster_of(dpager_map_leaf_rcu(&object->map, index));
	} while (cluster && !cluster_pin(cluster));
	rcu_read_unlock();
	return cluster;
}

void dpager_cluster_put(struct dpager_cluster *cluster)
{
	spin_lock(&cluster->lock);
	cluster->pins--;
	spin_unlock(&cluster->lock);
}

/* A new one, with a pin. */
static struct dpager_cluster *cluster_alloc(struct dpager_object *object,
					    pgoff_t index, gfp_t gfp)
{
	struct dpager_cluster *cluster;

	cluster = kmem_cache_alloc_lru(cluster_cache, dpager_laundry_list(),
				       gfp | __GFP_ZERO);
	if (!cluster)
		return NULL;
	spin_lock_init(&cluster->lock);
	INIT_LIST_HEAD(&cluster->work);
	cluster->object = object;
	cluster->first = index & ~(pgoff_t)DPAGER_LEAF_MASK;
	cluster->pins = 1;
	/* Whose tag it is shows with its first folio. */
	dpager_tag_init(&cluster->tag, cluster, 0, NUMA_NO_NODE);
	return cluster;
}

struct dpager_cluster *dpager_cluster_get(struct dpager_object *object,
					  pgoff_t index, gfp_t gfp,
					  bool *fresh)
{
	struct dpager_cluster *cluster, *made;
	struct dpager_leaf *leaf;

	lockdep_assert_held(&object->inode->i_mapping->invalidate_lock);
	*fresh = false;
	for (;;) {
		cluster = dpager_cluster_pin(object, index);
		if (likely(cluster))
			return cluster;
		made = cluster_alloc(object, index, gfp);
		if (!made)
			return NULL;
		leaf = dpager_map_insert(&object->map, index, &made->leaf,
					 gfp);
		if (leaf == &made->leaf)
			break;
		kmem_cache_free(cluster_cache, made);
		if (IS_ERR(leaf))
			return NULL;
	}
	*fresh = true;
	if (made->leaf.present)
		trace_dpager_unfold(object->id, made->first,
				    hweight32(made->leaf.present));
	/* It may never become dirty. */
	spin_lock(&made->lock);
	dpager_fold_add(made);
	spin_unlock(&made->lock);
	return made;
}

int dpager_cluster_count(struct dpager_cluster *cluster, struct folio *folio)
{
	struct dpager_object *object = cluster->object;
	u32 pages = dpager_cluster_pages(folio);
	int err = 0;

	spin_lock(&cluster->lock);
	pages &= ~cluster->leaf.counted;
	if (dpager_limit_take_pages(object->limit, hweight32(pages))) {
		atomic64_add(hweight32(pages), &object->counted);
		cluster->leaf.counted |= pages;
	} else {
		err = -ENOSPC;
	}
	spin_unlock(&cluster->lock);
	return err;
}

u32 dpager_cluster_recount(struct dpager_object *object, pgoff_t index)
{
	const struct dpager_leaf *leaf;
	struct dpager_cluster *cluster;
	struct dpager_leaf buffer;
	u32 pages = 0;

	cluster = dpager_cluster_pin(object, index);
	if (cluster) {
		spin_lock(&cluster->lock);
		pages = cluster->leaf.present | cluster->leaf.spoilt |
			dpager_folio_residents(object, cluster->first, ~0U);
		cluster->leaf.counted = pages;
		spin_unlock(&cluster->lock);
		dpager_cluster_put(cluster);
		return hweight32(pages);
	}
	rcu_read_lock();
	leaf = dpager_map_peek(&object->map, index, &buffer);
	if (leaf)
		pages = leaf->present;
	rcu_read_unlock();
	return hweight32(pages);
}

/* Pages count no more. */
static void uncount(struct dpager_object *object, u32 pages)
{
	/* With the last reference it is gone, and all that counted with it. */
	if (!pages || !object->limit)
		return;
	atomic64_sub(pages, &object->counted);
	atomic64_sub(pages, &object->limit->pages);
}

static void dirty_count(struct dpager_cluster *cluster, int n)
{
	atomic64_add(n, &cluster->object->nr_dirty);
	dpager_stat_add(DPAGER_STAT_DIRTY, n);
}

/* Clear dirty bits; the tags keep theirs. Returns those that were set. */
static u32 dirty_clear(struct dpager_cluster *cluster, u32 pages)
{
	lockdep_assert_held(&cluster->lock);
	pages &= cluster->dirty;
	WRITE_ONCE(cluster->dirty, cluster->dirty & ~pages);
	if (pages)
		dirty_count(cluster, -hweight32(pages));
	return pages;
}

/*
 * Bits that nobody needs: of a folio that has gone. With the bit set the next
 * folio's dirtying would not be noted.
 */
static void dirty_forget(struct dpager_cluster *cluster, u32 pages)
{
	pages = dirty_clear(cluster, pages);
	if (pages)
		dpager_tags_forget(cluster, pages);
}

int dpager_cluster_tag(struct dpager_cluster *cluster, struct folio *folio,
		       bool fresh, gfp_t gfp)
{
	bool found;

	spin_lock(&cluster->lock);
	if (cluster->dirty)
		dirty_forget(cluster, dpager_cluster_pages(folio));
	found = dpager_tag_has(cluster, folio, fresh);
	spin_unlock(&cluster->lock);
	return found ? 0 : dpager_tag_add(cluster, folio, gfp);
}

void dpager_cluster_clean(struct dpager_cluster *cluster, u32 pages)
{
	spin_lock(&cluster->lock);
	dirty_clear(cluster, pages);
	spin_unlock(&cluster->lock);
	/* See dpager_cluster_dirty(). */
	smp_mb();
}

void dpager_cluster_dirty(struct dpager_cluster *cluster, struct folio *folio,
			  bool cold)
{
	u32 pages = dpager_cluster_pages(folio), newly;

	/*
	 * PG_dirty was set before this looks at the bits, and
	 * dpager_cluster_begin() clears the bits before a writer looks at
	 * PG_dirty: one of the two sees the other.
	 */
	smp_mb__after_atomic();
	if (!(pages & ~READ_ONCE(cluster->dirty)) &&
	    (!cold || READ_ONCE(cluster->hinted)))
		return;
	spin_lock(&cluster->lock);
	if (cold && !cluster->busy)
		cluster->hinted = true;
	newly = pages & ~cluster->dirty;
	/* Folded: the folio has been dropped, by who did not wait for its users. */
	if (newly && !cluster->object->dead && !cluster->folded) {
		WRITE_ONCE(cluster->dirty, cluster->dirty | newly);
		dirty_count(cluster, hweight32(newly));
		dpager_tag_dirty(cluster, folio, newly);
	}
	spin_unlock(&cluster->lock);
}

static int cluster_claim(struct dpager_cluster *cluster, u32 pages)
{
	lockdep_assert_held(&cluster->lock);
	if (cluster->busy)
		return -EBUSY;
	if (cluster->folded || cluster->object->dead ||
	    !(cluster->dirty & pages))
		return -ENOENT;
	dpager_fold_forget(cluster);
	cluster->busy = true;
	cluster->dropping = true;
	cluster->forced = pages;
	return 0;
}

struct dpager_cluster *dpager_cluster_claim(struct dpager_object *object,
					    pgoff_t index, u32 pages)
{
	struct dpager_cluster *cluster;
	int err = -ENOENT;

	rcu_read_lock();
	cluster = dpager_cluster_find(object, index);
	if (cluster) {
		spin_lock(&cluster->lock);
		err = cluster_claim(cluster, pages);
		spin_unlock(&cluster->lock);
	}
	rcu_read_unlock();
	if (err == -ENOENT)
		return NULL;
	return err ? ERR_PTR(err) : cluster;
}

u32 dpager_cluster_begin(struct dpager_cluster *cluster)
{
	u32 dirty;

	spin_lock(&cluster->lock);
	dirty = dirty_clear(cluster, ~0U);
	cluster->hinted = false;
	spin_unlock(&cluster->lock);
	/* See dpager_cluster_dirty(). */
	smp_mb();
	return dirty;
}

void dpager_cluster_end(struct dpager_cluster *cluster, u32 keep)
{
	spin_lock(&cluster->lock);
	keep &= ~cluster->dirty;
	WRITE_ONCE(cluster->dirty, cluster->dirty | keep);
	dirty_count(cluster, hweight32(keep));
	cluster->busy = false;
	cluster->forced = 0;
	cluster->dropping = false;
	dpager_tags_settle(cluster);
	if (!cluster->dirty && !cluster->object->dead)
		dpager_fold_add(cluster);
	/* Who waits queues itself before it takes the lock to look. */
	if (waitqueue_active(&cluster_wait))
		wake_up_all(&cluster_wait);
	spin_unlock(&cluster->lock);
}

u64 dpager_cluster_slot(struct dpager_cluster *cluster, pgoff_t index,
			const struct dpager_segment *segment)
{
	dpager_place_t place;
	u64 slot = U64_MAX;

	spin_lock(&cluster->lock);
	if (!dpager_map_get(&cluster->object->map, &cluster->leaf, index,
			    &place) &&
	    dpager_place_segment(place) == segment->index)
		slot = dpager_place_slot(place);
	spin_unlock(&cluster->lock);
	return slot;
}

struct dpager_segment *dpager_cluster_home(struct dpager_cluster *cluster)
{
	struct dpager_segment *segment = NULL;
	struct dpager_leaf *leaf = &cluster->leaf;
	u32 pages;

	lockdep_assert_held(&dpager_space);
	spin_lock(&cluster->lock);
	pages = cluster->dirty & (cluster->forced ?: ~0U) & leaf->present &
		~leaf->spoilt;
	for (; pages && !segment; pages &= pages - 1) {
		dpager_place_t place = leaf->place[__ffs(pages)];

		segment = dpager_segment_at(place);
		if (segment->draining ||
		    !dpager_segment_keeps(segment, dpager_place_slot(place)))
			segment = NULL;
	}
	spin_unlock(&cluster->lock);
	return segment;
}

u32 dpager_cluster_on(struct dpager_cluster *cluster, dpager_place_t from)
{
	u64 slot;
	u32 on;

	spin_lock(&cluster->lock);
	on = dpager_leaf_on(&cluster->leaf, from, ~0U, &slot);
	spin_unlock(&cluster->lock);
	return on;
}

u32 dpager_cluster_spoilt(struct dpager_object *object, pgoff_t index)
{
	struct dpager_cluster *cluster;
	u32 spoilt = 0;

	rcu_read_lock();
	cluster = dpager_cluster_find(object, index);
	if (cluster)
		spoilt = READ_ONCE(cluster->leaf.spoilt) &
			 READ_ONCE(cluster->leaf.present);
	rcu_read_unlock();
	return spoilt;
}

/* A page has its place no more, but another (or none). */
static void cluster_leave(struct dpager_cluster *cluster, pgoff_t index,
			  dpager_place_t place, struct dpager_places *old)
{
	u32 bit = BIT(index & DPAGER_LEAF_MASK);

	lockdep_assert_held(&cluster->lock);
	dpager_places_add(old, place, cluster->bad & bit);
	cluster->bad &= ~bit;
}

/*
 * A page gets another place, or none. One that is lost has none and is not
 * counted.
 */
static void unspoil(struct dpager_cluster *cluster, pgoff_t index)
{
	u32 bit = BIT(index & DPAGER_LEAF_MASK);

	lockdep_assert_held(&cluster->lock);
	if (cluster->leaf.spoilt & cluster->leaf.present & bit)
		atomic64_dec(&cluster->object->nr_spoilt);
}

u32 dpager_cluster_place(struct dpager_cluster *cluster, pgoff_t index,
			 u32 count, dpager_place_t place)
{
	struct dpager_map *map = &cluster->object->map;
	struct dpager_places old;
	dpager_place_t was;
	u32 initial = 0;

	dpager_places_init(&old);
	spin_lock(&cluster->lock);
	for (; count--; index++, place++) {
		unspoil(cluster, index);
		was = dpager_map_set(map, &cluster->leaf, index, place);
		initial += was == DPAGER_PLACE_NONE;
		cluster_leave(cluster, index,
			      was == place ? DPAGER_PLACE_NONE : was, &old);
	}
	spin_unlock(&cluster->lock);
	dpager_places_free(&old, cluster->object);
	return initial;
}

/* Pages that have something to lose: with a base every page has a place. */
static u32 cluster_placed(const struct dpager_cluster *cluster)
{
	lockdep_assert_held(&cluster->lock);
	if (cluster->object->map.base != DPAGER_PLACE_NONE)
		return ~0U;
	return cluster->leaf.present | cluster->leaf.spoilt;
}

u32 dpager_cluster_unplace(struct dpager_cluster *cluster, u32 pages)
{
	struct dpager_map *map = &cluster->object->map;
	struct dpager_places old;

	dpager_places_init(&old);
	spin_lock(&cluster->lock);
	pages &= cluster_placed(cluster);
	for (; pages; pages &= pages - 1) {
		pgoff_t index = cluster->first + __ffs(pages);

		unspoil(cluster, index);
		cluster_leave(cluster, index,
			      dpager_map_clear(map, &cluster->leaf, index),
			      &old);
	}
	spin_unlock(&cluster->lock);
	dpager_places_free(&old, cluster->object);
	return old.count;
}

static u32 cluster_punch(struct dpager_cluster *cluster, u32 pages)
{
	spin_lock(&cluster->lock);
	dirty_forget(cluster, pages);
	uncount(cluster->object, hweight32(cluster->leaf.counted & pages));
	cluster->leaf.counted &= ~pages;
	spin_unlock(&cluster->lock);
	return dpager_cluster_unplace(cluster, pages);
}

u32 dpager_cluster_punch(struct dpager_object *object, pgoff_t first,
			 pgoff_t last)
{
	struct dpager_cluster *cluster = dpager_cluster_pin(object, first);
	dpager_place_t place;
	u32 freed;

	if (cluster) {
		freed = cluster_punch(cluster, GENMASK(last & DPAGER_LEAF_MASK,
						       first & DPAGER_LEAF_MASK));
		dpager_cluster_put(cluster);
		return freed;
	}
	/* Folded, if it is there at all, and none but faults unfold it. */
	freed = dpager_map_cut(&object->map, first, last, &place);
	uncount(object, freed);
	if (freed)
		dpager_place_free(object, place, freed, false);
	return freed;
}

void dpager_cluster_spoil(struct dpager_cluster *cluster, pgoff_t index,
			  bool bad)
{
	u32 bit = BIT(index & DPAGER_LEAF_MASK);

	spin_lock(&cluster->lock);
	if (bad)
		cluster->bad |= bit;
	if (!(cluster->leaf.spoilt & bit))
		atomic64_inc(&cluster->object->nr_spoilt);
	dpager_map_spoil(&cluster->leaf, index);
	spin_unlock(&cluster->lock);
}

void dpager_cluster_lose(struct dpager_cluster *cluster, pgoff_t index)
{
	dpager_place_t place;

	spin_lock(&cluster->lock);
	unspoil(cluster, index);
	cluster->bad &= ~BIT(index & DPAGER_LEAF_MASK);
	place = dpager_map_clear(&cluster->object->map, &cluster->leaf, index);
	dpager_map_spoil(&cluster->leaf, index);
	spin_unlock(&cluster->lock);
	if (place != DPAGER_PLACE_NONE)
		dpager_place_free(cluster->object, place, 1, true);
}

bool dpager_cluster_idle(struct dpager_object *object, pgoff_t index)
{
	struct dpager_cluster *cluster;
	bool idle = true;

	rcu_read_lock();
	cluster = dpager_cluster_find(object, index);
	if (cluster) {
		spin_lock(&cluster->lock);
		idle = !cluster->busy;
		spin_unlock(&cluster->lock);
	}
	rcu_read_unlock();
	return idle;
}

int dpager_cluster_wait(struct dpager_object *object, pgoff_t index)
{
	return wait_event_killable(cluster_wait,
				   dpager_cluster_idle(object, index)) ?
		-EINTR : 0;
}

/* Off the lists for ever, unless it is busy. */
static bool cluster_unlist(struct dpager_cluster *cluster)
{
	bool idle;

	spin_lock(&cluster->lock);
	idle = !cluster->busy;
	if (idle) {
		dpager_fold_forget(cluster);
		dpager_tags_unlist(cluster);
		dirty_clear(cluster, ~0U);
	}
	spin_unlock(&cluster->lock);
	return idle;
}

void dpager_cluster_retire(struct dpager_object *object, pgoff_t index)
{
	struct dpager_cluster *cluster = dpager_cluster_find(object, index);
	pgoff_t first = index & ~(pgoff_t)DPAGER_LEAF_MASK;

	if (cluster)
		wait_event(cluster_wait, cluster_unlist(cluster));
	dpager_cluster_punch(object, first, first + DPAGER_LEAF_MASK);
}

void dpager_cluster_free(struct dpager_cluster *cluster)
{
	dpager_tags_free(cluster);
	kmem_cache_free(cluster_cache, cluster);
}

static void cluster_free_rcu(struct rcu_head *rcu)
{
	dpager_cluster_free(container_of(rcu, struct dpager_cluster, rcu));
}

/*
 * Out of the page map, if its run says all there is. What of it is still listed
 * was dirty once, and dropped.
 */
static bool cluster_fold(struct dpager_cluster *cluster)
{
	struct xarray *pages = &cluster->object->inode->i_mapping->i_pages;

	lockdep_assert_held(&cluster->lock);
	/* Who has just dropped the last page is done with its folio, too. */
	xa_lock_irq(pages);
	xa_unlock_irq(pages);
	dpager_fold_forget(cluster);
	dpager_tags_unlist(cluster);
	if (cluster->bad)
		return false;
	cluster->folded = dpager_map_fold(&cluster->object->map, cluster->first,
					  &cluster->leaf);
	/* What is left are zeros that nothing keeps. */
	if (cluster->folded)
		uncount(cluster->object, hweight32(cluster->leaf.counted &
						   ~cluster->leaf.present));
	return cluster->folded;
}

bool dpager_cluster_fold(struct dpager_cluster *cluster)
{
	bool folded = false;

	spin_lock(&cluster->lock);
	/* Its links serve another purpose then. */
	if (cluster->folded || cluster->busy)
		goto out;
	if (cluster->dirty)
		dpager_fold_forget(cluster);
	/* See dpager_object_count_end(). */
	else if (cluster->pins || smp_load_acquire(&cluster->object->counting) ||
		 dpager_folio_resident(cluster->object, cluster->first,
				       DPAGER_LEAF_PAGES))
		dpager_fold_keep(cluster);
	else
		folded = cluster_fold(cluster);
out:
	spin_unlock(&cluster->lock);
	if (folded) {
		trace_dpager_fold(cluster->object->id, cluster->first,
				  hweight32(cluster->leaf.present));
		call_rcu(&cluster->rcu, cluster_free_rcu);
	}
	return folded;
}

int dpager_cluster_init(void)
{
	cluster_cache = KMEM_CACHE(dpager_cluster, SLAB_ACCOUNT |
				   SLAB_RECLAIM_ACCOUNT);
	if (!cluster_cache)
		return -ENOMEM;
	if (dpager_tag_init_cache()) {
		kmem_cache_destroy(cluster_cache);
		return -ENOMEM;
	}
	return 0;
}

void dpager_cluster_exit(void)
{
	/* Folded ones are freed after RCU. */
	rcu_barrier();
	dpager_tag_exit_cache();
	kmem_cache_destroy(cluster_cache);
}
