// SPDX-License-Identifier: GPL-2.0
#include "scale.h"

size_t scale_percent = 100;

size_t scaled(size_t count)
{
	return count * scale_percent / 100;
}
