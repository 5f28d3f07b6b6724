// SPDX-License-Identifier: GPL-2.0
/* Tables of libsmartcols, made from an array of columns and rows that are plain structs. */
#include <errno.h>
#include <inttypes.h>
#include <libsmartcols.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "args.h"
#include "size.h"
#include "table.h"

#define COLUMNS_MAX	32

/* What the command line asked for, the same for all tables that a process prints. */
static struct {
	bool bytes;
	bool json;
	bool noheadings;
	bool raw;
	bool all;
	const char *output;
	FILE *stream;	/* NULL: standard output */
} options;

/* The document that tables are members of, in JSON. */
static struct {
	bool open;
	unsigned int members;
} document;

static FILE *stream(void)
{
	return options.stream ? options.stream : stdout;
}

/**
 * struct table - a table that is being filled
 * @scols: libsmartcols' table
 * @form: how it is laid out
 * @count: number of columns chosen
 * @chosen: the columns, in the order of printing
 */
struct table {
	struct libscols_table *scols;
	enum table_form form;
	size_t count;
	const struct column *chosen[COLUMNS_MAX];
};

static _Noreturn void out_of_memory(void)
{
	args_fail("out of memory");
}

static const struct column *column_find(const struct column *columns, const char *name, size_t len)
{
	for (; columns->name; columns++)
		if (strlen(columns->name) == len && !strncasecmp(columns->name, name, len))
			return columns;
	return NULL;
}

static _Noreturn void column_unknown(const struct column *columns,
						     const char *name, size_t len)
{
	fprintf(stderr, "%s: no column \"%.*s\"; there are", program_invocation_short_name,
		(int)len, name);
	for (; columns->name; columns++)
		fprintf(stderr, "%s %s", columns[1].name ? "" : " and", columns->name);
	fputc('\n', stderr);
	exit(EXIT_USAGE);
}

/* Append the columns of a comma-separated list. */
static void choose_list(struct table *table, const struct column *columns, const char *list)
{
	const struct column *column;
	size_t len;

	for (;; list += len + 1) {
		len = strcspn(list, ",");
		column = column_find(columns, list, len);
		if (!column)
			column_unknown(columns, list, len);
		if (table->count == COLUMNS_MAX)
			args_usage_fail("--output names more than %d columns", COLUMNS_MAX);
		table->chosen[table->count++] = column;
		if (!list[len])
			return;
	}
}

static void choose_shown(struct table *table, const struct column *columns)
{
	for (; columns->name; columns++)
		if (columns->shown || options.all)
			table->chosen[table->count++] = columns;
}

static void choose(struct table *table, const struct column *columns)
{
	const char *list = options.output;

	if (!list || *list == '+')
		choose_shown(table, columns);
	if (list)
		choose_list(table, columns, list + (*list == '+'));
}

/**
 * table_option - take an option of TABLE_SHORT or TABLE_LONG
 * @option: what getopt returned
 * @argument: its argument
 * @columns: the command's columns; a bad --output ends the program at once,
 *	before anything is asked of the kernel
 *
 * Returns false when the option is not a table's.
 */
bool table_option(int option, const char *argument, const struct column *columns)
{
	struct table probe = { .count = 0 };

	switch (option) {
	case 'b':
		return options.bytes = true;
	case 'J':
		return options.json = true;
	case 'n':
		return options.noheadings = true;
	case 'o':
		options.output = argument;
		choose(&probe, columns);
		return true;
	case 'O':
		return options.all = true;
	case 'r':
		return options.raw = true;
	}
	return false;
}

/**
 * table_help_options - the lines of --help that every table has
 * @out: where to
 */
void table_help_options(FILE *out)
{
	fputs(" -o, --output LIST    columns to print (see below); +LIST adds to the default\n"
	      " -O, --output-all     print all columns\n"
	      " -b, --bytes          sizes in bytes instead of K, M, G, ...\n"
	      " -J, --json           JSON\n"
	      " -n, --noheadings     no headings\n"
	      " -r, --raw            columns separated by one space, not aligned\n", out);
}

/**
 * table_help_columns - the columns for --help
 * @out: where to
 * @columns: the command's columns
 */
void table_help_columns(FILE *out, const struct column *columns)
{
	fputs("\nColumns (* printed by default):\n", out);
	for (; columns->name; columns++)
		fprintf(out, " %c %-16s  %s\n", columns->shown ? '*' : ' ', columns->name,
			columns->help);
}

static bool is_number(const struct column *column)
{
	switch (column->kind) {
	case CELL_SIZE:
	case CELL_LIMIT:
		return options.bytes;
	case CELL_COUNT:
	case CELL_SIGNED:
	case CELL_PERCENT:
	case CELL_MAYBE:
	case CELL_DECIMAL:
		return true;
	default:
		return false;
	}
}

static void column_new(struct libscols_table *scols, const struct column *column)
{
	int flags = column->kind == CELL_TEXT || column->kind == CELL_NAME ? 0 : SCOLS_FL_RIGHT;
	struct libscols_column *made = scols_table_new_column(scols, column->name, 0, flags);

	if (!made)
		out_of_memory();
	if (options.json && is_number(column))
		scols_column_set_json_type(made, SCOLS_JSON_NUMBER);
}

static void columns_new(struct table *table)
{
	size_t i;

	if (table->form == TABLE_FIELDS) {
		if (!options.noheadings && !scols_table_new_column(table->scols, "FIELD", 0, 0))
			out_of_memory();
		if (!scols_table_new_column(table->scols, "VALUE", 0, 0))
			out_of_memory();
		return;
	}
	for (i = 0; i < table->count; i++)
		column_new(table->scols, table->chosen[i]);
}

