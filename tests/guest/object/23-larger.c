// SPDX-License-Identifier: GPL-2.0
/*
 * Pages written or read in order share larger folios. Their pages stay pages:
 * each can be dropped, locked, rewritten and lost on its own, and they find
 * slots where no row of free ones is left.
 */
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "block.h"
#include "dp.h"

#define PAGES	256UL
#define FOLIO	16UL

struct scene {
	int store, object;
	uint64_t id;
	char *map;
};

static struct scene open_object(int store, uint64_t pages)
{
	struct scene scene = { .store = store };

	scene.object = dp_object(store, pages * PAGE, &scene.id);
	scene.map = dp_map(scene.object, pages * PAGE);
	return scene;
}

static void close_object(struct scene *scene, uint64_t pages)
{
	munmap(scene->map, pages * PAGE);
	close(scene->object);
}

static uint64_t control(const struct scene *scene, uint32_t operation, uint64_t first,
			uint64_t count)
{
	uint64_t pages;

	ok_errno(dp_control(scene->object, operation, first * PAGE, count * PAGE, &pages), 0,
		 "control %u of %llu pages from %llu on", operation,
		 (unsigned long long)count, (unsigned long long)first);
	return pages;
}

static uint64_t faults(const struct scene *scene)
{
	struct dpager_object_info info;

	dp_object_info(scene->object, &info);
	return info.faults;
}

static uint64_t writes(const struct scene *scene)
{
	struct dpager_store_info info;

	dp_store_info(scene->store, &info);
	return info.writes;
}

/* Generation by generation, in order, out and in. */
static void in_order(int store)
{
	struct scene scene = open_object(store, PAGES);
	uint64_t generation, before;

	stamp_fill(scene.map, scene.id, 0, PAGES, 1);
	for (generation = 2; generation < 6; generation++) {
		dp_page_out(scene.object);
		before = faults(&scene);
		ok_equal(stamp_renew(scene.map, scene.id, 0, PAGES, generation), 0,
			 "generation %llu", (unsigned long long)generation);
		ok(faults(&scene) - before <= PAGES / 4, "%llu pages: %llu faults",
		   (unsigned long long)PAGES, (unsigned long long)(faults(&scene) - before));
	}
	ok_equal(stamp_verify(scene.map, scene.id, 0, PAGES, generation - 1), 0,
		 "every page is right");
	close_object(&scene, PAGES);
}

#define GONE		(5 * FOLIO + 3)
#define GONE_PAGES	(2 * FOLIO)

static void only_those_are_gone(const struct scene *scene, uint64_t generation, const char *when)
{
	uint64_t behind = GONE + GONE_PAGES;

	ok_equal(pages_not_zero(scene->map, GONE, GONE_PAGES), 0,
		 "%s: what was dropped is zeros", when);
	ok_equal(stamp_verify(scene->map, scene->id, 0, GONE, generation) +
		 stamp_verify(scene->map, scene->id, behind, PAGES - behind, generation),
		 0, "%s: what was not is right", when);
}

/* The pages of an odd range end inside folios at both ends. */
static void dropped_in_part(int store)
{
	struct scene scene = open_object(store, PAGES);
	unsigned int out;

	for (out = 0; out < 3; out++) {
		stamp_fill(scene.map, scene.id, 0, PAGES, 1 + out);
		/* Dirty; then written, in memory; then out. */
		if (out)
			dp_page_out(scene.object);
		if (out == 1)
			ok_equal(stamp_verify(scene.map, scene.id, 0, PAGES, 2), 0, "read back");
		control(&scene, DPAGER_CONTROL_DROP, GONE, GONE_PAGES);
		only_those_are_gone(&scene, 1 + out, "in memory");
		dp_page_out(scene.object);
		only_those_are_gone(&scene, 1 + out, "out and in");
	}
	close_object(&scene, PAGES);
}

/* Single pages of what is in memory in larger folios are rewritten. */
static void rewritten_in_part(int store)
{
	struct scene scene = open_object(store, PAGES);
	uint64_t page, wrong = 0;

	stamp_fill(scene.map, scene.id, 0, PAGES, 1);
	dp_page_out(scene.object);
	wrong += stamp_verify(scene.map, scene.id, 0, PAGES, 1);
	for (page = 7; page < PAGES; page += 29)
		stamp_fill(scene.map, scene.id, page, 1, 2);
	dp_page_out(scene.object);
	for (page = 0; page < PAGES; page++)
		wrong += stamp_verify(scene.map, scene.id, page, 1, page % 29 == 7 ? 2 : 1);
	ok_equal(wrong, 0, "one page in 29 rewritten: all are right");
	close_object(&scene, PAGES);
}

static void paged_out_in_part(int store)
{
	struct scene scene = open_object(store, PAGES);
	uint64_t pages;

	stamp_fill(scene.map, scene.id, 0, PAGES, 1);
	pages = control(&scene, DPAGER_CONTROL_PAGE_OUT, 5 * FOLIO + 3, 2 * FOLIO);
	ok(pages >= 2 * FOLIO && pages <= 3 * FOLIO, "a part: %llu pages written",
	   (unsigned long long)pages);
	ok_equal(pages_in_memory(scene.map, 6 * FOLIO, FOLIO), 0, "what is wholly in it is out");
	ok_equal(pages_in_memory(scene.map, 8 * FOLIO, PAGES - 8 * FOLIO), PAGES - 8 * FOLIO,
		 "what is not stays");
	ok_equal(stamp_verify(scene.map, scene.id, 0, PAGES, 1), 0, "every page is right");
	close_object(&scene, PAGES);
}

