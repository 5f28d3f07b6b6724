// SPDX-License-Identifier: GPL-2.0
/* Calls of /dev/dpager. What fails ends the program with a sentence, see explain.c. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "args.h"
#include "call.h"

#define LIST_STEP	64
#define LIST_STEP_MAX	(1 << 20)

static const char *device = CALL_DEVICE;

/**
 * call_device - use another device than CALL_DEVICE
 * @path: its path
 */
void call_device(const char *path)
{
	device = path;
}

/**
 * call_pager - open the pager
 * @mode: O_RDONLY for information, O_RDWR for stores and segments
 */
int call_pager(int mode)
{
	int fd = open(device, mode | O_CLOEXEC);

	if (fd < 0)
		explain_device(device);
	return fd;
}

/**
 * call_pager_most - open the pager for as much as the user may
 */
int call_pager_most(void)
{
	int fd = open(device, O_RDWR | O_CLOEXEC);

	return fd < 0 ? call_pager(errno == EACCES ? O_RDONLY : O_RDWR) : fd;
}

/**
 * call_try - make a call, again when a signal came first
 * @fd: pager, store or object
 * @request: DPAGER_IOC_*
 * @argument: its struct, with size set
 *
 * Returns 0, or -1 with errno.
 */
int call_try(int fd, unsigned long request, void *argument)
{
	int ret;

	do {
		ret = ioctl(fd, request, argument);
	} while (ret < 0 && errno == EINTR);
	return ret < 0 ? -1 : 0;
}

static _Noreturn void fail(const void *argument, const char *format, va_list list)
{
	const struct call_head *head = argument;
	int error = errno;
	char *what;

	if (vasprintf(&what, format, list) < 0)
		args_fail("out of memory");
	args_fail("cannot %s: %s", what, explain(error, head->detail));
}

/**
 * call_fail - end the program because a call failed
 * @argument: the call's struct; errno is the call's, too
 * @format: what could not be done, as in "cannot ..."
 */
void call_fail(const void *argument, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	fail(argument, format, list);
}

/**
 * call - make a call that ends the program when it fails
 * @fd: pager, store or object
 * @request: DPAGER_IOC_*
 * @argument: its struct, with size set
 * @format: what is done, as in "cannot ..."
 */
void call(int fd, unsigned long request, void *argument, const char *format, ...)
{
	va_list list;

	if (!call_try(fd, request, argument))
		return;
	va_start(list, format);
	fail(argument, format, list);
}

/**
 * call_list_try - the whole of a list, if it can be had
 * @fd: pager, store or object
 * @request: DPAGER_IOC_STORES, _OBJECTS, _SEGMENTS or _OBJECT_PAGES
 * @entry_size: bytes of an element
 * @count: out: number of elements
 * @list: out: the last call's struct
 *
 * Returns an array to be freed, or NULL with errno.
 */
void *call_list_try(int fd, unsigned long request, size_t entry_size, size_t *count,
		    struct dpager_list *list)
{
	char *array = NULL, *before;
	size_t room;

	*list = (struct dpager_list){ .size = sizeof(*list), .entry_size = entry_size };
	*count = 0;
	do {
		/* As many again each time: the kernel counts all that there are in each call. */
		room = *count < LIST_STEP ? LIST_STEP : *count;
		list->room = room < LIST_STEP_MAX ? room : LIST_STEP_MAX;
		before = array;
		array = reallocarray(array, *count + list->room, entry_size);
		if (!array) {
			free(before);
			return NULL;
		}
		list->array = (uintptr_t)(array + *count * entry_size);
		if (call_try(fd, request, list)) {
			free(array);
			return NULL;
		}
		*count += list->count;
	} while (list->next && list->count);
	return array;
}

/**
 * call_list - the whole of a list
 * @fd: pager, store or object
 * @request: DPAGER_IOC_STORES, _OBJECTS, _SEGMENTS or _OBJECT_PAGES
 * @entry_size: bytes of an element
 * @count: out: number of elements
 * @what: for the message, as in "cannot list ..."
 *
 * Returns an array to be freed.
 */
