// SPDX-License-Identifier: GPL-2.0
/*
 * The fault path: find the page, or bring it in; wait for it without the lock
 * of the address space; return it locked.
 */

#include <linux/file.h>
#include <linux/pagemap.h>
#include <linux/sched/signal.h>
#include <linux/userfaultfd_k.h>

#include "cluster.h"
#include "compat.h"
#include "fault.h"
#include "folio.h"
#include "io.h"
#include "laundry.h"
#include "object.h"
#include "page.h"
#include "readin.h"
#include "segment.h"
#include "stats.h"
#include "stream.h"
#include "uffd_native.h"

/**
 * struct fault - a fault on its way
 * @vmf: as it came
 * @object: the object
 * @index: the page
 * @folio: its folio, referenced, once found or inserted
 * @file: the object's file, held once the address space is unlocked
 * @fresh: never written pages after it that came with it
 * @major: it had to read
 * @ahead: read-ahead has been seen to
 * @singly: its page is to be read alone
 * @way: enum dpager_fault_way
 * @refused: what of that kept it from going on
 */
struct fault {
	struct vm_fault *vmf;
	struct dpager_object *object;
	pgoff_t index;
	struct folio *folio;
	struct file *file;
	unsigned int fresh;
	bool major;
	bool ahead;
	bool singly;
	unsigned int way;
	unsigned int refused;
};

/*
 * What a fault that has to wait may do: give up the lock of the address space
 * and try again later; only say "later" and keep it; or wait where it is.
 */
enum fault_wait { FAULT_WAIT_UNLOCKED, FAULT_WAIT_NOT, FAULT_WAIT_HERE };

static enum fault_wait fault_may_wait(const struct vm_fault *vmf)
{
	if (!(vmf->flags & FAULT_FLAG_ALLOW_RETRY))
		return FAULT_WAIT_HERE;
	if (vmf->flags & FAULT_FLAG_RETRY_NOWAIT)
		return FAULT_WAIT_NOT;
	/* Once: the second attempt makes progress for certain. */
	return fault_flag_allow_retry_first(vmf->flags) ? FAULT_WAIT_UNLOCKED :
							  FAULT_WAIT_HERE;
}

/*
 * Unlock the address space. From then on nothing but the file keeps the
 * mapping, the object and this code; dpager_fault() lets go of it last.
 */
static void fault_unlock(struct fault *f)
{
	f->file = get_file(f->vmf->vma->vm_file);
	dpager_fault_unlock(f->vmf);
}

static void fault_put(struct fault *f)
{
	folio_put(f->folio);
	f->folio = NULL;
}

/*
 * Lock the folio. Returns 0, or what the fault returns: a task that is being
 * killed gets SIGBUS where it cannot retry, which nobody will see.
 */
static vm_fault_t fault_lock(struct fault *f)
{
	if (folio_trylock(f->folio))
		return 0;
	/*
	 * Reads are mostly short, and a second fault costs more than this. Who
	 * else locks a folio would not end this wait.
	 */
	if (!folio_test_uptodate(f->folio) &&
	    fault_may_wait(f->vmf) != FAULT_WAIT_NOT) {
		dpager_io_wait_folio(f->folio, &f->object->spin);
		if (folio_trylock(f->folio))
			return 0;
	}
	switch (fault_may_wait(f->vmf)) {
	case FAULT_WAIT_HERE:
		if (!folio_lock_killable(f->folio))
			return 0;
		fault_put(f);
		return VM_FAULT_SIGBUS;
	case FAULT_WAIT_UNLOCKED:
		fault_unlock(f);
		folio_wait_locked_killable(f->folio);
		break;
	case FAULT_WAIT_NOT:
		break;
	}
	fault_put(f);
	return VM_FAULT_RETRY;
}

/* Too many reads in flight. As fault_lock(); 0: look again. */
static vm_fault_t fault_wait_reads(struct fault *f)
{
	switch (fault_may_wait(f->vmf)) {
	case FAULT_WAIT_HERE:
		return dpager_readin_wait(f->object, f->index) ?
			VM_FAULT_SIGBUS : 0;
	case FAULT_WAIT_UNLOCKED:
		fault_unlock(f);
		dpager_readin_wait(f->object, f->index);
		break;
	case FAULT_WAIT_NOT:
		break;
	}
	return VM_FAULT_RETRY;
}

