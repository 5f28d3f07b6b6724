// SPDX-License-Identifier: GPL-2.0
/* What to read on a fault. */

#include <linux/blkdev.h>
#include <linux/pagemap.h>
#include <linux/sched/signal.h>

#include "cluster.h"
#include "compat.h"
#include "folio.h"
#include "fresh.h"
#include "io.h"
#include "object.h"
#include "readin.h"
#include "segment.h"
#include "stats.h"
#include "stream.h"
#include "trace.h"

/**
 * struct readin - a request being put together
 * @object: the object
 * @io: the request, or NULL
 * @segment: where it reads
 * @next_slot: the slot that would continue it
 * @fresh: the cluster has been allocated for it
 * @ahead: nobody waits for it
 * @larger: in larger folios where that is possible
 * @lost: a page is lost
 */
struct readin {
	struct dpager_object *object;
	struct dpager_io *io;
	struct dpager_segment *segment;
	u64 next_slot;
	bool fresh;
	bool ahead;
	bool larger;
	bool lost;
};

static void readin_submit(struct readin *r)
{
	if (!r->io)
		return;
	dpager_io_submit(r->io);
	r->io = NULL;
}

/*
 * The folio is locked and in the page cache, @place is its first page's; the
 * request takes it over.
 */
static void readin_add(struct readin *r, struct folio *folio,
		       dpager_place_t place)
{
	u64 slot = dpager_place_slot(place);
	struct dpager_segment *segment =
		dpager_segment_at(place);

	if (r->io && (segment != r->segment || slot != r->next_slot ||
		      !dpager_segment_joins(segment, slot)))
		readin_submit(r);
	if (!r->io)
		r->io = dpager_io_read(segment, slot, DPAGER_LEAF_PAGES);
	dpager_io_add(r->io, folio);
	r->segment = segment;
	r->next_slot = slot + folio_nr_pages(folio);
	trace_dpager_pagein(r->object->id, folio->index, segment->id, slot,
			    r->ahead);
}

/*
 * Look in the page map only now that the folio is in the page cache: before,
 * pageout could have given the page a place in the meantime.
 */
static int readin_place(struct dpager_object *object,
			struct dpager_cluster *cluster, pgoff_t index,
			dpager_place_t *place)
{
	return dpager_map_get(&object->map, &cluster->leaf, index, place);
}

/*
 * Can one request have these places, from the first on? Without the pages'
 * folios a segment may go away, and another may have its index.
 */
static bool place_in_a_row(dpager_place_t place, u32 count)
{
	const struct dpager_segment *segment;
	bool in_a_row;

	if (count == 1)
		return true;
	rcu_read_lock();
	segment = READ_ONCE(dpager_segments[dpager_place_segment(place)]);
	in_a_row = segment && dpager_segment_run(segment,
						 dpager_place_slot(place),
						 count) == count;
	rcu_read_unlock();
	return in_a_row;
}

/* As above: do @count pages lie in a row from there on? */
static bool readin_in_a_row(struct dpager_object *object,
			    struct dpager_cluster *cluster, pgoff_t index,
			    u32 count, dpager_place_t *place)
{
	return dpager_map_run(&object->map, &cluster->leaf, index, count,
			      place) == count &&
	       place_in_a_row(*place, count);
}

/*
 * The same before the folio is there, and without a pin on the cluster: a guess.
 * It may find a leaf that is being freed, or folded.
 */
static bool readin_in_a_row_guess(struct dpager_object *object, pgoff_t index,
				  u32 count)
{
	const struct dpager_leaf *leaf;
	struct dpager_leaf buffer;
	dpager_place_t place;
	u32 run;

	rcu_read_lock();
	leaf = dpager_map_peek(&object->map, index, &buffer);
	run = dpager_map_run(&object->map, leaf, index, count, &place);
	rcu_read_unlock();
	return run == count && place_in_a_row(place, count);
}

/* One more folio of a request: allocated, inserted, added to it. */
static int readin_one(struct readin *r, struct dpager_cluster *cluster,
		      pgoff_t index, bool larger)
{
	gfp_t gfp = dpager_folio_gfp(r->object, true);
	dpager_place_t place;
	struct folio *folio;
	bool suspended;
	int err;

	folio = larger ? dpager_folio_alloc_larger(r->object, gfp) :
			 dpager_folio_alloc(gfp, 0);
	if (!folio)
		return -ENOMEM;
	/* Nobody has asked for this page: it is not young. */
	suspended = dpager_lru_fault_suspend();
	err = dpager_folio_insert(r->object, cluster, folio, index, r->fresh,
				  gfp);
	dpager_lru_fault_resume(suspended);
	if (err)
		goto out;
	if (readin_in_a_row(r->object, cluster, index, folio_nr_pages(folio),
			    &place)) {
		readin_add(r, folio, place);
	} else {
		/* Punched meanwhile, or lost: not ours to decide here. */
		dpager_folio_remove(r->object->inode->i_mapping, folio);
		folio_unlock(folio);
		err = -ENOENT;
	}
out:
	folio_put(folio);
	return err;
}

