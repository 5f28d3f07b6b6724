/* SPDX-License-Identifier: GPL-2.0 */
/* An object that was made without a name becomes a file of a mount. */
#ifndef _DPAGER_LINK_H
#define _DPAGER_LINK_H

#include <linux/types.h>

struct dpager_object;
struct file;

/**
 * dpager_link() - a file of an object
 * @object: the object; the caller holds its file
 * @directory: an open file: where it could have been made
 * @mode: its permissions, before the umask
 * @detail: out: enum dpager_detail when it fails
 *
 * Return: an open file without a name, which linkat(2) can give it, or ERR_PTR()
 * as for DPAGER_IOC_OBJECT_LINK.
 */
struct file *dpager_link(struct dpager_object *object, struct file *directory,
			 umode_t mode, u32 *detail);

#endif /* _DPAGER_LINK_H */
