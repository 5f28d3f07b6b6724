// SPDX-License-Identifier: GPL-2.0
/* Calls on a pager descriptor. */
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/stddef.h>
#include <linux/string.h>

#include "check.h"
#include "confine.h"
#include "ctl_table.h"
#include "dpager.h"
#include "object.h"
#include "port.h"
#include "range.h"
#include "stats.h"
#include "store.h"
#include "uffd.h"

static u64 stat_bytes(enum dpager_stat which)
{
	return dpager_stat_read(which) << PAGE_SHIFT;
}

/* There may be many objects: give way, and stop when killed. */
static int object_pause(void)
{
	cond_resched();
	return fatal_signal_pending(current) ? -EINTR : 0;
}

static int info_resident(u64 *bytes)
{
	struct dpager_object *object;
	u64 id;
	int err;

	*bytes = 0;
	for (id = 0; (object = dpager_object_next(id)); id++) {
		id = object->id;
		*bytes += dpager_object_resident(object);
		dpager_object_put(object);
		err = object_pause();
		if (err)
			return err;
	}
	return 0;
}

static int pager_info(struct dpager_ctl_call *call)
{
	struct dpager_info *info = &call->arg->info;
	struct dpager_figures sum;
	u64 resident;
	int err = info_resident(&resident);

	if (err)
		return err;
	info->stores = dpager_stores_figures(&sum);
	info->page_size = PAGE_SIZE;
	info->total = sum.pages << PAGE_SHIFT;
	info->free = sum.pages_free << PAGE_SHIFT;
	info->segments = sum.segments;
	info->objects = dpager_object_count();
	info->resident = resident;
	info->dirty = stat_bytes(DPAGER_STAT_DIRTY);
	info->writeback = stat_bytes(DPAGER_STAT_WRITEBACK);
	info->faults = dpager_stat_read(DPAGER_STAT_FAULTS);
	info->major_faults = dpager_stat_read(DPAGER_STAT_MAJOR_FAULTS);
	info->pages_in = dpager_stat_read(DPAGER_STAT_PAGES_IN);
	info->pages_out = dpager_stat_read(DPAGER_STAT_PAGES_OUT);
	info->reads = dpager_stat_read(DPAGER_STAT_READS);
	info->writes = dpager_stat_read(DPAGER_STAT_WRITES);
	info->pages_in_failed = dpager_stat_read(DPAGER_STAT_PAGES_IN_FAILED);
	info->pages_out_failed = dpager_stat_read(DPAGER_STAT_PAGES_OUT_FAILED);
	info->full = dpager_stat_read(DPAGER_STAT_FULL);
	info->sequence = call->sequence;
	return 0;
}

static int store_create(struct dpager_ctl_call *call)
{
	struct dpager_store_create *create = &call->arg->store_create;
	struct dpager_evacuate how = {};
	struct dpager_store *store;

	store = dpager_store_create(create->name, create->priority,
				    create->cluster, create->flags,
				    &create->detail);
	if (IS_ERR(store))
		return PTR_ERR(store);
	call->made = dpager_ctl_store_file(store);
	if (IS_ERR(call->made)) {
		int err = PTR_ERR(call->made);

		call->made = NULL;
		dpager_store_delete(store, &how, 0, &create->detail);
		dpager_store_put(store);
		return err;
	}
	create->fd = call->fd;
	create->cluster = store->cluster;
	create->id = store->id;
	strscpy_pad(create->name, store->name, sizeof(create->name));
	dpager_store_put(store);
	return 0;
}

static void store_create_undo(struct dpager_ctl_call *call)
{
	struct dpager_port *port = call->made->private_data;
	struct dpager_evacuate how = {};

	dpager_store_delete(port->store, &how, 0, &call->arg->head.detail);
}

