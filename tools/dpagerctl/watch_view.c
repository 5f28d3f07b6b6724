// SPDX-License-Identifier: GPL-2.0
/* What dpagerctl watch shows of two looks. */
#include <blkid.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <time.h>

#include "head.h"
#include "info.h"
#include "object.h"
#include "pressure.h"
#include "rate.h"
#include "segment.h"
#include "size.h"
#include "table.h"
#include "watch_view.h"

#define OBJECTS_SHOWN	10

struct view_row {
	uint64_t id;
	uint32_t uid;
	const char *name;
	const char *on;
	uint64_t size, used, resident, paged_out;
	int64_t percent;
	uint64_t in, out, faults;
	const char *state;
};

#define FIELD(field, name, kind, help)	COLUMN(struct view_row, field, name, kind, true, help)
#define RATES \
	FIELD(in, "IN/s", CELL_MAYBE, "pages read in a second"), \
	FIELD(out, "OUT/s", CELL_MAYBE, "pages written in a second")

static const struct column pager_columns[] = {
	RATES,
	FIELD(faults, "FAULTS/s", CELL_MAYBE, "faults in a second"),
	{ .name = NULL }
};

static const struct column store_view[] = {
	FIELD(id, "ID", CELL_COUNT, "the store's id"),
	FIELD(name, "NAME", CELL_TEXT, "its name"),
	FIELD(size, "SIZE", CELL_SIZE, "space of its segments"),
	FIELD(used, "USED", CELL_SIZE, "of it not free"),
	FIELD(percent, "USE%", CELL_PERCENT, "share of it not free"),
	RATES,
	{ .name = NULL }
};

static const struct column segment_view[] = {
	FIELD(id, "ID", CELL_COUNT, "the segment's id"),
	FIELD(name, "STORE", CELL_TEXT, "the store it belongs to"),
	FIELD(on, "DEVICE", CELL_TEXT, "the device it lies on"),
	FIELD(size, "SIZE", CELL_SIZE, "its space"),
	FIELD(used, "USED", CELL_SIZE, "of it neither free nor bad"),
	FIELD(percent, "USE%", CELL_PERCENT, "share of it not free"),
	RATES,
	FIELD(state, "STATE", CELL_TEXT, "ok, or what is done with it, or wrong"),
	{ .name = NULL }
};

static const struct column object_view[] = {
	FIELD(id, "ID", CELL_COUNT, "the object's id"),
	FIELD(name, "USER", CELL_TEXT, "who created it"),
	FIELD(size, "SIZE", CELL_SIZE, "its size"),
	FIELD(resident, "RESIDENT", CELL_SIZE, "of it in memory"),
	FIELD(paged_out, "PAGED-OUT", CELL_SIZE, "of it on stores"),
	RATES,
	FIELD(faults, "FAULTS/s", CELL_MAYBE, "faults in a second"),
	{ .name = NULL }
};

/* The time between two looks; 0: there is only one. */
static uint64_t elapsed(const struct look *before, const struct look *now)
{
	return before ? now->snapshot.at - before->snapshot.at : 0;
}

/* The whole */

static void whole_rates(struct view_row *row, const struct look *before, const struct look *now)
{
	const struct dpager_info *new = &now->snapshot.info;
	const struct dpager_info *old = before ? &before->snapshot.info : new;
	uint64_t ms = elapsed(before, now);

	row->in = rate(old->pages_in, new->pages_in, ms);
	row->out = rate(old->pages_out, new->pages_out, ms);
	row->faults = rate(old->faults, new->faults, ms);
}

static void print_whole_rates(FILE *out, const struct look *before, const struct look *now)
{
	struct view_row row = { .id = 0 };

	whole_rates(&row, before, now);
	if (row.in == RATE_UNKNOWN || row.out == RATE_UNKNOWN || row.faults == RATE_UNKNOWN)
		fputs("now       rates come with the next look\n", out);
	else
		fprintf(out, "now       %" PRIu64 " pages/s in, %" PRIu64 " pages/s out, %" PRIu64
			" faults/s\n", row.in, row.out, row.faults);
}

static void table_whole(const struct look *before, const struct look *now)
{
	struct table *table = table_new("rates", pager_columns, TABLE_ROWS);
	struct view_row row = { .id = 0 };

	whole_rates(&row, before, now);
	table_add(table, &row);
	table_print(table);
}

/* Stores */

static const struct snapshot_store *store_before(const struct look *before, uint64_t id)
{
	size_t i;

	for (i = 0; before && i < before->snapshot.store_count; i++)
		if (before->snapshot.stores[i].entry.id == id)
			return &before->snapshot.stores[i];
	return NULL;
}

static void store_rates(struct view_row *row, const struct snapshot_store *old,
			const struct snapshot_store *new, uint64_t ms)
{
	row->in = row->out = RATE_UNKNOWN;
	if (!old || !old->seen || !new->seen)
		return;
	row->in = rate(old->info.pages_in, new->info.pages_in, ms);
	row->out = rate(old->info.pages_out, new->info.pages_out, ms);
}

static void print_stores(const struct look *before, const struct look *now)
{
	struct table *table = table_new("stores", store_view, TABLE_ROWS);
	const struct dpager_store_entry *entry;
	struct view_row row;
	size_t i;

	for (i = 0; i < now->snapshot.store_count; i++) {
		entry = &now->snapshot.entries[i];
		row = (struct view_row){
			.id = entry->id,
			.name = entry->name,
			.size = entry->total,
			.used = size_used(entry->total, entry->free, 0),
		};
		row.percent = size_percent(row.used, row.size);
		store_rates(&row, store_before(before, entry->id), &now->snapshot.stores[i],
			    elapsed(before, now));
		table_add(table, &row);
	}
	table_print(table);
}

