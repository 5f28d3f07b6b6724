// SPDX-License-Identifier: LGPL-2.1-or-later
/* Backing stores and who may use how much of them. */
#include <errno.h>
#include <string.h>

#include <dpager/dpager.h>

#include "call.h"
#include "evacuate.h"
#include "list.h"

int dpager_store_create(int pager, struct dpager_store_create *create)
{
	create->size = sizeof(*create);
	return dpager_call(pager, DPAGER_IOC_STORE_CREATE, create) ? -1 : create->fd;
}

static int store_open(int pager, struct dpager_store_open *open)
{
	open->size = sizeof(*open);
	return dpager_call(pager, DPAGER_IOC_STORE_OPEN, open) ? -1 : open->fd;
}

int dpager_store_open(int pager, const char *name, uint64_t *id)
{
	struct dpager_store_open open = { .id = 0 };
	int fd;

	/* An empty name would be none at all. */
	if (!*name || strlen(name) >= sizeof(open.name))
		return call_refuse(EINVAL, DPAGER_DETAIL_NAME);
	strcpy(open.name, name);
	fd = store_open(pager, &open);
	if (fd >= 0)
		call_out(id, open.id);
	return fd;
}

int dpager_store_open_id(int pager, uint64_t id)
{
	struct dpager_store_open open = { .id = id };

	/* 0 is no store's id, but asks for a name. */
	if (!id)
		return call_refuse(ENOENT, DPAGER_DETAIL_ID);
	return store_open(pager, &open);
}

int dpager_stores(int pager, struct dpager_store_entry **stores, size_t *count)
{
	return list_all(pager, DPAGER_IOC_STORES, sizeof(**stores), stores, count);
}

int dpager_store_info(int store, uint32_t flavor, struct dpager_store_info *info)
{
	memset(info, 0, sizeof(*info));
	info->size = sizeof(*info);
	info->flavor = flavor;
	return dpager_call(store, DPAGER_IOC_STORE_INFO, info);
}

int dpager_store_delete(int store, uint32_t flags, struct dpager_evacuate *evacuate)
{
	struct dpager_store_delete argument = { .size = sizeof(argument), .flags = flags };
	int ret;

	evacuate_in(&argument.evacuate, evacuate);
	ret = dpager_call(store, DPAGER_IOC_STORE_DELETE, &argument);
	evacuate_out(evacuate, &argument.evacuate);
	return ret;
}

int dpager_quota(int store, uint32_t uid, uint64_t bytes, uint64_t *used)
{
	struct dpager_quota quota = { .size = sizeof(quota), .uid = uid, .bytes = bytes };

	if (dpager_call(store, DPAGER_IOC_QUOTA, &quota))
		return -1;
	call_out(used, quota.used);
	return 0;
}

int dpager_quotas(int store, struct dpager_quota **quotas, size_t *count)
{
	return list_all(store, DPAGER_IOC_QUOTAS, sizeof(**quotas), quotas, count);
}
