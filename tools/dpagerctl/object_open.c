// SPDX-License-Identifier: GPL-2.0
/* The object that an operand names: its id, its descriptor, and what to say when there is none. */
#include <errno.h>

#include "args.h"
#include "call.h"
#include "object_open.h"

/**
 * object_id - the id that an operand gives
 * @text: the operand; what is not an id ends the program
 */
uint64_t object_id(const char *text)
{
	uint64_t id;

	if (!args_id(text, &id))
		args_usage_fail("\"%s\" is not an object's id", text);
	return id;
}

/**
 * object_missing - end the program because there is no such object
 * @id: the id
 */
void object_missing(uint64_t id)
{
	args_fail("there is no object %llu, or it is another user's; \"dpagerctl object list\" "
		  "shows those that you may see", (unsigned long long)id);
}

/**
 * object_open - open an object; it lives on until that is closed
 * @pager: the pager, open for writing
 * @id: the object's id
 * @flags: 0 or DPAGER_OBJECT_RDONLY
 * @bytes: out: its size, or NULL
 *
 * Returns the descriptor.
 */
int object_open(int pager, uint64_t id, uint32_t flags, uint64_t *bytes)
{
	struct dpager_object_open opened = { .size = sizeof(opened), .flags = flags, .id = id };

	if (call_try(pager, DPAGER_IOC_OBJECT_OPEN, &opened)) {
		if (errno == ENOENT)
			object_missing(id);
		call_fail(&opened, "open object %llu", (unsigned long long)id);
	}
	if (bytes)
		*bytes = opened.bytes;
	return opened.fd;
}
