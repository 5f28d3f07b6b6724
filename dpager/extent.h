/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where the pages of a file lie on its device: slots of a segment in extents,
 * sorted. Pure: no I/O, no locks, and the caller gives the memory.
 *
 * Built once, of the file's blocks in order; from then on nothing changes, so
 * that the pageout path may look without a lock. A page of the file whose
 * blocks do not lie in a row is left out, and slots are counted without it.
 */
#ifndef _DPAGER_EXTENT_H
#define _DPAGER_EXTENT_H

#include <linux/types.h>

/**
 * struct dpager_extent - slots that lie in a row on the device
 * @slot: the first; the next extent's first ends it
 * @byte: where it begins on the device
 */
struct dpager_extent {
	u64 slot;
	u64 byte;
};

/**
 * struct dpager_extents - the extents of one file
 * @extent: by slot; the caller's memory
 * @count: how many there are
 * @room: how many fit
 * @slots: slots in all of them
 * @at: while it is built: bytes of the file that were added
 * @page_byte: then: where the page that @at is in begins on the device
 * @in_a_row: then: what was added of that page lies in a row
 */
struct dpager_extents {
	struct dpager_extent *extent;
	u32 count;
	u32 room;
	u64 slots;
	u64 at;
	u64 page_byte;
	bool in_a_row;
};

/**
 * dpager_extents_add() - the next block of the file
 * @extents: zeroed at first; has room for one extent more
 * @byte: where the block lies on the device
 * @bytes: its size: a page's divided by a power of two, or so many pages
 */
void dpager_extents_add(struct dpager_extents *extents, u64 byte, u64 bytes);

/* The device's byte where a slot begins; the slot is one of @extents. */
u64 dpager_extents_byte(const struct dpager_extents *extents, u64 slot);

/**
 * dpager_extents_run() - how many slots lie in a row on the device
 * @extents: built
 * @slot: from this one on; may be behind the last
 * @most: no more than these are counted
 *
 * Return: 1 to @most, or 0 behind the last slot.
 */
u32 dpager_extents_run(const struct dpager_extents *extents, u64 slot,
		       u32 most);

#endif /* _DPAGER_EXTENT_H */
