/* SPDX-License-Identifier: GPL-2.0 */
/* Shared memory that Linux swaps: what swap and zram have in common. */
#ifndef MEMFD_H
#define MEMFD_H

#include <stdbool.h>
#include <stddef.h>

/* A descriptor of that much shared memory, or -1. */
int memfd_object(size_t bytes);

/*
 * Let Linux swap to the whole device, with that much readahead (a power of two
 * of pages), and to it alone; and no more, with readahead as it is by default.
 */
bool memfd_swap_begin(const char *device, const char *page_cluster);
bool memfd_swap_end(const char *device);

#endif
