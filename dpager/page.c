// SPDX-License-Identifier: GPL-2.0
/* A page of an object for who is in no fault. */

#include <linux/pagemap.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>

#include "compat.h"
#include "folio.h"
#include "io.h"
#include "object.h"
#include "page.h"
#include "readin.h"
#include "stream.h"

int dpager_page_find(struct dpager_object *object, pgoff_t index,
		     struct folio **folio)
{
	dpager_place_t place;
	s64 counted;
	int err;

	do {
		counted = dpager_folio_counted(object);
		*folio = dpager_folio_get(object->inode->i_mapping, index);
		if (*folio)
			return 0;
		err = dpager_map_where(&object->map, index, &place);
	} while (err == -ENOENT && dpager_folio_recounted(object, counted));
	return err == -ENOENT ? err : -EAGAIN;
}

/**
 * struct getting - a page on its way
 * @object: the object
 * @index: the page
 * @stream: who asks for it, or NULL
 * @singly: it is to be read alone, since its read failed with others
 */
struct getting {
	struct dpager_object *object;
	pgoff_t index;
	struct dpager_stream *stream;
	bool singly;
};

int dpager_page_ended(struct dpager_object *object, struct folio *folio,
		      bool *singly)
{
	struct address_space *mapping = object->inode->i_mapping;
	int err = 0;

	if (folio_test_uptodate(folio))
		return 0;
	if (folio_lock_killable(folio))
		return -EINTR;
	if (folio->mapping != mapping) {
		err = -EAGAIN;
	} else if (!folio_test_uptodate(folio)) {
		*singly = !folio_test_checked(folio);
		err = *singly ? -EAGAIN : -EIO;
		dpager_folio_remove(mapping, folio);
	}
	folio_unlock(folio);
	return err;
}

/* As dpager_page_ended(). */
static int page_await(struct getting *g, struct folio *folio)
{
	if (!folio_test_uptodate(folio))
		dpager_io_wait_folio(folio, &g->object->spin);
	return dpager_page_ended(g->object, folio, &g->singly);
}

/* It is on backing store. As page_await(), with a folio when 0 is returned. */
static int page_read(struct getting *g, struct folio **folio)
{
	unsigned int fresh = 0;
	int ret;

	ret = dpager_readin_page(g->object, g->index,
				 g->singly ? NULL : g->stream, true, &fresh,
				 folio);
	switch (ret) {
	case 0:
		return 0;
	case 1:
	case 2:
		folio_unlock(*folio);
		return 0;
	case -EEXIST:
	case -ENODATA:
		/* It was dropped meanwhile, or not made by this. */
		return -EAGAIN;
	case -EAGAIN:
		return dpager_readin_wait(g->object, g->index) ?: -EAGAIN;
	default:
		return ret;
	}
}

static int page_try(struct getting *g, struct folio **folio)
{
	int err = dpager_page_find(g->object, g->index, folio);

	if (err == -EAGAIN)
		err = page_read(g, folio);
	if (err)
		return err;
	err = page_await(g, *folio);
	if (err) {
		folio_put(*folio);
		*folio = NULL;
	}
	return err;
}

int dpager_page_get(struct dpager_object *object, pgoff_t index,
		    struct dpager_stream *stream, struct folio **folio)
{
	struct getting g = {
		.object = object,
		.index = index,
		.stream = stream,
	};
	int err;

	*folio = NULL;
	do {
		err = page_try(&g, folio);
		if (err == -EAGAIN && fatal_signal_pending(current))
			err = -EINTR;
	} while (err == -EAGAIN);
	return err;
}

int dpager_page_lock(struct dpager_object *object, struct folio *folio,
		     pgoff_t index)
{
	int err = 0;

	if (folio_lock_killable(folio))
		return -EINTR;
	if (folio->mapping != object->inode->i_mapping)
		err = -EAGAIN;
	else if (dpager_folio_stable(object, folio, index) &&
		 folio_wait_writeback_killable(folio))
		err = -EINTR;
	if (err)
		folio_unlock(folio);
	return err;
}

void dpager_page_zero_in(struct folio *folio, loff_t from, loff_t to)
{
	loff_t end = folio_pos(folio) + folio_size(folio);

	folio_zero_range(folio, from - folio_pos(folio), min(to, end) - from);
	folio_mark_dirty(folio);
}

static int page_zero(struct dpager_object *object, loff_t from, loff_t to)
{
	pgoff_t index = from >> PAGE_SHIFT;
	struct folio *folio;
	int err;

	err = dpager_page_get(object, index, NULL, &folio);
	if (err)
		return err == -ENOENT ? 0 : err;
	err = dpager_page_lock(object, folio, index);
	if (!err) {
		if (dpager_folio_poisoned(folio))
			err = -EIO;
		else
			dpager_page_zero_in(folio, from, to);
		folio_unlock(folio);
	}
	folio_put(folio);
	return err;
}

int dpager_page_zero(struct dpager_object *object, loff_t from, loff_t to)
{
	int err;

	do {
		err = page_zero(object, from, to);
	} while (err == -EAGAIN);
	return err;
}
