// SPDX-License-Identifier: GPL-2.0
/*
 * Two processes with an object each, together 1.5 times the memory, which they
 * write in order and then update at random, and a third with private anonymous
 * memory, taken in a burst and then updated round by round with pauses, and kept
 * until the others are done. All have a fixed amount of work. "anonymous" is
 * the time that its touches took, without the pauses, and the longest single one.
 * With dpager (and file) there is no swap: anonymous memory stays.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "area.h"
#include "clock.h"
#include "crew.h"
#include "figure.h"
#include "line.h"
#include "mark.h"
#include "order.h"
#include "sample.h"
#include "scale.h"
#include "workload/workloads.h"

#define OBJECTS		2
#define ANONYMOUS	OBJECTS		/* the last member */
#define MEMBERS		(OBJECTS + 1)
#define OBJECT_BYTES	(3 * USABLE / 4)
#define ANONYMOUS_BYTES	(USABLE * 4 / 10)
#define UPDATES		4000
#define ROUNDS		30
#define PAUSE		100000		/* us, between two rounds */

/**
 * struct part - what a member is to do, and did; shared
 * @turn: the turn
 * @number: of the member
 * @begun: when its work began
 * @ended: when its work ended
 * @longest: its longest touch, where touches were timed
 * @touching: all its touches, where they were timed
 * @touches: how many touches there were
 * @wrong: of them found a wrong page
 * @over: the others are done: the memory may go
 */
struct part {
	const struct turn *turn;
	int number;
	double begun;
	double ended;
	double longest;
	double touching;
	uint64_t touches;
	uint64_t wrong;
	volatile bool over;
};

static bool object_work(struct crew *crew, void *argument)
{
	struct part *part = argument;
	uint64_t seed = ((uint64_t)part->turn->number << 32) + (uint64_t)part->number;
	size_t updates = scaled(UPDATES);
	struct area area;
	uint32_t *order;

	if (!area_map(&area, part->turn->engine, scaled(OBJECT_BYTES)))
		return false;
	order = order_make(PATTERN_UNIFORM, updates, (uint32_t)area.pages, seed);
	crew_wait(crew);
	part->begun = clock_seconds();
	area_walk(&area, ACCESS_WRITE, NULL, 0, area.pages);
	area_walk(&area, ACCESS_UPDATE, order, 0, updates);
	part->ended = clock_seconds();
	part->touches = area.pages + updates;
	part->wrong = area.wrong;
	return area_fine(&area, part->turn->peer);
}

static void touches_time(struct part *part, struct area *area, enum access access)
{
	double begun, took;
	size_t i;

	for (i = 0; i < area->pages; i++) {
		begun = clock_seconds();
		area_touch(area, i, access);
		took = clock_seconds() - begun;
		part->touching += took;
		if (took > part->longest)
			part->longest = took;
	}
	part->touches += area->pages;
}

static bool anonymous_work(struct crew *crew, void *argument)
{
	struct part *part = argument;
	struct area area;
	int round;

	if (!area_anonymous(&area, scaled(ANONYMOUS_BYTES)))
		return false;
	crew_wait(crew);
	touches_time(part, &area, ACCESS_WRITE);
	for (round = 0; round < ROUNDS; round++) {
		usleep(PAUSE);
		touches_time(part, &area, ACCESS_UPDATE);
	}
	part->wrong = area.wrong;
	while (!part->over)
		usleep(10000);
	return area_fine(&area, part->turn->peer);
}

static void objects_print(const struct turn *turn, const struct part *parts,
			  const struct sample *sample, uint64_t kills, bool alive)
{
	double begun = parts[0].begun < parts[1].begun ? parts[0].begun : parts[1].begun;
	double ended = parts[0].ended > parts[1].ended ? parts[0].ended : parts[1].ended;

	line_begin(turn, "pressure", "objects");
	line_count("touches", parts[0].touches + parts[1].touches);
	line_count("wrong", parts[0].wrong + parts[1].wrong);
	line_count("oom_kills", kills);
	if (alive)
		line_real("seconds", ended - begun);
	sample_print_traffic(sample);
	line_end();
}

static void anonymous_print(const struct turn *turn, const struct part *part, uint64_t kills,
			    bool alive)
{
	line_begin(turn, "pressure", "anonymous");
	line_count("touches", part->touches);
	line_count("wrong", part->wrong);
	line_count("oom_kills", kills);
	if (alive) {
		line_real("seconds", part->touching);
		line_real("longest_stall_seconds", part->longest);
	}
	line_end();
}

static uint64_t kills_count(void)
{
	return figure_read("/proc/vmstat", "oom_kill");
}

/* Let all run; how each ended. */
static void members_run(struct crew *crew, struct part *parts, enum fate *fates)
{
	int i;

	for (i = 0; i < MEMBERS; i++)
		crew_add(crew, i == ANONYMOUS ? anonymous_work : object_work, &parts[i]);
	crew_begin(crew);
	for (i = 0; i < OBJECTS; i++)
		fates[i] = crew_join(crew, i, "a process with an object");
	parts[ANONYMOUS].over = true;
	fates[ANONYMOUS] = crew_join(crew, ANONYMOUS, "the process with anonymous memory");
}

static bool pressure_work(const struct turn *turn, const void *unused)
{
	struct part *parts = process_shared(MEMBERS * sizeof(*parts));
	struct sample sample = sample_take();
	uint64_t kills = kills_count();
	enum fate fates[MEMBERS];
	struct crew crew;
	bool fine;
	int i;

	(void)unused;
	if (!parts || !crew_open(&crew))
		return false;
	for (i = 0; i < MEMBERS; i++) {
		parts[i].turn = turn;
		parts[i].number = i;
	}
	members_run(&crew, parts, fates);
	sample = sample_since(&sample);
	kills = kills_count() - kills;
	objects_print(turn, parts, &sample, kills, !fates[0] && !fates[1]);
	anonymous_print(turn, &parts[ANONYMOUS], kills, !fates[ANONYMOUS]);
	fine = !kills || !turn_is_dpager(turn);
	for (i = 0; i < MEMBERS; i++)
		fine &= turn_survives(turn, fates[i]);
	return fine;
}

static bool pressure_run(const struct turn *turn)
{
	return turn_process(turn, pressure_work, NULL);
}

const struct trial trial_pressure = {
	.name = "pressure",
	.workloads = { "pressure" },
	.peers = { "dpager", "swap", "swap-0", "file", "zram" },
	.run = pressure_run,
};
