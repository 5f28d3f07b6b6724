// SPDX-License-Identifier: GPL-2.0
/* One move after the other: read, write, finish. */

#include <linux/pagemap.h>

#include "cluster.h"
#include "fold.h"
#include "folio.h"
#include "io.h"
#include "laundry.h"
#include "move.h"
#include "object.h"
#include "plan.h"
#include "readin.h"
#include "segment.h"
#include "transfer.h"

/* How long to wait for something before asking whether to go on. */
#define MOVE_WAIT	(HZ / 20)
/* How often a move is handed out again when writes of it have failed. */
#define MOVE_TRIES	4

/* The first page and the last; between them may be others. */
static pgoff_t move_first(const struct dpager_move *move)
{
	return move->first + __ffs(move->pages);
}

static pgoff_t move_last(const struct dpager_move *move)
{
	return move->first + __fls(move->pages);
}

static struct address_space *move_mapping(const struct dpager_move *move)
{
	return move->object->inode->i_mapping;
}

/* Wait a little for a read. */
static int move_wait_read(struct dpager_mover *mover)
{
	wait_event_interruptible_timeout(dpager_io_read_wait, false,
					 HZ / 100);
	return mover->interrupted(mover);
}

/* Lock a folio, which may be being read from a device that hangs. */
static int move_lock(struct dpager_mover *mover, struct folio *folio)
{
	int err = 0;

	while (!err && !folio_trylock(folio)) {
		wait_event_interruptible_timeout(dpager_io_read_wait,
						 !folio_test_locked(folio),
						 MOVE_WAIT);
		err = mover->interrupted(mover);
	}
	return err;
}

/* --- read --------------------------------------------------------------- */

void dpager_move_begin(struct dpager_mover *mover, struct dpager_move *move,
		       struct dpager_transfer *transfer)
{
	move->brought = 0;
	move->copied = 0;
	/* It may have gone away meanwhile. */
	move->object = dpager_object_find(move->id);
	if (!move->object)
		return;
	move->no_space = atomic_read(&move->object->no_space);
	if (transfer)
		dpager_transfer_add(transfer, move, mover->from);
}

int dpager_move_read(struct dpager_mover *mover, struct dpager_move *move)
{
	u32 absent;
	int err;

	if (!move->object)
		return 0;
	absent = move->pages & ~dpager_folio_residents(move->object,
						       move->first, move->pages);
	move->brought |= absent;
	while (absent) {
		err = dpager_readin_range(move->object, move_first(move),
					  move_last(move), mover->singly ?
					  DPAGER_READIN_SINGLY :
					  DPAGER_READIN_AHEAD);
		if (err != -EAGAIN)
			return err == -EINTR ? err : 0;
		err = move_wait_read(mover);
		if (err)
			return err;
	}
	return 0;
}

/* --- write -------------------------------------------------------------- */

/*
 * A page that stays in memory, dirty, needs no slot; while it is being written
 * it does.
 */
static void move_unplace(struct dpager_cluster *cluster, struct folio *folio,
			 u32 pages)
{
	if (folio_test_writeback(folio))
		return;
	folio_mark_dirty(folio);
	dpager_cluster_unplace(cluster, pages);
}

/*
 * A folio that the hardware has spoilt. Where it is clean, what lies on the
 * segment is the page, and is read again; else it is gone.
 */
static void move_poisoned(struct dpager_mover *mover, struct dpager_move *move,
			  struct dpager_cluster *cluster, struct folio *folio,
			  u32 there)
{
	if (folio_test_writeback(folio))
		return;
	if (!folio_test_large(folio) && !folio_test_dirty(folio)) {
		dpager_folio_remove(move_mapping(move), folio);
		return;
	}
	if (!mover->lose)
		return;
	for (; there; there &= there - 1, mover->lost++)
		dpager_cluster_lose(cluster, cluster->first + __ffs(there));
}

/* The folio is locked, up to date, and in the page cache. */
static void move_folio(struct dpager_mover *mover, struct dpager_move *move,
		       struct folio *folio, bool stays)
{
	struct dpager_cluster *cluster =
		dpager_cluster_find(move->object, folio->index);
	u32 there = dpager_cluster_on(cluster, mover->from) &
		    dpager_cluster_pages(folio);

	if (!there)
		return;
	if (dpager_folio_poisoned(folio))
		move_poisoned(mover, move, cluster, folio, there);
	else if (stays || dpager_folio_held(move_mapping(move), folio))
		move_unplace(cluster, folio, there);
	else
		folio_mark_dirty(folio);
}

/* What does not end it all is left for the next pass. */
static int move_later(int err)
{
	return err == -ENOMEM ? 0 : err;
}

/* Nobody can read it any more, so that nothing is lost by saying so. */
static int move_lose(struct dpager_mover *mover, struct dpager_move *move,
		     pgoff_t index)
{
	struct address_space *mapping = move_mapping(move);
	struct dpager_cluster *cluster;
	bool fresh;
	int err = -ENOMEM;

	if (down_write_killable(&mapping->invalidate_lock))
		return -EINTR;
	cluster = dpager_cluster_get(move->object, index, GFP_KERNEL, &fresh);
	if (cluster) {
		err = 0;
		if (!dpager_folio_resident(move->object, index, 1) &&
		    (dpager_cluster_on(cluster, mover->from) &
		     BIT(index & DPAGER_LEAF_MASK))) {
			dpager_cluster_lose(cluster, index);
			mover->lost++;
		}
		dpager_cluster_put(cluster);
	}
	filemap_invalidate_unlock(mapping);
	return err;
}

