// SPDX-License-Identifier: LGPL-2.1-or-later
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "failure.h"
#include "settings.h"

void failure(const char *subject, const char *name, const char *advice)
{
	static atomic_flag told = ATOMIC_FLAG_INIT;
	char line[PATH_MAX + 512];
	int error = errno, length;

	if (settings()->strict || atomic_flag_test_and_set(&told))
		return;
	length = snprintf(line, sizeof(line),
			  "%s: libdpager-preload: %s%s: %s; memory is the system's now\n",
			  program_invocation_short_name, subject, name, advice);
	if (length >= (int)sizeof(line))
		length = sizeof(line) - 1;
	syscall(SYS_write, STDERR_FILENO, line, length);
	errno = error;
}

bool failure_of_settings(void)
{
	const char *bad = settings()->bad;

	if (!bad)
		return false;
	errno = EINVAL;
	failure(bad, "", "bad or missing, see libdpager-preload(7)");
	return true;
}
