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
#include <linux/string.h>

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
		.limit = total,
		.groups = groups,
		.open = open,
		.nr_groups = dpager_slots_groups(total),
	};
}

static u64 slot_group_first(u32 group)
{
	return group * (u64)DPAGER_GROUP_SLOTS;
}

bool dpager_slots_attach(struct dpager_slots *s,
			 const struct dpager_slot_memory *memory)
{
	u32 number = s->nr_attached;
	struct dpager_slot_group *group = &s->groups[number];

	if (number == s->nr_groups)
		return false;
	group->memory = *memory;
	group->free = slot_group_size(s, number);
	s->attached += group->free;
	s->withheld += s->attached - clamp(s->limit, slot_group_first(number),
					   s->attached);
	__set_bit(number, s->open);
	s->nr_attached++;
	return true;
}

u64 dpager_slots_usable(const struct dpager_slots *s)
{
	return max(s->limit, s->attached) - s->withheld;
}

u64 dpager_slots_free_total(const struct dpager_slots *s)
{
	return dpager_slots_free_now(s) + s->limit - min(s->limit, s->attached);
}

u64 dpager_slots_free_now(const struct dpager_slots *s)
{
	return s->attached - s->used - s->bad - s->trimmed - s->withheld;
}

/* Bits that are set among @count from @from on. */
static u32 slot_weight(const unsigned long *bitmap, u32 from, u32 count)
{
	u32 end = from + count, at = find_next_bit(bitmap, end, from), next;
	u32 weight = 0;

	while (at < end) {
		next = find_next_zero_bit(bitmap, end, at);
		weight += next - at;
		at = find_next_bit(bitmap, end, next);
	}
	return weight;
}

u32 dpager_slots_count(const struct dpager_slots *s, u64 first, u32 count,
		       u32 *bad)
{
	u32 taken = 0;

	*bad = 0;
	while (count && first < s->attached) {
		const struct dpager_slot_memory *memory =
			&s->groups[slot_group(first)].memory;
		u32 part = slot_in_group(s, first, count);

		taken += slot_weight(memory->taken, slot_offset(first), part);
		*bad += slot_weight(memory->bad, slot_offset(first), part);
		first += part;
		count -= part;
	}
	return taken - *bad;
}

/* Slots in use from @from on: of its group they are counted. */
u64 dpager_slots_used_from(const struct dpager_slots *s, u64 from)
{
	u32 group = slot_group(from), bad;
	u64 used = 0;

	if (slot_offset(from) && group < s->nr_attached) {
		used = dpager_slots_count(s, from, slot_in_group(s, from, U32_MAX),
					  &bad);
		group++;
	}
	for (; group < s->nr_attached; group++)
		used += slot_group_size(s, group) - s->groups[group].free -
			s->groups[group].nr_bad;
	return used;
}

u64 dpager_slots_free_below(const struct dpager_slots *s, u64 end)
{
	u32 group = slot_group(end), taken, bad;
	u64 free = end - min(end, s->attached);

	if (slot_offset(end) && group < s->nr_attached) {
		taken = dpager_slots_count(s, slot_group_first(group),
					   slot_offset(end), &bad);
		free += slot_offset(end) - taken - bad;
	}
	group = min(group, s->nr_attached);
	while (group--)
		free += s->groups[group].free;
	return free;
}

/* The first free slot of @group from @offset on; its size when none is. */
static u32 slot_find_in_group(const struct dpager_slots *s, u32 group,
			      u32 offset, int *work)
{
	const struct dpager_slot_group *g = &s->groups[group];
	u32 from = max(offset, g->hint);
	u32 at = find_next_zero_bit(g->memory.taken, slot_group_size(s, group), from);

	*work += (at - min(at, from)) / BITS_PER_LONG;
	return at;
}

/*
 * The first free slot from @from on that may be allocated, or U64_MAX. @work:
 * what it cost is added.
 */
static u64 slot_find(const struct dpager_slots *s, u64 from, int *work)
{
	u32 group = slot_group(from);
	u32 offset = slot_offset(from);

	/* Behind @from an open group may have nothing: a second one has. */
	while (group < s->nr_attached) {
		if (test_bit(group, s->open)) {
			u32 at = slot_find_in_group(s, group, offset, work);

			if (slot_group_first(group) + at >= s->limit)
				break;
			if (at < slot_group_size(s, group))
				return slot_group_first(group) + at;
		}
		group = find_next_bit(s->open, s->nr_attached, group + 1);
		offset = 0;
	}
	return U64_MAX;
}

