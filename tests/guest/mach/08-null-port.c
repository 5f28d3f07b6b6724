// SPDX-License-Identifier: GPL-2.0
/* With descriptor 0 free, no port is 0, which is MACH_PORT_NULL; nor is one closed twice. */
#include "kern.h"

static bool is_port(mach_port_t port)
{
	bool good = MACH_PORT_VALID(port) && fcntl(port, F_GETFD) == FD_CLOEXEC;

	/* It is free again for the next. */
	return good && fcntl(0, F_GETFD) < 0;
}

int main(void)
{
	mach_port_t pager = MACH_PORT_NULL, store = MACH_PORT_NULL, object = MACH_PORT_NULL;

	close(0);
	ok_kern(host_default_memory_manager(mach_host_self(), &pager, 0), KERN_SUCCESS, 0, 0,
		"the pager");
	ok(is_port(pager), "has a port");
	ok_kern(default_pager_backing_store_create(pager, -1, 0, &store), KERN_SUCCESS, 0, 0,
		"a store");
	ok(is_port(store), "has a port");
	ok_kern(default_pager_object_create(pager, &object, PAGE), KERN_SUCCESS, 0, 0, "an object");
	ok(is_port(object), "has a port");
	ok_kern(mach_port_deallocate(mach_task_self(), object), KERN_SUCCESS, 0, 0, "close it");
	ok_kern(mach_port_deallocate(mach_task_self(), object), KERN_INVALID_ARGUMENT, EBADF, 0,
		"close it twice");
	ok_kern(mach_port_deallocate(mach_task_self(), MACH_PORT_NULL), KERN_INVALID_ARGUMENT,
		EBADF, 0, "close the null port");
	ok_kern(vm_deallocate(mach_task_self(), 0, 0), KERN_SUCCESS, 0, 0, "an empty array");
	ok_kern(vm_deallocate(mach_task_self(), 1, PAGE), KERN_INVALID_ARGUMENT, EINVAL, 0,
		"what is no array");
	kern_delete(pager, store);
	return tap_done();
}
