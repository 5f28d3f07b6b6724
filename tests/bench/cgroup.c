// SPDX-License-Identifier: GPL-2.0
#include "cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "figure.h"
#include "scale.h"
#include "setting.h"

#define ROOT	"/sys/fs/cgroup"
#define OURS	ROOT "/bench"

/* What reclaim is asked for at a time, and how often; what it may leave. */
#define AMOUNT	"32M"
#define TRIES	400
#define LEFT	(MIB / 2)
/* What may be left of anonymous pages: some of the processes' own are in use. */
#define LEFT_ANONYMOUS	(2 * MIB)

bool cgroup_enter(size_t limit)
{
	char text[32] = "max";

	if (limit)
		snprintf(text, sizeof(text), "%zu", limit);
	mkdir(OURS, 0755);
	return setting_write(ROOT "/cgroup.subtree_control", "+memory") &&
	       setting_write(OURS "/memory.max", text) && setting_write(OURS "/cgroup.procs", "0");
}

size_t cgroup_used(void)
{
	return figure_only(OURS "/memory.current");
}

/* 0, EAGAIN when some had to be written first or was in use, or what went wrong. */
static int reclaim_some(void)
{
	int file = open(OURS "/memory.reclaim", O_WRONLY | O_CLOEXEC), error = 0;

	if (file < 0)
		return errno;
	if (write(file, AMOUNT, strlen(AMOUNT)) < 0)
		error = errno;
	close(file);
	return error;
}

static bool cgroup_empty(const char *const *figures, size_t left)
{
	uint64_t bytes = 0;

	for (; *figures; figures++)
		bytes += figure_read(OURS "/memory.stat", *figures);
	return bytes <= left;
}

/* Until the sum of some figures of memory.stat is as low as that. */
static bool reclaim_until(const char *const *figures, size_t left)
{
	int tries, error;

	for (tries = 0; tries < TRIES; tries++) {
		if (cgroup_empty(figures, left))
			return true;
		error = reclaim_some();
		if (error == EAGAIN)
			usleep(20000);
		else if (error)
			break;
	}
	fprintf(stderr, "bench: not all could be reclaimed\n");
	return false;
}

bool cgroup_reclaim(void)
{
	static const char *const figures[] = { "file", NULL };

	return reclaim_until(figures, LEFT);
}

bool cgroup_reclaim_anonymous(void)
{
	/* Pages of the swap cache are on these lists, too. */
	static const char *const figures[] = { "active_anon", "inactive_anon", NULL };

	return reclaim_until(figures, LEFT_ANONYMOUS);
}

void cgroup_remove(void)
{
	int tries;

	for (tries = 0; tries < 50 && rmdir(OURS) && errno != ENOENT; tries++)
		usleep(20000);
}
