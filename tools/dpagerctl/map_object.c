// SPDX-License-Identifier: GPL-2.0
/* What dpagerctl map draws of an object. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "args.h"
#include "call.h"
#include "map.h"
#include "object_open.h"
#include "size.h"

#define STEP_PAGES	(1 << 20)	/* pages that mincore() is asked for at a time */

/* Adds pages in a row to the counts of the cells that they lie in. */
static void count_range(const struct map *map, uint64_t *counts, uint64_t first, uint64_t count)
{
	uint64_t cell, end;

	while (count && first < map->pages) {
		cell = first / map->cell;
		end = (cell + 1) * map->cell - first;
		if (end > count)
			end = count;
		counts[cell] += end;
		first += end;
		count -= end;
	}
}

static void count_on_stores(const struct map *map, int object)
{
	struct dpager_page_range *ranges;
	size_t count, i;

	ranges = call_list(object, DPAGER_IOC_OBJECT_PAGES, sizeof(*ranges), &count, "pages");
	for (i = 0; i < count; i++)
		count_range(map, map->panels[1].part, ranges[i].first, ranges[i].count);
	free(ranges);
}

static void count_step(const struct map *map, char *base, uint64_t first, uint64_t count,
		       unsigned char *vector)
{
	uint64_t i;

	if (mincore(base + first * map->page_size, count * map->page_size, vector))
		args_fail("cannot ask which pages are in memory: %s", strerror(errno));
	for (i = 0; i < count; i++)
		map->panels[0].part[(first + i) / map->cell] += vector[i] & 1;
}

/*
 * A mapping that nobody touches brings nothing into memory. mincore() says
 * "all" to who may not know; but then the object could not be opened either.
 */
static void count_in_memory(const struct map *map, int object)
{
	uint64_t bytes = map->pages * map->page_size, first, count;
	unsigned char *vector;
	char *base;

	/* An object may have no byte, and no mapping has. */
	if (!bytes)
		return;
	vector = malloc(STEP_PAGES);
	if (!vector)
		args_fail("out of memory");
	base = mmap(NULL, bytes, PROT_READ, MAP_SHARED | MAP_NORESERVE, object, 0);
	if (base == MAP_FAILED)
		args_fail("cannot map the object to see what is in memory: %s", strerror(errno));
	for (first = 0; first < map->pages; first += count) {
		count = map->pages - first < STEP_PAGES ? map->pages - first : STEP_PAGES;
		count_step(map, base, first, count, vector);
	}
	munmap(base, bytes);
	free(vector);
}

static void describe(struct map *map, const struct dpager_object_info *info)
{
	char bytes[SIZE_TEXT], resident[SIZE_TEXT], out[SIZE_TEXT];

	size_print(bytes, sizeof(bytes), info->bytes);
	size_print(resident, sizeof(resident), info->resident);
	size_print(out, sizeof(out), info->paged_out);
	snprintf(map->title, sizeof(map->title), "object %llu", (unsigned long long)info->id);
	snprintf(map->facts, sizeof(map->facts), "%s: %s in memory, %s on stores", bytes, resident,
		 out);
}

/**
 * map_object - look at an object
 * @map: out
 * @most: how many cells there may be
 * @operands: its id
 */
void map_object(struct map *map, size_t most, char **operands)
{
	struct dpager_object_info object_info = { .size = sizeof(object_info) };
	uint64_t id = object_id(operands[0]);
	struct dpager_info info;
	int pager, object;

	pager = call_pager(O_RDWR);
	call_info(pager, &info);
	object = object_open(pager, id, DPAGER_OBJECT_RDONLY, NULL);
	call(object, DPAGER_IOC_OBJECT_INFO, &object_info, "show object %llu",
	     (unsigned long long)id);
	map->unit = "page";
	map->page_size = info.page_size;
	map->pages = (object_info.bytes + info.page_size - 1) / info.page_size;
	map_cells(map, most);
	map->panel_count = 2;
	map->panels[0] = (struct map_panel){
		.title = "in memory",
		.none = "none",
		.all = "all in memory",
		.part = map_counts(map),
	};
	map->panels[1] = (struct map_panel){
		.title = "on stores",
		.none = "none",
		.all = "all on stores",
		.part = map_counts(map),
	};
	count_in_memory(map, object);
	count_on_stores(map, object);
	describe(map, &object_info);
}
