// SPDX-License-Identifier: GPL-2.0
/* Sizes of dpagerctl: text to bytes, bytes to text, and figures that do not fit. TAP. */
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "../../tools/dpagerctl/size.h"

static int tests, failures;

static void ok(bool good, const char *what, const char *text)
{
	printf("%sok %d - %s: %s\n", good ? "" : "not ", ++tests, what, text);
	failures += !good;
}

static const struct {
	const char *text;
	int ret;
	uint64_t bytes;
} parsed[] = {
	{ "0", 0, 0 },
	{ "1", 0, 1 },
	{ "4096", 0, 4096 },
	{ "4k", 0, 4096 },
	{ "64M", 0, 64ULL << 20 },
	{ "1GiB", 0, 1ULL << 30 },
	{ "1gib", 0, 1ULL << 30 },
	{ "3T", 0, 3ULL << 40 },
	{ "2P", 0, 2ULL << 50 },
	{ "15E", 0, 15ULL << 60 },
	{ "000K", 0, 0 },
	{ "18446744073709551615", 0, UINT64_MAX },
	{ "18446744073709551616", -ERANGE, 0 },		/* 2^64 */
	{ "16E", -ERANGE, 0 },				/* 2^64 by its unit */
	{ "18014398509481984K", -ERANGE, 0 },		/* 2^54 K */
	{ "99999999999999999999999999", -ERANGE, 0 },
	{ "99999999999999999999999999Q", -EINVAL, 0 },	/* no unit comes before too large */
	{ "", -EINVAL, 0 },
	{ "M", -EINVAL, 0 },
	{ "-1", -EINVAL, 0 },
	{ "+1", -EINVAL, 0 },
	{ " 1", -EINVAL, 0 },
	{ "1 ", -EINVAL, 0 },
	{ "1 M", -EINVAL, 0 },
	{ "1.5G", -EINVAL, 0 },
	{ "0x10", -EINVAL, 0 },
	{ "1KB", -EINVAL, 0 },				/* 1000 or 1024? */
	{ "1B", -EINVAL, 0 },
	{ "1Mi", -EINVAL, 0 },
	{ "1MiBs", -EINVAL, 0 },
	{ "1Z", -EINVAL, 0 },
	{ "1@", -EINVAL, 0 },				/* before a in the ASCII table */
};

static void test_parse(void)
{
	uint64_t bytes;
	size_t i;
	int ret;

	for (i = 0; i < sizeof(parsed) / sizeof(*parsed); i++) {
		bytes = 0;
		ret = size_parse(parsed[i].text, &bytes);
		ok(ret == parsed[i].ret && (ret || bytes == parsed[i].bytes), "parse",
		   parsed[i].text);
	}
}

static const struct {
	uint64_t bytes;
	const char *text;
} printed[] = {
	{ 0, "0B" },
	{ 1, "1B" },
	{ 1023, "1023B" },
	{ 1024, "1K" },
	{ 1536, "1.5K" },
	{ 1024 + 51, "1K" },				/* below a twentieth */
	{ 1024 + 52, "1.1K" },
	{ (1 << 20) - 1, "1M" },			/* rounds up to the next unit */
	{ 1ULL << 31, "2G" },
	{ (1ULL << 41) + (1ULL << 40) / 2, "2.5T" },
	{ 1ULL << 50, "1P" },
	{ UINT64_MAX, "16E" },				/* no unit above */
};

static void test_print(void)
{
	char text[SIZE_TEXT];
	size_t i;

	for (i = 0; i < sizeof(printed) / sizeof(*printed); i++) {
		size_print(text, sizeof(text), printed[i].bytes);
		ok(!strcmp(text, printed[i].text), "print", printed[i].text);
	}
}

static void test_figures(void)
{
	ok(size_of_pages(3, 4096) == 12288, "pages", "3 of 4K");
	ok(size_of_pages(UINT64_MAX, 4096) == UINT64_MAX, "pages", "more than fit");
	ok(size_used(10, 3, 2) == 5, "used", "neither free nor bad");
	ok(size_used(10, 10, 2) == 0, "used", "not below 0");
	ok(size_percent(0, 0) == -1, "percent", "of nothing");
	ok(size_percent(0, 7) == 0, "percent", "none");
	ok(size_percent(1, 1000000) == 1, "percent", "a little is not none");
	ok(size_percent(999, 1000) == 100, "percent", "rounded up");
	ok(size_percent(7, 7) == 100, "percent", "all");
	ok(size_percent(UINT64_MAX, UINT64_MAX) == 100, "percent", "all of the largest");
	ok(size_percent(UINT64_MAX / 2, UINT64_MAX) == 50, "percent", "half of the largest");
}

int main(void)
{
	test_parse();
	test_print();
	test_figures();
	printf("1..%d\n", tests);
	return failures != 0;
}
