/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pages that were never written, for who writes an object in order: several
 * come in one fault. They are dirty at once, since what is written to them
 * through the mapping later nobody would be told of; those that stay zeros are
 * not written out.
 */
#ifndef _DPAGER_FRESH_H
#define _DPAGER_FRESH_H

#include <linux/types.h>

struct dpager_cluster;
struct dpager_object;
struct folio;

/**
 * dpager_fresh_more() - pages that follow one just written to for the first time
 * @object: the object; its invalidate_lock is held for reading
 * @cluster: the cluster, with a pin
 * @index: the page; its folio may be locked
 *
 * Return: how many came, up to the end of the leaf, the first page that is not
 * fresh, or memory that is not at hand; 0 also when the page before @index
 * shows that this is no writer in order.
 */
unsigned int dpager_fresh_more(struct dpager_object *object,
			       struct dpager_cluster *cluster, pgoff_t index);

/**
 * dpager_fresh_larger() - the larger folio that begins at a page
 * @object: the object
 * @index: the page, see dpager_folio_may_be_larger()
 * @filled: all of it is written now, by who keeps the object's size: it may lie
 *	behind the end, and nobody has to have shown that they go in order
 * @result: out: the folio, referenced, locked, up to date, dirty
 *
 * Return: 1; -ENOENT: not that way; -EINTR.
 */
int dpager_fresh_larger(struct dpager_object *object, pgoff_t index,
			bool filled, struct folio **result);

/**
 * dpager_fresh_insert() - a page that was never written gets its content
 * @object: the object; its invalidate_lock is held
 * @index: the page
 * @folio: its content, a page; it stays the caller's
 *
 * Context: process; charged to the caller's cgroup.
 * Return: 0: it is there, dirty, and locked; else as dpager_fresh_fill().
 */
int dpager_fresh_insert(struct dpager_object *object, pgoff_t index,
			struct folio *folio);

/**
 * dpager_fresh_fill() - a page that was never written gets its content
 * @object: the object
 * @index: the page
 * @folio: its content, a page; it is given away in any case
 *
 * Context: process; charged to the caller's cgroup; takes invalidate_lock (read)
 * killably.
 * Return: 0: it is there, dirty; -EEXIST: it was somewhere; -ENXIO: it is behind
 * the end; -ENOMEM; -ENOSPC: the limit of the object's mount; -EINTR.
 */
int dpager_fresh_fill(struct dpager_object *object, pgoff_t index,
		      struct folio *folio);

/* The same, but the folio stays the caller's; it is locked when 0 is returned. */
int dpager_fresh_add(struct dpager_object *object, pgoff_t index,
		     struct folio *folio);

#endif /* _DPAGER_FRESH_H */
