// SPDX-License-Identifier: GPL-2.0
/* Mounts: their superblock, and the file system's type. */
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/fs_context.h>
#include <linux/kdev_t.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/statfs.h>

#include "acl.h"
#include "compat.h"
#include "confine.h"
#include "dpager.h"
#include "limit.h"
#include "mount.h"
#include "node.h"
#include "space.h"
#include "xattr.h"

#define MOUNT_MAGIC		0x64706673	/* "dpfs" */

int dpager_mount_confine(struct dpager_mount *mount,
			 struct dpager_confine **confine)
{
	int err = 0;

	*confine = NULL;
	mutex_lock(&mount->lock);
	if (dpager_confine_dead(mount->confine)) {
		err = -ESTALE;
	} else if (mount->confine) {
		*confine = dpager_confine_copy(mount->confine);
		err = *confine ? 0 : -ENOMEM;
	}
	mutex_unlock(&mount->lock);
	return err;
}

/* Pages that its stores have room for, and memory could have. */
static u64 mount_room(struct dpager_mount *mount)
{
	DECLARE_BITMAP(listed, DPAGER_SEGMENTS_MAX) = {};
	struct dpager_room room;
	bool all;

	mutex_lock(&mount->lock);
	all = !mount->confine;
	if (!all)
		dpager_space_list(mount->confine, listed);
	mutex_unlock(&mount->lock);
	room = dpager_space_room(NULL, listed);
	return (all ? room.all : room.listed) + max(si_mem_available(), 0L);
}

/*
 * Used are the pages that count. Without a size there is room for what stores
 * and memory take now; with one, no more than that is available.
 */
static int mount_statfs(struct dentry *dentry, struct kstatfs *buf)
{
	struct super_block *sb = dentry->d_sb;
	struct dpager_mount *mount = dpager_mount_of(sb);
	struct dpager_limit *limit = mount->limit;
	u64 used = atomic64_read(&limit->pages), room = mount_room(mount);
	u64 most = READ_ONCE(limit->most_pages);

	buf->f_type = MOUNT_MAGIC;
	buf->f_bsize = PAGE_SIZE;
	buf->f_namelen = NAME_MAX;
	buf->f_fsid = u64_to_fsid(huge_encode_dev(sb->s_dev));
	buf->f_blocks = most ?: used + room;
	buf->f_bfree = dpager_over(buf->f_blocks, used);
	buf->f_bavail = min(buf->f_bfree, room);
	buf->f_files = READ_ONCE(limit->most_files);
	buf->f_ffree = dpager_over(buf->f_files, atomic64_read(&limit->files));
	return 0;
}

static const struct super_operations mount_sops = {
	.alloc_inode = dpager_node_alloc,
	.free_inode = dpager_node_free,
	.evict_inode = dpager_node_evict,
	.drop_inode = DPAGER_DROP_INODE,
	.statfs = mount_statfs,
	.show_options = dpager_options_show,
};

bool dpager_mount_is(const struct super_block *sb)
{
	return sb->s_op == &mount_sops;
}

/* --- its life ----------------------------------------------------------- */

static void mount_free(struct dpager_mount *mount)
{
	if (!mount)
		return;
	dpager_limit_put(mount->limit);
	dpager_confine_free(mount->confine);
	kfree(mount);
}

static struct dpager_mount *mount_new(struct dpager_options *options)
{
	struct dpager_mount *mount = kzalloc(sizeof(*mount), GFP_KERNEL);

	if (!mount)
		return NULL;
	mount->limit = dpager_limit_new(options->pages, options->files);
	if (!mount->limit) {
		kfree(mount);
		return NULL;
	}
	mutex_init(&mount->lock);
	mount->confine = options->confine;
	options->confine = NULL;
	mount->mode = options->mode;
	mount->uid = options->uid;
	mount->gid = options->gid;
	return mount;
}

static void mount_fill_fields(struct super_block *sb)
{
	sb->s_maxbytes = MAX_LFS_FILESIZE;
	sb->s_blocksize = PAGE_SIZE;
	sb->s_blocksize_bits = PAGE_SHIFT;
	sb->s_magic = MOUNT_MAGIC;
	sb->s_op = &mount_sops;
	sb->s_xattr = dpager_xattr_handlers;
	sb->s_time_gran = 1;
	/* Whether an inode has security.* is remembered: see file_remove_privs(). */
	sb->s_flags |= SB_NOSEC | DPAGER_ACL_FLAG;
}

/* What it leaves when it fails, mount_kill() takes down. */
static int mount_fill(struct super_block *sb, struct fs_context *fc)
{
	struct dpager_mount *mount = mount_new(fc->fs_private);
	struct inode *root;

	if (!mount)
		return -ENOMEM;
	sb->s_fs_info = mount;
	mount_fill_fields(sb);
	root = dpager_node_new(DPAGER_IDMAP_NONE, sb, NULL,
			       S_IFDIR | mount->mode, 0);
	if (IS_ERR(root))
		return PTR_ERR(root);
	root->i_uid = mount->uid;
	root->i_gid = mount->gid;
	sb->s_root = d_make_root(root);
	return sb->s_root ? 0 : -ENOMEM;
}

static int mount_get_tree(struct fs_context *fc)
{
	return get_tree_nodev(fc, mount_fill);
}

static void mount_free_fc(struct fs_context *fc)
{
	dpager_options_free(fc->fs_private);
}

static const struct fs_context_operations mount_fc_ops = {
	.free = mount_free_fc,
	.parse_param = dpager_options_parse,
	.get_tree = mount_get_tree,
	.reconfigure = dpager_options_change,
};

static int mount_init_fs_context(struct fs_context *fc)
{
	fc->fs_private = dpager_options_new();
	if (!fc->fs_private)
		return -ENOMEM;
	fc->ops = &mount_fc_ops;
	return 0;
}

/*
 * No file is open and nothing is mapped. Each inode goes with its name, and lets
 * go of its object; descriptors of those that came from elsewhere
 * (DPAGER_IOC_OBJECT_OPEN) keep the object, and the limit, but no inode of it.
 */
static void mount_kill(struct super_block *sb)
{
	struct dpager_mount *mount = dpager_mount_of(sb);

	dpager_kill_super(sb);
	mount_free(mount);
}

/*
 * Not for user namespaces (no FS_USERNS_MOUNT): whoever mounts one names stores,
 * fills them without a quota of the mounter's making, and takes kernel memory
 * for names that only a limit of its own choice bounds. /dev/dpager is what an
 * administrator gives to who may do the first two.
 */
static struct file_system_type mount_fs = {
	.owner = THIS_MODULE,
	.name = "dpagerfs",
	.init_fs_context = mount_init_fs_context,
	.kill_sb = mount_kill,
};
MODULE_ALIAS_FS("dpagerfs");

int dpager_mount_init(void)
{
	int err = dpager_node_init();

	if (err)
		return err;
	err = register_filesystem(&mount_fs);
	if (err)
		dpager_node_exit();
	return err;
}

void dpager_mount_exit(void)
{
	unregister_filesystem(&mount_fs);
	dpager_node_exit();
}
