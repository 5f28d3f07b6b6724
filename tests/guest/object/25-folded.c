// SPDX-License-Identifier: GPL-2.0
/*
 * What is paged out costs next to no kernel memory, whether it lies in a row or
 * is a page here and there; and nothing else shows it: pages, figures and lists
 * are what they are when it is not so, also where parts of it are dropped.
 *
 * guest: timeout=240
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dp.h"
#include "proc.h"
#include "rounds.h"

#define CLUSTER		32UL
#define PAGES		65536UL
/* Shapes of what is touched: the first pages, and one page in so many. */
#define DENSE		32768UL
#define STEP		64UL
/*
 * Clusters that may be left: the kernel also counts free ones that its CPUs have
 * at hand.
 */
#define LEFT		512
#define RANGES		(PAGES / STEP + 1)

struct scene {
	struct dp_scene dp;
	int object;
	uint64_t id;
	char *map;
};

struct shape {
	const char *name;
	uint64_t end;	/* pages up to there */
	uint64_t step;	/* of which one in so many is touched */
};

static const struct shape shapes[] = {
	{ "in a row", DENSE, 1 },
	{ "one in 64", PAGES, STEP },
};

static uint64_t shape_pages(const struct shape *shape)
{
	return shape->end / shape->step;
}

static uint64_t shape_clusters(const struct shape *shape)
{
	return shape->step > CLUSTER ? shape_pages(shape) : shape->end / CLUSTER;
}

static long long clusters(void)
{
	return slab_objects("dpager_cluster");
}

/* They are freed a moment later. */
static void ok_folded(const char *what, const char *when)
{
	int i;

	if (clusters() < 0) {
		tap_skip("freed objects are not seen", "%s: %s it is folded", what, when);
		return;
	}
	for (i = 0; clusters() > LEFT && i < 50; i++)
		usleep(100000);
	if (!ok(clusters() <= LEFT, "%s: %s it is folded", what, when))
		diag("%lld clusters, at most %d", clusters(), LEFT);
}

/* So that the figure can be believed when it is low. */
static void ok_unfolded(const struct shape *shape)
{
	if (clusters() < 0)
		tap_skip("freed objects are not seen", "%s: in memory it is not", shape->name);
	else
		ok(clusters() >= (long long)shape_clusters(shape), "%s: in memory it is not",
		   shape->name);
}

static uint64_t control(const struct scene *scene, uint32_t operation, uint64_t first,
			uint64_t count)
{
	uint64_t pages = 0;
	int error = dp_control(scene->object, operation, first * PAGE, count * PAGE, &pages);

	if (error)
		bail("control %u of %llu pages from %llu on: errno %d", operation,
		     (unsigned long long)count, (unsigned long long)first, error);
	return pages;
}

static uint64_t paged_out(const struct scene *scene)
{
	struct dpager_object_info info;

	dp_object_info(scene->object, &info);
	return info.paged_out / PAGE;
}

static uint64_t slots_used(const struct scene *scene)
{
	struct dpager_store_info info;

	dp_store_info(scene->dp.store, &info);
	return info.pages_total - info.pages_free;
}

/* Ranges on backing store. */
static unsigned int list(const struct scene *scene, struct dpager_page_range *ranges)
{
	struct dpager_list list = {
		.entry_size = sizeof(*ranges),
		.array = (uintptr_t)ranges,
		.room = RANGES,
	};

	if (dp_list(scene->object, DPAGER_IOC_OBJECT_PAGES, &list))
		bail("OBJECT_PAGES");
	return list.count;
}

static void fill(const struct scene *scene, const struct shape *shape, uint64_t generation)
{
	uint64_t page;

	for (page = 0; page < shape->end; page += shape->step)
		stamp_fill(scene->map, scene->id, page, 1, generation);
}

static uint64_t verify(const struct scene *scene, const struct shape *shape,
		       uint64_t generation)
{
	uint64_t page, wrong = 0;

	for (page = 0; page < shape->end; page += shape->step)
		wrong += stamp_verify(scene->map, scene->id, page, 1, generation);
	return wrong;
}

/* As many as were written, wherever that is seen. */
static void figures(const struct scene *scene, uint64_t pages, const char *when)
{
	ok_equal(paged_out(scene), pages, "%s: pages paged out", when);
	ok_equal(slots_used(scene), pages, "%s: slots in use", when);
}

