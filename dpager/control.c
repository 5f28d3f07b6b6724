// SPDX-License-Identifier: GPL-2.0
/* Explicit calls on a range of an object: page out, page in. */

#include <linux/cpu.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "cluster.h"
#include "compat.h"
#include "folio.h"
#include "io.h"
#include "laundry.h"
#include "object.h"
#include "page.h"
#include "readin.h"
#include "span.h"

/* Passes over a range in which no page could be written, before giving up. */
#define PAGE_OUT_PASSES		4

/* --- page out ----------------------------------------------------------- */

/* Hand a cluster out, hot pages and all. 0 also when nothing was dirty. */
static int page_out_leaf(struct dpager_object *object, struct dpager_span in)
{
	int ret;

	for (;;) {
		if (fatal_signal_pending(current))
			return -EINTR;
		ret = dpager_laundry_write(object, in.first, dpager_span_mask(in));
		if (ret == -EAGAIN)
			dpager_laundry_wait_progress(HZ / 10);
		else if (ret != -EBUSY)
			return ret;
		else if (dpager_cluster_wait(object, in.first))
			return -EINTR;
	}
}

static int page_out_submit(struct dpager_object *object, struct dpager_span r)
{
	pgoff_t index = r.first;
	bool full = false;
	struct dpager_span in;
	int ret;

	while (dpager_span_next_unfolded(object, r, &index, &in)) {
		ret = page_out_leaf(object, in);
		/* Others may have slots to be written again. */
		if (ret == -ENOSPC)
			full = true;
		else if (ret)
			return ret;
	}
	return full ? -ENOSPC : 0;
}

/* Wait until no page of the range is queued or being written. */
static int page_out_wait(struct dpager_object *object, struct dpager_span r)
{
	struct address_space *mapping = object->inode->i_mapping;
	pgoff_t index = r.first, i;
	struct folio *folio;
	struct dpager_span in;
	int ret;

	while (dpager_span_next_unfolded(object, r, &index, &in)) {
		ret = dpager_cluster_wait(object, in.first);
		for (i = in.first; !ret && i <= in.last; i++) {
			folio = dpager_folio_get(mapping, i);
			if (!folio)
				continue;
			ret = folio_wait_writeback_killable(folio);
			folio_put(folio);
		}
		if (ret)
			return -EINTR;
	}
	return 0;
}

/* Unmap the pages of one leaf that nobody holds. */
static void page_out_unmap_leaf(struct dpager_object *object, struct dpager_span r)
{
	struct address_space *mapping = object->inode->i_mapping;
	struct folio *folio;
	pgoff_t i, n;

	for (i = r.first; i <= r.last; i += n + 1) {
		for (n = 0; i + n <= r.last; n++) {
			bool held;

			folio = dpager_folio_get(mapping, i + n);
			if (!folio)
				break;
			held = dpager_folio_held(mapping, folio);
			folio_put(folio);
			if (held)
				break;
		}
		if (n)
			unmap_mapping_pages(mapping, i, n, false);
	}
}

static void page_out_unmap(struct dpager_object *object, struct dpager_span r)
{
	pgoff_t index = r.first;
	struct dpager_span in;

	while (dpager_span_next_unfolded(object, r, &index, &in))
		page_out_unmap_leaf(object, in);
}

/*
 * One pass: unmap, which moves the dirty bits of PTEs to the folios, then
 * write what is dirty, and wait. Even when some of it had no room, the rest is
 * waited for.
 */
static int page_out_pass(struct dpager_object *object, struct dpager_span r)
{
	int ret, err;

	page_out_unmap(object, r);
	ret = page_out_submit(object, r);
	if (ret == -EINTR)
		return ret;
	err = page_out_wait(object, r);
	return err ?: ret;
}

/*
 * Per-CPU batches of the LRU hold references on folios that have just come in
 * or been aged, and a referenced folio cannot be dropped. Releasing a batch of
 * ours empties those of this CPU.
 */
static void drain_here(struct folio *folio)
{
	struct folio_batch batch;

	folio_batch_init(&batch);
	folio_get(folio);
	folio_batch_add(&batch, folio);
	folio_batch_release(&batch);
}

struct drain {
	struct work_struct work;
	struct folio *folio;
};

static void drain_work(struct work_struct *work)
{
	drain_here(container_of(work, struct drain, work)->folio);
}

static void drain_everywhere(struct folio *folio)
{
	struct drain __percpu *drains = alloc_percpu(struct drain);
	struct drain *drain;
	int cpu;

	if (!drains)
		return;
	cpus_read_lock();
	for_each_online_cpu(cpu) {
		drain = per_cpu_ptr(drains, cpu);
		drain->folio = folio;
		INIT_WORK(&drain->work, drain_work);
		schedule_work_on(cpu, &drain->work);
	}
	for_each_online_cpu(cpu)
		flush_work(&per_cpu_ptr(drains, cpu)->work);
	cpus_read_unlock();
	free_percpu(drains);
}

