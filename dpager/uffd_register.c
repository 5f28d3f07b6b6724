// SPDX-License-Identifier: GPL-2.0
/* UFFDIO_REGISTER, UFFDIO_UNREGISTER, and the end of a descriptor. */

#include <linux/file.h>
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/uaccess.h>

#include "compat.h"
#include "object.h"
#include "page_move.h"
#include "uffd.h"
#include "uffd_area.h"
#include "uffd_vma.h"
#include "uffd_wait.h"

#define MODES	(UFFDIO_REGISTER_MODE_MISSING | UFFDIO_REGISTER_MODE_WP | \
		 UFFDIO_REGISTER_MODE_MINOR)

/* Is a page of a VMA another's than @uffd's? */
static bool vma_taken(struct vm_area_struct *vma, unsigned long start,
		      unsigned long end, const struct dpager_uffd *uffd)
{
	struct dpager_uffd_area *area = dpager_uffd_vma_area(vma);
	struct dpager_uffd_pages pages;
	struct dpager_uffd_part *part;
	pgoff_t last;

	/* The kernel's own descriptor has it. */
	if (vma->vm_userfaultfd_ctx.ctx)
		return true;
	if (!area)
		return false;
	pages = dpager_uffd_vma_pages(vma, start, end);
	for (; pages.first <= pages.last; pages.first = last + 1) {
		part = dpager_uffd_part_from(area, pages.first, &last);
		if (part && part->uffd != uffd && dpager_uffd_alive(part->uffd))
			return true;
		if (last == ULONG_MAX)
			break;
	}
	return false;
}

static int register_check(struct dpager_uffd *uffd, unsigned long start,
			  unsigned long end)
{
	struct vm_area_struct *vma = dpager_uffd_vma_next(uffd->mm, start, end);

	if (!vma)
		return -EINVAL;
	for (; vma; vma = dpager_uffd_vma_next(uffd->mm, vma->vm_end, end)) {
		if (!dpager_uffd_vma_suits(vma))
			return -EINVAL;
		/* A handler writes to the object. */
		if (!(vma->vm_flags & VM_MAYWRITE))
			return -EPERM;
		if (vma_taken(vma, start, end, uffd))
			return -EBUSY;
	}
	return 0;
}

static int register_vma(struct dpager_uffd *uffd, struct vm_area_struct *vma,
			unsigned long start, unsigned long end,
			unsigned int mode)
{
	struct dpager_uffd_pages pages = dpager_uffd_vma_pages(vma, start, end);
	struct dpager_uffd_area *area = dpager_uffd_area_find(vma);
	int err;

	if (IS_ERR(area))
		return PTR_ERR(area);
	/* Before what faults look at changes. */
	dpager_vma_start_write(vma);
	if (mode & (UFFDIO_REGISTER_MODE_MISSING | UFFDIO_REGISTER_MODE_MINOR))
		WRITE_ONCE(dpager_object_of(file_inode(vma->vm_file))->keeps_zeros,
			   true);
	dpager_uffd_area_pardon(area, pages.first, pages.last);
	if (mode & UFFDIO_REGISTER_MODE_WP)
		dpager_uffd_vmas_notify(uffd->mm, area);
	err = dpager_uffd_area_add(area, pages.first, pages.last, uffd, mode);
	dpager_uffd_vma_dress(vma, area);
	dpager_uffd_area_put(area);
	return err;
}

/*
 * A page that is there is told of by itself: not mapped with others of its folio.
 */
static void register_singly(struct dpager_uffd *uffd, unsigned long start,
			    unsigned long end)
{
	struct dpager_uffd_pages pages;
	struct vm_area_struct *vma;
	struct file *file;

	while (DPAGER_MAPS_LARGER && start < end) {
		mmap_read_lock(uffd->mm);
		vma = dpager_uffd_vma_next(uffd->mm, start, end);
		if (!vma || !dpager_uffd_vma_area(vma)) {
			mmap_read_unlock(uffd->mm);
			return;
		}
		pages = dpager_uffd_vma_pages(vma, start, end);
		file = get_file(vma->vm_file);
		start = vma->vm_end;
		mmap_read_unlock(uffd->mm);
		dpager_page_move_out_larger(dpager_object_of(file_inode(file)),
					    (struct dpager_span){ pages.first,
								  pages.last });
		fput(file);
	}
}

