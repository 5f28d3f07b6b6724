// SPDX-License-Identifier: GPL-2.0
/*
 * Launder one cluster, in four steps: collect its dirty folios and lock them,
 * unmap them all, look again, write what is left in runs. A page of zeros is
 * not written: it needs no slot.
 */

#include <linux/blkdev.h>
#include <linux/pagemap.h>
#include <linux/swap.h>

#include "cluster.h"
#include "compat.h"
#include "folio.h"
#include "io.h"
#include "launder.h"
#include "laundry.h"
#include "object.h"
#include "segment.h"
#include "stats.h"
#include "store.h"
#include "trace.h"

/**
 * struct launder - a cluster being laundered
 * @cluster: the cluster
 * @mapping: its object's
 * @folio: by their first page: locked and referenced where @locked has its bit
 * @locked: pages to be written, so far; all of a folio or none
 * @zero: of them, pages of zeros that are left out: their folio is no longer
 *	dirty, and has others
 * @mapped: pages, locked or not, that were mapped when they were looked at
 * @keep: pages that stay dirty
 * @was_referenced: pages whose folio had its referenced flag before
 */
struct launder {
	struct dpager_cluster *cluster;
	struct address_space *mapping;
	struct folio *folio[DPAGER_LEAF_PAGES];
	u32 locked;
	u32 zero;
	u32 mapped;
	u32 keep;
	u32 was_referenced;
};

/*
 * The first page of the first locked folio from page @i on, or the end. For a
 * loop over them: the folio at hand may be released, its size is needed before.
 */
static unsigned int launder_next(const struct launder *l, unsigned int i)
{
	u32 left = i < DPAGER_LEAF_PAGES ? l->locked >> i : 0;

	return left ? i + __ffs(left) : DPAGER_LEAF_PAGES;
}

static void launder_release(struct launder *l, unsigned int i)
{
	l->locked &= ~dpager_cluster_pages(l->folio[i]);
	folio_unlock(l->folio[i]);
	folio_put(l->folio[i]);
}

/* It stays dirty, and in memory. */
static void launder_keep(struct launder *l, unsigned int i)
{
	l->keep |= dpager_cluster_pages(l->folio[i]);
	launder_release(l, i);
}

/* Is it ours to write? The folio is locked. */
static bool launder_wanted(struct launder *l, struct folio *folio)
{
	if (folio->mapping != l->mapping || !folio_test_dirty(folio))
		return false;
	/*
	 * Test for mlock before the unmap, which munlocks. A page under
	 * writeback was dirtied again: its slot is not free before it ends.
	 */
	if (folio_test_writeback(folio) ||
	    dpager_folio_held(l->mapping, folio)) {
		l->keep |= dpager_cluster_pages(folio);
		return false;
	}
	return true;
}

static void launder_take(struct launder *l, struct folio *folio, u32 pages)
{
	unsigned int i;

	if (!folio_test_dirty(folio) || !(dpager_cluster_pages(folio) & pages))
		return;
	if (!folio_trylock(folio)) {
		l->keep |= dpager_cluster_pages(folio);
		return;
	}
	if (!launder_wanted(l, folio)) {
		folio_unlock(folio);
		return;
	}
	folio_get(folio);
	i = folio->index & DPAGER_LEAF_MASK;
	l->folio[i] = folio;
	l->locked |= dpager_cluster_pages(folio);
	if (folio_test_referenced(folio)) {
		l->was_referenced |= BIT(i);
		folio_clear_referenced(folio);
	}
}

static void launder_look(struct launder *l, struct folio *folio, u32 pages)
{
	if (folio_mapped(folio))
		l->mapped |= dpager_cluster_pages(folio);
	launder_take(l, folio, pages);
}

/*
 * Step one. All pages are looked at: KVM sets PG_dirty without telling the
 * mapping.
 */
static void launder_collect(struct launder *l, u32 pages)
{
	pgoff_t next = l->cluster->first + __ffs(pages);
	pgoff_t last = l->cluster->first + __fls(pages);
	struct folio_batch batch;
	unsigned int i;

	folio_batch_init(&batch);
	while (next <= last &&
	       filemap_get_folios(l->mapping, &next, last, &batch)) {
		for (i = 0; i < folio_batch_count(&batch); i++)
			launder_look(l, batch.folios[i], pages);
		folio_batch_release(&batch);
	}
}

/*
 * Step two. Also where nothing is mapped: on 6.1 a zap that runs now drops the
 * map count before it has flushed TLBs, and unmap_mapping_pages() waits for it.
 * Each call stops all CPUs that run a program with such a mapping, for its TLB:
 * so one takes all pages up to the next that is mapped and stays so.
 */
static void launder_unmap(struct launder *l)
{
	u32 pages = l->locked, stays = l->mapped & ~l->locked, part;
	unsigned int i, last;

	for (; pages; pages &= ~part) {
		i = __ffs(pages);
		part = ~(u32)0 << i;
		if (stays & part)
			part &= BIT(__ffs(stays & part)) - 1;
		last = __fls(pages & part);
		unmap_mapping_pages(l->mapping, l->cluster->first + i,
				    last - i + 1, false);
	}
}

