// SPDX-License-Identifier: GPL-2.0
/* Calls on a store descriptor. */
#include <linux/cred.h>
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/stddef.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/user_namespace.h>

#include "ctl_table.h"
#include "dpager.h"
#include "stats.h"
#include "store.h"

/* Buckets of a picture of a segment: 1 MiB of them. */
#define MAP_BUCKETS_MAX	131072U

static void info_basic(struct dpager_store_info *info,
		       const struct dpager_store *store,
		       const struct dpager_figures *sum)
{
	info->id = store->id;
	info->pages_total = sum->pages;
	info->pages_free = sum->pages_free;
	info->pages_bad = sum->pages_bad;
	info->pages_in = sum->pages_in;
	info->pages_in_failed = sum->pages_in_failed;
	info->pages_out = sum->pages_out;
	info->pages_out_failed = sum->pages_out_failed;
	info->reads = sum->reads;
	info->writes = sum->writes;
	info->segments = sum->segments;
	info->priority = store->priority;
	info->cluster = store->cluster;
	info->attributes = store->flags;
	strscpy_pad(info->name, store->name, sizeof(info->name));
	info->pagein_calls = dpager_stat_read(DPAGER_STAT_PAGEIN_CALLS);
	info->pageout_calls = dpager_stat_read(DPAGER_STAT_PAGEOUT_CALLS);
	info->pages_unavailable = dpager_stat_read(DPAGER_STAT_UNAVAILABLE);
	info->pages_initial = dpager_stat_read(DPAGER_STAT_INITIAL);
	info->initial_writes = dpager_stat_read(DPAGER_STAT_INITIAL_WRITES);
	info->all_pages_in = dpager_stat_read(DPAGER_STAT_PAGES_IN);
	info->all_pages_out = dpager_stat_read(DPAGER_STAT_PAGES_OUT);
}

static void info_detail(struct dpager_store_info *info,
			const struct dpager_store *store,
			const struct dpager_figures *sum)
{
	info->pages_used_peak = atomic64_read(&store->peak);
	spin_lock(&dpager_space);
	info->pages_reserved = dpager_budget_promised(store);
	spin_unlock(&dpager_space);
	info->pages_lost = atomic64_read(&store->lost);
	info->checksum_errors = sum->checksum_errors;
	info->full = atomic64_read(&store->full);
	info->pages_discarded = sum->pages_discarded;
}

static int store_info(struct dpager_ctl_call *call)
{
	struct dpager_store_info *info = &call->arg->store_info;
	struct dpager_store *store = call->store;
	u32 size = info->size, flavor = info->flavor;
	struct dpager_figures sum;

	if (!flavor || flavor > DPAGER_STORE_INFO_DETAIL)
		return dpager_ctl_fail(call, DPAGER_DETAIL_OPERATION, -EINVAL);
	dpager_store_figures(store, &sum);
	/* What a flavor leaves out is 0, whatever the caller had there. */
	*info = (struct dpager_store_info) { .size = size, .flavor = flavor };
	info_basic(info, store, &sum);
	if (flavor == DPAGER_STORE_INFO_DETAIL)
		info_detail(info, store, &sum);
	return 0;
}

static int add_segment(struct dpager_ctl_call *call)
{
	struct dpager_add_segment *add = &call->arg->add_segment;

	if (add->reserved)
		return dpager_ctl_fail(call, DPAGER_DETAIL_RESERVED, -EINVAL);
	return dpager_store_add_segment(call->store, add);
}

static void undo_add(struct dpager_ctl_call *call, u64 id)
{
	struct dpager_evacuate how = {};

	dpager_store_remove_segment(call->store, id, &how, 0,
				    &call->arg->head.detail);
}

static void add_segment_undo(struct dpager_ctl_call *call)
{
	undo_add(call, call->arg->add_segment.id);
}

static int add_file(struct dpager_ctl_call *call)
{
	return dpager_store_add_file(call->store, &call->arg->add_file);
}

static void add_file_undo(struct dpager_ctl_call *call)
{
	undo_add(call, call->arg->add_file.id);
}

static int list_segments(struct dpager_ctl_call *call)
{
	struct dpager_segment_entry entry;
	struct dpager_figures sum;
	u64 from;
	int err = dpager_ctl_list_begin(call, &from);

	if (err)
		return err;
	dpager_store_figures(call->store, &sum);
	call->arg->list.total = sum.segments;
	while (!err && dpager_store_segment(call->store, from, &entry)) {
		err = dpager_ctl_list_put(call, &entry, sizeof(entry),
					  entry.id);
		from = entry.id + 1;
	}
	return min(err, 0);
}

