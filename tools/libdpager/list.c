// SPDX-License-Identifier: LGPL-2.1-or-later
/* Lists of the module as arrays, to their end. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <dpager/dpager.h>

#include "call.h"
#include "list.h"

#define ROOM_FIRST	64
#define ROOM_MOST	(1U << 20)

/* The module looks at everything for each step: double them. */
static uint32_t list_room(size_t count)
{
	if (count < ROOM_FIRST)
		return ROOM_FIRST;
	return count < ROOM_MOST ? count : ROOM_MOST;
}

/* One step behind the @count entries that @array has already. */
static int list_step(int fd, unsigned long request, struct dpager_list *list, char **array,
		     size_t *count)
{
	char *more;

	list->room = list_room(*count);
	more = reallocarray(*array, *count + list->room, list->entry_size);
	if (!more)
		return call_refuse(ENOMEM, DPAGER_DETAIL_NONE);
	*array = more;
	list->array = (uintptr_t)(more + *count * list->entry_size);
	if (dpager_call(fd, request, list))
		return -1;
	*count += list->count;
	return 0;
}

/**
 * list_all - a whole list
 * @fd: a pager, store or object
 * @request: one of the listing calls
 * @entry_size: bytes of an element
 * @array: address of a pointer, out: the array
 * @count: out: its length
 *
 * On failure neither is changed.
 */
int list_all(int fd, unsigned long request, size_t entry_size, void *array, size_t *count)
{
	struct dpager_list list = { .size = sizeof(list), .entry_size = entry_size };
	char *entries = NULL;
	size_t length = 0;
	int error;

	do {
		if (list_step(fd, request, &list, &entries, &length)) {
			error = errno;
			free(entries);
			errno = error;
			return -1;
		}
	} while (list.next && list.count);
	memcpy(array, &entries, sizeof(entries));
	*count = length;
	return 0;
}
