// SPDX-License-Identifier: GPL-2.0
#include "residency.h"

#include <string.h>
#include <sys/mman.h>

#include "stamp.h"

#define PROBES	4
#define PROBE_PAGES	8

/* Pages in memory among the few from this one on. */
static unsigned int probe(char *memory, size_t first)
{
	unsigned char present[PROBE_PAGES];
	unsigned int count = 0, i;

	if (mincore(memory + first * PAGE, PROBE_PAGES * PAGE, present))
		return 0;
	for (i = 0; i < PROBE_PAGES; i++)
		count += present[i] & 1;
	return count;
}

static unsigned char cell_level(char *memory, size_t first, size_t pages)
{
	unsigned int present = 0, i, all = PROBES * PROBE_PAGES;

	for (i = 0; i < PROBES; i++)
		present += probe(memory, first + i * (pages - PROBE_PAGES) / PROBES);
	return (unsigned char)((present * RESIDENCY_WHOLE + all / 2) / all);
}

void residency_sample(void *memory, size_t pages, unsigned char *cells, size_t count)
{
	size_t per_cell = pages / count, i;

	memset(cells, 0, count);
	if (per_cell < PROBE_PAGES)
		return;
	for (i = 0; i < count; i++)
		cells[i] = cell_level(memory, i * per_cell, per_cell);
}
