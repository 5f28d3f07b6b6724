/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DPAGERCTL_TABLE_H
#define DPAGERCTL_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/**
 * enum cell_kind - what a column shows
 * @CELL_SIZE: bytes; IEC units for people, a number with --bytes
 * @CELL_COUNT: an unsigned number
 * @CELL_SIGNED: a signed number
 * @CELL_PERCENT: a number of percent; negative: nothing to show
 * @CELL_LIMIT: as CELL_SIZE; UINT64_MAX: nothing to show
 * @CELL_MAYBE: as CELL_COUNT; UINT64_MAX: nothing to show
 * @CELL_DECIMAL: a const char * with a number that has a fraction
 * @CELL_TEXT: a const char *; NULL: nothing to show
 * @CELL_NAME: a char array inside the row
 */
enum cell_kind {
	CELL_SIZE,
	CELL_COUNT,
	CELL_SIGNED,
	CELL_PERCENT,
	CELL_LIMIT,
	CELL_MAYBE,
	CELL_DECIMAL,
	CELL_TEXT,
	CELL_NAME,
};

/**
 * struct column - one column that a command can print
 * @name: as in the heading and for --output
 * @help: one line for --help
 * @kind: what it shows
 * @shown: without --output, too
 * @offset: where the field is in a row
 * @width: bytes of the field
 *
 * A command's columns are an array that ends with a NULL name.
 */
struct column {
	const char *name;
	const char *help;
	enum cell_kind kind;
	bool shown;
	size_t offset;
	size_t width;
};

/* A column whose field is @field of the row type @row. */
#define COLUMN(row, field, name, kind, shown, help) \
	{ name, help, kind, shown, offsetof(row, field), sizeof(((row *)0)->field) }

/* getopt's characters and long options of every command that prints a table. */
#define TABLE_SHORT	"bJno:Or"
#define TABLE_LONG \
	{ "bytes", no_argument, NULL, 'b' }, \
	{ "json", no_argument, NULL, 'J' }, \
	{ "noheadings", no_argument, NULL, 'n' }, \
	{ "output", required_argument, NULL, 'o' }, \
	{ "output-all", no_argument, NULL, 'O' }, \
	{ "raw", no_argument, NULL, 'r' }

/**
 * enum table_form - how rows are laid out for people
 * @TABLE_ROWS: one line for each row
 * @TABLE_FIELDS: one line for each column, name and value; for a single row
 *
 * JSON is an array of objects either way.
 */
enum table_form {
	TABLE_ROWS,
	TABLE_FIELDS,
};

struct table;

bool table_option(int option, const char *argument, const struct column *columns);
void table_help_options(FILE *out);
void table_help_columns(FILE *out, const struct column *columns);
struct table *table_new(const char *name, const struct column *columns, enum table_form form);
void table_add(struct table *table, const void *row);
void table_print(struct table *table);
void table_stream(FILE *stream);
bool table_json(void);
void table_document_begin(void);
void table_document_end(void);

#endif