/* Pages that are clean in memory, then out: the list is the same. */
static void listed(const struct scene *scene)
{
	static struct dpager_page_range before[RANGES], after[RANGES];
	unsigned int count;

	control(scene, DPAGER_CONTROL_PAGE_IN, 0, PAGES);
	count = list(scene, before);
	control(scene, DPAGER_CONTROL_PAGE_OUT, 0, PAGES);
	ok(count && list(scene, after) == count &&
	   !memcmp(before, after, count * sizeof(*before)), "%u ranges are listed as before",
	   count);
}

static void out_and_in(const struct scene *scene, const struct shape *shape)
{
	uint64_t pages = shape_pages(shape), generation;

	for (generation = 1; generation <= rounds(3); generation++) {
		fill(scene, shape, generation);
		ok_unfolded(shape);
		ok_equal(control(scene, DPAGER_CONTROL_PAGE_OUT, 0, PAGES), pages,
			 "%s: paged out", shape->name);
		ok_folded(shape->name, "paged out");
		figures(scene, pages, shape->name);
		ok_equal(verify(scene, shape, generation), 0, "%s: every page is right",
			 shape->name);
		listed(scene);
		ok_folded(shape->name, "paged out when it was clean");
	}
	ok_equal(control(scene, DPAGER_CONTROL_DROP, 0, PAGES), pages, "%s: drop all of it",
		 shape->name);
	ok_folded(shape->name, "dropped");
	figures(scene, 0, shape->name);
	ok_equal(pages_not_zero(scene->map, 0, shape->end), 0, "%s: zeros", shape->name);
	control(scene, DPAGER_CONTROL_PAGE_OUT, 0, PAGES);
	ok_folded(shape->name, "read as zeros, and paged out");
}

/* What is dropped of folded pages: from where on, how many, and why. */
static const struct {
	uint64_t first, count;
	const char *what;
} drops[] = {
	{ 0, CLUSTER, "a whole cluster" },
	{ 2 * CLUSTER, 5, "the head of one" },
	{ 4 * CLUSTER - 5, 5, "the tail of one" },
	{ 4 * CLUSTER + 9, 7, "the middle of one" },
	{ 5 * CLUSTER, 1, "its first page" },
	{ 7 * CLUSTER - 1, 1, "its last page" },
	{ 7 * CLUSTER + 1, CLUSTER - 2, "all but the ends" },
	{ 9 * CLUSTER - 3, CLUSTER + 6, "one, and parts of those beside it" },
	{ 20 * CLUSTER + 5, 100 * CLUSTER + 7, "many" },
};

#define DROPS	(sizeof(drops) / sizeof(*drops))

static bool dropped(uint64_t page)
{
	unsigned int i;

	for (i = 0; i < DROPS; i++)
		if (page >= drops[i].first && page < drops[i].first + drops[i].count)
			return true;
	return false;
}

static uint64_t verify_rest(const struct scene *scene)
{
	uint64_t page, wrong = 0;

	for (page = 0; page < DENSE; page++)
		wrong += dropped(page) ? pages_not_zero(scene->map, page, 1) :
					 stamp_verify(scene->map, scene->id, page, 1, 9);
	return wrong;
}

static void drop_parts(const struct scene *scene)
{
	uint64_t left = DENSE;
	unsigned int i;

	fill(scene, &shapes[0], 9);
	control(scene, DPAGER_CONTROL_PAGE_OUT, 0, PAGES);
	for (i = 0; i < DROPS; i++) {
		ok_equal(control(scene, DPAGER_CONTROL_DROP, drops[i].first, drops[i].count),
			 drops[i].count, "drop %s", drops[i].what);
		left -= drops[i].count;
		figures(scene, left, drops[i].what);
		ok_equal(control(scene, DPAGER_CONTROL_DROP, drops[i].first, drops[i].count), 0,
			 "there is no more of it");
	}
	ok_folded("parts", "but for what is split");
	ok_equal(verify_rest(scene), 0, "what is left is right, the rest is zeros");
	/* Zeros that were read, and pages in memory beside them. */
	control(scene, DPAGER_CONTROL_PAGE_OUT, 0, PAGES);
	ok_equal(verify_rest(scene), 0, "out and in again");
	figures(scene, left, "out and in again");
	control(scene, DPAGER_CONTROL_DROP, 0, PAGES);
	figures(scene, 0, "all is dropped");
}

/* --- all at once -------------------------------------------------------- */

