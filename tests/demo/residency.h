/* SPDX-License-Identifier: GPL-2.0 */
/* Which parts of the object are in memory, by a sample of its pages. */
#ifndef RESIDENCY_H
#define RESIDENCY_H

#include <stddef.h>

/*
 * Divide the mapping into cells and say for each how much of it is in memory,
 * from 0 to RESIDENCY_WHOLE. A few pages of each cell are asked for: all of
 * them would take longer than a frame may.
 */
#define RESIDENCY_WHOLE	4

void residency_sample(void *memory, size_t pages, unsigned char *cells, size_t count);

#endif
