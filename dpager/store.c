// SPDX-License-Identifier: GPL-2.0
/* Backing stores: their table, their segments, which one takes a cluster. */
#include <linux/ctype.h>
#include <linux/err.h>
#include <linux/limits.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/xarray.h>

#include "cluster.h"
#include "dpager.h"
#include "evacuate.h"
#include "object.h"
#include "store.h"

/* See the lock order in dpager.h, and store.h. */
DEFINE_MUTEX(dpager_admin);
DEFINE_SPINLOCK(dpager_space);

/* Stores by id; read under either of the locks above, changed under both. */
static DEFINE_XARRAY(stores);
static u32 store_count;
static u64 store_last_id;

/* Published segments, of high priority first; dpager_space. */
static LIST_HEAD(space);

/* A log line said that there is no segment at all; dpager_space. */
static bool space_none_said;

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

u32 dpager_space_figures(struct dpager_figures *sum)
{
	struct dpager_segment *segment;
	u32 count;

	memset(sum, 0, sizeof(*sum));
	spin_lock(&dpager_space);
	list_for_each_entry(segment, &space, space_link)
		dpager_segment_figures(segment, sum);
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

/* --- handing out clusters ----------------------------------------------- */

/* Behind all others of its priority, before all lower ones. */
static void space_insert(struct dpager_segment *segment)
{
	struct dpager_segment *other;

	lockdep_assert_held(&dpager_space);
	list_for_each_entry(other, &space, space_link)
		if (other->store->priority < segment->store->priority)
			break;
	/* When none is lower, @other is the head. */
	list_add_tail(&segment->space_link, &other->space_link);
}

static bool space_usable(const struct dpager_segment *segment,
			 const struct dpager_store *only)
{
	return !segment->draining && (!only || segment->store == only);
}

/* A segment that fails gets one cluster at a time, and not at once. */
static bool space_retry(const struct dpager_segment *segment)
{
	return time_after_eq(jiffies, READ_ONCE(segment->retry_at)) &&
	       dpager_writer_at_rest(&segment->writer);
}

/*
 * The first that has room and is not behind. Who is behind is waited for, as
 * for room, rather than lower priorities used, unless it is stuck. One whose last write failed is
 * left out unless @failing, when nobody else has room. -EAGAIN wins over
 * -ENOSPC: room will do, once there is time.
 */
static struct dpager_segment *space_choose(const struct dpager_store *only,
					   bool failing, int *error)
{
	struct dpager_segment *segment;
	s32 lowest = -1;

	lockdep_assert_held(&dpager_space);
	*error = -ENOSPC;
	list_for_each_entry(segment, &space, space_link) {
		int room;

		if (segment->store->priority < lowest)
			break;
		if (!space_usable(segment, only) ||
		    READ_ONCE(segment->failing) != failing)
			continue;
		room = dpager_segment_room(segment);
		if (room == -ENOSPC)
			continue;
		if (!room && (failing ? space_retry(segment) :
			      !dpager_writer_behind(&segment->writer)))
			return segment;
		*error = -EAGAIN;
		if (!failing && !dpager_writer_stuck(&segment->writer))
			lowest = segment->store->priority;
	}
	return NULL;
}

/* Without a free slot, pages can still be written over their old selves. */
static struct dpager_segment *space_home(struct dpager_cluster *cluster,
					 int *error)
{
	struct dpager_segment *segment = dpager_cluster_home(cluster);

	if (!segment)
		return NULL;
	*error = -EAGAIN;
	return dpager_writer_behind(&segment->writer) ? NULL : segment;
}

/*
 * Whose fullness the log should tell now, if anyone's: true and @name, or an
 * empty @name when there is no segment.
 */
static bool space_full_news(struct dpager_store *only, char *name)
{
	struct dpager_segment *segment;

	lockdep_assert_held(&dpager_space);
	*name = '\0';
	/* Nobody can add a segment to one that is deleted, or about to be. */
	if (only && (only->dead || READ_ONCE(only->going)))
		return false;
	if (only) {
		strscpy(name, only->name, DPAGER_NAME_SIZE);
		return !atomic_xchg(&only->full_said, 1);
	}
	list_for_each_entry(segment, &space, space_link) {
		if (atomic_xchg(&segment->store->full_said, 1))
			continue;
		strscpy(name, segment->store->name, DPAGER_NAME_SIZE);
		return true;
	}
	if (!list_empty(&space) || space_none_said)
		return false;
	space_none_said = true;
	return true;
}

static void space_say_full(const char *name)
{
	if (*name)
		pr_warn("store %s is full: pages stay in memory; add a segment to it\n",
			name);
	else
		pr_warn("no store has a segment: pages stay in memory; add a segment\n");
}

void dpager_store_roomy(struct dpager_store *store)
{
	if (atomic_read(&store->full_said))
		atomic_set(&store->full_said, 0);
}

int dpager_store_hand(struct dpager_store *only, struct dpager_cluster *cluster)
{
	struct dpager_segment *segment;
	char name[DPAGER_NAME_SIZE];
	bool news = false;
	int err;

	spin_lock(&dpager_space);
	segment = space_choose(only, false, &err);
	if (!segment && err == -ENOSPC)
		segment = space_choose(only, true, &err);
	if (!segment && err == -ENOSPC)
		segment = space_home(cluster, &err);
	if (segment) {
		dpager_writer_queue(&segment->writer, cluster);
		/* Those of equal priority go first next time. */
		list_del(&segment->space_link);
		space_insert(segment);
		err = 0;
	} else if (err == -ENOSPC) {
		news = space_full_news(only, name);
	}
	spin_unlock(&dpager_space);
	if (news)
		space_say_full(name);
	return err;
}

/* --- segments come and go ----------------------------------------------- */

static void segment_publish(struct dpager_segment *segment)
{
	struct dpager_store *store = segment->store;

	lockdep_assert_held(&dpager_admin);
	spin_lock(&dpager_space);
	list_add_tail(&segment->store_link, &store->segments);
	store->nr_segments++;
	space_insert(segment);
	space_none_said = false;
	dpager_store_roomy(store);
	spin_unlock(&dpager_space);
	pr_info("segment %llu: added %pg, %llu pages from byte %llu, to store %s\n",
		segment->id, segment->bdev, segment->range.pages,
		segment->range.first, store->name);
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
	list_del(&segment->space_link);
	list_del(&segment->store_link);
	store->nr_segments--;
	store_past_add(store, &segment->counts);
	spin_unlock(&dpager_space);
	pr_info("segment %llu: removed %pg, %llu pages from byte %llu, from store %s\n",
		segment->id, segment->bdev, segment->range.pages,
		segment->range.first, store->name);
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

int dpager_store_add_segment(struct dpager_store *store,
			     struct dpager_add_segment *add)
{
	struct dpager_segment *segment;
	int err = store_lock(store);

	if (err)
		return err;
	if (store->going) {
		mutex_unlock(&dpager_admin);
		return store_fail(&add->detail, DPAGER_DETAIL_IN_PROGRESS,
				  -EBUSY);
	}
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

static struct dpager_segment *store_find_segment(struct dpager_store *store,
						 u64 id)
{
	struct dpager_segment *segment;

	list_for_each_entry(segment, &store->segments, store_link)
		if (segment->id == id)
			return segment;
	return NULL;
}

/* --- leaving ------------------------------------------------------------ */

/**
 * struct leaving - segments that are to be emptied
 * @store: whose they are
 * @segment: the only one, or NULL: all of the store's
 * @how: as it was asked for, and what came of it
 * @flags: DPAGER_EVACUATE_*
 * @begin: when that was, in jiffies
 * @tight: there is hardly more room elsewhere than is needed
 * @detail: out: enum dpager_detail when it fails
 */
struct leaving {
	struct dpager_store *store;
	struct dpager_segment *segment;
	struct dpager_evacuate *how;
	u32 flags;
	unsigned long begin;
	bool tight;
	u32 *detail;
};

/*
 * A larger folio goes to one segment. With so few slots to spare on each, the
 * last of them may fit nowhere.
 */
#define LEAVING_SPARE	BIT(DPAGER_FOLIO_ORDER)

/*
 * The next one of them, or the first after NULL. They stay: those that are
 * evacuated are not freed by others, and none is added to a store that goes.
 */
static struct dpager_segment *leaving_next(const struct leaving *l,
					   struct dpager_segment *segment)
{
	struct list_head *head = &l->store->segments;

	if (l->segment)
		return segment ? NULL : l->segment;
	if (!segment)
		return list_first_entry_or_null(head, struct dpager_segment,
						store_link);
	return list_is_last(&segment->store_link, head) ?
		NULL : list_next_entry(segment, store_link);
}

/* Take them, all or none: nothing more is placed there, but for a dry run. */
static int leaving_begin(struct leaving *l)
{
	struct dpager_segment *segment = NULL;

	lockdep_assert_held(&dpager_admin);
	if (l->store->going)
		return store_fail(l->detail, DPAGER_DETAIL_IN_PROGRESS, -EBUSY);
	while ((segment = leaving_next(l, segment)))
		if (segment->evacuating)
			return store_fail(l->detail, DPAGER_DETAIL_IN_PROGRESS,
					  -EBUSY);
	WRITE_ONCE(l->store->going, !l->segment);
	while ((segment = leaving_next(l, segment))) {
		u64 used = dpager_segment_used(segment);

		spin_lock(&dpager_space);
		segment->evacuating = true;
		segment->planned = used;
		segment->draining = !(l->flags & DPAGER_EVACUATE_DRY_RUN);
		spin_unlock(&dpager_space);
		l->how->pages += used;
	}
	return 0;
}

/* They are in use again. */
static void leaving_end(struct leaving *l)
{
	struct dpager_segment *segment = NULL;

	lockdep_assert_held(&dpager_admin);
	while ((segment = leaving_next(l, segment))) {
		spin_lock(&dpager_space);
		segment->evacuating = false;
		segment->draining = false;
		spin_unlock(&dpager_space);
	}
	WRITE_ONCE(l->store->going, false);
}

/**
 * struct room - free slots elsewhere
 * @own: on segments of the same store
 * @all: on all
 * @spare: what of @all may be of no use
 */
struct room {
	u64 own;
	u64 all;
	u64 spare;
};

static struct room leaving_room(const struct leaving *l)
{
	struct dpager_segment *segment;
	struct room room = {};

	spin_lock(&dpager_space);
	list_for_each_entry(segment, &space, space_link) {
		struct dpager_figures sum = {};

		if (segment->evacuating || READ_ONCE(segment->failing))
			continue;
		dpager_segment_figures(segment, &sum);
		room.all += sum.pages_free;
		room.spare += LEAVING_SPARE;
		if (segment->store == l->store)
			room.own += sum.pages_free;
	}
	spin_unlock(&dpager_space);
	return room;
}

static u64 over(u64 wanted, u64 room)
{
	return wanted > room ? wanted - room : 0;
}

/* Is there room for what lies on them? */
static int leaving_fits(struct leaving *l)
{
	struct dpager_demand demand = {};
	struct dpager_segment *segment = NULL;
	struct room room;
	u64 memory;
	int err;

	while ((segment = leaving_next(l, segment))) {
		err = dpager_evacuate_count(segment, l->how, l->begin,
					    &demand);
		if (err)
			return err;
	}
	room = leaving_room(l);
	memory = over(demand.confined, room.own);
	memory += over(demand.others,
		       room.all - min(room.own, demand.confined));
	l->tight = over(room.all, demand.confined + demand.others) <
		   room.spare;
	if (demand.confined)
		l->tight |= over(room.own, demand.confined) < room.spare;
	if (!memory)
		return 0;
	if (!(l->flags & DPAGER_EVACUATE_MEMORY))
		return store_fail(l->detail, DPAGER_DETAIL_NO_SPACE, -ENOSPC);
	if (over(memory, demand.resident) > (u64)max(si_mem_available(), 0L))
		return store_fail(l->detail, DPAGER_DETAIL_NO_MEMORY, -ENOMEM);
	return 0;
}

static int leaving_empty(struct leaving *l)
{
	struct dpager_segment *segment = NULL;
	int err = 0;

	if (l->flags & DPAGER_EVACUATE_NOTHING && l->how->pages)
		return store_fail(l->detail, DPAGER_DETAIL_IN_USE, -EBUSY);
	if (l->how->pages)
		err = leaving_fits(l);
	if (l->flags & DPAGER_EVACUATE_DRY_RUN)
		return err;
	while (!err && (segment = leaving_next(l, segment)))
		err = dpager_evacuate(segment, l->how, l->flags, l->tight,
				      l->begin, l->detail);
	return err;
}

static u64 leaving_used(const struct leaving *l)
{
	struct dpager_segment *segment = NULL;
	u64 used = 0;

	while ((segment = leaving_next(l, segment)))
		used += dpager_segment_used(segment);
	return used;
}

static void leaving_count(const struct leaving *l)
{
	struct dpager_segment *segment = NULL;

	while ((segment = leaving_next(l, segment)))
		l->how->moved += over(segment->planned,
				      dpager_segment_used(segment));
}

/* Empty them, without a lock that others want. Called and left with dpager_admin. */
static int leaving_run(struct leaving *l)
{
	int err = leaving_begin(l);

	if (err)
		return err;
	mutex_unlock(&dpager_admin);
	err = leaving_empty(l);
	if (err == -ETIMEDOUT)
		*l->detail = DPAGER_DETAIL_DEADLINE;
	if (!err && (l->flags & DPAGER_EVACUATE_DRY_RUN))
		l->how->moved = l->how->pages;
	else
		leaving_count(l);
	mutex_lock(&dpager_admin);
	/* Better a segment too many than one that is missing. */
	if (!err && !(l->flags & DPAGER_EVACUATE_DRY_RUN) &&
	    WARN_ON_ONCE(leaving_used(l)))
		err = -EBUSY;
	if (err || (l->flags & DPAGER_EVACUATE_DRY_RUN))
		leaving_end(l);
	return err;
}

int dpager_store_remove_segment(struct dpager_store *store, u64 id,
				struct dpager_evacuate *how, u32 flags,
				u32 *detail)
{
	struct leaving l = {
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
		err = leaving_run(&l);
	else
		err = store_fail(detail, DPAGER_DETAIL_ID, -ENOENT);
	if (!err && !(flags & DPAGER_EVACUATE_DRY_RUN))
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
	struct leaving l = {
		.store = store,
		.how = how,
		.flags = flags,
		.begin = jiffies,
		.detail = detail,
	};
	int err = store_lock(store);

	if (err)
		return err;
	err = leaving_run(&l);
	if (!err && !(flags & DPAGER_EVACUATE_DRY_RUN))
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
