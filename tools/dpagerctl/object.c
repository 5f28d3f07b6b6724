// SPDX-License-Identifier: GPL-2.0
/* dpagerctl object list|show, and the table of object commands; the others have their files */
#include <fcntl.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "call.h"
#include "commands.h"
#include "object.h"
#include "object_open.h"

struct object_row {
	struct dpager_object_entry entry;
	const char *user;
	const char *store;
};

#define FIELD(field, name, kind, shown, help) \
	COLUMN(struct object_row, field, name, kind, shown, help)

const struct column object_columns[] = {
	FIELD(entry.id, "ID", CELL_COUNT, true, "the object's id"),
	FIELD(user, "USER", CELL_TEXT, true, "who created it"),
	FIELD(entry.uid, "UID", CELL_COUNT, false, "who created it, as a number"),
	FIELD(entry.bytes, "SIZE", CELL_SIZE, true, "its size"),
	FIELD(entry.resident, "RESIDENT", CELL_SIZE, true, "of it in memory"),
	FIELD(entry.paged_out, "PAGED-OUT", CELL_SIZE, true,
	      "of it on stores (it may be in memory, too)"),
	FIELD(store, "STORE", CELL_TEXT, true, "the only store it may use; empty: any, or several (\"object stores\")"),
	FIELD(entry.store, "STORE-ID", CELL_COUNT, false, "that store's id; 0: any, or several"),
	{ .name = NULL }
};

static const struct option table_options[] = {
	TABLE_LONG, ARGS_LONG, { NULL, 0, NULL, 0 }
};

static const struct syntax list_syntax = {
	.synopsis = "object list [options]",
	.about = "List the memory objects; without privilege, your own.",
	.columns = object_columns,
	.short_options = TABLE_SHORT ARGS_SHORT,
	.long_options = table_options,
};

static const struct syntax show_syntax = {
	.synopsis = "object show [options] ID",
	.about = "Show an object; without privilege, one of your own.",
	.columns = object_columns,
	.short_options = TABLE_SHORT ARGS_SHORT,
	.long_options = table_options,
	.min = 1,
	.max = 1,
};

/**
 * struct lists - objects, and the stores that their rows name
 */
struct lists {
	struct dpager_object_entry *objects;
	struct dpager_store_entry *stores;
	size_t object_count;
	size_t store_count;
};

static void lists_get(struct lists *lists)
{
	int pager = call_pager(O_RDONLY);

	lists->objects = call_list(pager, DPAGER_IOC_OBJECTS, sizeof(*lists->objects),
				   &lists->object_count, "objects");
	lists->stores = call_list(pager, DPAGER_IOC_STORES, sizeof(*lists->stores),
				  &lists->store_count, "stores");
}

static void lists_put(struct lists *lists)
{
	free(lists->objects);
	free(lists->stores);
}

/* NULL for any store; one that was deleted is gone from the list. */
static const char *store_name(const struct dpager_store_entry *stores, size_t count, uint64_t id)
{
	size_t i;

	if (!id)
		return NULL;
	for (i = 0; i < count; i++)
		if (stores[i].id == id)
			return stores[i].name;
	return "(deleted)";
}

/**
 * object_user - who created an object
 * @uid: the user
 * @number: room for the number of one without a name
 * @room: bytes of it, at least 16
 */
const char *object_user(uint32_t uid, char *number, size_t room)
{
	struct passwd *user = getpwuid(uid);

	if (user)
		return user->pw_name;
	snprintf(number, room, "%u", uid);
	return number;
}

/**
 * object_row - add an object to a table of object_columns
 * @table: the table
 * @entry: the object
 * @stores: all stores, whose names the rows have
 * @store_count: their number
 */
void object_row(struct table *table, const struct dpager_object_entry *entry,
		const struct dpager_store_entry *stores, size_t store_count)
{
	struct object_row row = {
		.entry = *entry,
		.store = store_name(stores, store_count, entry->store),
	};
	char number[16];

	row.user = object_user(entry->uid, number, sizeof(number));
	table_add(table, &row);
}

static int object_list(int argc, char **argv)
{
	struct table *table;
	struct lists lists;
	size_t i;

	args_only_common(argc, argv, &list_syntax);
	lists_get(&lists);
	table = table_new("objects", object_columns, TABLE_ROWS);
	for (i = 0; i < lists.object_count; i++)
		object_row(table, &lists.objects[i], lists.stores, lists.store_count);
	table_print(table);
	lists_put(&lists);
	return EXIT_OK;
}

static const struct dpager_object_entry *find(const struct lists *lists, uint64_t id)
{
	size_t i;

	for (i = 0; i < lists->object_count; i++)
		if (lists->objects[i].id == id)
			return &lists->objects[i];
	object_missing(id);
}

static int object_show(int argc, char **argv)
{
	struct table *table;
	struct lists lists;
	uint64_t id;

	args_only_common(argc, argv, &show_syntax);
	id = object_id(argv[optind]);
	lists_get(&lists);
	table = table_new("objects", object_columns, TABLE_FIELDS);
	object_row(table, find(&lists, id), lists.stores, lists.store_count);
	table_print(table);
	lists_put(&lists);
	return EXIT_OK;
}

static const struct command commands[] = {
	{ "list", object_list, "list objects" },
	{ "show", object_show, "show one object" },
	{ "pages", object_pages, "list the ranges of an object that are on stores" },
	{ "out", object_out, "page an object out: write it to stores, free its memory" },
	{ "in", object_in, "page an object in: read it from stores" },
	{ "stores", object_stores, "list or choose the stores that an object may use" },
	{ "drop", object_drop, "forget what an object holds; the data are lost" },
	{ NULL, NULL, NULL }
};

int object_command(int argc, char **argv)
{
	return args_run("object", commands, NULL, argc, argv);
}
