// SPDX-License-Identifier: LGPL-2.1-or-later
/* Descriptors as ports. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "mach.h"

/**
 * port_fd - the descriptor to call
 * @port: any port
 *
 * Returns -1, which every call answers with EBADF, for what is no port.
 */
int port_fd(mach_port_t port)
{
	return MACH_PORT_VALID(port) ? (int)port : -1;
}

/**
 * port_answer - a new descriptor as a port
 * @fd: what the call returned, -1: it failed
 * @port: out
 *
 * Descriptor 0 is given another number, since port 0 is MACH_PORT_NULL.
 */
kern_return_t port_answer(int fd, mach_port_t *port)
{
	int other, error;

	if (fd < 0)
		return kern_last();
	if (fd == 0) {
		other = fcntl(fd, F_DUPFD_CLOEXEC, 3);
		error = errno;
		close(fd);
		if (other < 0)
			return kern_fail(error, DPAGER_DETAIL_NONE);
		fd = other;
	}
	*port = fd;
	return KERN_SUCCESS;
}

/**
 * port_is_pager - KERN_SUCCESS: it is a pager
 * @port: any port
 */
kern_return_t port_is_pager(mach_port_t port)
{
	struct dpager_info info;

	return dpager_info(port_fd(port), &info) ? kern_last() : KERN_SUCCESS;
}

kern_return_t mach_port_deallocate(mach_port_t task, mach_port_t name)
{
	(void)task;
	call_detail(DPAGER_DETAIL_NONE);
	/* EINTR, too: the descriptor is closed then. */
	if (close(port_fd(name)) && errno == EBADF)
		return kern_last();
	return KERN_SUCCESS;
}
