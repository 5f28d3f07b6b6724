// SPDX-License-Identifier: GPL-2.0
/* What an object's descriptor does: all that one of a regular file does. */

#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/module.h>

#include "advise.h"
#include "compat.h"
#include "ctl.h"
#include "fallocate.h"
#include "fault.h"
#include "file.h"
#include "object.h"
#include "rw.h"
#include "seek.h"
#include "size.h"

/*
 * By a path, such as /proc/self/fd/7. Who has only found the inode does not keep
 * its object alive.
 */
static int file_open(struct inode *inode, struct file *file)
{
	if (!dpager_object_get(dpager_object_of(inode)))
		return -ESTALE;
	file->f_mode |= FMODE_CAN_ODIRECT;
	return 0;
}

static int file_release(struct inode *inode, struct file *file)
{
	dpager_object_put(dpager_object_of(inode));
	return 0;
}

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

int dpager_file_lock(struct file *file)
{
	struct inode *inode = file_inode(file);
	struct inode *objects = dpager_object_of(inode)->inode;

	if (down_write_killable(&inode->i_rwsem))
		return -EINTR;
	if (objects == inode || !down_write_killable(&objects->i_rwsem))
		return 0;
	inode_unlock(inode);
	return -EINTR;
}

void dpager_file_unlock(struct file *file)
{
	struct inode *inode = file_inode(file);
	struct inode *objects = dpager_object_of(inode)->inode;

	if (objects != inode)
		inode_unlock(objects);
	inode_unlock(inode);
}

static loff_t file_seek_data(struct file *file, loff_t offset, int whence)
{
	struct dpager_object *object = dpager_object_of(file_inode(file));
	struct inode *inode = object->inode;

	if (down_read_killable(&inode->i_rwsem))
		return -EINTR;
	offset = dpager_seek(object, offset, whence);
	if (offset >= 0)
		offset = vfs_setpos(file, offset, MAX_LFS_FILESIZE);
	inode_unlock_shared(inode);
	return offset;
}

static loff_t file_llseek(struct file *file, loff_t offset, int whence)
{
	if (whence == SEEK_DATA || whence == SEEK_HOLE)
		return file_seek_data(file, offset, whence);
	return generic_file_llseek(file, offset, whence);
}

const struct file_operations dpager_file_fops = {
	.owner = THIS_MODULE,
	.open = file_open,
	.release = file_release,
	.mmap = file_mmap,
	.llseek = file_llseek,
	.read_iter = dpager_rw_read,
	.write_iter = dpager_rw_write,
	.splice_read = dpager_splice_read,
	.splice_write = iter_file_splice_write,
	/* Nothing is kept beyond the machine's next start. */
	.fsync = noop_fsync,
	.fallocate = dpager_fallocate,
	.fadvise = dpager_advise,
	.setlease = generic_setlease,
	.unlocked_ioctl = dpager_ctl_object_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

/* i_rwsem is held. */
static int file_resize(struct inode *inode, loff_t bytes)
{
	struct dpager_object *object = dpager_object_of(inode);
	int err;

	if (!dpager_object_get(object))
		return -ESTALE;
	err = dpager_size_set(object, bytes);
	dpager_object_put(object);
	return err;
}

/* Times are those of tmpfs: none changes where the size does not. */
static int file_setattr(struct dpager_idmap *idmap, struct dentry *dentry,
			struct iattr *attr)
{
	struct inode *inode = d_inode(dentry);
	bool sizes = attr->ia_valid & ATTR_SIZE, resized;
	int err;

	/* Of one that has become a file, that has them. */
	if ((attr->ia_valid & (ATTR_MODE | ATTR_UID | ATTR_GID)) &&
	    READ_ONCE(dpager_object_of(inode)->named))
		return -EPERM;
	err = setattr_prepare(idmap, dentry, attr);
	if (err)
		return err;
	resized = sizes && attr->ia_size != i_size_read(inode);
	if (resized)
		err = file_resize(inode, attr->ia_size);
	if (err)
		return err;
	setattr_copy(idmap, inode, attr);
	if (!sizes || resized)
		dpager_inode_changed(inode, resized);
	return 0;
}

/* Blocks are those of pages that are data, in memory or not. */
static int file_getattr(struct dpager_idmap *idmap, const struct path *path,
			struct kstat *stat, u32 mask, unsigned int flags)
{
	struct inode *inode = d_inode(path->dentry);
	struct dpager_object *object = dpager_object_of(inode);

	dpager_fillattr(idmap, mask, inode, stat);
	if (!(mask & STATX_BLOCKS) || !dpager_object_get(object))
		return 0;
	stat->blocks = dpager_seek_pages(object) << (PAGE_SHIFT - SECTOR_SHIFT);
	dpager_object_put(object);
	return 0;
}

const struct inode_operations dpager_file_iops = {
	.setattr = file_setattr,
	.getattr = file_getattr,
};
