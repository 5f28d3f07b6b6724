// SPDX-License-Identifier: GPL-2.0
/*
 * Who first touches pages in order gets several in one fault: none beyond what
 * was never written, beyond the mapping, or for who does not go in order. What
 * stays zeros, or becomes zeros, takes no slot.
 */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dp.h"

#define PAGES	1024UL
#define SMALL	64UL

struct scene {
	int object;
	uint64_t id;
	char *map;
};

static struct scene open_object(const struct dp_scene *base, uint64_t pages)
{
	struct scene scene;

	scene.object = dp_object(base->store, pages * PAGE, &scene.id);
	scene.map = dp_map(scene.object, pages * PAGE);
	return scene;
}

static void close_object(struct scene *scene, uint64_t pages)
{
	munmap(scene->map, pages * PAGE);
	close(scene->object);
}

static struct dpager_object_info info(const struct scene *scene)
{
	struct dpager_object_info info;

	dp_object_info(scene->object, &info);
	return info;
}

static uint64_t resident(const struct scene *scene)
{
	return info(scene).resident / PAGE;
}

static uint64_t paged_out(const struct scene *scene)
{
	return info(scene).paged_out / PAGE;
}

static void in_order(const struct dp_scene *base)
{
	struct scene scene = open_object(base, PAGES);
	uint64_t half = PAGES / 2, there;

	stamp_fill(scene.map, scene.id, 0, half, 1);
	ok(info(&scene).faults <= half / 8, "%llu pages in order: %llu faults",
	   (unsigned long long)half, (unsigned long long)info(&scene).faults);
	there = resident(&scene);
	ok(there >= half && there <= half + 32, "%llu pages are in memory",
	   (unsigned long long)there);
	ok_equal(stamp_verify(scene.map, scene.id, 0, half, 1), 0, "every page is right");
	ok_equal(pages_not_zero(scene.map, half, PAGES - half), 0, "the others are zeros");
	ok_equal(dp_page_out(scene.object), half, "what is zeros is not written");
	ok_equal(paged_out(&scene), half, "and needs no slot");
	ok_equal(resident(&scene), 0, "nothing is left in memory");
	ok_equal(stamp_verify(scene.map, scene.id, 0, half, 1), 0,
		 "paged out, every page is right");
	ok_equal(pages_not_zero(scene.map, half, PAGES - half), 0, "and the others are zeros");
	close_object(&scene, PAGES);
}

static void not_in_order(const struct dp_scene *base)
{
	struct scene scene = open_object(base, PAGES);
	uint64_t i, touched = 0;

	for (i = 0; i < PAGES; i += 64, touched++)
		stamp_fill(scene.map, scene.id, i, 1, 1);
	ok_equal(resident(&scene), touched, "one page in 64: no other is made");
	for (i = 2; i < PAGES; i += 8)
		if (i % 64)
			stamp_fill(scene.map, scene.id, i, 1, 1), touched++;
	ok_equal(resident(&scene), touched, "one page in 8: no other is made");
	close_object(&scene, PAGES);
}

/* What was made for a writer in order, and left alone, shows that it is none. */
static void no_longer_in_order(const struct dp_scene *base)
{
	struct scene scene = open_object(base, PAGES);
	uint64_t i, touched = 3;

	stamp_fill(scene.map, scene.id, 0, touched, 1);
	for (i = 18; i < PAGES; i += 16, touched++)
		stamp_fill(scene.map, scene.id, i, 1, 1);
	ok(resident(&scene) <= touched + 16, "three in order, then one in 16: %llu in memory",
	   (unsigned long long)resident(&scene));
	close_object(&scene, PAGES);
}

