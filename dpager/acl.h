/* SPDX-License-Identifier: GPL-2.0 */
/*
 * POSIX access control lists of the files of a mount, where the kernel has them
 * at all. They are kept where the kernel caches them, and go with the inode.
 */
#ifndef _DPAGER_ACL_H
#define _DPAGER_ACL_H

#include <linux/fs.h>
#include <linux/fs_struct.h>

#include "compat.h"

#ifdef CONFIG_FS_POSIX_ACL

#define DPAGER_ACL_FLAG		SB_POSIXACL

/* inode_operations.set_acl */
DPAGER_SET_ACL(dpager_acl_set);

/* A new inode's, by its directory's; and the umask. 0 or -ENOMEM. */
int dpager_acl_initial(struct inode *inode, struct inode *dir);

/* The permissions have changed. 0 or -ENOMEM. */
int dpager_acl_chmod(struct dpager_idmap *idmap, struct dentry *dentry);

#else

#define DPAGER_ACL_FLAG		0
#define dpager_acl_set		NULL

static inline int dpager_acl_initial(struct inode *inode, struct inode *dir)
{
	if (!S_ISLNK(inode->i_mode))
		inode->i_mode &= ~current_umask();
	return 0;
}

static inline int dpager_acl_chmod(struct dpager_idmap *idmap,
				   struct dentry *dentry)
{
	return 0;
}

#endif

#endif /* _DPAGER_ACL_H */
