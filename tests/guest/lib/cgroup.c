// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cgroup.h"
#include "proc.h"
#include "tap.h"

#define CGROUP_ROOT	"/sys/fs/cgroup"

static void cgroup_path(char *path, size_t size, const char *name, const char *file)
{
	snprintf(path, size, CGROUP_ROOT "/%s%s%s", name, *name ? "/" : "", file);
}

static int cgroup_put(const char *name, const char *file, const char *text)
{
	char path[256];
	int fd, error = 0;

	cgroup_path(path, sizeof(path), name, file);
	fd = open(path, O_WRONLY);
	if (fd < 0)
		return errno;
	if (write(fd, text, strlen(text)) < 0)
		error = errno;
	close(fd);
	return error;
}

void cgroup_write(const char *name, const char *file, const char *text)
{
	errno = cgroup_put(name, file, text);
	if (errno)
		bail("cannot write %s to %s of cgroup %s", text, file, name);
}

void cgroup_need_memory(void)
{
	if (cgroup_put("", "cgroup.subtree_control", "+memory"))
		tap_skip_all("no memory controller in the cgroup hierarchy");
}

void cgroup_create(const char *name, unsigned long long limit)
{
	char path[256], text[32];

	cgroup_path(path, sizeof(path), name, "");
	if (mkdir(path, 0755) && errno != EEXIST)
		bail("cannot make cgroup %s", name);
	if (!limit)
		return;
	snprintf(text, sizeof(text), "%llu", limit);
	cgroup_write(name, "memory.max", text);
}

void cgroup_enter(const char *name, pid_t pid)
{
	char text[32];

	snprintf(text, sizeof(text), "%d", pid);
	cgroup_write(name, "cgroup.procs", text);
}

void cgroup_leave(pid_t pid)
{
	cgroup_enter("", pid);
}

/* A task that was reaped leaves its cgroup a moment later. */
bool cgroup_remove(const char *name)
{
	char path[256];
	int tries;

	cgroup_path(path, sizeof(path), name, "");
	for (tries = 0; tries < 500; tries++) {
		if (!rmdir(path) || errno == ENOENT)
			return true;
		usleep(10000);
	}
	return false;
}

long long cgroup_event(const char *name, const char *event)
{
	char path[256];

	cgroup_path(path, sizeof(path), name, "memory.events");
	return proc_figure(path, event);
}

long long cgroup_read(const char *name, const char *file)
{
	char path[256], text[64] = "";
	FILE *stream;

	cgroup_path(path, sizeof(path), name, file);
	stream = fopen(path, "r");
	if (!stream)
		return -1;
	if (!fgets(text, sizeof(text), stream))
		text[0] = 0;
	fclose(stream);
	return strtoll(text, NULL, 10);
}
