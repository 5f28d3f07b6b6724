/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How many rounds a test does: on the debug kernel, where each takes many times
 * as long, a share of them. The lab says which, in percent, in DPAGER_ROUNDS.
 */
#ifndef ROUNDS_H
#define ROUNDS_H

/* That share of @full, at least 1. */
unsigned int rounds(unsigned int full);

#endif
