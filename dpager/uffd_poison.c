// SPDX-License-Identifier: GPL-2.0
/* UFFDIO_POISON: a page that is not mapped is as broken memory. */

#include <linux/uaccess.h>

#include "compat.h"
#include "page_move.h"
#include "uffd.h"
#include "uffd_area.h"
#include "uffd_fill.h"

static int poison_mark(struct dpager_uffd_fill *f, struct vm_area_struct *vma)
{
	return dpager_uffd_verdict(f->area, f->index, DPAGER_UFFD_VERDICT_POISON);
}

static int poison_page(struct dpager_uffd_fill *f)
{
	enum dpager_uffd_verdict was = dpager_uffd_verdict_of(f->area, f->index);
	bool faulted = false;
	int err;

	if (dpager_uffd_fill_behind(f))
		return -EFAULT;
	if (was == DPAGER_UFFD_VERDICT_POISON)
		return -EEXIST;
	/* Else it is mapped with another page of its folio. */
	if (DPAGER_MAPS_LARGER)
		dpager_page_move_out_larger(f->object, (struct dpager_span){
						f->index, f->index });
	/* Whoever comes now sees it. */
	err = dpager_uffd_fill_alone(f, poison_mark);
	if (err)
		return err;
	err = dpager_uffd_fill_map(f, true, &faulted);
	if (faulted)
		return 0;
	dpager_uffd_area_forget(f->area, f->index, f->index);
	if (was)
		dpager_uffd_verdict(f->area, f->index, was);
	return err ?: -EEXIST;
}

int dpager_uffd_poison(struct dpager_uffd *uffd, void __user *arg)
{
	struct uffdio_poison __user *user = arg;
	struct dpager_uffd_fill f = {
		.uffd = uffd,
		.look = dpager_uffd_fill_look,
		.one = poison_page,
	};
	struct uffdio_poison call;
	int err = dpager_uffd_fill_late(uffd, &user->updated);

	if (err)
		return err;
	if (copy_from_user(&call, user, offsetof(struct uffdio_poison, updated)))
		return -EFAULT;
	err = dpager_uffd_range(uffd, call.range.start, call.range.len);
	if (err)
		return err;
	if (call.mode & ~UFFDIO_POISON_MODE_DONTWAKE)
		return -EINVAL;
	return dpager_uffd_fill(&f, call.range.start, call.range.len,
				!(call.mode & UFFDIO_POISON_MODE_DONTWAKE),
				&user->updated);
}
