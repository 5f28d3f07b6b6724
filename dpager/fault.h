/* SPDX-License-Identifier: GPL-2.0 */
/* The fault path of object mappings. */
#ifndef _DPAGER_FAULT_H
#define _DPAGER_FAULT_H

#include <linux/fs.h>
#include <linux/mm.h>

extern const struct vm_operations_struct dpager_vm_ops;

/**
 * dpager_fault_registered() - a fault on a page whose faults somebody handles
 * @vmf: the fault
 * @existing: a page that is nowhere is not made
 * @missing: out, with @existing: it is nowhere; nothing has been done
 *
 * No other page comes with it.
 *
 * Return: as a fault.
 */
vm_fault_t dpager_fault_registered(struct vm_fault *vmf, bool existing,
				   bool *missing);

/* page_mkwrite: the folio becomes dirty, and stays locked. */
vm_fault_t dpager_fault_writable(struct vm_fault *vmf, struct folio *folio);

/*
 * Of map_pages: pages up to @last that are in memory are mapped; @last becomes the
 * last that was tried.
 */
vm_fault_t dpager_fault_map(struct vm_fault *vmf, pgoff_t first, pgoff_t *last);

/* map_pages: what is in memory around a fault, for who reads in order. */
vm_fault_t dpager_fault_around(struct vm_fault *vmf, pgoff_t first,
			       pgoff_t last);

/* read_folio of objects: for the few users that read the page cache directly */
int dpager_fault_read_folio(struct file *file, struct folio *folio);

#endif /* _DPAGER_FAULT_H */
