/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An object for a call that asked the kernel for memory. */
#ifndef OBJECT_H
#define OBJECT_H

#include <stdint.h>

/**
 * object_create - make an object that pages to the stores of the settings
 * @bytes: its size, rounded up to pages; not 0
 *
 * Opens /dev/dpager each time: programs close descriptors that they do not know.
 * Returns a descriptor, close-on-exec, or -1 with errno, once failure() has told why.
 * Context: any; allocates nothing, is no cancellation point. errno stays on success.
 */
int object_create(uint64_t bytes);

/* /dev/dpager, or -1 with errno, once failure() has told why. */
int pager_open(void);

#endif
