// SPDX-License-Identifier: GPL-2.0
/*
 * How fast an object goes out by an explicit call, until all is on the disk, and
 * in again when it is read in order; against as many bytes of fio's. On the slow
 * disk, which any processor can keep up with, and, to be known, on the fast one.
 */
#include <stdio.h>
#include <unistd.h>

#include "area.h"
#include "clock.h"
#include "disk.h"
#include "fio.h"
#include "line.h"
#include "mark.h"
#include "pager.h"
#include "scale.h"
#include "workload/workloads.h"

#define BYTES	(128 * MIB)

/* us before input: a throttled disk is lenient for a moment after it was idle, to all alike. */
#define PAUSE	1000000

/**
 * struct medium - a disk, and what its steps are called
 */
struct medium {
	const char *device;
	const char *out;
	const char *in;
};

static const struct medium media[] = {
	{ DISK_SECOND, "pageout", "page-in" },
	{ DISK_DPAGER, "pageout, fast disk", "page-in, fast disk" },
};

static void bandwidth_print(const struct turn *turn, const char *step, double seconds,
			    uint64_t bytes, uint64_t wrong)
{
	line_begin(turn, "bandwidth", step);
	line_real("seconds", seconds);
	line_count("bytes", bytes);
	line_count("wrong", wrong);
	line_end();
}

static bool pageout_measure(const struct turn *turn, const char *step, int object)
{
	double begun = clock_seconds();
	int64_t pages = pager_page_out(object, 0, 0);

	if (pages < 0)
		return false;
	bandwidth_print(turn, step, clock_seconds() - begun, (uint64_t)pages * PAGE, 0);
	return true;
}

static bool pagein_measure(const struct turn *turn, const char *step, struct area *area)
{
	uint64_t before = pager_pages_in();
	double begun = clock_seconds();

	area_walk(area, ACCESS_READ, NULL, 0, area->pages);
	bandwidth_print(turn, step, clock_seconds() - begun, (pager_pages_in() - before) * PAGE,
			area->wrong);
	return area_fine(area, turn->peer);
}

static bool dpager_work(const struct turn *turn, const void *argument)
{
	const struct medium *medium = argument;
	size_t bytes = scaled(BYTES);
	struct area area;
	int object = turn->engine->object(bytes);

	if (object < 0 || !area_attach(&area, object, bytes))
		return false;
	area_walk(&area, ACCESS_WRITE, NULL, 0, area.pages);
	if (!pageout_measure(turn, medium->out, object))
		return false;
	usleep(PAUSE);
	return pagein_measure(turn, medium->in, &area);
}

static bool dpager_measure(const struct turn *turn, const struct medium *medium)
{
	bool fine;

	engine_dpager_use(medium->device);
	fine = turn_process(turn, dpager_work, medium);
	engine_dpager_use(NULL);
	return fine;
}

/* Without fio there are no figures of it, that is all. */
static bool fio_measure(const struct turn *turn, const struct medium *medium)
{
	size_t bytes = scaled(BYTES) / MIB * MIB;
	double out, in;

	if (!fio_run(medium->device, true, bytes, &out))
		return true;
	usleep(PAUSE);
	if (!fio_run(medium->device, false, bytes, &in))
		return true;
	bandwidth_print(turn, medium->out, out, bytes, 0);
	bandwidth_print(turn, medium->in, in, bytes, 0);
	return true;
}

static bool bandwidth_run(const struct turn *turn)
{
	bool slow = disk_second_prepare(), fine = true;
	size_t i;

	for (i = 0; fine && i < sizeof(media) / sizeof(media[0]); i++) {
		if (!i && !slow)
			continue;
		fine = turn->engine ? dpager_measure(turn, &media[i]) :
				      fio_measure(turn, &media[i]);
	}
	return fine;
}

const struct trial trial_bandwidth = {
	.name = "bandwidth",
	.workloads = { "bandwidth" },
	.peers = { "dpager", "fio" },
	.run = bandwidth_run,
};
