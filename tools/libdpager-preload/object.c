// SPDX-License-Identifier: LGPL-2.1-or-later
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "failure.h"
#include "object.h"
#include "settings.h"

#define DEVICE		"/dev/dpager"
#define STORES_AT_ONCE	16

int pager_open(void)
{
	int pager = syscall(SYS_openat, AT_FDCWD, DEVICE, O_RDWR | O_CLOEXEC, 0);

	if (pager >= 0)
		return pager;
	switch (errno) {
	case ENOENT:
	case ENXIO:
	case ENODEV:
		failure(DEVICE, "", "load the module dpager");
		break;
	case EACCES:
	case EPERM:
		failure(DEVICE, "", "no permission: join the group dpager");
		break;
	default:
		failure(DEVICE, "", strerrordesc_np(errno));
	}
	return -1;
}

/* Some stores of the list, from @list->next on. */
static int stores_read(int pager, struct dpager_list *list, struct dpager_store_entry *entries)
{
	list->size = sizeof(*list);
	list->entry_size = sizeof(*entries);
	list->array = (uintptr_t)entries;
	list->room = STORES_AT_ONCE;
	return ioctl(pager, DPAGER_IOC_STORES, list);
}

/* Opening a store needs privilege, the list of all does not. */
static int store_find(int pager, const char *name, __u64 *id)
{
	struct dpager_store_entry entries[STORES_AT_ONCE];
	struct dpager_list list = { .next = 0 };
	__u32 i;

	do {
		if (stores_read(pager, &list, entries)) {
			failure("the list of stores", "", strerrordesc_np(errno));
			return -1;
		}
		for (i = 0; i < list.count; i++) {
			if (strcmp(entries[i].name, name))
				continue;
			*id = entries[i].id;
			return 0;
		}
	} while (list.next);
	errno = ENOENT;
	failure("store ", name, "there is none: dpagerctl store create makes it");
	return -1;
}

static int create_on(int pager, uint64_t bytes, const __u64 *ids, unsigned int count)
{
	struct dpager_object_create create = {
		.size = sizeof(create),
		.bytes = bytes,
		.stores = (uintptr_t)ids,
		.nr_stores = count,
	};

	if (!ioctl(pager, DPAGER_IOC_OBJECT_CREATE, &create))
		return create.fd;
	if (create.detail == DPAGER_DETAIL_PRIVILEGE)
		failure("DPAGER_STORE", "", "a private store needs CAP_SYS_ADMIN");
	else
		failure("an object", "", strerrordesc_np(errno));
	return -1;
}

static int create_at(int pager, uint64_t bytes)
{
	const struct settings *set = settings();
	__u64 ids[DPAGER_OBJECT_STORES];
	unsigned int i;

	for (i = 0; i < set->nr_stores; i++)
		if (store_find(pager, set->stores[i], &ids[i]))
			return -1;
	return create_on(pager, bytes, set->nr_stores ? ids : NULL, set->nr_stores);
}

int object_create(uint64_t bytes)
{
	int pager, object, error = errno;

	if (failure_of_settings())
		return -1;
	pager = pager_open();
	if (pager < 0)
		return -1;
	object = create_at(pager, bytes);
	if (object < 0)
		error = errno;
	syscall(SYS_close, pager);
	errno = error;
	return object;
}
