// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include "rounds.h"
#include "tap.h"

unsigned int rounds(unsigned int full)
{
	const char *percent = getenv("DPAGER_ROUNDS");
	unsigned long share = percent ? strtoul(percent, NULL, 10) : 100;

	if (!share || share > 100)
		bail("DPAGER_ROUNDS is not 1 to 100");
	return full * share > 100 ? full * share / 100 : 1;
}
