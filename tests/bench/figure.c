// SPDX-License-Identifier: GPL-2.0
#include "figure.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static bool line_is(const char *line, const char *name, uint64_t *value)
{
	size_t length = strlen(name);

	return !strncmp(line, name, length) && strchr(": \t", line[length]) &&
	       sscanf(line + length + 1, "%" SCNu64, value) == 1;
}

uint64_t figure_read(const char *path, const char *name)
{
	FILE *file = fopen(path, "r");
	uint64_t value = 0;
	bool found = false;
	char line[256];

	while (file && !found && fgets(line, sizeof(line), file))
		found = line_is(line, name, &value);
	if (!found)
		fprintf(stderr, "bench: no %s in %s\n", name, path);
	if (file)
		fclose(file);
	return value;
}

uint64_t figure_only(const char *path)
{
	FILE *file = fopen(path, "r");
	uint64_t value = 0;

	if (!file || fscanf(file, "%" SCNu64, &value) != 1)
		perror(path);
	if (file)
		fclose(file);
	return value;
}
