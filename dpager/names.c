// SPDX-License-Identifier: GPL-2.0
/* What is done in the directories of a mount. */
#include <linux/dcache.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/security.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "acl.h"
#include "compat.h"
#include "limit.h"
#include "mount.h"
#include "names.h"
#include "node.h"

/* What a name adds to its directory's size. */
#define NAME_BYTES	20

/* Labels and access control lists of a new inode. */
static int names_secure(struct inode *inode, struct inode *dir,
			const struct qstr *name)
{
	int err = security_inode_init_security(inode, dir, name,
					       dpager_xattr_initial, NULL);

	if (err && err != -EOPNOTSUPP)
		return err;
	return dpager_acl_initial(inode, dir);
}

int dpager_names_secure(struct inode *inode, struct inode *dir)
{
	return names_secure(inode, dir, NULL);
}

/* The inode's first name. It is given away in any case. */
static int names_add(struct inode *dir, struct dentry *dentry,
		     struct inode *inode, bool hash)
{
	int err = names_secure(inode, dir, &dentry->d_name);

	if (err) {
		iput(inode);
		return err;
	}
	i_size_write(dir, i_size_read(dir) + NAME_BYTES);
	dpager_inode_changed(dir, true);
	dpager_dentry_add(dentry, inode, hash);
	return 0;
}

static int names_make(struct dpager_idmap *idmap, struct inode *dir,
		      struct dentry *dentry, umode_t mode, dev_t dev, bool hash)
{
	struct inode *inode = dpager_node_new(idmap, dir->i_sb, dir, mode, dev);

	if (IS_ERR(inode))
		return PTR_ERR(inode);
	return names_add(dir, dentry, inode, hash);
}

static int names_mknod(struct dpager_idmap *idmap, struct inode *dir,
		       struct dentry *dentry, umode_t mode, dev_t dev)
{
	return names_make(idmap, dir, dentry, mode, dev, false);
}

static int names_create(struct dpager_idmap *idmap, struct inode *dir,
			struct dentry *dentry, umode_t mode, bool exclusive)
{
	return names_make(idmap, dir, dentry, mode | S_IFREG, 0, false);
}

static DPAGER_MKDIR_RESULT names_mkdir(struct dpager_idmap *idmap,
				       struct inode *dir, struct dentry *dentry,
				       umode_t mode)
{
	int err = names_make(idmap, dir, dentry, mode | S_IFDIR, 0, false);

	if (!err)
		inc_nlink(dir);
	return dpager_mkdir_result(err);
}

static int names_symlink(struct dpager_idmap *idmap, struct inode *dir,
			 struct dentry *dentry, const char *target)
{
	size_t length = strlen(target);
	struct inode *inode;

	if (length >= PAGE_SIZE)
		return -ENAMETOOLONG;
	inode = dpager_node_new(idmap, dir->i_sb, dir, S_IFLNK | 0777, 0);
	if (IS_ERR(inode))
		return PTR_ERR(inode);
	inode->i_link = kmemdup(target, length + 1, GFP_KERNEL_ACCOUNT);
	if (!inode->i_link) {
		iput(inode);
		return -ENOMEM;
	}
	i_size_write(inode, length);
	return names_add(dir, dentry, inode, false);
}

static int names_tmpfile(struct dpager_idmap *idmap, struct inode *dir,
			 struct file *file, umode_t mode)
{
	struct inode *inode;
	int err;

	inode = dpager_node_new(idmap, dir->i_sb, dir, mode, 0);
	if (IS_ERR(inode))
		return PTR_ERR(inode);
	err = names_secure(inode, dir, NULL);
	if (err) {
		iput(inode);
		return err;
	}
	d_tmpfile(file, inode);
	return finish_open_simple(file, 0);
}

/* --- more names, and fewer ---------------------------------------------- */

/* The first name of a file is counted with its inode. */
static int names_link(struct dentry *old, struct inode *dir,
		      struct dentry *dentry)
{
	struct dpager_limit *limit = dpager_mount_of(dir->i_sb)->limit;

	if (d_inode(old)->i_nlink && !dpager_limit_take_file(limit))
		return -ENOSPC;
	i_size_write(dir, i_size_read(dir) + NAME_BYTES);
	return simple_link(old, dir, dentry);
}

/* A name is about to go. */
static void names_forget(struct inode *dir, const struct inode *inode)
{
	if (inode->i_nlink > 1 && !S_ISDIR(inode->i_mode))
		atomic64_dec(&dpager_mount_of(dir->i_sb)->limit->files);
	i_size_write(dir, i_size_read(dir) - NAME_BYTES);
}

static int names_unlink(struct inode *dir, struct dentry *dentry)
{
	names_forget(dir, d_inode(dentry));
	return simple_unlink(dir, dentry);
}

static int names_rmdir(struct inode *dir, struct dentry *dentry)
{
	int err = simple_rmdir(dir, dentry);

	if (!err)
		i_size_write(dir, i_size_read(dir) - NAME_BYTES);
	return err;
}

/* Where a renamed file was; the caller's dentry of that name moves away. */
static int names_whiteout(struct dpager_idmap *idmap, struct inode *dir,
			  struct dentry *old)
{
	struct dentry *whiteout = d_alloc(old->d_parent, &old->d_name);
	int err;

	if (!whiteout)
		return -ENOMEM;
	err = names_make(idmap, dir, whiteout, S_IFCHR | WHITEOUT_MODE,
			 WHITEOUT_DEV, true);
	dput(whiteout);
	return err;
}

static int names_rename(struct dpager_idmap *idmap, struct inode *old_dir,
			struct dentry *old, struct inode *new_dir,
			struct dentry *new, unsigned int flags)
{
	int err = 0;

	if (flags & ~(RENAME_NOREPLACE | RENAME_EXCHANGE | RENAME_WHITEOUT))
		return -EINVAL;
	if (flags & RENAME_EXCHANGE)
		return simple_rename(idmap, old_dir, old, new_dir, new, flags);
	if (!simple_empty(new))
		return -ENOTEMPTY;
	if (flags & RENAME_WHITEOUT)
		err = names_whiteout(idmap, old_dir, old);
	if (err)
		return err;
	if (d_really_is_positive(new))
		names_forget(new_dir, d_inode(new));
	i_size_write(old_dir, i_size_read(old_dir) - NAME_BYTES);
	i_size_write(new_dir, i_size_read(new_dir) + NAME_BYTES);
	return simple_rename(idmap, old_dir, old, new_dir, new,
			     flags & ~RENAME_WHITEOUT);
}

static const struct inode_operations names_iops = {
	.lookup = simple_lookup,
	.create = names_create,
	.mknod = names_mknod,
	.mkdir = names_mkdir,
	.symlink = names_symlink,
	.tmpfile = names_tmpfile,
	.link = names_link,
	.unlink = names_unlink,
	.rmdir = names_rmdir,
	.rename = names_rename,
	.setattr = dpager_node_setattr,
	.getattr = dpager_node_getattr,
	.listxattr = dpager_xattr_list,
	.set_acl = dpager_acl_set,
};

void dpager_names_dir(struct inode *inode)
{
	inode->i_op = &names_iops;
	inode->i_fop = &simple_dir_operations;
	/* "." and ".." */
	i_size_write(inode, 2 * NAME_BYTES);
	inc_nlink(inode);
}
