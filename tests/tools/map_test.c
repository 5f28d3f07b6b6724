// SPDX-License-Identifier: GPL-2.0
/* Maps of dpagerctl: levels of characters, cells at the edges, and an SVG that is one. TAP. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../tools/dpagerctl/map.h"

static int tests, failures;

static void ok(bool good, const char *what)
{
	printf("%sok %d - %s\n", good ? "" : "not ", ++tests, what);
	failures += !good;
}

/* Ten slots in cells of four: the last cell has two. */
static uint64_t part[] = { 4, 1, 2 };
static uint64_t bad[] = { 0, 0, 0 };
static struct map map = {
	.title = "a <b> & \"c\"",
	.facts = "facts",
	.unit = "slot",
	.pages = 10,
	.page_size = 4096,
	.cell = 4,
	.cells = 3,
	.panels = { { .title = "slots", .none = "free", .all = "all in use",
		      .part = part, .bad = bad } },
	.panel_count = 1,
};

static char *drawn(bool svg, bool blocks)
{
	size_t length;
	char *text;
	FILE *out = open_memstream(&text, &length);

	if (!out)
		exit(1);
	if (svg)
		map_svg(out, &map);
	else
		map_text(out, &map, blocks);
	fclose(out);
	return text;
}

static void has(bool svg, bool blocks, const char *wanted, const char *what)
{
	char *text = drawn(svg, blocks);

	ok(strstr(text, wanted), what);
	free(text);
}

static unsigned int count(const char *text, const char *wanted)
{
	unsigned int found = 0;

	while ((text = strstr(text, wanted))) {
		found++;
		text++;
	}
	return found;
}

static void test_text(void)
{
	has(false, false, "      0B #-#\n", "ASCII: all, some, and a short last cell that is full");
	has(false, true, "      0B █░█\n", "the same in blocks");
	has(false, false, "a character is 4 slots (16K)", "the scale");
	part[1] = 0;
	has(false, false, "      0B #.#\n", "none");
	part[1] = 3;
	has(false, false, "      0B #*#\n", "nearly all is not all");
	bad[1] = 1;
	has(false, false, "      0B #!#\n", "bad shows before all else");
	bad[1] = 0;
	map.cells = 0;
	has(false, false, "slots\n         .", "no cells: a legend");
	map.cells = 3;
}

static void test_rows(void)
{
	uint64_t *many = calloc(65, sizeof(*many));
	struct map before = map;
	char *text;

	map.panels[0].part = many;
	map.panels[0].bad = NULL;
	map.pages = 65;
	map.cell = 1;
	map.cells = 65;
	text = drawn(false, false);
	ok(strstr(text, "    256K .\n"), "a row has 64 cells, the next its offset");
	ok(!strstr(text, "bad"), "nothing is bad where there is no such thing");
	free(text);
	free(many);
	map = before;
}

static void test_svg(void)
{
	char *text = drawn(true, false);

	ok(!strncmp(text, "<svg xmlns=", 11), "SVG begins as one");
	ok(!strcmp(text + strlen(text) - 7, "</svg>\n"), "and ends as one");
	ok(strstr(text, "a &lt;b&gt; &amp; \"c\""), "its title is escaped");
	ok(count(text, "<text") == count(text, "</text>"), "every text ends");
	ok(strstr(text, "one cell: 4 slots (16K)"), "it has a scale");
	free(text);
}

int main(void)
{
	test_text();
	test_rows();
	test_svg();
	printf("1..%d\n", tests);
	return !!failures;
}
