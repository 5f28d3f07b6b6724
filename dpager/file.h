/* SPDX-License-Identifier: GPL-2.0 */
/* What an object's descriptor does. */
#ifndef _DPAGER_FILE_H
#define _DPAGER_FILE_H

#include <linux/fs.h>

extern const struct file_operations dpager_file_fops;
extern const struct inode_operations dpager_file_iops;

#endif /* _DPAGER_FILE_H */
