// SPDX-License-Identifier: GPL-2.0
/* Calls on a store descriptor. */
#include <linux/errno.h>
#include <linux/stddef.h>
#include <linux/string.h>

#include "ctl_table.h"
#include "dpager.h"
#include "store.h"

static int store_info(struct dpager_ctl_call *call)
{
	struct dpager_store_info *info = &call->arg->store_info;
	struct dpager_store *store = call->store;
	struct dpager_figures sum;

	if (info->flavor != DPAGER_STORE_INFO_BASIC)
		return dpager_ctl_fail(call, DPAGER_DETAIL_OPERATION, -EINVAL);
	dpager_store_figures(store, &sum);
	info->id = store->id;
	info->pages_total = sum.pages;
	info->pages_free = sum.pages_free;
	info->pages_bad = sum.pages_bad;
	info->pages_in = sum.pages_in;
	info->pages_in_failed = sum.pages_in_failed;
	info->pages_out = sum.pages_out;
	info->pages_out_failed = sum.pages_out_failed;
	info->reads = sum.reads;
	info->writes = sum.writes;
	info->segments = sum.segments;
	info->priority = store->priority;
	info->cluster = store->cluster;
	strscpy_pad(info->name, store->name, sizeof(info->name));
	return 0;
}

static int add_segment(struct dpager_ctl_call *call)
{
	struct dpager_add_segment *add = &call->arg->add_segment;

	if (add->reserved)
		return dpager_ctl_fail(call, DPAGER_DETAIL_RESERVED, -EINVAL);
	return dpager_store_add_segment(call->store, add);
}

static void add_segment_undo(struct dpager_ctl_call *call)
{
	struct dpager_add_segment *add = &call->arg->add_segment;
	struct dpager_evacuate how = {};

	dpager_store_remove_segment(call->store, add->id, &how, 0,
				    &add->detail);
}

static int add_file(struct dpager_ctl_call *call)
{
	return dpager_store_add_file(call->store, &call->arg->add_file);
}

static void add_file_undo(struct dpager_ctl_call *call)
{
	struct dpager_add_file *add = &call->arg->add_file;
	struct dpager_evacuate how = {};

	dpager_store_remove_segment(call->store, add->id, &how, 0,
				    &add->detail);
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

#define EVACUATE_FLAGS (DPAGER_EVACUATE_DRY_RUN | DPAGER_EVACUATE_MEMORY | \
			DPAGER_EVACUATE_LOSE | DPAGER_EVACUATE_NOTHING)

/* In the hands of the unprivileged a store makes objects and nothing else. */
const struct dpager_ctl_row dpager_ctl_store_rows[] = {
	{
		.number = _IOC_NR(DPAGER_IOC_OBJECT_CREATE),
		.needs = DPAGER_CTL_WRITE | DPAGER_CTL_NEW_FD,
		DPAGER_CTL_ARG(dpager_object_create, id),
		.flags = DPAGER_OBJECT_RDONLY,
		.run = dpager_ctl_object_create,
	}, {
		.number = _IOC_NR(DPAGER_IOC_STORE_INFO),
		.needs = DPAGER_CTL_PRIVILEGED,
		DPAGER_CTL_ARG(dpager_store_info, name),
		.run = store_info,
	}, {
		.number = _IOC_NR(DPAGER_IOC_ADD_SEGMENT),
		.needs = DPAGER_CTL_PRIVILEGED,
		DPAGER_CTL_ARG(dpager_add_segment, pages),
		.run = add_segment,
		.undo = add_segment_undo,
	}, {
		.number = _IOC_NR(DPAGER_IOC_ADD_FILE),
		.needs = DPAGER_CTL_PRIVILEGED,
		DPAGER_CTL_ARG(dpager_add_file, pages),
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
		.number = _IOC_NR(DPAGER_IOC_STORE_DELETE),
		.needs = DPAGER_CTL_PRIVILEGED | DPAGER_CTL_ANSWERS,
		DPAGER_CTL_ARG(dpager_store_delete, evacuate),
		.flags = EVACUATE_FLAGS,
		.run = delete_store,
	}, {}
};
