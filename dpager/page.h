/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A page of an object for who is in no fault: found in memory or brought in,
 * locked, zeroed in part. All waits are killable.
 */
#ifndef _DPAGER_PAGE_H
#define _DPAGER_PAGE_H

#include <linux/types.h>

struct dpager_object;
struct dpager_stream;
struct folio;

/**
 * dpager_page_find() - where a page is now
 * @object: the object
 * @index: the page
 * @folio: out: its folio, with a reference, or NULL
 *
 * A page is nowhere when it is neither in memory nor on backing store. Who looks
 * at one and then at the other sees neither where a page comes in, and loses its
 * place, in between. But nothing does that without inserting a folio, so that
 * what was seen holds while the object's count of them is the same.
 *
 * Return: 0: in memory; -ENOENT: nowhere, it is zeros; -EAGAIN: on backing store.
 */
int dpager_page_find(struct dpager_object *object, pgoff_t index,
		     struct folio **folio);

/**
 * dpager_page_get() - a page that is somewhere, in memory
 * @object: the object
 * @index: the page
 * @stream: from dpager_stream_find()
 * @folio: out: its folio, up to date, with a reference
 *
 * Return: 0; -ENOENT: it is nowhere, zeros; -EIO: it cannot be read; -ENXIO: it is
 * behind the end; -ENOMEM; -EINTR.
 */
int dpager_page_get(struct dpager_object *object, pgoff_t index,
		    struct dpager_stream *stream, struct folio **folio);

/**
 * dpager_page_ended() - wait, killably, until a folio has been read
 * @object: the object
 * @folio: its folio, referenced
 * @singly: set where its read failed with others: it is to be read alone
 *
 * As in a fault, what could not be read leaves the page cache.
 *
 * Return: 0: it is up to date; -EAGAIN: look again; -EIO: it failed, alone;
 * -EINTR.
 */
int dpager_page_ended(struct dpager_object *object, struct folio *folio,
		      bool *singly);

/**
 * dpager_page_lock() - lock a folio, to change it
 * @object: the object
 * @folio: the folio, with a reference
 * @index: the page of it that is to be changed
 *
 * Waits until the page may be changed: where its device wants that, until it is
 * written.
 *
 * Return: 0: locked, and in the page cache; -EAGAIN: no longer there; -EINTR.
 */
int dpager_page_lock(struct dpager_object *object, struct folio *folio,
		     pgoff_t index);

/**
 * dpager_page_zero() - zero bytes of one page
 * @object: the object
 * @from: the first of them
 * @to: behind the last; those behind the page, or its folio, are left
 *
 * What is nowhere stays there.
 *
 * Return: 0; -EIO, also of memory that is broken; -ENOMEM; -EINTR.
 */
int dpager_page_zero(struct dpager_object *object, loff_t from, loff_t to);

/* The same in a folio, locked and up to date, which becomes dirty. */
void dpager_page_zero_in(struct folio *folio, loff_t from, loff_t to);

#endif /* _DPAGER_PAGE_H */
