// SPDX-License-Identifier: GPL-2.0
/*
 * sparse and dense: what an object costs whose pages are all out, one touched
 * page in 64 or every page. Counted is the kernel's memory (kmem.h) with the
 * object over that without it, when nothing is mapped any more; and of what the
 * backing space took when it was made ready (by "begin"), the share of the slots
 * in use. The pages go out by an explicit call ("memory", dpager only) or by
 * reclaim, as if memory were short ("memory, reclaimed"): that leaves shadows of
 * them in the page cache, or in swap's, until the kernel finds them too many.
 */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cgroup.h"
#include "figure.h"
#include "kmem.h"
#include "line.h"
#include "mark.h"
#include "order.h"
#include "pager.h"
#include "scale.h"
#include "workload/workloads.h"

#define CHECKS		500

/**
 * struct layout - what is touched
 * @workload: as in the results
 * @bytes: size of the object
 * @stride: one page in so many is touched
 * @called: the pages go out by an explicit call, not by reclaim
 * @before: the kernel's memory before the backing space was made ready
 */
struct layout {
	const char *workload;
	size_t bytes;
	size_t stride;
	bool called;
	struct kmem before;
};

static uint64_t slots_used(const struct turn *turn)
{
	if (turn_is_dpager(turn))
		return pager_slots();
	return (figure_read("/proc/meminfo", "SwapTotal") -
		figure_read("/proc/meminfo", "SwapFree")) / 4;
}

static uint64_t slots_all(const struct turn *turn)
{
	return turn_is_dpager(turn) ? pager_slots_all() :
	       figure_read("/proc/meminfo", "SwapTotal") / 4;
}

static char *object_map(int object, size_t bytes)
{
	char *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, object, 0);

	if (memory != MAP_FAILED)
		return memory;
	perror("bench: mmap");
	return NULL;
}

/* Touch the pages; their number. */
static size_t pages_write(int object, const struct layout *layout)
{
	char *memory = object_map(object, layout->bytes);
	size_t pages = 0, at;

	if (!memory)
		return 0;
	for (at = 0; at < layout->bytes; at += layout->stride * PAGE)
		mark_write(memory + at, pages++, 0);
	munmap(memory, layout->bytes);
	return pages;
}

/* Pages that are wrong, of some. */
static size_t pages_check(int object, const struct layout *layout, size_t pages)
{
	char *memory = object_map(object, layout->bytes);
	uint32_t *order = order_make(PATTERN_UNIFORM, CHECKS, (uint32_t)pages, pages);
	size_t wrong = 0, i;

	if (!memory || !order)
		return CHECKS;
	for (i = 0; i < CHECKS; i++)
		wrong += !mark_matches(memory + order[i] * layout->stride * PAGE, order[i], 0);
	munmap(memory, layout->bytes);
	return wrong;
}

static void footprint_print(const struct turn *turn, const struct layout *layout, size_t pages,
			    const struct kmem *object, int64_t space)
{
	line_begin(turn, layout->workload, layout->called ? "memory" : "memory, reclaimed");
	line_count("pages", pages);
	line_count("slots", slots_used(turn));
	line_signed("kernel_bytes", object->bytes + space);
	line_signed("object_bytes", object->bytes);
	line_signed("slot_bytes", space);
	line_signed("shadow_bytes", object->nodes);
}

/* An object whose pages are out; its descriptor, or -1. */
static int object_make(const struct turn *turn, const struct layout *layout, size_t *pages)
{
	int object = turn->engine->object(layout->bytes);

	*pages = object < 0 ? 0 : pages_write(object, layout);
	if (*pages && (layout->called ? pager_page_out(object, 0, 0) >= 0 : cgroup_reclaim()))
		return object;
	return -1;
}

/*
 * A small object's life, before the counting: what pools, workers and others
 * keep from the first time on is not the cost of an object.
 */
static bool rehearse(const struct turn *turn, const struct layout *layout)
{
	struct layout small = *layout;
	size_t pages;
	int object;

	small.bytes = layout->bytes / 8 / PAGE * PAGE;
	object = object_make(turn, &small, &pages);
	if (object < 0)
		return false;
	close(object);
	while (turn_is_dpager(turn) && pager_objects())
		usleep(10000);
	return true;
}

static bool footprint_work(const struct turn *turn, const void *argument)
{
	const struct layout *layout = argument;
	struct kmem space = kmem_since(&layout->before), kmem;
	size_t pages, wrong;
	int object;

	if (!cgroup_enter(0) || !rehearse(turn, layout))
		return false;
	kmem = kmem_take();
	object = object_make(turn, layout, &pages);
	if (object < 0)
		return false;
	kmem = kmem_since(&kmem);
	footprint_print(turn, layout, pages, &kmem,
			space.bytes * (int64_t)slots_used(turn) / (int64_t)slots_all(turn));
	wrong = pages_check(object, layout, pages);
	line_count("wrong", wrong);
	line_end();
	return !wrong;
}

/* Once for nothing: what the first time leaves behind is not a cost of the slots. */
static bool space_try(const struct engine *engine)
{
	return engine->begin() && engine->end();
}

static bool footprint_run(const struct turn *turn, struct layout layout)
{
	if (!space_try(turn->engine))
		return false;
	layout.bytes = scaled(layout.bytes) / PAGE * PAGE;
	for (; ; layout.called = false) {
		layout.before = kmem_take();
		if (!turn_process(turn, footprint_work, &layout))
			return false;
		if (!layout.called)
			return true;
	}
}

/* Enough pages that some KiB of other people's allocations do not matter. */
static bool sparse_run(const struct turn *turn)
{
	return footprint_run(turn, (struct layout){
		"sparse", 4 * 1024 * MIB, 64, turn_is_dpager(turn), { 0 }
	});
}

static bool dense_run(const struct turn *turn)
{
	return footprint_run(turn, (struct layout){
		"dense", 3 * USABLE / 2, 1, turn_is_dpager(turn), { 0 }
	});
}

const struct trial trial_sparse = {
	.name = "sparse",
	.workloads = { "sparse" },
	.peers = { "dpager", "swap" },
	.run = sparse_run,
};

const struct trial trial_dense = {
	.name = "dense",
	.workloads = { "dense" },
	.peers = { "dpager", "swap" },
	.run = dense_run,
};
