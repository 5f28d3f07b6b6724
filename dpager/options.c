// SPDX-License-Identifier: GPL-2.0
/* What a mount is asked for: read, shown, changed. */
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/fs_context.h>
#include <linux/fs_parser.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/user_namespace.h>

#include "compat.h"
#include "confine.h"
#include "limit.h"
#include "mount.h"
#include "store.h"

enum {
	OPTION_GID,
	OPTION_MODE,
	OPTION_NR_INODES,
	OPTION_SIZE,
	OPTION_STORE,
	OPTION_UID,
};

static const struct fs_parameter_spec options_spec[] = {
	fsparam_u32("gid", OPTION_GID),
	fsparam_u32oct("mode", OPTION_MODE),
	fsparam_string("nr_inodes", OPTION_NR_INODES),
	fsparam_string("size", OPTION_SIZE),
	fsparam_string("store", OPTION_STORE),
	fsparam_u32("uid", OPTION_UID),
	{}
};

struct dpager_options *dpager_options_new(void)
{
	struct dpager_options *options = kzalloc(sizeof(*options), GFP_KERNEL);

	if (!options)
		return NULL;
	/* Names are memory that cannot be paged out. */
	options->files = totalram_pages() / 2;
	options->mode = 0777 | S_ISVTX;
	options->uid = current_fsuid();
	options->gid = current_fsgid();
	return options;
}

void dpager_options_free(struct dpager_options *options)
{
	if (!options)
		return;
	dpager_confine_free(options->confine);
	kfree(options);
}

/* --- one by one --------------------------------------------------------- */

/* A number with k, m, g and so on; what follows is @rest. */
static bool option_number(const char *text, u64 *number, char **rest)
{
	*number = memparse(text, rest);
	return isdigit(*text) && *number <= S64_MAX;
}

static int option_size(struct fs_context *fc, struct dpager_options *options,
		       const char *text)
{
	u64 size;
	char *rest;
	bool good = option_number(text, &size, &rest);

	if (good && *rest == '%') {
		good = size <= U32_MAX;
		size = good ? totalram_pages() * size / 100 << PAGE_SHIFT : 0;
		rest++;
	}
	if (!good || *rest)
		return invalf(fc,
			      "dpagerfs: size=%s: want bytes, with k, m, g or t, or a percentage of memory",
			      text);
	options->pages = DIV_ROUND_UP_ULL(size, PAGE_SIZE);
	options->seen |= DPAGER_OPTION_SIZE;
	return 0;
}

static int option_nr_inodes(struct fs_context *fc,
			    struct dpager_options *options, const char *text)
{
	u64 files;
	char *rest;

	if (!option_number(text, &files, &rest) || *rest)
		return invalf(fc,
			      "dpagerfs: nr_inodes=%s: want a number, with k, m or g; 0: no limit",
			      text);
	options->files = files;
	options->seen |= DPAGER_OPTION_FILES;
	return 0;
}

static int option_store(struct fs_context *fc, struct dpager_options *options,
			char *names)
{
	struct dpager_confine *confine;
	const char *bad;

	confine = dpager_confine_named(names, &bad);
	if (confine == ERR_PTR(-ENOENT)) {
		errorf(fc,
		       "dpagerfs: store=%s: there is no such store, create it with dpagerctl(8)",
		       bad);
		return -ENOENT;
	}
	if (confine == ERR_PTR(-EINVAL) && bad)
		return invalf(fc, "dpagerfs: store=%s: named twice", bad);
	if (confine == ERR_PTR(-EINVAL))
		return invalf(fc, "dpagerfs: store: at most %d stores",
			      DPAGER_OBJECT_STORES);
	if (IS_ERR(confine))
		return PTR_ERR(confine);
	dpager_confine_free(options->confine);
	options->confine = confine;
	options->seen |= DPAGER_OPTION_STORE;
	return 0;
}

static int option_uid(struct fs_context *fc, struct dpager_options *options,
		      u32 number)
{
	kuid_t uid = make_kuid(current_user_ns(), number);

	if (!kuid_has_mapping(fc->user_ns, uid))
		return invalf(fc, "dpagerfs: uid=%u: not a user", number);
	options->uid = uid;
	return 0;
}

