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
 */
struct readin {
	struct dpager_object *object;
	struct dpager_io *io;
	struct dpager_segment *segment;
	u64 next_slot;
	bool ahead;
};

static void readin_submit(struct readin *r)
{
	if (!r->io)
		return;
	dpager_io_submit(r->io);
	r->io = NULL;
}

/* The folio is locked and in the page cache; the request takes it over. */
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
	r->next_slot = slot + 1;
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

static bool page_resident(struct dpager_object *object, pgoff_t index)
{
	void *entry = xa_load(&object->inode->i_mapping->i_pages, index);

	return entry && !xa_is_value(entry);
}

/* One more page of a request: allocated, inserted, added to it. */
static int readin_one(struct readin *r, struct dpager_cluster *cluster,
		      pgoff_t index)
{
	struct address_space *mapping = r->object->inode->i_mapping;
	gfp_t gfp = readin_gfp(mapping, true);
	dpager_place_t place;
	struct folio *folio;
	bool suspended;
	int err;

	folio = folio_alloc(gfp, 0);
	if (!folio)
		return -ENOMEM;
	/* Nobody has asked for this page: it is not young. */
	suspended = dpager_lru_fault_suspend();
	err = readin_insert(r->object, cluster, folio, index, false, gfp);
	dpager_lru_fault_resume(suspended);
	if (err)
		goto out;
	err = readin_place(r->object, cluster, index, &place);
	if (!err) {
		readin_add(r, folio, place);
	} else {
		/* Punched meanwhile, or lost: not ours to decide here. */
		dpager_folio_remove(mapping, folio);
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

/*
 * One page that was never written comes as zeros and dirty: what is written to
 * it later through the mapping nobody would be told of. -EEXIST where there is
 * something already.
 */
static int fresh_one(struct dpager_object *object,
		     struct dpager_cluster *cluster, pgoff_t index)
{
	struct address_space *mapping = object->inode->i_mapping;
	gfp_t gfp = readin_gfp(mapping, true);
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
	/* Who finds it waits for its lock, and then sees whether it stays. */
	folio_mark_uptodate(folio);
	err = readin_insert(object, cluster, folio, index, false, gfp);
	if (err)
		goto out;
	if (readin_place(object, cluster, index, &place) == -ENOENT) {
		folio_mark_dirty(folio);
	} else {
		/* It was there, and went out, meanwhile. */
		dpager_folio_remove(mapping, folio);
		err = -EEXIST;
	}
	folio_unlock(folio);
out:
	folio_put(folio);
	return err;
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
	written = folio_test_uptodate(folio) && !dpager_launder_zero(folio);
	folio_put(folio);
	return written;
}

/* What follows a page in its leaf, up to the first page that is not fresh. */
static unsigned int fresh_more(struct dpager_object *object,
			       struct dpager_cluster *cluster, pgoff_t index)
{
	pgoff_t end = i_size_read(object->inode) >> PAGE_SHIFT;
	pgoff_t last = min(index + FRESH_MAX, end) - 1;
	pgoff_t next;

	last = min(last, index | DPAGER_LEAF_MASK);
	for (next = index + 1; next <= last; next++)
		if (fatal_signal_pending(current) ||
		    fresh_one(object, cluster, next))
			break;
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
	int err;

	for (index = first; index <= last; index++) {
		if (page_resident(r->object, index) ||
		    readin_place(r->object, cluster, index, &place))
			continue;
		if (place_reads_full(place))
			return -EAGAIN;
		err = readin_one(r, cluster, index);
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
			pgoff_t last, bool ahead)
{
	struct dpager_cluster *cluster = dpager_cluster_find(object, first);
	struct readin r = { .object = object, .ahead = ahead };
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

bool dpager_readin_covers(const struct dpager_stream *stream, pgoff_t next)
{
	return READ_ONCE(stream->ahead) >= next + AHEAD_MIN;
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

	/* Whole leaves: few requests. */
	to = min(round_up(to, DPAGER_LEAF_PAGES), end);
	while (from < to) {
		pgoff_t last = min(from | DPAGER_LEAF_MASK, to - 1);

		if (dpager_readin_range(object, from, last, true))
			break;
		from = last + 1;
	}
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

int dpager_readin_page(struct dpager_object *object, pgoff_t index,
		       struct dpager_stream *stream, unsigned int *fresh_after,
		       struct folio **result)
{
	struct address_space *mapping = object->inode->i_mapping;
	struct dpager_cluster *cluster;
	dpager_place_t place;
	struct folio *folio;
	bool wanted = *fresh_after, zeroed, fresh;
	int ret;

	*fresh_after = 0;
	if (page_reads_full(object, index))
		return -EAGAIN;
	cluster = dpager_cluster_get(object, index, &fresh);
	if (!cluster)
		return -ENOMEM;
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
		ret = readin_start(object, cluster, folio, index, stream,
				   zeroed);
	if (ret == 1 && wanted && fresh_in_order(object, index))
		*fresh_after = fresh_more(object, cluster, index);
	readin_unlock(object);
	if (ret >= 0) {
		WRITE_ONCE(cluster->referenced, true);
		*result = folio;
		return ret;
	}
out:
	folio_put(folio);
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
