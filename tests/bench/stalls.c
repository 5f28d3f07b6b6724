// SPDX-License-Identifier: GPL-2.0
#include "stalls.h"

#include "clock.h"

#define SLOT	0.01	/* s */

static int slot_at(const struct stalls *stalls, double time)
{
	double slot = (time - stalls->origin) / SLOT;

	if (slot < 0)
		return 0;
	return slot < STALLS_SLOTS ? (int)slot : STALLS_SLOTS - 1;
}

void stalls_begin(struct stalls *stalls)
{
	stalls->origin = clock_seconds();
}

void stalls_note(struct stalls *stalls, double begun, double ended)
{
	int slot = slot_at(stalls, begun), last = slot_at(stalls, ended);

	for (; slot <= last; slot++) {
		if (ended - begun > stalls->longest[slot])
			stalls->longest[slot] = ended - begun;
	}
}

double stalls_longest(const struct stalls *stalls, double from, double to)
{
	int slot = slot_at(stalls, from), last = slot_at(stalls, to);
	double longest = 0;

	for (; slot <= last; slot++) {
		if (stalls->longest[slot] > longest)
			longest = stalls->longest[slot];
	}
	return longest;
}
