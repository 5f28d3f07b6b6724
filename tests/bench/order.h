/* SPDX-License-Identifier: GPL-2.0 */
/* In which order pages are touched; made before the clock runs. */
#ifndef ORDER_H
#define ORDER_H

#include <stddef.h>
#include <stdint.h>

enum pattern {
	PATTERN_SEQUENTIAL,
	PATTERN_UNIFORM,
	PATTERN_ZIPF,		/* exponent 0.99; popular pages are spread over the object */
	PATTERN_SHUFFLED,	/* no page twice; at most all of them */
};

/* An array of page numbers to free(), or NULL without memory. */
uint32_t *order_make(enum pattern pattern, size_t count, uint32_t pages, uint64_t seed);

#endif
