// SPDX-License-Identifier: GPL-2.0
/* What of an object is data. */

#include <linux/pagemap.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>

#include "compat.h"
#include "folio.h"
#include "object.h"
#include "seek.h"

/*
 * Pages of a leaf that are in memory and up to date. Without references: of a
 * folio that goes meanwhile any answer is right, for its page was there when it
 * was looked for, and is on backing store now, or nowhere.
 */
static u32 seek_cached(struct dpager_object *object, pgoff_t first)
{
	pgoff_t last = first + DPAGER_LEAF_MASK, from, to;
	XA_STATE(xas, &object->inode->i_mapping->i_pages, first);
	struct folio *folio;
	u32 cached = 0;
	bool uptodate;

	rcu_read_lock();
	xas_for_each(&xas, folio, last) {
		if (xas_retry(&xas, folio) || xa_is_value(folio))
			continue;
		from = max(folio->index, first);
		to = min(folio_next_index(folio) - 1, last);
		uptodate = folio_test_uptodate(folio);
		if (folio != xas_reload(&xas)) {
			xas_reset(&xas);
			continue;
		}
		if (uptodate)
			cached |= GENMASK(to - first, from - first);
	}
	rcu_read_unlock();
	return cached;
}

/*
 * The data of a leaf. A page that goes from memory to backing store is seen here
 * or there, since memory is looked at first; for the other way see
 * dpager_page_find().
 */
static u32 seek_data(struct dpager_object *object, pgoff_t first)
{
	s64 counted;
	u32 data;

	do {
		counted = dpager_folio_counted(object);
		data = seek_cached(object, first);
		data |= dpager_map_mask(&object->map, first);
	} while (dpager_folio_recounted(object, counted));
	return data;
}

/* The first page from @index on before which there is only hole, or @end. */
static pgoff_t seek_skip(struct dpager_object *object, pgoff_t index,
			 pgoff_t end)
{
	struct address_space *mapping = object->inode->i_mapping;
	unsigned long cached;
	pgoff_t placed;
	s64 counted;

	do {
		counted = dpager_folio_counted(object);
		cached = index;
		if (!xa_find(&mapping->i_pages, &cached, end - 1, XA_PRESENT))
			cached = end;
		placed = dpager_map_skip(&object->map, index, end);
	} while (dpager_folio_recounted(object, counted));
	/* Of a larger folio the first page is told. */
	return clamp_t(pgoff_t, min_t(pgoff_t, cached, placed), index, end);
}

/* The first page from *@index on, of one leaf, that is data, or is not. */
static bool seek_in_leaf(struct dpager_object *object, pgoff_t *index,
			 bool data)
{
	pgoff_t first = *index & ~(pgoff_t)DPAGER_LEAF_MASK;
	u32 pages = seek_data(object, first);

	pages = (data ? pages : ~pages) & (~0U << (*index - first));
	*index = first + (pages ? __ffs(pages) : DPAGER_LEAF_PAGES);
	return pages;
}

loff_t dpager_seek(struct dpager_object *object, loff_t offset, int whence)
{
	loff_t size = i_size_read(object->inode);
	pgoff_t end = dpager_object_end(object);
	pgoff_t index = offset >> PAGE_SHIFT;
	bool data = whence == SEEK_DATA, found = false;

	if (offset < 0 || offset >= size)
		return -ENXIO;
	while (!found && index < end) {
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
		if (data)
			index = seek_skip(object, index, end);
		if (index < end)
			found = seek_in_leaf(object, &index, data);
	}
	if (found && index < end)
		return max_t(loff_t, offset, (loff_t)index << PAGE_SHIFT);
	return data ? -ENXIO : size;
}

/* Pages of a folio that have no place. */
static u32 seek_unplaced(struct dpager_object *object, struct folio *folio)
{
	pgoff_t index = folio->index;
	const struct dpager_leaf *leaf;
	struct dpager_leaf buffer;
	u32 count;

	if (!folio_test_uptodate(folio))
		return 0;
	count = folio_nr_pages(folio);
	rcu_read_lock();
	leaf = dpager_map_peek(&object->map, index, &buffer);
	if (leaf)
		count -= hweight32(READ_ONCE(leaf->present) >>
				   (index & DPAGER_LEAF_MASK) &
				   GENMASK(count - 1, 0));
	rcu_read_unlock();
	return count;
}

u64 dpager_seek_pages(struct dpager_object *object)
{
	struct address_space *mapping = object->inode->i_mapping;
	u64 pages = atomic64_read(&object->map.present);
	struct folio_batch batch;
	pgoff_t next = 0;
	unsigned int i;

	folio_batch_init(&batch);
	while (!fatal_signal_pending(current) &&
	       filemap_get_folios(mapping, &next, -1, &batch)) {
		for (i = 0; i < folio_batch_count(&batch); i++)
			pages += seek_unplaced(object, batch.folios[i]);
		folio_batch_release(&batch);
		cond_resched();
	}
	return pages;
}
