// SPDX-License-Identifier: GPL-2.0
/* Pages that were never written, for who writes an object in order. */

#include <linux/pagemap.h>
#include <linux/sched/signal.h>

#include "cluster.h"
#include "compat.h"
#include "folio.h"
#include "fresh.h"
#include "io.h"
#include "limit.h"
#include "object.h"
#include "stats.h"

/* Pages that a writer gets in one fault, as single folios. */
#define FRESH_MAX		16

/* Are @count pages on no backing store? */
static bool fresh_pages(struct dpager_object *object,
			struct dpager_cluster *cluster, pgoff_t index,
			u32 count)
{
	return dpager_map_hole(&object->map, &cluster->leaf, index, count) ==
	       count;
}

/*
 * A folio of zeros, of pages that were never written, into the page cache:
 * locked, up to date and dirty, since what is written to it later through the
 * mapping nobody would be told of. Up to date only once it is certain that the
 * pages are nowhere else: who finds it waits for that. It is given away in any
 * case. -EEXIST where there is something already.
 */
static int fresh_insert(struct dpager_object *object,
			struct dpager_cluster *cluster, struct folio *folio,
			pgoff_t index, bool fresh, bool bonus)
{
	struct address_space *mapping = object->inode->i_mapping;
	int err;

	err = dpager_folio_insert(object, cluster, folio, index, fresh,
				  dpager_folio_gfp(object, bonus));
	if (err)
		goto out;
	if (fresh_pages(object, cluster, index, folio_nr_pages(folio))) {
		folio_mark_uptodate(folio);
		folio_mark_dirty(folio);
		dpager_io_folio_ready(folio);
		dpager_stat_add(DPAGER_STAT_UNAVAILABLE,
				folio_nr_pages(folio));
		return 0;
	}
	/* It was there, and went out, meanwhile. */
	dpager_folio_remove(mapping, folio);
	folio_unlock(folio);
	dpager_io_folio_ready(folio);
	err = -EEXIST;
out:
	folio_put(folio);
	return err;
}

static int fresh_one(struct dpager_object *object,
		     struct dpager_cluster *cluster, pgoff_t index)
{
	gfp_t gfp = dpager_folio_gfp(object, true);
	struct folio *folio;
	int err;

	if (dpager_folio_resident(object, index, 1) ||
	    !fresh_pages(object, cluster, index, 1))
		return -EEXIST;
	/* It is a bonus: not worth a wait for memory. */
	folio = dpager_folio_alloc((gfp | __GFP_ZERO) & ~__GFP_DIRECT_RECLAIM, 0);
	if (!folio)
		return -ENOMEM;
	err = fresh_insert(object, cluster, folio, index, false, true);
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
		  !dpager_folio_page_zero(folio_file_page(folio,
							      index - 1));
	folio_put(folio);
	return written;
}

/*
 * What nobody has asked for must not use up a mount's limit; nor be there where a
 * handler is to bring it.
 */
static bool fresh_may(const struct dpager_object *object)
{
	return !READ_ONCE(object->keeps_zeros) &&
	       (!object->limit || dpager_limit_roomy(object->limit));
}

unsigned int dpager_fresh_more(struct dpager_object *object,
			       struct dpager_cluster *cluster, pgoff_t index)
{
	pgoff_t end = dpager_object_end(object);
	pgoff_t last = min(index + FRESH_MAX, end) - 1;
	pgoff_t next = index + 1;

	last = min(last, index | DPAGER_LEAF_MASK);
	if (fresh_may(object) && fresh_in_order(object, index))
		while (next <= last && !fatal_signal_pending(current) &&
		       !fresh_one(object, cluster, next))
			next++;
	return next - index - 1;
}

/*
 * With its cluster, under invalidate_lock (read). The folio is given away in any
 * case. Not behind @end: -ENXIO.
 */
static int fresh_insert_at(struct dpager_object *object, struct folio *folio,
			   pgoff_t index, pgoff_t end, bool bonus)
{
	struct dpager_cluster *cluster = NULL;
	bool inside = index + folio_nr_pages(folio) <= end, fresh;
	int err;

	if (inside)
		cluster = dpager_cluster_get(object, index, GFP_KERNEL,
					     &fresh);
	if (!cluster) {
		folio_put(folio);
		return inside ? -ENOMEM : -ENXIO;
	}
	err = fresh_insert(object, cluster, folio, index, fresh, bonus);
	if (!err)
		WRITE_ONCE(cluster->referenced, true);
	dpager_cluster_put(cluster);
	return err;
}

int dpager_fresh_larger(struct dpager_object *object, pgoff_t index,
			bool filled, struct folio **result)
{
	gfp_t gfp = dpager_folio_gfp(object, true) | __GFP_ZERO;
	struct folio *folio;
	int err;

	if (!dpager_map_nowhere(&object->map, index, object->folio_pages))
		return -ENOENT;
	if (!filled && (!fresh_may(object) || !fresh_in_order(object, index)))
		return -ENOENT;
	folio = dpager_folio_alloc_larger(object, gfp);
	if (!folio)
		return -ENOENT;
	err = dpager_object_pin_range(object);
	if (err) {
		folio_put(folio);
		return err;
	}
	/* Else it may have shrunk before the lock was taken. */
	err = fresh_insert_at(object, folio, index, filled ?
			      ULONG_MAX : dpager_object_end(object), true);
	dpager_object_unpin_range(object);
	if (err)
		return -ENOENT;
	*result = folio;
	return 1;
}

int dpager_fresh_insert(struct dpager_object *object, pgoff_t index,
			struct folio *folio)
{
	int err;

	folio_get(folio);
	err = fresh_insert_at(object, folio, index, dpager_object_end(object),
			      false);
	/* Else that reference has been given away. */
	if (!err)
		folio_put(folio);
	return err;
}

int dpager_fresh_add(struct dpager_object *object, pgoff_t index,
		     struct folio *folio)
{
	int err = dpager_object_pin_range(object);

	if (err)
		return err;
	err = dpager_fresh_insert(object, index, folio);
	dpager_object_unpin_range(object);
	return err;
}

int dpager_fresh_fill(struct dpager_object *object, pgoff_t index,
		      struct folio *folio)
{
	int err = dpager_fresh_add(object, index, folio);

	if (!err)
		folio_unlock(folio);
	folio_put(folio);
	return err;
}