static int store_open(struct dpager_ctl_call *call)
{
	struct dpager_store_open *open = &call->arg->store_open;
	struct dpager_store *store;
	struct file *file;

	if (open->id ? *open->name : !dpager_store_name_valid(open->name))
		return dpager_ctl_fail(call, DPAGER_DETAIL_NAME, -EINVAL);
	store = dpager_store_find(open->id, open->name);
	if (!store)
		return dpager_ctl_fail(call, DPAGER_DETAIL_ID, -ENOENT);
	file = dpager_ctl_store_file(store);
	if (!IS_ERR(file)) {
		call->made = file;
		open->fd = call->fd;
		open->id = store->id;
		strscpy_pad(open->name, store->name, sizeof(open->name));
	}
	dpager_store_put(store);
	return PTR_ERR_OR_ZERO(file);
}

int dpager_ctl_list_store(struct dpager_ctl_call *call,
			  struct dpager_store *store)
{
	struct dpager_store_entry entry = {
		.id = store->id,
		.priority = store->priority,
		.cluster = store->cluster,
		.flags = store->flags,
	};
	struct dpager_figures sum;

	dpager_store_figures(store, &sum);
	entry.total = sum.pages << PAGE_SHIFT;
	entry.free = sum.pages_free << PAGE_SHIFT;
	entry.segments = sum.segments;
	strscpy_pad(entry.name, store->name, sizeof(entry.name));
	return dpager_ctl_list_put(call, &entry, sizeof(entry), entry.id);
}

static int list_stores(struct dpager_ctl_call *call)
{
	struct dpager_store *store;
	struct dpager_figures sum;
	u64 from;
	int err = dpager_ctl_list_begin(call, &from);

	if (err)
		return err;
	call->arg->list.total = dpager_stores_figures(&sum);
	while (!err && (store = dpager_store_next(from))) {
		err = dpager_ctl_list_store(call, store);
		from = store->id + 1;
		dpager_store_put(store);
	}
	return min(err, 0);
}

static int list_object(struct dpager_ctl_call *call,
		       const struct dpager_object *object)
{
	struct dpager_object_entry entry = {
		.id = object->id,
		.bytes = i_size_read(object->inode),
		.resident = dpager_object_resident(object),
		.paged_out = dpager_object_paged_out(object),
		.store = dpager_object_store(object),
		.uid = from_kuid_munged(current_user_ns(), object->owner),
	};

	return dpager_ctl_list_put(call, &entry, sizeof(entry), entry.id);
}

/* Is it the caller's? The privileged see them all. */
static bool object_visible(const struct dpager_object *object, bool privileged)
{
	return privileged || uid_eq(object->owner, current_euid());
}

/* Those the caller may see are counted one by one: few are, as a rule. */
static int list_objects(struct dpager_ctl_call *call)
{
	bool all = dpager_ctl_privileged(call->file), full = false;
	struct dpager_list *list = &call->arg->list;
	struct dpager_object *object;
	u64 from, id;
	int err = dpager_ctl_list_begin(call, &from);

	for (id = 0; !err && (object = dpager_object_next(id)); id++) {
		id = object->id;
		if (object_visible(object, all)) {
			list->total++;
			if (id >= from && !full) {
				err = list_object(call, object);
				full = err > 0;
			}
		}
		dpager_object_put(object);
		if (err >= 0)
			err = object_pause();
	}
	return err;
}

static int object_open(struct dpager_ctl_call *call)
{
	struct dpager_object_open *open = &call->arg->object_open;
	bool privileged = dpager_ctl_privileged(call->file);
	struct dpager_object *object = dpager_object_find(open->id);
	struct file *file;

	if (object && !object_visible(object, privileged)) {
		dpager_object_put(object);
		object = NULL;
	}
	if (!object)
		return dpager_ctl_fail(call, DPAGER_DETAIL_ID, -ENOENT);
	/* The mode of a file of a mount says who may open it. */
	if (READ_ONCE(object->limit) && !privileged) {
		dpager_object_put(object);
		return dpager_ctl_fail(call, DPAGER_DETAIL_PRIVILEGE, -EPERM);
	}
	file = dpager_object_open(object, open->flags);
	if (IS_ERR(file))
		return PTR_ERR(file);
	call->made = file;
	open->fd = call->fd;
	open->bytes = i_size_read(file_inode(file));
	return 0;
}

