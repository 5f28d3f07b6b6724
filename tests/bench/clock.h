/* SPDX-License-Identifier: GPL-2.0 */
/* The monotonic clock, the same in all processes. */
#ifndef CLOCK_H
#define CLOCK_H

double clock_seconds(void);

#endif
