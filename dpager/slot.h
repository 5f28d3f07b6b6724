/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Slot runs inside a segment: allocate, free, count. Pure: the caller locks,
 * and gives the memory.
 *
 * Slots are kept in groups, each with a bitmap of its own and a count of its
 * free slots, so that a search on a nearly full segment looks at few words. A
 * group's bitmap is attached some time before it is needed; slots of a group
 * without one cannot be allocated yet. So a segment of many TiB costs little
 * memory until it is used, and allocation itself never needs any.
 */
#ifndef _DPAGER_SLOT_H
#define _DPAGER_SLOT_H

#include <linux/types.h>

/* Slots in a group: one page of bitmap. */
#define DPAGER_GROUP_SLOTS	(PAGE_SIZE * 8)

/**
 * struct dpager_slot_memory - what a group needs to be usable
 * @taken: a page: a set bit is a slot in use, or bad
 * @bad: a page: a set bit is a slot never used again
 * @sums: a checksum a slot, or NULL; nothing here looks at them
 */
struct dpager_slot_memory {
	unsigned long *taken;
	unsigned long *bad;
	u32 *sums;
};

/* Slots in a chunk, which is trimmed as a whole: 1 MiB. */
#define DPAGER_CHUNK_SLOTS	256U
#define DPAGER_GROUP_CHUNKS	(DPAGER_GROUP_SLOTS / DPAGER_CHUNK_SLOTS)

/**
 * struct dpager_slot_group - DPAGER_GROUP_SLOTS slots in a row
 * @memory: all NULL until attached
 * @free: clear bits of @memory.taken among the group's slots
 * @nr_bad: set bits of @memory.bad
 * @hint: no free slot lies below this one
 * @freed: chunks of which slots were freed since they were trimmed
 */
struct dpager_slot_group {
	struct dpager_slot_memory memory;
	u32 free;
	u32 nr_bad;
	u32 hint;
	DECLARE_BITMAP(freed, DPAGER_GROUP_CHUNKS);
};

/**
 * struct dpager_slots - the slots of one segment
 * @total: number of slots
 * @used: slots allocated (bad ones not counted)
 * @bad: slots never used again
 * @attached: slots of groups that have their bitmaps
 * @limit: slots from here on are not allocated any more: @total, or less while
 *	the end is emptied
 * @trimmed: slots out of use while they are trimmed
 * @withheld: free slots from @limit on, of attached groups
 * @cursor: where the last run ended: the next search begins here
 * @groups: array of DIV_ROUND_UP(@total, DPAGER_GROUP_SLOTS)
 * @open: bit i: group i has a free slot. So a search skips full groups, of
 *	which a nearly full segment of many TiB has a hundred thousand
 * @nr_groups: its length
 * @nr_attached: groups 0..@nr_attached-1 have their bitmaps
 */
struct dpager_slots {
	u64 total;
	u64 used;
	u64 bad;
	u64 attached;
	u64 limit;
	u64 withheld;
	u64 trimmed;
	u64 cursor;
	struct dpager_slot_group *groups;
	unsigned long *open;
	u32 nr_groups;
	u32 nr_attached;
};

/* Groups a segment of @total slots has. */
u32 dpager_slots_groups(u64 total);

/**
 * dpager_slots_init() - no slot is in use, no group attached
 * @s: what to set up
 * @total: number of slots, at least 1
 * @groups: zeroed array of dpager_slots_groups(@total) elements; stays the
 *	caller's
 * @open: zeroed bitmap of as many bits; stays the caller's
 */
void dpager_slots_init(struct dpager_slots *s, u64 total,
		       struct dpager_slot_group *groups, unsigned long *open);

/**
 * dpager_slots_attach() - make the next group usable
 * @s: the slots
 * @memory: zeroed; stays the caller's (find it in the group again)
 *
 * Return: false when every group had its memory.
 */
bool dpager_slots_attach(struct dpager_slots *s,
			 const struct dpager_slot_memory *memory);

/* Slots that can hold pages: all but those that are free behind the limit. */
u64 dpager_slots_usable(const struct dpager_slots *s);

/* Slots that can be allocated when all groups are attached. */
u64 dpager_slots_free_total(const struct dpager_slots *s);

/* Those of them below slot @end. */
u64 dpager_slots_free_below(const struct dpager_slots *s, u64 end);

/* Slots in use from slot @from on, bad ones left out. */
u64 dpager_slots_used_from(const struct dpager_slots *s, u64 from);

/* Slots that can be allocated right now. */
u64 dpager_slots_free_now(const struct dpager_slots *s);

/**
 * dpager_slots_alloc() - allocate a run of slots
 * @s: the slots
 * @want: how many, at least 1
 * @got: out: how many it is, 1..@want
 *
 * Takes a run of @want slots behind the last allocation where there is one;
 * else the longest of what a bounded search finds. So writes stay sequential
 * on an emptyish segment, and a nearly full one costs neither time nor many
 * tiny writes when longer runs exist.
 *
 * Return: the first slot, or U64_MAX when none is free.
 */
u64 dpager_slots_alloc(struct dpager_slots *s, u32 want, u32 *got);

/* Free @count slots from @slot on; all of them are allocated. */
void dpager_slots_free(struct dpager_slots *s, u64 slot, u32 count);

/**
 * dpager_slots_trim() - take a chunk out of use, to be trimmed
 * @s: the slots
 * @group: where to look
 * @slot: out: its first slot
 *
 * One that is free, and was not so since it was trimmed last.
 *
 * Return: its slots, or 0: there is none.
 */
u32 dpager_slots_trim(struct dpager_slots *s, u32 group, u64 *slot);

/* It may be used again. */
void dpager_slots_trimmed(struct dpager_slots *s, u64 slot, u32 count);

/* An allocated slot becomes bad: no longer used, never free again. */
void dpager_slots_retire(struct dpager_slots *s, u64 slot);

/**
 * dpager_slots_limit() - allocate no slot from @limit on
 * @s: the slots
 * @limit: 1..@s->total, which is no limit
 */
void dpager_slots_limit(struct dpager_slots *s, u64 limit);

/**
 * dpager_slots_grow() - more slots at the end
 * @s: the slots, without a limit
 * @total: how many there are from now on, more than now
 * @groups: zeroed array for as many
 * @open: zeroed bitmap, likewise
 *
 * What is in the old array and bitmap is in the new ones then; the old ones are
 * the caller's to free.
 */
void dpager_slots_grow(struct dpager_slots *s, u64 total,
		       struct dpager_slot_group *groups, unsigned long *open);

/**
 * dpager_slots_shrink() - fewer slots
 * @s: the slots
 * @total: how many there are from now on; none from there on is in use
 *
 * Groups from dpager_slots_groups(@total) on are no longer attached; their
 * memory is the caller's to free.
 */
void dpager_slots_shrink(struct dpager_slots *s, u64 total);

/**
 * dpager_slots_count() - what a range of slots has
 * @s: the slots
 * @first: first slot
 * @count: number of slots
 * @bad: out: bad ones
 *
 * Return: slots in use, bad ones left out, by the bitmaps.
 */
u32 dpager_slots_count(const struct dpager_slots *s, u64 first, u32 count,
		       u32 *bad);

#endif /* _DPAGER_SLOT_H */