static bool place_reads_full(dpager_place_t place)
{
	struct dpager_segment *segment;
	bool full;

	rcu_read_lock();
	segment = READ_ONCE(dpager_segments[dpager_place_segment(place)]);
	full = segment && dpager_writer_reads_full(&segment->writer);
	rcu_read_unlock();
	return full;
}

/* The pages from @index on as one larger folio, if that can be done. */
static bool readin_larger(struct readin *r, struct dpager_cluster *cluster,
			  pgoff_t index, pgoff_t last)
{
	dpager_place_t place;

	return r->larger &&
	       dpager_folio_may_be_larger(r->object, index, last) &&
	       readin_in_a_row(r->object, cluster, index,
			       r->object->folio_pages, &place) &&
	       !readin_one(r, cluster, index, true);
}

/*
 * Pages @first to @last, in one leaf, that are out and not in memory. Stops
 * with -EAGAIN where too many reads are in flight.
 */
static int readin_span(struct readin *r, struct dpager_cluster *cluster,
		       pgoff_t first, pgoff_t last)
{
	dpager_place_t place;
	pgoff_t index;
	int err;

	for (index = first; index <= last; index++) {
		if (dpager_folio_resident(r->object, index, 1))
			continue;
		err = readin_place(r->object, cluster, index, &place);
		r->lost |= err == -EIO;
		if (err)
			continue;
		if (place_reads_full(place))
			return -EAGAIN;
		if (readin_larger(r, cluster, index, last)) {
			index += r->object->folio_pages - 1;
			continue;
		}
		err = readin_one(r, cluster, index, false);
		if (err && err != -EEXIST && err != -ENOENT)
			return err;
	}
	return 0;
}

/* Under invalidate_lock (read), with a pin on the cluster. */
static int readin_range(struct readin *r, struct dpager_cluster *cluster,
			pgoff_t first, pgoff_t last)
{
	struct blk_plug plug;
	int err;

	if (!(READ_ONCE(cluster->leaf.present) |
	      READ_ONCE(cluster->leaf.spoilt)))
		return 0;
	if (!r->ahead)
		WRITE_ONCE(cluster->referenced, true);
	blk_start_plug(&plug);
	err = readin_span(r, cluster, first, last);
	readin_submit(r);
	blk_finish_plug(&plug);
	return err;
}

/* Is there nothing of the leaf of a page, not even folded? */
static bool readin_nothing(struct dpager_object *object, pgoff_t index)
{
	return dpager_map_skip(&object->map, index, index + 1) != index;
}

int dpager_readin_range(struct dpager_object *object, pgoff_t first,
			pgoff_t last, enum dpager_readin how)
{
	struct readin r = {
		.object = object,
		.ahead = how == DPAGER_READIN_AHEAD,
		.larger = how != DPAGER_READIN_SINGLY,
	};
	struct dpager_cluster *cluster;
	int err;

	if (readin_nothing(object, first))
		return 0;
	err = dpager_object_pin_range(object);
	if (err)
		return err;
	cluster = dpager_cluster_get(object, first, GFP_KERNEL |
				     (r.ahead ? __GFP_NORETRY | __GFP_NOWARN :
						0), &r.fresh);
	if (cluster) {
		err = readin_range(&r, cluster, first, last);
		dpager_cluster_put(cluster);
	} else {
		err = -ENOMEM;
	}
	dpager_object_unpin_range(object);
	return err ?: r.lost && !r.ahead ? -EIO : 0;
}

void dpager_readin_ahead(struct dpager_object *object,
			 struct dpager_stream *stream, pgoff_t index)
{
	pgoff_t end = dpager_object_end(object);
	pgoff_t from, to = dpager_stream_window(stream, index, end, &from);
	struct blk_plug plug;

	blk_start_plug(&plug);
	while (from < to) {
		pgoff_t last = min(from | DPAGER_LEAF_MASK, to - 1);

		if (dpager_readin_range(object, from, last,
					DPAGER_READIN_AHEAD))
			break;
		from = last + 1;
	}
	blk_finish_plug(&plug);
	dpager_stream_read(stream, from);
}

