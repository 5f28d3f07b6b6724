/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's own userfaultfd on mappings of objects, where it asks a mapping for
 * what it needs (7.2): protection, UFFDIO_COPY, UFFDIO_ZEROPAGE, UFFDIO_CONTINUE and
 * UFFDIO_POISON. Nothing is ever told of missing pages there, nor of those that are
 * not mapped, since a module cannot call what tells: these modes are refused.
 */
#ifndef _DPAGER_UFFD_NATIVE_H
#define _DPAGER_UFFD_NATIVE_H

#include "compat.h"

#ifdef DPAGER_VMA_UFFD_OPS
struct vm_uffd_ops;

extern const struct vm_uffd_ops dpager_uffd_native_ops;

/* In vm_operations. */
#define DPAGER_UFFD_NATIVE_OPS	.uffd_ops = &dpager_uffd_native_ops,
#else
#define DPAGER_UFFD_NATIVE_OPS
#endif

#endif /* _DPAGER_UFFD_NATIVE_H */
