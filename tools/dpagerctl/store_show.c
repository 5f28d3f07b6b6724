// SPDX-License-Identifier: GPL-2.0
/* dpagerctl store show */
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>

#include "args.h"
#include "call.h"
#include "commands.h"
#include "size.h"
#include "store.h"

struct show_row {
	struct dpager_store_info info;
	uint64_t total, used, free, bad, peak, reserved, lost;
	int64_t percent;
	const char *attributes;
};

#define SHOW(field, name, kind, help)	COLUMN(struct show_row, field, name, kind, true, help)

static const struct column columns[] = {
	SHOW(info.id, "ID", CELL_COUNT, "the store's id"),
	SHOW(info.name, "NAME", CELL_NAME, "its name"),
	SHOW(info.priority, "PRIO", CELL_SIGNED, "priority, higher is used first"),
	SHOW(info.cluster, "CLUSTER", CELL_SIZE, "what is written at a time"),
	SHOW(attributes, "ATTRIBUTES", CELL_TEXT, STORE_ATTRIBUTES_HELP),
	SHOW(info.segments, "SEGMENTS", CELL_COUNT, "number of segments"),
	SHOW(total, "SIZE", CELL_SIZE, "space of its segments"),
	SHOW(used, "USED", CELL_SIZE, "of it neither free nor bad"),
	SHOW(free, "FREE", CELL_SIZE, "of it free"),
	SHOW(bad, "BAD", CELL_SIZE, "of it never used again, since a write failed"),
	SHOW(percent, "USE%", CELL_PERCENT, "share of it not free"),
	SHOW(peak, "USED-PEAK", CELL_LIMIT, "most that was in use at one time"),
	SHOW(reserved, "RESERVED", CELL_LIMIT, "set aside for objects and not used yet"),
	SHOW(info.pages_in, "PAGES-IN", CELL_COUNT, "pages read"),
	SHOW(info.pages_out, "PAGES-OUT", CELL_COUNT, "pages written"),
	SHOW(info.reads, "READS", CELL_COUNT, "read requests"),
	SHOW(info.writes, "WRITES", CELL_COUNT, "write requests"),
	SHOW(info.pages_in_failed, "IN-FAILED", CELL_COUNT, "pages that could not be read"),
	SHOW(info.pages_out_failed, "OUT-FAILED", CELL_COUNT, "pages whose write failed"),
	SHOW(info.checksum_errors, "CHECKSUM-ERRORS", CELL_MAYBE,
	     "pages read that were not what was written"),
	SHOW(lost, "LOST", CELL_LIMIT, "given up by evacuations"),
	SHOW(info.full, "FULL", CELL_MAYBE, "times a page stayed in memory for want of space here"),
	SHOW(info.pages_discarded, "DISCARDED", CELL_MAYBE,
	     "free slots that the device was told about"),
	SHOW(info.pagein_calls, "PAGEIN-CALLS", CELL_MAYBE,
	     "of all stores: faults on pages not in memory"),
	SHOW(info.pageout_calls, "PAGEOUT-CALLS", CELL_MAYBE,
	     "of all stores: clusters given to writers"),
	SHOW(info.pages_unavailable, "UNAVAILABLE", CELL_MAYBE,
	     "of all stores: pages asked for that were on none, and so zeros"),
	SHOW(info.pages_initial, "INITIAL", CELL_MAYBE,
	     "of all stores: pages written that had no slot yet"),
	SHOW(info.initial_writes, "INITIAL-WRITES", CELL_MAYBE,
	     "of all stores: write requests with such pages"),
	{ .name = NULL }
};

static const struct option long_options[] = {
	TABLE_LONG, ARGS_LONG, { NULL, 0, NULL, 0 }
};

static const struct syntax syntax = {
	.synopsis = "store show [options] STORE",
	.about = "Show a store's figures. STORE is a name, an id, or '#' and an id.\n"
		 "Counters cover segments that were removed, too. What the loaded module does not\n"
		 "count is \"-\".",
	.columns = columns,
	.short_options = TABLE_SHORT ARGS_SHORT,
	.long_options = long_options,
	.min = 1,
	.max = 1,
};

static uint64_t size_or_nothing(uint64_t pages, uint64_t page_size)
{
	return pages == UINT64_MAX ? UINT64_MAX : size_of_pages(pages, page_size);
}

static void fill(struct show_row *row, uint64_t page_size)
{
	const struct dpager_store_info *info = &row->info;
	uint64_t used = size_used(info->pages_total, info->pages_free, info->pages_bad);

	row->total = size_of_pages(info->pages_total, page_size);
	row->free = size_of_pages(info->pages_free, page_size);
	row->bad = size_of_pages(info->pages_bad, page_size);
	row->used = size_of_pages(used, page_size);
	row->peak = size_or_nothing(info->pages_used_peak, page_size);
	row->reserved = size_or_nothing(info->pages_reserved, page_size);
	row->lost = size_or_nothing(info->pages_lost, page_size);
	row->percent = size_percent(used + info->pages_bad, info->pages_total);
	row->attributes = store_attributes(info->attributes);
}

/* A module that has no DETAIL knows nothing behind the name: unknown is not zero. */
static void ask(int store, const char *name, struct dpager_store_info *info)
{
	size_t known = offsetof(struct dpager_store_info, pagein_calls);

	*info = (struct dpager_store_info){
		.size = sizeof(*info),
		.flavor = DPAGER_STORE_INFO_DETAIL,
	};
	if (!call_try(store, DPAGER_IOC_STORE_INFO, info))
		return;
	if (errno != EINVAL || info->detail != DPAGER_DETAIL_OPERATION)
		call_fail(info, "show store \"%s\"", name);
	info->flavor = DPAGER_STORE_INFO_BASIC;
	call(store, DPAGER_IOC_STORE_INFO, info, "show store \"%s\"", name);
	memset((char *)info + known, 0xff, sizeof(*info) - known);
}

/**
 * store_show - the command
 * @argc: number of arguments
 * @argv: the arguments
 *
 * Returns the exit code.
 */
int store_show(int argc, char **argv)
{
	struct dpager_store_open opened;
	struct dpager_info info;
	struct show_row row;
	struct table *table;
	int pager, store;

	args_only_common(argc, argv, &syntax);
	pager = call_pager(O_RDWR);
	store = call_store(pager, argv[optind], &opened);
	call_info(pager, &info);
	ask(store, opened.name, &row.info);
	fill(&row, info.page_size);
	table = table_new("stores", columns, TABLE_FIELDS);
	table_add(table, &row);
	table_print(table);
	return EXIT_OK;
}
