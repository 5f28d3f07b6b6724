// SPDX-License-Identifier: GPL-2.0
/* What a handler does with pages: what its calls have in common. */

#include <linux/file.h>
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>

#include "compat.h"
#include "object.h"
#include "uffd.h"
#include "uffd_area.h"
#include "uffd_fill.h"
#include "uffd_vma.h"
#include "uffd_wait.h"

/* Pages between two looks at the address space. */
#define FILL_BATCH	64

/* --- where pages are ---------------------------------------------------- */

static int fill_part_check(const struct dpager_uffd_fill *f,
			   struct dpager_uffd_area *area,
			   struct dpager_uffd_pages pages)
{
	struct dpager_uffd_part *part;
	pgoff_t last;
	int err = 0;

	rcu_read_lock();
	part = dpager_uffd_part_from(area, pages.first, &last);
	if (!part || last < pages.last || (f->own && part->uffd != f->uffd))
		err = -ENOENT;
	else if (f->protect && !(part->mode & UFFDIO_REGISTER_MODE_WP))
		err = -EINVAL;
	rcu_read_unlock();
	return err;
}

int dpager_uffd_fill_look(struct dpager_uffd_fill *f)
{
	struct vm_area_struct *vma = find_vma(f->uffd->mm, f->address);
	struct dpager_uffd_area *area;
	struct dpager_uffd_pages pages;
	int err;

	if (!vma || vma->vm_start > f->address || vma->vm_end < f->end)
		return -ENOENT;
	area = dpager_uffd_vma_area(vma);
	if (!area)
		return -ENOENT;
	pages = dpager_uffd_vma_pages(vma, f->address, f->end);
	err = fill_part_check(f, area, pages);
	if (err)
		return err;
	dpager_uffd_area_get(area);
	f->area = area;
	f->file = get_file(vma->vm_file);
	f->object = dpager_object_of(file_inode(f->file));
	f->index = pages.first;
	return 0;
}

static int fill_begin(struct dpager_uffd_fill *f)
{
	int err;

	if (mmap_read_lock_killable(f->uffd->mm))
		return -EINTR;
	err = atomic_read(&f->uffd->changing) ? -EAGAIN : f->look(f);
	mmap_read_unlock(f->uffd->mm);
	return err;
}

static void fill_end(struct dpager_uffd_fill *f)
{
	if (f->done)
		f->done(f);
	dpager_uffd_area_put(f->area);
	fput(f->file);
}

bool dpager_uffd_fill_behind(const struct dpager_uffd_fill *f)
{
	return f->index >= dpager_object_end(f->object);
}

/* --- mapping ------------------------------------------------------------ */

/* What is at an address still, or NULL: something else. mmap_lock. */
static struct vm_area_struct *fill_vma(struct dpager_uffd_fill *f,
				       unsigned long address)
{
	struct vm_area_struct *vma = vma_lookup(f->uffd->mm, address);

	return vma && dpager_uffd_vma_area(vma) == f->area ? vma : NULL;
}

static int fill_fault(struct dpager_uffd_fill *f, struct dpager_uffd_pass *pass)
{
	unsigned long address = dpager_uffd_area_address(f->area, pass->index);
	struct mm_struct *mm = f->uffd->mm;
	bool unlocked = false;
	int err;

	if (mmap_read_lock_killable(mm))
		return -EINTR;
	/* Elsewhere the caller would wait for itself. */
	if (!fill_vma(f, address)) {
		mmap_read_unlock(mm);
		return -ENOENT;
	}
	dpager_uffd_pass_give(f->area, pass);
	err = fixup_user_fault(mm, address, 0, &unlocked);
	dpager_uffd_pass_take(f->area, pass);
	mmap_read_unlock(mm);
	return err;
}

/*
 * As the kernel's own: what was made is mapped now, not in a fault that might be
 * told of. One that cannot be is left to such a fault.
 */
static void fill_map_made(struct dpager_uffd_fill *f, pgoff_t first)
{
	struct dpager_uffd_pass pass = { .task = current };

	for (; first < f->index; first = pass.tried + 1) {
		pass.index = first;
		pass.last = f->index - 1;
		pass.tried = first;
		if (fill_fault(f, &pass) == -EINTR)
			return;
	}
}

int dpager_uffd_fill_map(struct dpager_uffd_fill *f, bool refuse, bool *faulted)
{
	struct dpager_uffd_pass pass = {
		.task = current,
		.index = f->index,
		.last = f->index,
		.refuse = refuse,
	};
	int err = fill_fault(f, &pass);

	*faulted = pass.faulted;
	return err;
}

/* --- single pages ------------------------------------------------------- */

struct mem_cgroup *dpager_uffd_fill_charge(struct dpager_uffd_fill *f)
{
	return set_active_memcg(get_mem_cgroup_from_mm(f->uffd->mm));
}

void dpager_uffd_fill_charged(struct mem_cgroup *old)
{
	mem_cgroup_put(set_active_memcg(old));
}

int dpager_uffd_fill_alone(struct dpager_uffd_fill *f,
			   int (*act)(struct dpager_uffd_fill *f,
				      struct vm_area_struct *vma))
{
	struct mm_struct *mm = f->uffd->mm;
	struct vm_area_struct *vma;
	int err = -ENOENT;

	if (mmap_write_lock_killable(mm))
		return -EINTR;
	vma = fill_vma(f, f->address);
	if (vma) {
		dpager_vma_start_write(vma);
		err = act(f, vma);
	}
	mmap_write_unlock(mm);
	return err;
}

/* --- all of them -------------------------------------------------------- */

static int fill_batch(struct dpager_uffd_fill *f)
{
	unsigned int count = 0;
	int err = fill_begin(f);
	pgoff_t first = f->index;

	if (err)
		return err;
	while (!err && f->address < f->end && count++ < FILL_BATCH) {
		err = f->one(f);
		if (err)
			break;
		f->address += PAGE_SIZE;
		f->index++;
		cond_resched();
		if (fatal_signal_pending(current))
			err = -EINTR;
	}
	if (f->makes)
		fill_map_made(f, first);
	fill_end(f);
	return err;
}

/* All pages: bytes that were done, or, if none were, -errno. */
static s64 fill_all(struct dpager_uffd_fill *f, u64 start, u64 bytes)
{
	struct mm_struct *mm = f->uffd->mm;
	int err = 0;

	if (!mmget_not_zero(mm))
		return -ESRCH;
	f->address = start;
	f->end = start + bytes;
	while (!err && f->address < f->end)
		err = fill_batch(f);
	mmput(mm);
	return f->address > start ? f->address - start : err;
}

int dpager_uffd_fill(struct dpager_uffd_fill *f, u64 start, u64 bytes,
		     bool wake, s64 __user *answer)
{
	s64 done = fill_all(f, start, bytes);

	if (done == -ESRCH)
		return done;
	if (put_user(done, answer))
		return -EFAULT;
	if (done < 0)
		return done;
	if (wake)
		dpager_uffd_wake(f->uffd, start, done);
	return done == bytes ? 0 : -EAGAIN;
}

int dpager_uffd_fill_late(struct dpager_uffd *uffd, s64 __user *answer)
{
	if (!atomic_read(&uffd->changing))
		return 0;
	return put_user(-EAGAIN, answer) ? -EFAULT : -EAGAIN;
}
