// SPDX-License-Identifier: LGPL-2.1-or-later
/* Memory objects. */
#include <string.h>

#include <dpager/dpager.h>

#include "call.h"
#include "list.h"

int dpager_object_create_with(int fd, struct dpager_object_create *create)
{
	create->size = sizeof(*create);
	create->reserved = 0;
	return dpager_call(fd, DPAGER_IOC_OBJECT_CREATE, create) ? -1 : create->fd;
}

int dpager_object_create(int fd, uint64_t bytes, uint32_t flags, uint64_t *id)
{
	struct dpager_object_create create = { .flags = flags, .bytes = bytes };
	int object = dpager_object_create_with(fd, &create);

	if (object >= 0)
		call_out(id, create.id);
	return object;
}

int dpager_object_open(int pager, uint64_t id, uint32_t flags, uint64_t *bytes)
{
	struct dpager_object_open open = { .size = sizeof(open), .flags = flags, .id = id };

	if (dpager_call(pager, DPAGER_IOC_OBJECT_OPEN, &open))
		return -1;
	call_out(bytes, open.bytes);
	return open.fd;
}

int dpager_objects(int pager, struct dpager_object_entry **objects, size_t *count)
{
	return list_all(pager, DPAGER_IOC_OBJECTS, sizeof(**objects), objects, count);
}

int dpager_object_info(int object, struct dpager_object_info *info)
{
	memset(info, 0, sizeof(*info));
	info->size = sizeof(*info);
	return dpager_call(object, DPAGER_IOC_OBJECT_INFO, info);
}

int dpager_object_pages(int object, struct dpager_page_range **ranges, size_t *count)
{
	return list_all(object, DPAGER_IOC_OBJECT_PAGES, sizeof(**ranges), ranges, count);
}

int dpager_object_control(int object, uint32_t operation, uint64_t offset, uint64_t length,
			  uint64_t *pages)
{
	struct dpager_object_control control = {
		.size = sizeof(control),
		.operation = operation,
		.offset = offset,
		.length = length,
	};
	int ret = dpager_call(object, DPAGER_IOC_OBJECT_CONTROL, &control);

	call_out(pages, control.pages);
	return ret;
}

int dpager_object_stores(int object, const uint64_t *stores, uint32_t count)
{
	struct dpager_object_stores argument = {
		.size = sizeof(argument),
		.nr_stores = count,
		.stores = (uintptr_t)stores,
	};

	return dpager_call(object, DPAGER_IOC_OBJECT_STORES, &argument);
}

int dpager_object_confined(int object, struct dpager_store_entry **stores, size_t *count)
{
	return list_all(object, DPAGER_IOC_OBJECT_CONFINED, sizeof(**stores), stores, count);
}

int dpager_object_link(int object, int directory, uint32_t mode)
{
	struct dpager_object_link argument = {
		.size = sizeof(argument),
		.directory = directory,
		.mode = mode,
	};

	if (dpager_call(object, DPAGER_IOC_OBJECT_LINK, &argument))
		return -1;
	return argument.fd;
}
