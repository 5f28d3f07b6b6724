// SPDX-License-Identifier: GPL-2.0
#include "area.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "mark.h"

static bool area_set(struct area *area, void *memory, size_t pages)
{
	*area = (struct area){ .memory = memory, .pages = pages };
	if (!memory || memory == MAP_FAILED) {
		perror("bench: mmap");
		return false;
	}
	area->generations = calloc(pages, sizeof(*area->generations));
	if (!area->generations)
		perror("bench: calloc");
	return area->generations;
}

bool area_map(struct area *area, const struct engine *engine, size_t bytes)
{
	size_t pages = bytes / PAGE;

	return area_set(area, engine_map(engine, pages * PAGE), pages);
}

bool area_attach(struct area *area, int object, size_t bytes)
{
	return area_set(area, mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, object, 0),
			bytes / PAGE);
}

bool area_anonymous(struct area *area, size_t bytes)
{
	return area_set(area, mmap(NULL, bytes, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), bytes / PAGE);
}

bool area_part(struct area *part, const struct area *whole, size_t number, size_t parts)
{
	size_t pages = whole->pages / parts;

	return area_set(part, whole->memory + number * pages * PAGE, pages);
}

bool area_fine(const struct area *area, const char *peer)
{
	if (area->wrong)
		fprintf(stderr, "bench: %s: %" PRIu64 " touches found a wrong page\n", peer,
			area->wrong);
	return !area->wrong;
}

void area_touch(struct area *area, uint64_t index, enum access access)
{
	char *page = area->memory + index * PAGE;

	if (access != ACCESS_WRITE && !mark_matches(page, index, area->generations[index]))
		area->wrong++;
	if (access != ACCESS_READ)
		mark_write(page, index, ++area->generations[index]);
}

void area_walk(struct area *area, enum access access, const uint32_t *order, size_t first,
	       size_t count)
{
	size_t i;

	for (i = first; i < first + count; i++)
		area_touch(area, order ? order[i] : i % area->pages, access);
}
