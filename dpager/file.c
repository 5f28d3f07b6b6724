// SPDX-License-Identifier: GPL-2.0
/* What an object's descriptor does: map it, control it, let go of it. */

#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/module.h>

#include "compat.h"
#include "ctl.h"
#include "fault.h"
#include "file.h"
#include "object.h"

static int file_mmap(struct file *file, struct vm_area_struct *vma)
{
	vma->vm_ops = &dpager_vm_ops;
	return 0;
}

static int file_release(struct inode *inode, struct file *file)
{
	dpager_object_put(dpager_object_of(inode));
	return 0;
}

const struct file_operations dpager_file_fops = {
	.owner = THIS_MODULE,
	.mmap = file_mmap,
	.release = file_release,
	.llseek = generic_file_llseek,
	.unlocked_ioctl = dpager_ctl_object_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

/* An object's size and owner are those of its creation. */
static int file_setattr(DPAGER_SETATTR_ARGS)
{
	return -EOPNOTSUPP;
}

const struct inode_operations dpager_file_iops = {
	.setattr = file_setattr,
};
