/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A memory object: an inode of our own pseudo file system whose page cache is
 * the object's memory. Where it has names, on a mount (mount.h), these have an
 * inode of their own, whose i_mapping is that page cache, and which holds a
 * reference.
 *
 * Life: created; published (in the table by id, a descriptor exists); released
 * with the last reference. References are held by its file (that is, by each
 * descriptor and mapping) and by who looks at it for a moment. The rest is a
 * worker's, since a killed task must not wait for a dead device: dead
 * (dirty_folio and the laundry refuse it), page cache emptied, clusters taken
 * off all lists and waited for, slots freed, inode let go. Who has found the
 * inode by a path may hold it still; with the inode the object is freed, after
 * RCU.
 */
#ifndef _DPAGER_OBJECT_H
#define _DPAGER_OBJECT_H

#include <linux/fs.h>
#include <linux/workqueue.h>

#include "dpager.h"
#include "map.h"
#include "spin.h"
#include "stream.h"

struct dpager_confine;
struct dpager_limit;
struct dpager_tenant;

/*
 * Who goes through an object in order gets its pages in folios of this order:
 * as much as the kernel maps around a fault, and half a cluster at most, since
 * a folio is written as a whole.
 */
#define DPAGER_FOLIO_ORDER	4

/**
 * struct dpager_object - a memory object
 * @ref: see above
 * @id: never used again; immutable
 * @inode: its inode, held until it is destroyed; immutable
 * @named: the inode of a mount that its names have, or NULL. Their sizes are
 *	the same: written, as that is, under inode->i_lock
 * @confine: the stores it is confined to, or NULL; written under dpager_admin
 * @flags: DPAGER_OBJECT_*; immutable
 * @owner: who created it; immutable
 * @tenant: the same, with the slots of all objects; immutable
 * @limit: what its pages count against, or NULL; gone with the last reference
 * @counted: pages that do
 * @counting: they are being counted: nothing is folded
 * @reserved_link: in its store's list of those with space set aside;
 *	dpager_space
 * @cluster_pages: pages of a cluster, a power of two; immutable
 * @folio_pages: pages of a folio of a reader or writer in order; immutable
 * @map: its page map
 * @keeps_zeros: a page of zeros is not as good as one that is nowhere, since a
 *	handler of faults is told of the latter alone; never unset
 * @dead: no cluster of it is listed or laundered any more
 * @reserved_pages: pages that space is set aside for; dpager_space
 * @inserted: folios that have come into its page cache: see dpager_page_find()
 * @nr_dirty: dirty bits set in its clusters
 * @faults: faults that reached dpager
 * @major_faults: those that had to read
 * @pages_in: pages read
 * @pages_out: pages written
 * @nr_spoilt: pages with a place whose content there is not the page
 * @write_failures: pages whose write failed
 * @no_space: pages that stayed in memory since no slot was free
 * @streams: who goes through it in order
 * @spin: how long its faults spin for a read
 * @destroy_work: the end of its life
 * @free_work: and the very end, after RCU
 */
struct dpager_object {
	refcount_t ref;
	u64 id;
	struct inode *inode;
	struct inode *named;
	struct dpager_confine __rcu *confine;
	u32 flags;
	kuid_t owner;
	struct dpager_tenant *tenant;
	struct dpager_limit *limit;
	atomic64_t counted;
	bool counting;
	struct list_head reserved_link;
	u32 cluster_pages;
	u32 folio_pages;
	struct dpager_map map;
	bool keeps_zeros;
	bool dead;
	u64 reserved_pages;
	atomic64_t inserted;
	atomic64_t nr_dirty;
	atomic64_t faults;
	atomic64_t major_faults;
	atomic64_t pages_in;
	atomic64_t pages_out;
	atomic64_t nr_spoilt;
	atomic_t write_failures;
	atomic_t no_space;
	struct dpager_streams streams;
	struct dpager_spin spin;
	struct work_struct destroy_work;
	struct rcu_work free_work;
};

/* The object of its own inode, and of that of its names. */
static inline struct dpager_object *dpager_object_of(const struct inode *inode)
{
	return inode->i_private;
}

/*
 * The first page behind its end; a page that is partly inside is not. It shrinks
 * under invalidate_lock (write) and i_rwsem, and grows under i_rwsem.
 */
static inline pgoff_t dpager_object_end(const struct dpager_object *object)
{
	return DIV_ROUND_UP_ULL((u64)i_size_read(object->inode), PAGE_SIZE);
}

/*
 * While pages are brought in none is punched: invalidate_lock, for reading,
 * killably. 0 or -EINTR.
 */
static inline int dpager_object_pin_range(struct dpager_object *object)
{
	return down_read_killable(&object->inode->i_mapping->invalidate_lock);
}

static inline void dpager_object_unpin_range(struct dpager_object *object)
{
	filemap_invalidate_unlock_shared(object->inode->i_mapping);
}

