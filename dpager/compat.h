/* SPDX-License-Identifier: GPL-2.0 */
/*
 * All differences between the kernels dpager is built for (6.1, 6.12, 7.2).
 * Nothing else looks at the kernel's version.
 */
#ifndef _DPAGER_COMPAT_H
#define _DPAGER_COMPAT_H

#include <linux/blkdev.h>
#include <linux/err.h>
#include <linux/eventfd.h>
#include <linux/fs.h>
#include <linux/list_lru.h>
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/posix_acl.h>
#include <linux/posix_acl_xattr.h>
#include <linux/shrinker.h>
#include <linux/slab.h>
#include <linux/userfaultfd.h>
#include <linux/version.h>
#include <crypto/hash.h>
#include <linux/crc32.h>

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
#include <linux/filelock.h>
#endif

#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 0, 0)
#include <linux/folio_batch.h>
#else
#include <linux/pagevec.h>
#endif

/* --- block devices ------------------------------------------------------ */

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 9, 0)

struct dpager_device {
	struct file *file;
};

static inline int dpager_device_claim(dev_t dev, void *holder,
				      struct dpager_device *device)
{
	struct file *file;

	file = bdev_file_open_by_dev(dev, BLK_OPEN_READ | BLK_OPEN_WRITE,
				     holder, NULL);
	if (IS_ERR(file))
		return PTR_ERR(file);
	device->file = file;
	return 0;
}

static inline void dpager_device_release(struct dpager_device *device)
{
	bdev_fput(device->file);
}

static inline struct block_device *
dpager_device_bdev(struct dpager_device *device)
{
	return file_bdev(device->file);
}

/* The device behind an open descriptor of a block device. */
static inline struct block_device *dpager_file_bdev(struct file *file)
{
	return file_bdev(file);
}

/* Does it read and write at once, on the CPU that asks? */
static inline bool dpager_bdev_synchronous(struct block_device *bdev)
{
	return bdev_synchronous(bdev);
}

#else

struct dpager_device {
	struct block_device *bdev;
};

#define DPAGER_CLAIM_MODE (FMODE_READ | FMODE_WRITE | FMODE_EXCL)

static inline int dpager_device_claim(dev_t dev, void *holder,
				      struct dpager_device *device)
{
	struct block_device *bdev;

	bdev = blkdev_get_by_dev(dev, DPAGER_CLAIM_MODE, holder);
	if (IS_ERR(bdev))
		return PTR_ERR(bdev);
	device->bdev = bdev;
	return 0;
}

static inline void dpager_device_release(struct dpager_device *device)
{
	blkdev_put(device->bdev, DPAGER_CLAIM_MODE);
}

static inline struct block_device *
dpager_device_bdev(struct dpager_device *device)
{
	return device->bdev;
}

static inline struct block_device *dpager_file_bdev(struct file *file)
{
	return I_BDEV(file->f_mapping->host);
}

static inline bool dpager_bdev_synchronous(struct block_device *bdev)
{
	return bdev->bd_disk->fops->rw_page;
}

#endif

/* --- crc32c ------------------------------------------------------------- */

/*
 * Newer kernels have it in the library, older ones as a hash alone that is found
 * by its name: the library's there is a module that nobody would load.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 14, 0)
struct dpager_crc32c {
	bool ready;
};

static inline int dpager_crc32c_get(struct dpager_crc32c *crc)
{
	crc->ready = true;
	return 0;
}

static inline void dpager_crc32c_put(struct dpager_crc32c *crc)
{
	crc->ready = false;
}

static inline u32 dpager_crc32c(const struct dpager_crc32c *crc,
				const void *data, unsigned int bytes)
{
	return ~crc32c(~0, data, bytes);
}
#else
struct dpager_crc32c {
	struct crypto_shash *hash;
};

static inline int dpager_crc32c_get(struct dpager_crc32c *crc)
{
	struct crypto_shash *hash;

	if (crc->hash)
		return 0;
	hash = crypto_alloc_shash("crc32c", 0, 0);
	if (IS_ERR(hash))
		return PTR_ERR(hash) == -ENOMEM ? -ENOMEM : -EOPNOTSUPP;
	crc->hash = hash;
	return 0;
}

static inline void dpager_crc32c_put(struct dpager_crc32c *crc)
{
	if (crc->hash)
		crypto_free_shash(crc->hash);
}

static inline u32 dpager_crc32c(const struct dpager_crc32c *crc,
				const void *data, unsigned int bytes)
{
	SHASH_DESC_ON_STACK(desc, crc->hash);
	__le32 sum = 0;

	desc->tfm = crc->hash;
	/* Of a hash of 4 bytes that works at once nothing can fail. */
	crypto_shash_digest(desc, data, bytes, (u8 *)&sum);
	return le32_to_cpu(sum);
}
#endif

