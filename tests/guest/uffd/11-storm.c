// SPDX-License-Identifier: GPL-2.0
/*
 * Handlers, writers, an evictor, a protector, a puncher and a forker at once.
 *
 * guest: timeout=240
 */
#include "storm.h"
#include "tap.h"

int main(void)
{
	storm_run(20);
	return tap_done();
}