/*
 * The folio is locked and not up to date: a read failed. Out of the page cache
 * with it, so that the page is tried again: now and alone, if it failed with
 * others; else by a later access.
 */
static vm_fault_t fault_failed(struct fault *f)
{
	struct folio *folio = f->folio;

	f->singly = !folio_test_checked(folio);
	dpager_folio_remove(folio->mapping, folio);
	folio_unlock(folio);
	fault_put(f);
	return f->singly ? 0 : VM_FAULT_SIGBUS;
}

/* Does it write to the object (and not to a private copy)? */
static bool fault_writes(const struct fault *f)
{
	return (f->vmf->flags & FAULT_FLAG_WRITE) &&
	       (f->vmf->vma->vm_flags & VM_SHARED);
}

/* Bring the page in. As fault_lock(); 0 without a folio: look again. */
static vm_fault_t fault_readin(struct fault *f, struct dpager_stream *stream,
			       bool *locked)
{
	int ret;

	if (fault_writes(f) && fault_may_wait(f->vmf) != FAULT_WAIT_NOT)
		dpager_laundry_throttle();
	f->fresh = stream && fault_writes(f);
	ret = dpager_readin_page(f->object, f->index, stream,
				 f->way & DPAGER_FAULT_EXISTING, &f->fresh,
				 &f->folio);
	switch (ret) {
	case 0:
	case 1:
	case 2:
		*locked = ret;
		f->major |= ret != 1;
		return 0;
	case -EEXIST:
		return 0;
	case -ENODATA:
		f->refused = DPAGER_FAULT_EXISTING;
		return VM_FAULT_NOPAGE;
	case -EAGAIN:
		return fault_wait_reads(f);
	case -ENOMEM:
		return VM_FAULT_OOM;
	default:
		return VM_FAULT_SIGBUS;
	}
}

/* Before the folio is locked: reading ahead takes locks outside that one. */
static void fault_ahead(struct fault *f, struct dpager_stream *stream)
{
	if (!stream || f->ahead)
		return;
	f->ahead = true;
	dpager_readin_ahead(f->object, stream, f->index);
}

/* Find it, where that may be the end: in memory, on backing store, or nowhere. */
static vm_fault_t fault_find(struct fault *f)
{
	int err = dpager_page_find(f->object, f->index, &f->folio);

	if (err == -ENOENT)
		f->refused = f->way & DPAGER_FAULT_EXISTING;
	else if (!err)
		f->refused = f->way & DPAGER_FAULT_NEW;
	return f->refused ? VM_FAULT_NOPAGE : 0;
}

/* One attempt to have the folio locked and up to date; 0 without: again. */
static vm_fault_t fault_try(struct fault *f, struct dpager_stream *stream,
			    bool *done)
{
	struct address_space *mapping = f->object->inode->i_mapping;
	bool locked = false;
	vm_fault_t ret = 0;

	if (!f->folio && unlikely(f->way))
		ret = fault_find(f);
	else if (!f->folio)
		f->folio = dpager_folio_look(mapping, f->index);
	if (!ret && !f->folio)
		ret = fault_readin(f, f->singly ? NULL : stream, &locked);
	if (ret || !f->folio)
		return ret;
	if (!locked) {
		fault_ahead(f, stream);
		ret = fault_lock(f);
		if (ret)
			return ret;
	}
	if (unlikely(f->folio->mapping != mapping)) {
		folio_unlock(f->folio);
		fault_put(f);
		return 0;
	}
	if (unlikely(!folio_test_uptodate(f->folio)))
		return fault_failed(f);
	/* A larger folio stays when the object shrinks to a part of it. */
	if (unlikely(f->index >= dpager_object_end(f->object))) {
		folio_unlock(f->folio);
		fault_put(f);
		return VM_FAULT_SIGBUS;
	}
	*done = true;
	return 0;
}

/* May a page mapped here be written, now or after mprotect()? */
static bool vma_shared_writable(const struct vm_area_struct *vma)
{
	return (vma->vm_flags & VM_SHARED) && (vma->vm_flags & VM_MAYWRITE);
}

