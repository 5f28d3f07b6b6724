// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tap.h"

static unsigned int results, failures;

/* Forked children inherit the buffer: what is not flushed would appear twice. */
static void result(bool good, const char *fmt, va_list args, const char *skip)
{
	printf("%sok %u - ", good ? "" : "not ", ++results);
	vprintf(fmt, args);
	if (skip)
		printf(" # SKIP %s", skip);
	putchar('\n');
	failures += !good;
	fflush(stdout);
}

bool ok(bool good, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	result(good, fmt, args, NULL);
	va_end(args);
	return good;
}

bool ok_errno(int got, int want, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	result(got == want, fmt, args, NULL);
	va_end(args);
	if (got != want)
		diag("got %s, wanted %s", got ? strerrorname_np(got) : "success",
		     want ? strerrorname_np(want) : "success");
	return got == want;
}

bool ok_equal(unsigned long long got, unsigned long long want,
	      const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	result(got == want, fmt, args, NULL);
	va_end(args);
	if (got != want)
		diag("got %llu (%#llx), wanted %llu (%#llx)", got, got, want, want);
	return got == want;
}

void tap_skip(const char *reason, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	result(true, fmt, args, reason);
	va_end(args);
}

void tap_skip_all(const char *reason)
{
	printf("1..0 # SKIP %s\n", reason);
	fflush(stdout);
	exit(0);
}

void diag(const char *fmt, ...)
{
	va_list args;

	fputs("# ", stdout);
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	putchar('\n');
	fflush(stdout);
}

void bail(const char *fmt, ...)
{
	int error = errno;
	va_list args;

	fputs("Bail out! ", stdout);
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	printf(" (%s)\n", strerror(error));
	fflush(stdout);
	_Exit(255);
}

int tap_done(void)
{
	printf("1..%u\n", results);
	fflush(stdout);
	return failures || !results;
}
