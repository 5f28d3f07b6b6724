// SPDX-License-Identifier: GPL-2.0
/* POSIX access control lists of the files of a mount. */
#include <linux/fs.h>
#include <linux/posix_acl.h>

#include "acl.h"
#include "compat.h"

#ifdef CONFIG_FS_POSIX_ACL

DPAGER_SET_ACL(dpager_acl_set)
{
	struct inode *inode = dpager_set_acl_inode(on);
	umode_t mode = inode->i_mode;
	int err;

	if (type == ACL_TYPE_ACCESS) {
		/* One that says no more than the mode is none. */
		err = posix_acl_update_mode(idmap, inode, &mode, &acl);
		if (err)
			return err;
		inode->i_mode = mode;
	}
	dpager_inode_changed(inode, false);
	set_cached_acl(inode, type, acl);
	return 0;
}

int dpager_acl_initial(struct inode *inode, struct inode *dir)
{
	struct posix_acl *access, *inherited;
	int err;

	err = posix_acl_create(dir, &inode->i_mode, &inherited, &access);
	if (err)
		return err;
	set_cached_acl(inode, ACL_TYPE_DEFAULT, inherited);
	set_cached_acl(inode, ACL_TYPE_ACCESS, access);
	posix_acl_release(inherited);
	posix_acl_release(access);
	return 0;
}

int dpager_acl_chmod(struct dpager_idmap *idmap, struct dentry *dentry)
{
	return dpager_set_acl_mode(idmap, dentry);
}

#endif
