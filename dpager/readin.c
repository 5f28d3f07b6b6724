// SPDX-License-Identifier: GPL-2.0
/* What to read on a fault, and how it gets into the page cache. */

#include <linux/blkdev.h>
#include <linux/pagemap.h>
#include <linux/sched/signal.h>

#include "cluster.h"
#include "compat.h"
#include "io.h"
#include "launder.h"
#include "object.h"
#include "readin.h"
#include "segment.h"
#include "trace.h"

/* Faults in order before a reader is believed. */
#define STREAM_HITS		2
/* Pages read ahead of a reader: at first, and at most. */
#define AHEAD_MIN		DPAGER_LEAF_PAGES
#define AHEAD_MAX		256
/* Never written pages that a writer in order gets in one fault. */
#define FRESH_MAX		16

/**
 * struct readin - a request being put together
 * @object: the object
 * @io: the request, or NULL
 * @segment: where it reads
 * @next_slot: the slot that would continue it
 * @ahead: nobody waits for it
 * @larger: in larger folios where that is possible
 */
struct readin {
	struct dpager_object *object;
	struct dpager_io *io;
	struct dpager_segment *segment;
	u64 next_slot;
	bool ahead;
	bool larger;
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
		dpager_segments[dpager_place_segment(place)];

	if (r->io && (segment != r->segment || slot != r->next_slot))
		readin_submit(r);
	if (!r->io)
		r->io = dpager_io_read(segment, slot, DPAGER_LEAF_PAGES);
	dpager_io_add(r->io, folio);
	r->segment = segment;
	r->next_slot = slot + folio_nr_pages(folio);
	trace_dpager_pagein(r->object->id, folio->index, segment->id, slot,
			    r->ahead);
}

static gfp_t readin_gfp(struct address_space *mapping, bool ahead)
{
	gfp_t gfp = mapping_gfp_mask(mapping);

	return ahead ? gfp | __GFP_NORETRY | __GFP_NOWARN : gfp;
}

