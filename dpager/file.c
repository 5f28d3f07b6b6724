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
	file_accessed(file);
	/*
	 * A file with a name may be run, so nothing else tells khugepaged to leave
	 * its page cache alone: see object_inode().
	 */
	if (file_inode(file)->i_mapping != &file_inode(file)->i_data)
		dpager_vma_set(vma, VM_NOHUGEPAGE);
	vma->vm_ops = &dpager_vm_ops;
	return 0;
}

/* A name that is opened; the name's inode has a reference, too. */
static int file_open(struct inode *inode, struct file *file)
{
	struct dpager_object *object = dpager_object_of(inode);

	return refcount_inc_not_zero(&object->ref) ? 0 : -ENXIO;
}

static int file_release(struct inode *inode, struct file *file)
{
	dpager_object_put(dpager_object_of(inode));
	return 0;
}

const struct file_operations dpager_file_fops = {
	.owner = THIS_MODULE,
	.open = file_open,
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