/*
 * Step three. A pin that came before the unmap is seen now, one that comes
 * later finds no PTE. Unmapping a young PTE set the referenced flag.
 */
static void launder_recheck(struct launder *l)
{
	struct folio *folio;
	unsigned int i, n;

	for (i = launder_next(l, 0); i < DPAGER_LEAF_PAGES;
	     i = launder_next(l, i + n)) {
		folio = l->folio[i];
		n = folio_nr_pages(folio);
		if (folio_mapped(folio) ||
		    dpager_folio_held(l->mapping, folio)) {
			launder_keep(l, i);
		} else if (folio_test_referenced(folio) &&
			   !l->cluster->forced) {
			if (l->was_referenced & BIT(i))
				folio_mark_accessed(folio);
			launder_keep(l, i);
		}
	}
}

/* Those pages of a folio, as bits of its cluster, that are zeros. */
static u32 launder_zero_pages(struct folio *folio)
{
	unsigned int first = folio->index & DPAGER_LEAF_MASK;
	unsigned int i, n = folio_nr_pages(folio);
	u32 zero = 0;

	for (i = 0; i < n; i++)
		if (dpager_folio_page_zero(folio_page(folio, i)))
			zero |= BIT(first + i);
	return zero;
}

/*
 * Pages of zeros are not written: what has no place reads as zeros. At a fixed
 * place they are written as others are. Who holds a plain reference may write
 * without a PTE, and marks the page dirty afterwards: what counts is what is
 * seen once PG_dirty is clear. And where a handler of faults would hear that they
 * are nowhere.
 */
static void launder_zeros(struct launder *l)
{
	unsigned int i, n, cleaned = 0;
	struct folio *folio;
	u32 zero;

	if (l->cluster->object->map.base != DPAGER_PLACE_NONE ||
	    READ_ONCE(l->cluster->object->keeps_zeros))
		return;
	for (i = launder_next(l, 0); i < DPAGER_LEAF_PAGES;
	     i = launder_next(l, i + n)) {
		folio = l->folio[i];
		n = folio_nr_pages(folio);
		zero = launder_zero_pages(folio);
		if (!zero)
			continue;
		folio_clear_dirty_for_io(folio);
		if (zero & ~launder_zero_pages(folio)) {
			folio_test_set_dirty(folio);
			continue;
		}
		dpager_cluster_unplace(l->cluster, zero);
		if (zero == dpager_cluster_pages(folio)) {
			launder_release(l, i);
			cleaned += n;
		} else {
			l->zero |= zero;
		}
	}
	if (cleaned)
		dpager_laundry_progress(cleaned);
}

/* One folio from dirty to under writeback. It gets its place, or places, next. */
static void launder_start(struct launder *l, unsigned int i)
{
	struct folio *folio = l->folio[i];

	folio_clear_dirty_for_io(folio);
	/* When it is written: to the tail of the LRU. */
	if (!l->cluster->dropping)
		folio_set_reclaim(folio);
	folio_start_writeback(folio);
}

/* Returns how many pages had no place before. */
static u32 launder_place(struct launder *l, struct dpager_segment *segment,
			 pgoff_t index, u64 slot, u32 count)
{
	trace_dpager_pageout(l->cluster->object->id, index, count, segment->id,
			     slot);
	return dpager_cluster_place(l->cluster, index, count,
				    dpager_place(segment->index, slot));
}

/* A write request, of whose pages so many had no place before. */
static void launder_count(u32 initial)
{
	if (!initial)
		return;
	dpager_stat_add(DPAGER_STAT_INITIAL, initial);
	dpager_stat_inc(DPAGER_STAT_INITIAL_WRITES);
}

/*
 * Write locked folios, from the first one on, to a run of slots. Returns how
 * many slots were used: the next folio may need more than are left.
 */
static u32 launder_run(struct launder *l, struct dpager_segment *segment,
		       u64 slot, u32 count)
{
	struct dpager_io *io = dpager_io_write(segment, slot, count);
	struct folio *folio;
	unsigned int i, n;
	u32 used = 0, initial = 0;

	for (i = launder_next(l, 0); i < DPAGER_LEAF_PAGES;
	     i = launder_next(l, i + n)) {
		folio = l->folio[i];
		n = folio_nr_pages(folio);
		if (used + n > count ||
		    (l->zero & dpager_cluster_pages(folio)))
			break;
		launder_start(l, i);
		initial += launder_place(l, segment, folio->index, slot + used,
					 n);
		dpager_io_add(io, folio);
		launder_release(l, i);
		used += n;
	}
	launder_count(initial);
	dpager_io_submit(io);
	return used;
}

/**
 * struct slots - slots for the pages of one folio
 * @slot: by page; U64_MAX: it is left out
 * @taken: bit i: slot[i] was free; the others are the pages' own
 */
struct slots {
	u64 slot[DPAGER_LEAF_PAGES];
	u32 taken;
};