/*
 * The locked folio of a page is not up to date: its read failed. Out of the
 * page cache with it, as the fault path does; pages that failed with others are
 * read again, alone. Lets go of the folio.
 */
static int move_failed(struct dpager_mover *mover, struct dpager_move *move,
		       struct folio *folio)
{
	pgoff_t first = max(folio->index, move_first(move));
	pgoff_t last = min(folio_next_index(folio) - 1, move_last(move));
	bool alone = folio_test_checked(folio);
	int err = 0;

	dpager_folio_remove(move_mapping(move), folio);
	folio_unlock(folio);
	if (!alone) {
		do {
			err = dpager_readin_range(move->object, first, last,
						  DPAGER_READIN_SINGLY);
			if (err == -EAGAIN)
				err = move_wait_read(mover) ?: -EAGAIN;
		} while (err == -EAGAIN);
		/* Without memory it is left for the next pass. */
		return err && err != -EIO ? move_later(err) : -EAGAIN;
	}
	if (mover->lose)
		return move_later(move_lose(mover, move, first));
	mover->unread++;
	return 0;
}

/* Returns 0, -EAGAIN: look at the page again. */
static int move_page(struct dpager_mover *mover, struct dpager_move *move,
		     struct folio *folio, bool stays)
{
	int err = move_lock(mover, folio);

	if (err)
		return err;
	if (folio->mapping == move_mapping(move)) {
		if (!folio_test_uptodate(folio))
			return move_failed(mover, move, folio);
		move_folio(mover, move, folio, stays);
	}
	folio_unlock(folio);
	return 0;
}

/* What is in memory by now. */
static int move_pages(struct dpager_mover *mover, struct dpager_move *move,
		      bool stays)
{
	pgoff_t i, last = move_last(move), next;
	struct folio *folio;
	int err = 0;

	for (i = move_first(move); (!err || err == -EAGAIN) && i <= last;
	     i = next) {
		next = i + 1;
		folio = dpager_folio_get(move_mapping(move), i);
		if (!folio)
			continue;
		next = max(next, folio_next_index(folio));
		err = move_page(mover, move, folio, stays);
		folio_put(folio);
		if (err == -EAGAIN)
			next = i;
	}
	return err == -EAGAIN ? 0 : err;
}

/* They come into memory, and stay there. */
static int move_stay(struct dpager_mover *mover, struct dpager_move *move)
{
	move->brought = 0;
	return move_pages(mover, move, true);
}

/* Give the dirty pages to a writer; who has them already goes on first. */
static int move_hand(struct dpager_mover *mover, struct dpager_move *move)
{
	int err;

	for (;;) {
		err = dpager_laundry_write(move->object, move->first,
					   move->pages);
		if (err != -EAGAIN && err != -EBUSY)
			return err;
		dpager_laundry_wait_progress(MOVE_WAIT);
		err = mover->interrupted(mover);
		if (err)
			return err;
	}
}

int dpager_move_write(struct dpager_mover *mover, struct dpager_move *move)
{
	int err;

	if (!move->object || !move->pages)
		return 0;
	err = move_pages(mover, move, false);
	if (!err)
		err = move_hand(mover, move);
	if (err == -ENOSPC && mover->to_memory)
		err = move_stay(mover, move);
	return err;
}

/* --- finish ------------------------------------------------------------- */

static bool move_writes(struct dpager_move *move)
{
	struct folio *folio;
	bool writes = !dpager_cluster_idle(move->object, move->first);
	pgoff_t i;

	for (i = move_first(move); !writes && i <= move_last(move); i++) {
		folio = dpager_folio_get(move_mapping(move), i);
		if (!folio)
			continue;
		writes = folio_test_writeback(folio);
		folio_put(folio);
	}
	return writes;
}

static void move_drop(struct dpager_move *move)
{
	u32 pages = move->brought, i, n;

	for (; pages; pages &= ~(u32)GENMASK(i + n - 1, i)) {
		n = dpager_leaf_run(pages, &i);
		invalidate_mapping_pages(move_mapping(move), move->first + i,
					 move->first + i + n - 1);
	}
}

static int move_await(struct dpager_mover *mover, struct dpager_move *move)
{
	int err = 0;

	while (!err && move_writes(move)) {
		err = mover->interrupted(mover);
		if (!err)
			dpager_laundry_wait_progress(MOVE_WAIT);
	}
	return err;
}

/* What could not be written goes elsewhere, some times. */
static int move_repeat(struct dpager_mover *mover, struct dpager_move *move)
{
	unsigned int tries = 0;
	int err = 0;

	while (!err && (dpager_cluster_spoilt(move->object, move->first) &
			move->pages)) {
		if (tries++ == MOVE_TRIES) {
			mover->unwritten++;
			break;
		}
		err = move_hand(mover, move);
		if (!err)
			err = move_await(mover, move);
	}
	return err;
}

/* After the last of its writes. */
static int move_settle(struct dpager_mover *mover, struct dpager_move *move)
{
	int err = move_await(mover, move);

	if (!err && !mover->to_memory)
		err = move_repeat(mover, move);
	if (err || atomic_read(&move->object->no_space) == move->no_space)
		return err;
	mover->full++;
	return mover->to_memory ? move_stay(mover, move) : 0;
}

int dpager_move_finish(struct dpager_mover *mover, struct dpager_move *move)
{
	int err = 0;

	if (!move->object)
		return 0;
	if (move->pages) {
		err = move_settle(mover, move);
		move_drop(move);
	}
	dpager_fold(move->object, move->first);
	dpager_object_put(move->object);
	move->object = NULL;
	return err;
}