/* Locked pages in the middle of a folio keep it where it is. */
static void locked_in_part(int store)
{
	struct scene scene = open_object(store, PAGES);
	uint64_t first = 5 * FOLIO + 3, count = 6;

	stamp_fill(scene.map, scene.id, 0, PAGES, 1);
	if (mlock(scene.map + first * PAGE, count * PAGE))
		bail("mlock");
	dp_page_out(scene.object);
	ok_equal(pages_in_memory(scene.map, first, count), count, "locked pages stay");
	ok_equal(pages_in_memory(scene.map, 8 * FOLIO, PAGES - 8 * FOLIO), 0, "others go out");
	stamp_fill(scene.map, scene.id, 0, PAGES, 2);
	dp_page_out(scene.object);
	ok_equal(pages_in_memory(scene.map, first, count), count, "and stay when rewritten");
	ok_equal(stamp_verify(scene.map, scene.id, 0, PAGES, 2), 0, "every page is right");
	munlock(scene.map + first * PAGE, count * PAGE);
	dp_page_out(scene.object);
	ok_equal(pages_in_memory(scene.map, 0, PAGES), 0, "unlocked they go out");
	close_object(&scene, PAGES);
}

/* Slots of the store, of which every second one is free. */
static void scattered(int pager)
{
	int store = dp_store(pager, -1, 0, NULL);
	struct scene first, second;
	uint64_t page, before;
	int disk = block_open("/dev/vdb", O_RDWR);

	dp_segment(store, disk, 0, PAGES * PAGE);
	close(disk);
	first = open_object(store, PAGES);
	stamp_fill(first.map, first.id, 0, PAGES, 1);
	dp_page_out(first.object);
	for (page = 0; page < PAGES; page += 2) {
		uint64_t pages;

		if (dp_control(first.object, DPAGER_CONTROL_DROP, page * PAGE, PAGE, &pages))
			bail("DROP");
	}
	second = open_object(store, PAGES / 2);
	stamp_fill(second.map, second.id, 0, PAGES / 2, 1);
	before = writes(&second);
	ok_equal(dp_page_out(second.object), PAGES / 2, "%lu pages to single slots", PAGES / 2);
	ok_equal(writes(&second) - before, PAGES / 2, "one request each");
	ok_equal(pages_in_memory(second.map, 0, PAGES / 2), 0, "all are out");
	ok_equal(stamp_renew(second.map, second.id, 0, PAGES / 2, 2), 0, "all are right");
	/* Now the store is full: each goes over its old self. */
	ok_equal(dp_page_out(second.object), PAGES / 2, "full: they can be written again");
	ok_equal(stamp_verify(second.map, second.id, 0, PAGES / 2, 2), 0, "and are right");
	for (page = 1; page < PAGES; page += 2)
		ok_equal(stamp_verify(first.map, first.id, page, 1, 1), 0, "page %llu between",
			 (unsigned long long)page);
	close_object(&first, PAGES);
	close_object(&second, PAGES / 2);
	dp_settle(pager);
	ok_errno(dp_delete_wait(store), 0, "the store can be deleted");
}

/* The store to be used first has room left, but for no folio of @second. */
static void no_room_for_one(int pager)
{
	int disk = block_open("/dev/vdb", O_RDWR);
	int best = dp_store(pager, 20, 0, NULL);
	struct dpager_store_info info;
	struct scene second;

	dp_segment(best, disk, 0, (3 * FOLIO + 7) * PAGE);
	close(disk);
	second = open_object(pager, PAGES);
	stamp_fill(second.map, second.id, 0, PAGES, 1);
	ok_equal(dp_page_out(second.object), PAGES, "few slots on the best store");
	ok_equal(pages_in_memory(second.map, 0, PAGES), 0, "all are out");
	dp_store_info(best, &info);
	ok(info.pages_free == 7, "it has %llu free, which is less than a folio",
	   (unsigned long long)info.pages_free);
	ok_equal(stamp_renew(second.map, second.id, 0, PAGES, 2), 0, "all are right");
	ok_equal(dp_page_out(second.object), PAGES, "out again");
	ok_equal(stamp_verify(second.map, second.id, 0, PAGES, 2), 0, "and are right");
	close_object(&second, PAGES);
	dp_settle(pager);
	ok_errno(dp_delete_wait(best), 0, "the store can be deleted");
}

int main(void)
{
	struct dp_scene base;

	dp_scene_open(&base, "/dev/vda", 16 * MiB);
	in_order(base.store);
	dropped_in_part(base.store);
	rewritten_in_part(base.store);
	paged_out_in_part(base.store);
	locked_in_part(base.store);
	scattered(base.pager);
	no_room_for_one(base.pager);
	dp_settle(base.pager);
	dp_scene_close(&base);
	return tap_done();
}
