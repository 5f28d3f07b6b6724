// SPDX-License-Identifier: GPL-2.0
/*
 * Faults while memory is paged out all the time: a process reads random pages
 * of an object twice as large as memory, and another one writes in order, around
 * and around, through an object of its own. Each touch is timed, and those that
 * were major faults count.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "area.h"
#include "clock.h"
#include "crew.h"
#include "line.h"
#include "mark.h"
#include "order.h"
#include "scale.h"
#include "workload/workloads.h"

#define READ_BYTES	(2 * USABLE)
#define WRITE_BYTES	USABLE
#define WARMUP		400
#define TOUCHES		4000
#define READER		0
#define WRITER		1

/**
 * struct work - of both; shared
 * @turn: the turn
 * @over: the reader is done
 */
struct work {
	const struct turn *turn;
	volatile bool over;
};

static bool writer_work(struct crew *crew, void *argument)
{
	struct work *work = argument;
	struct area area;
	size_t at;

	if (!area_map(&area, work->turn->engine, scaled(WRITE_BYTES)))
		return false;
	crew_wait(crew);
	for (at = 0; !work->over; at++)
		area_walk(&area, at < area.pages ? ACCESS_WRITE : ACCESS_UPDATE, NULL, at, 1);
	return area_fine(&area, work->turn->peer);
}

static long major_faults(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_majflt;
}

/* Touch by touch; the times of major faults, and how many there were. */
static size_t faults_time(struct area *area, const uint32_t *order, size_t count, double *times)
{
	size_t faults = 0, i;
	double begun, took;
	long before;

	for (i = 0; i < count; i++) {
		before = major_faults();
		begun = clock_seconds();
		area_touch(area, order[i], ACCESS_READ);
		took = clock_seconds() - begun;
		if (major_faults() != before)
			times[faults++] = took;
	}
	return faults;
}

static int time_compare(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return (left > right) - (left < right);
}

static void faults_print(const struct turn *turn, double *times, size_t faults,
			 const struct area *area, size_t touches)
{
	qsort(times, faults, sizeof(*times), time_compare);
	line_begin(turn, "tail", "fault");
	line_count("touches", touches);
	line_count("wrong", area->wrong);
	line_count("major_faults", faults);
	line_real("p50_seconds", times[faults / 2]);
	line_real("p99_seconds", times[faults * 99 / 100]);
	line_real("max_seconds", times[faults - 1]);
	line_end();
}

static bool reader_work(struct crew *crew, void *argument)
{
	size_t warmup = scaled(WARMUP), touches = scaled(TOUCHES), faults;
	double *times = calloc(touches, sizeof(*times));
	struct work *work = argument;
	const struct turn *turn = work->turn;
	struct area area;
	uint32_t *order;

	if (!times || !area_map(&area, turn->engine, scaled(READ_BYTES)))
		return false;
	order = order_make(PATTERN_UNIFORM, warmup + touches, (uint32_t)area.pages,
			   (uint64_t)turn->number << 32);
	area_walk(&area, ACCESS_WRITE, NULL, 0, area.pages);
	crew_wait(crew);
	area_walk(&area, ACCESS_READ, order, 0, warmup);
	faults = faults_time(&area, order + warmup, touches, times);
	if (faults)
		faults_print(turn, times, faults, &area, touches);
	else
		fprintf(stderr, "bench: tail: no touch was a major fault\n");
	return faults && area_fine(&area, turn->peer);
}

static bool tail_work(const struct turn *turn, const void *unused)
{
	struct work *work = process_shared(sizeof(*work));
	enum fate reader, writer;
	struct crew crew;

	(void)unused;
	if (!work || !crew_open(&crew))
		return false;
	work->turn = turn;
	crew_add(&crew, reader_work, work);
	crew_add(&crew, writer_work, work);
	crew_begin(&crew);
	reader = crew_join(&crew, READER, "the reader");
	work->over = true;
	writer = crew_join(&crew, WRITER, "the writer");
	return turn_survives(turn, reader) && turn_survives(turn, writer);
}

static bool tail_run(const struct turn *turn)
{
	return turn_process(turn, tail_work, NULL);
}

const struct trial trial_tail = {
	.name = "tail",
	.workloads = { "tail" },
	.peers = { "dpager", "swap" },
	.run = tail_run,
};
