// SPDX-License-Identifier: GPL-2.0
/*
 * An object becomes a file. Its pages stay where they are: the new inode has the
 * object's page cache for its own, as every inode of a regular file of a mount.
 */
#include <linux/cred.h>
#include <linux/dcache.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mount.h>
#include <linux/pagemap.h>

#include "compat.h"
#include "dpager.h"
#include "file.h"
#include "limit.h"
#include "link.h"
#include "mount.h"
#include "names.h"
#include "node.h"
#include "object.h"

static struct inode *link_node(struct dpager_object *object,
			       struct file *directory, umode_t mode)
{
	return dpager_node_of_object(dpager_idmap_of(directory),
				     file_inode(directory),
				     mode, object);
}

/* invalidate_lock (write): no page comes while they are counted. */
static struct inode *link_counted(struct dpager_object *object,
				  struct file *directory, umode_t mode)
{
	struct dpager_limit *limit =
		dpager_mount_of(file_inode(directory)->i_sb)->limit;
	struct inode *inode;
	int err;

	if (object->limit == limit)
		return link_node(object, directory, mode);
	if (object->limit)
		return ERR_PTR(-EBUSY);
	err = dpager_object_count_begin(object, limit);
	if (err)
		return ERR_PTR(err);
	inode = link_node(object, directory, mode);
	dpager_object_count_end(object, limit, !IS_ERR(inode));
	return inode;
}

/* i_rwsem of the object's inode: it becomes one file. */
static struct inode *link_inode(struct dpager_object *object,
				struct file *directory, umode_t mode)
{
	struct address_space *mapping = object->inode->i_mapping;
	struct inode *inode;

	/* None but this names it; and that it goes now is no harm. */
	if (READ_ONCE(object->named))
		return ERR_PTR(-EBUSY);
	if (down_write_killable(&mapping->invalidate_lock))
		return ERR_PTR(-EINTR);
	inode = link_counted(object, directory, mode);
	filemap_invalidate_unlock(mapping);
	/* Who has the object still opens it by the file's permissions only. */
	if (!IS_ERR(inode))
		object->inode->i_mode = S_IFREG;
	return inode;
}

static struct inode *link_locked(struct dpager_object *object,
				 struct file *directory, umode_t mode,
				 u32 *detail)
{
	struct inode *inode;

	if (down_write_killable(&object->inode->i_rwsem))
		return ERR_PTR(-EINTR);
	inode = link_inode(object, directory, mode);
	inode_unlock(object->inode);
	if (inode == ERR_PTR(-EBUSY))
		*detail = DPAGER_DETAIL_IN_USE;
	else if (inode == ERR_PTR(-ENOSPC))
		*detail = DPAGER_DETAIL_NO_SPACE;
	return inode;
}

/* By a name that nobody can look up, as that of an O_TMPFILE. */
static struct dentry *link_dentry(struct file *directory, struct inode *inode)
{
	static const struct qstr name = QSTR_INIT("#dpager", 7);
	struct dentry *dentry = d_alloc(directory->f_path.dentry, &name);

	if (!dentry) {
		iput(inode);
		return ERR_PTR(-ENOMEM);
	}
	d_instantiate(dentry, inode);
	return dentry;
}

/* Its file, of the mount that the directory was opened by. */
static struct file *link_file(struct file *directory, struct inode *inode)
{
	struct path path = { .mnt = directory->f_path.mnt };
	struct file *file;
	int err;

	clear_nlink(inode);
	dpager_inode_linkable(inode);
	err = dpager_names_secure(inode, file_inode(directory));
	if (err) {
		iput(inode);
		return ERR_PTR(err);
	}
	path.dentry = link_dentry(directory, inode);
	if (IS_ERR(path.dentry))
		return ERR_CAST(path.dentry);
	file = dentry_open(&path, O_RDWR | O_LARGEFILE, current_cred());
	dput(path.dentry);
	return file;
}

/* May files be made there? */
static int link_may(struct file *directory)
{
	struct inode *dir = file_inode(directory);

	if (!S_ISDIR(dir->i_mode) || !dpager_mount_is(dir->i_sb))
		return -ENOTDIR;
	if (IS_DEADDIR(dir))
		return -ENOENT;
	return inode_permission(dpager_idmap_of(directory), dir,
				MAY_WRITE | MAY_EXEC);
}

struct file *dpager_link(struct dpager_object *object, struct file *directory,
			 umode_t mode, u32 *detail)
{
	struct inode *inode;
	struct file *file;
	int err;

	err = mnt_want_write_file(directory);
	if (err)
		return ERR_PTR(dpager_fail(detail, DPAGER_DETAIL_DIRECTORY,
					   err));
	err = link_may(directory);
	if (err) {
		file = ERR_PTR(dpager_fail(detail, DPAGER_DETAIL_DIRECTORY,
					   err));
		goto out;
	}
	inode = link_locked(object, directory, mode, detail);
	file = IS_ERR(inode) ? ERR_CAST(inode) :
			       link_file(directory, inode);
out:
	mnt_drop_write_file(directory);
	return file;
}