/* --- the page a fault asks for ------------------------------------------ */

static bool page_reads_full(struct dpager_object *object, pgoff_t index)
{
	dpager_place_t place;

	return !dpager_map_where(&object->map, index, &place) &&
	       place_reads_full(place);
}

/* The last page of what a reader in order gets with its page. */
static pgoff_t readin_last(struct dpager_object *object, pgoff_t index)
{
	return index | min(object->cluster_pages - 1, DPAGER_LEAF_MASK);
}

/* A page of its own from a device that reads at once. As readin_start(). */
static int readin_now(struct dpager_object *object, struct folio *folio,
		      dpager_place_t place)
{
	struct dpager_segment *segment =
		dpager_segment_at(place);
	u64 slot = dpager_place_slot(place);

	trace_dpager_pagein(object->id, folio->index, segment->id, slot, false);
	return dpager_io_read_now(segment, slot, folio) ? 2 : 0;
}

/* How one page comes in. */
#define PAGE_IN_ORDER	BIT(0)	/* with what its reader will want next */
#define PAGE_EXISTING	BIT(1)	/* it is not made */
#define PAGE_FRESH	BIT(2)	/* its cluster has been allocated for it */
#define PAGE_ZEROED	BIT(3)	/* its folio holds zeros */

/* Not the page, but what it was going to be, goes. */
static int readin_undo(struct dpager_object *object, struct folio *folio,
		       int err)
{
	dpager_folio_remove(object->inode->i_mapping, folio);
	folio_unlock(folio);
	return err;
}

/* With others, or from a device that has a queue. */
static void readin_queue(struct dpager_object *object,
			 struct dpager_cluster *cluster, struct folio *folio,
			 dpager_place_t place, bool in_order)
{
	struct readin r = { .object = object };
	pgoff_t index = folio->index;
	struct blk_plug plug;

	blk_start_plug(&plug);
	readin_add(&r, folio, place);
	if (in_order)
		readin_span(&r, cluster, index + 1, readin_last(object, index));
	readin_submit(&r);
	blk_finish_plug(&plug);
}

static int readin_start(struct dpager_object *object,
			struct dpager_cluster *cluster, struct folio *folio,
			pgoff_t index, unsigned int how)
{
	dpager_place_t place;
	int err;

	err = readin_place(object, cluster, index, &place);
	if (err == -ENOENT && (how & PAGE_EXISTING))
		return readin_undo(object, folio, -ENODATA);
	if (err == -ENOENT) {
		if (!(how & PAGE_ZEROED))
			folio_zero_range(folio, 0, PAGE_SIZE);
		folio_mark_uptodate(folio);
		/* As one that is clean it would be nowhere again soon. */
		if (READ_ONCE(object->keeps_zeros))
			folio_mark_dirty(folio);
		dpager_stat_inc(DPAGER_STAT_UNAVAILABLE);
		dpager_io_folio_ready(folio);
		return 1;
	}
	if (err)
		return readin_undo(object, folio, err);
	if (!(how & PAGE_IN_ORDER) && dpager_segment_at(place)->synchronous)
		return readin_now(object, folio, place);
	readin_queue(object, cluster, folio, place, how & PAGE_IN_ORDER);
	return 0;
}

/* What a reader in order gets with its page, that page's folio included. */
static int readin_larger_from(struct dpager_object *object, pgoff_t index,
			      struct folio **result)
{
	if (!readin_in_a_row_guess(object, index, object->folio_pages))
		return -ENOENT;
	if (dpager_readin_range(object, index, readin_last(object, index),
				DPAGER_READIN_WAITED) == -EINTR)
		return -EINTR;
	*result = dpager_folio_get(object->inode->i_mapping, index);
	return *result ? 0 : -ENOENT;
}

/*
 * One page, into @folio, under invalidate_lock (read) and with a pin on the
 * cluster. @fresh_after: as for dpager_readin_page().
 */
static int readin_insert(struct dpager_object *object,
			 struct dpager_cluster *cluster, struct folio *folio,
			 pgoff_t index, unsigned int how, gfp_t gfp,
			 unsigned int *fresh_after)
{
	bool writes = *fresh_after;
	int ret;

	*fresh_after = 0;
	ret = dpager_folio_insert(object, cluster, folio, index,
				  how & PAGE_FRESH, gfp);
	if (!ret)
		ret = readin_start(object, cluster, folio, index, how);
	if (ret == 1 && writes)
		*fresh_after = dpager_fresh_more(object, cluster, index);
	if (ret >= 0)
		WRITE_ONCE(cluster->referenced, true);
	return ret;
}

