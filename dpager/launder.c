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
 * @folio: by page: locked and referenced where @locked has its bit
 * @locked: pages to be written, so far
 * @keep: pages that stay dirty
 * @was_referenced: pages whose folio had its referenced flag before
 */
struct launder {
	struct dpager_cluster *cluster;
	struct address_space *mapping;
	struct folio *folio[DPAGER_LEAF_PAGES];
	u32 locked;
	u32 keep;
	u32 was_referenced;
};

static void launder_release(struct launder *l, unsigned int i)
{
	l->locked &= ~BIT(i);
	folio_unlock(l->folio[i]);
	folio_put(l->folio[i]);
}

bool dpager_launder_held(struct folio *folio)
{
	return folio_test_mlocked(folio) || folio_test_hwpoison(folio) ||
	       folio_maybe_dma_pinned(folio);
}

/* Is it ours to write? The folio is locked. */
static bool launder_wanted(struct launder *l, struct folio *folio,
			   unsigned int i)
{
	if (folio->mapping != l->mapping || !folio_test_dirty(folio))
		return false;
	/*
	 * Test for mlock before the unmap, which munlocks. A page under
	 * writeback was dirtied again: its slot is not free before it ends.
	 */
	if (folio_test_writeback(folio) || dpager_launder_held(folio)) {
		l->keep |= BIT(i);
		return false;
	}
	return true;
}

static void launder_take(struct launder *l, struct folio *folio, u32 pages)
{
	unsigned int i = folio->index - l->cluster->first;

	if (!folio_test_dirty(folio) || !(pages & BIT(i)))
		return;
	if (!folio_trylock(folio)) {
		l->keep |= BIT(i);
		return;
	}
	if (!launder_wanted(l, folio, i)) {
		folio_unlock(folio);
		return;
	}
	folio_get(folio);
	l->folio[i] = folio;
	l->locked |= BIT(i);
	if (folio_test_referenced(folio)) {
		l->was_referenced |= BIT(i);
		folio_clear_referenced(folio);
	}
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
			launder_take(l, batch.folios[i], pages);
		folio_batch_release(&batch);
	}
}

/*
 * Step two. Also where nothing is mapped: on 6.1 a zap that runs now drops the
 * map count before it has flushed TLBs, and unmap_mapping_pages() waits for it.
 */
static void launder_unmap(struct launder *l)
{
	unsigned int i, n;

	for (i = 0; i < DPAGER_LEAF_PAGES; i += n) {
		n = 1;
		if (!(l->locked & BIT(i)))
			continue;
		while (i + n < DPAGER_LEAF_PAGES && (l->locked & BIT(i + n)))
			n++;
		unmap_mapping_pages(l->mapping, l->cluster->first + i, n,
				    false);
	}
}

/*
 * Step three. A pin that came before the unmap is seen now, one that comes
 * later finds no PTE. Unmapping a young PTE set the referenced flag.
 */
static void launder_recheck(struct launder *l)
{
	unsigned int i;

	for (i = 0; i < DPAGER_LEAF_PAGES; i++) {
		struct folio *folio = l->folio[i];

		if (!(l->locked & BIT(i)))
			continue;
		if (folio_mapped(folio) || dpager_launder_held(folio)) {
			l->keep |= BIT(i);
			launder_release(l, i);
		} else if (folio_test_referenced(folio) &&
			   !l->cluster->forced) {
			if (l->was_referenced & BIT(i))
				folio_mark_accessed(folio);
			l->keep |= BIT(i);
			launder_release(l, i);
		}
	}
}

bool dpager_launder_zero(struct folio *folio)
{
	void *bytes = kmap_local_folio(folio, 0);
	bool zero = !memchr_inv(bytes, 0, PAGE_SIZE);

	kunmap_local(bytes);
	return zero;
}

/*
 * Pages of zeros become clean as they are: what has no place reads as zeros. At
 * a fixed place they are written as others are. Who holds a plain reference may
 * write without a PTE, and marks the page dirty afterwards: what counts is what
 * is seen once PG_dirty is clear.
 */