/* All that a call may have in its fields, and what it answers in them. */
static bool evacuate_begin(struct dpager_evacuate *how)
{
	how->pages = 0;
	how->moved = 0;
	how->lost = 0;
	return !how->reserved;
}

static int remove_segment(struct dpager_ctl_call *call)
{
	struct dpager_remove_segment *remove = &call->arg->remove_segment;

	if (!evacuate_begin(&remove->evacuate) || remove->reserved)
		return dpager_ctl_fail(call, DPAGER_DETAIL_RESERVED, -EINVAL);
	return dpager_store_remove_segment(call->store, remove->id,
					   &remove->evacuate, remove->flags,
					   &remove->detail);
}

static int delete_store(struct dpager_ctl_call *call)
{
	struct dpager_store_delete *delete = &call->arg->store_delete;

	if (!evacuate_begin(&delete->evacuate) || delete->reserved)
		return dpager_ctl_fail(call, DPAGER_DETAIL_RESERVED, -EINVAL);
	return dpager_store_delete(call->store, &delete->evacuate,
				   delete->flags, &delete->detail);
}

static int set_segment(struct dpager_ctl_call *call)
{
	struct dpager_set_segment *set = &call->arg->set_segment;

	if (set->reserved)
		return dpager_ctl_fail(call, DPAGER_DETAIL_RESERVED, -EINVAL);
	return dpager_store_set_segment(call->store, set);
}

static int resize_segment(struct dpager_ctl_call *call)
{
	struct dpager_resize_segment *resize = &call->arg->resize_segment;

	if (!evacuate_begin(&resize->evacuate) || resize->reserved)
		return dpager_ctl_fail(call, DPAGER_DETAIL_RESERVED, -EINVAL);
	return dpager_store_resize_segment(call->store, resize);
}

/* Bytes of a quota as pages; no limit stays none. */
static u64 quota_pages(u64 bytes)
{
	return bytes == U64_MAX ? U64_MAX : bytes >> PAGE_SHIFT;
}

static u64 quota_bytes(u64 pages)
{
	return pages == U64_MAX ? U64_MAX : pages << PAGE_SHIFT;
}

static int set_quota(struct dpager_ctl_call *call)
{
	struct dpager_quota *quota = &call->arg->quota;
	kuid_t uid = make_kuid(current_user_ns(), quota->uid);
	u32 user = from_kuid(&init_user_ns, uid);

	if (!uid_valid(uid))
		return dpager_ctl_fail(call, DPAGER_DETAIL_UID, -EINVAL);
	quota->used = dpager_budget_used(call->store, user) << PAGE_SHIFT;
	return dpager_store_quota(call->store, user, quota_pages(quota->bytes));
}

static int list_quotas(struct dpager_ctl_call *call)
{
	struct dpager_list *list = &call->arg->list;
	bool full = false;
	u64 from, pages, used;
	u32 user = 0;
	int err = dpager_ctl_list_begin(call, &from);

	for (; !err && dpager_budget_next(call->store, &user, &pages, &used);
	     user++) {
		struct dpager_quota entry = {
			.uid = from_kuid_munged(current_user_ns(),
						make_kuid(&init_user_ns, user)),
			.bytes = quota_bytes(pages),
			.used = used << PAGE_SHIFT,
		};

		list->total++;
		if (user + 1ULL < from || full)
			continue;
		err = dpager_ctl_list_put(call, &entry, sizeof(entry),
					  user + 1ULL);
		full = err > 0;
		err = min(err, 0);
	}
	return err;
}

/* Into user memory, which no lock is held for. */
static int map_copy(struct dpager_segment_map *map,
		    const struct dpager_map_bucket *buckets)
{
	return copy_to_user(u64_to_user_ptr(map->array), buckets,
			    map->buckets * sizeof(*buckets)) ? -EFAULT : 0;
}

static int segment_map(struct dpager_ctl_call *call)
{
	struct dpager_segment_map *map = &call->arg->segment_map;
	struct dpager_map_bucket *buckets;
	int err;

	if (!map->buckets || map->buckets > MAP_BUCKETS_MAX)
		return dpager_ctl_fail(call, DPAGER_DETAIL_COUNT, -EINVAL);
	buckets = kvcalloc(map->buckets, sizeof(*buckets), GFP_KERNEL_ACCOUNT);
	if (!buckets)
		return -ENOMEM;
	err = dpager_store_segment_map(call->store, map, buckets);
	if (!err)
		err = map_copy(map, buckets);
	kvfree(buckets);
	return err;
}

