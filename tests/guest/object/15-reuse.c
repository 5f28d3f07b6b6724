// SPDX-License-Identifier: GPL-2.0
/*
 * Memory comes back zeroed, also when its slots held another object's data;
 * 21-reuse-long has more cycles.
 *
 * guest: timeout=400
 */
#include "reuse.h"
#include "tap.h"

int main(void)
{
	reuse_run(2500);
	return tap_done();
}