static void launder_zeros(struct launder *l)
{
	struct dpager_cluster *cluster = l->cluster;
	unsigned int i, cleaned = 0;

	if (cluster->object->map.base != DPAGER_PLACE_NONE)
		return;
	for (i = 0; i < DPAGER_LEAF_PAGES; i++) {
		if (!(l->locked & BIT(i)) || !dpager_launder_zero(l->folio[i]))
			continue;
		folio_clear_dirty_for_io(l->folio[i]);
		if (!dpager_launder_zero(l->folio[i])) {
			folio_test_set_dirty(l->folio[i]);
			continue;
		}
		dpager_cluster_unplace(cluster, cluster->first + i);
		launder_release(l, i);
		cleaned++;
	}
	if (cleaned)
		dpager_laundry_progress(cleaned);
}

/* One folio from dirty to under writeback, at a new place. */
static void launder_start(struct launder *l, struct dpager_segment *segment,
			  unsigned int i, u64 slot)
{
	struct folio *folio = l->folio[i];

	folio_clear_dirty_for_io(folio);
	/* When it is written: to the tail of the LRU. */
	if (!l->cluster->dropping)
		folio_set_reclaim(folio);
	folio_start_writeback(folio);
	dpager_cluster_place(l->cluster, folio->index,
			     dpager_place(segment->index, slot));
}

/* Write the first @count of @pages, which are locked, to a run of slots. */
static void launder_run(struct launder *l, struct dpager_segment *segment,
			u32 pages, u64 slot, u32 count)
{
	struct dpager_io *io = dpager_io_write(segment, slot, count);
	u32 n;

	trace_dpager_pageout(l->cluster->object->id,
			     l->cluster->first + __ffs(pages), count,
			     segment->id, slot);
	for (n = 0; n < count; n++) {
		unsigned int i = __ffs(pages);

		pages &= ~BIT(i);
		launder_start(l, segment, i, slot + n);
		dpager_io_add(io, l->folio[i]);
		launder_release(l, i);
	}
	dpager_io_submit(io);
}

/* Pages that have slots in a row here already, from the first locked one on. */
static u32 launder_run_in_place(struct launder *l,
				struct dpager_segment *segment, u64 *slot)
{
	unsigned int i = __ffs(l->locked);
	u32 n = 0;

	*slot = dpager_cluster_slot(l->cluster, l->cluster->first + i, segment);
	if (*slot == U64_MAX)
		return 0;
	do {
		n++;
	} while (i + n < DPAGER_LEAF_PAGES && (l->locked & BIT(i + n)) &&
		 dpager_cluster_slot(l->cluster, l->cluster->first + i + n,
				     segment) == *slot + n);
	return n;
}

/*
 * No slot is free: a page that has one here is written over its old self,
 * which nobody reads any more; the others stay in memory.
 */
static void launder_in_place(struct launder *l, struct dpager_segment *segment)
{
	u64 slot;
	u32 n;

	while (l->locked) {
		n = launder_run_in_place(l, segment, &slot);
		if (n) {
			launder_run(l, segment, l->locked, slot, n);
			continue;
		}
		l->keep |= BIT(__ffs(l->locked));
		launder_release(l, __ffs(l->locked));
		atomic_inc(&l->cluster->object->no_space);
		dpager_stat_inc(DPAGER_STAT_FULL);
	}
}

/* Step four. */
static void launder_write(struct launder *l, struct dpager_segment *segment)
{
	struct blk_plug plug;
	u64 slot;
	u32 got;

	blk_start_plug(&plug);
	while (l->locked) {
		slot = dpager_segment_alloc(segment, hweight32(l->locked),
					    U64_MAX, &got);
		if (slot == U64_MAX) {
			launder_in_place(l, segment);
			break;
		}
		launder_run(l, segment, l->locked, slot, got);
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

	l.keep = dpager_cluster_begin(cluster) & ~pages;
	launder_collect(&l, pages);
	launder_unmap(&l);
	launder_recheck(&l);
	dpager_cluster_clean(cluster, l.locked);
	launder_zeros(&l);
	launder_write(&l, segment);
	dpager_cluster_end(cluster, l.keep);
}
