// SPDX-License-Identifier: GPL-2.0
/* Reading and writing an object by system calls. */

#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/sched/signal.h>
#include <linux/swap.h>
#include <linux/uio.h>

#include "cluster.h"
#include "compat.h"
#include "file.h"
#include "folio.h"
#include "fresh.h"
#include "io.h"
#include "laundry.h"
#include "object.h"
#include "page.h"
#include "readin.h"
#include "rw.h"
#include "size.h"
#include "stats.h"
#include "stream.h"

/* --- read --------------------------------------------------------------- */

/* Each page counts once for the trend; and what is missing is a fault. */
static struct dpager_stream *read_stream(struct file *file, loff_t pos)
{
	struct dpager_object *object = dpager_object_of(file_inode(file));
	pgoff_t index = pos >> PAGE_SHIFT;

	if (file->f_mode & FMODE_RANDOM)
		return NULL;
	if (offset_in_page(pos) && dpager_folio_resident(object, index, 1))
		return NULL;
	return dpager_stream_find(&object->streams, index);
}

static size_t read_copy(struct folio *folio, pgoff_t index, size_t offset,
			size_t bytes, struct iov_iter *to)
{
	if (folio)
		return copy_page_to_iter(folio_file_page(folio, index), offset,
					 bytes, to);
	/* To a pipe the same page must not go twice. */
	return user_backed_iter(to) ?
		copy_page_to_iter(ZERO_PAGE(0), offset, bytes, to) :
		iov_iter_zero(bytes, to);
}

/* Where what is copied in one go ends: with the page, or its larger folio. */
static loff_t read_end(struct folio *folio, loff_t pos,
		       const struct iov_iter *to)
{
	if (folio && folio_test_large(folio) && user_backed_iter(to) &&
	    !dpager_folio_poisoned(folio))
		return folio_pos(folio) + folio_size(folio);
	return pos + PAGE_SIZE - offset_in_page(pos);
}

/* Bytes of that which are before the end, now that the page has been had. */
static size_t read_bytes(struct dpager_object *object, struct folio *folio,
			 loff_t pos, const struct iov_iter *to)
{
	loff_t size = i_size_read(object->inode);

	if (pos >= size)
		return 0;
	return min3((loff_t)iov_iter_count(to), size - pos,
		    read_end(folio, pos, to) - pos);
}

/* What one page, or its folio, has of it. 0 bytes and no error: the end. */
static int read_page(struct file *file, loff_t pos, struct iov_iter *to,
		     size_t *copied)
{
	struct dpager_object *object = dpager_object_of(file_inode(file));
	pgoff_t index = pos >> PAGE_SHIFT;
	struct dpager_stream *stream;
	struct folio *folio;
	size_t bytes;
	int err;

	*copied = 0;
	if (pos >= i_size_read(object->inode))
		return 0;
	stream = read_stream(file, pos);
	/* A page that is not there yet comes with its neighbours. */
	if (stream && dpager_folio_resident(object, index, 1))
		dpager_readin_ahead(object, stream, index);
	err = dpager_page_get(object, index, stream, &folio);
	if (err && err != -ENOENT)
		return err == -ENXIO ? 0 : err;
	bytes = read_bytes(object, folio, pos, to);
	if (folio && PageHWPoison(folio_file_page(folio, index))) {
		err = -EIO;
	} else {
		if (folio && !offset_in_page(pos))
			folio_mark_accessed(folio);
		*copied = read_copy(folio, index, offset_in_page(pos), bytes,
				    to);
		err = *copied < bytes ? -EFAULT : 0;
	}
	if (folio)
		folio_put(folio);
	return err;
}

ssize_t dpager_rw_read(struct kiocb *iocb, struct iov_iter *to)
{
	ssize_t done = 0;
	size_t copied;
	int err = 0;

	while (!err && iov_iter_count(to)) {
		err = read_page(iocb->ki_filp, iocb->ki_pos, to, &copied);
		iocb->ki_pos += copied;
		done += copied;
		if (!copied)
			break;
		if (fatal_signal_pending(current))
			err = -EINTR;
		cond_resched();
	}
	file_accessed(iocb->ki_filp);
	return done ?: err;
}

/* --- write -------------------------------------------------------------- */

/**
 * struct write - a write under way
 * @object: the object
 * @from: what is written
 * @pos: where
 * @reread: the page at hand is read before it is written, although all of it
 *	was to be: that could not be copied in one go
 * @folio: of the page at hand: locked, with a reference
 * @placed: and, where it is not up to date, whether the page is somewhere else
 * @fresh: the folio is zeros that came for this write
 */
struct write {
	struct dpager_object *object;
	struct iov_iter *from;
	loff_t pos;
	bool reread;
	struct folio *folio;
	bool placed;
	bool fresh;
};

static pgoff_t write_index(const struct write *w)
{
	return w->pos >> PAGE_SHIFT;
}

