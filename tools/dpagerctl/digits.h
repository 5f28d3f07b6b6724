/* SPDX-License-Identifier: GPL-2.0 */
/* Decimal digits, whatever the locale. */
#ifndef DPAGERCTL_DIGITS_H
#define DPAGERCTL_DIGITS_H

#include <stdbool.h>
#include <stdint.h>

static inline bool digits_is(char c)
{
	return c >= '0' && c <= '9';
}

/* The number that a text begins with, which moves behind it. False: it does not fit. */
static inline bool digits_parse(const char **text, uint64_t *value)
{
	bool fits = true;

	*value = 0;
	for (; digits_is(**text); ++*text)
		if (__builtin_mul_overflow(*value, 10, value) ||
		    __builtin_add_overflow(*value, **text - '0', value))
			fits = false;
	return fits;
}

#endif
