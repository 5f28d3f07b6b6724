// SPDX-License-Identifier: GPL-2.0
/*
 * UFFDIO_MOVE: pages of one mapping become pages of another. What the kernel's own
 * asks of anonymous memory is asked of objects.
 */

#include <linux/file.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/uaccess.h>

#include "compat.h"
#include "laundry.h"
#include "object.h"
#include "page_move.h"
#include "uffd.h"
#include "uffd_area.h"
#include "uffd_fill.h"
#include "uffd_vma.h"

#define MODES	(UFFDIO_MOVE_MODE_DONTWAKE | UFFDIO_MOVE_MODE_ALLOW_SRC_HOLES)

/**
 * struct move - pages being moved
 * @fill: where to
 * @source: where from, less @fill.address
 * @holes: what is nowhere there stays nowhere here
 * @file: of the mapping they come from, held
 * @object: its object
 * @area: its area, held, or NULL
 * @delta: the page there, less @fill.index
 */
struct move {
	struct dpager_uffd_fill fill;
	unsigned long source;
	bool holes;
	struct file *file;
	struct dpager_object *object;
	struct dpager_uffd_area *area;
	pgoff_t delta;
};

/* Both whole in their VMAs, accessed alike, and written to. */
static bool move_suits(const struct move *m, const struct vm_area_struct *from,
		       const struct vm_area_struct *to)
{
	const struct dpager_uffd_fill *f = &m->fill;

	return f->end <= to->vm_end && f->end + m->source <= from->vm_end &&
	       dpager_uffd_vma_suits(from) &&
	       !((from->vm_flags ^ to->vm_flags) & (VM_ACCESS_FLAGS | VM_LOCKED)) &&
	       (from->vm_flags & VM_WRITE);
}

static int move_look(struct dpager_uffd_fill *f)
{
	struct move *m = container_of(f, struct move, fill);
	unsigned long source = f->address + m->source;
	struct vm_area_struct *to = vma_lookup(f->uffd->mm, f->address);
	struct vm_area_struct *from = vma_lookup(f->uffd->mm, source);

	if (!from || !to)
		return -ENOENT;
	if (!move_suits(m, from, to) || dpager_uffd_fill_look(f))
		return -EINVAL;
	m->file = get_file(from->vm_file);
	m->object = dpager_object_of(file_inode(m->file));
	m->area = dpager_uffd_vma_area(from);
	if (m->area)
		dpager_uffd_area_get(m->area);
	m->delta = linear_page_index(from, source) - f->index;
	return 0;
}

static void move_done(struct dpager_uffd_fill *f)
{
	struct move *m = container_of(f, struct move, fill);

	if (m->area)
		dpager_uffd_area_put(m->area);
	fput(m->file);
}

static bool poisoned(struct dpager_uffd_area *area, pgoff_t index)
{
	return area && dpager_uffd_verdict_of(area, index) ==
		       DPAGER_UFFD_VERDICT_POISON;
}

static int move_object_page(struct move *m)
{
	struct dpager_page_move page = {
		.from = m->object,
		.from_index = m->fill.index + m->delta,
		.to = m->fill.object,
		.to_index = m->fill.index,
	};
	struct mem_cgroup *old = dpager_uffd_fill_charge(&m->fill);
	int err = dpager_page_move(&page);

	dpager_uffd_fill_charged(old);
	return err == -ENXIO ? -EFAULT : err;
}

static int move_one(struct dpager_uffd_fill *f)
{
	struct move *m = container_of(f, struct move, fill);
	pgoff_t from = f->index + m->delta;
	int err;

	if (poisoned(f->area, f->index))
		return -EEXIST;
	if (poisoned(m->area, from))
		return -EFAULT;
	dpager_laundry_throttle();
	err = move_object_page(m);
	if (err == -ENOENT && m->holes)
		return 0;
	if (err)
		return err;
	/* Neither place has anything of what it was. */
	dpager_uffd_area_forget(f->area, f->index, f->index);
	dpager_uffd_protect(f->area, f->index, f->index, false);
	if (m->area)
		dpager_uffd_protect(m->area, from, from, false);
	return 0;
}

int dpager_uffd_move(struct dpager_uffd *uffd, void __user *arg)
{
	struct uffdio_move __user *user = arg;
	struct move m = {
		.fill = {
			.uffd = uffd,
			.look = move_look,
			.one = move_one,
			.done = move_done,
			.makes = true,
			.own = true,
		},
	};
	struct uffdio_move call;
	int err;

	if (atomic_read(&uffd->changing))
		return -EAGAIN;
	if (copy_from_user(&call, user, offsetof(struct uffdio_move, move)))
		return -EFAULT;
	if (uffd->mm != current->mm)
		return -EINVAL;
	err = dpager_uffd_range(uffd, call.dst, call.len) ?:
	      dpager_uffd_range(uffd, call.src, call.len);
	if (err)
		return err;
	if (call.mode & ~MODES)
		return -EINVAL;
	m.source = call.src - call.dst;
	m.holes = call.mode & UFFDIO_MOVE_MODE_ALLOW_SRC_HOLES;
	return dpager_uffd_fill(&m.fill, call.dst, call.len,
				!(call.mode & UFFDIO_MOVE_MODE_DONTWAKE),
				&user->move);
}
