// SPDX-License-Identifier: GPL-2.0
#include "fio.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "setting.h"
#include "tools.h"

#define REPORT		"/tmp/fio.json"
#define OVERCOMMIT	"/proc/sys/vm/overcommit_memory"

/* The number after "name" : in the report's part on that direction; 0 where there is none. */
static double report_number(const char *report, const char *direction, const char *name)
{
	const char *at;
	char key[32];

	snprintf(key, sizeof(key), "\"%s\" : {", direction);
	at = strstr(report, key);
	snprintf(key, sizeof(key), "\"%s\" : ", name);
	at = at ? strstr(at, key) : NULL;
	return at ? strtod(at + strlen(key), NULL) : 0;
}

static bool report_take(const char *direction, size_t bytes, double *seconds)
{
	FILE *file = fopen(REPORT, "r");
	static char report[1 << 16];
	size_t length;

	if (!file)
		return false;
	length = fread(report, 1, sizeof(report) - 1, file);
	fclose(file);
	unlink(REPORT);
	report[length] = 0;
	*seconds = report_number(report, direction, "runtime") / 1000;
	return *seconds > 0 && report_number(report, direction, "io_bytes") == (double)bytes;
}

/* It is linked with a library that has 130 MB of zeros, of which nothing is touched. */
static bool fio_start(const char *const *arguments)
{
	bool run = setting_write(OVERCOMMIT, "1") && tools_run("fio", arguments);

	return setting_write(OVERCOMMIT, "0") && run;
}

bool fio_run(const char *device, bool write, size_t bytes, double *seconds)
{
	const char *direction = write ? "write" : "read";
	char target[64], way[16], size[32];
	const char *arguments[] = {
		"--name=bench", target, way, size, "--bs=1M", "--direct=1", "--iodepth=16",
		"--ioengine=io_uring", "--output-format=json", "--output=" REPORT, NULL
	};

	snprintf(target, sizeof(target), "--filename=%s", device);
	snprintf(way, sizeof(way), "--rw=%s", direction);
	snprintf(size, sizeof(size), "--size=%zu", bytes);
	if (!fio_start(arguments))
		return false;
	if (report_take(direction, bytes, seconds))
		return true;
	fprintf(stderr, "bench: fio did not %s all of %zu bytes\n", direction, bytes);
	return false;
}
