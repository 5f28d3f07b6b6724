// SPDX-License-Identifier: GPL-2.0
/* fallocate(2) of an object. */

#include <linux/fs.h>
#include <linux/falloc.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>

#include "fallocate.h"
#include "file.h"
#include "limit.h"
#include "map.h"
#include "object.h"
#include "page.h"
#include "size.h"
#include "space.h"
#include "span.h"

/* --- zeros -------------------------------------------------------------- */

/* Whole pages are dropped; others become zeros in part, before that. */
static int falloc_zero(struct dpager_object *object, loff_t from, loff_t to)
{
	pgoff_t first = DIV_ROUND_UP_ULL((u64)from, PAGE_SIZE);
	pgoff_t end = to >> PAGE_SHIFT;
	int err = 0;
	u64 pages;

	if (offset_in_page(from))
		err = dpager_page_zero(object, from,
				       min_t(u64, to, (u64)first << PAGE_SHIFT));
	if (!err && offset_in_page(to) && first <= end)
		err = dpager_page_zero(object, (loff_t)end << PAGE_SHIFT, to);
	if (!err && first < end)
		err = dpager_control_drop(object, first, end - first, &pages);
	return err;
}

/* --- space -------------------------------------------------------------- */

/* How many of some pages have a place, or -EINTR. */
static int falloc_placed(struct dpager_object *object, u64 from, u64 end,
			 u64 *placed)
{
	u64 first, count;
	int found;

	for (*placed = 0; (found = dpager_span_next_placed(object, from, end,
							   &first, &count)) > 0;
	     from = first + count)
		*placed += count;
	return found;
}

/* Pages of one leaf that count against the limit. */
static u32 falloc_counted_in(struct dpager_object *object,
			     struct dpager_span in)
{
	const struct dpager_leaf *leaf;
	struct dpager_leaf buffer;
	u32 counted = 0;

	rcu_read_lock();
	leaf = dpager_map_peek(&object->map, in.first, &buffer);
	if (leaf)
		counted = READ_ONCE(leaf->counted) & dpager_span_mask(in);
	rcu_read_unlock();
	return hweight32(counted);
}

/* May a mount have the pages that do not count yet? It keeps none for them. */
static int falloc_limit(struct dpager_object *object, struct dpager_span r)
{
	u64 more = r.last - r.first + 1, most;
	pgoff_t index = r.first;
	struct dpager_span in;

	if (!object->limit)
		return 0;
	most = READ_ONCE(object->limit->most_pages);
	while (most && dpager_span_next(object, r, &index, &in)) {
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
		more -= falloc_counted_in(object, in);
	}
	if (most && atomic64_read(&object->limit->pages) + more > most)
		return -ENOSPC;
	return 0;
}

/* Is there room for what has none yet? Of what is set aside there is. */
static int falloc_room(struct dpager_object *object, loff_t offset, loff_t end)
{
	u64 first = offset >> PAGE_SHIFT, placed;
	u64 last = DIV_ROUND_UP_ULL((u64)end, PAGE_SIZE);
	bool quota;
	int err;

	if (object->flags & DPAGER_OBJECT_RESERVE)
		first = max_t(u64, first, dpager_object_end(object));
	if (first >= last)
		return 0;
	err = falloc_limit(object, (struct dpager_span){ first, last - 1 });
	if (err)
		return err;
	err = falloc_placed(object, first, last, &placed);
	if (err || last - first - placed <= dpager_space_for(object, &quota))
		return err;
	return quota ? -EDQUOT : -ENOSPC;
}

/* --- modes -------------------------------------------------------------- */

static int falloc_extend(struct dpager_object *object, int mode, loff_t end)
{
	if ((mode & FALLOC_FL_KEEP_SIZE) || end <= i_size_read(object->inode))
		return 0;
	return dpager_size_set(object, end);
}

static int falloc_allocate(struct dpager_object *object, int mode,
			   loff_t offset, loff_t end)
{
	bool reserves = (object->flags & DPAGER_OBJECT_RESERVE) &&
			!(mode & FALLOC_FL_KEEP_SIZE);
	int err = inode_newsize_ok(object->inode, end);

	/* It grows only with its space. */
	if (!err && !reserves)
		err = falloc_room(object, offset, end);
	return err ?: falloc_extend(object, mode, end);
}

/* What is behind the end has nothing to be zeroed. */
static int falloc_zero_range(struct dpager_object *object, int mode,
			     loff_t offset, loff_t end)
{
	int err = inode_newsize_ok(object->inode, end);

	if (!err && !(mode & FALLOC_FL_KEEP_SIZE))
		err = dpager_size_promise(object, end);
	if (err)
		return err;
	err = falloc_zero(object, offset, end);
	if (!err)
		err = falloc_extend(object, mode, end);
	dpager_size_settle(object);
	return err;
}

static int falloc_locked(struct dpager_object *object, int mode, loff_t offset,
			 loff_t end)
{
	if (mode & FALLOC_FL_PUNCH_HOLE)
		return falloc_zero(object, offset, end);
	if (mode & FALLOC_FL_ZERO_RANGE)
		return falloc_zero_range(object, mode, offset, end);
	return falloc_allocate(object, mode, offset, end);
}

long dpager_fallocate(struct file *file, int mode, loff_t offset, loff_t len)
{
	int err;

	if (mode & ~(FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE |
		     FALLOC_FL_ZERO_RANGE))
		return -EOPNOTSUPP;
	if (dpager_file_lock(file))
		return -EINTR;
	err = falloc_locked(dpager_object_of(file_inode(file)), mode, offset,
			    offset + len);
	if (!err)
		err = file_modified(file);
	dpager_file_unlock(file);
	return err;
}