/* --- memory cgroups and list_lru ---------------------------------------- */

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 8, 0)
static inline bool dpager_list_lru_add(struct list_lru *lru,
				       struct list_head *item)
{
	return list_lru_add_obj(lru, item);
}

static inline bool dpager_list_lru_del(struct list_lru *lru,
				       struct list_head *item)
{
	return list_lru_del_obj(lru, item);
}
#else
static inline bool dpager_list_lru_add(struct list_lru *lru,
				       struct list_head *item)
{
	return list_lru_add(lru, item);
}

static inline bool dpager_list_lru_del(struct list_lru *lru,
				       struct list_head *item)
{
	return list_lru_del(lru, item);
}
#endif

/* The arguments of a list_lru walk's callback. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
#define DPAGER_ISOLATE_ARGS \
	struct list_head *item, struct list_lru_one *list, void *arg
#else
#define DPAGER_ISOLATE_ARGS \
	struct list_head *item, struct list_lru_one *list, \
	spinlock_t *lru_lock, void *arg
#endif

/* Is kernel memory charged to cgroups, as the laundry's tags need? */
static inline bool dpager_memcg_kmem(void)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
	return memcg_kmem_online();
#else
	return memcg_kmem_enabled();
#endif
}

/*
 * The id of the cgroup a folio is charged to, 0 for none. Ids are never used
 * again, so a remembered one cannot name a later cgroup. The folio is locked
 * or otherwise keeps its charge.
 */
static inline u64 dpager_folio_cgroup(struct folio *folio)
{
#ifdef CONFIG_MEMCG
	struct mem_cgroup *memcg;
	u64 id = 0;

	rcu_read_lock();
	memcg = folio_memcg(folio);
	if (memcg)
		id = cgroup_id(memcg->css.cgroup);
	rcu_read_unlock();
	return id;
#else
	return 0;
#endif
}

/* --- shrinkers ---------------------------------------------------------- */

/*
 * Life of a shrinker: alloc, prepare (it has its id; before 6.7 it is also
 * called from here on), publish, free.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 7, 0)
static inline struct shrinker *dpager_shrinker_alloc(unsigned int flags)
{
	return shrinker_alloc(flags, "dpager");
}

static inline int dpager_shrinker_prepare(struct shrinker *shrinker)
{
	return 0;
}

static inline void dpager_shrinker_publish(struct shrinker *shrinker)
{
	shrinker_register(shrinker);
}

static inline void dpager_shrinker_free(struct shrinker *shrinker)
{
	shrinker_free(shrinker);
}
#else
static inline struct shrinker *dpager_shrinker_alloc(unsigned int flags)
{
	struct shrinker *shrinker = kzalloc(sizeof(*shrinker), GFP_KERNEL);

	if (shrinker)
		shrinker->flags = flags;
	return shrinker;
}

static inline int dpager_shrinker_prepare(struct shrinker *shrinker)
{
	return register_shrinker(shrinker, "dpager");
}

static inline void dpager_shrinker_publish(struct shrinker *shrinker)
{
}

static inline void dpager_shrinker_free(struct shrinker *shrinker)
{
	unregister_shrinker(shrinker);
	kfree(shrinker);
}
#endif

/* --- faults and the page cache ------------------------------------------ */

/* Let go of what protects the VMA during a fault; it is not touched after. */
static inline void dpager_fault_unlock(struct vm_fault *vmf)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 7, 0)
	release_fault_lock(vmf);
#else
	mmap_read_unlock(vmf->vma->vm_mm);
#endif
}

/* The folio at @index with a reference, or NULL. */
static inline struct folio *dpager_folio_get(struct address_space *mapping,
					     pgoff_t index)
{
	struct folio *folio = filemap_get_folio(mapping, index);

	return IS_ERR_OR_NULL(folio) ? NULL : folio;
}

/*
 * The page cache of @mapping is to have folios of this order, too. Returns
 * whether it can: before 6.12 there are none of two pages.
 */
static inline bool dpager_mapping_set_order(struct address_space *mapping,
					    unsigned int order)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
	mapping_set_folio_order_range(mapping, 0, order);
#else
	if (order < 2)
		return false;
	mapping_set_large_folios(mapping);
#endif
	return mapping_large_folio_support(mapping);
}

/* Is a page of the folio known to be broken memory? */
static inline bool dpager_folio_poisoned(struct folio *folio)
{
	return folio_test_hwpoison(folio) ||
	       (folio_test_large(folio) && folio_test_has_hwpoisoned(folio));
}

