/* SPDX-License-Identifier: GPL-2.0 */
/* Sizes and counts are for a whole machine (boot.py); a smaller one gets as much less. */
#ifndef SCALE_H
#define SCALE_H

#include <stddef.h>

#define MIB	(1ul << 20)

/* Percent of all sizes. */
extern size_t scale_percent;

size_t scaled(size_t count);

#endif