#define CROWD_CLUSTERS	64UL
#define TOUCHERS	2
/* Pages at the head of each cluster that each toucher owns; then the dropper's. */
#define OWN		3UL

struct crowd {
	const struct scene *scene;
	uint64_t owner;
	unsigned int times;
	volatile bool *enough;	/* shared */
};

/* Renews its pages of clusters in random order: zeros count as generation 0. */
static int touch(void *argument)
{
	const struct crowd *crowd = argument;
	uint64_t generation[CROWD_CLUSTERS] = {}, seed = 77 + crowd->owner, wrong = 0, n, page;
	const struct scene *scene = crowd->scene;
	unsigned int i;

	for (i = 0; i < crowd->times && !wrong; i++) {
		n = random_next(&seed) % CROWD_CLUSTERS;
		page = n * CLUSTER + crowd->owner * OWN;
		wrong += generation[n] ?
			 stamp_verify(scene->map, scene->id, page, OWN, generation[n]) :
			 pages_not_zero(scene->map, page, OWN);
		/* Some only read, so that clusters go out as they are. */
		if (random_next(&seed) % 4)
			continue;
		stamp_fill(scene->map, scene->id, page, OWN, ++generation[n]);
	}
	return wrong != 0;
}

/* Drops pages of its own, beside the others', and fills them again. */
static int drop(void *argument)
{
	const struct crowd *crowd = argument;
	uint64_t seed = 99, wrong = 0, n, page, count, pages;
	const struct scene *scene = crowd->scene;
	unsigned int i;

	for (i = 0; i < crowd->times && !wrong; i++) {
		n = random_next(&seed) % CROWD_CLUSTERS;
		count = 1 + random_next(&seed) % (CLUSTER - TOUCHERS * OWN);
		page = (n + 1) * CLUSTER - count;
		if (random_next(&seed) % 2)
			stamp_fill(scene->map, scene->id, page, count, i + 1);
		wrong += dp_control(scene->object, DPAGER_CONTROL_DROP, page * PAGE, count * PAGE,
				    &pages) != 0;
		if (random_next(&seed) % 2)
			wrong += pages_not_zero(scene->map, page, count);
	}
	return wrong != 0;
}

static int page_out(void *argument)
{
	const struct crowd *crowd = argument;
	uint64_t pages;

	while (!*crowd->enough)
		if (dp_control(crowd->scene->object, DPAGER_CONTROL_PAGE_OUT, 0, 0, &pages))
			return 1;
	return 0;
}

static void at_once(const struct scene *scene)
{
	struct crowd crowd = {
		.scene = scene,
		.times = rounds(4000),
		.enough = shared_memory(sizeof(*crowd.enough)),
	};
	pid_t toucher[TOUCHERS], dropper, pager;
	int i;

	for (i = 0; i < TOUCHERS; i++) {
		crowd.owner = i;
		toucher[i] = proc_start(touch, &crowd);
	}
	pager = proc_start(page_out, &crowd);
	crowd.times /= 8;
	dropper = proc_start(drop, &crowd);
	for (i = 0; i < TOUCHERS; i++)
		ok_equal(proc_wait(toucher[i]), 0, "all at once: who touches %d", i);
	ok_equal(proc_wait(dropper), 0, "all at once: who drops");
	*crowd.enough = true;
	ok_equal(proc_wait(pager), 0, "all at once: who pages out");
	control(scene, DPAGER_CONTROL_DROP, 0, PAGES);
	figures(scene, 0, "all at once, and dropped");
	ok_folded("all at once", "dropped");
}

int main(void)
{
	struct scene scene;
	unsigned int i;

	dp_scene_open(&scene.dp, "/dev/vda", 256 * MiB);
	scene.object = dp_object(scene.dp.store, PAGES * PAGE, &scene.id);
	scene.map = dp_map(scene.object, PAGES * PAGE);
	for (i = 0; i < sizeof(shapes) / sizeof(*shapes); i++)
		out_and_in(&scene, &shapes[i]);
	drop_parts(&scene);
	at_once(&scene);
	/* The slots of what is folded go with the object. */
	fill(&scene, &shapes[1], 1);
	control(&scene, DPAGER_CONTROL_PAGE_OUT, 0, PAGES);
	munmap(scene.map, PAGES * PAGE);
	close(scene.object);
	dp_settle(scene.dp.pager);
	dp_scene_close(&scene.dp);
	return tap_done();
}
