// SPDX-License-Identifier: GPL-2.0
/*
 * What a handler does with pages: UFFDIO_COPY, UFFDIO_ZEROPAGE, UFFDIO_CONTINUE,
 * UFFDIO_POISON. A page comes into the object's page cache, and is mapped by a
 * fault on behalf of the address space, which nobody is told of.
 */

#include <linux/file.h>
#include <linux/highmem.h>
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>

#include "compat.h"
#include "folio.h"
#include "fresh.h"
#include "laundry.h"
#include "object.h"
#include "page.h"
#include "uffd.h"
#include "uffd_area.h"
#include "uffd_vma.h"
#include "uffd_wait.h"

/* Pages between two looks at the address space. */
#define FILL_BATCH	64

/**
 * struct fill - pages being seen to
 * @uffd: whose call
 * @one: what is done with a page; 0 or -errno
 * @makes: that makes it
 * @protect: they may not be written to afterwards
 * @zero: they are zeros
 * @source: user memory they are copied from
 * @address: the page that is next
 * @end: behind the last
 * @file: of the mapping, held
 * @object: its object
 * @area: its area, held
 * @index: the page at @address
 */
struct fill {
	struct dpager_uffd *uffd;
	int (*one)(struct fill *f);
	bool makes;
	bool protect;
	bool zero;
	const char __user *source;
	unsigned long address;
	unsigned long end;
	struct file *file;
	struct dpager_object *object;
	struct dpager_uffd_area *area;
	pgoff_t index;
};

/* --- where pages are ---------------------------------------------------- */

/* mmap_lock (read). All that is left lies in one mapping, registered alike. */
static int fill_look(struct fill *f)
{
	struct vm_area_struct *vma = find_vma(f->uffd->mm, f->address);
	struct dpager_uffd_part *part;
	struct dpager_uffd_pages pages;
	pgoff_t last;
	int err = 0;

	if (!vma || vma->vm_start > f->address || vma->vm_end < f->end)
		return -ENOENT;
	f->area = dpager_uffd_vma_area(vma);
	if (!f->area)
		return -ENOENT;
	pages = dpager_uffd_vma_pages(vma, f->address, f->end);
	rcu_read_lock();
	part = dpager_uffd_part_from(f->area, pages.first, &last);
	if (!part || last < pages.last)
		err = -ENOENT;
	else if (f->protect && !(part->mode & UFFDIO_REGISTER_MODE_WP))
		err = -EINVAL;
	rcu_read_unlock();
	if (err)
		return err;
	dpager_uffd_area_get(f->area);
	f->file = get_file(vma->vm_file);
	f->object = dpager_object_of(file_inode(f->file));
	f->index = pages.first;
	return 0;
}

static int fill_begin(struct fill *f)
{
	int err;

	if (mmap_read_lock_killable(f->uffd->mm))
		return -EINTR;
	err = atomic_read(&f->uffd->changing) ? -EAGAIN : fill_look(f);
	mmap_read_unlock(f->uffd->mm);
	return err;
}

static void fill_end(struct fill *f)
{
	dpager_uffd_area_put(f->area);
	fput(f->file);
}

/* --- mapping ------------------------------------------------------------ */

