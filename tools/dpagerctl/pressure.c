// SPDX-License-Identifier: GPL-2.0
/* The machine's memory pressure (PSI), as /proc has it. */
#include <stdio.h>
#include <stdlib.h>

#include "pressure.h"
#include "table.h"

#define FILE_PATH	"/proc/pressure/memory"

#define FIELD(field, name, kind, help)	COLUMN(struct pressure, field, name, kind, true, help)

static const struct column columns[] = {
	FIELD(kind, "KIND", CELL_TEXT, "some or full"),
	FIELD(avg10, "AVG10", CELL_DECIMAL, "percent of the last 10 seconds"),
	FIELD(avg60, "AVG60", CELL_DECIMAL, "percent of the last minute"),
	FIELD(avg300, "AVG300", CELL_DECIMAL, "percent of the last 5 minutes"),
	FIELD(total_us, "TOTAL-US", CELL_COUNT, "microseconds since boot"),
	{ .name = NULL }
};

static int parse(const char *line, struct pressure *pressure)
{
	static const char form[] =
		"%23s avg10=%23[0-9.] avg60=%23[0-9.] avg300=%23[0-9.] total=%23[0-9]";
	char (*text)[24] = pressure->text;
	int found = sscanf(line, form, text[0], text[1], text[2], text[3], text[4]);

	pressure->kind = text[0];
	pressure->avg10 = text[1];
	pressure->avg60 = text[2];
	pressure->avg300 = text[3];
	pressure->total_us = strtoull(text[4], NULL, 10);
	return found == 5 ? 0 : -1;
}

/**
 * pressure_read - ask the kernel
 * @pressures: out: PRESSURE_KINDS of them
 *
 * Returns how many there are; 0: the kernel does not tell.
 */
int pressure_read(struct pressure *pressures)
{
	FILE *file = fopen(FILE_PATH, "re");
	char line[256];
	int count = 0;

	if (!file)
		return 0;
	while (count < PRESSURE_KINDS && fgets(line, sizeof(line), file))
		if (!parse(line, &pressures[count]))
			count++;
	fclose(file);
	return count;
}

/**
 * pressure_print - print it as a table; an empty one when the kernel does not tell
 */
void pressure_print(void)
{
	struct table *table = table_new("pressure", columns, TABLE_ROWS);
	struct pressure pressures[PRESSURE_KINDS];
	int i, count = pressure_read(pressures);

	for (i = 0; i < count; i++)
		table_add(table, &pressures[i]);
	table_print(table);
}
