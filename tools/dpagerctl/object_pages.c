// SPDX-License-Identifier: GPL-2.0
/* dpagerctl object pages */
#include <fcntl.h>
#include <stdlib.h>

#include "args.h"
#include "call.h"
#include "commands.h"
#include "object_open.h"
#include "size.h"

struct pages_row {
	struct dpager_page_range range;
	uint64_t offset;
	uint64_t size;
};

#define FIELD(field, name, kind, help)	COLUMN(struct pages_row, field, name, kind, true, help)

static const struct column columns[] = {
	FIELD(range.first, "FIRST", CELL_COUNT, "the first page, counted from 0"),
	FIELD(range.count, "COUNT", CELL_COUNT, "number of pages"),
	FIELD(offset, "OFFSET", CELL_SIZE, "where the range begins in the object"),
	FIELD(size, "SIZE", CELL_SIZE, "its size"),
	{ .name = NULL }
};

static const struct option long_options[] = {
	TABLE_LONG, ARGS_LONG, { NULL, 0, NULL, 0 }
};

static const struct syntax syntax = {
	.synopsis = "object pages [options] ID",
	.about = "List the ranges of an object that are on stores; without privilege, of one of\n"
		 "your own. They may be in memory, too.",
	.columns = columns,
	.short_options = TABLE_SHORT ARGS_SHORT,
	.long_options = long_options,
	.min = 1,
	.max = 1,
};

static void add_range(struct table *table, const struct dpager_page_range *range,
		      uint64_t page_size)
{
	const struct pages_row row = {
		.range = *range,
		.offset = size_of_pages(range->first, page_size),
		.size = size_of_pages(range->count, page_size),
	};

	table_add(table, &row);
}

/**
 * object_pages - the command
 * @argc: number of arguments
 * @argv: the arguments
 *
 * Returns the exit code.
 */
int object_pages(int argc, char **argv)
{
	struct dpager_page_range *ranges;
	struct dpager_info info;
	struct table *table;
	size_t count, i;
	int pager, object;
	uint64_t id;

	args_only_common(argc, argv, &syntax);
	id = object_id(argv[optind]);
	pager = call_pager(O_RDWR);
	call_info(pager, &info);
	object = object_open(pager, id, DPAGER_OBJECT_RDONLY, NULL);
	ranges = call_list(object, DPAGER_IOC_OBJECT_PAGES, sizeof(*ranges), &count, "pages");
	table = table_new("pages", columns, TABLE_ROWS);
	for (i = 0; i < count; i++)
		add_range(table, &ranges[i], info.page_size);
	table_print(table);
	free(ranges);
	return EXIT_OK;
}
