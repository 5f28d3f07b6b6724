// SPDX-License-Identifier: GPL-2.0
/* A part of a transfer: what it takes, and what becomes of it. */

#include <linux/delay.h>
#include <linux/pagemap.h>

#include "cluster.h"
#include "folio.h"
#include "object.h"
#include "part.h"
#include "places.h"
#include "plan.h"
#include "segment.h"
#include "space.h"
#include "sum.h"

/* How often to ask for a lock that faults hold for moments. */
#define PART_LOCK_TRIES		64

/* --- buffers ------------------------------------------------------------ */

static bool part_alloc_singly(struct dpager_part *part, gfp_t gfp)
{
	u32 i;

	for (i = 0; i < DPAGER_LEAF_PAGES; i++) {
		part->buffer[i] = alloc_page(gfp);
		if (!part->buffer[i])
			return false;
	}
	return true;
}

/* In a row, where that is to be had, so that a request has few pieces. */
bool dpager_part_alloc(struct dpager_part *part)
{
	struct page *page;
	u32 i;

	page = alloc_pages(GFP_KERNEL | __GFP_NORETRY | __GFP_NOWARN,
			   DPAGER_LEAF_SHIFT);
	if (!page)
		return part_alloc_singly(part, GFP_KERNEL | __GFP_NOWARN |
					 __GFP_RETRY_MAYFAIL);
	split_page(page, DPAGER_LEAF_SHIFT);
	for (i = 0; i < DPAGER_LEAF_PAGES; i++)
		part->buffer[i] = page + i;
	part->in_a_row = true;
	return true;
}

void dpager_part_free(struct dpager_part *part)
{
	u32 i;

	for (i = 0; i < DPAGER_LEAF_PAGES; i++)
		if (part->buffer[i])
			__free_page(part->buffer[i]);
}

/* --- what it takes ------------------------------------------------------ */

u32 dpager_part_run(const struct dpager_part *part,
		    const dpager_place_t *places, u32 i)
{
	u32 n = 1;

	while (i + n < DPAGER_LEAF_PAGES && (part->pages & BIT(i + n)) &&
	       dpager_place_follows(places[i], n, places[i + n]))
		n++;
	return n;
}

/* Places that pages of a part would have got are free again, but for bad ones. */
static void part_give_back(struct dpager_part *part, u32 pages)
{
	struct dpager_places places;
	u32 i;

	part->pages &= ~pages;
	dpager_places_init(&places);
	for (; pages; pages &= pages - 1) {
		i = __ffs(pages);
		dpager_places_add(&places, part->to[i], part->bad & BIT(i));
	}
	dpager_places_free(&places, part->object);
}

/* How many of those there are. */
static u32 part_runs(const struct dpager_part *part,
		     const dpager_place_t *places)
{
	u32 pages, runs = 0, i, n;

	for (pages = part->pages; pages;
	     pages &= ~(u32)GENMASK(i + n - 1, i)) {
		i = __ffs(pages);
		n = dpager_part_run(part, places, i);
		runs++;
	}
	return runs;
}

/* Places for pages of a part, in as few runs as can be had. */
static bool part_find_room(struct dpager_part *part, u32 pages)
{
	dpager_place_t to;
	u32 got = 0;

	for (part->pages = 0; pages; pages &= pages - 1, got--, to++) {
		if (!got)
			to = dpager_space_alloc(part->object, hweight32(pages),
						&got);
		if (!got)
			break;
		part->to[__ffs(pages)] = to;
		part->pages |= BIT(__ffs(pages));
	}
	if (!pages)
		return true;
	part_give_back(part, part->pages);
	return false;
}

/*
 * Where pages are that lie behind @from and are not in memory. The place is
 * looked at first: what is not in memory after that was written there.
 */
static u32 part_look(struct dpager_part *part, pgoff_t first, u32 pages,
		     dpager_place_t from)
{
	const struct dpager_leaf *leaf;
	struct dpager_leaf buffer;
	u32 found = 0, i;

	rcu_read_lock();
	leaf = dpager_map_peek(&part->object->map, first, &buffer);
	pages &= leaf ? leaf->present & ~leaf->spoilt : 0;
	for (; pages; pages &= pages - 1) {
		i = __ffs(pages);
		part->from[i] = READ_ONCE(leaf->place[i]);
		if (dpager_place_behind(part->from[i], from))
			found |= BIT(i);
	}
	rcu_read_unlock();
	return found & ~dpager_folio_residents(part->object, first, found);
}

u32 dpager_part_take(struct dpager_part *part, struct dpager_move *move,
		     dpager_place_t from, u32 most)
{
	u32 pages, runs;

	part->object = move->object;
	part->first = move->first;
	part->failed = 0;
	part->bad = 0;
	part->move = move;
	pages = part_look(part, move->first, move->pages, from);
	if (!pages || !part_find_room(part, pages))
		return 0;
	runs = part_runs(part, part->from) + part_runs(part, part->to);
	if (runs > most) {
		part_give_back(part, part->pages);
		return 0;
	}
	refcount_inc(&part->object->ref);
	move->copied = pages;
	move->pages &= ~pages;
	return runs;
}