/**
 * dpager_object_new() - a new object
 * @confine: the stores it is confined to, or NULL; this takes it over, also
 *	when it fails
 * @bytes: whole pages
 * @flags: DPAGER_OBJECT_*; with _RESERVE it is confined to one store
 * @limit: what its pages count against, or NULL
 * @detail: out: enum dpager_detail when it fails
 *
 * Return: the object, published, with a reference, or ERR_PTR(-ENOMEM, -ENOSPC,
 * -EDQUOT).
 */
struct dpager_object *dpager_object_new(struct dpager_confine *confine,
					u64 bytes, u32 flags,
					struct dpager_limit *limit,
					u32 *detail);

/**
 * dpager_object_create() - a new object and its first descriptor
 * @confine: the stores it is confined to, or NULL; this takes it over, also
 *	when it fails
 * @bytes: whole pages
 * @flags: DPAGER_OBJECT_*; with _RESERVE it is confined to one store
 * @detail: out: enum dpager_detail when it fails
 *
 * Return: an open file (object: dpager_object_of(file_inode(file))), or
 * ERR_PTR(-ENOMEM, -ENFILE, -ENOSPC, -EDQUOT).
 */
struct file *dpager_object_create(struct dpager_confine *confine, u64 bytes,
				  u32 flags, u32 *detail);

/**
 * dpager_object_confine() - confine an object to other stores
 * @object: the object
 * @confine: which, or NULL; this takes it over, also when it fails
 *
 * Return: 0, -EBUSY: it has space set aside, -EINTR.
 */
int dpager_object_confine(struct dpager_object *object,
			  struct dpager_confine *confine);

/* A copy of what it is confined to, or NULL; ERR_PTR(-ENOMEM, -EINTR). */
struct dpager_confine *dpager_object_confinement(struct dpager_object *object);

/* The only store that it is confined to, by its id, or 0. */
u64 dpager_object_store(const struct dpager_object *object);

/**
 * dpager_object_open() - a descriptor of an object
 * @object: the object, whose reference this takes over, also when it fails
 * @flags: DPAGER_OBJECT_*
 *
 * Return: an open file or ERR_PTR(-ENOMEM, -ENFILE).
 */
struct file *dpager_object_open(struct dpager_object *object, u32 flags);

void dpager_object_put(struct dpager_object *object);

/**
 * dpager_object_count_begin() - count all pages of an object against a limit
 * @object: the object, which has none; i_rwsem of its inode is held
 * @limit: the limit
 *
 * Until dpager_object_count_end() no cluster is folded.
 *
 * Context: invalidate_lock (write).
 * Return: 0; -ENOSPC: that is more than there may be; -EINTR.
 */
int dpager_object_count_begin(struct dpager_object *object,
			      struct dpager_limit *limit);

/* It is the object's limit from now on, or (not @keep) nothing counts. */
void dpager_object_count_end(struct dpager_object *object,
			     struct dpager_limit *limit, bool keep);

/* The object's size changes. Context: its inode's i_rwsem. */
void dpager_object_set_size(struct dpager_object *object, loff_t bytes);

/* The inode that its names have comes, or goes (NULL). */
void dpager_object_name(struct dpager_object *object, struct inode *named);

/*
 * Who has an inode but no file of it, or name, takes a reference of its own:
 * false: the object has ended, or is about to.
 */
static inline bool dpager_object_get(struct dpager_object *object)
{
	return refcount_inc_not_zero(&object->ref);
}

/* The object with this id, with a reference, or NULL. */
struct dpager_object *dpager_object_find(u64 id);

/**
 * dpager_object_next() - walk the objects by id
 * @id: first id to look at
 *
 * Return: the object of the lowest id from @id on, with a reference, or NULL.
 */
struct dpager_object *dpager_object_next(u64 id);

/* Number of objects. */
u64 dpager_object_count(void);

/* Bytes of an object in memory, and present on backing store. */
u64 dpager_object_resident(const struct dpager_object *object);
u64 dpager_object_paged_out(const struct dpager_object *object);

/**
 * dpager_control_page_out() - write and drop pages (DPAGER_CONTROL_PAGE_OUT)
 * dpager_control_page_in() - read pages (DPAGER_CONTROL_PAGE_IN)
 * dpager_control_drop() - forget pages (DPAGER_CONTROL_DROP)
 * @object: the object; the caller holds its file
 * @first: first page
 * @count: number of pages, at least 1
 * @pages: out: see struct dpager_object_control
 *
 * Waits killably. @pages is valid on error, too.
 * Return: 0, -ENOSPC, -EIO, -EINTR, -ENOMEM.
 */
int dpager_control_page_out(struct dpager_object *object, pgoff_t first,
			    u64 count, u64 *pages);
int dpager_control_page_in(struct dpager_object *object, pgoff_t first,
			   u64 count, u64 *pages);
int dpager_control_drop(struct dpager_object *object, pgoff_t first, u64 count,
			u64 *pages);

int dpager_object_init(void);
void dpager_object_exit(void);

#endif /* _DPAGER_OBJECT_H */
