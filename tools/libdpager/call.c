// SPDX-License-Identifier: LGPL-2.1-or-later
/* One call of the module, and what this thread's last one said. */
#include <errno.h>
#include <sys/ioctl.h>

#include <dpager/dpager.h>

#include "call.h"

static __thread uint32_t last_detail;

uint32_t dpager_detail(void)
{
	return last_detail;
}

/**
 * call_detail - what dpager_detail() answers from now on
 * @detail: enum dpager_detail
 */
void call_detail(uint32_t detail)
{
	last_detail = detail;
}

/**
 * call_refuse - fail without the module
 * @error: errno
 * @detail: enum dpager_detail
 *
 * Returns -1.
 */
int call_refuse(int error, uint32_t detail)
{
	call_detail(detail);
	errno = error;
	return -1;
}

/**
 * call_out - answer a figure to who wants it
 * @out: where to, or NULL
 * @value: the figure
 */
void call_out(uint64_t *out, uint64_t value)
{
	if (out)
		*out = value;
}

int dpager_call(int fd, unsigned long request, void *argument)
{
	struct call_head *head = argument;
	int ret;

	/* Where another driver answers, nobody writes it. */
	head->detail = DPAGER_DETAIL_NONE;
	ret = ioctl(fd, request, argument);
	call_detail(ret < 0 ? head->detail : DPAGER_DETAIL_NONE);
	return ret < 0 ? -1 : 0;
}
