// SPDX-License-Identifier: GPL-2.0
/*
 * STORE_DELETE moves pages to other stores, and those of objects confined to it
 * to memory if that is allowed; all or nothing. Arguments of both calls.
 *
 * guest: timeout=120
 */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <unistd.h>

#include "dp.h"
#include "evacuation.h"
#include "tenant.h"

#define PAGES	1024UL
#define BYTES	(8 * MiB)

static int pager;

static uint64_t add(int store, const char *path, uint64_t offset)
{
	return dp_segment_on(store, path, offset, BYTES);
}

/* --- arguments ---------------------------------------------------------- */

#define HIGHEST	(1U << 31)
#define UNKNOWN	(1U << 4)

union argument {
	struct dpager_remove_segment remove;
	struct dpager_store_delete delete;
};

/* The calls differ in what stands before how to evacuate, which ends both. */
static const struct shape {
	const char *name;
	unsigned long request;
	size_t size, reserved, evacuate;
} shapes[] = {
	{ "remove", DPAGER_IOC_REMOVE_SEGMENT, sizeof(struct dpager_remove_segment),
	  offsetof(struct dpager_remove_segment, reserved),
	  offsetof(struct dpager_remove_segment, evacuate) },
	{ "delete", DPAGER_IOC_STORE_DELETE, sizeof(struct dpager_store_delete),
	  offsetof(struct dpager_store_delete, reserved),
	  offsetof(struct dpager_store_delete, evacuate) },
};

/* A good argument, with a 1 at @at (0: nowhere), of that size. */
static int try(int store, uint64_t segment, const struct shape *shape, size_t at, size_t size)
{
	union argument argument = { };

	if (segment)
		argument.remove.id = segment;
	if (at)
		*(uint32_t *)((char *)&argument + at) = 1;
	return dp_call(store, shape->request, &argument, size);
}

/* @segment: 0 for the store's deletion. */
static void bad_arguments(int store, uint64_t segment, const struct shape *shape)
{
	size_t last = shape->evacuate + offsetof(struct dpager_evacuate, reserved);
	struct dpager_evacuate figures;

	ok_dp(evacuate(store, segment, UNKNOWN, &figures), EINVAL, DPAGER_DETAIL_FLAGS,
	      "%s: an unknown flag", shape->name);
	ok_dp(evacuate(store, segment, HIGHEST, &figures), EINVAL, DPAGER_DETAIL_FLAGS,
	      "%s: the highest flag", shape->name);
	ok_dp(try(store, segment, shape, shape->reserved, shape->size), EINVAL,
	      DPAGER_DETAIL_RESERVED, "%s: a reserved field", shape->name);
	ok_dp(try(store, segment, shape, last, shape->size), EINVAL,
	      DPAGER_DETAIL_RESERVED, "%s: the reserved field behind the deadline", shape->name);
	ok_dp(try(store, segment, shape, 0, shape->evacuate), EINVAL, DPAGER_DETAIL_SIZE,
	      "%s: without how to evacuate", shape->name);
	ok_dp(try(store, segment, shape, 0, shape->size - 8), EINVAL, DPAGER_DETAIL_SIZE,
	      "%s: without the deadline", shape->name);
}

static void arguments(void)
{
	int store = dp_store(pager, -1, 0, NULL);
	uint64_t segment = add(store, "/dev/vda", 0);

	bad_arguments(store, segment, &shapes[0]);
	ok_in_use(store, segment, 0, "remove refused");
	bad_arguments(store, 0, &shapes[1]);
	ok_in_use(store, segment, 0, "delete refused");
	ok_errno(dp_store_delete(store, NULL), 0, "delete the store");
	close(store);
}

/* --- empty stores ------------------------------------------------------- */

