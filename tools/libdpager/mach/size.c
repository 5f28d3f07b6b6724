// SPDX-License-Identifier: LGPL-2.1-or-later
/* 64 bits into fewer. */
#include <limits.h>

#include "mach.h"

/**
 * size_saturated - bytes as far as a vm_size_t goes
 * @bytes: bytes
 */
vm_size_t size_saturated(uint64_t bytes)
{
	return bytes < (vm_size_t)-1 ? bytes : (vm_size_t)-1;
}

/**
 * word_saturated - a figure as far as a word of Mach's goes
 * @value: the figure
 */
integer_t word_saturated(uint64_t value)
{
	return value < INT_MAX ? (integer_t)value : INT_MAX;
}
