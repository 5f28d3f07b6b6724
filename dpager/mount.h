/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A mount: a file system (dpagerfs) whose regular files are memory objects that
 * are paged to the stores it names. Names and attributes are in memory.
 *
 * It holds the module while it is mounted. Its end waits for nothing but the
 * inodes: objects end by themselves, with the last reference.
 */
#ifndef _DPAGER_MOUNT_H
#define _DPAGER_MOUNT_H

#include <linux/fs.h>
#include <linux/mutex.h>

struct dpager_confine;
struct dpager_limit;
struct fs_context;
struct fs_parameter;
struct seq_file;

/**
 * struct dpager_mount - a mount
 * @limit: what it may have, and has; immutable
 * @lock: held while @confine is looked at or changed
 * @confine: the stores of files that are created from now on, or NULL: all that
 *	are not private
 * @last_ino: inode number given last
 * @mode: of its root as it was mounted; immutable, as the next two
 * @uid: likewise
 * @gid: likewise
 */
struct dpager_mount {
	struct dpager_limit *limit;
	struct mutex lock;	/* see above */
	struct dpager_confine *confine;
	atomic64_t last_ino;
	umode_t mode;
	kuid_t uid;
	kgid_t gid;
};

static inline struct dpager_mount *dpager_mount_of(const struct super_block *sb)
{
	return sb->s_fs_info;
}

/* Is it one of ours? */
bool dpager_mount_is(const struct super_block *sb);

/**
 * dpager_mount_confine() - where a new file's pages may go
 * @mount: the mount
 * @confine: out: a confinement of its own, or NULL
 *
 * Return: 0, -ENOMEM, -ESTALE: all the mount's stores are deleted.
 */
int dpager_mount_confine(struct dpager_mount *mount,
			 struct dpager_confine **confine);

/**
 * struct dpager_options - what a mount is asked for
 * @seen: which of these were given, DPAGER_OPTION_*
 * @pages: most pages, 0: any number
 * @files: most inodes, 0: any number
 * @confine: the stores
 * @mode: permissions of the root
 * @uid: its owner
 * @gid: its group
 */
struct dpager_options {
	unsigned int seen;
	u64 pages;
	u64 files;
	struct dpager_confine *confine;
	umode_t mode;
	kuid_t uid;
	kgid_t gid;
};

#define DPAGER_OPTION_SIZE	BIT(0)
#define DPAGER_OPTION_FILES	BIT(1)
#define DPAGER_OPTION_STORE	BIT(2)

/* What holds where nothing is said; NULL: no memory. */
struct dpager_options *dpager_options_new(void);
void dpager_options_free(struct dpager_options *options);

/* fs_context_operations.parse_param and .reconfigure */
int dpager_options_parse(struct fs_context *fc, struct fs_parameter *parameter);
int dpager_options_change(struct fs_context *fc);
/* super_operations.show_options */
int dpager_options_show(struct seq_file *seq, struct dentry *root);

int dpager_mount_init(void);
void dpager_mount_exit(void);

#endif /* _DPAGER_MOUNT_H */
