// SPDX-License-Identifier: GPL-2.0
/*
 * What a second CPU brings: two processes with an object each, and two threads
 * with a half of one object each, write and then read in order, together twice
 * as much as their cgroup may use: there, much of the paging is done by those who
 * need the pages. On 1 CPU: they are bound to it, but threads of the kernel are not.
 */
#include <pthread.h>
#include <sched.h>
#include <stdio.h>

#include "area.h"
#include "cgroup.h"
#include "clock.h"
#include "crew.h"
#include "line.h"
#include "mark.h"
#include "sample.h"
#include "scale.h"
#include "workload/workloads.h"

#define PARTS		2
#define LIMIT		(64 * MIB)
#define PART_BYTES	(PARTS * LIMIT / 2)

/**
 * struct setting - one step
 * @name: as in the results
 * @threads: of one process with one object, else processes with objects of their own
 * @cpus: how many CPUs they may use
 */
struct setting {
	const char *name;
	bool threads;
	int cpus;
};

static const struct setting settings[] = {
	{ "two objects, 1 CPU", false, 1 },
	{ "two objects, 2 CPUs", false, 2 },
	{ "one object, 1 CPU", true, 1 },
	{ "one object, 2 CPUs", true, 2 },
};

/**
 * struct part - what one of the two does, and did; shared
 * @engine: who pages
 * @area: its pages
 * @begun: when its work began
 * @ended: when its work ended
 */
struct part {
	const struct engine *engine;
	struct area area;
	double begun;
	double ended;
};

static bool cpus_bind(int cpus)
{
	cpu_set_t set;
	int i;

	CPU_ZERO(&set);
	for (i = 0; i < cpus; i++)
		CPU_SET(i, &set);
	if (!sched_setaffinity(0, sizeof(set), &set))
		return true;
	perror("bench: sched_setaffinity");
	return false;
}

static void part_walk(struct part *part)
{
	part->begun = clock_seconds();
	area_walk(&part->area, ACCESS_WRITE, NULL, 0, part->area.pages);
	area_walk(&part->area, ACCESS_READ, NULL, 0, part->area.pages);
	part->ended = clock_seconds();
}

static bool member_work(struct crew *crew, void *argument)
{
	struct part *part = argument;

	if (!area_map(&part->area, part->engine, scaled(PART_BYTES)))
		return false;
	crew_wait(crew);
	part_walk(part);
	return true;
}

static bool processes_run(struct part *parts)
{
	struct crew crew;
	bool fine = true;
	int i;

	if (!crew_open(&crew))
		return false;
	for (i = 0; i < PARTS; i++)
		crew_add(&crew, member_work, &parts[i]);
	crew_begin(&crew);
	for (i = 0; i < PARTS; i++)
		fine &= crew_join(&crew, i, parts->engine->name) == FATE_FINE;
	return fine;
}

static void *thread_work(void *argument)
{
	part_walk(argument);
	return NULL;
}

static bool threads_run(struct part *parts)
{
	pthread_t threads[PARTS];
	struct area whole;
	size_t i, started;

	if (!area_map(&whole, parts->engine, PARTS * scaled(PART_BYTES)))
		return false;
	for (i = 0; i < PARTS; i++) {
		if (!area_part(&parts[i].area, &whole, i, PARTS))
			return false;
	}
	for (started = 0; started < PARTS; started++) {
		if (pthread_create(&threads[started], NULL, thread_work, &parts[started]))
			break;
	}
	for (i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
	return started == PARTS;
}

static void cpus_print(const struct turn *turn, const char *step, const struct part *parts,
		       const struct sample *sample)
{
	double begun = parts[0].begun < parts[1].begun ? parts[0].begun : parts[1].begun;
	double ended = parts[0].ended > parts[1].ended ? parts[0].ended : parts[1].ended;

	line_begin(turn, "cpus", step);
	line_count("touches", 2 * (parts[0].area.pages + parts[1].area.pages));
	line_count("wrong", parts[0].area.wrong + parts[1].area.wrong);
	line_real("seconds", ended - begun);
	sample_print_traffic(sample);
	line_end();
}

static bool cpus_work(const struct turn *turn, const void *argument)
{
	struct part *parts = process_shared(PARTS * sizeof(*parts));
	const struct setting *setting = argument;
	struct sample sample;

	if (!parts || !cpus_bind(setting->cpus) || !cgroup_enter(scaled(LIMIT)))
		return false;
	parts[0].engine = turn->engine;
	parts[1].engine = turn->engine;
	sample = sample_take();
	if (!(setting->threads ? threads_run(parts) : processes_run(parts)))
		return false;
	sample = sample_since(&sample);
	cpus_print(turn, setting->name, parts, &sample);
	return area_fine(&parts[0].area, turn->peer) && area_fine(&parts[1].area, turn->peer);
}

static bool cpus_run(const struct turn *turn)
{
	size_t i;

	for (i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		if (!turn_process(turn, cpus_work, &settings[i]))
			return false;
	}
	return true;
}

const struct trial trial_cpus = {
	.name = "cpus",
	.workloads = { "cpus" },
	.peers = { "dpager", "swap" },
	.run = cpus_run,
};
