// SPDX-License-Identifier: GPL-2.0
/*
 * Instructions for a page-in: all pages of an object are out, on a RAM disk that
 * does its work at once, and some of them are read at random, none twice. There
 * is so much memory that nothing is reclaimed meanwhile.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "area.h"
#include "command.h"
#include "figure.h"
#include "line.h"
#include "mark.h"
#include "order.h"
#include "pager.h"
#include "sample.h"
#include "scale.h"
#include "workload/workloads.h"

#define DEVICE	"/dev/ram0"
#define BYTES	(48 * MIB)
#define TOUCHES	4000

static bool ramdisk_load(void)
{
	char size[32];
	const char *const command[] = { "modprobe", "brd", "rd_nr=1", size, NULL };

	snprintf(size, sizeof(size), "rd_size=%zu", scaled(BYTES) / 1024 * 5 / 4);
	if (command_run(command) && !access(DEVICE, W_OK))
		return true;
	fprintf(stderr, "bench: no " DEVICE "\n");
	return false;
}

/* Its pages are free again. */
static bool ramdisk_unload(void)
{
	return command_run((const char *const []){ "rmmod", "brd", NULL });
}

static bool pages_out(const struct turn *turn, int object, struct area *area)
{
	if (turn_is_dpager(turn))
		return pager_page_out(object, 0, 0) >= 0;
	if (!madvise(area->memory, area->pages * PAGE, MADV_PAGEOUT))
		return true;
	perror("bench: MADV_PAGEOUT");
	return false;
}

static uint64_t pages_scanned(void)
{
	return figure_read("/proc/vmstat", "pgscan_kswapd") +
	       figure_read("/proc/vmstat", "pgscan_direct");
}

static void pagein_print(const struct turn *turn, const struct sample *sample, uint64_t in,
			 const struct area *area, size_t touches)
{
	line_begin(turn, "page-in", "fault");
	line_count("touches", touches);
	line_count("wrong", area->wrong);
	line_count("pages_in", in);
	sample_print(sample);
	line_end();
}

/* Nearly each touch must have been a page-in, and nothing else must have happened. */
static bool pagein_valid(const struct sample *sample, size_t touches, uint64_t scanned)
{
	if (sample->major_faults < touches * 9 / 10)
		fprintf(stderr, "bench: page-in: pages were in memory\n");
	else if (scanned)
		fprintf(stderr, "bench: page-in: memory was short\n");
	else
		return true;
	return false;
}

static bool pagein_measure(const struct turn *turn, struct area *area)
{
	size_t touches = scaled(TOUCHES);
	uint32_t *order = order_make(PATTERN_SHUFFLED, touches, (uint32_t)area->pages,
				     (uint64_t)turn->number << 32);
	uint64_t scanned = pages_scanned(), in = pager_pages_in();
	struct sample sample = sample_take();

	area_walk(area, ACCESS_READ, order, 0, touches);
	sample = sample_since(&sample);
	in = turn_is_dpager(turn) ? pager_pages_in() - in : sample.swapped_in;
	scanned = pages_scanned() - scanned;
	pagein_print(turn, &sample, in, area, touches);
	return pagein_valid(&sample, touches, scanned) && area_fine(area, turn->peer);
}

static bool pagein_work(const struct turn *turn, const void *unused)
{
	size_t bytes = scaled(BYTES) / PAGE * PAGE;
	int object = turn->engine->object(bytes);
	struct area area;

	(void)unused;
	if (object < 0 || !area_attach(&area, object, bytes))
		return false;
	area_walk(&area, ACCESS_WRITE, NULL, 0, area.pages);
	return pages_out(turn, object, &area) && pagein_measure(turn, &area);
}

static bool pagein_run(const struct turn *turn)
{
	bool fine;

	if (!ramdisk_load())
		return false;
	engine_dpager_use(DEVICE);
	engine_swap_use(DEVICE);
	fine = turn_process(turn, pagein_work, NULL);
	engine_dpager_use(NULL);
	engine_swap_use(NULL);
	return ramdisk_unload() && fine;
}

const struct trial trial_pagein = {
	.name = "page-in",
	.boot = "icount",
	.workloads = { "page-in" },
	.peers = { "dpager", "swap", "swap-0" },
	.run = pagein_run,
};