/* How many pages of a folio, from @at of @n on, lie in a row on the device. */
static unsigned int slots_run(const struct slots *slots,
			      const struct dpager_segment *segment,
			      unsigned int at, unsigned int n)
{
	u64 slot = slots->slot[at];
	unsigned int run = 1;

	n = dpager_segment_run(segment, slot, n - at);
	while (run < n && slots->slot[at + run] == slot + run)
		run++;
	return run;
}

/*
 * Write a folio to slots not in a row, or not all of it: a request a run, which
 * end together.
 */
static void launder_scattered(struct launder *l, struct dpager_segment *segment,
			      unsigned int i, const struct slots *slots)
{
	struct folio *folio = l->folio[i];
	unsigned int n = folio_nr_pages(folio), at, run;
	struct dpager_io *io = NULL;

	launder_start(l, i);
	for (at = 0; at < n; at += run) {
		u64 slot = slots->slot[at];

		run = 1;
		if (slot == U64_MAX)
			continue;
		run = slots_run(slots, segment, at, n);
		launder_count(launder_place(l, segment, folio->index + at, slot,
					    run));
		if (io) {
			dpager_io_write_part(io, slot, folio, at, run);
		} else {
			io = dpager_io_write(segment, slot, 1);
			dpager_io_add_part(io, folio, at, run);
		}
	}
	launder_release(l, i);
	dpager_io_submit(io);
}

/*
 * Pages go where they were, over their old selves, which nobody reads any more,
 * and the others where there is room. @slot and @got are allocated already.
 */
static bool slots_find(struct slots *slots, struct launder *l,
		       struct dpager_segment *segment, struct folio *folio,
		       u64 slot, u32 got)
{
	struct dpager_object *object = l->cluster->object;
	unsigned int n = folio_nr_pages(folio), i;
	u64 at;

	slots->taken = 0;
	for (i = 0; i < n; i++) {
		slots->slot[i] = U64_MAX;
		if (l->zero & BIT((folio->index + i) & DPAGER_LEAF_MASK))
			continue;
		at = dpager_cluster_slot(l->cluster, folio->index + i, segment);
		if (!dpager_segment_keeps(segment, at)) {
			if (!got)
				slot = dpager_segment_alloc(segment, object,
							    n - i, &got);
			if (!got)
				break;
			at = slot++;
			got--;
			slots->taken |= BIT(i);
		}
		slots->slot[i] = at;
	}
	if (got)
		dpager_segment_free_run(segment, object, slot, got);
	if (i == n)
		return true;
	while (i--)
		if (slots->taken & BIT(i))
			dpager_segment_free_run(segment, object,
						slots->slot[i], 1);
	return false;
}

/* The first locked folio, which does not go to @got slots in a row. */
static void launder_first(struct launder *l, struct dpager_segment *segment,
			  u64 slot, u32 got)
{
	unsigned int i = __ffs(l->locked), n = folio_nr_pages(l->folio[i]);
	struct slots slots;

	if (slots_find(&slots, l, segment, l->folio[i], slot, got)) {
		launder_scattered(l, segment, i, &slots);
		return;
	}
	l->cluster->refused |= n > 1;
	/* It may have been cleaned for the sake of pages of zeros. */
	folio_test_set_dirty(l->folio[i]);
	launder_keep(l, i);
	atomic_add(n, &l->cluster->object->no_space);
	dpager_stat_add(DPAGER_STAT_FULL, n);
	atomic64_add(n, &segment->store->full);
}

/* Step four. */
static void launder_write(struct launder *l, struct dpager_segment *segment)
{
	struct dpager_object *object = l->cluster->object;
	struct blk_plug plug;
	u32 got, used, first;
	u64 slot;

	blk_start_plug(&plug);
	while (l->locked) {
		slot = dpager_segment_alloc(segment, object,
					    hweight32(l->locked & ~l->zero),
					    &got);
		first = dpager_cluster_pages(l->folio[__ffs(l->locked)]);
		if (got < hweight32(first) || (first & l->zero)) {
			launder_first(l, segment, slot, got);
			continue;
		}
		used = launder_run(l, segment, slot, got);
		if (used < got)
			dpager_segment_free_run(segment, object, slot + used,
						got - used);
	}
	blk_finish_plug(&plug);
}

void dpager_launder(struct dpager_segment *segment,
		    struct dpager_cluster *cluster)
{
	struct launder l = {
		.cluster = cluster,
		.mapping = cluster->object->inode->i_mapping,
	};
	u32 pages = cluster->forced ?: ~0U;

	dpager_stat_inc(DPAGER_STAT_PAGEOUT_CALLS);
	l.keep = dpager_cluster_begin(cluster) & ~pages;
	launder_collect(&l, pages);
	launder_unmap(&l);
	launder_recheck(&l);
	/* With a folio that is partly wanted all of it goes. */
	l.keep &= ~l.locked;
	dpager_cluster_clean(cluster, l.locked);
	launder_zeros(&l);
	launder_write(&l, segment);
	if (!l.keep)
		cluster->refused = false;
	dpager_cluster_end(cluster, l.keep);
}
