/* SPDX-License-Identifier: GPL-2.0 */
/* fallocate(2) of an object. */
#ifndef _DPAGER_FALLOCATE_H
#define _DPAGER_FALLOCATE_H

#include <linux/types.h>

struct file;

/*
 * FALLOC_FL_PUNCH_HOLE and _ZERO_RANGE: slots are free at once. Neither of them:
 * looks whether the stores that the object may use have room now for what has no
 * place there; that is a promise only where space is set aside for the object,
 * and within its size.
 *
 * -EOPNOTSUPP: other modes; -ENOSPC, -EDQUOT, -EFBIG; -EIO: a page that is to be
 * zeroed in part cannot be read; -ENOMEM; -EINTR.
 */
long dpager_fallocate(struct file *file, int mode, loff_t offset, loff_t len);

#endif /* _DPAGER_FALLOCATE_H */
