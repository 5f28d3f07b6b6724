// SPDX-License-Identifier: GPL-2.0
#include "cgroup.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define ROOT	"/sys/fs/cgroup"
#define OURS	ROOT "/bench"

static bool setting_write(const char *path, const char *value)
{
	FILE *file = fopen(path, "w");
	bool written = file && fputs(value, file) >= 0;

	if (file && fclose(file))
		written = false;
	if (!written)
		perror(path);
	return written;
}

bool cgroup_enter(size_t limit)
{
	char text[32];

	snprintf(text, sizeof(text), "%zu", limit);
	mkdir(OURS, 0755);
	return setting_write(ROOT "/cgroup.subtree_control", "+memory") &&
	       setting_write(OURS "/memory.max", text) && setting_write(OURS "/cgroup.procs", "0");
}

void cgroup_remove(void)
{
	int tries;

	for (tries = 0; tries < 50 && rmdir(OURS); tries++)
		usleep(20000);
}
