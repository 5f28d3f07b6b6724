// SPDX-License-Identifier: GPL-2.0
/*
 * As 15-reuse: 10,000 cycles.
 *
 * guest: timeout=400 long
 */
#include "reuse.h"
#include "tap.h"

int main(void)
{
	reuse_run(10000);
	return tap_done();
}
