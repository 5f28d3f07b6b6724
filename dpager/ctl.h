/* SPDX-License-Identifier: GPL-2.0 */
/* The control interface: /dev/dpager, store descriptors, calls on objects. */
#ifndef _DPAGER_CTL_H
#define _DPAGER_CTL_H

struct file;

/* ioctl on an object's descriptor; file.c puts it into its file operations. */
long dpager_ctl_object_ioctl(struct file *file, unsigned int cmd,
			     unsigned long arg);

int dpager_ctl_init(void);
void dpager_ctl_exit(void);

#endif /* _DPAGER_CTL_H */
