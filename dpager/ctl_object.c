// SPDX-License-Identifier: GPL-2.0
/* Calls on an object's descriptor. */
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/stddef.h>

#include "confine.h"
#include "ctl_table.h"
#include "dpager.h"
#include "file.h"
#include "link.h"
#include "map.h"
#include "object.h"
#include "range.h"
#include "span.h"
#include "store.h"

static struct dpager_object *call_object(const struct dpager_ctl_call *call)
{
	return dpager_object_of(file_inode(call->file));
}

static int object_info(struct dpager_ctl_call *call)
{
	struct dpager_object_info *info = &call->arg->object_info;
	struct dpager_object *object = call_object(call);

	info->flags = object->flags;
	info->uid = from_kuid_munged(current_user_ns(), object->owner);
	info->id = object->id;
	info->bytes = i_size_read(object->inode);
	info->resident = dpager_object_resident(object);
	info->dirty = atomic64_read(&object->nr_dirty) << PAGE_SHIFT;
	info->paged_out = dpager_object_paged_out(object);
	info->store = dpager_object_store(object);
	info->faults = atomic64_read(&object->faults);
	info->major_faults = atomic64_read(&object->major_faults);
	info->pages_in = atomic64_read(&object->pages_in);
	info->pages_out = atomic64_read(&object->pages_out);
	return 0;
}

/* Ranges that continue each other are one. @from: behind what was found. */
static int pages_next_whole(struct dpager_object *object, u64 *from, u64 end,
			    struct dpager_page_range *range)
{
	u64 first, count;
	int found = dpager_span_next_placed(object, *from, end, &first, &count);

	range->first = first;
	range->count = count;
	while (found > 0) {
		*from = range->first + range->count;
		found = dpager_span_next_placed(object, *from, end, &first,
						&count);
		if (found < 0)
			return found;
		if (!found || first != *from)
			return 1;
		range->count += count;
	}
	return found;
}

static int object_pages(struct dpager_ctl_call *call)
{
	struct dpager_object *object = call_object(call);
	u64 end = dpager_object_end(object);
	struct dpager_list *list = &call->arg->list;
	struct dpager_page_range range;
	bool full = false;
	u64 from;
	int err = dpager_ctl_list_begin(call, &from);

	while (!err) {
		err = pages_next_whole(object, &from, end, &range);
		if (err <= 0)
			break;
		list->total += range.count;
		err = full ? 0 : dpager_ctl_list_put(call, &range, sizeof(range),
						     range.first);
		if (err > 0) {
			full = true;
			err = 0;
		}
	}
	return err;
}

/* It changes the content as a write does. */
static int control_drop(struct file *file, u64 first, u64 count, u64 *pages)
{
	int err;

	if (dpager_file_lock(file))
		return -EINTR;
	err = file_modified(file);
	if (!err)
		err = dpager_control_drop(dpager_object_of(file_inode(file)),
					  first, count, pages);
	dpager_file_unlock(file);
	return err;
}

static int control_run(struct dpager_ctl_call *call, u64 first, u64 count)
{
	struct dpager_object_control *control = &call->arg->object_control;
	struct dpager_object *object = call_object(call);

	switch (control->operation) {
	case DPAGER_CONTROL_PAGE_OUT:
		return dpager_control_page_out(object, first, count,
					       &control->pages);
	case DPAGER_CONTROL_PAGE_IN:
		return dpager_control_page_in(object, first, count,
					      &control->pages);
	default:
		return control_drop(call->file, first, count, &control->pages);
	}
}

static int object_control(struct dpager_ctl_call *call)
{
	struct dpager_object_control *control = &call->arg->object_control;
	u64 first, count;
	int err;

	control->pages = 0;
	if (!control->operation || control->operation > DPAGER_CONTROL_DROP)
		return dpager_ctl_fail(call, DPAGER_DETAIL_OPERATION, -EINVAL);
	if (control->operation == DPAGER_CONTROL_DROP &&
	    !(call->file->f_mode & FMODE_WRITE))
		return dpager_ctl_fail(call, DPAGER_DETAIL_MODE, -EACCES);
	err = dpager_control_range(control->offset, control->length,
				   (u64)dpager_object_end(call_object(call)) <<
				   PAGE_SHIFT,
				   &first, &count, &control->detail);
	if (err)
		return err;
	err = control_run(call, first, count);
	if (err == -ENOSPC)
		control->detail = DPAGER_DETAIL_NO_SPACE;
	else if (err == -EIO)
		control->detail = DPAGER_DETAIL_IO;
	return err;
}

