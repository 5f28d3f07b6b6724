// SPDX-License-Identifier: GPL-2.0
/* dpagerctl segment list|remove, and the table of segment commands; add is in segment_add.c */
#include <blkid.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "args.h"
#include "call.h"
#include "commands.h"
#include "size.h"

/* segment list */

struct segment_row {
	struct dpager_segment_entry entry;
	const char *store;
	const char *device;
	const char *number;
	uint64_t size, used, free, bad;
	int64_t percent;
};

#define FIELD(field, name, kind, shown, help) \
	COLUMN(struct segment_row, field, name, kind, shown, help)

static const struct column columns[] = {
	FIELD(entry.id, "ID", CELL_COUNT, true, "the segment's id"),
	FIELD(store, "STORE", CELL_TEXT, true, "the store it belongs to"),
	FIELD(device, "DEVICE", CELL_TEXT, true, "the device it lies on"),
	FIELD(number, "MAJ:MIN", CELL_TEXT, false, "the device's number"),
	FIELD(entry.offset, "OFFSET", CELL_SIZE, true, "where it begins on the device"),
	FIELD(size, "SIZE", CELL_SIZE, true, "its space"),
	FIELD(used, "USED", CELL_SIZE, true, "of it neither free nor bad"),
	FIELD(free, "FREE", CELL_SIZE, true, "of it free"),
	FIELD(bad, "BAD", CELL_SIZE, true, "of it never used again, since a write failed"),
	FIELD(percent, "USE%", CELL_PERCENT, true, "share of it not free"),
	FIELD(entry.pages_in, "PAGES-IN", CELL_COUNT, false, "pages read"),
	FIELD(entry.pages_out, "PAGES-OUT", CELL_COUNT, false, "pages written"),
	FIELD(entry.reads, "READS", CELL_COUNT, false, "read requests"),
	FIELD(entry.writes, "WRITES", CELL_COUNT, false, "write requests"),
	FIELD(entry.pages_in_failed, "IN-FAILED", CELL_COUNT, false,
	      "pages that could not be read"),
	FIELD(entry.pages_out_failed, "OUT-FAILED", CELL_COUNT, false,
	      "pages whose write failed"),
	{ .name = NULL }
};

static const struct option list_options[] = {
	TABLE_LONG, ARGS_LONG, { NULL, 0, NULL, 0 }
};

static const struct syntax list_syntax = {
	.synopsis = "segment list [options] [STORE]",
	.about = "List the segments of a store (a name, an id, or '#' and an id), or of all.",
	.columns = columns,
	.short_options = TABLE_SHORT ARGS_SHORT,
	.long_options = list_options,
	.max = 1,
};

static struct dpager_segment_entry *segments_get(int store, size_t *count)
{
	return call_list(store, DPAGER_IOC_SEGMENTS, sizeof(struct dpager_segment_entry), count,
			 "segments");
}

static void add_segment(struct table *table, const struct dpager_segment_entry *entry,
			const char *store, uint64_t page_size)
{
	uint64_t used = size_used(entry->pages, entry->pages_free, entry->pages_bad);
	char *device = blkid_devno_to_devname(makedev(entry->major, entry->minor));
	char number[24];
	struct segment_row row = {
		.entry = *entry,
		.store = store,
		.device = device,
		.number = number,
		.size = size_of_pages(entry->pages, page_size),
		.used = size_of_pages(used, page_size),
		.free = size_of_pages(entry->pages_free, page_size),
		.bad = size_of_pages(entry->pages_bad, page_size),
		.percent = size_percent(used + entry->pages_bad, entry->pages),
	};

	snprintf(number, sizeof(number), "%u:%u", entry->major, entry->minor);
	table_add(table, &row);
	free(device);
}

static void add_store(struct table *table, int store, const char *name, uint64_t page_size)
{
	struct dpager_segment_entry *entries;
	size_t count, i;

	entries = segments_get(store, &count);
	for (i = 0; i < count; i++)
		add_segment(table, &entries[i], name, page_size);
	free(entries);
}

/* A store that was deleted since it was listed has no segments. */
static void add_all_stores(struct table *table, int pager, uint64_t page_size)
{
	struct dpager_store_entry *entries;
	struct dpager_store_open opened;
	size_t count, i;

	entries = call_list(pager, DPAGER_IOC_STORES, sizeof(*entries), &count, "stores");
	for (i = 0; i < count; i++) {
		if (!call_store_id(pager, entries[i].id, &opened)) {
			add_store(table, opened.fd, opened.name, page_size);
			close(opened.fd);
		} else if (errno != ENOENT) {
			call_fail(&opened, "open store \"%s\"", entries[i].name);
		}
	}
	free(entries);
}

