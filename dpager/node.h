/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A node: an inode of a mount. One of a regular file has a memory object, by an
 * inode of the object's own; they share its page cache:
 *
 *	node: names, owner, mode, times, xattrs, locks, i_mapping ---.
 *	object->inode: i_data, the page cache, and mapping->host <---'
 *
 * So nothing of a mount waits for a device: its nodes hold no page, and what
 * they let go of ends where all objects do, in a worker. Sizes are the object's
 * (dpager_object_set_size() keeps both inodes equal).
 *
 * Life: created with its first name; goes with the last name and descriptor, and
 * its reference on the object with it.
 */
#ifndef _DPAGER_NODE_H
#define _DPAGER_NODE_H

#include <linux/fs.h>

#include "compat.h"
#include "xattr.h"

struct dpager_object;

/**
 * struct dpager_node - an inode of a mount
 * @inode: the inode; i_private is the object of a regular file
 * @xattrs: its extended attributes
 * @born: when it was created; immutable
 */
struct dpager_node {
	struct inode inode;
	struct dpager_xattrs xattrs;
	struct timespec64 born;
};

static inline struct dpager_node *dpager_node_of(struct inode *inode)
{
	return container_of(inode, struct dpager_node, inode);
}

/**
 * dpager_node_new() - a new inode
 * @idmap: the mount's
 * @sb: a mount of ours
 * @dir: where its first name will be, or NULL: it is the root
 * @mode: kind and permissions
 * @dev: which device, where it is one
 *
 * Return: the inode, without a name, or ERR_PTR(-ENOSPC: there are as many as
 * there may be; -ENOMEM; -ESTALE: the mount's stores are deleted).
 */
struct inode *dpager_node_new(struct dpager_idmap *idmap,
			      struct super_block *sb, const struct inode *dir,
			      umode_t mode, dev_t dev);

/* The same of an object that there is; takes a reference on it. */
struct inode *dpager_node_of_object(struct dpager_idmap *idmap,
				    const struct inode *dir, umode_t mode,
				    struct dpager_object *object);

/* super_operations */
struct inode *dpager_node_alloc(struct super_block *sb);
void dpager_node_free(struct inode *inode);
void dpager_node_evict(struct inode *inode);

/* inode_operations */
int dpager_node_setattr(struct dpager_idmap *idmap, struct dentry *dentry,
			struct iattr *attr);
int dpager_node_getattr(struct dpager_idmap *idmap, const struct path *path,
			struct kstat *stat, u32 mask, unsigned int flags);

int dpager_node_init(void);
void dpager_node_exit(void);

#endif /* _DPAGER_NODE_H */
