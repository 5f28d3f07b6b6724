// SPDX-License-Identifier: GPL-2.0
#include "wakeups.h"

#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "figure.h"
#include "setting.h"

#define TRACING	"/sys/kernel/tracing/"

/* All of them print the function, and a module's has its module's name behind it. */
static const char *const events[] = {
	TRACING "events/workqueue/workqueue_execute_start/enable",
	TRACING "events/timer/timer_expire_entry/enable",
	TRACING "events/timer/hrtimer_expire_entry/enable",
};

static uint64_t switches;

static bool events_enable(const char *value)
{
	bool fine = true;
	size_t i;

	for (i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		fine &= setting_write(events[i], value);
	return fine;
}

/* A task's context switches, if its name begins with dpager's. */
static uint64_t task_switches(const char *status)
{
	FILE *file = fopen(status, "r");
	char line[128] = "";
	bool ours;

	if (!file)
		return 0;
	/* Not a worker that happens to be at work for dpager: that is traced. */
	ours = fgets(line, sizeof(line), file) && !strncmp(line, "Name:\tdpager", 12);
	fclose(file);
	return ours ? figure_read(status, "voluntary_ctxt_switches") +
		      figure_read(status, "nonvoluntary_ctxt_switches") : 0;
}

static uint64_t switches_count(void)
{
	uint64_t count = 0;
	glob_t found;
	size_t i;

	if (glob("/proc/[0-9]*/status", GLOB_NOSORT, NULL, &found))
		return 0;
	for (i = 0; i < found.gl_pathc; i++)
		count += task_switches(found.gl_pathv[i]);
	globfree(&found);
	return count;
}

static bool events_count(uint64_t *count)
{
	FILE *file = fopen(TRACING "trace", "r");
	char line[512];

	*count = 0;
	if (!file) {
		perror("bench: " TRACING "trace");
		return false;
	}
	while (fgets(line, sizeof(line), file))
		*count += line[0] != '#' && strstr(line, "[dpager]");
	fclose(file);
	return true;
}

/* What was traced before is gone. */
static bool trace_clear(void)
{
	int trace = open(TRACING "trace", O_WRONLY | O_TRUNC | O_CLOEXEC);

	if (trace >= 0)
		return !close(trace);
	perror("bench: " TRACING "trace");
	return false;
}

bool wakeups_begin(void)
{
	switches = switches_count();
	return trace_clear() && events_enable("1") && setting_write(TRACING "tracing_on", "1");
}

bool wakeups_end(struct wakeups *wakeups)
{
	if (!setting_write(TRACING "tracing_on", "0") || !events_enable("0"))
		return false;
	wakeups->switches = switches_count() - switches;
	return events_count(&wakeups->events);
}