static void write_let_go(struct write *w)
{
	folio_unlock(w->folio);
	dpager_io_folio_ready(w->folio);
	folio_put(w->folio);
	w->folio = NULL;
}

/* Nothing was written to what is not up to date. */
static void write_remove(struct write *w)
{
	dpager_folio_remove(w->object->inode->i_mapping, w->folio);
	write_let_go(w);
}

/* Under invalidate_lock (read). As write_insert(). */
static int write_insert_in(struct write *w, struct dpager_cluster *cluster,
			   bool fresh)
{
	gfp_t gfp = dpager_folio_gfp(w->object, false);
	struct folio *folio = dpager_folio_alloc(gfp, 0);
	dpager_place_t place;
	int err;

	if (!folio)
		return -ENOMEM;
	err = dpager_folio_insert(w->object, cluster, folio, write_index(w),
				  fresh, gfp);
	if (err) {
		folio_put(folio);
		return err;
	}
	/* Where it is shows only now, as in readin_place(). */
	w->placed = dpager_map_get(&w->object->map, &cluster->leaf,
				   write_index(w), &place) != -ENOENT;
	w->folio = folio;
	WRITE_ONCE(cluster->referenced, true);
	return 0;
}

/* A folio without content, for a page that is not in memory. */
static int write_insert(struct write *w)
{
	struct dpager_cluster *cluster;
	bool fresh;
	int err;

	dpager_laundry_throttle();
	err = dpager_object_pin_range(w->object);
	if (err)
		return err;
	err = -ENOMEM;
	cluster = dpager_cluster_get(w->object, write_index(w), GFP_KERNEL,
				     &fresh);
	if (cluster) {
		err = write_insert_in(w, cluster, fresh);
		dpager_cluster_put(cluster);
	}
	dpager_object_unpin_range(w->object);
	return err;
}

/* Is the page to be written without being read first? */
static bool write_blindly(const struct write *w, size_t bytes)
{
	return (bytes == PAGE_SIZE && !w->reread) ||
	       write_index(w) >= dpager_object_end(w->object);
}

/* The page's folio as it is, or none: -ENOENT. */
static int write_find(struct write *w, bool blindly)
{
	struct dpager_stream *stream;

	if (blindly) {
		w->folio = dpager_folio_get(w->object->inode->i_mapping,
					    write_index(w));
		return w->folio ? 0 : -ENOENT;
	}
	stream = dpager_stream_find(&w->object->streams, write_index(w));
	return dpager_page_get(w->object, write_index(w), stream, &w->folio);
}

/* The folio that was found, locked. */
static int write_lock_found(struct write *w)
{
	int err = dpager_page_lock(w->object, w->folio, write_index(w));

	/* What could not be read is elsewhere. */
	w->placed = true;
	if (err) {
		folio_put(w->folio);
		w->folio = NULL;
	}
	return err;
}

/* The folio, locked; where it is not up to date all of the page is written. */
static int write_try(struct write *w, size_t bytes)
{
	int err = write_find(w, write_blindly(w, bytes));

	if (!err)
		err = write_lock_found(w);
	else if (err == -ENOENT)
		err = write_insert(w);
	if (err)
		return err == -EEXIST ? -EAGAIN : err;
	if (folio_test_uptodate(w->folio) || !w->placed ||
	    (bytes == PAGE_SIZE && !w->reread &&
	     !folio_test_large(w->folio)))
		return 0;
	write_remove(w);
	return -EAGAIN;
}

static int write_get(struct write *w, size_t bytes)
{
	int err;

	do {
		err = write_try(w, bytes);
		if (err == -EAGAIN && fatal_signal_pending(current))
			err = -EINTR;
	} while (err == -EAGAIN);
	if (!err && dpager_folio_poisoned(w->folio)) {
		write_let_go(w);
		err = -EIO;
	}
	return err;
}

/*
 * A folio without content has got @copied bytes of it. The rest is zeros, if the
 * page was nowhere. Returns how many count.
 */
static size_t write_fill(struct write *w, size_t copied)
{
	size_t offset = offset_in_page(w->pos);

	if (w->placed && copied < PAGE_SIZE) {
		iov_iter_revert(w->from, copied);
		w->reread = true;
		return 0;
	}
	if (!copied)
		return 0;
	if (!w->placed) {
		folio_zero_segments(w->folio, 0, offset, offset + copied,
				    PAGE_SIZE);
		dpager_stat_inc(DPAGER_STAT_UNAVAILABLE);
	}
	folio_mark_uptodate(w->folio);
	return copied;
}

/* Page by page, as far as user memory is there. */
static size_t write_copy_pages(struct write *w, size_t bytes)
{
	loff_t pos = w->pos - folio_pos(w->folio);
	size_t copied = 0, n, got;

	do {
		n = min(bytes - copied, PAGE_SIZE - offset_in_page(pos));
		got = dpager_copy_from_iter_atomic(w->folio, pos, n, w->from);
		pos += got;
		copied += got;
	} while (got == n && copied < bytes);
	return copied;
}

