/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Extended attributes of the files of a mount: user.*, trusted.*, security.*.
 * They are in memory, charged to who sets them, and go with the inode.
 */
#ifndef _DPAGER_XATTR_H
#define _DPAGER_XATTR_H

#include <linux/list.h>
#include <linux/rwsem.h>
#include <linux/types.h>
#include <linux/xattr.h>

struct dentry;
struct inode;

/* Bytes that names and values of one inode may take, with what they lie in. */
#define DPAGER_XATTRS_MAX	(128U << 10)

/**
 * struct dpager_xattrs - attributes of an inode
 * @lock: protects the rest
 * @list: in the order they were set
 * @bytes: what they take
 */
struct dpager_xattrs {
	struct rw_semaphore lock;	/* see above */
	struct list_head list;
	size_t bytes;
};

extern const struct xattr_handler *dpager_xattr_handlers[];

void dpager_xattrs_init(struct dpager_xattrs *xattrs);
/* The inode goes. */
void dpager_xattrs_free(struct dpager_xattrs *xattrs);

/* What security modules give a new inode. 0 or -ENOMEM. */
int dpager_xattr_initial(struct inode *inode, const struct xattr *given,
			 void *unused);

/* inode_operations.listxattr */
ssize_t dpager_xattr_list(struct dentry *dentry, char *buffer, size_t size);

#endif /* _DPAGER_XATTR_H */