static int fill_fault(struct fill *f, struct dpager_uffd_pass *pass)
{
	unsigned long address = dpager_uffd_area_address(f->area, pass->index);
	struct mm_struct *mm = f->uffd->mm;
	bool unlocked = false;
	int err;

	if (mmap_read_lock_killable(mm))
		return -EINTR;
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
static void fill_map_made(struct fill *f, pgoff_t first)
{
	struct dpager_uffd_pass pass = { .task = current };

	for (; first < f->index; first = pass.tried + 1) {
		pass.index = first;
		pass.last = f->index - 1;
		pass.tried = first;
		if (fill_fault(f, &pass))
			return;
	}
}

/*
 * Let the page be mapped, in a fault that is not told of; @refuse: only see
 * whether there is one. 0, or what the fault failed with.
 */
static int fill_map(struct fill *f, bool refuse, bool *faulted)
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

/* --- all of them -------------------------------------------------------- */

static int fill_batch(struct fill *f)
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
		f->source += PAGE_SIZE;
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
static s64 fill_all(struct fill *f, u64 start, u64 bytes)
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

/* The end of each call: what was done is told, and who waits for it is woken. */
static int fill_answer(struct fill *f, s64 done, u64 start, u64 bytes,
		       bool wake, s64 __user *answer)
{
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

/* Events that were not read come first. */
static bool fill_changing(struct dpager_uffd *uffd)
{
	return atomic_read(&uffd->changing);
}

static bool fill_behind_end(const struct fill *f)
{
	return f->index >= dpager_object_end(f->object);
}

/* --- pages that are made ------------------------------------------------ */

static struct folio *fill_folio(struct fill *f)
{
	gfp_t gfp = dpager_folio_gfp(f->object, false);
	struct folio *folio;
	bool failed;
	char *page;

	folio = dpager_folio_alloc(f->zero ? gfp | __GFP_ZERO : gfp, 0);
	if (!folio)
		return ERR_PTR(-ENOMEM);
	if (f->zero)
		return folio;
	page = kmap_local_folio(folio, 0);
	failed = copy_from_user(page, f->source, PAGE_SIZE);
	kunmap_local(page);
	if (!failed)
		return folio;
	folio_put(folio);
	return ERR_PTR(-EFAULT);
}

/* It counts as memory of those whose it is, whoever brings it. */
static int fill_insert(struct fill *f, struct folio *folio)
{
	struct mem_cgroup *memcg = get_mem_cgroup_from_mm(f->uffd->mm);
	struct mem_cgroup *old = set_active_memcg(memcg);
	int err;

	err = dpager_fresh_fill(f->object, f->index, folio);
	set_active_memcg(old);
	mem_cgroup_put(memcg);
	/* What the kernel's own says of pages behind the end. */
	return err == -ENXIO ? -EFAULT : err;
}

/*
 * UFFDIO_COPY, UFFDIO_ZEROPAGE. Before anybody can see the page, it is protected,
 * or no longer is.
 */
static int fill_page(struct fill *f)
{
	bool was = dpager_uffd_protected(f->area, f->index);
	struct folio *folio;
	int err = 0;

	dpager_laundry_throttle();
	folio = fill_folio(f);
	if (IS_ERR(folio))
		return PTR_ERR(folio);
	if (was != f->protect)
		err = dpager_uffd_protect(f->area, f->index, f->index,
					  f->protect);
	if (err) {
		folio_put(folio);
		return err;
	}
	err = fill_insert(f, folio);
	if (err && was != f->protect)
		dpager_uffd_protect(f->area, f->index, f->index, was);
	if (err)
		return err;
	return dpager_uffd_verdict(f->area, f->index, DPAGER_UFFD_VERDICT_NONE);
}

int dpager_uffd_copy(struct dpager_uffd *uffd, void __user *arg)
{
	struct uffdio_copy __user *user = arg;
	struct fill f = { .uffd = uffd, .one = fill_page, .makes = true };
	struct uffdio_copy call;
	int err;

	if (fill_changing(uffd))
		return put_user(-EAGAIN, &user->copy) ? -EFAULT : -EAGAIN;
	if (copy_from_user(&call, user, offsetof(struct uffdio_copy, copy)))
		return -EFAULT;
	err = dpager_uffd_range(uffd, call.dst, call.len);
	if (err)
		return err;
	if (call.src + call.len <= call.src ||
	    call.mode & ~(UFFDIO_COPY_MODE_DONTWAKE | UFFDIO_COPY_MODE_WP))
		return -EINVAL;
	f.source = u64_to_user_ptr(call.src);
	f.protect = call.mode & UFFDIO_COPY_MODE_WP;
	return fill_answer(&f, fill_all(&f, call.dst, call.len), call.dst,
			   call.len, !(call.mode & UFFDIO_COPY_MODE_DONTWAKE),
			   &user->copy);
}

int dpager_uffd_zeropage(struct dpager_uffd *uffd, void __user *arg)
{
	struct uffdio_zeropage __user *user = arg;
	struct fill f = { .uffd = uffd, .one = fill_page, .makes = true, .zero = true };
	struct uffdio_zeropage call;
	int err;

	if (fill_changing(uffd))
		return put_user(-EAGAIN, &user->zeropage) ? -EFAULT : -EAGAIN;
	if (copy_from_user(&call, user,
			   offsetof(struct uffdio_zeropage, zeropage)))
		return -EFAULT;
	err = dpager_uffd_range(uffd, call.range.start, call.range.len);
	if (err)
		return err;
	if (call.mode & ~UFFDIO_ZEROPAGE_MODE_DONTWAKE)
		return -EINVAL;
	return fill_answer(&f, fill_all(&f, call.range.start, call.range.len),
			   call.range.start, call.range.len,
			   !(call.mode & UFFDIO_ZEROPAGE_MODE_DONTWAKE),
			   &user->zeropage);
}

/* --- pages that are there ----------------------------------------------- */

static bool fill_nowhere(struct fill *f)
{
	struct folio *folio;
	int err = dpager_page_find(f->object, f->index, &folio);

	if (!err)
		folio_put(folio);
	return err == -ENOENT;
}

/* UFFDIO_CONTINUE. */
static int fill_continue(struct fill *f)
{
	bool was = dpager_uffd_protected(f->area, f->index), faulted = false;
	int err = 0;

	if (fill_behind_end(f))
		return -EINVAL;
	if (fill_nowhere(f))
		return -EFAULT;
	if (was != f->protect)
		err = dpager_uffd_protect(f->area, f->index, f->index,
					  f->protect);
	if (err)
		return err;
	err = fill_map(f, false, &faulted);
	if (!err && !faulted)
		err = -EEXIST;
	if (err && was != f->protect)
		dpager_uffd_protect(f->area, f->index, f->index, was);
	return err ?: dpager_uffd_verdict(f->area, f->index,
					  DPAGER_UFFD_VERDICT_NONE);
}

int dpager_uffd_continue(struct dpager_uffd *uffd, void __user *arg)
{
	struct uffdio_continue __user *user = arg;
	struct fill f = { .uffd = uffd, .one = fill_continue };
	struct uffdio_continue call;
	int err;

	if (fill_changing(uffd))
		return put_user(-EAGAIN, &user->mapped) ? -EFAULT : -EAGAIN;
	if (copy_from_user(&call, user, offsetof(struct uffdio_continue, mapped)))
		return -EFAULT;
	err = dpager_uffd_range(uffd, call.range.start, call.range.len);
	if (err)
		return err;
	if (call.mode & ~(UFFDIO_CONTINUE_MODE_DONTWAKE |
			  UFFDIO_CONTINUE_MODE_WP))
		return -EINVAL;
	f.protect = call.mode & UFFDIO_CONTINUE_MODE_WP;
	return fill_answer(&f, fill_all(&f, call.range.start, call.range.len),
			   call.range.start, call.range.len,
			   !(call.mode & UFFDIO_CONTINUE_MODE_DONTWAKE),
			   &user->mapped);
}

/* UFFDIO_POISON: what is mapped already is not. */
static int fill_poison(struct fill *f)
{
	enum dpager_uffd_verdict was = dpager_uffd_verdict_of(f->area, f->index);
	bool faulted = false;
	int err;

	if (fill_behind_end(f))
		return -EFAULT;
	if (was == DPAGER_UFFD_VERDICT_POISON)
		return -EEXIST;
	/* Whoever comes now sees it. */
	err = dpager_uffd_verdict(f->area, f->index, DPAGER_UFFD_VERDICT_POISON);
	if (err)
		return err;
	err = fill_map(f, true, &faulted);
	if (faulted)
		return 0;
	dpager_uffd_verdict(f->area, f->index, was);
	return err ?: -EEXIST;
}

int dpager_uffd_poison(struct dpager_uffd *uffd, void __user *arg)
{
	struct uffdio_poison __user *user = arg;
	struct fill f = { .uffd = uffd, .one = fill_poison };
	struct uffdio_poison call;
	int err;

	if (fill_changing(uffd))
		return put_user(-EAGAIN, &user->updated) ? -EFAULT : -EAGAIN;
	if (copy_from_user(&call, user, offsetof(struct uffdio_poison, updated)))
		return -EFAULT;
	err = dpager_uffd_range(uffd, call.range.start, call.range.len);
	if (err)
		return err;
	if (call.mode & ~UFFDIO_POISON_MODE_DONTWAKE)
		return -EINVAL;
	return fill_answer(&f, fill_all(&f, call.range.start, call.range.len),
			   call.range.start, call.range.len,
			   !(call.mode & UFFDIO_POISON_MODE_DONTWAKE),
			   &user->updated);
}
