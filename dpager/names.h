/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The names of a mount: directories and what is done in them. They are in the
 * dentry cache alone, as tmpfs has them.
 */
#ifndef _DPAGER_NAMES_H
#define _DPAGER_NAMES_H

struct inode;

/* A new inode becomes an empty directory. */
void dpager_names_dir(struct inode *inode);

/* What security modules give an inode that gets its name later. 0 or -errno. */
int dpager_names_secure(struct inode *inode, struct inode *dir);

#endif /* _DPAGER_NAMES_H */
