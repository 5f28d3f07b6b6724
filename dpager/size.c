// SPDX-License-Identifier: GPL-2.0
/* An object's size. */

#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/rcupdate.h>

#include "budget.h"
#include "compat.h"
#include "confine.h"
#include "folio.h"
#include "object.h"
#include "page.h"
#include "punch.h"
#include "size.h"
#include "span.h"

/* Where space is set aside, the object stays confined to that one store. */
static int size_reserve(struct dpager_object *object, loff_t bytes)
{
	struct dpager_confine *confine = rcu_access_pointer(object->confine);
	u32 detail;

	if (!(object->flags & DPAGER_OBJECT_RESERVE))
		return 0;
	return dpager_budget_resize(dpager_confine_only(confine), object,
				    DIV_ROUND_UP_ULL((u64)bytes, PAGE_SIZE),
				    &detail);
}

/*
 * A larger folio that the end cuts stays: its other pages were zeroed, but who
 * had them pinned, or mapped them at the last moment, may have written there.
 */
static int size_forget_behind(struct dpager_object *object)
{
	pgoff_t end = dpager_object_end(object);
	u32 behind = round_up(end, object->folio_pages) - end;
	u64 pages;

	if (!behind ||
	    (!dpager_folio_resident(object, end, behind) &&
	     dpager_map_nowhere(&object->map, end, behind)))
		return 0;
	return dpager_control_drop(object, end, behind, &pages);
}

int dpager_size_promise(struct dpager_object *object, loff_t bytes)
{
	int err;

	if (bytes <= i_size_read(object->inode))
		return 0;
	err = size_reserve(object, bytes);
	if (err)
		return err;
	err = size_forget_behind(object);
	if (err)
		dpager_size_settle(object);
	return err;
}

void dpager_size_settle(struct dpager_object *object)
{
	size_reserve(object, i_size_read(object->inode));
}

static int size_grow(struct dpager_object *object, loff_t bytes)
{
	int err;

	err = dpager_size_promise(object, bytes);
	if (err)
		return err;
	err = dpager_page_zero(object, i_size_read(object->inode), bytes);
	if (!err)
		dpager_object_set_size(object, bytes);
	else
		dpager_size_settle(object);
	return err;
}

/* Nobody brings pages in. As size_tail(). */
static int size_tail_locked(struct dpager_object *object, loff_t bytes,
			    struct folio *tail)
{
	pgoff_t index = bytes >> PAGE_SHIFT;
	struct folio *folio;
	int err;

	lockdep_assert_held_write(&object->inode->i_mapping->invalidate_lock);
	if (tail) {
		err = dpager_page_lock(object, tail, index);
		if (!err && dpager_folio_poisoned(tail)) {
			folio_unlock(tail);
			err = -EIO;
		}
		return err;
	}
	if (!offset_in_page(bytes))
		return 0;
	/* It may have come to be somewhere before the lock was taken. */
	err = dpager_page_find(object, index, &folio);
	if (folio)
		folio_put(folio);
	return err == -ENOENT ? 0 : -EAGAIN;
}

static int size_tail_try(struct dpager_object *object, loff_t bytes,
			 struct folio **tail)
{
	struct address_space *mapping = object->inode->i_mapping;
	int err = 0;

	*tail = NULL;
	if (offset_in_page(bytes))
		err = dpager_page_get(object, bytes >> PAGE_SHIFT, NULL, tail);
	if (err && err != -ENOENT)
		return err;
	err = -EINTR;
	if (!down_write_killable(&mapping->invalidate_lock)) {
		err = size_tail_locked(object, bytes, *tail);
		if (err)
			filemap_invalidate_unlock(mapping);
	}
	if (err && *tail)
		folio_put(*tail);
	return err;
}

/*
 * All that can fail: invalidate_lock (write) is taken, and the page that will be
 * the last, and is partly inside, is in memory and locked (@tail), unless it is
 * zeros anyway.
 */
static int size_tail(struct dpager_object *object, loff_t bytes,
		     struct folio **tail)
{
	int err;

	do {
		err = size_tail_try(object, bytes, tail);
	} while (err == -EAGAIN);
	return err;
}

/* From here on nothing fails. Returns whether a folio straddles the end. */
static bool size_cut(struct dpager_object *object, loff_t bytes,
		     struct folio *tail)
{
	struct address_space *mapping = object->inode->i_mapping;
	loff_t behind = round_up(bytes, PAGE_SIZE);

	dpager_object_set_size(object, bytes);
	if (tail) {
		dpager_page_zero_in(tail, bytes, behind);
		folio_unlock(tail);
		folio_put(tail);
	}
	unmap_mapping_range(mapping, behind, 0, 1);
	dpager_punch_rest(object, behind >> PAGE_SHIFT);
	return dpager_folio_resident(object, behind >> PAGE_SHIFT, 1);
}

/*
 * Mappings' private copies go, too: those made in between by a second look. A
 * folio that straddles the end may have been mapped whole by who looked at the
 * size before: see fault_clip().
 */
static int size_shrink(struct dpager_object *object, loff_t bytes)
{
	struct address_space *mapping = object->inode->i_mapping;
	struct dpager_span r = { bytes >> PAGE_SHIFT, DPAGER_SPAN_LAST };
	struct folio *tail;
	bool straddles;
	int err;

	err = dpager_punch_settle(object, r);
	if (!err)
		err = size_tail(object, bytes, &tail);
	if (err)
		return err;
	straddles = size_cut(object, bytes, tail);
	filemap_invalidate_unlock(mapping);
	if (straddles)
		synchronize_rcu();
	unmap_mapping_range(mapping, round_up(bytes, PAGE_SIZE), 0, 1);
	dpager_size_settle(object);
	dpager_span_fold(object, r);
	return 0;
}

int dpager_size_set(struct dpager_object *object, loff_t bytes)
{
	loff_t size = i_size_read(object->inode);

	if (bytes > size)
		return size_grow(object, bytes);
	return bytes < size ? size_shrink(object, bytes) : 0;
}
