/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DPAGERCTL_PRESSURE_H
#define DPAGERCTL_PRESSURE_H

#include <stdint.h>

/**
 * struct pressure - how much time tasks lost waiting for memory
 * @kind: "some": at least one task did; "full": all of them at once
 * @avg10: share of the last 10 seconds in percent, a decimal number as text
 * @avg60: of the last minute
 * @avg300: of the last 5 minutes
 * @total_us: in all since boot, in microseconds
 */
struct pressure {
	const char *kind;
	const char *avg10;
	const char *avg60;
	const char *avg300;
	uint64_t total_us;
	char text[5][24];
};

#define PRESSURE_KINDS	2

int pressure_read(struct pressure *pressures);
void pressure_print(void);

#endif