static void empty(unsigned int segments)
{
	int store = dp_store(pager, -1, 0, NULL);
	struct dpager_evacuate figures;
	struct dpager_store_info info;
	char what[32];
	unsigned int i;

	snprintf(what, sizeof(what), "%u empty segments", segments);
	for (i = 0; i < segments; i++)
		add(store, "/dev/vda", i * BYTES);
	ok_evacuated(evacuate(store, 0, DPAGER_EVACUATE_DRY_RUN, &figures), &figures, 0, what);
	ok_dp(dp_store_info(store, &info), 0, DPAGER_DETAIL_NONE, "%s: a dry run deletes nothing",
	      what);
	ok_equal(info.segments, segments, "%s: nor does it remove segments", what);
	ok_evacuated(evacuate(store, 0, 0, &figures), &figures, 0, what);
	ok_dp(dp_store_info(store, &info), ESTALE, DPAGER_DETAIL_NONE, "%s: it is gone", what);
	ok_dp(evacuate(store, 0, 0, &figures), ESTALE, DPAGER_DETAIL_NONE, "%s: delete it twice",
	      what);
	ok_released("/dev/vda", what);
	close(store);
}

/* --- stores in use ------------------------------------------------------ */

/*
 * The store on vda, of two segments, both in use; it comes first, so that what
 * is rewritten is there again, while it is there.
 */
struct scene {
	int store, other;
	int second;			/* descriptor of the store */
	uint64_t id;
	uint64_t segments[2], target;
	struct tenant free, confined;	/* to the store */
};

static void open_scene(struct scene *scene)
{
	struct dpager_store_info info;

	scene->store = dp_store(pager, 10, 0, NULL);
	scene->segments[0] = add(scene->store, "/dev/vda", 0);
	scene->segments[1] = add(scene->store, "/dev/vda", 2 * BYTES);
	dp_store_info(scene->store, &info);
	scene->id = info.id;
	if (dp_store_open(pager, info.id, NULL, &scene->second))
		bail("cannot open the store again");
	tenant_open(&scene->free, pager, PAGES);
	tenant_open(&scene->confined, scene->store, PAGES);
	scene->other = dp_store(pager, 0, 0, NULL);
	scene->target = add(scene->other, "/dev/vdb", 0);
}

static uint64_t used(const struct scene *scene)
{
	return dp_segment_used(scene->store, scene->segments[0]) +
	       dp_segment_used(scene->store, scene->segments[1]);
}

static void out(struct scene *scene)
{
	dp_page_out(scene->free.object);
	dp_page_out(scene->confined.object);
}

static void refused(struct scene *scene, uint32_t flags, int error, uint32_t detail,
		    const char *what)
{
	uint64_t first = dp_segment_used(scene->store, scene->segments[0]);
	uint64_t second = dp_segment_used(scene->store, scene->segments[1]);
	struct dpager_evacuate figures;

	ok_dp(evacuate(scene->store, 0, flags, &figures), error, detail, "%s", what);
	ok_equal(figures.pages, first + second, "%s: pages in use", what);
	ok_equal(figures.moved, 0, "%s: none is moved", what);
	ok_equal(figures.lost, 0, "%s: none is lost", what);
	ok_in_use(scene->store, scene->segments[0], first, what);
	ok_in_use(scene->store, scene->segments[1], second, what);
	ok_equal(dp_segment_used(scene->other, scene->target), 0, "%s: the other store is empty",
		 what);
	tenant_renew(&scene->free, what);
	tenant_renew(&scene->confined, what);
	out(scene);
}

static void to_memory(struct scene *scene)
{
	struct dpager_evacuate figures;
	struct dpager_object_info info;
	uint64_t pages = used(scene);

	ok_dp(evacuate(scene->store, 0, DPAGER_EVACUATE_MEMORY | DPAGER_EVACUATE_DRY_RUN, &figures),
	      0, DPAGER_DETAIL_NONE, "dry run with memory");
	ok(figures.pages == pages && figures.moved == pages, "it says how many");
	ok_evacuated(evacuate(scene->store, 0, DPAGER_EVACUATE_MEMORY, &figures), &figures, pages,
		     "delete with memory");
	dp_object_info(scene->confined.object, &info);
	ok_equal(info.resident, PAGES * PAGE, "what was confined is in memory");
	ok_equal(info.paged_out, 0, "and on no store");
	ok_equal(info.store, scene->id, "its store is none that there is");
	dp_object_info(scene->free.object, &info);
	ok_equal(info.paged_out, PAGES * PAGE, "what was not is on the other store");
	ok_equal(dp_segment_used(scene->other, scene->target), PAGES, "and nothing else is");
}

