// SPDX-License-Identifier: GPL-2.0
/* Extended attributes of the files of a mount. */
#include <linux/capability.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/xattr.h>

#include "compat.h"
#include "node.h"
#include "xattr.h"

/**
 * struct xattr_entry - an attribute
 * @link: in its inode's list
 * @name: with its prefix; allocated
 * @size: bytes of the value
 * @value: the value
 */
struct xattr_entry {
	struct list_head link;
	char *name;
	size_t size;
	char value[] __counted_by(size);
};

static size_t entry_bytes(const struct xattr_entry *entry)
{
	return sizeof(*entry) + strlen(entry->name) + 1 + entry->size;
}

static void entry_free(struct xattr_entry *entry)
{
	if (!entry)
		return;
	kfree(entry->name);
	kvfree(entry);
}

/* Takes over @name, which may be NULL, also when it fails. */
static struct xattr_entry *entry_new(char *name, const void *value, size_t size)
{
	struct xattr_entry *entry = NULL;

	if (name)
		entry = kvmalloc(struct_size(entry, value, size),
				 GFP_KERNEL_ACCOUNT);
	if (!entry) {
		kfree(name);
		return NULL;
	}
	entry->name = name;
	entry->size = size;
	memcpy(entry->value, value, size);
	return entry;
}

static struct xattr_entry *xattrs_find(const struct dpager_xattrs *xattrs,
				       const char *name)
{
	struct xattr_entry *entry;

	list_for_each_entry(entry, &xattrs->list, link)
		if (!strcmp(entry->name, name))
			return entry;
	return NULL;
}

void dpager_xattrs_init(struct dpager_xattrs *xattrs)
{
	init_rwsem(&xattrs->lock);
	INIT_LIST_HEAD(&xattrs->list);
	xattrs->bytes = 0;
}

void dpager_xattrs_free(struct dpager_xattrs *xattrs)
{
	struct xattr_entry *entry, *next;

	list_for_each_entry_safe(entry, next, &xattrs->list, link)
		entry_free(entry);
	INIT_LIST_HEAD(&xattrs->list);
}

static int xattrs_get(struct dpager_xattrs *xattrs, const char *name,
		      void *buffer, size_t size)
{
	const struct xattr_entry *entry;
	int ret = -ENODATA;

	down_read(&xattrs->lock);
	entry = xattrs_find(xattrs, name);
	if (entry)
		ret = entry->size;
	if (entry && buffer && entry->size > size)
		ret = -ERANGE;
	else if (entry && buffer)
		memcpy(buffer, entry->value, entry->size);
	up_read(&xattrs->lock);
	return ret;
}

/*
 * Put @entry (NULL: nothing) in the place of @old (NULL: of nothing). Under
 * xattrs->lock (write).
 */
static int xattrs_replace(struct dpager_xattrs *xattrs, struct xattr_entry *old,
			  struct xattr_entry *entry)
{
	size_t bytes = xattrs->bytes - (old ? entry_bytes(old) : 0) +
		       (entry ? entry_bytes(entry) : 0);

	if (entry && bytes > DPAGER_XATTRS_MAX)
		return -ENOSPC;
	if (entry && old)
		list_replace(&old->link, &entry->link);
	else if (entry)
		list_add_tail(&entry->link, &xattrs->list);
	else if (old)
		list_del(&old->link);
	xattrs->bytes = bytes;
	return 0;
}

/* @entry is taken over in any case; NULL: remove it. */
static int xattrs_set(struct dpager_xattrs *xattrs, const char *name,
		      struct xattr_entry *entry, int flags)
{
	struct xattr_entry *old;
	int err;

	down_write(&xattrs->lock);
	old = xattrs_find(xattrs, name);
	if (old && (flags & XATTR_CREATE))
		err = -EEXIST;
	else if (!old && (flags & XATTR_REPLACE))
		err = -ENODATA;
	else
		err = xattrs_replace(xattrs, old, entry);
	up_write(&xattrs->lock);
	entry_free(err ? entry : old);
	return err;
}