static int option_gid(struct fs_context *fc, struct dpager_options *options,
		      u32 number)
{
	kgid_t gid = make_kgid(current_user_ns(), number);

	if (!kgid_has_mapping(fc->user_ns, gid))
		return invalf(fc, "dpagerfs: gid=%u: not a group", number);
	options->gid = gid;
	return 0;
}

int dpager_options_parse(struct fs_context *fc, struct fs_parameter *parameter)
{
	struct dpager_options *options = fc->fs_private;
	struct fs_parse_result result;
	int option = fs_parse(fc, options_spec, parameter, &result);

	switch (option) {
	case OPTION_SIZE:
		return option_size(fc, options, parameter->string);
	case OPTION_NR_INODES:
		return option_nr_inodes(fc, options, parameter->string);
	case OPTION_STORE:
		return option_store(fc, options, parameter->string);
	case OPTION_UID:
		return option_uid(fc, options, result.uint_32);
	case OPTION_GID:
		return option_gid(fc, options, result.uint_32);
	case OPTION_MODE:
		options->mode = result.uint_32 & 07777;
		return 0;
	default:
		return option;
	}
}

/* --- remount ------------------------------------------------------------ */

/*
 * Who takes pages or files at this very moment may go beyond a new limit by
 * those. Root's mode and owner are left to chmod and chown, as tmpfs has it.
 */
int dpager_options_change(struct fs_context *fc)
{
	struct dpager_mount *mount = dpager_mount_of(fc->root->d_sb);
	struct dpager_options *options = fc->fs_private;
	struct dpager_limit *limit = mount->limit;

	if ((options->seen & DPAGER_OPTION_SIZE) && options->pages &&
	    options->pages < atomic64_read(&limit->pages))
		return invalf(fc,
			      "dpagerfs: size: more is in use; remove files, or choose more");
	if ((options->seen & DPAGER_OPTION_FILES) && options->files &&
	    options->files < atomic64_read(&limit->files))
		return invalf(fc,
			      "dpagerfs: nr_inodes: more are in use; remove files, or choose more");
	if (options->seen & DPAGER_OPTION_SIZE)
		WRITE_ONCE(limit->most_pages, options->pages);
	if (options->seen & DPAGER_OPTION_FILES)
		WRITE_ONCE(limit->most_files, options->files);
	if (options->seen & DPAGER_OPTION_STORE) {
		mutex_lock(&mount->lock);
		swap(mount->confine, options->confine);
		mutex_unlock(&mount->lock);
	}
	return 0;
}

/* --- what there is ------------------------------------------------------ */

static void options_show_stores(struct seq_file *seq,
				struct dpager_mount *mount)
{
	u32 i;

	mutex_lock(&mount->lock);
	for (i = 0; mount->confine && i < mount->confine->count; i++)
		seq_printf(seq, "%s%s", i ? ":" : ",store=",
			   mount->confine->stores[i]->name);
	mutex_unlock(&mount->lock);
}

int dpager_options_show(struct seq_file *seq, struct dentry *root)
{
	struct dpager_mount *mount = dpager_mount_of(root->d_sb);
	u64 pages = READ_ONCE(mount->limit->most_pages);

	options_show_stores(seq, mount);
	if (pages)
		seq_printf(seq, ",size=%lluk", pages << (PAGE_SHIFT - 10));
	seq_printf(seq, ",nr_inodes=%llu", READ_ONCE(mount->limit->most_files));
	if (mount->mode != (0777 | S_ISVTX))
		seq_printf(seq, ",mode=%03ho", mount->mode);
	if (!uid_eq(mount->uid, GLOBAL_ROOT_UID))
		seq_printf(seq, ",uid=%u",
			   from_kuid_munged(&init_user_ns, mount->uid));
	if (!gid_eq(mount->gid, GLOBAL_ROOT_GID))
		seq_printf(seq, ",gid=%u",
			   from_kgid_munged(&init_user_ns, mount->gid));
	return 0;
}
