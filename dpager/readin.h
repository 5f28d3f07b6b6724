/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What to read on a fault: one page, a cluster, or ahead. Random access reads
 * the page it asked for; a reader that goes through the object in order is
 * recognised by its trend and is read ahead for, in growing steps.
 */
#ifndef _DPAGER_READIN_H
#define _DPAGER_READIN_H

#include <linux/types.h>

struct dpager_cluster;
struct dpager_object;
struct dpager_stream;
struct folio;

/**
 * enum dpager_readin - how pages are read
 * @DPAGER_READIN_WAITED: somebody waits for them
 * @DPAGER_READIN_AHEAD: nobody does
 * @DPAGER_READIN_SINGLY: each in a folio of its own, after a larger one failed
 */
enum dpager_readin {
	DPAGER_READIN_WAITED,
	DPAGER_READIN_AHEAD,
	DPAGER_READIN_SINGLY,
};

/**
 * dpager_readin_page() - a page that is not in memory comes into it
 * @object: the object
 * @index: the page
 * @stream: from dpager_stream_find()
 * @existing: it is not made where it is nowhere; then without @stream
 * @fresh: in: whether pages after it that were never written may come with it,
 *	dirty, since the writer will go on with them; out: how many did, beside
 *	those in its own folio
 * @result: out: its folio, with a reference
 *
 * The folio is locked and up to date (zeros, nobody else has it), or it is
 * being read: who locks it afterwards looks whether it is up to date.
 *
 * Context: process; allocates, charged to the caller's cgroup; takes
 * invalidate_lock (read) killably.
 * Return: 1: locked and up to date; 2: likewise, read at once; 0: being read, or
 * was; -EEXIST: somebody else brought it in meanwhile; -EAGAIN: too many reads
 * are in flight, see dpager_readin_wait(); -ENOMEM; -EINTR; -EIO: it is lost;
 * -ENXIO: it is behind the end by now; -ENODATA: it is nowhere.
 */
int dpager_readin_page(struct dpager_object *object, pgoff_t index,
		       struct dpager_stream *stream, bool existing,
		       unsigned int *fresh, struct folio **result);

/* Wait, killably, until the segment of a page can take another read. */
int dpager_readin_wait(struct dpager_object *object, pgoff_t index);

/**
 * dpager_readin_folio() - read a page, alone, into a folio that exists
 * @object: the object; its invalidate_lock is held for reading
 * @cluster: the cluster, with a pin, and with a tag for the folio
 * @folio: of one page, locked, in the page cache, not up to date. It is unlocked
 *	when it is read, up to date or with PG_checked set
 */
void dpager_readin_folio(struct dpager_object *object,
			 struct dpager_cluster *cluster, struct folio *folio);

/**
 * dpager_readin_ahead() - read ahead for a reader in order
 * @object: the object
 * @stream: the reader
 * @index: where it is
 *
 * Never waits for I/O; gives up silently without memory.
 */
void dpager_readin_ahead(struct dpager_object *object,
			 struct dpager_stream *stream, pgoff_t index);

/**
 * dpager_readin_range() - begin to read pages that are not in memory
 * @object: the object
 * @first: first page
 * @last: last page, in the same leaf
 * @how: for whom
 *
 * Return: 0; -EAGAIN: too many reads are in flight, some were not begun; -EIO:
 * all were begun, but a page is lost (unless it is for nobody); -ENOMEM, -EINTR.
 */
int dpager_readin_range(struct dpager_object *object, pgoff_t first,
			pgoff_t last, enum dpager_readin how);

#endif /* _DPAGER_READIN_H */
