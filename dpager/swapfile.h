/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A regular file that a segment lies on, as swap files do: where its blocks are
 * is looked up once, and from then on pages go to and from the file system's
 * device without the file system.
 *
 * What keeps the blocks where they are: S_SWAPFILE, which whoever writes,
 * truncates, moves or deletes a file looks at; and the open file, which keeps
 * its file system mounted.
 */
#ifndef _DPAGER_SWAPFILE_H
#define _DPAGER_SWAPFILE_H

#include <linux/types.h>

#include "extent.h"

struct block_device;
struct file;

/**
 * struct dpager_swapfile - a file in use; immutable
 * @file: the caller's open file, referenced
 * @bdev: its file system's device, which that claims
 * @extents: where its pages lie on it
 */
struct dpager_swapfile {
	struct file *file;
	struct block_device *bdev;
	struct dpager_extents extents;
};

/**
 * dpager_swapfile_open() - check a file, protect it, and look where it lies
 * @fd: what the caller gave as the file's descriptor
 * @bytes: how much of it is wanted; 0: all
 * @detail: out: enum dpager_detail when it fails
 *
 * Context: process, sleeps, and writes what the page cache has of the file.
 * Return: the file with one slot at least, or ERR_PTR() as for
 * DPAGER_IOC_ADD_FILE up to ENFILE; -ENOMEM, -EINTR; -EIO when it could not be
 * written.
 */
struct dpager_swapfile *dpager_swapfile_open(int fd, u64 bytes, u32 *detail);

/* It is an ordinary file again. Context: process, sleeps; nothing looks at it. */
void dpager_swapfile_release(struct dpager_swapfile *swapfile);

/* The inode's number, for the log. */
u64 dpager_swapfile_number(const struct dpager_swapfile *swapfile);

#endif /* _DPAGER_SWAPFILE_H */
