// SPDX-License-Identifier: GPL-2.0
/* Inodes of a mount. */
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/pagemap.h>
#include <linux/slab.h>

#include "acl.h"
#include "compat.h"
#include "confine.h"
#include "file.h"
#include "limit.h"
#include "mount.h"
#include "names.h"
#include "node.h"
#include "object.h"
#include "size.h"

static struct kmem_cache *node_cache;

static const struct inode_operations node_file_iops = {
	.setattr = dpager_node_setattr,
	.getattr = dpager_node_getattr,
	.listxattr = dpager_xattr_list,
	.set_acl = dpager_acl_set,
};

static const struct inode_operations node_symlink_iops = {
	.get_link = simple_get_link,
	.setattr = dpager_node_setattr,
	.getattr = dpager_node_getattr,
	.listxattr = dpager_xattr_list,
};

struct inode *dpager_node_alloc(struct super_block *sb)
{
	struct dpager_node *node = alloc_inode_sb(sb, node_cache, GFP_KERNEL);

	if (!node)
		return NULL;
	dpager_xattrs_init(&node->xattrs);
	return &node->inode;
}

/* After RCU: a path walk may read a link. */
void dpager_node_free(struct inode *inode)
{
	if (S_ISLNK(inode->i_mode))
		kfree(inode->i_link);
	kmem_cache_free(node_cache, dpager_node_of(inode));
}

void dpager_node_evict(struct inode *inode)
{
	struct dpager_object *object = dpager_object_of(inode);

	truncate_inode_pages_final(&inode->i_data);
	clear_inode(inode);
	dpager_xattrs_free(&dpager_node_of(inode)->xattrs);
	atomic64_dec(&dpager_mount_of(inode->i_sb)->limit->files);
	if (!object)
		return;
	dpager_object_name(object, NULL);
	dpager_object_put(object);
}

/* The node takes over a reference. */
static void node_attach(struct inode *inode, struct dpager_object *object)
{
	inode->i_private = object;
	inode->i_mapping = object->inode->i_mapping;
	inode->i_op = &node_file_iops;
	inode->i_fop = &dpager_file_fops;
	dpager_object_name(object, inode);
}

static int node_object(struct inode *inode, struct dpager_mount *mount)
{
	struct dpager_confine *confine = NULL;
	struct dpager_object *object;
	u32 detail;
	int err;

	err = dpager_mount_confine(mount, &confine);
	if (err)
		return err;
	object = dpager_object_new(confine, 0, 0, mount->limit, &detail);
	if (IS_ERR(object))
		return PTR_ERR(object);
	node_attach(inode, object);
	return 0;
}

static int node_become(struct inode *inode, dev_t dev)
{
	switch (inode->i_mode & S_IFMT) {
	case S_IFREG:
		return node_object(inode, dpager_mount_of(inode->i_sb));
	case S_IFDIR:
		dpager_names_dir(inode);
		break;
	case S_IFLNK:
		inode->i_op = &node_symlink_iops;
		break;
	default:
		inode->i_op = &node_file_iops;
		init_special_inode(inode, inode->i_mode, dev);
	}
	return 0;
}

/* It counts until it is evicted. */
static struct inode *node_make(struct dpager_idmap *idmap,
			       struct super_block *sb, const struct inode *dir,
			       umode_t mode)
{
	struct dpager_mount *mount = dpager_mount_of(sb);
	struct inode *inode;

	if (!dpager_limit_take_file(mount->limit))
		return ERR_PTR(-ENOSPC);
	inode = new_inode(sb);
	if (!inode) {
		atomic64_dec(&mount->limit->files);
		return ERR_PTR(-ENOMEM);
	}
	inode->i_ino = atomic64_inc_return(&mount->last_ino);
	inode_init_owner(idmap, inode, dir, mode);
	cache_no_acl(inode);
	dpager_node_of(inode)->born = dpager_inode_born(inode);
	return inode;
}

struct inode *dpager_node_new(struct dpager_idmap *idmap,
			      struct super_block *sb, const struct inode *dir,
			      umode_t mode, dev_t dev)
{
	struct inode *inode = node_make(idmap, sb, dir, mode);
	int err;

	if (IS_ERR(inode))
		return inode;
	err = node_become(inode, dev);
	if (!err)
		return inode;
	iput(inode);
	return ERR_PTR(err);
}

struct inode *dpager_node_of_object(struct dpager_idmap *idmap,
				    const struct inode *dir, umode_t mode,
				    struct dpager_object *object)
{
	struct inode *inode = node_make(idmap, dir->i_sb, dir, S_IFREG | mode);

	if (IS_ERR(inode))
		return inode;
	refcount_inc(&object->ref);
	node_attach(inode, object);
	return inode;
}

/* --- attributes --------------------------------------------------------- */

/* The node's i_rwsem is held. */
static int node_set_size(struct dpager_object *object, loff_t bytes)
{
	struct inode *inode = object->inode;
	int err;

	if (down_write_killable(&inode->i_rwsem))
		return -EINTR;
	err = dpager_size_set(object, bytes);
	inode_unlock(inode);
	return err;
}

/* As on tmpfs: mtime changes with the size, and where there is a page anyway. */
static bool node_changes(const struct inode *inode, bool resized)
{
	return resized || atomic64_read(&dpager_object_of(inode)->counted);
}

int dpager_node_setattr(struct dpager_idmap *idmap, struct dentry *dentry,
			struct iattr *attr)
{
	struct inode *inode = d_inode(dentry);
	bool sizes = attr->ia_valid & ATTR_SIZE, resized;
	int err;

	err = setattr_prepare(idmap, dentry, attr);
	if (err)
		return err;
	resized = sizes && attr->ia_size != i_size_read(inode);
	if (resized)
		err = node_set_size(dpager_object_of(inode), attr->ia_size);
	if (err)
		return err;
	setattr_copy(idmap, inode, attr);
	if (attr->ia_valid & ATTR_MODE)
		err = dpager_acl_chmod(idmap, dentry);
	if (!sizes)
		dpager_inode_changed(inode, false);
	else if (node_changes(inode, resized))
		dpager_inode_changed(inode, true);
	return err;
}

int dpager_node_getattr(struct dpager_idmap *idmap, const struct path *path,
			struct kstat *stat, u32 mask, unsigned int flags)
{
	struct inode *inode = d_inode(path->dentry);
	struct dpager_object *object = dpager_object_of(inode);

	dpager_fillattr(idmap, mask, inode, stat);
	if (object) {
		stat->size = i_size_read(object->inode);
		stat->blocks = atomic64_read(&object->counted) <<
			       (PAGE_SHIFT - SECTOR_SHIFT);
	}
	if (mask & STATX_BTIME) {
		stat->result_mask |= STATX_BTIME;
		stat->btime = dpager_node_of(inode)->born;
	}
	return 0;
}

/* --- their memory ------------------------------------------------------- */

static void node_init_once(void *node)
{
	inode_init_once(&((struct dpager_node *)node)->inode);
}

int dpager_node_init(void)
{
	node_cache = kmem_cache_create("dpager_node", sizeof(struct dpager_node),
				       0, SLAB_ACCOUNT | SLAB_RECLAIM_ACCOUNT,
				       node_init_once);
	return node_cache ? 0 : -ENOMEM;
}

void dpager_node_exit(void)
{
	/* Inodes are freed after RCU. */
	rcu_barrier();
	kmem_cache_destroy(node_cache);
}