/* Take a locked folio out of the page cache, whatever it holds. */
static inline void dpager_folio_remove(struct address_space *mapping,
				       struct folio *folio)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 8, 0)
	generic_error_remove_folio(mapping, folio);
#else
	generic_error_remove_page(mapping, &folio->page);
#endif
}

/* Pages added while this is in force do not enter as the youngest. */
static inline bool dpager_lru_fault_suspend(void)
{
#ifdef CONFIG_LRU_GEN
	bool was = current->in_lru_fault;

	current->in_lru_fault = 0;
	return was;
#else
	return false;
#endif
}

static inline void dpager_lru_fault_resume(bool was)
{
#ifdef CONFIG_LRU_GEN
	current->in_lru_fault = was;
#endif
}

/* --- eventfd ------------------------------------------------------------ */

/* Add one to its count. */
static inline void dpager_eventfd_signal(struct eventfd_ctx *eventfd)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 8, 0)
	eventfd_signal(eventfd);
#else
	eventfd_signal(eventfd, 1);
#endif
}

/* --- VMAs --------------------------------------------------------------- */

static inline void dpager_vma_set(struct vm_area_struct *vma,
				  unsigned long flags)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
	vm_flags_set(vma, flags);
#else
	vma->vm_flags |= flags;
#endif
}

static inline void dpager_vma_clear(struct vm_area_struct *vma,
				    unsigned long flags)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
	vm_flags_clear(vma, flags);
#else
	vma->vm_flags &= ~flags;
#endif
}

/* No fault is under way in it, nor begins, while mmap_lock is held (write). */
static inline void dpager_vma_start_write(struct vm_area_struct *vma)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0)
	vma_start_write(vma);
#endif
}

/* What is mapped there is mapped anew. mmap_lock, or the VMA's lock. */
static inline void dpager_vma_zap(struct vm_area_struct *vma,
				  unsigned long start, unsigned long bytes)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 0, 0)
	zap_vma_range(vma, start, bytes);
#elif LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
	zap_page_range_single(vma, start, bytes, NULL);
#else
	zap_page_range(vma, start, bytes);
#endif
}

/* --- userfaultfd -------------------------------------------------------- */

/* Mappings have operations for the kernel's own. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 0, 0)
#define DPAGER_VMA_UFFD_OPS
#endif

/* A larger folio is mapped as a whole, whatever was asked for. */
#define DPAGER_MAPS_LARGER	(LINUX_VERSION_CODE >= KERNEL_VERSION(6, 15, 0))

/* What came after 6.1. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 6, 0)
#define UFFD_FEATURE_WP_UNPOPULATED	BIT(13)
#define UFFD_FEATURE_POISON		BIT(14)
#define UFFDIO_CONTINUE_MODE_WP		BIT_ULL(1)
#define _UFFDIO_POISON			0x08
#define UFFDIO_POISON_MODE_DONTWAKE	BIT_ULL(0)

struct uffdio_poison {
	struct uffdio_range range;
	__u64 mode;
	__s64 updated;
};

#define UFFDIO_POISON	_IOWR(UFFDIO, _UFFDIO_POISON, struct uffdio_poison)
#endif

/* And after 6.6. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 8, 0)
#define UFFD_FEATURE_MOVE		BIT(16)
#define _UFFDIO_MOVE			0x05
#define UFFDIO_MOVE_MODE_DONTWAKE	BIT_ULL(0)
#define UFFDIO_MOVE_MODE_ALLOW_SRC_HOLES	BIT_ULL(1)

struct uffdio_move {
	__u64 dst;
	__u64 src;
	__u64 len;
	__u64 mode;
	__s64 move;
};

#define UFFDIO_MOVE	_IOWR(UFFDIO, _UFFDIO_MOVE, struct uffdio_move)
#endif

/* --- inode operations --------------------------------------------------- */