/*
 * The same, and its folio is allocated. What the page map says before the folio
 * is in the page cache is a guess: it only decides whether the request has to
 * wait, and who zeroes the folio.
 */
static int readin_alloc(struct dpager_object *object,
			struct dpager_cluster *cluster, pgoff_t index,
			unsigned int how, unsigned int *fresh_after,
			struct folio **result)
{
	gfp_t gfp = dpager_folio_gfp(object, false);
	dpager_place_t place;
	struct folio *folio;
	int ret;

	ret = readin_place(object, cluster, index, &place);
	if (!ret && dpager_segments_queued() && place_reads_full(place))
		return -EAGAIN;
	if (ret == -ENOENT)
		how |= PAGE_ZEROED;
	folio = dpager_folio_alloc(how & PAGE_ZEROED ? gfp | __GFP_ZERO : gfp,
				   0);
	if (!folio)
		return -ENOMEM;
	ret = readin_insert(object, cluster, folio, index, how, gfp,
			    fresh_after);
	if (ret >= 0)
		*result = folio;
	else
		folio_put(folio);
	return ret;
}

/* One page. As dpager_readin_page(). */
static int readin_page(struct dpager_object *object, pgoff_t index,
		       unsigned int how, unsigned int *fresh_after,
		       struct folio **result)
{
	struct dpager_cluster *cluster;
	bool fresh;
	int ret;

	ret = dpager_object_pin_range(object);
	if (ret)
		return ret;
	/* What shrinks it has the lock for writing. */
	if (index >= dpager_object_end(object)) {
		dpager_object_unpin_range(object);
		return -ENXIO;
	}
	ret = -ENOMEM;
	cluster = dpager_cluster_get(object, index, GFP_KERNEL, &fresh);
	if (cluster) {
		ret = readin_alloc(object, cluster, index,
				   fresh ? how | PAGE_FRESH : how, fresh_after,
				   result);
		dpager_cluster_put(cluster);
	}
	dpager_object_unpin_range(object);
	return ret;
}

/* As one of a larger folio, where that is possible; -ENOENT: it is not. */
static int readin_page_larger(struct dpager_object *object, pgoff_t index,
			      bool writes, struct folio **result)
{
	pgoff_t end = dpager_object_end(object);
	int ret;

	if (index >= end || !dpager_folio_may_be_larger(object, index, end - 1))
		return -ENOENT;
	ret = readin_larger_from(object, index, result);
	if (ret == -ENOENT && writes)
		ret = dpager_fresh_larger(object, index, false, result);
	return ret;
}

int dpager_readin_page(struct dpager_object *object, pgoff_t index,
		       struct dpager_stream *stream, bool existing,
		       unsigned int *fresh_after, struct folio **result)
{
	unsigned int how = (stream ? PAGE_IN_ORDER : 0) |
			   (existing ? PAGE_EXISTING : 0);
	bool writes = *fresh_after;
	int ret = -ENOENT;

	dpager_stat_inc(DPAGER_STAT_PAGEIN_CALLS);
	*fresh_after = 0;
	if (stream)
		ret = readin_page_larger(object, index, writes, result);
	if (ret == -ENOENT) {
		*fresh_after = writes;
		ret = readin_page(object, index, how, fresh_after, result);
	}
	if (ret < 0)
		*fresh_after = 0;
	return ret;
}

int dpager_readin_wait(struct dpager_object *object, pgoff_t index)
{
	return wait_event_killable(dpager_io_read_wait,
				   !page_reads_full(object, index)) ?
		-EINTR : 0;
}

void dpager_readin_folio(struct dpager_object *object,
			 struct dpager_cluster *cluster, struct folio *folio)
{
	struct readin r = { .object = object };
	dpager_place_t place;
	int err;

	err = readin_place(object, cluster, folio->index, &place);
	folio_clear_checked(folio);
	if (!err) {
		readin_add(&r, folio, place);
		readin_submit(&r);
		return;
	}
	if (err == -ENOENT) {
		folio_zero_range(folio, 0, PAGE_SIZE);
		folio_mark_uptodate(folio);
		if (READ_ONCE(object->keeps_zeros))
			folio_mark_dirty(folio);
	} else {
		folio_set_checked(folio);
	}
	folio_unlock(folio);
}
