// SPDX-License-Identifier: GPL-2.0
/*
 * Objects of 64 MiB to 1 TiB with the same few pages touched: to create one (and
 * map it), to touch random pages of it, and to destroy it (unmap and close, and
 * wait until it is gone). Page tables are part of it: the larger the object, the
 * fewer of its pages share one. With "swap" it is a memfd.
 */
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "clock.h"
#include "line.h"
#include "mark.h"
#include "order.h"
#include "pager.h"
#include "scale.h"
#include "workload/workloads.h"

#define FAULTS	1000

static const struct size {
	const char *name;
	size_t bytes;
} sizes[] = {
	{ "64 MiB", 64 * MIB },
	{ "1 GiB", 1024 * MIB },
	{ "16 GiB", 16 * 1024 * MIB },
	{ "1 TiB", 1024 * 1024 * MIB },
};

/**
 * struct life - what an object's life took, in seconds
 */
struct life {
	double created;
	double touched;
	double destroyed;
};

/* An object's death goes on after its last reference. Who asks for it must not take its time. */
static void object_await(const struct turn *turn, uint64_t objects)
{
	struct sched_param param = { 0 };

	if (sched_setscheduler(0, SCHED_IDLE, &param))
		perror("bench: sched_setscheduler");
	if (turn_is_dpager(turn))
		pager_await(objects);
}

static void pages_write(char *memory, const uint32_t *order)
{
	size_t i;

	for (i = 0; i < FAULTS; i++)
		mark_write(memory + order[i] * PAGE, order[i], 0);
}

static size_t pages_wrong(const char *memory, const uint32_t *order)
{
	size_t wrong = 0, i;

	for (i = 0; i < FAULTS; i++)
		wrong += !mark_matches(memory + order[i] * PAGE, order[i], 0);
	return wrong;
}

/* Wrong pages, or -1. */
static long life_measure(const struct turn *turn, size_t bytes, const uint32_t *order,
			 struct life *life)
{
	uint64_t objects = turn_is_dpager(turn) ? pager_objects() : 0;
	double begun = clock_seconds();
	char *memory = engine_map(turn->engine, bytes);
	long wrong;

	if (!memory)
		return -1;
	life->created = clock_seconds() - begun;
	begun = clock_seconds();
	pages_write(memory, order);
	life->touched = clock_seconds() - begun;
	wrong = (long)pages_wrong(memory, order);
	begun = clock_seconds();
	engine_unmap(turn->engine, memory, bytes);
	object_await(turn, objects);
	life->destroyed = clock_seconds() - begun;
	return wrong;
}

static bool size_work(const struct turn *turn, const void *argument)
{
	const struct size *size = argument;
	uint32_t pages = (uint32_t)(size->bytes / PAGE);
	uint32_t *order = order_make(PATTERN_UNIFORM, FAULTS, pages, 1);
	struct life life;
	long wrong = order ? life_measure(turn, size->bytes, order, &life) : -1;

	if (wrong < 0)
		return false;
	line_begin(turn, "size", size->name);
	line_count("touches", FAULTS);
	line_count("wrong", (uint64_t)wrong);
	line_real("create_seconds", life.created);
	line_real("faults_seconds", life.touched);
	line_real("destroy_seconds", life.destroyed);
	line_end();
	return !wrong;
}

static bool size_run(const struct turn *turn)
{
	size_t i;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		if (!turn_process(turn, size_work, &sizes[i]))
			return false;
	}
	return true;
}

const struct trial trial_size = {
	.name = "size",
	.boot = "icount",
	.workloads = { "size" },
	.peers = { "dpager", "swap" },
	.run = size_run,
};
