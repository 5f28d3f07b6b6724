// SPDX-License-Identifier: GPL-2.0
#include "scenario.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cgroup.h"
#include "disk.h"
#include "mark.h"
#include "sample.h"

#define MIB		(1ul << 20)

static const struct step steps_big[] = {
	{ "write", "seq-write", ACCESS_WRITE, PATTERN_SEQUENTIAL, 0, 0, true },
	{ "first pass", "seq-read", ACCESS_READ, PATTERN_SEQUENTIAL, 0, 0, true },
	{ "second pass", "seq-read", ACCESS_READ, PATTERN_SEQUENTIAL, 0, 0, false },
	{ "uniform", "rand-read", ACCESS_READ, PATTERN_UNIFORM, 20000, 10000, false },
	{ "zipf 0.99", "rand-read", ACCESS_READ, PATTERN_ZIPF, 60000, 30000, false },
	{ "uniform", "rand-rmw", ACCESS_UPDATE, PATTERN_UNIFORM, 20000, 20000, false },
	{ 0 }
};

static const struct step steps_cgroup[] = {
	{ "write", "cgroup", ACCESS_WRITE, PATTERN_SEQUENTIAL, 0, 0, true },
	{ "read", "cgroup", ACCESS_READ, PATTERN_SEQUENTIAL, 0, 0, false },
	{ 0 }
};

static const struct step steps_fits[] = {
	{ "first touch", "fits", ACCESS_WRITE, PATTERN_SEQUENTIAL, 0, 0, true },
	{ "rewrite", "fits", ACCESS_WRITE, PATTERN_SEQUENTIAL, 400000, 0, false },
	{ "random", "fits", ACCESS_UPDATE, PATTERN_UNIFORM, 400000, 0, false },
	{ 0 }
};

const struct scenario scenarios[] = {
	{ "large", 1536, 0, steps_big },
	{ "cgroup", 600, 200, steps_cgroup },
	{ "fits", 300, 0, steps_fits },
	{ 0 }
};

size_t scenario_scale = 100;

static size_t scaled(size_t count)
{
	return count * scenario_scale / 100;
}

/**
 * struct run - one run of a scenario
 * @memory: the object, mapped
 * @pages: its pages
 * @generations: how often each page was written
 * @seed: of the random orders; the same for every engine
 * @wrong: pages that did not hold what they must
 */
struct run {
	char *memory;
	size_t pages;
	uint16_t *generations;
	uint64_t seed;
	uint64_t wrong;
};

static bool step_chosen(const struct step *step, const struct choice *choice)
{
	int i;

	for (i = 0; i < choice->count; i++) {
		if (!strcmp(choice->names[i], step->workload))
			return true;
	}
	return !choice->count;
}

bool scenario_chosen(const struct scenario *scenario, const struct choice *choice)
{
	const struct step *step;

	for (step = scenario->steps; step->name; step++) {
		if (step_chosen(step, choice))
			return true;
	}
	return false;
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

static void page_touch(struct run *run, uint64_t index, enum access access)
{
	char *page = run->memory + index * PAGE;

	if (access != ACCESS_WRITE && !mark_matches(page, index, run->generations[index]))
		run->wrong++;
	if (access != ACCESS_READ)
		mark_write(page, index, ++run->generations[index]);
}

static void pages_touch(struct run *run, enum access access, const uint32_t *order, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		page_touch(run, order ? order[i] : i % run->pages, access);
}

/* Touches in an order of their own; returns what they took. */
static struct sample touches_measure(struct run *run, const struct step *step, size_t count)
{
	struct sample before;
	uint32_t *order = NULL;

	if (step->pattern != PATTERN_SEQUENTIAL)
		order = order_make(step->pattern, count, (uint32_t)run->pages, run->seed++);
	before = sample_take();
	pages_touch(run, step->access, order, count);
	before = sample_since(&before);
	free(order);
	return before;
}

static struct sample step_run(struct run *run, const struct step *step, size_t *touches)
{
	*touches = step->touches ? scaled(step->touches) : run->pages;
	if (step->warmup)
		touches_measure(run, step, scaled(step->warmup));
	return touches_measure(run, step, *touches);
}

static bool run_prepare(struct run *run, const struct engine *engine, size_t pages, int number)
{
	int object = engine->object(pages * PAGE);

	run->pages = pages;
	run->seed = (uint64_t)number << 32;
	run->wrong = 0;
	run->generations = calloc(pages, sizeof(*run->generations));
	run->memory = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, object, 0);
	if (!run->generations || run->memory == MAP_FAILED) {
		perror("bench: mmap");
		return false;
	}
	close(object);
	return true;
}

/* The process of one run. */
static int run_main(const struct scenario *scenario, const struct engine *engine, int number,
		    const struct choice *choice)
{
	const struct step *step;
	struct sample sample;
	struct run run;
	size_t touches;

	if (scenario->limit_mib && !cgroup_enter(scaled(scenario->limit_mib * MIB)))
		return 1;
	if (!run_prepare(&run, engine, scaled(scenario->mib * MIB) / PAGE, number))
		return 1;
	for (step = scenario->steps; step->name; step++) {
		if (!step_needed(step, choice))
			continue;
		sample = step_run(&run, step, &touches);
		if (!step_chosen(step, choice))
			continue;
		printf("{\"scenario\": \"%s\", \"workload\": \"%s\", \"step\": \"%s\", "
		       "\"peer\": \"%s\", \"run\": %d, \"touches\": %zu, \"wrong\": %" PRIu64 ", ",
		       scenario->name, step->workload, step->name, engine->name, number, touches,
		       run.wrong);
		sample_print(&sample);
		printf("}\n");
		fflush(stdout);
	}
	if (run.wrong)
		fprintf(stderr, "bench: %s, %s: %" PRIu64 " touches found a wrong page\n",
			scenario->name, engine->name, run.wrong);
	return run.wrong ? 1 : 0;
}

static bool child_fine(pid_t child, const char *name)
{
	int status;

	if (child < 0 || waitpid(child, &status, 0) != child) {
		perror("bench: fork");
		return false;
	}
	if (WIFSIGNALED(status))
		fprintf(stderr, "bench: %s: %s\n", name, strsignal(WTERMSIG(status)));
	return !status;
}

bool scenario_run(const struct scenario *scenario, const struct engine *engine, int number,
		  const struct choice *choice)
{
	bool fine, ended;
	pid_t child;

	if (!engine->begin())
		return false;
	disk_settle();
	fflush(stdout);
	child = fork();
	if (!child)
		_exit(run_main(scenario, engine, number, choice));
	fine = child_fine(child, engine->name);
	if (scenario->limit_mib)
		cgroup_remove();
	ended = engine->end();
	return fine && ended;
}
