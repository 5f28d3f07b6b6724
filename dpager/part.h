/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A part of a transfer (transfer.h): pages of one leaf, where they are, where
 * they are copied to, and buffers for them.
 */
#ifndef _DPAGER_PART_H
#define _DPAGER_PART_H

#include <linux/types.h>

#include "map.h"

struct dpager_move;
struct dpager_object;

/**
 * struct dpager_part - pages of a leaf that are transferred
 * @object: whose, referenced
 * @first: first page of the leaf
 * @pages: which of the leaf
 * @from: by page of the leaf: where it is
 * @to: likewise: where it is copied to, allocated
 * @buffer: likewise: its buffer, there or not
 * @in_a_row: the buffers lie in a row
 * @failed: bit i: a request for page i failed
 * @bad: bit i: so did a write, and its slot is to blame
 * @move: what of it cannot be copied is left to
 */
struct dpager_part {
	struct dpager_object *object;
	pgoff_t first;
	u32 pages;
	dpager_place_t from[DPAGER_LEAF_PAGES];
	dpager_place_t to[DPAGER_LEAF_PAGES];
	struct page *buffer[DPAGER_LEAF_PAGES];
	bool in_a_row;
	unsigned long failed;
	unsigned long bad;
	struct dpager_move *move;
};

/* Buffers of a zeroed part. False: no memory; what there is must be freed. */
bool dpager_part_alloc(struct dpager_part *part);
void dpager_part_free(struct dpager_part *part);

/**
 * dpager_part_take() - take pages of a move, as dpager_transfer_add()
 * @part: with nothing in it
 * @move: the move
 * @from: what is emptied
 * @most: runs that it may have, there and where it goes, together
 *
 * Return: how many it has; 0: nothing is taken.
 */
u32 dpager_part_take(struct dpager_part *part, struct dpager_move *move,
		     dpager_place_t from, u32 most);

/* Pages in a row, from @i on, whose places, of @from or @to, are, too. */
u32 dpager_part_run(const struct dpager_part *part,
		    const dpager_place_t *places, u32 i);

/**
 * dpager_part_fail() - a request has failed
 * @part: a part, which may have none of its pages
 * @places: @from or @to of it
 * @place: the first place of the request
 * @count: how many it had
 * @bad: the slots are to blame
 *
 * Context: any.
 */
void dpager_part_fail(struct dpager_part *part, const dpager_place_t *places,
		      dpager_place_t place, u32 count, bool bad);

/* Pages that are not what was written where they were count as not read. */
void dpager_part_check(struct dpager_part *part);

/* What failed is left to the move. False: some did. */
bool dpager_part_leave(struct dpager_part *part);

/*
 * Pages that are still where they were read get their new places. Context:
 * process; allocates, and waits for invalidate_lock (write), killably.
 */
void dpager_part_settle(struct dpager_part *part);

/* What is left of it keeps its places. */
void dpager_part_end(struct dpager_part *part);

#endif /* _DPAGER_PART_H */