/* The stores that a new object is confined to, or NULL. */
static struct dpager_confine *create_confine(struct dpager_ctl_call *call)
{
	struct dpager_object_create *create = &call->arg->object_create;

	if (!create->nr_stores == !!create->stores ||
	    (call->store && create->nr_stores))
		return ERR_PTR(-EINVAL);
	if (call->store)
		return dpager_confine_one(call->store) ?: ERR_PTR(-ENOMEM);
	if (!create->nr_stores)
		return NULL;
	return dpager_confine_list(create->stores, create->nr_stores,
				   dpager_ctl_privileged(call->file),
				   &create->detail);
}

static struct file *object_create(struct dpager_ctl_call *call)
{
	struct dpager_object_create *create = &call->arg->object_create;
	struct dpager_confine *confine = create_confine(call);

	if (IS_ERR(confine)) {
		if (PTR_ERR(confine) == -EINVAL)
			create->detail = DPAGER_DETAIL_STORES;
		return ERR_CAST(confine);
	}
	if ((create->flags & DPAGER_OBJECT_RESERVE) &&
	    !dpager_confine_only(confine)) {
		dpager_confine_free(confine);
		create->detail = DPAGER_DETAIL_STORES;
		return ERR_PTR(-EINVAL);
	}
	return dpager_object_create(confine, create->bytes, create->flags,
				    &create->detail);
}

static int pager_check(struct dpager_ctl_call *call)
{
	int err = dpager_check(&call->arg->check);

	if (err == -EUCLEAN)
		call->arg->check.detail = DPAGER_DETAIL_ACCOUNTS;
	return err;
}

int dpager_ctl_object_create(struct dpager_ctl_call *call)
{
	struct dpager_object_create *create = &call->arg->object_create;
	struct file *file;
	int err;

	if (create->reserved)
		return dpager_ctl_fail(call, DPAGER_DETAIL_RESERVED, -EINVAL);
	err = dpager_object_bytes(&create->bytes);
	if (err)
		return dpager_ctl_fail(call, DPAGER_DETAIL_OBJECT_SIZE, err);
	file = object_create(call);
	if (IS_ERR(file))
		return PTR_ERR(file);
	call->made = file;
	create->fd = call->fd;
	create->id = dpager_object_of(file_inode(file))->id;
	create->sequence = call->sequence;
	return 0;
}

static unsigned int uffd_flags(u32 flags)
{
	return O_CLOEXEC | (flags & DPAGER_UFFD_NONBLOCK ? O_NONBLOCK : 0) |
	       (flags & DPAGER_UFFD_USER_MODE_ONLY ? UFFD_USER_MODE_ONLY : 0);
}

static int uffd_made(struct dpager_ctl_call *call, struct file *file)
{
	if (file == ERR_PTR(-EPERM))
		call->arg->head.detail = DPAGER_DETAIL_PRIVILEGE;
	else if (file == ERR_PTR(-ENOENT))
		call->arg->head.detail = DPAGER_DETAIL_ID;
	else if (file == ERR_PTR(-EBUSY))
		call->arg->head.detail = DPAGER_DETAIL_IN_USE;
	if (!IS_ERR(file))
		call->made = file;
	return PTR_ERR_OR_ZERO(file);
}

static int uffd_create(struct dpager_ctl_call *call)
{
	struct dpager_uffd_create *create = &call->arg->uffd_create;

	if (create->reserved)
		return dpager_ctl_fail(call, DPAGER_DETAIL_RESERVED, -EINVAL);
	if (create->on_death > DPAGER_UFFD_HOLD ||
	    create->on_timeout > DPAGER_UFFD_HOLD)
		return dpager_ctl_fail(call, DPAGER_DETAIL_OPERATION, -EINVAL);
	if (!create->timeout != !create->on_timeout)
		return dpager_ctl_fail(call, DPAGER_DETAIL_DEADLINE, -EINVAL);
	create->fd = call->fd;
	return uffd_made(call, dpager_uffd_new(uffd_flags(create->flags), create,
					       &create->id));
}

