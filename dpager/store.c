// SPDX-License-Identifier: GPL-2.0
/* Backing stores: their table, and their segments. */
#include <linux/ctype.h>
#include <linux/err.h>
#include <linux/limits.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/xarray.h>

#include "dpager.h"
#include "leaving.h"
#include "store.h"

/* See the lock order in dpager.h, and store.h. */
DEFINE_MUTEX(dpager_admin);

/* Stores by id; read under either of the locks above, changed under both. */
static DEFINE_XARRAY(stores);
static u32 store_count;
static u64 store_last_id;

static int store_fail(u32 *detail, u32 why, int error)
{
	*detail = why;
	return error;
}

/* --- life --------------------------------------------------------------- */

static void store_release(struct kref *ref)
{
	kfree(container_of(ref, struct dpager_store, ref));
}

void dpager_store_put(struct dpager_store *store)
{
	kref_put(&store->ref, store_release);
}

static struct dpager_store *store_by_name(const char *name)
{
	struct dpager_store *store;
	unsigned long id;

	xa_for_each(&stores, id, store)
		if (!strcmp(store->name, name))
			return store;
	return NULL;
}

bool dpager_store_name_valid(const char *name)
{
	size_t length = strnlen(name, DPAGER_NAME_SIZE);

	if (!length || length == DPAGER_NAME_SIZE)
		return false;
	for (; *name; name++)
		if (!isascii(*name) || !(isalnum(*name) || strchr("._-", *name)))
			return false;
	return true;
}

static int store_check(const char *name, s32 priority, u32 cluster, u32 *detail)
{
	if (priority < -1 || priority > S16_MAX)
		return store_fail(detail, DPAGER_DETAIL_PRIORITY, -EINVAL);
	if (!dpager_cluster_bytes(cluster))
		return store_fail(detail, DPAGER_DETAIL_CLUSTER, -EINVAL);
	if (*name && !dpager_store_name_valid(name))
		return store_fail(detail, DPAGER_DETAIL_NAME, -EINVAL);
	return 0;
}

/* The id and the name that goes with it may be somebody's name already. */
static void store_give_name(struct dpager_store *store, const char *name)
{
	store->id = ++store_last_id;
	strscpy(store->name, name, sizeof(store->name));
	while (!*name) {
		snprintf(store->name, sizeof(store->name), "store%llu",
			 store->id);
		if (!store_by_name(store->name))
			break;
		store->id = ++store_last_id;
	}
}

static int store_publish(struct dpager_store *store, const char *name,
			 u32 *detail)
{
	int err;

	lockdep_assert_held(&dpager_admin);
	if (*name && store_by_name(name))
		return store_fail(detail, DPAGER_DETAIL_NAME_TAKEN, -EEXIST);
	store_give_name(store, name);
	err = xa_reserve(&stores, store->id, GFP_KERNEL);
	if (err)
		return err;
	spin_lock(&dpager_space);
	xa_store(&stores, store->id, store, GFP_ATOMIC);
	store_count++;
	spin_unlock(&dpager_space);
	return 0;
}

struct dpager_store *dpager_store_create(const char *name, s32 priority,
					 u32 cluster, u32 *detail)
{
	int err = store_check(name, priority, cluster, detail);
	struct dpager_store *store;

	if (err)
		return ERR_PTR(err);
	store = kzalloc(sizeof(*store), GFP_KERNEL);
	if (!store)
		return ERR_PTR(-ENOMEM);
	kref_init(&store->ref);
	INIT_LIST_HEAD(&store->segments);
	store->priority = priority;
	store->cluster = dpager_cluster_bytes(cluster);

	err = mutex_lock_killable(&dpager_admin);
	if (err)
		goto err_store;
	/* One reference is the caller's, one the table's. */
	dpager_store_get(store);
	err = store_publish(store, name, detail);
	mutex_unlock(&dpager_admin);
	if (err)
		goto err_store;
	return store;

err_store:
	kfree(store);
	return ERR_PTR(err);
}

static struct dpager_store *store_get(struct dpager_store *store)
{
	lockdep_assert_held(&dpager_space);
	if (store)
		dpager_store_get(store);
	return store;
}

struct dpager_store *dpager_store_find(u64 id, const char *name)
{
	struct dpager_store *store;

	spin_lock(&dpager_space);
	store = store_get(id ? xa_load(&stores, id) : store_by_name(name));
	spin_unlock(&dpager_space);
	return store;
}

struct dpager_store *dpager_store_next(u64 id)
{
	unsigned long index = id;
	struct dpager_store *store;

