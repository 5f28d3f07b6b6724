/* SPDX-License-Identifier: GPL-2.0 */
/* The fault path of object mappings. */
#ifndef _DPAGER_FAULT_H
#define _DPAGER_FAULT_H

#include <linux/fs.h>
#include <linux/mm.h>

extern const struct vm_operations_struct dpager_vm_ops;

/* read_folio of objects: for the few users that read the page cache directly */
int dpager_fault_read_folio(struct file *file, struct folio *folio);

#endif /* _DPAGER_FAULT_H */
