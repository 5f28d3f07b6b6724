// SPDX-License-Identifier: GPL-2.0
/* A store's segments come and go, and change. */
#include <linux/jiffies.h>
#include <linux/math.h>
#include <linux/math64.h>
#include <linux/mutex.h>

#include "dpager.h"
#include "leaving.h"
#include "space.h"
#include "store.h"
#include "swapfile.h"
#include "trigger.h"

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

/* @id, @pages: out: what who added it is told. */
static void segment_publish(struct dpager_segment *segment, u64 *id, u64 *pages)
{
	struct dpager_store *store = segment->store;

	lockdep_assert_held(&dpager_admin);
	*id = segment->id;
	*pages = segment->range.pages;
	spin_lock(&dpager_space);
	list_add_tail(&segment->store_link, &store->segments);
	store->nr_segments++;
	dpager_space_add(segment);
	dpager_store_roomy(store);
	spin_unlock(&dpager_space);
	dpager_triggers_kick();
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
	atomic64_add(atomic64_read(&counts->checksum_errors),
		     &past->checksum_errors);
	atomic64_add(atomic64_read(&counts->pages_discarded),
		     &past->pages_discarded);
}

/* Unpublish and free a segment that is drained and empty. */
void dpager_store_forget_segment(struct dpager_segment *segment)
{
	struct dpager_store *store = segment->store;

	lockdep_assert_held(&dpager_admin);
	spin_lock(&dpager_space);
	dpager_space_remove(segment);
	list_del(&segment->store_link);
	store->nr_segments--;
	store_past_add(store, &segment->counts);
	spin_unlock(&dpager_space);
	dpager_triggers_kick();
	segment_log(segment, "removed", "from");
	dpager_segment_free(segment);
}

/* dpager_admin, and a store that is alive and that nobody deletes. */
static int store_lock_to_add(struct dpager_store *store, u32 *detail)
{
	int err = dpager_store_lock(store);

	if (!err && store->going) {
		mutex_unlock(&dpager_admin);
		err = dpager_fail(detail, DPAGER_DETAIL_IN_PROGRESS, -EBUSY);
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
				    add->record_size, add->flags, &segment,
				    &add->detail);
	if (!err)
		segment_publish(segment, &add->id, &add->pages);
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
					    add->flags, &segment, &add->detail);
	if (!err)
		segment_publish(segment, &add->id, &add->pages);
	mutex_unlock(&dpager_admin);
	return err;
}

/* dpager_admin, and a segment of a store that is alive. */
static int store_lock_segment(struct dpager_store *store, u64 id,
			      struct dpager_segment **found, u32 *detail)
{
	struct dpager_segment *segment;
	int err = dpager_store_lock(store);

	if (err)
		return err;
	list_for_each_entry(segment, &store->segments, store_link) {
		if (segment->id == id) {
			*found = segment;
			return 0;
		}
	}
	mutex_unlock(&dpager_admin);
	return dpager_fail(detail, DPAGER_DETAIL_ID, -ENOENT);
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
	int err = store_lock_segment(store, id, &l.segment, detail);

	if (err)
		return err;
	err = dpager_leaving_run(&l);
	if (!err && !dpager_leaving_dry(&l))
		dpager_store_forget_segment(l.segment);
	mutex_unlock(&dpager_admin);
	return err;
}

/* Is it a change of states that can be made? */
static bool segment_states_valid(const struct dpager_set_segment *set)
{
	u32 known = DPAGER_SEGMENT_DRAINING | DPAGER_SEGMENT_RESERVE;

	return !((set->set | set->clear) & ~known) && !(set->set & set->clear);
}

static bool state_after(bool now, const struct dpager_set_segment *set,
			u32 flag)
{
	return (now && !(set->clear & flag)) || (set->set & flag);
}

/* It is draining, or not, as it shall be. */
static void segment_set_states(struct dpager_segment *segment,
			       const struct dpager_set_segment *set)
{
	lockdep_assert_held(&dpager_space);
	segment->closed = segment->draining;
	segment->reserve = state_after(segment->reserve, set,
				       DPAGER_SEGMENT_RESERVE);
	dpager_space_move(segment);
	if (!segment->draining)
		dpager_store_roomy(segment->store);
}

/* What is set aside for objects must still be free. */
static int segment_set(struct dpager_segment *segment,
		       struct dpager_set_segment *set)
{
	int err = 0;

