// SPDX-License-Identifier: GPL-2.0
/* Regular files that segments lie on. */
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "dpager.h"
#include "map.h"
#include "swapfile.h"

/* Room for extents at first. */
#define SWAPFILE_EXTENTS	64U
/* Writers that came just before the flag may dirty pages as often as that. */
#define SWAPFILE_TRIES		4

static struct inode *swapfile_inode(const struct dpager_swapfile *swapfile)
{
	return file_inode(swapfile->file);
}

u64 dpager_swapfile_number(const struct dpager_swapfile *swapfile)
{
	return swapfile_inode(swapfile)->i_ino;
}

/* --- checks ------------------------------------------------------------- */

/* The caller's open file, which is a regular one that can be written. */
static struct file *swapfile_get(int fd, u32 *detail)
{
	struct file *file = fget(fd);
	int err;

	if (!file)
		return ERR_PTR(dpager_fail(detail, DPAGER_DETAIL_DEVICE_FD,
					   -EBADF));
	if (!S_ISREG(file_inode(file)->i_mode))
		err = dpager_fail(detail, DPAGER_DETAIL_FILE_KIND, -EINVAL);
	else if (!(file->f_mode & FMODE_WRITE))
		err = dpager_fail(detail, DPAGER_DETAIL_DEVICE_MODE, -EACCES);
	else
		return file;
	fput(file);
	return ERR_PTR(err);
}

/*
 * File systems that overwrite in place, answer bmap() with numbers of blocks on
 * sb->s_bdev, and with 0 for a hole and for what was never written; and that
 * look for S_SWAPFILE wherever they would move blocks of a file:
 *
 *   ext2, ext3, ext4	EXT4_IOC_MOVE_EXT and _SWAP_BOOT; writes, fallocate and
 *			truncation in the VFS
 *   xfs		exchanging ranges, reflinking (VFS). Of a file that shares
 *			blocks or lies on the realtime device bmap() answers 0
 *
 * Not: what writes elsewhere (btrfs, f2fs, nilfs2), what has several devices or
 * none (btrfs, NFS, tmpfs), what stands for other files (overlayfs, ecryptfs),
 * and what asks somebody else who may move blocks (fuseblk, ocfs2, gfs2).
 */
static const char *const swapfile_types[] = { "ext2", "ext3", "ext4", "xfs" };

/*
 * Do blocks stay where they are, and mean on the device what they do here?
 * Without swap the kernel knows no S_SWAPFILE.
 */
static bool swapfile_stays(struct inode *inode)
{
	const struct super_block *sb = inode->i_sb;

	return IS_ENABLED(CONFIG_SWAP) && sb->s_bdev &&
	       inode->i_mapping->a_ops->bmap &&
	       match_string(swapfile_types, ARRAY_SIZE(swapfile_types),
			    sb->s_type->name) >= 0 &&
	       !IS_DAX(inode) && !IS_ENCRYPTED(inode) && !IS_VERITY(inode);
}

/* The size stays, too, once the flag is set under the same lock. */
static int swapfile_check(struct inode *inode, u64 bytes, u64 *pages,
			  u32 *detail)
{
	u64 size = i_size_read(inode);

	lockdep_assert_held_write(&inode->i_rwsem);
	if (IS_SWAPFILE(inode))
		return dpager_fail(detail, DPAGER_DETAIL_FILE_FLAGS,
				   -ETXTBSY);
	if (IS_IMMUTABLE(inode) || IS_APPEND(inode))
		return dpager_fail(detail, DPAGER_DETAIL_FILE_FLAGS, -EPERM);
	if (!swapfile_stays(inode))
		return dpager_fail(detail, DPAGER_DETAIL_FILE_SYSTEM,
				   -EOPNOTSUPP);
	if (bytes > size)
		return dpager_fail(detail, DPAGER_DETAIL_BEYOND_END, -ENXIO);
	*pages = min((bytes ?: size) >> PAGE_SHIFT,
		     BIT_ULL(DPAGER_PLACE_SLOT_BITS));
	if (!*pages)
		return dpager_fail(detail, DPAGER_DETAIL_TOO_SMALL, -ENOSPC);
	return 0;
}

/*
 * From here on nobody writes, truncates or deletes it. Who was at it had the
 * lock; direct I/O goes on without, and is waited for. A shared mapping raises
 * SIGBUS when it makes a clean page writable.
 */
static int swapfile_protect(struct inode *inode, u64 bytes, u64 *pages,
			    u32 *detail)
{
	int err;

	inode_lock(inode);
	err = swapfile_check(inode, bytes, pages, detail);
	if (!err) {
		inode_dio_wait(inode);
		inode_set_flags(inode, S_SWAPFILE, S_SWAPFILE);
	}
	inode_unlock(inode);
	return err;
}

static void swapfile_unprotect(struct inode *inode)
{
	inode_lock(inode);
	inode_set_flags(inode, 0, S_SWAPFILE);
	inode_unlock(inode);
}

/* --- where it lies ------------------------------------------------------ */

