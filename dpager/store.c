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
#include "sum.h"
#include "swapfile.h"
#include "trigger.h"

/* See the lock order in dpager.h, and store.h. */
DEFINE_MUTEX(dpager_admin);

/* Stores by id; read under either of the locks above, changed under both. */
static DEFINE_XARRAY(stores);
static u32 store_count;
static u64 store_last_id;

/* --- life --------------------------------------------------------------- */

static void store_release(struct kref *ref)
{
	struct dpager_store *store = container_of(ref, struct dpager_store,
						  ref);

	dpager_budget_destroy(&store->budget);
	/* Who looks at a confinement under RCU looks at its flags. */
	kfree_rcu(store, rcu);
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
		return dpager_fail(detail, DPAGER_DETAIL_PRIORITY, -EINVAL);
	if (!dpager_cluster_bytes(cluster))
		return dpager_fail(detail, DPAGER_DETAIL_CLUSTER, -EINVAL);
	if (*name && !dpager_store_name_valid(name))
		return dpager_fail(detail, DPAGER_DETAIL_NAME, -EINVAL);
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
		return dpager_fail(detail, DPAGER_DETAIL_NAME_TAKEN, -EEXIST);
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

static int store_prepare(const struct dpager_store *store, u32 *detail)
{
	int err = 0;

	if (store->flags & DPAGER_STORE_CHECKSUM)
		err = dpager_sum_prepare();
	if (err == -EOPNOTSUPP)
		*detail = DPAGER_DETAIL_CHECKSUM;
	return err;
}

struct dpager_store *dpager_store_create(const char *name, s32 priority,
					 u32 cluster, u32 flags, u32 *detail)
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
	dpager_budget_init(&store->budget);
	store->priority = priority;
	store->cluster = dpager_cluster_bytes(cluster);
	store->flags = flags;

	err = mutex_lock_killable(&dpager_admin);
	if (err)
		goto err_store;
	err = store_prepare(store, detail);
	if (err) {
		mutex_unlock(&dpager_admin);
		goto err_store;
	}
	/* One reference is the caller's, one the table's. */
	dpager_store_get(store);
	err = store_publish(store, name, detail);
	mutex_unlock(&dpager_admin);
	if (err)
		goto err_store;
	return store;

err_store:
	dpager_budget_destroy(&store->budget);
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

void dpager_store_roomy(struct dpager_store *store)
{
	if (atomic_read(&store->full_said))
		atomic_set(&store->full_said, 0);
}

int dpager_store_lock(struct dpager_store *store)
{
	int err = mutex_lock_killable(&dpager_admin);

	if (!err && store->dead) {
		mutex_unlock(&dpager_admin);
		err = -ESTALE;
	}
	return err;
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
		dpager_space_add_figures(segment, sum);
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
	if (segment->reserve)
		flags |= DPAGER_SEGMENT_RESERVE;
	if (READ_ONCE(segment->discard))
		flags |= DPAGER_SEGMENT_DISCARD;
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
			.pages_left = segment->evacuating ?
				      dpager_segment_used_from(segment,
							       segment->leave_from) : 0,
			.inode = segment->swapfile ?
				 dpager_swapfile_number(segment->swapfile) : 0,
		};
		break;
	}
	spin_unlock(&dpager_space);
	return found;
}

/* --- the end ------------------------------------------------------------ */

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
	dpager_triggers_end(store);
	list_for_each_entry_safe(segment, next, &store->segments, store_link)
		dpager_store_forget_segment(segment);
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
	int err = dpager_store_lock(store);

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
