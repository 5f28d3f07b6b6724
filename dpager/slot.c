// SPDX-License-Identifier: GPL-2.0
/* Slot runs inside a segment. */
#include <linux/bitmap.h>
#include <linux/bug.h>
#include <linux/find.h>
#include <linux/limits.h>
#include <linux/math.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/mm.h>

#include "slot.h"

/*
 * Work one search may do, in words of bitmap looked at. A run costs more than
 * its words: two calls. So a search sees some 256 short runs, or a few groups
 * with next to nothing in them, and then takes the best it has seen.
 */
#define SLOT_SEARCH_WORK	2048
#define SLOT_RUN_WORK		8

struct slot_run {
	u64 at;
	u32 length;
};

static u32 slot_group(u64 slot)
{
	return slot / DPAGER_GROUP_SLOTS;
}

static u32 slot_offset(u64 slot)
{
	return slot % DPAGER_GROUP_SLOTS;
}

/* The last group may be short. */
static u32 slot_group_size(const struct dpager_slots *s, u32 group)
{
	return min_t(u64, DPAGER_GROUP_SLOTS,
		     s->total - (u64)group * DPAGER_GROUP_SLOTS);
}

/* Slots from @slot on that lie in its group and among @count. */
static u32 slot_in_group(const struct dpager_slots *s, u64 slot, u32 count)
{
	u32 left = slot_group_size(s, slot_group(slot)) - slot_offset(slot);

	return min(left, count);
}

u32 dpager_slots_groups(u64 total)
{
	return DIV_ROUND_UP_ULL(total, DPAGER_GROUP_SLOTS);
}

void dpager_slots_init(struct dpager_slots *s, u64 total,
		       struct dpager_slot_group *groups, unsigned long *open)
{
	*s = (struct dpager_slots) {
		.total = total,
		.groups = groups,
		.open = open,
		.nr_groups = dpager_slots_groups(total),
	};
}

bool dpager_slots_attach(struct dpager_slots *s, unsigned long *bitmap)
{
	struct dpager_slot_group *group = &s->groups[s->nr_attached];

	if (s->nr_attached == s->nr_groups)
		return false;
	group->bitmap = bitmap;
	group->free = slot_group_size(s, s->nr_attached);
	s->attached += group->free;
	__set_bit(s->nr_attached, s->open);
	s->nr_attached++;
	return true;
}

u64 dpager_slots_free_total(const struct dpager_slots *s)
{
	return s->total - s->used - s->bad;
}

u64 dpager_slots_free_now(const struct dpager_slots *s)
{
	return s->attached - s->used - s->bad;
}

/* The first free slot of @group from @offset on; its size when none is. */
static u32 slot_find_in_group(const struct dpager_slots *s, u32 group,
			      u32 offset, int *work)
{
	const struct dpager_slot_group *g = &s->groups[group];
	u32 from = max(offset, g->hint);
	u32 at = find_next_zero_bit(g->bitmap, slot_group_size(s, group), from);

	*work += (at - min(at, from)) / BITS_PER_LONG;
	return at;
}

/* The first free slot from @from on, or U64_MAX. @work: what it cost is added. */
static u64 slot_find(const struct dpager_slots *s, u64 from, int *work)
{
	u32 group = slot_group(from);
	u32 offset = slot_offset(from);

	/* Behind @from an open group may have nothing: a second one has. */
	while (group < s->nr_attached) {
		if (test_bit(group, s->open)) {
			u32 at = slot_find_in_group(s, group, offset, work);

			if (at < slot_group_size(s, group))
				return group * (u64)DPAGER_GROUP_SLOTS + at;
		}
		group = find_next_bit(s->open, s->nr_attached, group + 1);
		offset = 0;
	}
	return U64_MAX;
}

/* How many of @want slots from @at on are free. */
static u32 slot_run_length(const struct dpager_slots *s, u64 at, u32 want)
{
	u32 length = 0;

	while (length < want && at + length < s->attached) {
		u32 offset = slot_offset(at + length);
		u32 part = slot_in_group(s, at + length, want - length);
		u32 used = find_next_bit(s->groups[slot_group(at + length)].bitmap,
					 offset + part, offset);

		length += used - offset;
		if (used < offset + part)
			break;
	}
	return length;
}

/* Slots @at.. are free: allocate them. */
static void slot_take(struct dpager_slots *s, u64 at, u32 count)
{
	s->used += count;
	while (count) {
		struct dpager_slot_group *g = &s->groups[slot_group(at)];
		u32 offset = slot_offset(at);
		u32 part = slot_in_group(s, at, count);

		bitmap_set(g->bitmap, offset, part);
		g->free -= part;
		if (offset == g->hint)
			g->hint += part;
		if (!g->free)
			__clear_bit(slot_group(at), s->open);
		at += part;
		count -= part;
	}
}

/*
 * From the cursor on, once around at most: the first run long enough, or the
 * longest seen before the work is used up. At least one run is seen when a
 * slot is free.
 */
static struct slot_run slot_search(const struct dpager_slots *s, u32 want)
{
	struct slot_run best = { .at = U64_MAX };
	bool wrapped = false;
	u64 at = s->cursor;
	int work = 0;

	while (work < SLOT_SEARCH_WORK || !best.length) {
		u32 length;

		at = slot_find(s, at, &work);
		if (at == U64_MAX) {
			if (wrapped)
				break;
			wrapped = true;
			at = 0;
			continue;
		}
		if (wrapped && best.length && at >= s->cursor)
			break;
		length = slot_run_length(s, at, want);
		if (length > best.length)
			best = (struct slot_run) { at, length };
		if (length == want)
			break;
		at += length;
		work += SLOT_RUN_WORK;
	}
	return best;
}

u64 dpager_slots_alloc(struct dpager_slots *s, u32 want, u32 *got)
{
	struct slot_run run;

	*got = 0;
	if (!dpager_slots_free_now(s))
		return U64_MAX;
	run = slot_search(s, want);
	slot_take(s, run.at, run.length);
	s->cursor = run.at + run.length;
	*got = run.length;
	return run.at;
}

u32 dpager_slots_alloc_at(struct dpager_slots *s, u64 at, u32 want)
{
	u32 length = slot_run_length(s, at, want);

	slot_take(s, at, length);
	return length;
}

void dpager_slots_free(struct dpager_slots *s, u64 slot, u32 count)
{
	while (count) {
		struct dpager_slot_group *g = &s->groups[slot_group(slot)];
		u32 offset = slot_offset(slot);
		u32 part = slot_in_group(s, slot, count);
		u32 end = offset + part;

		/* Better to lose slots than to give one to two pages. */
		if (WARN_ON_ONCE(find_next_zero_bit(g->bitmap, end, offset) < end))
			return;
		bitmap_clear(g->bitmap, offset, part);
		s->used -= part;
		g->free += part;
		g->hint = min(g->hint, offset);
		__set_bit(slot_group(slot), s->open);
		slot += part;
		count -= part;
	}
}

void dpager_slots_retire(struct dpager_slots *s, u64 slot)
{
	s->used--;
	s->bad++;
}
