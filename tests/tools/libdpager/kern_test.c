// SPDX-License-Identifier: GPL-2.0
/* Each errno of dpager as KERN_*: the table of SEMANTICS, row by row. TAP. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <dpager/dpager.h>
#include <dpager/mach.h>

static const struct {
	int error;
	uint32_t detail;
	kern_return_t kern;
} rows[] = {
	{ 0, 0, KERN_SUCCESS },

	{ EINVAL, 0, KERN_INVALID_ARGUMENT },		/* a bad value */
	{ EBADF, 0, KERN_INVALID_ARGUMENT },		/* no descriptor */
	{ ENOTTY, 0, KERN_INVALID_ARGUMENT },		/* another kind of descriptor */
	{ ESTALE, 0, KERN_INVALID_ARGUMENT },		/* a deleted store */
	{ EEXIST, DPAGER_DETAIL_OVERLAP, KERN_INVALID_ARGUMENT },
	{ EEXIST, 0, KERN_INVALID_ARGUMENT },
	{ ETXTBSY, DPAGER_DETAIL_FILE_FLAGS, KERN_INVALID_ARGUMENT },	/* the same file twice */
	{ ENOTBLK, 0, KERN_INVALID_ARGUMENT },
	{ ENXIO, 0, KERN_INVALID_ARGUMENT },		/* behind the device's end */
	{ EFBIG, 0, KERN_INVALID_ARGUMENT },
	{ EOVERFLOW, 0, KERN_INVALID_ARGUMENT },
	{ ERANGE, 0, KERN_INVALID_ARGUMENT },
	{ ENOENT, DPAGER_DETAIL_ID, KERN_INVALID_ARGUMENT },

	{ EOPNOTSUPP, 0, KERN_FAILURE },
	{ ENOSPC, DPAGER_DETAIL_NO_SPACE, KERN_FAILURE },	/* no room to evacuate */
	{ EAGAIN, 0, KERN_FAILURE },
	{ EIO, DPAGER_DETAIL_IO, KERN_FAILURE },
	{ EBUSY, DPAGER_DETAIL_IN_PROGRESS, KERN_FAILURE },
	{ EALREADY, 0, KERN_FAILURE },
	{ ETIMEDOUT, DPAGER_DETAIL_DEADLINE, KERN_FAILURE },
	{ E2BIG, 0, KERN_FAILURE },
	{ EUCLEAN, DPAGER_DETAIL_ACCOUNTS, KERN_FAILURE },

	{ ENOMEM, 0, KERN_RESOURCE_SHORTAGE },
	{ ENFILE, DPAGER_DETAIL_TABLE_FULL, KERN_RESOURCE_SHORTAGE },
	{ ENFILE, 0, KERN_RESOURCE_SHORTAGE },
	{ EMFILE, 0, KERN_RESOURCE_SHORTAGE },
	{ EDQUOT, DPAGER_DETAIL_QUOTA, KERN_RESOURCE_SHORTAGE },

	{ EACCES, 0, KERN_PROTECTION_FAILURE },
	{ EPERM, 0, KERN_PROTECTION_FAILURE },
	{ EROFS, 0, KERN_PROTECTION_FAILURE },

	{ EFAULT, 0, KERN_INVALID_ADDRESS },
	{ EEXIST, DPAGER_DETAIL_NAME_TAKEN, KERN_NAME_EXISTS },
	{ EINTR, 0, KERN_ABORTED },
	{ EMSGSIZE, 0, MIG_ARRAY_TOO_LARGE },
};

static int failures;

static void try_row(unsigned int i)
{
	kern_return_t kern = dpager_kern_return(rows[i].error, rows[i].detail);

	printf("%sok %u - %s, detail %u: %d\n", kern == rows[i].kern ? "" : "not ", i + 1,
	       rows[i].error ? strerrorname_np(rows[i].error) : "success", rows[i].detail, kern);
	failures += kern != rows[i].kern;
}

int main(void)
{
	unsigned int i, count = sizeof(rows) / sizeof(*rows);

	for (i = 0; i < count; i++)
		try_row(i);
	printf("1..%u\n", count);
	return failures != 0;
}
