// SPDX-License-Identifier: GPL-2.0
/* dpagerctl map segment|object */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "commands.h"
#include "map.h"

/* As many cells as a terminal's screen, and as a picture's, shows well. */
#define CELLS_TEXT	1024
#define CELLS_SVG	4096

enum {
	OPTION_ASCII = 0x200,
	OPTION_SVG,
};

static const struct option long_options[] = {
	{ "ascii", no_argument, NULL, OPTION_ASCII },
	{ "json", no_argument, NULL, 'J' },
	{ "svg", required_argument, NULL, OPTION_SVG },
	ARGS_LONG, { NULL, 0, NULL, 0 }
};

#define OPTIONS_HELP \
	"     --ascii          draw with ASCII characters, as where the locale is not UTF-8\n" \
	"     --svg FILE       write a picture to FILE instead; \"-\" is standard output\n" \
	" -J, --json           figures as JSON: a row for each cell\n"

static const struct syntax segment_syntax = {
	.synopsis = "map segment [options] STORE SEGMENT",
	.about = "Draw what is where on a segment: which slots are in use, free, or bad. STORE is\n"
		 "a name, an id, or '#' and an id; SEGMENT is an id, or the path of a device or\n"
		 "file that holds one segment of the store.",
	.options = OPTIONS_HELP,
	.short_options = "J" ARGS_SHORT,
	.long_options = long_options,
	.min = 2,
	.max = 2,
};

static const struct syntax object_syntax = {
	.synopsis = "map object [options] ID",
	.about = "Draw which pages of an object are in memory and which are on stores; some are\n"
		 "both, and those that were never written are neither.",
	.options = OPTIONS_HELP,
	.short_options = "J" ARGS_SHORT,
	.long_options = long_options,
	.min = 1,
	.max = 1,
};

/**
 * struct drawing - how the command line wants it
 * @ascii: without block characters
 * @svg: the file for a picture, or NULL
 */
struct drawing {
	bool ascii;
	const char *svg;
};

struct cell_row {
	uint64_t first, count;
	uint64_t part[MAP_PANELS];
	uint64_t bad;
};

#define FIELD(field, name, help)	COLUMN(struct cell_row, field, name, CELL_COUNT, true, help)

static const struct column segment_columns[] = {
	FIELD(first, "FIRST", "the cell's first slot"),
	FIELD(count, "COUNT", "its slots"),
	FIELD(part[0], "USED", "of them in use"),
	FIELD(bad, "BAD", "of them never used again"),
	{ .name = NULL }
};

static const struct column object_columns[] = {
	FIELD(first, "FIRST", "the cell's first page"),
	FIELD(count, "COUNT", "its pages"),
	FIELD(part[0], "IN-MEMORY", "of them in memory"),
	FIELD(part[1], "ON-STORES", "of them on stores"),
	{ .name = NULL }
};

/**
 * map_cells - divide the pages into cells
 * @map: the map, with @pages set
 * @most: how many cells there may be
 */
void map_cells(struct map *map, size_t most)
{
	map->cell = map->pages / most + !!(map->pages % most);
	if (!map->cell)
		map->cell = 1;
	map->cells = map->pages / map->cell + !!(map->pages % map->cell);
}

/**
 * map_counts - a count for each cell, zero at first
 * @map: the map, with @cells set
 */
uint64_t *map_counts(const struct map *map)
{
	uint64_t *counts = calloc(map->cells ? map->cells : 1, sizeof(*counts));

	if (!counts)
		args_fail("out of memory");
	return counts;
}

static void print_json(const struct map *map, const struct column *columns)
{
	struct table *table = table_new("map", columns, TABLE_ROWS);
	struct cell_row row;
	size_t i, j;

	for (i = 0; i < map->cells; i++) {
		row = (struct cell_row){
			.first = i * map->cell,
			.count = map_cell_pages(map, i),
		};
		for (j = 0; j < map->panel_count; j++)
			row.part[j] = map->panels[j].part[i];
		if (map->panels[0].bad)
			row.bad = map->panels[0].bad[i];
		table_add(table, &row);
	}
	table_print(table);
}

static void write_svg(const struct map *map, const char *path)
{
	FILE *file = strcmp(path, "-") ? fopen(path, "we") : stdout;

	if (!file)
		args_fail("%s: cannot write it: %s", path, strerror(errno));
	map_svg(file, map);
	if (file != stdout && fclose(file))
		args_fail("%s: cannot write it: %s", path, strerror(errno));
}

static void parse(int argc, char **argv, const struct syntax *syntax, struct drawing *drawing)
{
	int option;

	while ((option = args_next(argc, argv, syntax)) != -1) {
		if (option == OPTION_ASCII)
			drawing->ascii = true;
		else if (option == OPTION_SVG)
			drawing->svg = optarg;
		else
			table_option(option, NULL, NULL);
	}
	if (drawing->svg && table_json())
		args_usage_fail("--svg and --json do not go together: give one of them");
}

static void free_counts(struct map *map)
{
	size_t i;

	for (i = 0; i < map->panel_count; i++) {
		free(map->panels[i].part);
		free(map->panels[i].bad);
	}
}

static int run(int argc, char **argv, const struct syntax *syntax, const struct column *columns,
	       void (*look)(struct map *map, size_t most, char **operands))
{
	struct drawing drawing = { .svg = NULL };
	struct map map = { .cells = 0 };

	parse(argc, argv, syntax, &drawing);
	look(&map, drawing.svg ? CELLS_SVG : CELLS_TEXT, argv + optind);
	if (table_json())
		print_json(&map, columns);
	else if (drawing.svg)
		write_svg(&map, drawing.svg);
	else
		map_text(stdout, &map, !drawing.ascii && map_text_blocks());
	free_counts(&map);
	return EXIT_OK;
}

static int segment(int argc, char **argv)
{
	return run(argc, argv, &segment_syntax, segment_columns, map_segment);
}

static int object(int argc, char **argv)
{
	return run(argc, argv, &object_syntax, object_columns, map_object);
}

static const struct command commands[] = {
	{ "segment", segment, "draw what is where on a segment" },
	{ "object", object, "draw which pages of an object are where" },
	{ NULL, NULL, NULL }
};

/**
 * map_command - the command
 * @argc: number of arguments
 * @argv: the arguments
 *
 * Returns the exit code.
 */
int map_command(int argc, char **argv)
{
	return args_run("map", commands, NULL, argc, argv);
}
