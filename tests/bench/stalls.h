/* SPDX-License-Identifier: GPL-2.0 */
/* The longest touches, by when they were under way. */
#ifndef STALLS_H
#define STALLS_H

#define STALLS_SLOTS	(1 << 15)

/**
 * struct stalls - the longest touches, by when they were under way
 * @origin: when the first slot begins
 * @longest: s, of the touches that were under way at some time in a slot; the
 *	last one has all later ones
 */
struct stalls {
	double origin;
	double longest[STALLS_SLOTS];
};

/* From now on; all is 0 before. */
void stalls_begin(struct stalls *stalls);

/* A touch, by clock_seconds(). */
void stalls_note(struct stalls *stalls, double begun, double ended);

/* The longest touch of those that were under way between two times. */
double stalls_longest(const struct stalls *stalls, double from, double to);

#endif
