// SPDX-License-Identifier: LGPL-2.1-or-later
/* Hurd's default_pager_storage_info. */
#include <stdlib.h>
#include <string.h>

#include "mach.h"

/**
 * struct storage - what the call answers
 * @size: bytes of each store
 * @free: of them free
 * @name: their names with NULs
 * @length: bytes of @name
 */
struct storage {
	vm_size_array_t size;
	vm_size_array_t free;
	data_t name;
	size_t length;
};

static size_t names_length(const struct dpager_store_entry *entries, size_t count)
{
	char name[DPAGER_NAME_SIZE];
	size_t length = 0;

	while (count--)
		length += name_decode(entries[count].name, name) + 1;
	return length;
}

static void storage_fill(struct storage *storage, const struct dpager_store_entry *entries,
			 size_t count)
{
	char name[DPAGER_NAME_SIZE], *at = storage->name;
	size_t i, length;

	for (i = 0; i < count; i++) {
		storage->size[i] = size_saturated(entries[i].total);
		storage->free[i] = size_saturated(entries[i].free);
		length = name_decode(entries[i].name, name) + 1;
		memcpy(at, name, length);
		at += length;
	}
}

static kern_return_t storage_new(struct storage *storage,
				 const struct dpager_store_entry *entries, size_t count)
{
	kern_return_t kern;

	storage->length = names_length(entries, count);
	kern = array_new(count, sizeof(*storage->size), &storage->size);
	if (kern != KERN_SUCCESS)
		return kern;
	kern = array_new(count, sizeof(*storage->free), &storage->free);
	if (kern != KERN_SUCCESS)
		goto err_size;
	kern = array_new(storage->length, 1, &storage->name);
	if (kern != KERN_SUCCESS)
		goto err_free;
	storage_fill(storage, entries, count);
	return KERN_SUCCESS;

err_free:
	array_delete(storage->free, count, sizeof(*storage->free));
err_size:
	array_delete(storage->size, count, sizeof(*storage->size));
	return kern;
}

kern_return_t default_pager_storage_info(mach_port_t pager, vm_size_array_t *size,
					 mach_msg_type_number_t *sizeCnt, vm_size_array_t *free_,
					 mach_msg_type_number_t *freeCnt, data_t *name,
					 mach_msg_type_number_t *nameCnt)
{
	struct dpager_store_entry *entries;
	struct storage storage;
	kern_return_t kern;
	size_t count;

	if (dpager_stores(port_fd(pager), &entries, &count))
		return kern_last();
	kern = storage_new(&storage, entries, count);
	free(entries);
	if (kern != KERN_SUCCESS)
		return kern;
	*size = storage.size;
	*free_ = storage.free;
	*name = storage.name;
	*sizeCnt = *freeCnt = count;
	*nameCnt = storage.length;
	return KERN_SUCCESS;
}