/* Does the device of a page under writeback want it unchanged? */
static bool fault_stable(struct fault *f)
{
	return folio_test_writeback(f->folio) &&
	       vma_shared_writable(f->vmf->vma) &&
	       dpager_folio_stable(f->object, f->folio, f->index);
}

/* Wait for the writeback of the locked folio. As fault_lock(). */
static vm_fault_t fault_wait_writeback(struct fault *f)
{
	vm_fault_t ret = VM_FAULT_RETRY;

	switch (fault_may_wait(f->vmf)) {
	case FAULT_WAIT_HERE:
		if (!folio_wait_writeback_killable(f->folio))
			return 0;
		ret = VM_FAULT_SIGBUS;
		folio_unlock(f->folio);
		break;
	case FAULT_WAIT_UNLOCKED:
		folio_unlock(f->folio);
		fault_unlock(f);
		folio_wait_writeback_killable(f->folio);
		break;
	case FAULT_WAIT_NOT:
		folio_unlock(f->folio);
		break;
	}
	fault_put(f);
	return ret;
}

static void fault_count(struct fault *f)
{
	dpager_stat_inc(DPAGER_STAT_FAULTS);
	atomic64_inc(&f->object->faults);
}

static void fault_count_major(struct fault *f)
{
	if (!f->major)
		return;
	dpager_stat_inc(DPAGER_STAT_MAJOR_FAULTS);
	atomic64_inc(&f->object->major_faults);
	count_vm_event(PGMAJFAULT);
}

/*
 * What of a range of pages the VMA and one page table hold around the fault, and
 * the object. Under RCU until they are mapped: who shrinks it waits for that.
 */
static bool fault_clip(const struct vm_fault *vmf, pgoff_t *first,
		       pgoff_t *last)
{
	struct vm_area_struct *vma = vmf->vma;
	pgoff_t index = vmf->pgoff, entry = pte_index(vmf->address);
	pgoff_t end = dpager_object_end(dpager_object_of(file_inode(vma->vm_file)));

	*first = max3(*first, vma->vm_pgoff, index - min(index, entry));
	*last = min3(*last, vma->vm_pgoff + vma_pages(vma) - 1,
		     index + PTRS_PER_PTE - 1 - entry);
	*last = min(*last, end - 1);
	return end && *first <= *last;
}

/* Mapping more than the page does not look at writeback, nor at userfaultfd. */
static bool fault_may_map_more(const struct fault *f)
{
	return fault_writes(f) && !dpager_segments_stable() &&
	       !uffd_disable_fault_around(f->vmf->vma);
}

/* Map what of a range is in memory; @first and @last become what was tried. */
static vm_fault_t fault_map_range(struct vm_fault *vmf, pgoff_t *first,
				  pgoff_t *last)
{
	vm_fault_t ret = 0;

	rcu_read_lock();
	if (fault_clip(vmf, first, last))
		ret = filemap_map_pages(vmf, *first, *last);
	rcu_read_unlock();
	return ret;
}

/* Map what came with the page, as written, too: one fault for them all. */
static void fault_map_fresh(struct fault *f, struct dpager_stream *stream)
{
	pgoff_t first = f->index + 1, last = f->index + f->fresh;

	if (!f->fresh || !fault_may_map_more(f))
		return;
	fault_map_range(f->vmf, &first, &last);
	if (first <= last)
		dpager_stream_passed(stream, last + 1);
}

/*
 * Map all of a larger folio that a writer in order has come to: it is dirty as
 * a whole. filemap_map_pages() locks it for itself, so when it has not mapped
 * the page, the folio is let go.
 */
static bool fault_map_larger(struct fault *f, struct dpager_stream *stream)
{
	pgoff_t first = f->folio->index;
	pgoff_t last = folio_next_index(f->folio) - 1;
	bool mapped;

	if (!stream || !folio_test_large(f->folio) ||
	    dpager_folio_poisoned(f->folio) || !fault_may_map_more(f))
		return false;
	folio_mark_dirty(f->folio);
	folio_unlock(f->folio);
	mapped = fault_map_range(f->vmf, &first, &last) & VM_FAULT_NOPAGE;
	if (mapped)
		dpager_stream_passed(stream, last + 1);
	fault_put(f);
	return mapped;
}

