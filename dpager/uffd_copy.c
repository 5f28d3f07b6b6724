// SPDX-License-Identifier: GPL-2.0
/* UFFDIO_COPY, UFFDIO_ZEROPAGE. */

#include <linux/highmem.h>
#include <linux/uaccess.h>

#include "compat.h"
#include "folio.h"
#include "fresh.h"
#include "laundry.h"
#include "object.h"
#include "uffd.h"
#include "uffd_area.h"
#include "uffd_fill.h"

/**
 * struct copy - pages being made
 * @fill: the pages
 * @zero: they are zeros
 * @source: user memory that they are copied from, less @fill.address
 */
struct copy {
	struct dpager_uffd_fill fill;
	bool zero;
	unsigned long source;
};

static struct folio *copy_folio(struct copy *c)
{
	gfp_t gfp = dpager_folio_gfp(c->fill.object, false);
	struct folio *folio;
	bool failed;
	char *page;

	folio = dpager_folio_alloc(c->zero ? gfp | __GFP_ZERO : gfp, 0);
	if (!folio)
		return ERR_PTR(-ENOMEM);
	if (c->zero)
		return folio;
	page = kmap_local_folio(folio, 0);
	failed = copy_from_user(page, (void __user *)
				(c->fill.address + c->source), PAGE_SIZE);
	kunmap_local(page);
	if (!failed)
		return folio;
	folio_put(folio);
	return ERR_PTR(-EFAULT);
}

/* Into the page cache, locked. */
static int copy_insert(struct copy *c, struct folio *folio)
{
	struct mem_cgroup *old = dpager_uffd_fill_charge(&c->fill);
	int err = dpager_fresh_add(c->fill.object, c->fill.index, folio);

	dpager_uffd_fill_charged(old);
	/* What the kernel's own says of pages behind the end. */
	return err == -ENXIO ? -EFAULT : err;
}

/* While it is locked nobody maps it, so that no write gets past. */
static int copy_protect(struct copy *c, struct folio *folio)
{
	struct dpager_uffd_fill *f = &c->fill;
	int err = 0;

	if (dpager_uffd_protected(f->area, f->index) != f->protect)
		err = dpager_uffd_protect(f->area, f->index, f->index,
					  f->protect);
	if (err)
		dpager_folio_remove(folio->mapping, folio);
	else
		dpager_uffd_area_forget(f->area, f->index, f->index);
	return err;
}

static int copy_page_in(struct dpager_uffd_fill *f)
{
	struct copy *c = container_of(f, struct copy, fill);
	struct folio *folio;
	int err;

	dpager_laundry_throttle();
	folio = copy_folio(c);
	if (IS_ERR(folio))
		return PTR_ERR(folio);
	err = copy_insert(c, folio);
	if (!err) {
		err = copy_protect(c, folio);
		folio_unlock(folio);
	}
	folio_put(folio);
	return err;
}

int dpager_uffd_copy(struct dpager_uffd *uffd, void __user *arg)
{
	struct uffdio_copy __user *user = arg;
	struct copy c = {
		.fill = {
			.uffd = uffd,
			.look = dpager_uffd_fill_look,
			.one = copy_page_in,
			.makes = true,
		},
	};
	struct uffdio_copy call;
	int err = dpager_uffd_fill_late(uffd, &user->copy);

	if (err)
		return err;
	if (copy_from_user(&call, user, offsetof(struct uffdio_copy, copy)))
		return -EFAULT;
	err = dpager_uffd_range(uffd, call.dst, call.len);
	if (err)
		return err;
	if (call.src + call.len <= call.src ||
	    call.mode & ~(UFFDIO_COPY_MODE_DONTWAKE | UFFDIO_COPY_MODE_WP))
		return -EINVAL;
	c.source = call.src - call.dst;
	c.fill.protect = call.mode & UFFDIO_COPY_MODE_WP;
	return dpager_uffd_fill(&c.fill, call.dst, call.len,
				!(call.mode & UFFDIO_COPY_MODE_DONTWAKE),
				&user->copy);
}

int dpager_uffd_zeropage(struct dpager_uffd *uffd, void __user *arg)
{
	struct uffdio_zeropage __user *user = arg;
	struct copy c = {
		.fill = {
			.uffd = uffd,
			.look = dpager_uffd_fill_look,
			.one = copy_page_in,
			.makes = true,
		},
		.zero = true,
	};
	struct uffdio_zeropage call;
	int err = dpager_uffd_fill_late(uffd, &user->zeropage);

	if (err)
		return err;
	if (copy_from_user(&call, user,
			   offsetof(struct uffdio_zeropage, zeropage)))
		return -EFAULT;
	err = dpager_uffd_range(uffd, call.range.start, call.range.len);
	if (err)
		return err;
	if (call.mode & ~UFFDIO_ZEROPAGE_MODE_DONTWAKE)
		return -EINVAL;
	return dpager_uffd_fill(&c.fill, call.range.start, call.range.len,
				!(call.mode & UFFDIO_ZEROPAGE_MODE_DONTWAKE),
				&user->zeropage);
}
