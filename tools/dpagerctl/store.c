// SPDX-License-Identifier: GPL-2.0
/* dpagerctl store create|list|show|delete */
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

static uint32_t clamp32(uint64_t value)
{
	return value > UINT32_MAX ? UINT32_MAX : value;
}

/* store create */

static const struct option create_options[] = {
	{ "cluster", required_argument, NULL, 'c' },
	{ "priority", required_argument, NULL, 'p' },
	ARGS_LONG, { NULL, 0, NULL, 0 }
};

static const struct syntax create_syntax = {
	.synopsis = "store create [options] NAME",
	.about = "Make a backing store without space; \"segment add\" gives it some.\n"
		 "It lives until \"store delete\" or until the module is unloaded.",
	.options = " -p, --priority N     0 to 32767, higher is used first; default -1: after all\n"
		   " -c, --cluster SIZE   what is written at a time: at most 2M, default 128K\n",
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

static void create_parse(int argc, char **argv, struct dpager_store_create *create)
{
	int option;

	while ((option = args_next(argc, argv, &create_syntax)) != -1) {
		if (option == 'c')	/* what is too large for the field is so for the kernel */
			create->cluster = clamp32(args_size("--cluster", optarg));
		else
			create->priority = priority_option(optarg);
	}
	if (!*argv[optind] || strlen(argv[optind]) >= sizeof(create->name))
		args_usage_fail("\"%s\": %s", argv[optind], explain(EINVAL, DPAGER_DETAIL_NAME));
	strcpy(create->name, argv[optind]);
}

static int store_create(int argc, char **argv)
{
	struct dpager_store_create create = { .size = sizeof(create), .priority = -1 };
	char cluster[SIZE_TEXT];

	create_parse(argc, argv, &create);
	call(call_pager(O_RDWR), DPAGER_IOC_STORE_CREATE, &create, "create store \"%s\"",
	     argv[optind]);
	size_print(cluster, sizeof(cluster), create.cluster);
	printf("store \"%s\" created: id %llu, priority %d, cluster %s\n", create.name,
	       (unsigned long long)create.id, create.priority, cluster);
	return EXIT_OK;
}

/* store list */

struct list_row {
	struct dpager_store_entry entry;
	uint64_t used;
	int64_t percent;
};

#define LIST(field, name, kind, shown, help) \
	COLUMN(struct list_row, field, name, kind, shown, help)

static const struct column list_columns[] = {
	LIST(entry.id, "ID", CELL_COUNT, true, "the store's id"),
	LIST(entry.name, "NAME", CELL_NAME, true, "its name"),
	LIST(entry.priority, "PRIO", CELL_SIGNED, true, "priority, higher is used first"),
	LIST(entry.segments, "SEGMENTS", CELL_COUNT, true, "number of segments"),
	LIST(entry.total, "SIZE", CELL_SIZE, true, "space of its segments"),
	LIST(used, "USED", CELL_SIZE, true, "of it not free"),
	LIST(entry.free, "FREE", CELL_SIZE, true, "of it free"),
	LIST(percent, "USE%", CELL_PERCENT, true, "share of it not free"),
	LIST(entry.cluster, "CLUSTER", CELL_SIZE, false, "what is written at a time"),
	{ .name = NULL }
};

static const struct option table_options[] = {
	TABLE_LONG, ARGS_LONG, { NULL, 0, NULL, 0 }
};

static const struct syntax list_syntax = {
	.synopsis = "store list [options]",
	.about = "List the backing stores.",
	.columns = list_columns,
	.short_options = TABLE_SHORT ARGS_SHORT,
	.long_options = table_options,
};

static int store_list(int argc, char **argv)
{
	struct dpager_store_entry *entries;
	struct list_row row;
	struct table *table;
	size_t count, i;

	args_only_common(argc, argv, &list_syntax);
	entries = call_list(call_pager(O_RDONLY), DPAGER_IOC_STORES, sizeof(*entries), &count,
			    "stores");
	table = table_new("stores", list_columns, TABLE_ROWS);
	for (i = 0; i < count; i++) {
		row.entry = entries[i];
		row.used = size_used(row.entry.total, row.entry.free, 0);
		row.percent = size_percent(row.used, row.entry.total);
		table_add(table, &row);
	}
	table_print(table);
	free(entries);
	return EXIT_OK;
}

/* store show */

struct show_row {
	struct dpager_store_info info;
	uint64_t total, used, free, bad;
	int64_t percent;
};

#define SHOW(field, name, kind, help)	COLUMN(struct show_row, field, name, kind, true, help)

static const struct column show_columns[] = {
	SHOW(info.id, "ID", CELL_COUNT, "the store's id"),
	SHOW(info.name, "NAME", CELL_NAME, "its name"),
	SHOW(info.priority, "PRIO", CELL_SIGNED, "priority, higher is used first"),
	SHOW(info.cluster, "CLUSTER", CELL_SIZE, "what is written at a time"),
	SHOW(info.segments, "SEGMENTS", CELL_COUNT, "number of segments"),
	SHOW(total, "SIZE", CELL_SIZE, "space of its segments"),
	SHOW(used, "USED", CELL_SIZE, "of it neither free nor bad"),
	SHOW(free, "FREE", CELL_SIZE, "of it free"),
	SHOW(bad, "BAD", CELL_SIZE, "of it never used again, since a write failed"),
	SHOW(percent, "USE%", CELL_PERCENT, "share of it not free"),
	SHOW(info.pages_in, "PAGES-IN", CELL_COUNT, "pages read"),
	SHOW(info.pages_out, "PAGES-OUT", CELL_COUNT, "pages written"),
	SHOW(info.reads, "READS", CELL_COUNT, "read requests"),
	SHOW(info.writes, "WRITES", CELL_COUNT, "write requests"),
	SHOW(info.pages_in_failed, "IN-FAILED", CELL_COUNT, "pages that could not be read"),
	SHOW(info.pages_out_failed, "OUT-FAILED", CELL_COUNT, "pages whose write failed"),
	{ .name = NULL }
};

static const struct syntax show_syntax = {
	.synopsis = "store show [options] STORE",
	.about = "Show a store's figures. STORE is a name, an id, or '#' and an id.\n"
		 "Counters cover segments that were removed, too.",
	.columns = show_columns,
	.short_options = TABLE_SHORT ARGS_SHORT,
	.long_options = table_options,
	.min = 1,
	.max = 1,
};

static void show_fill(struct show_row *row, uint64_t page_size)
{
	const struct dpager_store_info *info = &row->info;
	uint64_t used = size_used(info->pages_total, info->pages_free, info->pages_bad);

	row->total = size_of_pages(info->pages_total, page_size);
	row->free = size_of_pages(info->pages_free, page_size);
	row->bad = size_of_pages(info->pages_bad, page_size);
	row->used = size_of_pages(used, page_size);
	row->percent = size_percent(used + info->pages_bad, info->pages_total);
}

static int store_show(int argc, char **argv)
{
	struct show_row row = {
		.info = { .size = sizeof(row.info), .flavor = DPAGER_STORE_INFO_BASIC },
	};
	struct dpager_store_open opened;
	struct dpager_info info;
	struct table *table;
	int pager, store;

	args_only_common(argc, argv, &show_syntax);
	pager = call_pager(O_RDWR);
	store = call_store(pager, argv[optind], &opened);
	call_info(pager, &info);
	call(store, DPAGER_IOC_STORE_INFO, &row.info, "show store \"%s\"", opened.name);
	show_fill(&row, info.page_size);
	table = table_new("stores", show_columns, TABLE_FIELDS);
	table_add(table, &row);
	table_print(table);
	return EXIT_OK;
}

/* store delete */

static const struct option delete_options[] = {
	EVACUATE_LONG, ARGS_LONG, { NULL, 0, NULL, 0 }
};

static const struct syntax delete_syntax = {
	.synopsis = "store delete [options] STORE",
	.about = "Remove a store and all its segments. Pages of objects that are on it are moved to\n"
		 "other stores first; those of objects confined to it can only go to memory.\n"
		 "STORE is a name, an id, or '#' and an id.",
	.options = EVACUATE_HELP,
	.short_options = EVACUATE_SHORT ARGS_SHORT,
	.long_options = delete_options,
	.min = 1,
	.max = 1,
};

static int store_delete(int argc, char **argv)
{
	struct dpager_store_delete delete = { .size = sizeof(delete) };
	struct evacuation evacuation = {
		.request = DPAGER_IOC_STORE_DELETE,
		.head = (struct call_head *)&delete,
		.how = &delete.evacuate,
	};
	struct dpager_store_open opened;

	evacuate_options(argc, argv, &delete_syntax);
	evacuate_store(&evacuation, argv[optind], &opened);
	snprintf(evacuation.what, sizeof(evacuation.what), "delete store \"%s\"", opened.name);
	snprintf(evacuation.done, sizeof(evacuation.done), "store \"%s\" deleted", opened.name);
	if (evacuate(&evacuation))
		evacuate_fail(&evacuation);
	evacuate_tell(&evacuation);
	return EXIT_OK;
}

static const struct command commands[] = {
	{ "create", store_create, "make a store" },
	{ "list", store_list, "list all stores" },
	{ "show", store_show, "show a store's figures" },
	{ "delete", store_delete, "remove a store and its segments, their pages moved elsewhere" },
	{ NULL, NULL, NULL }
};

int store_command(int argc, char **argv)
{
	return args_run("store", commands, NULL, argc, argv);
}