/* Return the locked folio; a write fault marks it dirty while it is locked. */
static vm_fault_t fault_return(struct fault *f)
{
	struct vm_fault *vmf = f->vmf;

	/* A poisoned folio stays clean, so that it can be read anew. */
	if (fault_writes(f) && !dpager_folio_poisoned(f->folio))
		folio_mark_dirty(f->folio);
	vmf->page = folio_file_page(f->folio, f->index);
	return VM_FAULT_LOCKED | (f->major ? VM_FAULT_MAJOR : 0);
}

/* The page's folio, locked and up to date; or what the fault returns. */
static vm_fault_t fault_get(struct fault *f, struct dpager_stream *stream)
{
	vm_fault_t ret = 0;
	bool done = false;

	do {
		ret = fault_try(f, stream, &done);
	} while (!done && !ret && !fatal_signal_pending(current));
	if (done && unlikely(fault_stable(f)))
		ret = fault_wait_writeback(f);
	else if (!done && !ret)
		ret = VM_FAULT_SIGBUS;
	if (ret && f->folio)
		fault_put(f);
	return ret;
}

/* Who says MADV_RANDOM gets no page but those that are asked for. */
static struct dpager_stream *fault_stream(struct fault *f)
{
	if (f->vmf->vma->vm_flags & VM_RAND_READ)
		return NULL;
	return dpager_stream_find(&f->object->streams, f->index);
}

/* The end of a fault that has no folio to return. */
static vm_fault_t fault_end(struct fault *f, vm_fault_t ret)
{
	if (!(ret & VM_FAULT_ERROR) && f->major)
		ret |= VM_FAULT_MAJOR;
	if (f->file)
		fput(f->file);
	return ret;
}

static vm_fault_t dpager_fault(struct vm_fault *vmf)
{
	struct fault f = {
		.vmf = vmf,
		.object = dpager_object_of(file_inode(vmf->vma->vm_file)),
		.index = vmf->pgoff,
	};
	struct dpager_stream *stream;
	vm_fault_t ret;

	if (unlikely(f.index >= dpager_object_end(f.object)))
		return VM_FAULT_SIGBUS;
	if (!(vmf->flags & FAULT_FLAG_TRIED))
		fault_count(&f);
	stream = fault_stream(&f);
	ret = fault_get(&f, stream);
	if (!ret && fault_map_larger(&f, stream))
		ret = VM_FAULT_NOPAGE;
	else if (!ret && !f.folio)
		ret = fault_get(&f, stream);
	fault_count_major(&f);
	if (ret)
		return fault_end(&f, ret);
	fault_map_fresh(&f, stream);
	return fault_return(&f);
}

/*
 * Newer kernels map all of a larger folio that a fault returns, which does not ask
 * about its other pages. So this maps the one, as map_pages does, which passes over
 * a folio that is being written.
 */
static vm_fault_t fault_map_single(struct fault *f)
{
	pgoff_t first = f->index, last = f->index;
	vm_fault_t ret = 0;

	if (folio_test_writeback(f->folio))
		ret = fault_wait_writeback(f);
	if (ret)
		return ret;
	if (fault_writes(f))
		folio_mark_dirty(f->folio);
	folio_unlock(f->folio);
	fault_map_range(f->vmf, &first, &last);
	fault_put(f);
	/* Where it could not be locked, the fault comes again. */
	return VM_FAULT_NOPAGE;
}

vm_fault_t dpager_fault_registered(struct vm_fault *vmf, unsigned int way,
				   unsigned int *refused)
{
	struct fault f = {
		.vmf = vmf,
		.object = dpager_object_of(file_inode(vmf->vma->vm_file)),
		.index = vmf->pgoff,
		.way = way,
	};
	vm_fault_t ret;

	if (!(vmf->flags & FAULT_FLAG_TRIED))
		fault_count(&f);
	ret = fault_get(&f, NULL);
	fault_count_major(&f);
	*refused = f.refused;
	if (!ret && folio_test_large(f.folio) &&
	    !dpager_folio_poisoned(f.folio))
		ret = fault_map_single(&f);
	return ret ? fault_end(&f, ret) : fault_return(&f);
}

/*
 * Where a fault would have waited for writeback, or made the page dirty before it
 * was mapped for reading.
 */
