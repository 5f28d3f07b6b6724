// SPDX-License-Identifier: GPL-2.0
/*
 * As 15-reuse: 10,000 cycles (a share of them on the debug kernel).
 *
 * guest: timeout=400 long
 */
#include "reuse.h"
#include "rounds.h"
#include "tap.h"

int main(void)
{
	reuse_run(rounds(10000));
	return tap_done();
}
