// SPDX-License-Identifier: GPL-2.0
/* dpagerctl status */
#include <stdio.h>

#include "args.h"
#include "call.h"
#include "commands.h"
#include "head.h"
#include "info.h"
#include "object.h"
#include "pressure.h"
#include "segment.h"
#include "snapshot.h"
#include "store.h"

#define OBJECTS_SHOWN	10

static const struct option long_options[] = {
	{ "bytes", no_argument, NULL, 'b' },
	{ "json", no_argument, NULL, 'J' },
	ARGS_LONG, { NULL, 0, NULL, 0 }
};

static const struct syntax syntax = {
	.synopsis = "status [options]",
	.about = "Show the whole: stores, segments, the largest objects, and the machine's memory\n"
		 "pressure. It is what dpagerctl does when it is given no command.",
	.options = " -b, --bytes          sizes in bytes instead of K, M, G, ...\n"
		   " -J, --json           JSON, with all objects\n",
	.short_options = "bJ" ARGS_SHORT,
	.long_options = long_options,
};

static void print_segments(const struct snapshot *snapshot)
{
	struct table *table = table_new("segments", segment_columns, TABLE_ROWS);
	size_t i;

	for (i = 0; i < snapshot->segment_count; i++)
		segment_row(table, &snapshot->segments[i].entry,
			    snapshot->segments[i].store->entry.name, snapshot->info.page_size);
	table_print(table);
}

static void print_objects(const struct snapshot *snapshot, size_t count)
{
	struct table *table = table_new("objects", object_columns, TABLE_ROWS);
	size_t i;

	for (i = 0; i < count; i++)
		object_row(table, &snapshot->objects[i], snapshot->entries, snapshot->store_count);
	table_print(table);
}

static void print_json(const struct snapshot *snapshot)
{
	table_document_begin();
	info_print(&snapshot->info);
	pressure_print();
	store_print(snapshot->entries, snapshot->store_count);
	print_segments(snapshot);
	print_objects(snapshot, snapshot->object_count);
	table_document_end();
}

static void print_text(const struct snapshot *snapshot)
{
	size_t shown = snapshot->object_count;

	head_print(stdout, snapshot);
	head_nothing(stdout, snapshot);
	if (snapshot->store_count) {
		printf("\nStores\n");
		store_print(snapshot->entries, snapshot->store_count);
	}
	if (snapshot->segment_count) {
		printf("\nSegments\n");
		print_segments(snapshot);
	}
	if (shown > OBJECTS_SHOWN)
		shown = OBJECTS_SHOWN;
	if (shown) {
		printf("\nObjects\n");
		print_objects(snapshot, shown);
	}
	if (snapshot->object_count > shown)
		printf("and %zu smaller ones: \"dpagerctl object list\"\n",
		       snapshot->object_count - shown);
	head_hidden(stdout, snapshot);
}

/**
 * status_command - the command
 * @argc: number of arguments
 * @argv: the arguments
 *
 * Returns the exit code.
 */
int status_command(int argc, char **argv)
{
	struct snapshot snapshot;
	int option;

	while ((option = args_next(argc, argv, &syntax)) != -1)
		table_option(option, NULL, NULL);
	snapshot_take(&snapshot, call_pager_most());
	snapshot_sort_objects(&snapshot);
	if (table_json())
		print_json(&snapshot);
	else
		print_text(&snapshot);
	snapshot_free(&snapshot);
	return EXIT_OK;
}