/* A folio of the range that could be dropped but is in memory, or NULL. */
static struct folio *page_out_left(struct dpager_object *object, struct dpager_span r)
{
	struct address_space *mapping = object->inode->i_mapping;
	struct folio *folio;
	unsigned long index;
	void *entry;

	xa_for_each_range(&mapping->i_pages, index, entry, r.first, r.last) {
		folio = xa_is_value(entry) ? NULL :
			dpager_folio_get(mapping, index);
		if (!folio)
			continue;
		if (dpager_span_holds(r, folio) && !folio_test_dirty(folio) &&
		    !folio_test_locked(folio) && !folio_mapped(folio) &&
		    !dpager_folio_held(mapping, folio))
			return folio;
		folio_put(folio);
		cond_resched();
	}
	return NULL;
}

/* Drop what is clean and nobody holds. */
static void page_out_drop(struct dpager_object *object, struct dpager_span r)
{
	void (*const drain[])(struct folio *folio) = {
		drain_here, drain_everywhere,
	};
	struct folio *folio;
	unsigned int i;

	for (i = 0; ; i++) {
		invalidate_mapping_pages(object->inode->i_mapping, r.first,
					 r.last);
		folio = i < ARRAY_SIZE(drain) ? page_out_left(object, r) : NULL;
		if (!folio)
			return;
		drain[i](folio);
		folio_put(folio);
	}
}

int dpager_control_page_out(struct dpager_object *object, pgoff_t first,
			    u64 count, u64 *pages)
{
	struct dpager_span r = { first, first + count - 1 };
	s64 out = atomic64_read(&object->pages_out), before;
	int failures, no_space, pass, ret;

	for (pass = 0; pass < PAGE_OUT_PASSES; pass++) {
		before = atomic64_read(&object->pages_out);
		failures = atomic_read(&object->write_failures);
		no_space = atomic_read(&object->no_space);
		ret = page_out_pass(object, r);
		if (ret)
			break;
		/* A failed write goes elsewhere the next time. */
		if (atomic_read(&object->write_failures) != failures)
			ret = -EIO;
		else if (atomic_read(&object->no_space) != no_space)
			ret = -EAGAIN;
		else
			break;
		/* While it gets on: others who write get their pages out, too. */
		if (atomic64_read(&object->pages_out) != before &&
		    atomic64_read(&object->pages_out) - out < 2 * count)
			pass = -1;
	}
	if (ret == -EAGAIN)
		ret = -ENOSPC;
	*pages = atomic64_read(&object->pages_out) - out;
	if (ret != -EINTR) {
		page_out_drop(object, r);
		dpager_span_fold(object, r);
	}
	return ret;
}

/* --- page in ------------------------------------------------------------ */

static int page_in_leaf(struct dpager_object *object, struct dpager_span r,
			enum dpager_readin how)
{
	int ret;

	for (;;) {
		ret = dpager_readin_range(object, r.first, r.last, how);
		if (ret != -EAGAIN)
			return ret;
		if (wait_event_killable_timeout(dpager_io_read_wait, false,
						HZ / 100) < 0)
			return -EINTR;
	}
}

static int page_in_wait(struct dpager_object *object, struct dpager_span r)
{
	struct address_space *mapping = object->inode->i_mapping;
	struct folio *folio;
	int ret = 0, err;
	pgoff_t i, last;
	bool singly;

	for (i = r.first; ret != -EINTR && i <= r.last; i = last + 1) {
		last = i;
		folio = dpager_folio_get(mapping, i);
		if (!folio)
			continue;
		last = min(folio_next_index(folio) - 1, r.last);
		err = dpager_page_ended(object, folio, &singly);
		folio_put(folio);
		if (err == -EAGAIN) {
			/* Where it is one page this time, it is read alone. */
			err = page_in_leaf(object, (struct dpager_span){ i, last },
					   DPAGER_READIN_SINGLY);
			/* Look again. */
			last = i - 1;
		}
		ret = err ?: ret;
	}
	return ret;
}

/* Read a leaf's pages while those of the leaf before are waited for. */
int dpager_control_page_in(struct dpager_object *object, pgoff_t first,
			   u64 count, u64 *pages)
{
	struct dpager_span r = { first, first + count - 1 }, before, in;
	s64 was = atomic64_read(&object->pages_in);
	bool failed = false, any = false;
	pgoff_t index = first;
	int ret = 0;

	while ((!ret || ret == -EIO) && dpager_span_next(object, r, &index, &in)) {
		ret = page_in_leaf(object, in, DPAGER_READIN_WAITED);
		failed |= ret == -EIO;
		if ((!ret || ret == -EIO) && any)
			ret = page_in_wait(object, before);
		failed |= ret == -EIO;
		before = in;
		any = true;
		cond_resched();
	}
	if (any && (!ret || ret == -EIO))
		ret = page_in_wait(object, before);
	*pages = atomic64_read(&object->pages_in) - was;
	if (!ret && failed)
		ret = -EIO;
	return ret;
}
