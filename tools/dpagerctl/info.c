// SPDX-License-Identifier: GPL-2.0
/* dpagerctl info */
#include <fcntl.h>
#include <unistd.h>

#include "args.h"
#include "call.h"
#include "commands.h"
#include "info.h"
#include "size.h"

struct info_row {
	struct dpager_info info;
	uint64_t used;
};

#define FIELD(field, name, kind, help)	COLUMN(struct info_row, field, name, kind, true, help)

static const struct column columns[] = {
	FIELD(info.total, "SIZE", CELL_SIZE, "space of all segments"),
	FIELD(used, "USED", CELL_SIZE, "of it not free"),
	FIELD(info.free, "FREE", CELL_SIZE, "of it free"),
	FIELD(info.stores, "STORES", CELL_COUNT, "number of stores"),
	FIELD(info.segments, "SEGMENTS", CELL_COUNT, "number of segments"),
	FIELD(info.objects, "OBJECTS", CELL_COUNT, "number of objects"),
	FIELD(info.resident, "RESIDENT", CELL_SIZE, "memory that objects occupy"),
	FIELD(info.dirty, "DIRTY", CELL_SIZE, "of it known to be dirty"),
	FIELD(info.writeback, "WRITEBACK", CELL_SIZE, "of it being written now"),
	FIELD(info.faults, "FAULTS", CELL_COUNT, "page faults that reached dpager"),
	FIELD(info.major_faults, "MAJOR-FAULTS", CELL_COUNT, "of them, those that had to read"),
	FIELD(info.pages_in, "PAGES-IN", CELL_COUNT, "pages read from segments"),
	FIELD(info.pages_out, "PAGES-OUT", CELL_COUNT, "pages written to segments"),
	FIELD(info.reads, "READS", CELL_COUNT, "read requests"),
	FIELD(info.writes, "WRITES", CELL_COUNT, "write requests"),
	FIELD(info.pages_in_failed, "IN-FAILED", CELL_COUNT, "pages that could not be read"),
	FIELD(info.pages_out_failed, "OUT-FAILED", CELL_COUNT, "pages whose write failed"),
	FIELD(info.full, "FULL", CELL_COUNT, "times a page stayed in memory for want of space"),
	FIELD(info.page_size, "PAGE-SIZE", CELL_SIZE, "size of a page"),
	{ .name = NULL }
};

static const struct option long_options[] = {
	TABLE_LONG, ARGS_LONG, { NULL, 0, NULL, 0 }
};

static const struct syntax syntax = {
	.synopsis = "info [options]",
	.about = "Show the pager's figures. Counters begin at 0 when the module is loaded.",
	.columns = columns,
	.short_options = TABLE_SHORT ARGS_SHORT,
	.long_options = long_options,
};

/**
 * info_print - print the pager's figures as a table
 * @info: the figures
 */
void info_print(const struct dpager_info *info)
{
	struct table *table = table_new("info", columns, TABLE_FIELDS);
	const struct info_row row = {
		.info = *info,
		.used = size_used(info->total, info->free, 0),
	};

	table_add(table, &row);
	table_print(table);
}

/**
 * info_command - the command
 * @argc: number of arguments
 * @argv: the arguments
 *
 * Returns the exit code.
 */
int info_command(int argc, char **argv)
{
	struct dpager_info info;

	args_only_common(argc, argv, &syntax);
	call_info(call_pager(O_RDONLY), &info);
	info_print(&info);
	return EXIT_OK;
}
