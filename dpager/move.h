/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Moves: pages of an object go from a segment to another, or into memory. Those
 * that are not in memory are transferred (transfer.h), where they can be. With
 * all others it goes in three steps, so that many can be under way: those that
 * are not in memory begin to be read; they become dirty and are handed to a
 * writer, which finds them another place, since nothing goes to a segment that
 * is draining; those that came into memory for it are dropped again.
 *
 * A page that somebody holds in memory (mlock, pins) is not written: it becomes
 * dirty and gives up its slot, as all do where there is no other place and they
 * may come back to memory.
 *
 * What comes into memory is charged to the cgroup of who moves.
 */
#ifndef _DPAGER_MOVE_H
#define _DPAGER_MOVE_H

#include <linux/types.h>

#include "map.h"

struct dpager_move;
struct dpager_segment;
struct dpager_transfer;

/**
 * struct dpager_mover - who moves
 * @segment: what is emptied
 * @from: its slot from which on that is
 * @to_memory: pages that find no place come into memory
 * @lose: pages that cannot be read are given up
 * @singly: in folios of one page, which go wherever a slot is free
 * @interrupted: to be asked in every wait: 0, or the errno to end with
 * @unread: out: pages that could not be read and are still there
 * @lost: out: pages given up
 * @full: out: moves that found too few slots
 * @unwritten: out: moves of which a write fails wherever it goes
 */
struct dpager_mover {
	struct dpager_segment *segment;
	dpager_place_t from;
	bool to_memory;
	bool lose;
	bool singly;
	int (*interrupted)(struct dpager_mover *mover);
	u64 unread;
	u64 lost;
	u64 full;
	u64 unwritten;
};

/**
 * dpager_move_begin() - find the object, and copy what can be copied
 * @mover: who moves
 * @move: what
 * @transfer: what takes it, or NULL: nothing is copied
 *
 * dpager_move_finish() has to come after it, whatever fails.
 */
void dpager_move_begin(struct dpager_mover *mover, struct dpager_move *move,
		       struct dpager_transfer *transfer);

/**
 * dpager_move_read() - begin to read what is neither copied nor in memory
 * dpager_move_write() - hand all to a writer, when it is read
 * dpager_move_finish() - drop what has been written, and let go of the object
 * @mover: who moves
 * @move: what
 *
 * What cannot be moved just now is left out: it is found in the next pass.
 * Return: 0; -ENOSPC: there is no other place (from _write()); or what
 * @interrupted says.
 */
int dpager_move_read(struct dpager_mover *mover, struct dpager_move *move);
int dpager_move_write(struct dpager_mover *mover, struct dpager_move *move);
int dpager_move_finish(struct dpager_mover *mover, struct dpager_move *move);

#endif /* _DPAGER_MOVE_H */