/**
 * table_new - begin a table, as the options taken so far want it
 * @name: of the array in JSON
 * @columns: what the command can print
 * @form: how to lay it out; JSON always has rows
 */
struct table *table_new(const char *name, const struct column *columns, enum table_form form)
{
	struct table *table = calloc(1, sizeof(*table));

	if (!table)
		out_of_memory();
	table->scols = scols_new_table();
	if (!table->scols)
		out_of_memory();
	table->form = options.json ? TABLE_ROWS : form;
	choose(table, columns);
	scols_table_set_name(table->scols, name);
	scols_table_enable_json(table->scols, options.json);
	scols_table_enable_raw(table->scols, options.raw);
	scols_table_enable_noheadings(table->scols,
				      options.noheadings || table->form == TABLE_FIELDS);
	columns_new(table);
	return table;
}

/* Fields are 4 or 8 bytes wide, or text. */
static uint64_t field_unsigned(const struct column *column, const void *row)
{
	const char *field = (const char *)row + column->offset;
	uint64_t wide;
	uint32_t narrow;

	if (column->width == sizeof(narrow)) {
		memcpy(&narrow, field, sizeof(narrow));
		return narrow;
	}
	memcpy(&wide, field, sizeof(wide));
	return wide;
}

static int64_t field_signed(const struct column *column, const void *row)
{
	uint64_t value = field_unsigned(column, row);

	return column->width == sizeof(int32_t) ? (int32_t)value : (int64_t)value;
}

static const char *field_text(const struct column *column, const void *row)
{
	const char *field = (const char *)row + column->offset;

	return column->kind == CELL_NAME ? field : *(const char *const *)field;
}

static const char *percent(int64_t value, char *text, size_t room)
{
	if (value < 0)
		return NULL;
	snprintf(text, room, options.json ? "%" PRId64 : "%" PRId64 "%%", value);
	return text;
}

static bool is_nothing(const struct column *column, const void *row)
{
	return (column->kind == CELL_LIMIT || column->kind == CELL_MAYBE) &&
	       field_unsigned(column, row) == UINT64_MAX;
}

/* The text of a cell, written to @text or found elsewhere; NULL: empty. */
static const char *cell(const struct column *column, const void *row, char *text, size_t room)
{
	if (is_nothing(column, row))
		return NULL;
	switch (column->kind) {
	case CELL_SIZE:
	case CELL_LIMIT:
		if (!options.bytes) {
			size_print(text, room, field_unsigned(column, row));
			break;
		}
		/* fallthrough */
	case CELL_COUNT:
	case CELL_MAYBE:
		snprintf(text, room, "%" PRIu64, field_unsigned(column, row));
		break;
	case CELL_SIGNED:
		snprintf(text, room, "%" PRId64, field_signed(column, row));
		break;
	case CELL_PERCENT:
		return percent(field_signed(column, row), text, room);
	case CELL_TEXT:
	case CELL_DECIMAL:
	case CELL_NAME:
		return field_text(column, row);
	}
	return text;
}

static struct libscols_line *line_new(struct table *table)
{
	struct libscols_line *line = scols_table_new_line(table->scols, NULL);

	if (!line)
		out_of_memory();
	return line;
}

/* Nothing to show is null in JSON, and a dash elsewhere, so that words can be counted. */
static void line_set(struct libscols_line *line, size_t at, const char *text)
{
	if (!text && options.json)
		return;
	if (scols_line_set_data(line, at, text ? text : "-"))
		out_of_memory();
}

/**
 * table_add - add a row
 * @table: the table
 * @row: a struct that the columns' offsets are of; copied
 */
void table_add(struct table *table, const void *row)
{
	bool fields = table->form == TABLE_FIELDS;
	struct libscols_line *line = fields ? NULL : line_new(table);
	char text[SIZE_TEXT];
	const char *data;
	size_t i;

	for (i = 0; i < table->count; i++) {
		data = cell(table->chosen[i], row, text, sizeof(text));
		if (!fields) {
			line_set(line, i, data);
			continue;
		}
		line = line_new(table);
		if (!options.noheadings)
			line_set(line, 0, table->chosen[i]->name);
		line_set(line, !options.noheadings, data);
	}
}

/**
 * table_stream - print tables elsewhere than to standard output
 * @stream: where to
 */
void table_stream(FILE *stream)
{
	options.stream = stream;
}

/**
 * table_json - whether the command line asks for JSON
 */
bool table_json(void)
{
	return options.json;
}

/**
 * table_document_begin - the tables that follow are one document
 *
 * In JSON each would be an object of its own: they become members of one.
 */
void table_document_begin(void)
{
	if (!options.json)
		return;
	document.open = true;
	document.members = 0;
	fputc('{', stream());
}

/**
 * table_document_end - no table follows that belongs to the document
 */
void table_document_end(void)
{
	if (!options.json)
		return;
	document.open = false;
	fputs("\n}\n", stream());
}

static void print_plain(struct libscols_table *scols)
{
	scols_table_set_stream(scols, stream());
	if (scols_print_table(scols))
		out_of_memory();
}

/* What is between the braces of the table's own object. */
static void print_member(struct libscols_table *scols)
{
	char *text, *begin, *end;

	if (scols_print_table_to_string(scols, &text))
		out_of_memory();
	begin = strchr(text, '{');
	end = strrchr(text, '}');
	if (begin && end) {
		while (end[-1] == '\n')
			end--;
		fprintf(stream(), "%s%.*s", document.members++ ? "," : "",
			(int)(end - begin - 1), begin + 1);
	}
	free(text);
}

/**
 * table_print - print the table and free it
 * @table: the table
 */
void table_print(struct table *table)
{
	if (document.open)
		print_member(table->scols);
	else
		print_plain(table->scols);
	scols_unref_table(table->scols);
	free(table);
}
