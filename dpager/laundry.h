/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The laundry: which dirty clusters are cleaned, and when.
 *
 * The kernel's LRU ages our pages with everyone else's and frees the clean
 * ones; the laundry keeps enough of the cold ones clean. It never submits I/O
 * itself: it takes clusters off the list of dirty tags and hands them to the
 * writers. It is driven by reclaim, through the shrinker (for a cgroup or the
 * machine), and by who is about to cause it, through the watermark thread that
 * both wake. While memory is not short, nothing runs.
 */
#ifndef _DPAGER_LAUNDRY_H
#define _DPAGER_LAUNDRY_H

#include <linux/fs.h>

struct dpager_cluster;
struct dpager_object;
struct folio;
struct list_lru;

/* The list of dirty tags; tags and clusters are allocated for it. */
struct list_lru *dpager_laundry_list(void);

/* dirty_folio of every object's mapping. */
bool dpager_laundry_dirty_folio(struct address_space *mapping,
				struct folio *folio);

/* Writes of @pages pages have completed. Any context. */
void dpager_laundry_progress(unsigned int pages);

/*
 * A page that is not in memory is about to be written. When memory is short
 * cleaning begins, before reclaim does; when nearly all that is left is dirty
 * and on its way out, waits a little, killably, for it: who fills memory waits
 * for the device, instead of all others.
 */
void dpager_laundry_throttle(void);

/* Wait, killably, up to @timeout jiffies for the next completion. */
void dpager_laundry_wait_progress(long timeout);

/**
 * dpager_laundry_write() - have dirty pages written, hot or not
 * @object: the object
 * @index: a page of their cluster
 * @pages: which, as bits of its leaf
 *
 * Return: 0: a writer has them, or none is known dirty; -EBUSY: somebody has
 * the cluster already; -ENOSPC or -EAGAIN as dpager_space_hand().
 */
int dpager_laundry_write(struct dpager_object *object, pgoff_t index,
			 u32 pages);

int dpager_laundry_init(void);
/* No object is left. */
void dpager_laundry_exit(void);

#endif /* _DPAGER_LAUNDRY_H */