/* Into the page cache, locked; in a fault it enters as young. */
static int readin_insert(struct dpager_object *object,
			 struct dpager_cluster *cluster, struct folio *folio,
			 pgoff_t index, bool fresh, gfp_t gfp)
{
	struct address_space *mapping = object->inode->i_mapping;
	int err;

	err = filemap_add_folio(mapping, folio, index, gfp);
	if (err)
		return err;
	err = dpager_cluster_tag(cluster, folio, fresh,
				 gfp & ~(__GFP_HIGHMEM | __GFP_MOVABLE));
	if (err) {
		dpager_folio_remove(mapping, folio);
		folio_unlock(folio);
	}
	return err;
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

/* As above: how many pages lie in a row from there on. */
static u32 readin_run(struct dpager_object *object,
		      struct dpager_cluster *cluster, pgoff_t index,
		      dpager_place_t *place)
{
	return dpager_map_run(&object->map, &cluster->leaf, index, place);
}

/* Is one of @count pages in memory? */
static bool pages_resident(struct dpager_object *object, pgoff_t index,
			   unsigned int count)
{
	struct xarray *pages = &object->inode->i_mapping->i_pages;
	unsigned long i;
	void *entry;

	xa_for_each_range(pages, i, entry, index, index + count - 1)
		if (!xa_is_value(entry))
			return true;
	return false;
}

static bool page_resident(struct dpager_object *object, pgoff_t index)
{
	void *entry = xa_load(&object->inode->i_mapping->i_pages, index);

	return entry && !xa_is_value(entry);
}

/*
 * May the pages from @index on, up to @last, come as one folio of the larger
 * size? A guess where folios are inserted after it.
 */
static bool readin_larger(struct dpager_object *object, pgoff_t index,
			  pgoff_t last)
{
	u32 pages = object->folio_pages;

	return pages > 1 && IS_ALIGNED(index, pages) &&
	       index + pages - 1 <= last &&
	       !pages_resident(object, index, pages);
}

/* A folio of the larger size: a bonus, not worth a wait for memory. */
static struct folio *folio_alloc_larger(struct dpager_object *object, gfp_t gfp)
{
	return folio_alloc((gfp | __GFP_NORETRY | __GFP_NOWARN) &
			   ~__GFP_RECLAIM, ilog2(object->folio_pages));
}

/*
 * One more folio of a request: allocated, inserted, added to it. -EAGAIN: not
 * as a larger one.
 */
static int readin_one(struct readin *r, struct dpager_cluster *cluster,
		      pgoff_t index, bool larger)
{
	struct address_space *mapping = r->object->inode->i_mapping;
	gfp_t gfp = readin_gfp(mapping, true);
	dpager_place_t place;
	struct folio *folio;
	bool suspended;
	int err;

	folio = larger ? folio_alloc_larger(r->object, gfp) :
			 folio_alloc(gfp, 0);
	if (!folio)
		return larger ? -EAGAIN : -ENOMEM;
	/* Nobody has asked for this page: it is not young. */
	suspended = dpager_lru_fault_suspend();
	err = readin_insert(r->object, cluster, folio, index, false, gfp);
	dpager_lru_fault_resume(suspended);
	if (err) {
		err = larger ? -EAGAIN : err;
		goto out;
	}
	if (readin_run(r->object, cluster, index, &place) >=
	    folio_nr_pages(folio)) {
		readin_add(r, folio, place);
	} else {
		/* Punched meanwhile, or lost: not ours to decide here. */
		dpager_folio_remove(mapping, folio);
		folio_unlock(folio);
		err = larger ? -EAGAIN : -ENOENT;
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

/*
 * A folio of zeros, of pages that were never written, into the page cache:
 * locked, up to date and dirty, since what is written to it later through the
 * mapping nobody would be told of. It is given away in any case. -EEXIST where
 * there is something already.
 */
static int fresh_insert(struct dpager_object *object,
			struct dpager_cluster *cluster, struct folio *folio,
			pgoff_t index, bool fresh)
{
	struct address_space *mapping = object->inode->i_mapping;
	int err;

	/* Who finds it waits for its lock, and then sees whether it stays. */
	folio_mark_uptodate(folio);
	err = readin_insert(object, cluster, folio, index, fresh,
			    readin_gfp(mapping, true));
	if (err)
		goto out;
	if (dpager_map_hole(&object->map, &cluster->leaf, index) >=
	    folio_nr_pages(folio)) {
		folio_mark_dirty(folio);
		return 0;
	}
	/* It was there, and went out, meanwhile. */
	dpager_folio_remove(mapping, folio);
	folio_unlock(folio);
	err = -EEXIST;
out:
	folio_put(folio);
	return err;
}

static int fresh_one(struct dpager_object *object,
		     struct dpager_cluster *cluster, pgoff_t index)
{
	gfp_t gfp = readin_gfp(object->inode->i_mapping, true);
	dpager_place_t place;
	struct folio *folio;
	int err;

	if (page_resident(object, index) ||
	    readin_place(object, cluster, index, &place) != -ENOENT)
		return -EEXIST;
	/* It is a bonus: not worth a wait for memory. */
	folio = folio_alloc((gfp | __GFP_ZERO) & ~__GFP_DIRECT_RECLAIM, 0);
	if (!folio)
		return -ENOMEM;
	err = fresh_insert(object, cluster, folio, index, false);
	if (err)
		return err;
	folio_unlock(folio);
	folio_put(folio);
	return 0;
}

/*
 * Does a writer really go in order? The page before is there and is not zeros,
 * as it would be if it had come with another and was left alone.
 */
static bool fresh_in_order(struct dpager_object *object, pgoff_t index)
{
	struct folio *folio;
	bool written;

	if (!index)
		return false;
	folio = dpager_folio_get(object->inode->i_mapping, index - 1);
	if (!folio)
		return false;
	written = folio_test_uptodate(folio) && !dpager_folio_poisoned(folio) &&
		  !dpager_launder_zero(folio_file_page(folio, index - 1));
	folio_put(folio);
	return written;
}

/* What follows a page in its leaf, up to the first page that is not fresh. */
static unsigned int fresh_more(struct dpager_object *object,
			       struct dpager_cluster *cluster, pgoff_t index)
{
	pgoff_t end = i_size_read(object->inode) >> PAGE_SHIFT;
	pgoff_t last = min(index + FRESH_MAX, end) - 1;
	pgoff_t next = index + 1;

	last = min(last, index | DPAGER_LEAF_MASK);
	if (fresh_in_order(object, index))
		while (next <= last && !fatal_signal_pending(current) &&
		       !fresh_one(object, cluster, next))
			next++;
	return next - index - 1;
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
	u32 run;
	int err;

	for (index = first; index <= last; index++) {
		if (page_resident(r->object, index))
			continue;
		run = readin_run(r->object, cluster, index, &place);
		if (!run)
			continue;
		if (place_reads_full(place))
			return -EAGAIN;
		err = -EAGAIN;
		if (r->larger && run >= r->object->folio_pages &&
		    readin_larger(r->object, index, last))
			err = readin_one(r, cluster, index, true);
		if (!err)
			index += r->object->folio_pages - 1;
		if (err == -EAGAIN)
			err = readin_one(r, cluster, index, false);
		if (err && err != -EEXIST && err != -ENOENT)
			return err;
	}
	return 0;
}

static int readin_lock(struct dpager_object *object)
{
	struct address_space *mapping = object->inode->i_mapping;

	return down_read_killable(&mapping->invalidate_lock);
}

static void readin_unlock(struct dpager_object *object)
{
	filemap_invalidate_unlock_shared(object->inode->i_mapping);
}

int dpager_readin_range(struct dpager_object *object, pgoff_t first,
			pgoff_t last, enum dpager_readin how)
{
	struct dpager_cluster *cluster = dpager_cluster_find(object, first);
	struct readin r = {
		.object = object,
		.ahead = how == DPAGER_READIN_AHEAD,
		.larger = how != DPAGER_READIN_SINGLY,
	};
	struct blk_plug plug;
	int err;

	if (!cluster || !READ_ONCE(cluster->leaf.present))
		return 0;
	err = readin_lock(object);
	if (err)
		return err;
	blk_start_plug(&plug);
	err = readin_span(&r, cluster, first, last);
	readin_submit(&r);
	blk_finish_plug(&plug);
	readin_unlock(object);
	return err;
}

/* --- readers in order --------------------------------------------------- */

static struct dpager_stream *stream_find(struct dpager_object *object,
					 pgoff_t index)
{
	unsigned int i;

	for (i = 0; i < DPAGER_STREAMS; i++) {
		struct dpager_stream *s = &object->streams[i];

		/* The page before the next: the same fault, tried again. */
		if (index + 1 - READ_ONCE(s->next) <= DPAGER_LEAF_PAGES)
			return s;
	}
	return NULL;
}

struct dpager_stream *dpager_readin_stream(struct dpager_object *object,
					   pgoff_t index)
{
	struct dpager_stream *s = stream_find(object, index);

	if (!s) {
		s = &object->streams[object->stream_hand++ % DPAGER_STREAMS];
		WRITE_ONCE(s->next, index + 1);
		WRITE_ONCE(s->ahead, 0);
		WRITE_ONCE(s->hits, 0);
		return NULL;
	}
	if (s->next != index + 1) {
		WRITE_ONCE(s->next, index + 1);
		if (s->hits < STREAM_HITS)
			WRITE_ONCE(s->hits, s->hits + 1);
	}
	return s->hits < STREAM_HITS ? NULL : s;
}

/* How far ahead of @index a reader's pages are to be in memory. */
static pgoff_t stream_distance(const struct dpager_stream *s, pgoff_t index)
{
	pgoff_t ahead = READ_ONCE(s->ahead);

	if (ahead <= index)
		return AHEAD_MIN;
	return clamp_t(pgoff_t, 2 * (ahead - index), AHEAD_MIN, AHEAD_MAX);
}

pgoff_t dpager_readin_covered(const struct dpager_stream *stream)
{
	pgoff_t ahead = READ_ONCE(stream->ahead);

	return ahead - min_t(pgoff_t, ahead, AHEAD_MIN);
}

void dpager_readin_passed(struct dpager_stream *stream, pgoff_t next)
{
	WRITE_ONCE(stream->next, next);
}

void dpager_readin_ahead(struct dpager_object *object,
			 struct dpager_stream *stream, pgoff_t index)
{
	pgoff_t end = i_size_read(object->inode) >> PAGE_SHIFT;
	pgoff_t from = max(READ_ONCE(stream->ahead), index + 1);
	pgoff_t to = min(index + 1 + stream_distance(stream, index), end);
	struct blk_plug plug;

	/* Whole leaves, under one plug: few requests. */
	to = min(round_up(to, DPAGER_LEAF_PAGES), end);
	blk_start_plug(&plug);
	while (from < to) {
		pgoff_t last = min(from | DPAGER_LEAF_MASK, to - 1);

		if (dpager_readin_range(object, from, last,
					DPAGER_READIN_AHEAD))
			break;
		from = last + 1;
	}
	blk_finish_plug(&plug);
	WRITE_ONCE(stream->ahead, from);
}

/* --- the page a fault asks for ------------------------------------------ */

static bool page_reads_full(struct dpager_object *object, pgoff_t index)
{
	struct dpager_cluster *cluster = dpager_cluster_find(object, index);
	dpager_place_t place;

	return cluster && !readin_place(object, cluster, index, &place) &&
	       place_reads_full(place);
}

/* The rest of the cluster a reader in order wants with its page. */
static void readin_rest(struct readin *r, struct dpager_cluster *cluster,
			pgoff_t index)
{
	pgoff_t last = index | (r->object->cluster_pages - 1);

	last = min(last, index | DPAGER_LEAF_MASK);
	if (last > index)
		readin_span(r, cluster, index + 1, last);
}

static int readin_start(struct dpager_object *object,
			struct dpager_cluster *cluster, struct folio *folio,
			pgoff_t index, bool in_order, bool zeroed)
{
	struct readin r = { .object = object };
	dpager_place_t place;
	struct blk_plug plug;
	int err;

	err = readin_place(object, cluster, index, &place);
	if (err == -ENOENT) {
		if (!zeroed)
			folio_zero_range(folio, 0, PAGE_SIZE);
		folio_mark_uptodate(folio);
		dpager_io_folio_ready(folio);
		return 1;
	}
	if (err) {
		dpager_folio_remove(object->inode->i_mapping, folio);
		folio_unlock(folio);
		return err;
	}
	blk_start_plug(&plug);
	readin_add(&r, folio, place);
	if (in_order)
		readin_rest(&r, cluster, index);
	readin_submit(&r);
	blk_finish_plug(&plug);
	return 0;
}

/*
 * The pages of the larger folio that begins at @index, for a writer in order,
 * if they were never written. -ENOENT: not that way.
 */
static int readin_fresh_larger(struct dpager_object *object,
			       struct dpager_cluster *cluster, pgoff_t index,
			       bool fresh, struct folio **result)
{
	gfp_t gfp = readin_gfp(object->inode->i_mapping, true) | __GFP_ZERO;
	struct folio *folio;
	int err;

	if (dpager_map_hole(&object->map, &cluster->leaf, index) <
	    object->folio_pages || !fresh_in_order(object, index))
		return -ENOENT;
	folio = folio_alloc_larger(object, gfp);
	if (!folio)
		return -ENOENT;
	err = readin_lock(object);
	if (err) {
		folio_put(folio);
		return err;
	}
	err = fresh_insert(object, cluster, folio, index, fresh);
	readin_unlock(object);
	if (err)
		return -ENOENT;
	*result = folio;
	return 1;
}

/* What a reader in order gets with its page, that page's folio included. */
static int readin_larger_from(struct dpager_object *object,
			      struct dpager_cluster *cluster, pgoff_t index,
			      struct folio **result)
{
	pgoff_t last = index | (object->cluster_pages - 1);
	struct readin r = { .object = object, .larger = true };
	dpager_place_t place;
	struct blk_plug plug;
	int err;

	if (readin_run(object, cluster, index, &place) < object->folio_pages)
		return -ENOENT;
	err = readin_lock(object);
	if (err)
		return err;
	blk_start_plug(&plug);
	readin_span(&r, cluster, index, min(last, index | DPAGER_LEAF_MASK));
	readin_submit(&r);
	blk_finish_plug(&plug);
	readin_unlock(object);
	*result = dpager_folio_get(object->inode->i_mapping, index);
	return *result ? 0 : -ENOENT;
}

/* One page. As dpager_readin_page(). */
static int readin_page(struct dpager_object *object,
		       struct dpager_cluster *cluster, pgoff_t index,
		       bool fresh, bool in_order, unsigned int *fresh_after,
		       struct folio **result)
{
	struct address_space *mapping = object->inode->i_mapping;
	bool writes = *fresh_after, zeroed;
	dpager_place_t place;
	struct folio *folio;
	int ret;

	*fresh_after = 0;

	/* A guess: it only decides who zeroes the folio. */
	zeroed = readin_place(object, cluster, index, &place) == -ENOENT;
	folio = folio_alloc(readin_gfp(mapping, false) |
			    (zeroed ? __GFP_ZERO : 0), 0);
	if (!folio)
		return -ENOMEM;
	ret = readin_lock(object);
	if (ret)
		goto out;
	ret = readin_insert(object, cluster, folio, index, fresh,
			    readin_gfp(mapping, false));
	if (!ret)
		ret = readin_start(object, cluster, folio, index, in_order,
				   zeroed);
	if (ret == 1 && writes)
		*fresh_after = fresh_more(object, cluster, index);
	readin_unlock(object);
	if (ret >= 0) {
		*result = folio;
		return ret;
	}
out:
	folio_put(folio);
	return ret;
}

/* As one of a larger folio, where that is possible; -ENOENT: it is not. */
static int readin_page_larger(struct dpager_object *object,
			      struct dpager_cluster *cluster, pgoff_t index,
			      bool fresh, bool writes, struct folio **result)
{
	pgoff_t end = i_size_read(object->inode) >> PAGE_SHIFT;
	int ret;

	if (!readin_larger(object, index, end - 1))
		return -ENOENT;
	ret = readin_larger_from(object, cluster, index, result);
	if (ret == -ENOENT && writes)
		ret = readin_fresh_larger(object, cluster, index, fresh,
					  result);
	return ret;
}

int dpager_readin_page(struct dpager_object *object, pgoff_t index,
		       struct dpager_stream *stream, unsigned int *fresh_after,
		       struct folio **result)
{
	struct dpager_cluster *cluster;
	bool writes = *fresh_after, fresh;
	int ret = -ENOENT;

	*fresh_after = 0;
	if (page_reads_full(object, index))
		return -EAGAIN;
	cluster = dpager_cluster_get(object, index, &fresh);
	if (!cluster)
		return -ENOMEM;
	if (stream)
		ret = readin_page_larger(object, cluster, index, fresh, writes,
					 result);
	if (ret == -ENOENT) {
		*fresh_after = writes;
		ret = readin_page(object, cluster, index, fresh, stream,
				  fresh_after, result);
	}
	if (ret >= 0)
		WRITE_ONCE(cluster->referenced, true);
	return ret;
}

int dpager_readin_wait(struct dpager_object *object, pgoff_t index)
{
	return wait_event_killable(dpager_io_read_wait,
				   !page_reads_full(object, index)) ?
		-EINTR : 0;
}

void dpager_readin_folio(struct dpager_object *object, struct folio *folio)
{
	struct dpager_cluster *cluster = dpager_cluster_find(object,
							     folio->index);
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
	} else {
		folio_set_checked(folio);
	}
	folio_unlock(folio);
}
