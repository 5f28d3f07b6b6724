// SPDX-License-Identifier: GPL-2.0
/* Sizes in IEC units: text to bytes and back. Pure; tests/tools/size_test.c tries it alone. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "digits.h"
#include "size.h"

static const char units[] = "KMGTPE";

/* The power of two that a unit stands for (K, KiB: 10), or -1. */
static int unit_shift(const char *unit)
{
	const char *found;

	if (!*unit)
		return 0;
	found = strchr(units, *unit >= 'a' ? *unit - 'a' + 'A' : *unit);
	if (!found || (unit[1] && strcasecmp(unit + 1, "iB")))
		return -1;
	return 10 * (found - units + 1);
}

/**
 * size_parse - read a size
 * @text: a whole decimal number, then nothing or one of K M G T P E, which may
 *	be followed by "iB"; case does not matter, spaces are not allowed. KB and
 *	its like are refused: people disagree on what they mean
 * @bytes: out: the size
 *
 * Returns 0, -EINVAL (not a size) or -ERANGE (does not fit in 64 bits).
 */
int size_parse(const char *text, uint64_t *bytes)
{
	uint64_t value;
	bool fits;
	int shift;

	if (!digits_is(*text))
		return -EINVAL;
	fits = digits_parse(&text, &value);
	shift = unit_shift(text);
	if (shift < 0)
		return -EINVAL;
	if (!fits || __builtin_mul_overflow(value, 1ULL << shift, bytes))
		return -ERANGE;
	return 0;
}

/**
 * size_print - write a size for people: 512B, 4K, 1.9G
 * @text: out
 * @room: bytes of @text, at least SIZE_TEXT
 * @bytes: the size; rounded to one tenth of its unit
 */
void size_print(char *text, size_t room, uint64_t bytes)
{
	uint64_t whole, tenths, unit;
	int shift = 0;

	while (shift < 60 && bytes >> shift >= 1024)
		shift += 10;
	unit = 1ULL << shift;
	whole = bytes >> shift;
	tenths = ((bytes & (unit - 1)) * 10 + unit / 2) >> shift;
	if (tenths == 10) {
		whole++;
		tenths = 0;
	}
	if (whole == 1024 && shift < 60) {
		whole = 1;
		shift += 10;
	}
	if (tenths)
		snprintf(text, room, "%llu.%llu%c", (unsigned long long)whole,
			 (unsigned long long)tenths, units[shift / 10 - 1]);
	else
		snprintf(text, room, "%llu%c", (unsigned long long)whole,
			 shift ? units[shift / 10 - 1] : 'B');
}

/**
 * size_print_pages - write a number of pages for people: 1 page (4K), 3072 slots (12M)
 * @text: out
 * @room: bytes of @text, at least SIZE_PAGES_TEXT
 * @pages: the number
 * @unit: what they are called: page, slot
 * @page_size: bytes of one
 *
 * Returns @text.
 */
const char *size_print_pages(char *text, size_t room, uint64_t pages, const char *unit,
			     uint64_t page_size)
{
	char size[SIZE_TEXT];

	size_print(size, sizeof(size), size_of_pages(pages, page_size));
	snprintf(text, room, "%llu %s%s (%s)", (unsigned long long)pages, unit,
		 pages == 1 ? "" : "s", size);
	return text;
}

/**
 * size_of_pages - bytes of that many pages
 * @pages: number of pages
 * @page_size: bytes of one
 *
 * What does not fit is UINT64_MAX: no device is that large.
 */
uint64_t size_of_pages(uint64_t pages, uint64_t page_size)
{
	uint64_t bytes;

	return __builtin_mul_overflow(pages, page_size, &bytes) ? UINT64_MAX : bytes;
}

/**
 * size_used - pages that are neither free nor bad
 * @pages: all
 * @free: of them free
 * @bad: of them bad
 */
uint64_t size_used(uint64_t pages, uint64_t free, uint64_t bad)
{
	uint64_t rest;

	return __builtin_sub_overflow(pages, free, &rest) ||
	       __builtin_sub_overflow(rest, bad, &rest) ? 0 : rest;
}

/**
 * size_percent - a part in percent of the whole, rounded up
 * @part: at most @whole
 * @whole: all
 *
 * Returns 0 to 100, or -1 when the whole is nothing.
 */
int64_t size_percent(uint64_t part, uint64_t whole)
{
	if (!whole)
		return -1;
	while (part > UINT64_MAX / 200) {	/* sizes this large can lose a bit */
		part >>= 1;
		whole >>= 1;
	}
	return part / whole * 100 + (part % whole * 100 + whole - 1) / whole;
}
