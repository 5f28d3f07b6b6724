/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Folios of an object's page cache: single pages, and larger ones for who goes
 * through the object in order. A larger folio has object->folio_pages pages,
 * lies in one cluster, and is aligned; the kernel may split it.
 */
#ifndef _DPAGER_FOLIO_H
#define _DPAGER_FOLIO_H

#include <linux/gfp.h>
#include <linux/nodemask.h>
#include <linux/pagemap.h>
#include <linux/topology.h>
#include <linux/types.h>

#include "object.h"

struct address_space;
struct dpager_cluster;
struct folio;
struct page;

/*
 * As dpager_folio_get(), with one look: where what it sees is changing just then,
 * the kernel's function looks again.
 */
struct folio *dpager_folio_look(struct address_space *mapping, pgoff_t index);

/* How to allocate for an object; @bonus: it can do without. */
static inline gfp_t dpager_folio_gfp(struct dpager_object *object, bool bonus)
{
	gfp_t gfp = mapping_gfp_mask(object->inode->i_mapping);

	return bonus ? gfp | __GFP_NORETRY | __GFP_NOWARN : gfp;
}

/* As folio_alloc(), which looks for the task's memory policy: of one node it is clear. */
static inline struct folio *dpager_folio_alloc(gfp_t gfp, unsigned int order)
{
	return nr_online_nodes == 1 ?
		__folio_alloc_node(gfp, order, numa_node_id()) :
		folio_alloc(gfp, order);
}

/* A folio of the larger size, or NULL: never worth reclaim. */
struct folio *dpager_folio_alloc_larger(struct dpager_object *object,
					gfp_t gfp);

/*
 * A count of folios that have come into the page cache, before it is looked for one
 * without a lock; and whether it has changed since.
 */
s64 dpager_folio_counted(struct dpager_object *object);
bool dpager_folio_recounted(struct dpager_object *object, s64 counted);

/**
 * dpager_folio_insert() - a new folio enters the page cache, locked
 * @object: the object; its invalidate_lock is held for reading
 * @cluster: the cluster, with a pin
 * @folio: the folio, charged to the caller's cgroup by this
 * @index: its first page
 * @fresh: the caller has allocated the cluster for it
 * @gfp: how to allocate
 *
 * In a fault it enters as young, see dpager_lru_fault_suspend().
 *
 * Return: 0, -EEXIST, -ENOMEM, -ENOSPC: the limit of the object's mount.
 */
int dpager_folio_insert(struct dpager_object *object,
			struct dpager_cluster *cluster, struct folio *folio,
			pgoff_t index, bool fresh, gfp_t gfp);

/*
 * What comes after the page cache has a folio, while it is locked; the rest of
 * dpager_folio_insert() for who has it from the kernel. Return: 0, -ENOMEM, -ENOSPC.
 */
int dpager_folio_inserted(struct dpager_object *object,
			  struct dpager_cluster *cluster, struct folio *folio,
			  bool fresh, gfp_t gfp);

/* Is one of @count pages in memory? */
bool dpager_folio_resident(struct dpager_object *object, pgoff_t index,
			   unsigned int count);

/* Which of @pages, of the leaf whose first page is @first, are? */
u32 dpager_folio_residents(struct dpager_object *object, pgoff_t first,
			   u32 pages);

/*
 * May the pages from @index on, up to @last, come as one folio of the larger
 * size? A guess where folios are inserted after it.
 */
bool dpager_folio_may_be_larger(struct dpager_object *object, pgoff_t index,
				pgoff_t last);

/* Is a page of a folio all zeros? */
bool dpager_folio_page_zero(struct page *page);

/*
 * Is the page of a folio, locked and in the page cache, being written to a
 * device that wants it unchanged?
 */
bool dpager_folio_stable(struct dpager_object *object, struct folio *folio,
			 pgoff_t index);

/* Does somebody need this folio of @mapping: mlocked, pinned, poisoned? */
bool dpager_folio_held(struct address_space *mapping, struct folio *folio);

#endif /* _DPAGER_FOLIO_H */
