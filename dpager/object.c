// SPDX-License-Identifier: GPL-2.0
/* Memory objects: their life, their table, their pseudo file system. */

#include <linux/cred.h>
#include <linux/module.h>
#include <linux/mount.h>
#include <linux/pagemap.h>
#include <linux/pseudo_fs.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/xarray.h>

#include "budget.h"
#include "cluster.h"
#include "compat.h"
#include "confine.h"
#include "fault.h"
#include "file.h"
#include "laundry.h"
#include "limit.h"
#include "object.h"
#include "span.h"
#include "store.h"
#include "tenant.h"

#define OBJECT_FS_MAGIC		0x64706772	/* "dpgr" */

/* Published objects by id. */
static DEFINE_XARRAY_ALLOC1(objects);
static atomic64_t object_last_id;
static atomic64_t object_count;

/* Ends objects; one that hangs does not hold up the others. */
static struct workqueue_struct *object_wq;

static struct vfsmount *object_mnt;
static int object_mnt_count;

static const struct address_space_operations object_aops = {
	.read_folio = dpager_fault_read_folio,
	.dirty_folio = dpager_laundry_dirty_folio,
	.migrate_folio = filemap_migrate_folio,
};

static void object_evict(struct inode *inode)
{
	struct dpager_object *object = dpager_object_of(inode);

	/* Emptied before, where nobody waits for a device. */
	truncate_inode_pages_final(&inode->i_data);
	clear_inode(inode);
	if (object)
		queue_rcu_work(object_wq, &object->free_work);
}

static const struct super_operations object_sops = {
	.statfs = simple_statfs,
	.evict_inode = object_evict,
};

static int object_init_fs_context(struct fs_context *fc)
{
	struct pseudo_fs_context *ctx = init_pseudo(fc, OBJECT_FS_MAGIC);

	if (!ctx)
		return -ENOMEM;
	ctx->ops = &object_sops;
	/* Mappings may be run, as those of shared anonymous memory: 7.x forbids it. */
	fc->s_iflags &= ~SB_I_NOEXEC;
	return 0;
}

/*
 * The superblock holds the module, so code of ours that core code calls while
 * it takes an inode or a mount down is there until that is over. The file
 * system is mounted only while there are objects: a mount of our own would
 * hold the module for ever.
 */
static struct file_system_type object_fs = {
	.owner = THIS_MODULE,
	.name = "dpager_objects",
	.init_fs_context = object_init_fs_context,
	.kill_sb = kill_anon_super,
};

/* --- the end ------------------------------------------------------------ */

static void object_free_cluster(pgoff_t first, void *object)
{
	dpager_cluster_free(dpager_cluster_find(object, first));
}

static void object_free_work(struct work_struct *work)
{
	struct dpager_object *object = container_of(to_rcu_work(work),
						    struct dpager_object,
						    free_work);

	/* None is folded: retired, those have nothing left. */
	dpager_map_each(&object->map, object_free_cluster, object);
	dpager_map_destroy(&object->map);
	dpager_confine_free(rcu_access_pointer(object->confine));
	dpager_tenant_put(object->tenant);
	kfree(object);
}

static void object_retire_cluster(pgoff_t first, void *object)
{
	dpager_cluster_retire(object, first);
	cond_resched();
}

/* Where space is set aside, the object stays confined to that one store. */
static void object_release(struct dpager_object *object)
{
	struct dpager_confine *confine = rcu_access_pointer(object->confine);

	if (object->flags & DPAGER_OBJECT_RESERVE)
		dpager_budget_release(dpager_confine_only(confine), object);
}

static void object_destroy_work(struct work_struct *work)
{
	struct dpager_object *object = container_of(work, struct dpager_object,
						    destroy_work);

	WRITE_ONCE(object->dead, true);
	object_release(object);
	truncate_inode_pages(object->inode->i_mapping, 0);
	dpager_map_each(&object->map, object_retire_cluster, object);
	put_write_access(object->inode);
	/* With the last reference the object goes, too. */
	iput(object->inode);
	simple_release_fs(&object_mnt, &object_mnt_count);
	atomic64_dec(&object_count);
}

/* Not when a worker comes to it: who made room may use it at once. */
static void object_uncount(struct dpager_object *object)
{
	struct dpager_limit *limit = object->limit;

	if (!limit)
		return;
	atomic64_sub(atomic64_read(&object->counted), &limit->pages);
	WRITE_ONCE(object->limit, NULL);
	dpager_limit_put(limit);
}

void dpager_object_put(struct dpager_object *object)
{
	if (!refcount_dec_and_test(&object->ref))
		return;
	object_uncount(object);
	xa_erase(&objects, object->id);
	queue_work(object_wq, &object->destroy_work);
}

/* --- the beginning ------------------------------------------------------ */

static struct inode *object_inode(struct dpager_object *object, u64 bytes)
{
	struct inode *inode = new_inode(object_mnt->mnt_sb);