static int xattr_get(const struct xattr_handler *handler, struct dentry *dentry,
		     struct inode *inode, const char *name, void *buffer,
		     size_t size)
{
	return xattrs_get(&dpager_node_of(inode)->xattrs,
			  xattr_full_name(handler, name), buffer, size);
}

static int xattr_set(const struct xattr_handler *handler,
		     struct dpager_idmap *idmap, struct dentry *dentry,
		     struct inode *inode, const char *name, const void *value,
		     size_t size, int flags)
{
	struct xattr_entry *entry = NULL;
	int err;

	name = xattr_full_name(handler, name);
	if (value) {
		entry = entry_new(kstrdup(name, GFP_KERNEL_ACCOUNT), value,
				  size);
		if (!entry)
			return -ENOMEM;
	}
	err = xattrs_set(&dpager_node_of(inode)->xattrs, name, entry, flags);
	if (!err)
		dpager_inode_changed(inode, false);
	return err;
}

int dpager_xattr_initial(struct inode *inode, const struct xattr *given,
			 void *unused)
{
	struct xattr_entry *entry;
	int err = 0;

	for (; given->name && !err; given++) {
		entry = entry_new(kasprintf(GFP_KERNEL_ACCOUNT, "%s%s",
					    XATTR_SECURITY_PREFIX, given->name),
				  given->value, given->value_len);
		if (!entry)
			return -ENOMEM;
		err = xattrs_set(&dpager_node_of(inode)->xattrs, entry->name,
				 entry, 0);
	}
	return err;
}

/* One more name, behind @total bytes; all bytes then, or -ERANGE. */
static ssize_t list_more(const char *name, char *buffer, size_t size,
			 ssize_t total)
{
	size_t length = strlen(name) + 1;

	if (buffer && total + length > size)
		return -ERANGE;
	if (buffer)
		memcpy(buffer + total, name, length);
	return total + length;
}

/* Those that xattr_handlers of ours do not keep. */
static ssize_t list_acls(struct inode *inode, char *buffer, size_t size)
{
	ssize_t total = 0;

#ifdef CONFIG_FS_POSIX_ACL
	if (READ_ONCE(inode->i_acl))
		total = list_more(XATTR_NAME_POSIX_ACL_ACCESS, buffer, size, 0);
	if (total >= 0 && READ_ONCE(inode->i_default_acl))
		total = list_more(XATTR_NAME_POSIX_ACL_DEFAULT, buffer, size,
				  total);
#endif
	return total;
}

ssize_t dpager_xattr_list(struct dentry *dentry, char *buffer, size_t size)
{
	struct dpager_xattrs *xattrs = &dpager_node_of(d_inode(dentry))->xattrs;
	bool trusted = capable(CAP_SYS_ADMIN);
	struct xattr_entry *entry;
	ssize_t total;

	total = list_acls(d_inode(dentry), buffer, size);
	if (total < 0)
		return total;
	down_read(&xattrs->lock);
	list_for_each_entry(entry, &xattrs->list, link) {
		if (!trusted && !strncmp(entry->name, XATTR_TRUSTED_PREFIX,
					 XATTR_TRUSTED_PREFIX_LEN))
			continue;
		total = list_more(entry->name, buffer, size, total);
		if (total < 0)
			break;
	}
	up_read(&xattrs->lock);
	return total;
}

static const struct xattr_handler xattr_user = {
	.prefix = XATTR_USER_PREFIX,
	.get = xattr_get,
	.set = xattr_set,
};

static const struct xattr_handler xattr_trusted = {
	.prefix = XATTR_TRUSTED_PREFIX,
	.get = xattr_get,
	.set = xattr_set,
};

static const struct xattr_handler xattr_security = {
	.prefix = XATTR_SECURITY_PREFIX,
	.get = xattr_get,
	.set = xattr_set,
};

const struct xattr_handler *dpager_xattr_handlers[] = {
	&xattr_user,
	&xattr_trusted,
	&xattr_security,
	DPAGER_ACL_HANDLERS
	NULL
};