/* --- what becomes of it ------------------------------------------------- */

void dpager_part_fail(struct dpager_part *part, const dpager_place_t *places,
		      dpager_place_t place, u32 count, bool bad)
{
	u32 pages, i;

	for (pages = part->pages; pages; pages &= pages - 1) {
		i = __ffs(pages);
		if (places[i] < place || places[i] >= place + count)
			continue;
		set_bit(i, &part->failed);
		if (bad)
			set_bit(i, &part->bad);
	}
}

void dpager_part_check(struct dpager_part *part)
{
	struct dpager_segment *segment;
	u32 pages, i;

	for (pages = part->pages & ~part->failed; pages; pages &= pages - 1) {
		i = __ffs(pages);
		segment = dpager_segment_at(part->from[i]);
		if (segment->checksum &&
		    !dpager_sum_matches(segment,
					dpager_place_slot(part->from[i]),
					part->buffer[i]))
			__set_bit(i, &part->failed);
	}
}

bool dpager_part_leave(struct dpager_part *part)
{
	u32 pages = part->pages & part->failed;

	part->move->pages |= pages;
	part->move->copied &= ~pages;
	part_give_back(part, pages);
	part->failed = 0;
	part->bad = 0;
	return !pages;
}

/* Pages of a part are one run, and go to one. */
static bool part_in_a_row(const struct dpager_part *part)
{
	u32 i = __ffs(part->pages), n = hweight32(part->pages);

	return dpager_part_run(part, part->from, i) == n &&
	       dpager_part_run(part, part->to, i) == n;
}

/* All that its leaf has are pages of a part. */
static bool part_is_whole(const struct dpager_part *part)
{
	const struct dpager_leaf *leaf;
	struct dpager_leaf buffer;
	bool whole;

	rcu_read_lock();
	leaf = dpager_map_peek(&part->object->map, part->first, &buffer);
	whole = leaf && leaf->present == part->pages;
	rcu_read_unlock();
	return whole;
}

/*
 * The cluster of pages that no folded run will hold, with a pin. NULL: one will,
 * or there is no memory.
 */
static struct dpager_cluster *part_unfold(const struct dpager_part *part)
{
	struct dpager_cluster *cluster;
	bool fresh;

	if (part_in_a_row(part) && part_is_whole(part))
		return NULL;
	if (dpager_object_pin_range(part->object))
		return NULL;
	cluster = dpager_cluster_get(part->object, part->first, GFP_KERNEL,
				     &fresh);
	dpager_object_unpin_range(part->object);
	return cluster;
}

/* A folded run that goes as a whole. */
static bool part_settle_folded(struct dpager_part *part)
{
	u32 i = __ffs(part->pages), n = hweight32(part->pages);

	if (!part_in_a_row(part) ||
	    !dpager_map_shift(&part->object->map, part->first + i, n,
			      part->from[i], part->to[i]))
		return false;
	dpager_place_free(part->object, part->from[i], n, false);
	part->pages = 0;
	return true;
}

/* Pages that came into memory meanwhile stay where they are, and others go. */
static void part_settle_cluster(struct dpager_part *part,
				struct dpager_cluster *cluster)
{
	struct dpager_segment *segment;
	u32 i;

	for (i = 0; i < DPAGER_LEAF_PAGES; i++) {
		if (!(part->pages & BIT(i)))
			continue;
		segment = dpager_segment_at(part->from[i]);
		if (dpager_cluster_slot(cluster, part->first + i, segment) !=
		    dpager_place_slot(part->from[i]) ||
		    dpager_folio_resident(part->object, part->first + i, 1))
			continue;
		dpager_cluster_place(cluster, part->first + i, 1, part->to[i]);
		part->pages &= ~BIT(i);
	}
}

/*
 * Faults that wait for this lock would wait for all who hold it now, and for
 * their memory: rather ask some times.
 */
static int part_lock(const struct dpager_part *part)
{
	struct rw_semaphore *lock =
		&part->object->inode->i_mapping->invalidate_lock;
	unsigned int tries = PART_LOCK_TRIES;

	while (tries--) {
		if (down_write_trylock(lock))
			return 0;
		usleep_range(20, 100);
	}
	return down_write_killable(lock);
}

void dpager_part_settle(struct dpager_part *part)
{
	struct dpager_cluster *cluster = part_unfold(part);
	struct dpager_object *object = part->object;

	if (!part_lock(part)) {
		if (!cluster &&
		    (dpager_folio_resident(object, part->first,
					   DPAGER_LEAF_PAGES) ||
		     !part_settle_folded(part)))
			cluster = dpager_cluster_pin(object, part->first);
		if (cluster && part->pages)
			part_settle_cluster(part, cluster);
		filemap_invalidate_unlock(object->inode->i_mapping);
	}
	if (cluster)
		dpager_cluster_put(cluster);
}

void dpager_part_end(struct dpager_part *part)
{
	part_give_back(part, part->pages);
	dpager_object_put(part->object);
	part->object = NULL;
}
