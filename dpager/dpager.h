/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What every part of dpager shares: units, counters, and the lock order.
 */
#ifndef _DPAGER_H
#define _DPAGER_H

#include <linux/types.h>
#include <linux/mm_types.h>
#include <linux/printk.h>
#include <linux/uidgid.h>
#include <linux/dpager.h>

/*
 * Lock order. An inner line may be taken while an outer one is held.
 *
 * dpager_admin			(mutex: stores and segments come and go)
 *   triggers_lock		(mutex: which triggers are set, their levels)
 *     trigger->lock		(spin: an event to be read)
 *     dpager_space		(as below)
 *   inode->i_rwsem		(of a segment's file: as it becomes one, and
 *				 an ordinary file again)
 *   dpager_space		(spin: their tables, segments by priority)
 *     cluster->lock		(spin: map leaf, tags, state)
 *       mapping->i_pages' xa_lock (spin, irq: to come after who held it)
 *       list_lru lock		(spin: dirty tags; its walk only trylocks
 *				 cluster->lock, so the order holds)
 *         fold_lock		(spin: clusters that may be folded)
 *     segment->slot_lock	(spin: free slots)
 *     writer->lock		(spin, irq: a segment's queue and requests)
 *
 * inode->i_rwsem		(of a mount: a directory, then a file's name)
 * inode->i_rwsem		(of an object: write, truncate, fallocate, link;
 *				 read: seek; inside its name's)
 *   mm->mmap_lock or VMA lock	(a fault holds one of them, for reading; for
 *				 writing: what is registered for userfaultfd)
 *     uffd->lock		(spin: who waits, what happened)
 *     areas_lock, area->lock	(spin: what is registered, by whom faulted on)
 *     area->saying		(mutex: what faults on a page are told; inside
 *				 the folio's lock, too)
 *     uffd_ids			(spin: contexts by id, their states)
 *     mapping->invalidate_lock	(read: a fault inserts; write: punch, truncate;
 *				 two to move a page: by address)
 *       folio lock
 *         mapping->i_mmap_rwsem	(read: which VMAs map it, unmapping)
 *         page-table lock
 *           cluster->lock	(as above)
 *
 * Reclaim calls the shrinker under whatever locks the task holds: it takes
 * dpager_space and what is below. None of those is held while memory is
 * allocated in a way that reclaims.
 *
 * No lock above is held across I/O, except that a fault on a page holds that
 * page's folio lock until it is read, and whoever waits for it waits killably; and
 * except for i_rwsem, which no fault takes. That alone is held while user memory
 * is touched.
 */

/* The default cluster: 128 KiB. */
#define DPAGER_CLUSTER_DEFAULT	(128U << 10)
/* The largest cluster. */
#define DPAGER_CLUSTER_MAX	(2U << 20)
/* Segments there can be at one time, of all stores. */
#define DPAGER_SEGMENTS_MAX	256

/* Say why a call fails, fail. */
static inline int dpager_fail(u32 *detail, u32 why, int error)
{
	*detail = why;
	return error;
}

/* By how much more is wanted than there is. */
static inline u64 dpager_over(u64 wanted, u64 room)
{
	return wanted > room ? wanted - room : 0;
}

#endif /* _DPAGER_H */
