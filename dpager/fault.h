/* SPDX-License-Identifier: GPL-2.0 */
/* The fault path of object mappings. */
#ifndef _DPAGER_FAULT_H
#define _DPAGER_FAULT_H

#include <linux/bits.h>
#include <linux/fs.h>
#include <linux/mm.h>

extern const struct vm_operations_struct dpager_vm_ops;

/**
 * enum dpager_fault_way - what a fault on a page whose faults somebody handles may do
 * @DPAGER_FAULT_MAKE: a page that is nowhere is made
 * @DPAGER_FAULT_EXISTING: it is not
 * @DPAGER_FAULT_NEW: one that is in memory is left alone
 */
enum dpager_fault_way {
	DPAGER_FAULT_MAKE = 0,
	DPAGER_FAULT_EXISTING = BIT(0),
	DPAGER_FAULT_NEW = BIT(1),
};

/**
 * dpager_fault_registered() - a fault on a page whose faults somebody handles
 * @vmf: the fault
 * @way: enum dpager_fault_way
 * @refused: out: what of @way kept it from doing anything, or 0
 *
 * No other page comes with it, nor is mapped.
 *
 * Return: as a fault.
 */
vm_fault_t dpager_fault_registered(struct vm_fault *vmf, unsigned int way,
				   unsigned int *refused);

/* page_mkwrite: the folio becomes dirty, and stays locked. */
vm_fault_t dpager_fault_writable(struct vm_fault *vmf, struct folio *folio);

/*
 * Of map_pages: pages up to @last that are in memory are mapped; @last becomes the
 * last that was tried.
 */
vm_fault_t dpager_fault_map(struct vm_fault *vmf, pgoff_t first, pgoff_t *last);

/* Pages that dpager_fault_around() may map behind those it is asked for. */
#define DPAGER_FAULT_MORE	48

/* map_pages: what is in memory around a fault, for who reads in order. */
vm_fault_t dpager_fault_around(struct vm_fault *vmf, pgoff_t first,
			       pgoff_t last);

/* read_folio of objects: for the few users that read the page cache directly */
int dpager_fault_read_folio(struct file *file, struct folio *folio);

#endif /* _DPAGER_FAULT_H */
