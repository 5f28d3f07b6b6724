// SPDX-License-Identifier: LGPL-2.1-or-later
/* The pager as a whole. */
#include <fcntl.h>
#include <string.h>

#include <dpager/dpager.h>

#include "call.h"

int dpager_open(int flags)
{
	call_detail(DPAGER_DETAIL_NONE);
	return open(DPAGER_DEVICE, flags | O_CLOEXEC);
}

int dpager_info(int pager, struct dpager_info *info)
{
	memset(info, 0, sizeof(*info));
	info->size = sizeof(*info);
	return dpager_call(pager, DPAGER_IOC_INFO, info);
}

int dpager_check(int pager, struct dpager_check *check)
{
	memset(check, 0, sizeof(*check));
	check->size = sizeof(*check);
	return dpager_call(pager, DPAGER_IOC_CHECK, check);
}
