// SPDX-License-Identifier: GPL-2.0
/* null_blk devices by configfs. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "block.h"
#include "tap.h"

#define NULLB	"/sys/kernel/config/nullb/"

static int null_try(const char *name, const char *attribute, const char *value)
{
	char path[256];
	int fd, error = 0;

	snprintf(path, sizeof(path), NULLB "%s/%s", name, attribute);
	fd = open(path, O_WRONLY);
	if (fd < 0)
		return errno;
	if (write(fd, value, strlen(value)) < 0)
		error = errno;
	close(fd);
	return error;
}

void null_set(const char *name, const char *attribute, const char *value)
{
	errno = null_try(name, attribute, value);
	if (errno)
		bail("cannot set %s of null_blk %s to %s", attribute, name, value);
}

static void null_figure(const char *name, const char *attribute, uint64_t value)
{
	char text[32];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)value);
	null_set(name, attribute, text);
}

static int null_index(const char *name)
{
	char path[256];
	FILE *file;
	int index;

	snprintf(path, sizeof(path), NULLB "%s/index", name);
	file = fopen(path, "r");
	if (!file || fscanf(file, "%d", &index) != 1)
		bail("null_blk %s has no index", name);
	fclose(file);
	return index;
}

/* Newer kernels name the disk after the folder, older ones after its index. */
static void null_path(const char *name, char *path)
{
	snprintf(path, 64, "/sys/block/%s", name);
	if (!access(path, F_OK))
		snprintf(path, 64, "/dev/%s", name);
	else
		snprintf(path, 64, "/dev/nullb%d", null_index(name));
}

void null_create(const char *name, const struct null_setup *setup, char *path)
{
	char folder[256];

	/* configfs is a module that null_blk brings: nobody could mount it before. */
	if (access(NULLB, F_OK))
		mount("config", "/sys/kernel/config", "configfs", 0, "");
	snprintf(folder, sizeof(folder), NULLB "%s", name);
	if (mkdir(folder, 0755))
		bail("cannot make null_blk %s: is the module loaded?", name);
	null_figure(name, "size", setup->megabytes);
	null_figure(name, "blocksize", setup->block_size ?: 512);
	null_figure(name, "memory_backed", setup->memory);
	if (setup->discard)
		null_figure(name, "discard", 1);
	null_set(name, "power", "1");
	null_path(name, path);
	close(block_open(path, O_RDONLY));
}

/*
 * In pieces, in ascending order: given more than one entry holds (512 sectors),
 * badblocks_set() of 6.1 enters the parts in descending order, and its binary
 * search finds few of them later.
 */
void null_badblocks(const char *name, bool bad, uint64_t first, uint64_t last)
{
	uint64_t end;
	char text[64];

	for (; first <= last; first = end + 1) {
		end = first | 511;
		if (end > last)
			end = last;
		snprintf(text, sizeof(text), "%c%llu-%llu", bad ? '+' : '-',
			 (unsigned long long)first, (unsigned long long)end);
		null_set(name, "badblocks", text);
	}
}

void null_remove(const char *name)
{
	char folder[256];

	null_try(name, "power", "0");
	snprintf(folder, sizeof(folder), NULLB "%s", name);
	if (rmdir(folder))
		bail("cannot remove null_blk %s", name);
}
