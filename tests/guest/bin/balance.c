// SPDX-License-Identifier: GPL-2.0
/*
 * balance: do the module's books balance? Run after every guest test, when its
 * processes have ended. Exit status 0 when they do, or when dpager is not there.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "dp.h"

int main(void)
{
	struct dpager_check check = {};
	int pager = open(DP_DEVICE, O_RDWR | O_CLOEXEC), error;

	if (pager < 0)
		return errno == ENOENT ? 0 : 1;
	error = dp_balance(pager, &check);
	if (!error)
		return 0;
	printf("# the books do not balance: %s, %u figures, %llu slots in use, %llu set, %llu mapped\n",
	       strerror(error), check.wrong, (unsigned long long)check.slots_used,
	       (unsigned long long)check.slots_set, (unsigned long long)check.slots_mapped);
	return 1;
}