/* Segments */

static const struct dpager_segment_entry *segment_before(const struct look *before, uint64_t id)
{
	size_t i;

	for (i = 0; before && i < before->snapshot.segment_count; i++)
		if (before->snapshot.segments[i].entry.id == id)
			return &before->snapshot.segments[i].entry;
	return NULL;
}

static void segment_rates(struct view_row *row, const struct dpager_segment_entry *old,
			  const struct dpager_segment_entry *new, uint64_t ms)
{
	row->in = old ? rate(old->pages_in, new->pages_in, ms) : RATE_UNKNOWN;
	row->out = old ? rate(old->pages_out, new->pages_out, ms) : RATE_UNKNOWN;
}

static void add_segment(struct table *table, const struct look *before, const struct look *now,
			const struct snapshot_segment *segment)
{
	const struct dpager_segment_entry *entry = &segment->entry;
	uint64_t used = size_used(entry->pages, entry->pages_free, entry->pages_bad);
	char *device = blkid_devno_to_devname(makedev(entry->major, entry->minor));
	char state[SEGMENT_STATE];
	struct view_row row = {
		.id = entry->id,
		.name = segment->store->entry.name,
		.on = device,
		.size = size_of_pages(entry->pages, now->snapshot.info.page_size),
		.used = size_of_pages(used, now->snapshot.info.page_size),
		.percent = size_percent(used + entry->pages_bad, entry->pages),
		.state = state,
	};

	segment_state(state, sizeof(state), entry);
	segment_rates(&row, segment_before(before, entry->id), entry, elapsed(before, now));
	table_add(table, &row);
	free(device);
}

static void print_segments(const struct look *before, const struct look *now)
{
	struct table *table = table_new("segments", segment_view, TABLE_ROWS);
	size_t i;

	for (i = 0; i < now->snapshot.segment_count; i++)
		add_segment(table, before, now, &now->snapshot.segments[i]);
	table_print(table);
}

/* Objects */

static void object_rates(struct view_row *row, const struct look *before, const struct look *now)
{
	const struct dpager_object_info *new = look_figures(now, row->id);
	const struct dpager_object_info *old = before ? look_figures(before, row->id) : NULL;
	uint64_t ms = elapsed(before, now);

	row->in = row->out = row->faults = RATE_UNKNOWN;
	if (!old || !new)
		return;
	row->in = rate(old->pages_in, new->pages_in, ms);
	row->out = rate(old->pages_out, new->pages_out, ms);
	row->faults = rate(old->faults, new->faults, ms);
}

static uint64_t activity(const struct view_row *row)
{
	return row->in == RATE_UNKNOWN ? 0 : row->in + row->out;
}

/* Those that page most, then those that occupy most: rows come in that order. */
static int busier(const void *one, const void *other)
{
	const struct view_row *a = one, *b = other;
	uint64_t weight_a = a->resident + a->paged_out, weight_b = b->resident + b->paged_out;

	if (activity(a) != activity(b))
		return activity(a) < activity(b) ? 1 : -1;
	if (weight_a != weight_b)
		return weight_a < weight_b ? 1 : -1;
	return a->id < b->id ? -1 : a->id > b->id;
}

static size_t object_rows(struct view_row *rows, const struct look *before, const struct look *now)
{
	const struct dpager_object_entry *entry;
	size_t i;

	for (i = 0; i < now->figure_count; i++) {
		entry = &now->snapshot.objects[i];
		rows[i] = (struct view_row){
			.id = entry->id,
			.size = entry->bytes,
			.resident = entry->resident,
			.paged_out = entry->paged_out,
			.uid = entry->uid,
		};
		object_rates(&rows[i], before, now);
	}
	qsort(rows, i, sizeof(*rows), busier);
	return i;
}

static void print_objects(const struct look *before, const struct look *now)
{
	struct table *table = table_new("objects", object_view, TABLE_ROWS);
	struct view_row rows[LOOK_OBJECTS];
	size_t i, count = object_rows(rows, before, now);
	char number[16];

	for (i = 0; i < count && i < OBJECTS_SHOWN; i++) {
		rows[i].name = object_user(rows[i].uid, number, sizeof(number));
		table_add(table, &rows[i]);
	}
	table_print(table);
}

/* All */

static void print_json(const struct look *before, const struct look *now)
{
	table_document_begin();
	info_print(&now->snapshot.info);
	pressure_print();
	table_whole(before, now);
	print_stores(before, now);
	print_segments(before, now);
	print_objects(before, now);
	table_document_end();
}

static void print_text(FILE *out, const struct look *before, const struct look *now)
{
	time_t seconds = time(NULL);
	char when[32];

	strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%S%z", localtime(&seconds));
	fprintf(out, "%s\n", when);
	head_print(out, &now->snapshot);
	print_whole_rates(out, before, now);
	head_nothing(out, &now->snapshot);
	if (now->snapshot.store_count) {
		fputs("\nStores\n", out);
		print_stores(before, now);
	}
	if (now->snapshot.segment_count) {
		fputs("\nSegments\n", out);
		print_segments(before, now);
	}
	if (now->snapshot.object_count) {
		fputs("\nObjects that page most\n", out);
		print_objects(before, now);
	}
	head_hidden(out, &now->snapshot);
	fputc('\n', out);
}

/**
 * watch_print - show a look
 * @out: where to
 * @before: the look before, or NULL: rates are not known yet
 * @now: the look
 */
void watch_print(FILE *out, const struct look *before, const struct look *now)
{
	table_stream(out);
	if (table_json())
		print_json(before, now);
	else
		print_text(out, before, now);
}
