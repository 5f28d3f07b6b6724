// SPDX-License-Identifier: GPL-2.0
/* A map in characters. Pure; tests/tools/map_test.c tries it alone. */
#include <langinfo.h>
#include <string.h>

#include "map.h"
#include "size.h"

#define ROW_CELLS	64
#define LEVELS		5	/* none, three of some, all */

/**
 * struct characters - what cells are drawn with
 * @levels: from none to all
 * @bad: a cell with bad slots
 */
struct characters {
	const char *levels[LEVELS];
	const char *bad;
};

static const struct characters blocks_of = { { "·", "░", "▒", "▓", "█" }, "!" };
static const struct characters ascii_of = { { ".", "-", "+", "*", "#" }, "!" };

/**
 * map_text_blocks - whether the locale has block characters
 */
bool map_text_blocks(void)
{
	return !strcmp(nl_langinfo(CODESET), "UTF-8");
}

/* Only a cell without any is "none", and only one that is full is "all". */
static int level(uint64_t part, uint64_t whole)
{
	if (!part || !whole)
		return 0;
	if (part >= whole)
		return LEVELS - 1;
	return 1 + (int)((double)part / whole * (LEVELS - 2));
}

static const char *cell(const struct map *map, const struct map_panel *panel, size_t i,
			const struct characters *characters)
{
	uint64_t bad = panel->bad ? panel->bad[i] : 0;

	if (bad)
		return characters->bad;
	return characters->levels[level(panel->part[i], map_cell_pages(map, i))];
}

static void row(FILE *out, const struct map *map, const struct map_panel *panel, size_t first,
		const struct characters *characters)
{
	char offset[SIZE_TEXT];
	size_t i;

	size_print(offset, sizeof(offset), size_of_pages(first * map->cell, map->page_size));
	fprintf(out, "%8s ", offset);
	for (i = first; i < map->cells && i < first + ROW_CELLS; i++)
		fputs(cell(map, panel, i, characters), out);
	fputc('\n', out);
}

static void legend(FILE *out, const struct map *map, const struct map_panel *panel,
		   const struct characters *characters)
{
	char text[SIZE_PAGES_TEXT];

	size_print_pages(text, sizeof(text), map->cell, map->unit, map->page_size);
	fprintf(out, "%8s %s %s  %s%s%s some  %s %s", "", characters->levels[0], panel->none,
		characters->levels[1], characters->levels[2], characters->levels[3],
		characters->levels[4], panel->all);
	if (panel->bad)
		fprintf(out, "  %s some bad", characters->bad);
	fprintf(out, "  a character is %s\n", text);
}

/**
 * map_text - draw a map in characters
 * @out: where to
 * @map: the map
 * @blocks: whether with block characters, or in ASCII
 */
void map_text(FILE *out, const struct map *map, bool blocks)
{
	const struct characters *characters = blocks ? &blocks_of : &ascii_of;
	size_t i, first;

	fprintf(out, "%s, %s\n", map->title, map->facts);
	for (i = 0; i < map->panel_count; i++) {
		fprintf(out, "\n%s\n", map->panels[i].title);
		for (first = 0; first < map->cells; first += ROW_CELLS)
			row(out, map, &map->panels[i], first, characters);
		legend(out, map, &map->panels[i], characters);
	}
}
