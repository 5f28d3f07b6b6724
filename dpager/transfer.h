/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Transfers: pages that are on a segment and not in memory are copied to others,
 * through buffers of the mover's. None enters the page cache for it or is
 * charged to anyone, and faults go on meanwhile.
 *
 * A page may come into memory while it is copied, change, and go out again. So
 * it gets its new place at the end, under invalidate_lock (write), and only if it
 * is not in memory then and still has the place that was read. Nothing is
 * written there any more: no slot of what is being emptied is allocated, a
 * writer has nothing queued for it, and what a page in memory would have been
 * written to was seen when it was not there. So what was read is the page.
 *
 * What cannot be transferred is left to who moves pages through memory (move.h):
 * it is in memory, cannot be read, or finds no other place.
 */
#ifndef _DPAGER_TRANSFER_H
#define _DPAGER_TRANSFER_H

#include <linux/types.h>

#include "map.h"

struct dpager_move;
struct dpager_transfer;

/* Leaves of pages that one transfer takes. */
#define DPAGER_TRANSFER_LEAVES	16U

/**
 * dpager_transfer_alloc() - a transfer, with 2 MiB of buffers
 *
 * Context: process; may sleep, rather fails than wins memory at all costs.
 * Return: the transfer, with nothing in it, or NULL.
 */
struct dpager_transfer *dpager_transfer_alloc(void);

/*
 * Let go of one, or of NULL. What is under way ends by itself; what has not got
 * its new place keeps the old one.
 */
void dpager_transfer_free(struct dpager_transfer *transfer);

/**
 * dpager_transfer_add() - take pages of a move, and find other places for them
 * @transfer: not read yet
 * @move: the move, its object referenced. Of its pages are taken, and are then
 *	among @copied, all that are not in memory and lie there, or none; those
 *	that cannot be copied go back to it
 * @from: the segment that is emptied, and its slot from which on that is. Its
 *	writer has nothing queued
 */
void dpager_transfer_add(struct dpager_transfer *transfer,
			 struct dpager_move *move, dpager_place_t from);

/* Begin to read what was added. */
void dpager_transfer_read(struct dpager_transfer *transfer);

/* Begin to write what has been read. False: some could not be. */
bool dpager_transfer_write(struct dpager_transfer *transfer);

/* The same once more, page by page, for what failed. False: nothing did. */
bool dpager_transfer_write_again(struct dpager_transfer *transfer);

/* Has all ended that was begun? Waits for it, interruptibly, @timeout jiffies. */
bool dpager_transfer_wait(struct dpager_transfer *transfer, long timeout);

/* Had it nothing to do? */
bool dpager_transfer_empty(const struct dpager_transfer *transfer);

/* How long ago the last of its requests ended, in ns; none is under way. */
u64 dpager_transfer_rested(const struct dpager_transfer *transfer);

/*
 * Pages that have been written get their new places. Nothing is under way; the
 * transfer is empty afterwards. False: some could not be written.
 */
bool dpager_transfer_end(struct dpager_transfer *transfer);

/* Wait for what is left of such as were let go and whose requests have ended. */
void dpager_transfers_flush(void);

int dpager_transfers_init(void);
/* No segment is left. */
void dpager_transfers_exit(void);

#endif /* _DPAGER_TRANSFER_H */
