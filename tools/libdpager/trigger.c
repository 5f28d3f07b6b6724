// SPDX-License-Identifier: LGPL-2.1-or-later
/* Being told of low space. */
#include <errno.h>
#include <unistd.h>

#include <dpager/dpager.h>

#include "call.h"

int dpager_triggers(int fd, uint64_t low, uint64_t high, int eventfd, uint32_t flags)
{
	struct dpager_triggers triggers = {
		.size = sizeof(triggers),
		.flags = flags,
		.eventfd = eventfd,
		.low = low,
		.high = high,
	};

	return dpager_call(fd, DPAGER_IOC_TRIGGERS, &triggers);
}

int dpager_event(int fd, struct dpager_event *event)
{
	ssize_t length = read(fd, event, sizeof(*event));

	call_detail(DPAGER_DETAIL_NONE);
	if (length < 0)
		return -1;
	/* What is not dpager's may be read, too. */
	if (length < (ssize_t)sizeof(*event) || event->size < sizeof(*event))
		return call_refuse(EPROTO, DPAGER_DETAIL_NONE);
	return 0;
}