/* What was written is not taken for fresh: in memory, out, or partly dropped. */
static void among_written(const struct dp_scene *base)
{
	struct scene scene = open_object(base, SMALL);
	uint64_t pages;

	stamp_fill(scene.map, scene.id, 0, SMALL, 1);
	dp_page_out(scene.object);
	ok_errno(dp_control(scene.object, DPAGER_CONTROL_DROP, 8 * PAGE, 8 * PAGE, &pages), 0,
		 "drop pages 8 to 15 of what is out");
	stamp_fill(scene.map, scene.id, 8, 4, 2);
	ok_equal(stamp_verify(scene.map, scene.id, 8, 4, 2), 0, "pages 8 to 11 are new");
	ok_equal(pages_not_zero(scene.map, 12, 4), 0, "12 to 15 are zeros");
	ok_equal(stamp_verify(scene.map, scene.id, 16, SMALL - 16, 1), 0,
		 "16 on are as before");
	dp_page_out(scene.object);
	ok_equal(stamp_verify(scene.map, scene.id, 8, 4, 2), 0, "out: 8 to 11 are new");
	ok_equal(stamp_verify(scene.map, scene.id, 0, 8, 1), 0, "0 to 7 as before");
	ok_equal(stamp_verify(scene.map, scene.id, 16, SMALL - 16, 1), 0, "16 on as before");
	close_object(&scene, SMALL);
}

/* A mapping of a part, that begins and ends inside a cluster. */
static void part_mapped(const struct dp_scene *base)
{
	struct scene scene = open_object(base, SMALL);
	char *part = mmap(NULL, 13 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, scene.object,
			  7 * PAGE);
	uint64_t i;

	for (i = 0; i < 13; i++)
		stamp_write(part + i * PAGE, (struct stamp){ scene.id, 7 + i, 1 });
	ok_equal(probe_write(part + 12 * PAGE), 0, "its last page can be written");
	stamp_write(part + 12 * PAGE, (struct stamp){ scene.id, 19, 1 });
	munmap(part, 13 * PAGE);
	ok_equal(stamp_verify(scene.map, scene.id, 7, 13, 1), 0, "a part: its pages are right");
	ok_equal(pages_not_zero(scene.map, 0, 7), 0, "before it are zeros");
	ok_equal(pages_not_zero(scene.map, 20, SMALL - 20), 0, "behind it are zeros");
	close_object(&scene, SMALL);
}

/* A page that becomes zeros gives its slot back. */
static void zeroed_again(const struct dp_scene *base)
{
	struct scene scene = open_object(base, SMALL);

	stamp_fill(scene.map, scene.id, 0, SMALL, 1);
	dp_page_out(scene.object);
	ok_equal(paged_out(&scene), SMALL, "all pages are out");
	memset(scene.map, 0, SMALL / 2 * PAGE);
	ok_equal(dp_page_out(scene.object), 0, "zeros are not written");
	ok_equal(paged_out(&scene), SMALL / 2, "their slots are free");
	ok_equal(pages_not_zero(scene.map, 0, SMALL / 2), 0, "they read as zeros");
	ok_equal(stamp_verify(scene.map, scene.id, SMALL / 2, SMALL / 2, 1), 0,
		 "the others are right");
	stamp_fill(scene.map, scene.id, 0, SMALL, 2);
	dp_page_out(scene.object);
	ok_equal(stamp_verify(scene.map, scene.id, 0, SMALL, 2), 0, "written anew: all right");
	close_object(&scene, SMALL);
}

static void private_copies(const struct dp_scene *base)
{
	struct scene scene = open_object(base, SMALL);
	char *private = mmap(NULL, SMALL * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE,
			     scene.object, 0);

	stamp_fill(private, scene.id, 0, SMALL, 1);
	ok_equal(pages_not_zero(scene.map, 0, SMALL), 0, "writes to a private mapping are not ours");
	ok_equal(stamp_verify(private, scene.id, 0, SMALL, 1), 0, "but its own");
	munmap(private, SMALL * PAGE);
	close_object(&scene, SMALL);
}

int main(void)
{
	struct dp_scene base;

	dp_scene_open(&base, "/dev/vda", 16 * MiB);
	in_order(&base);
	not_in_order(&base);
	no_longer_in_order(&base);
	among_written(&base);
	part_mapped(&base);
	zeroed_again(&base);
	private_copies(&base);
	dp_settle(base.pager);
	dp_scene_close(&base);
	return tap_done();
}
