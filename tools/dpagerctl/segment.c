// SPDX-License-Identifier: GPL-2.0
/* dpagerctl segment list, and the table of segment commands; the others have their files */
#include <blkid.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "args.h"
#include "call.h"
#include "commands.h"
#include "segment.h"
#include "size.h"

/* segment list */

struct segment_row {
	struct dpager_segment_entry entry;
	const char *store;
	const char *device;
	const char *number;
	const char *kind;
	const char *discard;
	const char *state;
	uint64_t size, used, free, bad, planned;
	int64_t percent, moved;
};

#define FIELD(field, name, kind, shown, help) \
	COLUMN(struct segment_row, field, name, kind, shown, help)

const struct column segment_columns[] = {
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
	FIELD(state, "STATE", CELL_TEXT, true,
	      "ok, or draining, evacuating and how far, reserve, failing"),
	FIELD(kind, "KIND", CELL_TEXT, false, "device, or file: blocks of one on the device"),
	FIELD(discard, "DISCARD", CELL_TEXT, false, "pages: the device hears of free slots"),
	FIELD(planned, "PLANNED", CELL_SIZE, false, "of it in use when its evacuation began, or 0"),
	FIELD(moved, "MOVED%", CELL_PERCENT, false, "share of that no longer in use"),
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
	.columns = segment_columns,
	.short_options = TABLE_SHORT ARGS_SHORT,
	.long_options = list_options,
	.max = 1,
};

/* Percent of what was planned that is gone, rounded down; -1: nothing is being moved. */
static int64_t moved_percent(const struct dpager_segment_entry *entry)
{
	if (!entry->pages_planned || entry->pages_left > entry->pages_planned)
		return entry->pages_planned ? 0 : -1;
	return 100 - size_percent(entry->pages_left, entry->pages_planned);
}

static void state_word(char *text, size_t room, const char *word)
{
	size_t length = strlen(text);

	snprintf(text + length, room - length, "%s%s", length ? "," : "", word);
}

/**
 * segment_state - a segment's state in words, separated by commas
 * @text: out
 * @room: bytes of @text, at least SEGMENT_STATE
 * @entry: the segment
 */
void segment_state(char *text, size_t room, const struct dpager_segment_entry *entry)
{
	int64_t moved = moved_percent(entry);
	char evacuating[24];

	*text = '\0';
	if (entry->flags & DPAGER_SEGMENT_EVACUATING) {
		snprintf(evacuating, sizeof(evacuating), "evacuating %d%%",
			 moved < 0 ? 0 : (int)moved);
		state_word(text, room, evacuating);
	} else if (entry->flags & DPAGER_SEGMENT_DRAINING) {
		state_word(text, room, "draining");
	}
	if (entry->flags & DPAGER_SEGMENT_RESERVE)
		state_word(text, room, "reserve");
	if (entry->flags & DPAGER_SEGMENT_FAILING)
		state_word(text, room, "failing");
	if (!*text)
		state_word(text, room, "ok");
}

/**
 * segment_row - add a segment to a table of segment_columns
 * @table: the table
 * @entry: the segment
 * @store: its store's name
 * @page_size: bytes of a page
 */
void segment_row(struct table *table, const struct dpager_segment_entry *entry,
		 const char *store, uint64_t page_size)
{
	uint64_t used = size_used(entry->pages, entry->pages_free, entry->pages_bad);
	char *device = blkid_devno_to_devname(makedev(entry->major, entry->minor));
	char number[24], state[SEGMENT_STATE];
	struct segment_row row = {
		.entry = *entry,
		.store = store,
		.device = device,
		.number = number,
		.kind = entry->flags & DPAGER_SEGMENT_FILE ? "file" : "device",
		.discard = entry->flags & DPAGER_SEGMENT_DISCARD ? "pages" : NULL,
		.state = state,
		.size = size_of_pages(entry->pages, page_size),
		.used = size_of_pages(used, page_size),
		.free = size_of_pages(entry->pages_free, page_size),
		.bad = size_of_pages(entry->pages_bad, page_size),
		.planned = size_of_pages(entry->pages_planned, page_size),
		.percent = size_percent(used + entry->pages_bad, entry->pages),
		.moved = moved_percent(entry),
	};

	segment_state(state, sizeof(state), entry);
	snprintf(number, sizeof(number), "%u:%u", entry->major, entry->minor);
	table_add(table, &row);
	free(device);
}

static void add_store(struct table *table, int store, const char *name, uint64_t page_size)
{
	struct dpager_segment_entry *entries;
	size_t count, i;

	entries = call_list(store, DPAGER_IOC_SEGMENTS, sizeof(*entries), &count, "segments");
	for (i = 0; i < count; i++)
		segment_row(table, &entries[i], name, page_size);
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
	table = table_new("segments", segment_columns, TABLE_ROWS);
	if (optind < argc) {
		store = call_store(pager, argv[optind], &opened);
		add_store(table, store, opened.name, info.page_size);
	} else {
		add_all_stores(table, pager, info.page_size);
	}
	table_print(table);
	return EXIT_OK;
}

static const struct command commands[] = {
	{ "add", segment_add, "give a device, a part of one, or a file to a store" },
	{ "list", segment_list, "list the segments of a store or of all" },
	{ "remove", segment_remove, "take a segment from a store, its pages moved elsewhere" },
	{ "resize", segment_resize, "make a segment larger or smaller while it is in use" },
	{ "drain", segment_drain, "place nothing new on a segment" },
	{ "reserve", segment_reserve, "use a segment only when all others are full" },
	{ "use", segment_use, "use a segment as any other again" },
	{ NULL, NULL, NULL }
};

int segment_command(int argc, char **argv)
{
	return args_run("segment", commands, NULL, argc, argv);
}
