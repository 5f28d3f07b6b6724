// SPDX-License-Identifier: GPL-2.0
/* UFFDIO_CONTINUE: a page that is there is mapped. */

#include <linux/pagemap.h>
#include <linux/uaccess.h>

#include "compat.h"
#include "object.h"
#include "page.h"
#include "uffd.h"
#include "uffd_area.h"
#include "uffd_fill.h"

static bool continue_nowhere(struct dpager_uffd_fill *f)
{
	struct folio *folio;
	int err = dpager_page_find(f->object, f->index, &folio);

	if (!err)
		folio_put(folio);
	return err == -ENOENT;
}

/* What a fault may have mapped just before is not, nor is it written to unseen. */
static int continue_mark(struct dpager_uffd_fill *f, struct vm_area_struct *vma)
{
	int err = dpager_uffd_protect(f->area, f->index, f->index, true);

	if (!err)
		dpager_vma_zap(vma, f->address, PAGE_SIZE);
	return err;
}

/* Is it mapped? Then it is neither protected nor mapped by this. */
static int continue_protected(struct dpager_uffd_fill *f)
{
	bool faulted = false;
	int err = dpager_uffd_fill_map(f, true, &faulted);

	if (!faulted)
		return err ?: -EEXIST;
	err = dpager_uffd_fill_alone(f, continue_mark);
	return err ?: dpager_uffd_fill_map(f, false, &faulted);
}

static int continue_unprotected(struct dpager_uffd_fill *f)
{
	bool faulted = false;
	int err = dpager_uffd_fill_map(f, false, &faulted);

	if (!err && !faulted)
		err = -EEXIST;
	if (!err)
		dpager_uffd_protect(f->area, f->index, f->index, false);
	return err;
}

static int continue_page(struct dpager_uffd_fill *f)
{
	int err;

	if (dpager_uffd_fill_behind(f))
		return -EINVAL;
	if (continue_nowhere(f))
		return -EFAULT;
	err = f->protect ? continue_protected(f) : continue_unprotected(f);
	if (!err)
		dpager_uffd_area_forget(f->area, f->index, f->index);
	return err;
}

int dpager_uffd_continue(struct dpager_uffd *uffd, void __user *arg)
{
	struct uffdio_continue __user *user = arg;
	struct dpager_uffd_fill f = {
		.uffd = uffd,
		.look = dpager_uffd_fill_look,
		.one = continue_page,
	};
	struct uffdio_continue call;
	int err = dpager_uffd_fill_late(uffd, &user->mapped);

	if (err)
		return err;
	if (copy_from_user(&call, user, offsetof(struct uffdio_continue, mapped)))
		return -EFAULT;
	err = dpager_uffd_range(uffd, call.range.start, call.range.len);
	if (err)
		return err;
	if (call.mode & ~(UFFDIO_CONTINUE_MODE_DONTWAKE |
			  UFFDIO_CONTINUE_MODE_WP))
		return -EINVAL;
	f.protect = call.mode & UFFDIO_CONTINUE_MODE_WP;
	return dpager_uffd_fill(&f, call.range.start, call.range.len,
				!(call.mode & UFFDIO_CONTINUE_MODE_DONTWAKE),
				&user->mapped);
}
