/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Punching: pages of an object are forgotten, in memory and on backing store, and
 * read as zeros from then on. Their slots are free at once.
 */
#ifndef _DPAGER_PUNCH_H
#define _DPAGER_PUNCH_H

#include <linux/types.h>

#include "span.h"

struct dpager_object;
struct folio;

/**
 * dpager_punch_settle() - wait for reads and writes in flight
 * @object: the object
 * @r: pages of it
 *
 * Truncation waits for them unkillably. This waits killably, while faults go on;
 * what begins after that is short.
 *
 * Return: 0 or -EINTR.
 */
int dpager_punch_settle(struct dpager_object *object, struct dpager_span r);

/**
 * dpager_punch_page() - punch a page that is in memory
 * @object: the object; its invalidate_lock is held for writing
 * @folio: its folio, no larger one, locked, in the page cache, not under writeback
 *
 * Needs no memory and cannot fail.
 */
void dpager_punch_page(struct dpager_object *object, struct folio *folio);

/**
 * dpager_punch_rest() - punch all pages from one on, behind the object's new end
 * @object: the object; its invalidate_lock is held for writing, and none of the
 *	pages is mapped
 * @first: the first of them
 *
 * What of them lies in a larger folio with pages before them becomes zeros that
 * stay in memory. Needs no memory and cannot fail.
 */
void dpager_punch_rest(struct dpager_object *object, pgoff_t first);

#endif /* _DPAGER_PUNCH_H */
