// SPDX-License-Identifier: GPL-2.0
/* The kernel's own userfaultfd on mappings of objects. */

#include "uffd_native.h"

#ifdef DPAGER_VMA_UFFD_OPS

#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/userfaultfd_k.h>

#include "compat.h"
#include "folio.h"
#include "fresh.h"
#include "object.h"
#include "page.h"

static bool native_can(struct vm_area_struct *vma, vm_flags_t flags)
{
	return (vma->vm_flags & VM_SHARED) && flags == VM_UFFD_WP;
}

/* A page that is somewhere, in memory and locked. Its VMA's lock is held. */
static struct folio *native_get(struct inode *inode, pgoff_t index)
{
	struct dpager_object *object = dpager_object_of(inode);
	struct folio *folio;
	int err;

	do {
		err = dpager_page_get(object, index, NULL, &folio);
		if (err)
			return ERR_PTR(err);
		err = dpager_page_lock(object, folio, index);
		if (err)
			folio_put(folio);
	} while (err == -EAGAIN);
	return err ? ERR_PTR(err) : folio;
}

static struct folio *native_alloc(struct vm_area_struct *vma, unsigned long address)
{
	struct dpager_object *object = dpager_object_of(file_inode(vma->vm_file));

	return dpager_folio_alloc(dpager_folio_gfp(object, false), 0);
}

static int native_add(struct folio *folio, struct vm_area_struct *vma,
		      unsigned long address)
{
	struct dpager_object *object = dpager_object_of(file_inode(vma->vm_file));
	int err;

	/* Who finds it waits until it is certain that it is nowhere else. */
	folio_clear_uptodate(folio);
	err = dpager_fresh_add(object, linear_page_index(vma, address), folio);
	return err == -ENXIO ? -EFAULT : err;
}

static void native_remove(struct folio *folio, struct vm_area_struct *vma)
{
	dpager_folio_remove(file_inode(vma->vm_file)->i_mapping, folio);
	folio_unlock(folio);
}

const struct vm_uffd_ops dpager_uffd_native_ops = {
	.can_userfault = native_can,
	.get_folio_noalloc = native_get,
	.alloc_folio = native_alloc,
	.filemap_add = native_add,
	.filemap_remove = native_remove,
};

#endif
