// SPDX-License-Identifier: GPL-2.0
#include "scenario.h"

#include <stdlib.h>

#include "cgroup.h"
#include "line.h"
#include "mark.h"
#include "room.h"
#include "sample.h"
#include "scale.h"

/* Touches between two looks at the room below the limit. */
#define LOOK	256

/**
 * struct run - one run of a scenario
 * @area: the object
 * @room: below the limit, where there is one
 * @seed: of the random orders; the same for every peer
 */
struct run {
	struct area area;
	struct room room;
	uint64_t seed;
};

static bool step_chosen(const struct step *step, const struct choice *choice)
{
	return step->workload && choice_has(choice, step->workload);
}

/* It was asked for, or it is the ground of a later step that was. */
static bool step_needed(const struct step *step, const struct choice *choice)
{
	const struct step *later;

	if (step_chosen(step, choice))
		return true;
	for (later = step; step->ground && later->name; later++) {
		if (step_chosen(later, choice))
			return true;
	}
	return false;
}

static void touches_make(struct run *run, enum access access, const uint32_t *order, size_t count)
{
	size_t done, part;

	for (done = 0; done < count; done += part) {
		part = run->room.limit && count - done > LOOK ? LOOK : count - done;
		area_walk(&run->area, access, order, done, part);
		if (run->room.limit)
			room_sample(&run->room, part);
	}
}

/* Touches in an order of their own; returns what they took. */
static struct sample touches_measure(struct run *run, const struct step *step, size_t count)
{
	struct sample before;
	uint32_t *order = NULL;

	if (step->pattern != PATTERN_SEQUENTIAL)
		order = order_make(step->pattern, count, (uint32_t)run->area.pages, run->seed++);
	before = sample_take();
	touches_make(run, step->access, order, count);
	before = sample_since(&before);
	free(order);
	return before;
}

static struct sample step_run(struct run *run, const struct step *step, size_t *touches)
{
	*touches = step->touches ? scaled(step->touches) : run->area.pages;
	if (step->warmup)
		touches_measure(run, step, scaled(step->warmup));
	return touches_measure(run, step, *touches);
}

static void step_print(const struct turn *turn, const struct step *step, struct run *run,
		       const struct sample *sample, size_t touches)
{
	line_begin(turn, step->workload, step->name);
	line_count("touches", touches);
	line_count("wrong", run->area.wrong);
	sample_print(sample);
	room_print(&run->room);
	line_end();
}

static bool run_limit(struct run *run, const struct scenario *scenario, const struct turn *turn)
{
	size_t limit = scaled(scenario->limit);

	if (limit && !(turn->engine->traits & ENGINE_CGROUP)) {
		engine_uffd_budget(limit);
		return true;
	}
	run->room.limit = limit;
	return !limit || cgroup_enter(limit);
}

/* The process of one run. */
static bool scenario_work(const struct turn *turn, const void *argument)
{
	struct run run = { .seed = (uint64_t)turn->number << 32 };
	const struct scenario *scenario = argument;
	const struct step *step;
	struct sample sample;
	size_t touches;

	if (!run_limit(&run, scenario, turn) ||
	    !area_map(&run.area, turn->engine, scaled(scenario->bytes)))
		return false;
	for (step = scenario->steps; step->name; step++) {
		if (!step_needed(step, turn->choice))
			continue;
		sample = step_run(&run, step, &touches);
		if (step_chosen(step, turn->choice))
			step_print(turn, step, &run, &sample, touches);
	}
	return area_fine(&run.area, turn->peer);
}

bool scenario_run(const struct scenario *scenario, const struct turn *turn)
{
	return turn_process(turn, scenario_work, scenario);
}