/* How many of @want slots from @at on are free. */
static u32 slot_run_length(const struct dpager_slots *s, u64 at, u32 want)
{
	u64 end = min(s->attached, s->limit);
	u32 length = 0;

	want = min_t(u64, want, end - at);
	while (length < want) {
		u32 offset = slot_offset(at + length);
		u32 part = slot_in_group(s, at + length, want - length);
		u32 used = find_next_bit(s->groups[slot_group(at + length)].memory.taken,
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

		bitmap_set(g->memory.taken, offset, part);
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

/* Bits of slots in one group, all of them set, are cleared: they are free. */
static void slot_give_back(struct dpager_slots *s, u64 slot, u32 count)
{
	struct dpager_slot_group *g = &s->groups[slot_group(slot)];
	u32 offset = slot_offset(slot);

	bitmap_clear(g->memory.taken, offset, count);
	s->withheld += slot + count - clamp(s->limit, slot, slot + count);
	g->free += count;
	g->hint = min(g->hint, offset);
	__set_bit(slot_group(slot), s->open);
}

void dpager_slots_free(struct dpager_slots *s, u64 slot, u32 count)
{
	while (count) {
		struct dpager_slot_group *g = &s->groups[slot_group(slot)];
		u32 offset = slot_offset(slot);
		u32 part = slot_in_group(s, slot, count);
		u32 end = offset + part;

		/* Better to lose slots than to give one to two pages. */
		if (WARN_ON_ONCE(find_next_zero_bit(g->memory.taken, end,
						    offset) < end))
			return;
		slot_give_back(s, slot, part);
		bitmap_set(g->freed, offset / DPAGER_CHUNK_SLOTS,
			   (end - 1) / DPAGER_CHUNK_SLOTS -
			   offset / DPAGER_CHUNK_SLOTS + 1);
		s->used -= part;
		slot += part;
		count -= part;
	}
}

/* The chunk's slots, when all are free and below the limit; else 0. */
static u32 slot_chunk_free(const struct dpager_slots *s, u32 group, u32 chunk)
{
	u32 offset = chunk * DPAGER_CHUNK_SLOTS;
	u64 first = slot_group_first(group) + offset;
	u32 end = offset + slot_in_group(s, first, DPAGER_CHUNK_SLOTS);

	if (first + (end - offset) > s->limit)
		return 0;
	return find_next_bit(s->groups[group].memory.taken, end, offset) < end ?
		0 : end - offset;
}

u32 dpager_slots_trim(struct dpager_slots *s, u32 group, u64 *slot)
{
	struct dpager_slot_group *g = &s->groups[group];
	u32 chunk, count;

	if (group >= s->nr_attached)
		return 0;
	for_each_set_bit(chunk, g->freed, DPAGER_GROUP_CHUNKS) {
		count = slot_chunk_free(s, group, chunk);
		if (!count)
			continue;
		*slot = slot_group_first(group) + chunk * DPAGER_CHUNK_SLOTS;
		__clear_bit(chunk, g->freed);
		slot_take(s, *slot, count);
		s->used -= count;
		s->trimmed += count;
		return count;
	}
	return 0;
}

void dpager_slots_trimmed(struct dpager_slots *s, u64 slot, u32 count)
{
	slot_give_back(s, slot, count);
	s->trimmed -= count;
}

void dpager_slots_retire(struct dpager_slots *s, u64 slot)
{
	struct dpager_slot_group *g = &s->groups[slot_group(slot)];

	__set_bit(slot_offset(slot), g->memory.bad);
	g->nr_bad++;
	s->used--;
	s->bad++;
}

/* Attached slots from @from on that are neither in use nor bad. */
static u64 slot_free_from(const struct dpager_slots *s, u64 from)
{
	u64 below = min(from, s->attached);

	return s->attached - s->used - s->bad - s->trimmed -
	       (dpager_slots_free_below(s, from) - (from - below));
}

void dpager_slots_limit(struct dpager_slots *s, u64 limit)
{
	s->limit = limit;
	s->withheld = limit < s->attached ? slot_free_from(s, limit) : 0;
}

/* The last group attached may have been short, and is so no more. */
static void slot_lengthen(struct dpager_slots *s, u64 total)
{
	u32 last = s->nr_attached - 1, longer;
	u64 end;

	s->total = total;
	s->limit = total;
	if (!s->nr_attached)
		return;
	end = slot_group_first(last) + slot_group_size(s, last);
	longer = end - s->attached;
	if (!longer)
		return;
	s->groups[last].free += longer;
	s->attached = end;
	__set_bit(last, s->open);
}

void dpager_slots_grow(struct dpager_slots *s, u64 total,
		       struct dpager_slot_group *groups, unsigned long *open)
{
	memcpy(groups, s->groups, s->nr_groups * sizeof(*groups));
	bitmap_copy(open, s->open, s->nr_groups);
	/* Who has no lock finds in them what was copied. */
	smp_store_release(&s->groups, groups);
	s->open = open;
	s->nr_groups = dpager_slots_groups(total);
	slot_lengthen(s, total);
}

void dpager_slots_shrink(struct dpager_slots *s, u64 total)
{
	u32 nr = dpager_slots_groups(total), group, part, bad;

	/* Bad slots behind the end go with it. */
	for (group = nr; group < s->nr_attached; group++) {
		s->bad -= s->groups[group].nr_bad;
		s->attached -= slot_group_size(s, group);
		__clear_bit(group, s->open);
	}
	if (slot_offset(total) && nr <= s->nr_attached) {
		struct dpager_slot_group *g = &s->groups[nr - 1];

		part = slot_in_group(s, total, U32_MAX);
		dpager_slots_count(s, total, part, &bad);
		/* They may be in use when the segment grows again. */
		bitmap_clear(g->memory.taken, slot_offset(total), part);
		bitmap_clear(g->memory.bad, slot_offset(total), part);
		g->hint = min(g->hint, slot_offset(total));
		g->nr_bad -= bad;
		g->free -= part - bad;
		s->bad -= bad;
		s->attached -= part;
		if (!g->free)
			__clear_bit(nr - 1, s->open);
	}
	s->nr_attached = min(s->nr_attached, nr);
	s->nr_groups = nr;
	s->total = total;
	s->cursor = min(s->cursor, total - 1);
	dpager_slots_limit(s, total);
}
