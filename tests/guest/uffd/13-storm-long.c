// SPDX-License-Identifier: GPL-2.0
/*
 * As 11-storm, for a minute.
 *
 * guest: timeout=400 long
 */
#include "storm.h"
#include "tap.h"

int main(void)
{
	storm_run(60);
	return tap_done();
}
