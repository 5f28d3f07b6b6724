// SPDX-License-Identifier: GPL-2.0
/* Pages are forgotten, in memory and on backing store. */

#include <linux/err.h>
#include <linux/mm.h>
#include <linux/pagemap.h>

#include "cluster.h"
#include "compat.h"
#include "folio.h"
#include "object.h"
#include "punch.h"
#include "span.h"

/* The larger folio at @index that is only partly in the range, or NULL. */
static struct folio *punch_straddling(struct dpager_object *object,
				      struct dpager_span r, pgoff_t index)
{
	struct folio *folio = dpager_folio_get(object->inode->i_mapping, index);

	if (!folio || !dpager_span_holds(r, folio))
		return folio;
	folio_put(folio);
	return NULL;
}

int dpager_punch_settle(struct dpager_object *object, struct dpager_span r)
{
	struct address_space *mapping = object->inode->i_mapping;
	struct folio *folio;
	pgoff_t index = r.first;
	unsigned long i;
	int ret = 0;

	for (i = r.first; !ret && i <= r.last; i = index + 1) {
		folio = NULL;
		index = i;
		if (xa_find(&mapping->i_pages, &index, r.last, XA_PRESENT))
			folio = dpager_folio_get(mapping, index);
		else
			break;
		if (!folio)
			continue;
		ret = folio_wait_locked_killable(folio) ?:
			folio_wait_writeback_killable(folio);
		folio_put(folio);
	}
	return ret ? -EINTR : 0;
}

/* The last byte, as truncation wants it: -1 for all that there is. */
static loff_t punch_last_byte(struct dpager_span r)
{
	return r.last == DPAGER_SPAN_LAST ?
		-1 : ((loff_t)(r.last + 1) << PAGE_SHIFT) - 1;
}

static u64 punch_slots(struct dpager_object *object, struct dpager_span r)
{
	pgoff_t index = r.first;
	struct dpager_span in;
	u64 freed = 0;

	while (dpager_span_next(object, r, &index, &in)) {
		freed += dpager_cluster_punch(object, in.first, in.last);
		cond_resched();
	}
	return freed;
}

/*
 * What of the range lies in a larger folio, locked, becomes zeros that are in
 * memory and dirty. What one that is not up to date holds, is elsewhere.
 */
static u64 punch_in_folio(struct dpager_object *object, struct folio *folio,
			  struct dpager_span in)
{
	struct dpager_cluster *cluster = dpager_cluster_pin(object, in.first);
	u32 count = in.last - in.first + 1;
	bool uptodate = folio_test_uptodate(folio);
	u64 freed;

	if (uptodate)
		folio_zero_range(folio, (in.first - folio->index) << PAGE_SHIFT,
				 (size_t)count << PAGE_SHIFT);
	else
		dpager_folio_remove(object->inode->i_mapping, folio);
	freed = dpager_cluster_unplace(cluster, dpager_span_mask(in));
	if (uptodate)
		folio_mark_dirty(folio);
	dpager_cluster_put(cluster);
	return freed;
}

/* Lock a folio that is not under writeback then. @must: whatever happens. */
static int punch_lock(struct folio *folio, bool must)
{
	if (must) {
		folio_lock(folio);
		folio_wait_writeback(folio);
		return 0;
	}
	if (folio_lock_killable(folio))
		return -EINTR;
	if (!folio_wait_writeback_killable(folio))
		return 0;
	folio_unlock(folio);
	return -EINTR;
}

/*
 * Truncation would split a larger folio that straddles an end of the range; or
 * drop all of it, when somebody holds it just then. So such pages are zeroed
 * where they are, and the range ends before them. 0 or -EINTR.
 */
static int punch_edge(struct dpager_object *object, struct dpager_span *r,
		      pgoff_t index, bool must, u64 *freed)
{
	struct folio *folio;
	struct dpager_span in;
	int ret;

	if (r->first > r->last)
		return 0;
	folio = punch_straddling(object, *r, index);
	if (!folio)
		return 0;
	ret = punch_lock(folio, must);
	if (ret)
		goto out;
	/* Who takes it out of the page cache now has its lock, or ours. */
	if (folio->mapping) {
		in.first = max(r->first, folio->index);
		in.last = min(r->last, folio_next_index(folio) - 1);
		*freed += punch_in_folio(object, folio, in);
		if (index == r->first)
			r->first = in.last + 1;
		else
			r->last = in.first - 1;
	}
	folio_unlock(folio);
out:
	folio_put(folio);
	return ret;
}

/* Under invalidate_lock (write). */
static int punch_range(struct dpager_object *object, struct dpager_span r,
		       bool must, u64 *pages)
{
	struct address_space *mapping = object->inode->i_mapping;
	int ret;

	ret = punch_edge(object, &r, r.first, must, pages);
	if (!ret)
		ret = punch_edge(object, &r, r.last, must, pages);
	if (!ret && r.first <= r.last) {
		unmap_mapping_pages(mapping, r.first, r.last - r.first + 1,
				    false);
		truncate_inode_pages_range(mapping,
					   (loff_t)r.first << PAGE_SHIFT,
					   punch_last_byte(r));
		*pages += punch_slots(object, r);
	}
	return ret;
}

void dpager_punch_page(struct dpager_object *object, struct folio *folio)
{
	pgoff_t index = folio->index;
	/* It stays, so that this needs no memory. */
	struct dpager_cluster *cluster = dpager_cluster_pin(object, index);

	lockdep_assert_held_write(&object->inode->i_mapping->invalidate_lock);
	dpager_folio_remove(object->inode->i_mapping, folio);
	dpager_cluster_punch(object, index, index);
	dpager_cluster_put(cluster);
}

void dpager_punch_rest(struct dpager_object *object, pgoff_t first)
{
	struct dpager_span r = { first, DPAGER_SPAN_LAST };
	u64 freed = 0;

	lockdep_assert_held_write(&object->inode->i_mapping->invalidate_lock);
	if (first <= r.last)
		punch_range(object, r, true, &freed);
}

/*
 * A hole in a run takes a cluster, which must be there, and stay, before anything
 * is changed. NULL: the range makes none; then dropping needs no memory.
 */
static struct dpager_cluster *punch_pin(struct dpager_object *object,
					struct dpager_span r)
{
	struct dpager_span in = dpager_span_in_leaf(r, r.first);
	struct dpager_cluster *cluster;
	bool fresh;

	if (in.last != r.last)
		return NULL;
	cluster = dpager_cluster_pin(object, r.first);
	if (cluster || !dpager_map_splits(&object->map, r.first, r.last))
		return cluster;
	return dpager_cluster_get(object, r.first, GFP_KERNEL, &fresh) ?:
	       ERR_PTR(-ENOMEM);
}

int dpager_control_drop(struct dpager_object *object, pgoff_t first, u64 count,
			u64 *pages)
{
	struct address_space *mapping = object->inode->i_mapping;
	struct dpager_span r = { first, first + count - 1 };
	struct dpager_cluster *cluster;
	int ret;

	*pages = 0;
	ret = dpager_punch_settle(object, r);
	if (ret)
		return ret;
	if (down_write_killable(&mapping->invalidate_lock))
		return -EINTR;
	cluster = punch_pin(object, r);
	ret = PTR_ERR_OR_ZERO(cluster);
	if (!ret)
		ret = punch_range(object, r, false, pages);
	if (!IS_ERR_OR_NULL(cluster))
		dpager_cluster_put(cluster);
	filemap_invalidate_unlock(mapping);
	dpager_span_fold(object, r);
	return ret;
}
