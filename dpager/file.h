/* SPDX-License-Identifier: GPL-2.0 */
/* What an object's descriptor does. */
#ifndef _DPAGER_FILE_H
#define _DPAGER_FILE_H

#include <linux/fs.h>

extern const struct file_operations dpager_file_fops;
extern const struct inode_operations dpager_file_iops;

/*
 * i_rwsem of who changes size or content by a file: of the inode that has its
 * times and permissions, and of the object's, which is another when the file has
 * a name (see node.h). 0 or -EINTR.
 */
int dpager_file_lock(struct file *file);
void dpager_file_unlock(struct file *file);

/* What an open by name sets, of a file that was made. */
static inline void dpager_file_made(struct file *file)
{
	file->f_mode |= FMODE_LSEEK | FMODE_PREAD | FMODE_PWRITE |
			FMODE_ATOMIC_POS | FMODE_CAN_ODIRECT;
}

#endif /* _DPAGER_FILE_H */
