/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Checksums of pages: crc32c, kept in memory by slot, of what was last written
 * there. It is only used by who writes to the slot, or reads from it.
 */
#ifndef _DPAGER_SUM_H
#define _DPAGER_SUM_H

#include <linux/types.h>

struct dpager_segment;
struct folio;
struct page;

/**
 * dpager_sum_prepare() - checksums will be needed
 *
 * Context: dpager_admin held; may sleep, and load a module.
 * Return: 0 or -EOPNOTSUPP: the kernel has no crc32c.
 */
int dpager_sum_prepare(void);

/**
 * dpager_sum_note() - a page is about to be written
 * @segment: where; it has checksums
 * @slot: its slot
 * @page: the page, which does not change until it is written
 */
void dpager_sum_note(struct dpager_segment *segment, u64 slot,
		     struct page *page);

/**
 * dpager_sum_matches() - is a page what was written?
 * @segment: where it was read from; it has checksums
 * @slot: its slot
 * @page: the page
 *
 * Context: any.
 * Return: whether it is.
 */
bool dpager_sum_matches(struct dpager_segment *segment, u64 slot,
			struct page *page);

/* The same of all pages of a folio, whose slots lie in a row. */
bool dpager_sum_matches_folio(struct dpager_segment *segment, u64 slot,
			      struct folio *folio);

/* No segment is left. */
void dpager_sum_exit(void);

#endif /* _DPAGER_SUM_H */