	if (!inode)
		return NULL;
	inode->i_ino = get_next_ino();
	inode->i_mode = S_IFREG | 0600;
	inode->i_uid = current_fsuid();
	inode->i_gid = current_fsgid();
	inode->i_flags |= S_NOATIME | S_PRIVATE;
	inode->i_op = &dpager_file_iops;
	inode->i_fop = &dpager_file_fops;
	inode->i_mapping->a_ops = &object_aops;
	inode->i_private = object;
	/* No name: a core dump takes it for shared anonymous memory. */
	clear_nlink(inode);
	/* Written to: khugepaged leaves its page cache alone. */
	atomic_inc(&inode->i_writecount);
	i_size_write(inode, bytes);
	mapping_set_gfp_mask(inode->i_mapping, GFP_HIGHUSER_MOVABLE);
	mapping_set_no_writeback_tags(inode->i_mapping);
	if (!dpager_mapping_set_order(inode->i_mapping,
				      ilog2(object->folio_pages)))
		object->folio_pages = 1;
	return inode;
}

static struct dpager_object *object_alloc(struct dpager_confine *confine,
					  u32 flags)
{
	struct dpager_store *only = dpager_confine_only(confine);
	u32 cluster = only ? only->cluster : DPAGER_CLUSTER_DEFAULT;
	struct dpager_object *object;

	object = kzalloc(sizeof(*object), GFP_KERNEL_ACCOUNT);
	if (!object)
		return NULL;
	object->tenant = dpager_tenant_get(current_euid());
	if (!object->tenant) {
		kfree(object);
		return NULL;
	}
	refcount_set(&object->ref, 1);
	object->id = atomic64_inc_return(&object_last_id);
	RCU_INIT_POINTER(object->confine, confine);
	INIT_LIST_HEAD(&object->reserved_link);
	object->flags = flags;
	object->owner = current_euid();
	object->cluster_pages = cluster >> PAGE_SHIFT;
	object->folio_pages = min(object->cluster_pages,
				  BIT(DPAGER_FOLIO_ORDER));
	dpager_map_init(&object->map);
	INIT_WORK(&object->destroy_work, object_destroy_work);
	INIT_RCU_WORK(&object->free_work, object_free_work);
	return object;
}

struct file *dpager_object_open(struct dpager_object *object, u32 flags)
{
	int mode = O_LARGEFILE |
		   (flags & DPAGER_OBJECT_RDONLY ? O_RDONLY : O_RDWR);
	struct file *file;

	/* The file's reference; the object has its own. */
	ihold(object->inode);
	file = alloc_file_pseudo(object->inode, object_mnt, "dpager", mode,
				 &dpager_file_fops);
	if (IS_ERR(file)) {
		iput(object->inode);
		dpager_object_put(object);
		return file;
	}
	dpager_file_made(file);
	/* The last fput drops a reference that nothing has taken. */
	__module_get(THIS_MODULE);
	return file;
}

static int object_reserve(struct dpager_object *object, u32 *detail)
{
	struct dpager_confine *confine = rcu_access_pointer(object->confine);

	if (!(object->flags & DPAGER_OBJECT_RESERVE))
		return 0;
	return dpager_budget_reserve(dpager_confine_only(confine), object,
				     detail);
}

struct dpager_object *dpager_object_new(struct dpager_confine *confine,
					u64 bytes, u32 flags,
					struct dpager_limit *limit, u32 *detail)
{
	struct dpager_object *object;
	int err;

	err = simple_pin_fs(&object_fs, &object_mnt, &object_mnt_count);
	if (err)
		goto err_confine;
	err = -ENOMEM;
	object = object_alloc(confine, flags);
	if (!object)
		goto err_pin;
	/* It is the object's now. */
	confine = NULL;
	object->inode = object_inode(object, bytes);
	if (!object->inode)
		goto err_object;
	err = object_reserve(object, detail);
	if (err)
		goto err_inode;
	if (limit)
		object->limit = dpager_limit_get(limit);
	err = xa_insert(&objects, object->id, object, GFP_KERNEL_ACCOUNT);
	if (err)
		goto err_limit;
	atomic64_inc(&object_count);
	return object;

err_limit:
	dpager_limit_put(object->limit);
	object_release(object);
err_inode:
	put_write_access(object->inode);
	object->inode->i_private = NULL;
	iput(object->inode);
err_object:
	object_free_work(&object->free_work.work);
err_pin:
	simple_release_fs(&object_mnt, &object_mnt_count);
err_confine:
	dpager_confine_free(confine);
	return ERR_PTR(err);
}

struct file *dpager_object_create(struct dpager_confine *confine, u64 bytes,
				  u32 flags, u32 *detail)
{
	struct dpager_object *object;

	object = dpager_object_new(confine, bytes, flags, NULL, detail);
	if (IS_ERR(object))
		return ERR_CAST(object);
	return dpager_object_open(object, flags);
}

