/* SPDX-License-Identifier: GPL-2.0 */
/*
 * VMAs of which something is registered. They have operations of their own, the
 * area as their private data, and VM_SYNC, which means nothing to a mapping of an
 * object but keeps the kernel from joining one with a VMA that is not registered.
 */
#ifndef _DPAGER_UFFD_VMA_H
#define _DPAGER_UFFD_VMA_H

#include <linux/mm.h>

struct dpager_uffd_area;

/* Without and with write notification, for pages that may not be written to. */
extern const struct vm_operations_struct dpager_uffd_vm_ops;
extern const struct vm_operations_struct dpager_uffd_wp_vm_ops;

/* Its area, or NULL. mmap_lock, or the VMA's lock. */
struct dpager_uffd_area *dpager_uffd_vma_area(const struct vm_area_struct *vma);

/* May it be registered: a shared mapping of an object? */
bool dpager_uffd_vma_suits(const struct vm_area_struct *vma);

/* The next VMA that has something from @start on, before @end, or NULL. mmap_lock. */
struct vm_area_struct *dpager_uffd_vma_next(struct mm_struct *mm,
					    unsigned long start,
					    unsigned long end);

/* Pages of a VMA between two addresses, the second behind the last. */
struct dpager_uffd_pages {
	pgoff_t first;
	pgoff_t last;
};

struct dpager_uffd_pages dpager_uffd_vma_pages(const struct vm_area_struct *vma,
					       unsigned long start,
					       unsigned long end);

/*
 * A VMA becomes what @area now says of its pages. mmap_lock (write); no fault is
 * under way in it when this returns. The caller keeps its own reference.
 */
void dpager_uffd_vma_dress(struct vm_area_struct *vma,
			   struct dpager_uffd_area *area);

/* An area's VMAs hear of first writes from now on. mmap_lock (write). */
void dpager_uffd_vmas_notify(struct mm_struct *mm, struct dpager_uffd_area *area);

/* It is a plain mapping from now on. Its area is not told. */
void dpager_uffd_vma_undress(struct vm_area_struct *vma);

/* vm_operations of both. */
void dpager_uffd_vma_open(struct vm_area_struct *vma);
void dpager_uffd_vma_close(struct vm_area_struct *vma);

#endif /* _DPAGER_UFFD_VMA_H */
