/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DPAGERCTL_MAP_H
#define DPAGERCTL_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define MAP_PANELS	2

/**
 * struct map_panel - a picture of one thing
 * @title: what
 * @none: what a cell is that has nothing of it, as "free"
 * @all: what one is that is full of it, as "in use"
 * @part: of each cell: how many pages are so
 * @bad: of each cell: how many are bad; NULL: there is no such thing
 */
struct map_panel {
	const char *title;
	const char *none;
	const char *all;
	uint64_t *part;
	uint64_t *bad;
};

/**
 * struct map - pages in a row, in cells of equal size
 * @title: whose
 * @facts: its figures, for people
 * @unit: what a page is called here: page, slot
 * @pages: how many
 * @page_size: bytes of one
 * @cell: pages of a cell; the last one may have fewer
 * @cells: how many
 * @panels: the pictures
 * @panel_count: how many
 */
struct map {
	char title[128];
	char facts[192];
	const char *unit;
	uint64_t pages;
	uint64_t page_size;
	uint64_t cell;
	size_t cells;
	struct map_panel panels[MAP_PANELS];
	size_t panel_count;
};

/* The rest of the last cell may be missing. */
static inline uint64_t map_cell_pages(const struct map *map, size_t cell)
{
	uint64_t first = cell * map->cell;

	return map->pages - first < map->cell ? map->pages - first : map->cell;
}

/* map.c */
void map_cells(struct map *map, size_t most);
uint64_t *map_counts(const struct map *map);

/* map_segment.c, map_object.c: what to draw */
void map_segment(struct map *map, size_t most, char **operands);
void map_object(struct map *map, size_t most, char **operands);

/* map_text.c, map_svg.c: how */
bool map_text_blocks(void);
void map_text(FILE *out, const struct map *map, bool blocks);
void map_svg(FILE *out, const struct map *map);

#endif
