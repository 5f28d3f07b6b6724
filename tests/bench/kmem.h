/* SPDX-License-Identifier: GPL-2.0 */
/* Memory that the kernel takes for itself. */
#ifndef KMEM_H
#define KMEM_H

#include <stdint.h>

/**
 * struct kmem - memory of the kernel's
 * @bytes: slab pages, vmalloc areas and per-CPU memory. Not in it: page tables,
 *	and single pages that somebody took from the page allocator
 * @nodes: bytes of them in nodes of radix trees (xarrays): what page caches
 *	keep of pages, swap entries and shadows of pages
 */
struct kmem {
	int64_t bytes;
	int64_t nodes;
};

/* As it is now, after caches have given back what they hold for no one. */
struct kmem kmem_take(void);
struct kmem kmem_since(const struct kmem *before);

#endif
