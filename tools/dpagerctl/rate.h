/* SPDX-License-Identifier: GPL-2.0 */
/* How fast a counter grows. */
#ifndef DPAGERCTL_RATE_H
#define DPAGERCTL_RATE_H

#include <stdint.h>

/* What nobody knows: the first look at a counter says nothing about its rate. */
#define RATE_UNKNOWN	UINT64_MAX

/* A counter's growth in a second, rounded; it may have begun anew meanwhile. */
static inline uint64_t rate(uint64_t before, uint64_t now, uint64_t ms)
{
	if (!ms || now < before)
		return RATE_UNKNOWN;
	return (double)(now - before) * 1000 / ms + 0.5;
}

#endif
