// SPDX-License-Identifier: GPL-2.0
/* UFFDIO_WRITEPROTECT. */

#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/uaccess.h>

#include "compat.h"
#include "uffd.h"
#include "uffd_area.h"
#include "uffd_vma.h"
#include "uffd_wait.h"

/**
 * struct span - addresses being protected, or no longer
 * @mm: whose
 * @start: the first
 * @end: behind the last
 */
struct span {
	struct mm_struct *mm;
	unsigned long start;
	unsigned long end;
};

static struct vm_area_struct *span_next(const struct span *s,
					unsigned long address)
{
	return dpager_uffd_vma_next(s->mm, address, s->end);
}

/* Are all pages of it that are in a VMA registered for this? */
static int vma_check(const struct span *s, struct vm_area_struct *vma)
{
	struct dpager_uffd_area *area = dpager_uffd_vma_area(vma);
	struct dpager_uffd_pages pages;
	struct dpager_uffd_part *part;
	pgoff_t last;
	int err = 0;

	if (!area)
		return -ENOENT;
	pages = dpager_uffd_vma_pages(vma, s->start, s->end);
	rcu_read_lock();
	for (; !err && pages.first <= pages.last; pages.first = last + 1) {
		part = dpager_uffd_part_from(area, pages.first, &last);
		if (!part || !(part->mode & UFFDIO_REGISTER_MODE_WP))
			err = -ENOENT;
		if (last >= pages.last)
			break;
	}
	rcu_read_unlock();
	return err;
}

static int span_check(const struct span *s)
{
	struct vm_area_struct *vma = span_next(s, s->start);
	int err = vma ? 0 : -ENOENT;

	for (; !err && vma; vma = span_next(s, vma->vm_end))
		err = vma_check(s, vma);
	return err;
}

static int span_mark(const struct span *s, bool protect)
{
	struct vm_area_struct *vma = span_next(s, s->start);
	struct dpager_uffd_pages pages;
	int err = 0;

	for (; !err && vma; vma = span_next(s, vma->vm_end)) {
		/* No fault that has not seen it is under way then. */
		if (protect)
			dpager_vma_start_write(vma);
		pages = dpager_uffd_vma_pages(vma, s->start, s->end);
		err = dpager_uffd_protect(dpager_uffd_vma_area(vma),
					  pages.first, pages.last, protect);
	}
	return err;
}

/* What was mapped to be written to is mapped anew. */
static void span_zap(const struct span *s)
{
	struct vm_area_struct *vma = span_next(s, s->start);

	for (; vma; vma = span_next(s, vma->vm_end)) {
		unsigned long start = max(s->start, vma->vm_start);

		dpager_vma_zap(vma, start, min(s->end, vma->vm_end) - start);
		cond_resched();
	}
}

/*
 * The lock is held for writing only until faults see it. Then, who is in none
 * loses what is mapped.
 */
static int span_protect(const struct dpager_uffd *uffd, const struct span *s)
{
	int err;

	if (mmap_write_lock_killable(s->mm))
		return -EINTR;
	err = atomic_read(&uffd->changing) ? -EAGAIN : span_check(s);
	if (err) {
		mmap_write_unlock(s->mm);
		return err;
	}
	err = span_mark(s, true);
	mmap_write_downgrade(s->mm);
	/* Without memory for all of it a part is marked. */
	span_zap(s);
	mmap_read_unlock(s->mm);
	return err;
}

static int span_unprotect(const struct dpager_uffd *uffd, const struct span *s)
{
	int err;

	if (mmap_read_lock_killable(s->mm))
		return -EINTR;
	err = atomic_read(&uffd->changing) ? -EAGAIN : span_check(s);
	if (!err)
		err = span_mark(s, false);
	mmap_read_unlock(s->mm);
	return err;
}

int dpager_uffd_writeprotect(struct dpager_uffd *uffd, void __user *arg)
{
	struct uffdio_writeprotect call;
	struct span s = { .mm = uffd->mm };
	bool protect, quiet;
	int err;

	if (atomic_read(&uffd->changing))
		return -EAGAIN;
	if (copy_from_user(&call, arg, sizeof(call)))
		return -EFAULT;
	err = dpager_uffd_range(uffd, call.range.start, call.range.len);
	if (err)
		return err;
	if (call.mode & ~(UFFDIO_WRITEPROTECT_MODE_DONTWAKE |
			  UFFDIO_WRITEPROTECT_MODE_WP))
		return -EINVAL;
	protect = call.mode & UFFDIO_WRITEPROTECT_MODE_WP;
	quiet = call.mode & UFFDIO_WRITEPROTECT_MODE_DONTWAKE;
	if (protect && quiet)
		return -EINVAL;
	s.start = call.range.start;
	s.end = s.start + call.range.len;
	if (!mmget_not_zero(s.mm))
		return -ESRCH;
	err = protect ? span_protect(uffd, &s) : span_unprotect(uffd, &s);
	mmput(s.mm);
	if (!err && !protect && !quiet)
		dpager_uffd_wake(uffd, s.start, s.end - s.start);
	return err;
}
