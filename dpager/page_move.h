/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A page of one object becomes a page of another, or another of the same: where
 * it was, it is nowhere. It is in the one place or the other for whoever writes
 * to it: nothing that is written meanwhile is lost.
 */
#ifndef _DPAGER_PAGE_MOVE_H
#define _DPAGER_PAGE_MOVE_H

#include <linux/types.h>

#include "span.h"

struct dpager_object;

/**
 * struct dpager_page_move - from where, to where
 * @from: the object it is a page of
 * @from_index: which
 * @to: the object it becomes a page of
 * @to_index: which; nowhere before
 */
struct dpager_page_move {
	struct dpager_object *from;
	pgoff_t from_index;
	struct dpager_object *to;
	pgoff_t to_index;
};

/**
 * dpager_page_move() - move a page
 * @move: from where, to where
 *
 * By a copy in memory, while no mapping has it: what is paged out is read, and a
 * larger folio goes out first. All waits are killable.
 *
 * Context: process, no locks; charged to the caller's cgroup; takes
 * invalidate_lock of both objects, in the order of their addresses.
 * Return: 0; -EEXIST: there is a page already; -ENOENT: there is none to be moved;
 * -EBUSY: somebody has it pinned, or it cannot leave a larger folio; -EIO: it cannot
 * be read; -ENXIO: behind the end; -ENOMEM; -ENOSPC; -EINTR.
 */
int dpager_page_move(const struct dpager_page_move *move);

/*
 * Larger folios of a range go out, so that pages come back as folios of their own.
 * Those that cannot, since somebody holds them or there is no space, stay.
 */
void dpager_page_move_out_larger(struct dpager_object *object,
				 struct dpager_span r);

#endif /* _DPAGER_PAGE_MOVE_H */
