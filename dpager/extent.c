// SPDX-License-Identifier: GPL-2.0
/* Where the pages of a file lie on its device. */
#include <linux/minmax.h>
#include <linux/mm.h>

#include "extent.h"

/* Would a further slot at that byte continue the last extent? */
static bool extents_continued(const struct dpager_extents *e, u64 byte)
{
	const struct dpager_extent *last;

	if (!e->count)
		return false;
	last = &e->extent[e->count - 1];
	return byte == last->byte + ((e->slots - last->slot) << PAGE_SHIFT);
}

static void extents_add_slot(struct dpager_extents *e, u64 byte)
{
	if (!extents_continued(e, byte))
		e->extent[e->count++] = (struct dpager_extent) {
			.slot = e->slots,
			.byte = byte,
		};
	e->slots++;
}

/* A page of the file, or a part of one. */
static void extents_add_part(struct dpager_extents *e, u64 byte, u32 bytes)
{
	u32 done = offset_in_page(e->at);

	if (!done) {
		e->page_byte = byte;
		e->in_a_row = true;
	}
	e->in_a_row &= byte == e->page_byte + done;
	e->at += bytes;
	if (PAGE_ALIGNED(e->at) && e->in_a_row)
		extents_add_slot(e, e->page_byte);
}

void dpager_extents_add(struct dpager_extents *extents, u64 byte, u64 bytes)
{
	u32 part = min_t(u64, bytes, PAGE_SIZE);

	for (; bytes; bytes -= part, byte += part)
		extents_add_part(extents, byte, part);
}

/* The last extent that does not begin behind @slot. */
static u32 extents_find(const struct dpager_extents *e, u64 slot)
{
	u32 low = 0, high = e->count, middle;

	while (high - low > 1) {
		middle = low + (high - low) / 2;
		if (e->extent[middle].slot <= slot)
			low = middle;
		else
			high = middle;
	}
	return low;
}

u64 dpager_extents_byte(const struct dpager_extents *extents, u64 slot)
{
	const struct dpager_extent *extent =
		&extents->extent[extents_find(extents, slot)];

	return extent->byte + ((slot - extent->slot) << PAGE_SHIFT);
}

u32 dpager_extents_run(const struct dpager_extents *extents, u64 slot,
		       u32 most)
{
	u32 next;
	u64 end;

	if (slot >= extents->slots)
		return 0;
	next = extents_find(extents, slot) + 1;
	end = next < extents->count ? extents->extent[next].slot :
				      extents->slots;
	return min_t(u64, end - slot, most);
}