static int segment_list(int argc, char **argv)
{
	struct dpager_store_open opened;
	struct dpager_info info;
	struct table *table;
	int pager, store;

	args_only_common(argc, argv, &list_syntax);
	pager = call_pager(O_RDWR);
	call_info(pager, &info);
	table = table_new("segments", columns, TABLE_ROWS);
	if (optind < argc) {
		store = call_store(pager, argv[optind], &opened);
		add_store(table, store, opened.name, info.page_size);
	} else {
		add_all_stores(table, pager, info.page_size);
	}
	table_print(table);
	return EXIT_OK;
}

/* segment remove */

static const struct option remove_options[] = { ARGS_LONG, { NULL, 0, NULL, 0 } };

static const struct syntax remove_syntax = {
	.synopsis = "segment remove [options] STORE SEGMENT",
	.about = "Take a segment from a store and release its device; refused while pages of\n"
		 "objects are on it. STORE is a name, an id, or '#' and an id; SEGMENT is an id,\n"
		 "or the path of a device that holds one segment of the store.",
	.short_options = ARGS_SHORT,
	.long_options = remove_options,
	.min = 2,
	.max = 2,
};

/* The id of the only segment of a store on a device. */
static uint64_t find_on_device(int store, const char *store_name, const char *path)
{
	struct dpager_segment_entry *entries;
	size_t count, i, found = 0;
	struct stat stat_buf;
	uint64_t id = 0;

	if (stat(path, &stat_buf))
		args_fail("%s: %s; give the segment's id or its device", path, strerror(errno));
	entries = segments_get(store, &count);
	for (i = 0; i < count; i++) {
		if (!S_ISBLK(stat_buf.st_mode) ||
		    stat_buf.st_rdev != makedev(entries[i].major, entries[i].minor))
			continue;
		id = entries[i].id;
		found++;
	}
	free(entries);
	if (!found)
		args_fail("store \"%s\" has no segment on %s; \"dpagerctl segment list %s\" shows "
			  "those it has", store_name, path, store_name);
	if (found > 1)
		args_fail("store \"%s\" has %zu segments on %s; give the id of one "
			  "(\"dpagerctl segment list %s\")", store_name, found, path, store_name);
	return id;
}

static uint64_t segment_id(int store, const char *store_name, const char *segment)
{
	uint64_t id;

	if (args_id(segment, &id))
		return id;
	if (strchr(segment, '/'))
		return find_on_device(store, store_name, segment);
	args_usage_fail("\"%s\" is neither a segment's id nor the path of a device", segment);
}

static _Noreturn void
remove_fail(const struct dpager_remove_segment *remove, const char *store)
{
	unsigned long long id = remove->id;

	if (errno == ENOENT)
		args_fail("store \"%s\" has no segment %llu; \"dpagerctl segment list %s\" shows "
			  "those it has", store, id, store);
	if (remove->detail == DPAGER_DETAIL_IN_USE)
		call_fail(remove, "remove segment %llu of store \"%s\" (%llu pages in use)", id,
			  store, (unsigned long long)remove->pages);
	call_fail(remove, "remove segment %llu of store \"%s\"", id, store);
}

static int segment_remove(int argc, char **argv)
{
	struct dpager_remove_segment remove = { .size = sizeof(remove) };
	struct dpager_store_open opened;
	int store;

	args_only_common(argc, argv, &remove_syntax);
	store = call_store(call_pager(O_RDWR), argv[optind], &opened);
	remove.id = segment_id(store, opened.name, argv[optind + 1]);
	if (call_try(store, DPAGER_IOC_REMOVE_SEGMENT, &remove))
		remove_fail(&remove, opened.name);
	printf("segment %llu removed from store \"%s\"\n", (unsigned long long)remove.id,
	       opened.name);
	return EXIT_OK;
}

static const struct command commands[] = {
	{ "add", segment_add, "give a device, or a part of one, to a store" },
	{ "list", segment_list, "list the segments of a store or of all" },
	{ "remove", segment_remove, "take a segment from a store" },
	{ NULL, NULL, NULL }
};

int segment_command(int argc, char **argv)
{
	return args_run("segment", commands, argc, argv);
}