static int uffd_attach(struct dpager_ctl_call *call)
{
	struct dpager_uffd_attach *attach = &call->arg->uffd_attach;

	attach->fd = call->fd;
	return uffd_made(call, dpager_uffd_attach(attach->id,
						  uffd_flags(attach->flags)));
}

int dpager_ctl_triggers(struct dpager_ctl_call *call)
{
	struct dpager_triggers *triggers = &call->arg->triggers;

	return dpager_trigger_set(&call->port->trigger, triggers,
				  &triggers->detail);
}

const struct dpager_ctl_row dpager_ctl_pager_rows[] = {
	{
		.number = _IOC_NR(DPAGER_IOC_INFO),
		.needs = DPAGER_CTL_READ,
		DPAGER_CTL_ARG(dpager_info, full),
		.run = pager_info,
	}, {
		.number = _IOC_NR(DPAGER_IOC_STORE_CREATE),
		.needs = DPAGER_CTL_WRITE | DPAGER_CTL_PRIVILEGED |
			 DPAGER_CTL_NEW_FD,
		DPAGER_CTL_ARG(dpager_store_create, name),
		.flags = DPAGER_STORE_CHECKSUM | DPAGER_STORE_PRIVATE,
		.run = store_create,
		.undo = store_create_undo,
	}, {
		.number = _IOC_NR(DPAGER_IOC_STORE_OPEN),
		.needs = DPAGER_CTL_WRITE | DPAGER_CTL_PRIVILEGED |
			 DPAGER_CTL_NEW_FD,
		DPAGER_CTL_ARG(dpager_store_open, name),
		.run = store_open,
	}, {
		.number = _IOC_NR(DPAGER_IOC_STORES),
		.needs = DPAGER_CTL_READ,
		DPAGER_CTL_ARG(dpager_list, total),
		.run = list_stores,
	}, {
		.number = _IOC_NR(DPAGER_IOC_OBJECTS),
		.needs = DPAGER_CTL_READ,
		DPAGER_CTL_ARG(dpager_list, total),
		.run = list_objects,
	}, {
		.number = _IOC_NR(DPAGER_IOC_OBJECT_CREATE),
		.needs = DPAGER_CTL_WRITE | DPAGER_CTL_NEW_FD,
		DPAGER_CTL_ARG(dpager_object_create, id),
		.flags = DPAGER_OBJECT_RDONLY | DPAGER_OBJECT_RESERVE,
		.run = dpager_ctl_object_create,
	}, {
		.number = _IOC_NR(DPAGER_IOC_TRIGGERS),
		.needs = DPAGER_CTL_READ,
		DPAGER_CTL_ARG(dpager_triggers, high),
		.flags = DPAGER_TRIGGER_ONCE,
		.run = dpager_ctl_triggers,
	}, {
		.number = _IOC_NR(DPAGER_IOC_OBJECT_OPEN),
		.needs = DPAGER_CTL_WRITE | DPAGER_CTL_NEW_FD,
		DPAGER_CTL_ARG(dpager_object_open, bytes),
		.flags = DPAGER_OBJECT_RDONLY,
		.run = object_open,
	}, {
		.number = _IOC_NR(DPAGER_IOC_CHECK),
		.needs = DPAGER_CTL_PRIVILEGED | DPAGER_CTL_ANSWERS,
		DPAGER_CTL_ARG(dpager_check, objects),
		.run = pager_check,
	}, {
		.number = _IOC_NR(DPAGER_IOC_UFFD_CREATE),
		.needs = DPAGER_CTL_WRITE | DPAGER_CTL_NEW_FD,
		DPAGER_CTL_ARG(dpager_uffd_create, id),
		.flags = DPAGER_UFFD_NONBLOCK | DPAGER_UFFD_USER_MODE_ONLY,
		.run = uffd_create,
	}, {
		.number = _IOC_NR(DPAGER_IOC_UFFD_ATTACH),
		.needs = DPAGER_CTL_WRITE | DPAGER_CTL_NEW_FD,
		DPAGER_CTL_ARG(dpager_uffd_attach, id),
		.flags = DPAGER_UFFD_NONBLOCK,
		.run = uffd_attach,
	}, {}
};
