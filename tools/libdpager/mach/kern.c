// SPDX-License-Identifier: LGPL-2.1-or-later
/* From errno to KERN_*. */
#include <errno.h>

#include "mach.h"

/* What is not here is KERN_FAILURE. */
static const struct {
	int error;
	kern_return_t kern;
} table[] = {
	{ 0, KERN_SUCCESS },
	{ EINVAL, KERN_INVALID_ARGUMENT },
	{ EBADF, KERN_INVALID_ARGUMENT },
	{ ENOTTY, KERN_INVALID_ARGUMENT },
	{ ESTALE, KERN_INVALID_ARGUMENT },
	{ EEXIST, KERN_INVALID_ARGUMENT },
	{ ETXTBSY, KERN_INVALID_ARGUMENT },
	{ ENOTBLK, KERN_INVALID_ARGUMENT },
	{ ENXIO, KERN_INVALID_ARGUMENT },
	{ EFBIG, KERN_INVALID_ARGUMENT },
	{ EOVERFLOW, KERN_INVALID_ARGUMENT },
	{ ERANGE, KERN_INVALID_ARGUMENT },
	{ ENOENT, KERN_INVALID_ARGUMENT },
	{ ENOMEM, KERN_RESOURCE_SHORTAGE },
	{ ENFILE, KERN_RESOURCE_SHORTAGE },
	{ EMFILE, KERN_RESOURCE_SHORTAGE },
	{ EDQUOT, KERN_RESOURCE_SHORTAGE },
	{ EACCES, KERN_PROTECTION_FAILURE },
	{ EPERM, KERN_PROTECTION_FAILURE },
	{ EROFS, KERN_PROTECTION_FAILURE },
	{ EFAULT, KERN_INVALID_ADDRESS },
	{ EINTR, KERN_ABORTED },
	{ EMSGSIZE, MIG_ARRAY_TOO_LARGE },
};

kern_return_t dpager_kern_return(int error, uint32_t detail)
{
	size_t i;

	if (error == EEXIST && detail == DPAGER_DETAIL_NAME_TAKEN)
		return KERN_NAME_EXISTS;
	for (i = 0; i < sizeof(table) / sizeof(*table); i++)
		if (table[i].error == error)
			return table[i].kern;
	return KERN_FAILURE;
}

/**
 * kern_last - what to answer after a failed call
 */
kern_return_t kern_last(void)
{
	return dpager_kern_return(errno, dpager_detail());
}

/**
 * kern_fail - fail without the module
 * @error: errno
 * @detail: enum dpager_detail
 */
kern_return_t kern_fail(int error, uint32_t detail)
{
	call_refuse(error, detail);
	return kern_last();
}
