// SPDX-License-Identifier: GPL-2.0
/* VMAs of which something is registered. */

#include <linux/mm.h>
#include <linux/userfaultfd_k.h>

#include "compat.h"
#include "fault.h"
#include "uffd.h"
#include "uffd_area.h"
#include "uffd_event.h"
#include "uffd_vma.h"
#include "uffd_wait.h"

struct dpager_uffd_area *dpager_uffd_vma_area(const struct vm_area_struct *vma)
{
	return vma->vm_ops == &dpager_uffd_vm_ops ||
	       vma->vm_ops == &dpager_uffd_wp_vm_ops ?
		vma->vm_private_data : NULL;
}

bool dpager_uffd_vma_suits(const struct vm_area_struct *vma)
{
	/* One that can only be read is VM_MAYSHARE alone, and refused later. */
	return (vma->vm_flags & VM_MAYSHARE) &&
	       (vma->vm_ops == &dpager_vm_ops || dpager_uffd_vma_area(vma));
}

struct vm_area_struct *dpager_uffd_vma_next(struct mm_struct *mm,
					    unsigned long start,
					    unsigned long end)
{
	struct vm_area_struct *vma = find_vma(mm, start);

	return vma && vma->vm_start < end ? vma : NULL;
}

struct dpager_uffd_pages dpager_uffd_vma_pages(const struct vm_area_struct *vma,
					       unsigned long start,
					       unsigned long end)
{
	start = max(start, vma->vm_start) - vma->vm_start;
	end = min(end, vma->vm_end) - vma->vm_start;
	return (struct dpager_uffd_pages){
		.first = vma->vm_pgoff + (start >> PAGE_SHIFT),
		.last = vma->vm_pgoff + (end >> PAGE_SHIFT) - 1,
	};
}

/* As the kernel does where operations want to be told of the first write. */
static void vma_set_prot(struct vm_area_struct *vma, bool notify)
{
	unsigned long flags = vma->vm_flags;

	if (notify || !(flags & VM_SOFTDIRTY))
		flags &= ~VM_SHARED;
	WRITE_ONCE(vma->vm_page_prot, vm_get_page_prot(flags));
}

static void vma_put_on(struct vm_area_struct *vma,
		       struct dpager_uffd_area *area)
{
	bool notify = dpager_uffd_area_notifies(area);

	if (!dpager_uffd_vma_area(vma)) {
		dpager_uffd_area_get(area);
		vma->vm_private_data = area;
		dpager_vma_set(vma, VM_SYNC);
	}
	vma->vm_ops = notify ? &dpager_uffd_wp_vm_ops : &dpager_uffd_vm_ops;
	vma_set_prot(vma, notify);
}

void dpager_uffd_vma_undress(struct vm_area_struct *vma)
{
	struct dpager_uffd_area *area = vma->vm_private_data;

	vma->vm_ops = &dpager_vm_ops;
	vma->vm_private_data = NULL;
	dpager_vma_clear(vma, VM_SYNC);
	vma_set_prot(vma, false);
	dpager_uffd_area_put(area);
}

void dpager_uffd_vma_dress(struct vm_area_struct *vma,
			   struct dpager_uffd_area *area)
{
	struct dpager_uffd_pages pages =
		dpager_uffd_vma_pages(vma, vma->vm_start, vma->vm_end);

	dpager_vma_start_write(vma);
	if (dpager_uffd_area_knows(area, pages.first, pages.last))
		vma_put_on(vma, area);
	else if (dpager_uffd_vma_area(vma))
		dpager_uffd_vma_undress(vma);
}

void dpager_uffd_vmas_notify(struct mm_struct *mm, struct dpager_uffd_area *area)
{
	struct vm_area_struct *vma;

	if (!dpager_uffd_area_notify(area))
		return;
	for (vma = dpager_uffd_vma_next(mm, 0, ULONG_MAX); vma;
	     vma = dpager_uffd_vma_next(mm, vma->vm_end, ULONG_MAX))
		if (dpager_uffd_vma_area(vma) == area)
			dpager_uffd_vma_dress(vma, area);
}

/*
 * A part of a VMA that was split, or a copy: in a child, or where mremap() moves
 * it to. A copy is registered only where its handler wants to hear of it.
 */
void dpager_uffd_vma_open(struct vm_area_struct *vma)
{
	struct dpager_uffd_area *area = vma->vm_private_data;

	dpager_uffd_area_get(area);
	if (dpager_uffd_area_fits(area, vma))
		return;
	dpager_uffd_vma_undress(vma);
	dpager_uffd_event_copy(vma, area);
}

/* Who waits for a page that is unmapped finds that out. */
static void vma_wake(struct dpager_uffd_area *area, pgoff_t first, pgoff_t last)
{
	struct dpager_uffd_part *part;
	pgoff_t end;

	for (; first <= last; first = end + 1) {
		part = dpager_uffd_part_from(area, first, &end);
		end = min(end, last);
		if (part)
			dpager_uffd_wake(part->uffd,
					 dpager_uffd_area_address(area, first),
					 (end - first + 1) << PAGE_SHIFT);
		if (end == ULONG_MAX)
			break;
	}
}

void dpager_uffd_vma_close(struct vm_area_struct *vma)
{
	struct dpager_uffd_area *area = vma->vm_private_data;
	struct dpager_uffd_pages pages;

	/* What could not be split is empty. */
	if (vma->vm_start < vma->vm_end) {
		pages = dpager_uffd_vma_pages(vma, vma->vm_start, vma->vm_end);
		dpager_uffd_event_unmap(area, vma);
		vma_wake(area, pages.first, pages.last);
		dpager_uffd_area_drop(area, pages.first, pages.last, NULL);
		dpager_uffd_area_forget(area, pages.first, pages.last);
	}
	dpager_uffd_area_put(area);
}
