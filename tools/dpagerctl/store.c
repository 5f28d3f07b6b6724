// SPDX-License-Identifier: GPL-2.0
/* dpagerctl store create|list|delete, and the table of store commands; others have their files */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "call.h"
#include "commands.h"
#include "evacuate.h"
#include "size.h"
#include "store.h"

static uint32_t clamp32(uint64_t value)
{
	return value > UINT32_MAX ? UINT32_MAX : value;
}

/* store create */

enum {
	OPTION_CHECKSUM = 0x200,
	OPTION_PRIVATE,
};

static const struct option create_options[] = {
	{ "checksum", no_argument, NULL, OPTION_CHECKSUM },
	{ "cluster", required_argument, NULL, 'c' },
	{ "private", no_argument, NULL, OPTION_PRIVATE },
	{ "priority", required_argument, NULL, 'p' },
	ARGS_LONG, { NULL, 0, NULL, 0 }
};

static const struct syntax create_syntax = {
	.synopsis = "store create [options] NAME",
	.about = "Make a backing store without space; \"segment add\" gives it some.\n"
		 "It lives until \"store delete\" or until the module is unloaded.",
	.options = " -p, --priority N     0 to 32767, higher is used first; default -1: after all\n"
		   " -c, --cluster SIZE   what is written at a time: at most 2M, default 128K\n"
		   "     --checksum       compare what is read with what was written, by a crc32c of\n"
		   "                      each page; it takes 4 bytes of memory a page\n"
		   "     --private        only objects that are confined to the store use it\n",
	.short_options = "c:p:" ARGS_SHORT,
	.long_options = create_options,
	.min = 1,
	.max = 1,
};

static int32_t priority_option(const char *text)
{
	long value = args_number("--priority", text);

	if (value < -1 || value > 32767)
		args_usage_fail("--priority: %s", explain(EINVAL, DPAGER_DETAIL_PRIORITY));
	return value;
}

static void create_option(int option, struct dpager_store_create *create)
{
	switch (option) {
	case 'c':	/* what is too large for the field is so for the kernel */
		create->cluster = clamp32(args_size("--cluster", optarg));
		break;
	case 'p':
		create->priority = priority_option(optarg);
		break;
	case OPTION_CHECKSUM:
		create->flags |= DPAGER_STORE_CHECKSUM;
		break;
	case OPTION_PRIVATE:
		create->flags |= DPAGER_STORE_PRIVATE;
		break;
	}
}

static void create_parse(int argc, char **argv, struct dpager_store_create *create)
{
	int option;

	while ((option = args_next(argc, argv, &create_syntax)) != -1)
		create_option(option, create);
	if (!*argv[optind] || strlen(argv[optind]) >= sizeof(create->name))
		args_usage_fail("\"%s\": %s", argv[optind], explain(EINVAL, DPAGER_DETAIL_NAME));
	strcpy(create->name, argv[optind]);
}

static int store_create(int argc, char **argv)
{
	struct dpager_store_create create = { .size = sizeof(create), .priority = -1 };
	const char *attributes;
	char cluster[SIZE_TEXT];

	create_parse(argc, argv, &create);
	call(call_pager(O_RDWR), DPAGER_IOC_STORE_CREATE, &create, "create store \"%s\"",
	     argv[optind]);
	size_print(cluster, sizeof(cluster), create.cluster);
	attributes = store_attributes(create.flags);
	printf("store \"%s\" created: id %llu, priority %d, cluster %s%s%s\n", create.name,
	       (unsigned long long)create.id, create.priority, cluster,
	       attributes ? ", " : "", attributes ? attributes : "");
	return EXIT_OK;
}

/* store list */

struct list_row {
	struct dpager_store_entry entry;
	uint64_t used;
	int64_t percent;
	const char *attributes;
};

#define LIST(field, name, kind, shown, help) \
	COLUMN(struct list_row, field, name, kind, shown, help)

const struct column store_columns[] = {
	LIST(entry.id, "ID", CELL_COUNT, true, "the store's id"),
	LIST(entry.name, "NAME", CELL_NAME, true, "its name"),
	LIST(entry.priority, "PRIO", CELL_SIGNED, true, "priority, higher is used first"),
	LIST(entry.segments, "SEGMENTS", CELL_COUNT, true, "number of segments"),
	LIST(entry.total, "SIZE", CELL_SIZE, true, "space of its segments"),
	LIST(used, "USED", CELL_SIZE, true, "of it not free"),
	LIST(entry.free, "FREE", CELL_SIZE, true, "of it free"),
	LIST(percent, "USE%", CELL_PERCENT, true, "share of it not free"),
	LIST(entry.cluster, "CLUSTER", CELL_SIZE, false, "what is written at a time"),
	LIST(attributes, "ATTRIBUTES", CELL_TEXT, false, STORE_ATTRIBUTES_HELP),
	{ .name = NULL }
};

