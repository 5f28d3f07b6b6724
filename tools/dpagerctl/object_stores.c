// SPDX-License-Identifier: GPL-2.0
/* dpagerctl object stores */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "call.h"
#include "commands.h"
#include "object_open.h"
#include "store.h"

#define OPERANDS_MAX	(1 + DPAGER_OBJECT_STORES)
#define NAMES_ROOM	(DPAGER_OBJECT_STORES * (DPAGER_NAME_SIZE + 4))

static const struct option long_options[] = {
	{ "any", no_argument, NULL, 'a' },
	TABLE_LONG, ARGS_LONG, { NULL, 0, NULL, 0 }
};

static const struct syntax syntax = {
	.synopsis = "object stores [options] ID [STORE...|--any]",
	.about = "From now on the pages of an object go to these stores only. What is on others\n"
		 "stays there until it is written again (\"object in\", \"object out\").\n"
		 "STORE is a name, an id, or '#' and an id. Without any the stores that the object\n"
		 "is confined to are listed, deleted ones without space; none: it may use all that\n"
		 "are not private.",
	.columns = store_columns,
	.options = " -a, --any            to every store that is not private\n",
	.short_options = "a" TABLE_SHORT ARGS_SHORT,
	.long_options = long_options,
	.min = 1,
	.max = OPERANDS_MAX,
};

/* The ids that operands name, and their names for the message. */
static void find(int pager, char **operands, uint32_t count, uint64_t *ids, char *names)
{
	struct dpager_store_open opened;
	int length = 0;
	uint32_t i;

	for (i = 0; i < count; i++) {
		call_store(pager, operands[i], &opened);
		ids[i] = opened.id;
		length += snprintf(names + length, NAMES_ROOM - length, "%s\"%s\"", i ? ", " : "",
				   opened.name);
	}
}

static bool parse_any(int argc, char **argv)
{
	bool any = false;

	while (args_next(argc, argv, &syntax) != -1)
		any = true;
	if (any && argc - optind > 1)
		args_usage_fail("--any is every store: it does not go with names of some");
	return any;
}

static int list(int object)
{
	struct dpager_store_entry *entries;
	size_t count;

	entries = call_list(object, DPAGER_IOC_OBJECT_CONFINED, sizeof(*entries), &count,
			    "stores of the object");
	store_print(entries, count);
	free(entries);
	return EXIT_OK;
}

/**
 * object_stores - the command
 * @argc: number of arguments
 * @argv: the arguments
 *
 * Returns the exit code.
 */
int object_stores(int argc, char **argv)
{
	struct dpager_object_stores stores = { .size = sizeof(stores) };
	char names[NAMES_ROOM] = "every store that is not private";
	uint64_t ids[DPAGER_OBJECT_STORES], id;
	bool any = parse_any(argc, argv);
	int pager, object;

	id = object_id(argv[optind]);
	pager = call_pager(O_RDWR);
	if (!any && argc - optind == 1)
		return list(object_open(pager, id, DPAGER_OBJECT_RDONLY, NULL));
	if (!any) {
		stores.nr_stores = argc - optind - 1;
		find(pager, argv + optind + 1, stores.nr_stores, ids, names);
		stores.stores = (uintptr_t)ids;
	}
	object = object_open(pager, id, 0, NULL);
	if (call_try(object, DPAGER_IOC_OBJECT_STORES, &stores)) {
		if (errno == EBUSY)
			args_fail("cannot move object %llu to other stores: space is set aside for "
				  "it where it is", (unsigned long long)id);
		call_fail(&stores, "choose stores of object %llu", (unsigned long long)id);
	}
	printf("object %llu goes to %s from now on\n", (unsigned long long)id, names);
	return EXIT_OK;
}
