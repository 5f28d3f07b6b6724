// SPDX-License-Identifier: LGPL-2.1-or-later
/* Backing stores in Mach's spelling. */
#include <errno.h>

#include "mach.h"

#define RECORD_MOST	(1 << 20)

kern_return_t default_pager_backing_store_create(mach_port_t pager, int priority, int clsize,
						 mach_port_t *backing_store)
{
	struct dpager_store_create create = { .priority = priority, .cluster = clsize };

	return port_answer(dpager_store_create(port_fd(pager), &create), backing_store);
}

kern_return_t default_pager_backing_store_delete(mach_port_t backing_store)
{
	return dpager_store_delete(port_fd(backing_store), 0, NULL) ? kern_last() : KERN_SUCCESS;
}

kern_return_t default_pager_add_segment(mach_port_t backing_store, mach_port_t device,
					recnum_t offset, recnum_t count, int record_size)
{
	/* A negative record size is too large a one. */
	if (dpager_add_segment(port_fd(backing_store), port_fd(device), offset, count,
			       record_size, 0, NULL, NULL))
		return kern_last();
	return KERN_SUCCESS;
}

/* The module does not know of a file's records. */
static int file_bytes(int record_size, vm_size_t size, uint64_t *bytes)
{
	if (record_size <= 0 || record_size > RECORD_MOST || record_size & (record_size - 1))
		return call_refuse(EINVAL, DPAGER_DETAIL_RECORD_SIZE);
	if (!size)
		return call_refuse(EINVAL, DPAGER_DETAIL_COUNT);
	if (__builtin_mul_overflow((uint64_t)record_size, (uint64_t)size, bytes) ||
	    *bytes > INT64_MAX)
		return call_refuse(EOVERFLOW, DPAGER_DETAIL_OVERFLOW);
	return 0;
}

kern_return_t default_pager_add_file(mach_port_t backing_store, mach_port_t vnode,
				     int record_size, vm_size_t size)
{
	uint64_t bytes = 0;

	if (file_bytes(record_size, size, &bytes) ||
	    dpager_add_file(port_fd(backing_store), port_fd(vnode), bytes, 0, NULL, NULL))
		return kern_last();
	return KERN_SUCCESS;
}