static void is_stale(struct scene *scene)
{
	struct dpager_store_info info;
	struct dpager_evacuate figures;

	ok_dp(dp_store_info(scene->store, &info), ESTALE, DPAGER_DETAIL_NONE, "it is stale");
	ok_dp(dp_store_info(scene->second, &info), ESTALE, DPAGER_DETAIL_NONE,
	      "as is its other descriptor");
	ok_dp(evacuate(scene->second, scene->segments[0], 0, &figures), ESTALE, DPAGER_DETAIL_NONE,
	      "remove its segment");
	ok_dp(evacuate(scene->second, 0, DPAGER_EVACUATE_DRY_RUN, &figures), ESTALE,
	      DPAGER_DETAIL_NONE, "delete it dry");
	ok_released("/dev/vda", "deleted");
}

static void lives_on(struct scene *scene)
{
	uint64_t pages;

	tenant_renew(&scene->confined, "confined to no store");
	ok_dp(dp_control(scene->confined.object, DPAGER_CONTROL_PAGE_OUT, 0, 0, &pages), ENOSPC,
	      DPAGER_DETAIL_NO_SPACE, "it has no place to page out");
	tenant_renew(&scene->free, "on the other store");
	dp_page_out(scene->free.object);
	tenant_renew(&scene->free, "from the other store");
}

static void in_use(void)
{
	struct scene scene;

	open_scene(&scene);
	ok_equal(used(&scene), 2 * PAGES, "both objects are on the store");
	refused(&scene, DPAGER_EVACUATE_NOTHING, EBUSY, DPAGER_DETAIL_IN_USE, "move nothing");
	refused(&scene, DPAGER_EVACUATE_NOTHING | DPAGER_EVACUATE_DRY_RUN, EBUSY,
		DPAGER_DETAIL_IN_USE, "move nothing, dry");
	refused(&scene, 0, ENOSPC, DPAGER_DETAIL_NO_SPACE, "a confined object");
	refused(&scene, DPAGER_EVACUATE_DRY_RUN, ENOSPC, DPAGER_DETAIL_NO_SPACE,
		"a confined object, dry");
	to_memory(&scene);
	is_stale(&scene);
	lives_on(&scene);
	tenant_close(&scene.confined);
	tenant_close(&scene.free);
	dp_settle(pager);
	ok_errno(dp_delete_wait(scene.other), 0, "delete the other store");
	close(scene.store);
	close(scene.second);
	close(scene.other);
}

/* Without a confined object, all goes to the other store: no flag is needed. */
static void to_another_store(void)
{
	struct dpager_evacuate figures;
	struct scene scene;
	uint64_t pages;

	open_scene(&scene);
	tenant_close(&scene.confined);
	dp_settle_to(pager, 1);
	pages = used(&scene);
	ok_evacuated(evacuate(scene.store, 0, 0, &figures), &figures, pages, "delete");
	ok_equal(dp_segment_used(scene.other, scene.target), PAGES, "the other store has them");
	is_stale(&scene);
	tenant_renew(&scene.free, "on the other store");
	tenant_close(&scene.free);
	dp_settle(pager);
	ok_errno(dp_delete_wait(scene.other), 0, "delete the other store");
	close(scene.store);
	close(scene.second);
	close(scene.other);
}

int main(void)
{
	pager = dp_pager();
	arguments();
	empty(0);
	empty(1);
	empty(2);
	in_use();
	to_another_store();
	return tap_done();
}