/* Copy to the locked folio, and let it go. Returns bytes written. */
static size_t write_copy(struct write *w, size_t bytes)
{
	struct inode *inode = w->object->inode;
	struct folio *folio = w->folio;
	size_t copied;

	copied = write_copy_pages(w, bytes);
	if (!folio_test_uptodate(folio))
		copied = write_fill(w, copied);
	if (!copied && (w->fresh || !folio_test_uptodate(folio))) {
		write_remove(w);
		return 0;
	}
	if (copied)
		folio_mark_dirty(folio);
	/* Before a fault can lock it. */
	if (w->pos + (loff_t)copied > i_size_read(inode))
		dpager_object_set_size(w->object, w->pos + copied);
	write_let_go(w);
	return copied;
}

/* Does it fill a larger folio, whose pages are nowhere in memory? */
static bool write_fills_larger(const struct write *w)
{
	u64 pages = iov_iter_count(w->from) >> PAGE_SHIFT;

	return pages >= w->object->folio_pages && !offset_in_page(w->pos) &&
	       dpager_folio_may_be_larger(w->object, write_index(w),
					  write_index(w) + pages - 1);
}

/* What goes to a larger folio that was never written; 0: not that way. */
static ssize_t write_larger(struct write *w)
{
	size_t bytes = (size_t)w->object->folio_pages << PAGE_SHIFT, copied;

	/* Where user memory goes away half-way, the rest would be there as zeros. */
	if (READ_ONCE(w->object->keeps_zeros))
		return 0;
	if (!write_fills_larger(w) || fatal_signal_pending(current) ||
	    fault_in_iov_iter_readable(w->from, bytes))
		return 0;
	dpager_laundry_throttle();
	if (dpager_fresh_larger(w->object, write_index(w), true, &w->folio) < 0)
		return 0;
	w->fresh = true;
	copied = write_copy(w, bytes);
	w->fresh = false;
	cond_resched();
	return copied;
}

/* What goes to one page; part of that when user memory goes away. */
static ssize_t write_page(struct write *w)
{
	size_t bytes = min_t(size_t, iov_iter_count(w->from),
			     PAGE_SIZE - offset_in_page(w->pos));
	size_t copied;
	int err;

	w->reread = false;
	do {
		/* No user memory is touched under the folio's lock. */
		if (fault_in_iov_iter_readable(w->from, bytes) == bytes)
			return -EFAULT;
		if (fatal_signal_pending(current))
			return -EINTR;
		err = write_get(w, bytes);
		if (err)
			return err;
		copied = write_copy(w, bytes);
		cond_resched();
	} while (!copied);
	return copied;
}

/* i_rwsem is held. */
static ssize_t write_pages(struct dpager_object *object, loff_t pos,
			   struct iov_iter *from)
{
	struct write w = { .object = object, .from = from, .pos = pos };
	ssize_t copied = 0;

	while (iov_iter_count(from)) {
		copied = write_larger(&w) ?: write_page(&w);
		if (copied < 0)
			break;
		w.pos += copied;
	}
	return w.pos - pos ?: copied;
}

/* Space for a larger object, and zeros between its old end and what is written. */
static ssize_t write_extending(struct dpager_object *object, loff_t pos,
			       struct iov_iter *from)
{
	loff_t size = i_size_read(object->inode);
	ssize_t ret;

	ret = dpager_size_promise(object, pos + iov_iter_count(from));
	if (ret)
		return ret;
	if (pos > size)
		ret = dpager_page_zero(object, size, pos);
	if (!ret)
		ret = write_pages(object, pos, from);
	dpager_size_settle(object);
	return ret;
}

static ssize_t write_locked(struct kiocb *iocb, struct iov_iter *from)
{
	struct file *file = iocb->ki_filp;
	struct dpager_object *object = dpager_object_of(file_inode(file));
	ssize_t ret;

	ret = generic_write_checks(iocb, from);
	if (ret <= 0)
		return ret;
	ret = file_modified(file);
	if (ret)
		return ret;
	if (iocb->ki_pos + iov_iter_count(from) > i_size_read(object->inode))
		ret = write_extending(object, iocb->ki_pos, from);
	else
		ret = write_pages(object, iocb->ki_pos, from);
	if (ret > 0)
		iocb->ki_pos += ret;
	return ret;
}

ssize_t dpager_rw_write(struct kiocb *iocb, struct iov_iter *from)
{
	ssize_t ret;

	if (dpager_file_lock(iocb->ki_filp))
		return -EINTR;
	ret = write_locked(iocb, from);
	dpager_file_unlock(iocb->ki_filp);
	return ret;
}