#define EVACUATE_FLAGS (DPAGER_EVACUATE_DRY_RUN | DPAGER_EVACUATE_MEMORY | \
			DPAGER_EVACUATE_LOSE | DPAGER_EVACUATE_NOTHING)

/* In the hands of the unprivileged a store makes objects and nothing else. */
const struct dpager_ctl_row dpager_ctl_store_rows[] = {
	{
		.number = _IOC_NR(DPAGER_IOC_OBJECT_CREATE),
		.needs = DPAGER_CTL_WRITE | DPAGER_CTL_NEW_FD,
		DPAGER_CTL_ARG(dpager_object_create, id),
		.flags = DPAGER_OBJECT_RDONLY | DPAGER_OBJECT_RESERVE,
		.run = dpager_ctl_object_create,
	}, {
		.number = _IOC_NR(DPAGER_IOC_TRIGGERS),
		.needs = DPAGER_CTL_PRIVILEGED,
		DPAGER_CTL_ARG(dpager_triggers, high),
		.flags = DPAGER_TRIGGER_ONCE,
		.run = dpager_ctl_triggers,
	}, {
		.number = _IOC_NR(DPAGER_IOC_STORE_INFO),
		.needs = DPAGER_CTL_PRIVILEGED,
		DPAGER_CTL_ARG(dpager_store_info, name),
		.run = store_info,
	}, {
		.number = _IOC_NR(DPAGER_IOC_ADD_SEGMENT),
		.needs = DPAGER_CTL_PRIVILEGED,
		DPAGER_CTL_ARG(dpager_add_segment, pages),
		.flags = DPAGER_ADD_RESERVE | DPAGER_ADD_DISCARD_ONCE |
			 DPAGER_ADD_DISCARD,
		.run = add_segment,
		.undo = add_segment_undo,
	}, {
		.number = _IOC_NR(DPAGER_IOC_ADD_FILE),
		.needs = DPAGER_CTL_PRIVILEGED,
		DPAGER_CTL_ARG(dpager_add_file, pages),
		.flags = DPAGER_ADD_RESERVE,
		.run = add_file,
		.undo = add_file_undo,
	}, {
		.number = _IOC_NR(DPAGER_IOC_SEGMENTS),
		.needs = DPAGER_CTL_PRIVILEGED,
		DPAGER_CTL_ARG(dpager_list, total),
		.run = list_segments,
	}, {
		.number = _IOC_NR(DPAGER_IOC_REMOVE_SEGMENT),
		.needs = DPAGER_CTL_PRIVILEGED | DPAGER_CTL_ANSWERS,
		DPAGER_CTL_ARG(dpager_remove_segment, evacuate),
		.flags = EVACUATE_FLAGS,
		.run = remove_segment,
	}, {
		.number = _IOC_NR(DPAGER_IOC_SET_SEGMENT),
		.needs = DPAGER_CTL_PRIVILEGED,
		DPAGER_CTL_ARG(dpager_set_segment, id),
		.run = set_segment,
	}, {
		.number = _IOC_NR(DPAGER_IOC_RESIZE_SEGMENT),
		.needs = DPAGER_CTL_PRIVILEGED | DPAGER_CTL_ANSWERS,
		DPAGER_CTL_ARG(dpager_resize_segment, evacuate),
		.flags = EVACUATE_FLAGS,
		.run = resize_segment,
	}, {
		.number = _IOC_NR(DPAGER_IOC_QUOTA),
		.needs = DPAGER_CTL_PRIVILEGED,
		DPAGER_CTL_ARG(dpager_quota, used),
		.run = set_quota,
	}, {
		.number = _IOC_NR(DPAGER_IOC_QUOTAS),
		.needs = DPAGER_CTL_PRIVILEGED,
		DPAGER_CTL_ARG(dpager_list, total),
		.run = list_quotas,
	}, {
		.number = _IOC_NR(DPAGER_IOC_SEGMENT_MAP),
		.needs = DPAGER_CTL_PRIVILEGED,
		DPAGER_CTL_ARG(dpager_segment_map, bucket_slots),
		.run = segment_map,
	}, {
		.number = _IOC_NR(DPAGER_IOC_STORE_DELETE),
		.needs = DPAGER_CTL_PRIVILEGED | DPAGER_CTL_ANSWERS,
		DPAGER_CTL_ARG(dpager_store_delete, evacuate),
		.flags = EVACUATE_FLAGS,
		.run = delete_store,
	}, {}
};