/* How a mount maps ids: a pointer to this is the first argument of most. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
#define dpager_idmap		mnt_idmap
#define DPAGER_IDMAP_NONE	(&nop_mnt_idmap)
#else
#define dpager_idmap		user_namespace
#define DPAGER_IDMAP_NONE	(&init_user_ns)
#endif

/* A set_acl, and what it is called on; ACLs after a chmod. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
#define DPAGER_SET_ACL(name)						\
	int name(struct dpager_idmap *idmap, struct dentry *on,		\
		 struct posix_acl *acl, int type)

static inline struct inode *dpager_set_acl_inode(struct dentry *on)
{
	return d_inode(on);
}

static inline int dpager_set_acl_mode(struct dpager_idmap *idmap,
				      struct dentry *dentry)
{
	return posix_acl_chmod(idmap, dentry, d_inode(dentry)->i_mode);
}
#else
#define DPAGER_SET_ACL(name)						\
	int name(struct dpager_idmap *idmap, struct inode *on,		\
		 struct posix_acl *acl, int type)

static inline struct inode *dpager_set_acl_inode(struct inode *on)
{
	return on;
}

static inline int dpager_set_acl_mode(struct dpager_idmap *idmap,
				      struct dentry *dentry)
{
	return posix_acl_chmod(idmap, d_inode(dentry), d_inode(dentry)->i_mode);
}
#endif

/* Before, a file system hands them to who asks for attributes. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0)
#define DPAGER_ACL_HANDLERS
#else
#define DPAGER_ACL_HANDLERS						\
	&posix_acl_access_xattr_handler, &posix_acl_default_xattr_handler,
#endif

/* What mkdir returns, made of an errno. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 15, 0)
#define DPAGER_MKDIR_RESULT	struct dentry *

static inline struct dentry *dpager_mkdir_result(int err)
{
	return ERR_PTR(err);
}
#else
#define DPAGER_MKDIR_RESULT	int

static inline int dpager_mkdir_result(int err)
{
	return err;
}
#endif

/* All times are now. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 7, 0)
static inline struct timespec64 dpager_inode_born(struct inode *inode)
{
	return simple_inode_init_ts(inode);
}
#else
static inline struct timespec64 dpager_inode_born(struct inode *inode)
{
	inode->i_ctime = current_time(inode);
	inode->i_atime = inode->i_ctime;
	inode->i_mtime = inode->i_ctime;
	return inode->i_ctime;
}
#endif

/* An inode without a name may get one, by a descriptor. */
static inline void dpager_inode_linkable(struct inode *inode)
{
	spin_lock(&inode->i_lock);
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 19, 0)
	inode_state_set(inode, I_LINKABLE);
#else
	inode->i_state |= I_LINKABLE;
#endif
	spin_unlock(&inode->i_lock);
}

static inline struct dpager_idmap *dpager_idmap_of(struct file *file)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
	return file_mnt_idmap(file);
#else
	return file_mnt_user_ns(file);
#endif
}

/* An inode goes with its last reference, whatever its links. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 18, 0)
#define DPAGER_DROP_INODE	inode_just_drop
#else
#define DPAGER_DROP_INODE	generic_delete_inode
#endif

/* --- names that are nowhere but in memory ------------------------------- */

/* A name comes, and stays until it is unlinked; @hash: nobody has looked it up. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 19, 0)
static inline void dpager_dentry_add(struct dentry *dentry, struct inode *inode,
				     bool hash)
{
	d_make_persistent(dentry, inode);
}

static inline void dpager_kill_super(struct super_block *sb)
{
	kill_anon_super(sb);
}
#else
static inline void dpager_dentry_add(struct dentry *dentry, struct inode *inode,
				     bool hash)
{
	d_instantiate(dentry, inode);
	dget(dentry);
	if (hash)
		d_rehash(dentry);
}

static inline void dpager_kill_super(struct super_block *sb)
{
	kill_litter_super(sb);
}
#endif

static inline void dpager_fillattr(struct dpager_idmap *idmap, u32 mask,
				   struct inode *inode, struct kstat *stat)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
	generic_fillattr(idmap, mask, inode, stat);
#else
	generic_fillattr(idmap, inode, stat);
#endif
}

/* The inode has changed now, and its content, too, if @content. */
static inline void dpager_inode_changed(struct inode *inode, bool content)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 7, 0)
	struct timespec64 now = inode_set_ctime_current(inode);

	if (content)
		inode_set_mtime_to_ts(inode, now);
#else
	struct timespec64 now = current_time(inode);

	inode->i_ctime = now;
	if (content)
		inode->i_mtime = now;
#endif
}

/* --- reading and writing ------------------------------------------------ */

/*
 * Copy to a page of a folio without faults, and move @from on by what is
 * returned.
 */
static inline size_t dpager_copy_from_iter_atomic(struct folio *folio,
						  size_t offset, size_t bytes,
						  struct iov_iter *from)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 16, 0)
	return copy_folio_from_iter_atomic(folio, offset, bytes, from);
#else
	return copy_page_from_iter_atomic(folio_page(folio,
						     offset >> PAGE_SHIFT),
					  offset_in_page(offset), bytes, from);
#endif
}

/* To a pipe by read_iter: none of these puts folios into the page cache. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 5, 0)
#define dpager_splice_read	copy_splice_read
#else
#define dpager_splice_read	generic_file_splice_read
#endif

#endif /* _DPAGER_COMPAT_H */