	spin_lock(&dpager_space);
	store = store_get(xa_find(&stores, &index, ULONG_MAX, XA_PRESENT));
	spin_unlock(&dpager_space);
	return store;
}

/* --- figures ------------------------------------------------------------ */

void dpager_store_figures(struct dpager_store *store,
			  struct dpager_figures *sum)
{
	struct dpager_segment *segment;

	memset(sum, 0, sizeof(*sum));
	spin_lock(&dpager_space);
	dpager_figures_add(sum, &store->past);
	list_for_each_entry(segment, &store->segments, store_link)
		dpager_segment_figures(segment, sum);
	spin_unlock(&dpager_space);
}

u32 dpager_stores_figures(struct dpager_figures *sum)
{
	u32 count;

	memset(sum, 0, sizeof(*sum));
	spin_lock(&dpager_space);
	dpager_space_figures(sum);
	count = store_count;
	spin_unlock(&dpager_space);
	return count;
}

static u32 segment_flags(const struct dpager_segment *segment)
{
	u32 flags = 0;

	lockdep_assert_held(&dpager_space);
	if (segment->draining)
		flags |= DPAGER_SEGMENT_DRAINING;
	if (segment->evacuating)
		flags |= DPAGER_SEGMENT_EVACUATING;
	if (READ_ONCE(segment->failing))
		flags |= DPAGER_SEGMENT_FAILING;
	if (segment->swapfile)
		flags |= DPAGER_SEGMENT_FILE;
	return flags;
}

bool dpager_store_segment(struct dpager_store *store, u64 id,
			  struct dpager_segment_entry *entry)
{
	struct dpager_figures sum = {};
	struct dpager_segment *segment;
	bool found = false;

	spin_lock(&dpager_space);
	list_for_each_entry(segment, &store->segments, store_link) {
		if (segment->id < id)
			continue;
		found = true;
		dpager_segment_figures(segment, &sum);
		*entry = (struct dpager_segment_entry) {
			.id = segment->id,
			.offset = segment->range.first,
			.pages = sum.pages,
			.pages_free = sum.pages_free,
			.pages_bad = sum.pages_bad,
			.pages_in = sum.pages_in,
			.pages_in_failed = sum.pages_in_failed,
			.pages_out = sum.pages_out,
			.pages_out_failed = sum.pages_out_failed,
			.reads = sum.reads,
			.writes = sum.writes,
			.major = MAJOR(segment->bdev->bd_dev),
			.minor = MINOR(segment->bdev->bd_dev),
			.pages_planned = segment->evacuating ?
					 segment->planned : 0,
			.flags = segment_flags(segment),
		};
		break;
	}
	spin_unlock(&dpager_space);
	return found;
}

/* --- segments come and go ----------------------------------------------- */

void dpager_store_roomy(struct dpager_store *store)
{
	if (atomic_read(&store->full_said))
		atomic_set(&store->full_said, 0);
}

static void segment_log(const struct dpager_segment *segment, const char *what,
			const char *where)
{
	if (segment->swapfile)
		pr_info("segment %llu: %s inode %llu of %pg, %llu pages, %s store %s\n",
			segment->id, what,
			dpager_swapfile_number(segment->swapfile),
			segment->bdev, segment->range.pages, where,
			segment->store->name);
	else
		pr_info("segment %llu: %s %pg, %llu pages from byte %llu, %s store %s\n",
			segment->id, what, segment->bdev, segment->range.pages,
			segment->range.first, where, segment->store->name);
}

static void segment_publish(struct dpager_segment *segment)
{
	struct dpager_store *store = segment->store;

	lockdep_assert_held(&dpager_admin);
	spin_lock(&dpager_space);
	list_add_tail(&segment->store_link, &store->segments);
	store->nr_segments++;
	dpager_space_add(segment);
	dpager_store_roomy(store);
	spin_unlock(&dpager_space);
	segment_log(segment, "added", "to");
}

static void store_past_add(struct dpager_store *store,
			   const struct dpager_io_counts *counts)
{
	struct dpager_io_counts *past = &store->past;

	lockdep_assert_held(&dpager_space);
	atomic64_add(atomic64_read(&counts->pages_in), &past->pages_in);
	atomic64_add(atomic64_read(&counts->pages_in_failed),
		     &past->pages_in_failed);
	atomic64_add(atomic64_read(&counts->pages_out), &past->pages_out);
	atomic64_add(atomic64_read(&counts->pages_out_failed),
		     &past->pages_out_failed);
	atomic64_add(atomic64_read(&counts->reads), &past->reads);
	atomic64_add(atomic64_read(&counts->writes), &past->writes);
}

