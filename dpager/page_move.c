// SPDX-License-Identifier: GPL-2.0
/* A page of one object becomes a page of another. */

#include <linux/highmem.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/sched/signal.h>

#include "compat.h"
#include "folio.h"
#include "fresh.h"
#include "object.h"
#include "page.h"
#include "page_move.h"
#include "punch.h"

/* Times that a larger folio is paged out, before giving up. */
#define MOVE_TRIES	4

/* Nothing comes in there, or, @write, goes away. 0 or -EINTR. */
static int move_lock_one(struct address_space *mapping, bool write,
			 unsigned int subclass)
{
	return write ?
	       down_write_killable_nested(&mapping->invalidate_lock, subclass) :
	       down_read_killable_nested(&mapping->invalidate_lock, subclass);
}

static void move_unlock_one(struct address_space *mapping, bool write)
{
	if (write)
		filemap_invalidate_unlock(mapping);
	else
		filemap_invalidate_unlock_shared(mapping);
}

static int move_lock(const struct dpager_page_move *m)
{
	struct address_space *from = m->from->inode->i_mapping;
	struct address_space *first = min(from, m->to->inode->i_mapping);
	struct address_space *second = max(from, m->to->inode->i_mapping);
	int err = move_lock_one(first, first == from, 0);

	if (err || first == second)
		return err;
	err = move_lock_one(second, second == from, SINGLE_DEPTH_NESTING);
	if (err)
		move_unlock_one(first, first == from);
	return err;
}

static void move_unlock(const struct dpager_page_move *m)
{
	struct address_space *from = m->from->inode->i_mapping;
	struct address_space *to = m->to->inode->i_mapping;

	if (to != from)
		move_unlock_one(to, false);
	move_unlock_one(from, true);
}

/*
 * The folio is locked. Can nobody change it now? Who has it pinned can, and
 * who finds it mapped nowhere asks for that lock.
 */
static int move_settled(const struct dpager_page_move *m, struct folio *folio)
{
	struct address_space *mapping = m->from->inode->i_mapping;

	if (folio->mapping != mapping || !folio_test_uptodate(folio) ||
	    folio_test_large(folio) || folio_test_writeback(folio))
		return -EAGAIN;
	if (dpager_folio_poisoned(folio))
		return -EIO;
	unmap_mapping_pages(mapping, folio->index, 1, false);
	return folio_maybe_dma_pinned(folio) ? -EBUSY : 0;
}

/* Both folios are the caller's. -EAGAIN: look again. */
static int move_locked(const struct dpager_page_move *m, struct folio *from,
		       struct folio *to)
{
	int err;

	/* Faults wait for what is held here: this does not wait for anybody. */
	if (!folio_trylock(from))
		return -EAGAIN;
	err = move_settled(m, from);
	if (!err) {
		copy_highpage(folio_page(to, 0), folio_page(from, 0));
		err = dpager_fresh_insert(m->to, m->to_index, to);
	}
	if (!err) {
		folio_unlock(to);
		dpager_punch_page(m->from, from);
	}
	folio_unlock(from);
	return err;
}

static int move_folio(const struct dpager_page_move *m, struct folio *from)
{
	struct folio *to;
	int err;

	if (folio_wait_locked_killable(from) ||
	    folio_wait_writeback_killable(from))
		return -EINTR;
	to = dpager_folio_alloc(dpager_folio_gfp(m->to, false), 0);
	if (!to)
		return -ENOMEM;
	err = move_lock(m);
	if (!err) {
		err = move_locked(m, from, to);
		move_unlock(m);
	}
	folio_put(to);
	return err;
}

void dpager_page_move_out_larger(struct dpager_object *object,
				 struct dpager_span r)
{
	struct address_space *mapping = object->inode->i_mapping;
	unsigned long index = r.first;
	struct folio *folio;
	pgoff_t first;
	u64 pages;
	u32 count;

	while (index <= r.last && !fatal_signal_pending(current) &&
	       xa_find(&mapping->i_pages, &index, r.last, XA_PRESENT)) {
		folio = dpager_folio_get(mapping, index++);
		if (!folio)
			continue;
		first = folio->index;
		count = folio_nr_pages(folio);
		index = first + count;
		folio_put(folio);
		if (count > 1)
			dpager_control_page_out(object, first, count, &pages);
		cond_resched();
	}
}

/* What comes back comes as a page of its own. */
static int move_out_larger(const struct dpager_page_move *m, pgoff_t first,
			   u64 count)
{
	u64 pages;
	int err = dpager_control_page_out(m->from, first, count, &pages);

	return err ?: -EAGAIN;
}

static int move_try(const struct dpager_page_move *m, int *tries)
{
	struct folio *folio;
	pgoff_t first;
	u64 count;
	int err;

	err = dpager_page_find(m->to, m->to_index, &folio);
	if (!err)
		folio_put(folio);
	if (err != -ENOENT)
		return -EEXIST;
	err = dpager_page_get(m->from, m->from_index, NULL, &folio);
	if (err)
		return err;
	first = folio->index;
	count = folio_nr_pages(folio);
	if (count == 1)
		err = move_folio(m, folio);
	folio_put(folio);
	if (count == 1)
		return err;
	return (*tries)++ < MOVE_TRIES ? move_out_larger(m, first, count) :
					 -EBUSY;
}

int dpager_page_move(const struct dpager_page_move *move)
{
	int tries = 0, err;

	do {
		err = move_try(move, &tries);
		if (err == -EAGAIN && fatal_signal_pending(current))
			err = -EINTR;
		cond_resched();
	} while (err == -EAGAIN);
	return err;
}
