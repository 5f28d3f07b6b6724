// SPDX-License-Identifier: GPL-2.0
/* Durations: text to milliseconds, seconds to text, and the clock they are measured by. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>

#include "digits.h"
#include "duration.h"

/* The digits behind the point in milliseconds, rounded up; moves to their end. */
static uint32_t parse_fraction(const char **text)
{
	uint32_t ms = 0, unit = 100;
	bool rest = false;

	for (; digits_is(**text); ++*text) {
		rest |= !unit && **text != '0';
		ms += (**text - '0') * unit;
		unit /= 10;
	}
	return ms + rest;
}

/**
 * duration_parse - read a duration
 * @text: seconds, a decimal number that may have a fraction behind a point,
 *	whatever the locale
 * @ms: out: milliseconds, rounded up
 *
 * Returns 0, -EINVAL (not a duration) or -ERANGE (does not fit in 32 bits).
 */
int duration_parse(const char *text, uint32_t *ms)
{
	const char *begin = text;
	uint32_t fraction = 0;
	uint64_t seconds;
	bool fits = digits_parse(&text, &seconds);

	if (*text == '.' && (text != begin || digits_is(text[1]))) {
		text++;
		fraction = parse_fraction(&text);
	}
	if (*text || text == begin)
		return -EINVAL;
	if (!fits || __builtin_mul_overflow(seconds, 1000, ms) ||
	    __builtin_add_overflow(*ms, fraction, ms))
		return -ERANGE;
	return 0;
}

/**
 * duration_print - write a duration for people: 0:05, 12:34, 1:02:03
 * @text: out
 * @room: bytes of @text, at least DURATION_TEXT
 * @seconds: the duration
 */
void duration_print(char *text, size_t room, uint64_t seconds)
{
	unsigned long long hours = seconds / 3600;
	unsigned int minutes = seconds / 60 % 60;

	if (hours)
		snprintf(text, room, "%llu:%02u:%02u", hours, minutes,
			 (unsigned int)(seconds % 60));
	else
		snprintf(text, room, "%u:%02u", minutes, (unsigned int)(seconds % 60));
}

/**
 * duration_now - milliseconds of a clock that nobody sets
 */
uint64_t duration_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000ULL + now.tv_nsec / 1000000;
}