/* Move the extents to memory for so many. */
static int swapfile_resize(struct dpager_extents *e, u32 room)
{
	/* For a huge fragmented file better no segment than an OOM kill. */
	gfp_t gfp = GFP_KERNEL | __GFP_RETRY_MAYFAIL | __GFP_NOWARN;
	struct dpager_extent *extent;

	extent = kvmalloc_array(room, sizeof(*extent), gfp);
	if (!extent)
		return -ENOMEM;
	memcpy(extent, e->extent, e->count * sizeof(*extent));
	kvfree(e->extent);
	e->extent = extent;
	e->room = room;
	return 0;
}

static int swapfile_reserve(struct dpager_extents *e)
{
	if (e->count < e->room)
		return 0;
	if (e->room > U32_MAX / 2)
		return -ENOMEM;
	return swapfile_resize(e, max(2 * e->room, SWAPFILE_EXTENTS));
}

static int swapfile_map_block(struct dpager_swapfile *swapfile, u64 block,
			      u64 end, u32 *detail)
{
	struct inode *inode = swapfile_inode(swapfile);
	u64 from = block << inode->i_blkbits;
	sector_t at = block;
	int err;

	if (bmap(inode, &at) || !at)
		return dpager_fail(detail, DPAGER_DETAIL_FILE_HOLES, -EINVAL);
	err = swapfile_reserve(&swapfile->extents);
	if (err)
		return err;
	/* Of a block of several pages the last may be more than is wanted. */
	dpager_extents_add(&swapfile->extents, (u64)at << inode->i_blkbits,
			   min_t(u64, i_blocksize(inode), end - from));
	return 0;
}

static int swapfile_map(struct dpager_swapfile *swapfile, u64 pages,
			u32 *detail)
{
	u64 end = pages << PAGE_SHIFT, block;
	u64 blocks = DIV_ROUND_UP_ULL(end, i_blocksize(swapfile_inode(swapfile)));
	int err;

	for (block = 0; block < blocks; block++) {
		err = swapfile_map_block(swapfile, block, end, detail);
		if (err)
			return err;
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
	}
	if (!swapfile->extents.slots)
		return dpager_fail(detail, DPAGER_DETAIL_TOO_SMALL, -ENOSPC);
	/* Without memory it stays as large as it is. */
	swapfile_resize(&swapfile->extents, swapfile->extents.count);
	return 0;
}

static int swapfile_write(struct inode *inode, u32 *detail)
{
	if (filemap_write_and_wait(inode->i_mapping))
		return dpager_fail(detail, DPAGER_DETAIL_IO, -EIO);
	return 0;
}

/*
 * Nothing of what the page cache had is written later, over our pages. With
 * data=journal a page leaves the page cache only when no transaction has it.
 */
static int swapfile_settle(struct inode *inode, u32 *detail)
{
	int tries, err;

	for (tries = 0; tries < SWAPFILE_TRIES; tries++) {
		err = swapfile_write(inode, detail);
		if (err || !invalidate_inode_pages2(inode->i_mapping))
			return err;
	}
	return dpager_fail(detail, DPAGER_DETAIL_FILE_SYSTEM, -EOPNOTSUPP);
}

/* Blocks are allocated when it is written, so that comes before, too. */
static int swapfile_find(struct dpager_swapfile *swapfile, u64 pages,
			 u32 *detail)
{
	struct inode *inode = swapfile_inode(swapfile);
	int err = swapfile_write(inode, detail);

	if (!err)
		err = swapfile_map(swapfile, pages, detail);
	if (!err)
		err = swapfile_settle(inode, detail);
	return err;
}

/* --- life --------------------------------------------------------------- */

struct dpager_swapfile *dpager_swapfile_open(int fd, u64 bytes, u32 *detail)
{
	struct file *file = swapfile_get(fd, detail);
	struct dpager_swapfile *swapfile;
	u64 pages;
	int err;

	if (IS_ERR(file))
		return ERR_CAST(file);
	err = swapfile_protect(file_inode(file), bytes, &pages, detail);
	if (err)
		goto err_file;
	swapfile = kzalloc(sizeof(*swapfile), GFP_KERNEL);
	if (!swapfile) {
		err = -ENOMEM;
		goto err_protect;
	}
	swapfile->file = file;
	swapfile->bdev = file_inode(file)->i_sb->s_bdev;
	err = swapfile_find(swapfile, pages, detail);
	if (err)
		goto err_extents;
	return swapfile;

err_extents:
	kvfree(swapfile->extents.extent);
	kfree(swapfile);
err_protect:
	swapfile_unprotect(file_inode(file));
err_file:
	fput(file);
	return ERR_PTR(err);
}

void dpager_swapfile_release(struct dpager_swapfile *swapfile)
{
	struct inode *inode = swapfile_inode(swapfile);

	/* What somebody read meanwhile is not what the file has now. */
	invalidate_inode_pages2(inode->i_mapping);
	swapfile_unprotect(inode);
	fput(swapfile->file);
	kvfree(swapfile->extents.extent);
	kfree(swapfile);
}
