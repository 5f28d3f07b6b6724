// SPDX-License-Identifier: LGPL-2.1-or-later
/* Alerts in Mach's spelling. */
#include <errno.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "mach.h"

/* The trigger is taken away by level 0, as Mach forgets a port. */
static kern_return_t alert_low(int pager, int hi_wat, int eventfd)
{
	if (hi_wat < 0)
		return kern_fail(EINVAL, DPAGER_DETAIL_LEVEL);
	if (dpager_triggers(pager, hi_wat, 0, eventfd, DPAGER_TRIGGER_ONCE))
		return kern_last();
	return KERN_SUCCESS;
}

static kern_return_t alert_both(int pager, int hi_wat, int lo_wat, int eventfd)
{
	if (hi_wat <= 0 || lo_wat < hi_wat)
		return kern_fail(EINVAL, DPAGER_DETAIL_LEVEL);
	if (dpager_triggers(pager, hi_wat, (uint64_t)lo_wat + 1, eventfd, 0))
		return kern_last();
	return KERN_SUCCESS;
}

/* Free bytes of a pager or a store. */
static int space_free(int fd, uint64_t *bytes)
{
	struct dpager_store_info store;
	struct dpager_info pager;

	if (!dpager_info(fd, &pager)) {
		*bytes = pager.free;
		return 0;
	}
	if (errno != ENOTTY || dpager_store_info(fd, DPAGER_STORE_INFO_BASIC, &store))
		return -1;
	*bytes = store.pages_free * sysconf(_SC_PAGESIZE);
	return 0;
}

/*
 * The module tells of enough space only after it was low. When it is enough now
 * the alert comes from here; to look after the trigger is set misses nothing.
 */
static kern_return_t alert_room(int pager, int lo_wat, int eventfd)
{
	uint64_t level = (uint64_t)lo_wat + 1, bytes;

	if (lo_wat < 0)
		return kern_fail(EINVAL, DPAGER_DETAIL_LEVEL);
	if (eventfd < 0)
		return kern_fail(EINVAL, DPAGER_DETAIL_EVENTFD);
	if (dpager_triggers(pager, level, level, eventfd, 0) || space_free(pager, &bytes))
		return kern_last();
	if (bytes < level)
		return KERN_SUCCESS;
	if (dpager_triggers(pager, 0, 0, -1, 0) || eventfd_write(eventfd, 1))
		return kern_last();
	return KERN_SUCCESS;
}

static kern_return_t encryption(mach_port_t pager)
{
	kern_return_t kern = port_is_pager(pager);

	if (kern != KERN_SUCCESS)
		return kern;
	fputs("libdpager: dpager does not encrypt; put segments on dm-crypt, "
	      "see default_pager_triggers(3)\n", stderr);
	return kern_fail(EOPNOTSUPP, DPAGER_DETAIL_NONE);
}

kern_return_t default_pager_triggers(mach_port_t pager, int hi_wat, int lo_wat, int flags,
				     mach_port_t trigger_port)
{
	kern_return_t kern;

	/* Not: no port. */
	if (trigger_port == MACH_PORT_DEAD)
		return kern_fail(EBADF, DPAGER_DETAIL_EVENTFD);
	switch (flags) {
	case HI_WAT_ALERT:
		return alert_low(port_fd(pager), hi_wat, port_fd(trigger_port));
	case LO_WAT_ALERT:
		return alert_room(port_fd(pager), lo_wat, port_fd(trigger_port));
	case HI_WAT_ALERT | LO_WAT_ALERT:
		return alert_both(port_fd(pager), hi_wat, lo_wat, port_fd(trigger_port));
	case SWAP_ENCRYPT_ON:
	case SWAP_ENCRYPT_OFF:
		return encryption(pager);
	case SWAP_FILE_CREATION_ERROR:
	case USE_EMERGENCY_SWAP_FILE_FIRST:
		kern = port_is_pager(pager);
		return kern == KERN_SUCCESS ? kern_fail(EOPNOTSUPP, DPAGER_DETAIL_NONE) : kern;
	}
	return kern_fail(EINVAL, DPAGER_DETAIL_FLAGS);
}

kern_return_t default_pager_space_alert(mach_port_t alert_port, int *flags)
{
	struct dpager_event event;

	if (dpager_event(port_fd(alert_port), &event))
		return kern_last();
	*flags = event.kind == DPAGER_EVENT_LOW ? HI_WAT_ALERT : LO_WAT_ALERT;
	return KERN_SUCCESS;
}