/* Unpublish and free a segment that is drained and empty. */
static void segment_forget(struct dpager_segment *segment)
{
	struct dpager_store *store = segment->store;

	lockdep_assert_held(&dpager_admin);
	spin_lock(&dpager_space);
	dpager_space_remove(segment);
	list_del(&segment->store_link);
	store->nr_segments--;
	store_past_add(store, &segment->counts);
	spin_unlock(&dpager_space);
	segment_log(segment, "removed", "from");
	dpager_segment_free(segment);
}

/* dpager_admin, and a store that is alive. */
static int store_lock(struct dpager_store *store)
{
	int err = mutex_lock_killable(&dpager_admin);

	if (!err && store->dead) {
		mutex_unlock(&dpager_admin);
		err = -ESTALE;
	}
	return err;
}

/* The same, and nobody deletes it. */
static int store_lock_to_add(struct dpager_store *store, u32 *detail)
{
	int err = store_lock(store);

	if (!err && store->going) {
		mutex_unlock(&dpager_admin);
		err = store_fail(detail, DPAGER_DETAIL_IN_PROGRESS, -EBUSY);
	}
	return err;
}

int dpager_store_add_segment(struct dpager_store *store,
			     struct dpager_add_segment *add)
{
	struct dpager_segment *segment;
	int err = store_lock_to_add(store, &add->detail);

	if (err)
		return err;
	err = dpager_segment_create(store, add->device, add->offset, add->count,
				    add->record_size, &segment, &add->detail);
	if (!err) {
		add->id = segment->id;
		add->pages = segment->range.pages;
		segment_publish(segment);
	}
	mutex_unlock(&dpager_admin);
	return err;
}

int dpager_store_add_file(struct dpager_store *store,
			  struct dpager_add_file *add)
{
	struct dpager_segment *segment;
	int err = store_lock_to_add(store, &add->detail);

	if (err)
		return err;
	err = dpager_segment_create_on_file(store, add->file, add->bytes,
					    &segment, &add->detail);
	if (!err) {
		add->id = segment->id;
		add->pages = segment->range.pages;
		segment_publish(segment);
	}
	mutex_unlock(&dpager_admin);
	return err;
}

static struct dpager_segment *store_find_segment(struct dpager_store *store,
						 u64 id)
{
	struct dpager_segment *segment;

	list_for_each_entry(segment, &store->segments, store_link)
		if (segment->id == id)
			return segment;
	return NULL;
}

int dpager_store_remove_segment(struct dpager_store *store, u64 id,
				struct dpager_evacuate *how, u32 flags,
				u32 *detail)
{
	struct dpager_leaving l = {
		.store = store,
		.how = how,
		.flags = flags,
		.begin = jiffies,
		.detail = detail,
	};
	int err = store_lock(store);

	if (err)
		return err;
	l.segment = store_find_segment(store, id);
	if (l.segment)
		err = dpager_leaving_run(&l);
	else
		err = store_fail(detail, DPAGER_DETAIL_ID, -ENOENT);
	if (!err && !dpager_leaving_dry(&l))
		segment_forget(l.segment);
	mutex_unlock(&dpager_admin);
	return err;
}

/* Unpublish a store whose segments are drained and empty. */
static void store_forget(struct dpager_store *store)
{
	struct dpager_segment *segment, *next;

	lockdep_assert_held(&dpager_admin);
	spin_lock(&dpager_space);
	WRITE_ONCE(store->dead, true);
	xa_erase(&stores, store->id);
	store_count--;
	spin_unlock(&dpager_space);
	list_for_each_entry_safe(segment, next, &store->segments, store_link)
		segment_forget(segment);
	dpager_store_put(store);
}

int dpager_store_delete(struct dpager_store *store,
			struct dpager_evacuate *how, u32 flags, u32 *detail)
{
	struct dpager_leaving l = {
		.store = store,
		.how = how,
		.flags = flags,
		.begin = jiffies,
		.detail = detail,
	};
	int err = store_lock(store);

	if (err)
		return err;
	err = dpager_leaving_run(&l);
	if (!err && !dpager_leaving_dry(&l))
		store_forget(store);
	mutex_unlock(&dpager_admin);
	return err;
}

/*
 * No descriptor and no object is left, so no slot is in use and no cluster on
 * its way: nothing needs draining.
 */
void dpager_store_exit(void)
{
	struct dpager_store *store;
	unsigned long id;

	mutex_lock(&dpager_admin);
	xa_for_each(&stores, id, store)
		store_forget(store);
	mutex_unlock(&dpager_admin);
	xa_destroy(&stores);
}