void *call_list(int fd, unsigned long request, size_t entry_size, size_t *count,
		const char *what)
{
	struct dpager_list list;
	void *array = call_list_try(fd, request, entry_size, count, &list);

	if (!array)
		call_fail(&list, "list %s", what);
	return array;
}

/**
 * call_info - the pager's figures
 * @pager: the pager
 * @info: out
 */
void call_info(int pager, struct dpager_info *info)
{
	memset(info, 0, sizeof(*info));
	info->size = sizeof(*info);
	call(pager, DPAGER_IOC_INFO, info, "ask for figures");
}

static int open_by_name(int pager, const char *name, struct dpager_store_open *opened)
{
	*opened = (struct dpager_store_open){ .size = sizeof(*opened) };
	if (strlen(name) >= sizeof(opened->name)) {
		opened->detail = DPAGER_DETAIL_NAME;
		errno = EINVAL;
		return -1;
	}
	strcpy(opened->name, name);
	return call_try(pager, DPAGER_IOC_STORE_OPEN, opened);
}

/**
 * call_store_id - open a store by its id
 * @pager: the pager
 * @id: the id
 * @opened: out: descriptor and name
 *
 * Returns 0, or -1 with errno; ENOENT when it is gone.
 */
int call_store_id(int pager, uint64_t id, struct dpager_store_open *opened)
{
	*opened = (struct dpager_store_open){ .size = sizeof(*opened), .id = id };
	return call_try(pager, DPAGER_IOC_STORE_OPEN, opened);
}

/* An empty name would be no name at all for the kernel, and id 0 no id. */
static int open_either(int pager, const char *store, struct dpager_store_open *opened)
{
	uint64_t id;
	bool is_id = args_id(store, &id);

	if (is_id && *store == '#')
		return call_store_id(pager, id, opened);
	if (!open_by_name(pager, store, opened))
		return 0;
	return is_id && errno == ENOENT ? call_store_id(pager, id, opened) : -1;
}

static _Noreturn void store_missing(const char *store)
{
	args_fail("there is no store \"%s\"; \"%s store list\" shows those there are", store,
		  program_invocation_short_name);
}

/**
 * call_store - open a store
 * @pager: the pager
 * @store: its name, #id, or an id that is no store's name
 * @opened: out: descriptor, id and name
 *
 * Returns the descriptor.
 */
int call_store(int pager, const char *store, struct dpager_store_open *opened)
{
	if (!*store)
		args_usage_fail("an empty name names no store");
	if (!open_either(pager, store, opened))
		return opened->fd;
	if (errno == ENOENT || opened->detail == DPAGER_DETAIL_NAME)
		store_missing(store);
	call_fail(opened, "open store \"%s\"", store);
}

/**
 * call_store_entry - what the list says of a store; no privilege is needed for it
 * @pager: the pager
 * @id: the store's id
 * @entry: out
 *
 * Returns false when it is not there (any more).
 */
bool call_store_entry(int pager, uint64_t id, struct dpager_store_entry *entry)
{
	struct dpager_store_entry *entries;
	bool found = false;
	size_t count, i;

	entries = call_list(pager, DPAGER_IOC_STORES, sizeof(*entries), &count, "stores");
	for (i = 0; i < count && !found; i++) {
		found = entries[i].id == id;
		if (found)
			*entry = entries[i];
	}
	free(entries);
	return found;
}

/**
 * call_store_listed - the id of the store that an operand names, without privilege
 * @pager: the pager
 * @store: its name, #id, or an id that is no store's name
 */
uint64_t call_store_listed(int pager, const char *store)
{
	struct dpager_store_entry *entries;
	uint64_t id = 0, by_id = 0, wanted;
	bool is_id = args_id(store, &wanted);
	size_t count, i;

	entries = call_list(pager, DPAGER_IOC_STORES, sizeof(*entries), &count, "stores");
	for (i = 0; i < count; i++) {
		if (!strcmp(entries[i].name, store))
			id = entries[i].id;
		if (is_id && entries[i].id == wanted)
			by_id = wanted;
	}
	free(entries);
	if (!id)
		id = by_id;
	if (!id)
		store_missing(store);
	return id;
}
