// SPDX-License-Identifier: LGPL-2.1-or-later
/* Faults of objects' mappings, handled by a program. */
#include <dpager/dpager.h>

#include "call.h"

int dpager_userfaultfd(int pager, struct dpager_uffd_create *create)
{
	struct dpager_uffd_create native = { .flags = 0 };

	if (!create)
		create = &native;
	create->size = sizeof(*create);
	create->reserved = 0;
	return dpager_call(pager, DPAGER_IOC_UFFD_CREATE, create) ? -1 : create->fd;
}

int dpager_userfaultfd_attach(int pager, uint64_t id, uint32_t flags)
{
	struct dpager_uffd_attach attach = { .size = sizeof(attach), .flags = flags, .id = id };

	return dpager_call(pager, DPAGER_IOC_UFFD_ATTACH, &attach) ? -1 : attach.fd;
}