vm_fault_t dpager_fault_writable(struct vm_fault *vmf, struct folio *folio)
{
	struct dpager_object *object =
		dpager_object_of(file_inode(vmf->vma->vm_file));

	/* Who is being killed comes back, or not; there is no other answer here. */
	if (folio_lock_killable(folio))
		return VM_FAULT_NOPAGE;
	if (folio->mapping == object->inode->i_mapping &&
	    folio_test_writeback(folio) &&
	    dpager_folio_stable(object, folio, vmf->pgoff) &&
	    folio_wait_writeback_killable(folio)) {
		folio_unlock(folio);
		return VM_FAULT_NOPAGE;
	}
	if (folio->mapping != object->inode->i_mapping) {
		folio_unlock(folio);
		return VM_FAULT_NOPAGE;
	}
	/* It stays clean, so that it can be read anew. */
	if (dpager_folio_poisoned(folio)) {
		folio_unlock(folio);
		return VM_FAULT_SIGBUS;
	}
	folio_mark_dirty(folio);
	return VM_FAULT_LOCKED;
}

/*
 * What maps more than one page does not look at writeback, where a page that is
 * being written must not change.
 */
static bool around_minds_writeback(const struct vm_fault *vmf)
{
	return dpager_segments_stable() && vma_shared_writable(vmf->vma);
}

vm_fault_t dpager_fault_map(struct vm_fault *vmf, pgoff_t first, pgoff_t *last)
{
	/* A fault of its own waits. */
	if (around_minds_writeback(vmf)) {
		*last = first;
		return 0;
	}
	return fault_map_range(vmf, &first, last);
}

/*
 * Maps what is in memory around a fault, for who reads in order only: it marks
 * neighbours young. Called under RCU; reading ahead is left to a full fault.
 */
vm_fault_t dpager_fault_around(struct vm_fault *vmf, pgoff_t first,
			       pgoff_t last)
{
	struct dpager_object *object =
		dpager_object_of(file_inode(vmf->vma->vm_file));
	struct dpager_stream *stream;
	pgoff_t covered;
	vm_fault_t ret;

	stream = dpager_stream_peek(&object->streams, vmf->pgoff);
	if (!stream)
		return 0;
	covered = dpager_stream_covered(stream);
	if (covered <= last)
		return 0;
	if (around_minds_writeback(vmf))
		return 0;
	last = min(last + DPAGER_FAULT_MORE, covered - 1);
	ret = fault_map_range(vmf, &first, &last);
	if (ret == VM_FAULT_NOPAGE)
		dpager_stream_passed(stream, last + 1);
	return ret;
}

const struct vm_operations_struct dpager_vm_ops = {
	.fault = dpager_fault,
	.map_pages = dpager_fault_around,
	DPAGER_UFFD_NATIVE_OPS
};

/* Under invalidate_lock (read). 0: the folio is read, or on its way. */
static int fault_read_small(struct dpager_object *object, struct folio *folio)
{
	struct dpager_cluster *cluster;
	bool fresh;
	int err;

	if (folio->index >= dpager_object_end(object))
		return -EIO;
	cluster = dpager_cluster_get(object, folio->index, GFP_KERNEL,
				     &fresh);
	if (!cluster)
		return -ENOMEM;
	err = dpager_folio_inserted(object, cluster, folio, fresh, GFP_KERNEL);
	if (!err)
		dpager_readin_folio(object, cluster, folio);
	dpager_cluster_put(cluster);
	return err;
}

int dpager_fault_read_folio(struct file *file, struct folio *folio)
{
	struct dpager_object *object = dpager_object_of(folio->mapping->host);
	struct address_space *mapping = folio->mapping;
	int err;

	/* Its read has failed: away with it, and its pages are read singly. */
	if (folio_test_large(folio)) {
		dpager_folio_remove(mapping, folio);
		folio_unlock(folio);
		return AOP_TRUNCATED_PAGE;
	}
	/* The lock is outside the folio's, and keeps its slot from a punch. */
	if (!filemap_invalidate_trylock_shared(mapping)) {
		folio_unlock(folio);
		return AOP_TRUNCATED_PAGE;
	}
	err = fault_read_small(object, folio);
	if (err) {
		dpager_folio_remove(mapping, folio);
		folio_unlock(folio);
	}
	filemap_invalidate_unlock_shared(mapping);
	return err;
}
