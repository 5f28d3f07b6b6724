// SPDX-License-Identifier: LGPL-2.1-or-later
/* Where the pager's port comes from. */
#include <errno.h>
#include <fcntl.h>

#include "mach.h"

static int host_open(void)
{
	int fd = dpager_open(O_RDWR);

	return fd < 0 && errno == EACCES ? dpager_open(O_RDONLY) : fd;
}

kern_return_t host_default_memory_manager(host_priv_t host_priv,
					  memory_object_default_t *default_manager,
					  vm_size_t cluster_size)
{
	int fd;

	(void)host_priv;
	(void)cluster_size;
	if (*default_manager != MACH_PORT_NULL)
		return kern_fail(EOPNOTSUPP, DPAGER_DETAIL_NONE);
	fd = host_open();
	/* Without the module: no argument is wrong, there is no pager. */
	if (fd < 0 && (errno == ENOENT || errno == ENXIO || errno == ENODEV))
		return KERN_FAILURE;
	return port_answer(fd, default_manager);
}

kern_return_t default_pager_register_fileserver(mach_port_t pager, mach_port_t fileserver)
{
	kern_return_t kern = port_is_pager(pager);

	if (kern != KERN_SUCCESS)
		return kern;
	if (fcntl(port_fd(fileserver), F_GETFD) < 0)
		return kern_fail(EBADF, DPAGER_DETAIL_NONE);
	return kern_fail(EOPNOTSUPP, DPAGER_DETAIL_NONE);
}
