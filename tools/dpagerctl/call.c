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
		args_fail("there is no store \"%s\"; \"%s store list\" shows those there are",
			  store, program_invocation_short_name);
	call_fail(opened, "open store \"%s\"", store);
}