static int register_range(struct dpager_uffd *uffd, unsigned long start,
			  unsigned long end, unsigned int mode)
{
	struct vm_area_struct *vma;
	int err;

	if (!mmget_not_zero(uffd->mm))
		return -ENOMEM;
	mmap_write_lock(uffd->mm);
	err = register_check(uffd, start, end);
	vma = dpager_uffd_vma_next(uffd->mm, start, end);
	for (; !err && vma; vma = dpager_uffd_vma_next(uffd->mm, vma->vm_end, end))
		err = register_vma(uffd, vma, start, end, mode);
	mmap_write_unlock(uffd->mm);
	if (!err && (mode & UFFDIO_REGISTER_MODE_MINOR))
		register_singly(uffd, start, end);
	mmput(uffd->mm);
	return err;
}

/* What can be called on a range that is registered like that. */
static u64 register_ioctls(u64 mode)
{
	u64 ioctls = DPAGER_UFFD_RANGE_IOCTLS;

	if (!(mode & UFFDIO_REGISTER_MODE_WP))
		ioctls &= ~BIT_ULL(_UFFDIO_WRITEPROTECT);
	if (!(mode & UFFDIO_REGISTER_MODE_MINOR))
		ioctls &= ~BIT_ULL(_UFFDIO_CONTINUE);
	return ioctls;
}

int dpager_uffd_register(struct dpager_uffd *uffd, void __user *arg)
{
	struct uffdio_register __user *user = arg;
	struct uffdio_register call;
	int err;

	/* But for what is answered. */
	if (copy_from_user(&call, user, offsetof(struct uffdio_register, ioctls)))
		return -EFAULT;
	if (!call.mode || call.mode & ~(u64)MODES)
		return -EINVAL;
	err = dpager_uffd_range(uffd, call.range.start, call.range.len);
	if (!err)
		err = register_range(uffd, call.range.start,
				     call.range.start + call.range.len,
				     call.mode);
	if (!err && put_user(register_ioctls(call.mode), &user->ioctls))
		err = -EFAULT;
	return err;
}

static int unregister_check(struct dpager_uffd *uffd, unsigned long start,
			    unsigned long end)
{
	struct vm_area_struct *vma = dpager_uffd_vma_next(uffd->mm, start, end);

	if (!vma)
		return -EINVAL;
	for (; vma; vma = dpager_uffd_vma_next(uffd->mm, vma->vm_end, end))
		if (!dpager_uffd_vma_suits(vma) ||
		    vma_taken(vma, start, end, uffd))
			return -EINVAL;
	return 0;
}

static void unregister_vma(struct dpager_uffd *uffd, struct vm_area_struct *vma,
			   unsigned long start, unsigned long end)
{
	struct dpager_uffd_area *area = dpager_uffd_vma_area(vma);
	struct dpager_uffd_pages pages;

	if (!area)
		return;
	dpager_uffd_area_get(area);
	pages = dpager_uffd_vma_pages(vma, start, end);
	dpager_vma_start_write(vma);
	dpager_uffd_area_pardon(area, pages.first, pages.last);
	dpager_uffd_area_drop(area, pages.first, pages.last, uffd);
	dpager_uffd_vma_dress(vma, area);
	dpager_uffd_area_put(area);
}

static int unregister_range(struct dpager_uffd *uffd, unsigned long start,
			    unsigned long end)
{
	struct vm_area_struct *vma;
	int err;

	if (!mmget_not_zero(uffd->mm))
		return -ENOMEM;
	mmap_write_lock(uffd->mm);
	err = unregister_check(uffd, start, end);
	vma = dpager_uffd_vma_next(uffd->mm, start, end);
	for (; !err && vma; vma = dpager_uffd_vma_next(uffd->mm, vma->vm_end, end))
		unregister_vma(uffd, vma, start, end);
	mmap_write_unlock(uffd->mm);
	mmput(uffd->mm);
	return err;
}

int dpager_uffd_unregister(struct dpager_uffd *uffd, void __user *arg)
{
	struct uffdio_range range;
	int err;

	if (copy_from_user(&range, arg, sizeof(range)))
		return -EFAULT;
	err = dpager_uffd_range(uffd, range.start, range.len);
	if (!err)
		err = unregister_range(uffd, range.start,
				       range.start + range.len);
	if (!err)
		dpager_uffd_wake(uffd, range.start, range.len);
	return err;
}

void dpager_uffd_unregister_all(struct dpager_uffd *uffd)
{
	struct vm_area_struct *vma;

	if (!mmget_not_zero(uffd->mm))
		return;
	mmap_write_lock(uffd->mm);
	vma = dpager_uffd_vma_next(uffd->mm, 0, ULONG_MAX);
	for (; vma; vma = dpager_uffd_vma_next(uffd->mm, vma->vm_end, ULONG_MAX)) {
		unregister_vma(uffd, vma, vma->vm_start, vma->vm_end);
		cond_resched();
	}
	mmap_write_unlock(uffd->mm);
	mmput(uffd->mm);
}