static int object_recount(struct dpager_object *object, u64 *pages)
{
	struct dpager_span all = { 0, DPAGER_SPAN_LAST }, in;
	pgoff_t index = 0;

	*pages = 0;
	while (dpager_span_next(object, all, &index, &in)) {
		*pages += dpager_cluster_recount(object, in.first);
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
	}
	return 0;
}

int dpager_object_count_begin(struct dpager_object *object,
			      struct dpager_limit *limit)
{
	u64 pages;
	int err;

	lockdep_assert_held_write(&object->inode->i_mapping->invalidate_lock);
	/* A cluster whose lock is taken from now on is not folded. */
	WRITE_ONCE(object->counting, true);
	err = object_recount(object, &pages);
	if (!err && !dpager_limit_take_pages(limit, pages))
		err = -ENOSPC;
	if (err)
		WRITE_ONCE(object->counting, false);
	else
		atomic64_set(&object->counted, pages);
	return err;
}

void dpager_object_count_end(struct dpager_object *object,
			     struct dpager_limit *limit, bool keep)
{
	lockdep_assert_held_write(&object->inode->i_mapping->invalidate_lock);
	if (keep)
		object->limit = dpager_limit_get(limit);
	else
		atomic64_sub(atomic64_xchg(&object->counted, 0), &limit->pages);
	/* Who may fold again sees the limit. */
	smp_store_release(&object->counting, false);
}

void dpager_object_set_size(struct dpager_object *object, loff_t bytes)
{
	struct inode *inode = object->inode;

	spin_lock(&inode->i_lock);
	i_size_write(inode, bytes);
	if (object->named)
		i_size_write(object->named, bytes);
	spin_unlock(&inode->i_lock);
}

void dpager_object_name(struct dpager_object *object, struct inode *named)
{
	struct inode *inode = object->inode;

	spin_lock(&inode->i_lock);
	object->named = named;
	if (named)
		i_size_write(named, i_size_read(inode));
	spin_unlock(&inode->i_lock);
}

int dpager_object_confine(struct dpager_object *object,
			  struct dpager_confine *confine)
{
	int err = mutex_lock_killable(&dpager_admin);

	if (!err && (object->flags & DPAGER_OBJECT_RESERVE)) {
		mutex_unlock(&dpager_admin);
		err = -EBUSY;
	}
	if (err) {
		dpager_confine_free(confine);
		return err;
	}
	confine = rcu_replace_pointer(object->confine, confine,
				      lockdep_is_held(&dpager_admin));
	mutex_unlock(&dpager_admin);
	dpager_confine_free(confine);
	return 0;
}

struct dpager_confine *dpager_object_confinement(struct dpager_object *object)
{
	struct dpager_confine *confine, *copy;

	if (mutex_lock_killable(&dpager_admin))
		return ERR_PTR(-EINTR);
	confine = rcu_dereference_protected(object->confine,
					    lockdep_is_held(&dpager_admin));
	copy = dpager_confine_copy(confine);
	mutex_unlock(&dpager_admin);
	return confine && !copy ? ERR_PTR(-ENOMEM) : copy;
}

/* --- looking at them ---------------------------------------------------- */

struct dpager_object *dpager_object_next(u64 id)
{
	struct dpager_object *object;
	unsigned long index;

	xa_lock(&objects);
	xa_for_each_start(&objects, index, object, id)
		if (refcount_inc_not_zero(&object->ref))
			break;
	xa_unlock(&objects);
	return object;
}

struct dpager_object *dpager_object_find(u64 id)
{
	struct dpager_object *object;

	xa_lock(&objects);
	object = xa_load(&objects, id);
	if (object && !refcount_inc_not_zero(&object->ref))
		object = NULL;
	xa_unlock(&objects);
	return object;
}

u64 dpager_object_count(void)
{
	return atomic64_read(&object_count);
}

u64 dpager_object_resident(const struct dpager_object *object)
{
	return (u64)object->inode->i_mapping->nrpages << PAGE_SHIFT;
}

u64 dpager_object_paged_out(const struct dpager_object *object)
{
	s64 pages = atomic64_read(&object->map.present) -
		    atomic64_read(&object->nr_spoilt);

	/* Two counters, not read at one moment. */
	return (u64)max(pages, 0LL) << PAGE_SHIFT;
}

u64 dpager_object_store(const struct dpager_object *object)
{
	const struct dpager_store *store;
	u64 id;

	rcu_read_lock();
	store = dpager_confine_only(rcu_dereference(object->confine));
	id = store ? store->id : 0;
	rcu_read_unlock();
	return id;
}

int dpager_object_init(void)
{
	object_wq = alloc_workqueue("dpager-objects", WQ_UNBOUND | WQ_FREEZABLE |
				    WQ_MEM_RECLAIM, 0);
	return object_wq ? 0 : -ENOMEM;
}

void dpager_object_exit(void)
{
	/* The superblock is gone; what is left are frees after RCU. */
	flush_workqueue(object_wq);
	rcu_barrier();
	destroy_workqueue(object_wq);
	xa_destroy(&objects);
}
