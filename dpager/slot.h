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

struct dpager_slot_group {
	unsigned long *bitmap;	/* NULL until attached; a set bit is in use */
	u32 free;		/* clear bits among the group's valid slots */
	u32 hint;		/* no free slot lies below this one */
};

/**
 * struct dpager_slots - the slots of one segment
 * @total: number of slots
 * @used: slots allocated (bad ones not counted)
 * @bad: slots never used again
 * @attached: slots of groups that have their bitmap
 * @cursor: where the last run ended: the next search begins here
 * @groups: array of DIV_ROUND_UP(@total, DPAGER_GROUP_SLOTS)
 * @open: bit i: group i has a free slot. So a search skips full groups, of
 *	which a nearly full segment of many TiB has a hundred thousand
 * @nr_groups: its length
 * @nr_attached: groups 0..@nr_attached-1 have their bitmap
 */
struct dpager_slots {
	u64 total;
	u64 used;
	u64 bad;
	u64 attached;
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
 * @bitmap: a zeroed page; stays the caller's (find it in the group again)
 *
 * Return: false when every group had its bitmap.
 */
bool dpager_slots_attach(struct dpager_slots *s, unsigned long *bitmap);

/* Slots that can be allocated when all groups are attached. */
u64 dpager_slots_free_total(const struct dpager_slots *s);

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

/**
 * dpager_slots_alloc_at() - allocate a run at a given slot, if free
 * @s: the slots
 * @at: the first slot
 * @want: how many, at least 1
 *
 * Return: how many slots from @at on were free and are now allocated, 0..@want.
 */
u32 dpager_slots_alloc_at(struct dpager_slots *s, u64 at, u32 want);

/* Free @count slots from @slot on; all of them are allocated. */
void dpager_slots_free(struct dpager_slots *s, u64 slot, u32 count);

/* An allocated slot becomes bad: no longer used, never free again. */
void dpager_slots_retire(struct dpager_slots *s, u64 slot);

#endif /* _DPAGER_SLOT_H */
