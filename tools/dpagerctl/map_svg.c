// SPDX-License-Identifier: GPL-2.0
/* A map as an SVG picture. Pure; tests/tools/map_test.c tries it alone. */
#include <inttypes.h>
#include <time.h>

#include "map.h"
#include "size.h"

#define ROW_CELLS	128
#define CELL		7	/* pixels from one cell to the next */
#define LEFT		72	/* room for offsets */
#define RIGHT		24
#define TOP		76	/* room for title and facts */
#define PANEL_TOP	30	/* room for a panel's title */
#define PANEL_BOTTOM	44	/* room for its legend */
#define LABEL_ROWS	4	/* an offset at every so many rows */
#define WIDTH		(LEFT + ROW_CELLS * CELL + RIGHT)
#define SHADES		9	/* none, seven of some, all */
#define BAD		SHADES	/* as a shade */

/* From the paper's grey to a deep blue; red for what is bad. */
static const char *const colors[SHADES + 1] = {
	"#eceff1", "#d3e3f3", "#b3d0ea", "#8fbade", "#6aa3d1", "#478bc2", "#2c72ad", "#175a94",
	"#08437a", "#d32f2f",
};

static size_t rows(const struct map *map)
{
	return map->cells / ROW_CELLS + !!(map->cells % ROW_CELLS);
}

static size_t panel_height(const struct map *map)
{
	return PANEL_TOP + rows(map) * CELL + PANEL_BOTTOM;
}

static int shade(const struct map *map, const struct map_panel *panel, size_t i)
{
	uint64_t part = panel->part[i], whole = map_cell_pages(map, i);

	if (panel->bad && panel->bad[i])
		return BAD;
	if (!part)
		return 0;
	if (part >= whole)
		return SHADES - 1;
	return 1 + (int)((double)part / whole * (SHADES - 2));
}

/* Paths of devices are anybody's bytes. */
static void text(FILE *out, const char *string)
{
	for (; *string; string++) {
		switch (*string) {
		case '&':
			fputs("&amp;", out);
			break;
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		default:
			fputc((unsigned char)*string < ' ' ? '?' : *string, out);
		}
	}
}

static void draw_box(FILE *out, size_t x, size_t y, size_t width, size_t height, int color)
{
	fprintf(out, "<rect x=\"%zu\" y=\"%zu\" width=\"%zu\" height=\"%zu\" fill=\"%s\"/>\n", x, y,
		width, height, colors[color]);
}

/* Small text, at its anchor: start or end. */
static void draw_label(FILE *out, size_t x, size_t y, const char *anchor, const char *string)
{
	fprintf(out, "<text x=\"%zu\" y=\"%zu\" class=\"s\" text-anchor=\"%s\">", x, y, anchor);
	text(out, string);
	fputs("</text>\n", out);
}

/* Cells of one shade in a row are one rectangle: a tenth of the file. */
static void draw_row(FILE *out, const struct map *map, const struct map_panel *panel,
		     size_t first, size_t y)
{
	size_t end = first + ROW_CELLS < map->cells ? first + ROW_CELLS : map->cells, i, run;
	int same;

	for (i = first; i < end; i = run) {
		same = shade(map, panel, i);
		for (run = i + 1; run < end && shade(map, panel, run) == same; run++)
			;
		draw_box(out, LEFT + (i - first) * CELL, y, (run - i) * CELL, CELL - 1, same);
	}
}

static void draw_offset(FILE *out, const struct map *map, size_t first, size_t y)
{
	char offset[SIZE_TEXT];

	size_print(offset, sizeof(offset), size_of_pages(first * map->cell, map->page_size));
	draw_label(out, LEFT - 8, y + CELL - 1, "end", offset);
}

static void draw_scale(FILE *out, const struct map *map, size_t y)
{
	char cell[SIZE_PAGES_TEXT], row[SIZE_TEXT], both[SIZE_PAGES_TEXT + SIZE_TEXT + 24];

	size_print_pages(cell, sizeof(cell), map->cell, map->unit, map->page_size);
	size_print(row, sizeof(row), size_of_pages(map->cell * ROW_CELLS, map->page_size));
	snprintf(both, sizeof(both), "one cell: %s; one row: %s", cell, row);
	draw_label(out, WIDTH - RIGHT, y, "end", both);
}

static void draw_legend(FILE *out, const struct map *map, const struct map_panel *panel, size_t y)
{
	size_t x = LEFT + 34;
	int i;

	draw_label(out, LEFT, y + 10, "start", panel->none);
	for (i = 0; i < SHADES; i++, x += 16)
		draw_box(out, x, y, 16, 12, i);
	draw_label(out, x + 8, y + 10, "start", panel->all);
	if (panel->bad) {
		draw_box(out, x + 104, y, 16, 12, BAD);
		draw_label(out, x + 128, y + 10, "start", "some bad");
	}
	draw_scale(out, map, y + 10);
}

static void draw_panel(FILE *out, const struct map *map, const struct map_panel *panel, size_t y)
{
	size_t i;

	fprintf(out, "<text x=\"%d\" y=\"%zu\" class=\"p\">", LEFT, y + 18);
	text(out, panel->title);
	fputs("</text>\n", out);
	y += PANEL_TOP;
	for (i = 0; i < rows(map); i++, y += CELL) {
		if (!(i % LABEL_ROWS))
			draw_offset(out, map, i * ROW_CELLS, y);
		draw_row(out, map, panel, i * ROW_CELLS, y);
	}
	draw_legend(out, map, panel, y + 12);
}

static void draw_title(FILE *out, const struct map *map)
{
	time_t seconds = time(NULL);
	char when[32];

	strftime(when, sizeof(when), "%Y-%m-%d %H:%M:%S %z", localtime(&seconds));
	fprintf(out, "<text x=\"%d\" y=\"34\" class=\"t\">", LEFT);
	text(out, map->title);
	fprintf(out, "</text>\n<text x=\"%d\" y=\"56\" class=\"f\">", LEFT);
	text(out, map->facts);
	fputs("</text>\n", out);
	draw_label(out, WIDTH - RIGHT, 34, "end", when);
}

/**
 * map_svg - draw a map as a picture
 * @out: where to
 * @map: the map
 */
void map_svg(FILE *out, const struct map *map)
{
	size_t height = TOP + map->panel_count * panel_height(map), i;

	fprintf(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%zu\" "
		"viewBox=\"0 0 %d %zu\" role=\"img\">\n<title>", WIDTH, height, WIDTH, height);
	text(out, map->title);
	fputs("</title>\n<style>text{font-family:sans-serif;fill:#263238}"
	      ".t{font-size:20px;font-weight:bold}.f{font-size:14px}"
	      ".p{font-size:13px;font-weight:bold}.s{font-size:11px;fill:#546e7a}</style>\n", out);
	fprintf(out, "<rect width=\"%d\" height=\"%zu\" fill=\"#ffffff\"/>\n", WIDTH, height);
	draw_title(out, map);
	for (i = 0; i < map->panel_count; i++)
		draw_panel(out, map, &map->panels[i], TOP + i * panel_height(map));
	fputs("</svg>\n", out);
}
