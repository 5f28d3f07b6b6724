/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A plan: what to move off a segment, in the order in which it lies there. Pure:
 * the caller gives the memory, and looks for what is there.
 *
 * It has room for so many moves and no more. Who looks through all objects adds
 * what they have on the segment, in any order; the plan keeps those that lie
 * lowest, and says where to begin when they are done.
 */
#ifndef _DPAGER_PLAN_H
#define _DPAGER_PLAN_H

#include <linux/types.h>

struct dpager_object;

/**
 * struct dpager_move - pages of an object, of one leaf
 * @slot: where the lowest of them lies
 * @id: the object's id
 * @first: first page of the leaf
 * @pages: which of the leaf
 * @brought: bit i: page i of the leaf came into memory for this; for who moves
 * @copied: bit i: it is copied without that; likewise
 * @no_space: the object's count of that before its pages were handed out;
 *	likewise
 * @object: the object, referenced, while it is moved; for who moves
 */
struct dpager_move {
	u64 slot;
	u64 id;
	pgoff_t first;
	u32 pages;
	u32 brought;
	u32 copied;
	int no_space;
	struct dpager_object *object;
};

/**
 * struct dpager_plan - the moves that lie lowest
 * @moves: array of @room elements
 * @room: at least 2
 * @count: how many there are
 * @from: nothing below this slot is wanted
 * @end: nothing from this slot on has room any more
 */
struct dpager_plan {
	struct dpager_move *moves;
	u32 room;
	u32 count;
	u64 from;
	u64 end;
};

/* Empty, for what lies at slot @from and above. */
void dpager_plan_begin(struct dpager_plan *plan, u64 from);

/* Add a move, if it lies where the plan still has room. */
void dpager_plan_add(struct dpager_plan *plan, const struct dpager_move *move);

/**
 * dpager_plan_end() - put the moves in order
 * @plan: the plan
 *
 * Return: where the next plan begins, or U64_MAX: there was room for all.
 */
u64 dpager_plan_end(struct dpager_plan *plan);

#endif /* _DPAGER_PLAN_H */