static int object_stores(struct dpager_ctl_call *call)
{
	struct dpager_object_stores *stores = &call->arg->object_stores;
	struct dpager_confine *confine = NULL;
	int err;

	if (stores->nr_stores)
		confine = dpager_confine_list(stores->stores, stores->nr_stores,
					      true, &stores->detail);
	if (IS_ERR(confine))
		return PTR_ERR(confine);
	err = dpager_object_confine(call_object(call), confine);
	if (err == -EBUSY)
		stores->detail = DPAGER_DETAIL_IN_USE;
	return err;
}

/* The entry of the store with the least id from @id on, or NULL. */
static struct dpager_store *confined_next(const struct dpager_confine *confine,
					  u64 id)
{
	struct dpager_store *next = NULL;
	u32 i;

	for (i = 0; i < confine->count; i++)
		if (confine->stores[i]->id >= id &&
		    (!next || confine->stores[i]->id < next->id))
			next = confine->stores[i];
	return next;
}

static int object_confined(struct dpager_ctl_call *call)
{
	struct dpager_confine *confine;
	struct dpager_store *store;
	u64 from;
	int err = dpager_ctl_list_begin(call, &from);

	if (err)
		return err;
	confine = dpager_object_confinement(call_object(call));
	if (IS_ERR_OR_NULL(confine))
		return PTR_ERR_OR_ZERO(confine);
	call->arg->list.total = confine->count;
	while (!err && (store = confined_next(confine, from))) {
		err = dpager_ctl_list_store(call, store);
		from = store->id + 1;
	}
	dpager_confine_free(confine);
	return min(err, 0);
}

static int object_link(struct dpager_ctl_call *call)
{
	struct dpager_object_link *link = &call->arg->object_link;
	struct file *directory, *file;

	if (link->reserved)
		return dpager_ctl_fail(call, DPAGER_DETAIL_RESERVED, -EINVAL);
	if (link->mode & ~0777U)
		return dpager_ctl_fail(call, DPAGER_DETAIL_ACCESS, -EINVAL);
	directory = fget(link->directory);
	if (!directory)
		return dpager_ctl_fail(call, DPAGER_DETAIL_DIRECTORY, -EBADF);
	file = dpager_link(call_object(call), directory, link->mode,
			   &link->detail);
	fput(directory);
	if (IS_ERR(file))
		return PTR_ERR(file);
	call->made = file;
	link->fd = call->fd;
	return 0;
}

const struct dpager_ctl_row dpager_ctl_object_rows[] = {
	{
		.number = _IOC_NR(DPAGER_IOC_OBJECT_INFO),
		DPAGER_CTL_ARG(dpager_object_info, pages_out),
		.run = object_info,
	}, {
		.number = _IOC_NR(DPAGER_IOC_OBJECT_PAGES),
		DPAGER_CTL_ARG(dpager_list, total),
		.run = object_pages,
	}, {
		.number = _IOC_NR(DPAGER_IOC_OBJECT_CONTROL),
		.needs = DPAGER_CTL_ANSWERS,
		DPAGER_CTL_ARG(dpager_object_control, pages),
		.run = object_control,
	}, {
		.number = _IOC_NR(DPAGER_IOC_OBJECT_STORES),
		.needs = DPAGER_CTL_PRIVILEGED,
		DPAGER_CTL_ARG(dpager_object_stores, stores),
		.run = object_stores,
	}, {
		.number = _IOC_NR(DPAGER_IOC_OBJECT_LINK),
		.needs = DPAGER_CTL_WRITE | DPAGER_CTL_NEW_FD,
		DPAGER_CTL_ARG(dpager_object_link, reserved),
		.run = object_link,
	}, {
		.number = _IOC_NR(DPAGER_IOC_OBJECT_CONFINED),
		DPAGER_CTL_ARG(dpager_list, total),
		.run = object_confined,
	}, {}
};