	lockdep_assert_held(&dpager_admin);
	if (segment->evacuating)
		return dpager_fail(&set->detail, DPAGER_DETAIL_IN_PROGRESS,
				   -EBUSY);
	spin_lock(&dpager_space);
	segment->draining = state_after(segment->closed, set,
					DPAGER_SEGMENT_DRAINING);
	if (segment->draining && !segment->closed &&
	    dpager_budget_promised(segment->store) >
	    dpager_budget_free(segment->store))
		err = -ENOSPC;
	if (err)
		segment->draining = segment->closed;
	else
		segment_set_states(segment, set);
	spin_unlock(&dpager_space);
	dpager_triggers_kick();
	return err ? dpager_fail(&set->detail, DPAGER_DETAIL_NO_SPACE, err) : 0;
}

int dpager_store_set_segment(struct dpager_store *store,
			     struct dpager_set_segment *set)
{
	struct dpager_segment *segment;
	int err;

	if (!segment_states_valid(set))
		return dpager_fail(&set->detail, DPAGER_DETAIL_STATE, -EINVAL);
	err = store_lock_segment(store, set->id, &segment, &set->detail);
	if (err)
		return err;
	err = segment_set(segment, set);
	mutex_unlock(&dpager_admin);
	return err;
}

/* What is behind a new end is emptied, and then the end is there. */
static int segment_shrink(struct dpager_segment *segment,
			  struct dpager_resize_segment *resize, u64 bytes,
			  u64 pages)
{
	struct dpager_leaving l = {
		.store = segment->store,
		.segment = segment,
		.from = pages,
		.how = &resize->evacuate,
		.flags = resize->flags,
		.begin = jiffies,
		.detail = &resize->detail,
	};
	int err = dpager_leaving_run(&l);

	if (!err && !dpager_leaving_dry(&l))
		dpager_segment_shrink(segment, bytes, pages);
	return err;
}

static int segment_resize(struct dpager_segment *segment,
			  struct dpager_resize_segment *resize)
{
	bool dry = resize->flags & DPAGER_EVACUATE_DRY_RUN;
	u64 bytes = resize->bytes, pages;
	int err;

	resize->pages = segment->range.pages;
	err = dpager_segment_measure(segment, &bytes, &pages, &resize->detail);
	if (err)
		return err;
	if (pages < segment->range.pages)
		err = segment_shrink(segment, resize, bytes, pages);
	else if (segment->evacuating)
		err = dpager_fail(&resize->detail, DPAGER_DETAIL_IN_PROGRESS,
				  -EBUSY);
	else if (!dry)
		err = dpager_segment_grow(segment, bytes, pages);
	if (!err)
		resize->pages = pages;
	return err;
}

int dpager_store_resize_segment(struct dpager_store *store,
				struct dpager_resize_segment *resize)
{
	struct dpager_segment *segment;
	int err = store_lock_segment(store, resize->id, &segment,
				     &resize->detail);

	if (err)
		return err;
	err = segment_resize(segment, resize);
	mutex_unlock(&dpager_admin);
	return err;
}

static void segment_draw(struct dpager_segment *segment,
			 struct dpager_segment_map *map,
			 struct dpager_map_bucket *buckets)
{
	u64 each = DIV_ROUND_UP_ULL(segment->range.pages, map->buckets), first;
	u32 i;

	lockdep_assert_held(&dpager_admin);
	map->slots = segment->range.pages;
	map->bucket_slots = each;
	map->buckets = DIV_ROUND_UP_ULL(map->slots, each);
	for (i = 0, first = 0; i < map->buckets; i++, first += each) {
		dpager_segment_count(segment, first, min(each, map->slots - first),
				     &buckets[i].used, &buckets[i].bad);
		cond_resched();
	}
}

int dpager_store_segment_map(struct dpager_store *store,
			     struct dpager_segment_map *map,
			     struct dpager_map_bucket *buckets)
{
	struct dpager_segment *segment;
	int err = store_lock_segment(store, map->id, &segment, &map->detail);

	if (err)
		return err;
	segment_draw(segment, map, buckets);
	mutex_unlock(&dpager_admin);
	return 0;
}

int dpager_store_quota(struct dpager_store *store, u32 uid, u64 pages)
{
	int err = dpager_store_lock(store);

	if (err)
		return err;
	err = dpager_budget_set_quota(store, uid, pages);
	mutex_unlock(&dpager_admin);
	return err;
}