static const struct option table_options[] = {
	TABLE_LONG, ARGS_LONG, { NULL, 0, NULL, 0 }
};

static const struct syntax list_syntax = {
	.synopsis = "store list [options]",
	.about = "List the backing stores.",
	.columns = store_columns,
	.short_options = TABLE_SHORT ARGS_SHORT,
	.long_options = table_options,
};

/**
 * store_attributes - what a store was created with
 * @flags: DPAGER_STORE_*
 *
 * Returns words separated by commas, or NULL: there is nothing special about it.
 */
const char *store_attributes(uint32_t flags)
{
	static const char *const texts[] = { NULL, "checksum", "private", "checksum,private" };

	return texts[flags & (DPAGER_STORE_CHECKSUM | DPAGER_STORE_PRIVATE)];
}

static void store_row(struct table *table, const struct dpager_store_entry *entry)
{
	struct list_row row = {
		.entry = *entry,
		.used = size_used(entry->total, entry->free, 0),
		.attributes = store_attributes(entry->flags),
	};

	row.percent = size_percent(row.used, entry->total);
	table_add(table, &row);
}

/**
 * store_print - print a table of stores
 * @entries: the stores
 * @count: how many
 */
void store_print(const struct dpager_store_entry *entries, size_t count)
{
	struct table *table = table_new("stores", store_columns, TABLE_ROWS);
	size_t i;

	for (i = 0; i < count; i++)
		store_row(table, &entries[i]);
	table_print(table);
}

static int store_list(int argc, char **argv)
{
	struct dpager_store_entry *entries;
	size_t count;

	args_only_common(argc, argv, &list_syntax);
	entries = call_list(call_pager(O_RDONLY), DPAGER_IOC_STORES, sizeof(*entries), &count,
			    "stores");
	store_print(entries, count);
	free(entries);
	return EXIT_OK;
}

/* store delete */

static const struct option delete_options[] = {
	EVACUATE_LONG, ARGS_LONG, { NULL, 0, NULL, 0 }
};

#define DELETE_ABOUT \
	"Remove a store and all its segments. Pages of objects that are on it are moved to\n" \
	"other stores first; those of objects confined to it can only go to memory.\n" \
	"STORE is a name, an id, or '#' and an id."

static const struct syntax delete_syntax = {
	.synopsis = "store delete [options] STORE",
	.about = DELETE_ABOUT,
	.options = EVACUATE_HELP,
	.short_options = EVACUATE_SHORT ARGS_SHORT,
	.long_options = delete_options,
	.min = 1,
	.max = 1,
};

static const struct syntax delete_alone_syntax = {
	.synopsis = "delete [options] STORE",
	.about = DELETE_ABOUT "\nThe same as \"store delete\".",
	.options = EVACUATE_HELP,
	.short_options = EVACUATE_SHORT ARGS_SHORT,
	.long_options = delete_options,
	.min = 1,
	.max = 1,
};

static int delete_run(int argc, char **argv, const struct syntax *syntax)
{
	struct dpager_store_delete delete = { .size = sizeof(delete) };
	struct evacuation evacuation = {
		.request = DPAGER_IOC_STORE_DELETE,
		.head = (struct call_head *)&delete,
		.how = &delete.evacuate,
	};
	struct dpager_store_open opened;

	evacuate_options(argc, argv, syntax);
	evacuate_store(&evacuation, argv[optind], &opened);
	snprintf(evacuation.what, sizeof(evacuation.what), "delete store \"%s\"", opened.name);
	snprintf(evacuation.done, sizeof(evacuation.done), "store \"%s\" deleted", opened.name);
	if (evacuate(&evacuation))
		evacuate_fail(&evacuation);
	evacuate_tell(&evacuation);
	return EXIT_OK;
}

static int store_delete(int argc, char **argv)
{
	return delete_run(argc, argv, &delete_syntax);
}

/**
 * delete_command - the command
 * @argc: number of arguments
 * @argv: the arguments
 *
 * Returns the exit code.
 */
int delete_command(int argc, char **argv)
{
	return delete_run(argc, argv, &delete_alone_syntax);
}

static const struct command commands[] = {
	{ "create", store_create, "make a store" },
	{ "list", store_list, "list all stores" },
	{ "show", store_show, "show a store's figures" },
	{ "info", store_show, "the same as show" },
	{ "quota", store_quota, "show or set how much of a store a user's objects may take" },
	{ "delete", store_delete, "remove a store and its segments, their pages moved elsewhere" },
	{ NULL, NULL, NULL }
};

int store_command(int argc, char **argv)
{
	return args_run("store", commands, NULL, argc, argv);
}
