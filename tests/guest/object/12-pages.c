// SPDX-License-Identifier: GPL-2.0
/* OBJECT_PAGES: ranges present on backing store, resumable at any page. */
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dp.h"
#include "listing.h"

#define PAGES	(3UL * 1024 * 1024)
#define RANGES	5

/* With gaps between them; the last is at the object's end. */
static const struct dpager_page_range wanted[RANGES] = {
	{ 0, 1 },
	{ 2, 30 },
	{ 1000, 100 },
	{ 1024 * 1024, 64 },
	{ PAGES - 3, 3 },
};

static int object;
static char *map;
static uint64_t id;

static int list_from(uint64_t next, struct dpager_page_range *ranges, unsigned int room,
		     struct dpager_list *list)
{
	*list = (struct dpager_list){
		.entry_size = sizeof(*ranges),
		.array = (uintptr_t)ranges,
		.room = room,
		.next = next,
	};
	return dp_list(object, DPAGER_IOC_OBJECT_PAGES, list);
}

static void nothing_is_out(void)
{
	struct dpager_page_range ranges[4];
	struct dpager_list list;
	uint64_t pages;

	ok_errno(list_from(0, ranges, 4, &list), 0, "a new object");
	ok(!list.count && !list.total && !list.next, "nothing is on backing store");
	stamp_fill(map, id, 5, 3, 1);
	list_from(0, ranges, 4, &list);
	ok(!list.count && !list.total, "pages in memory are not on backing store");
	dp_control(object, DPAGER_CONTROL_DROP, 0, 0, &pages);
}

static uint64_t page_out_wanted(void)
{
	uint64_t total = 0;
	int i;

	for (i = 0; i < RANGES; i++) {
		stamp_fill(map, id, wanted[i].first, wanted[i].count, 1);
		total += wanted[i].count;
	}
	ok_equal(dp_page_out(object), total, "page out");
	return total;
}

static void exact_ranges(uint64_t total)
{
	struct dpager_page_range ranges[RANGES + 1];
	struct dpager_list list;
	int i, wrong = 0;

	list_from(0, ranges, RANGES + 1, &list);
	for (i = 0; i < RANGES && i < (int)list.count; i++)
		wrong += ranges[i].first != wanted[i].first || ranges[i].count != wanted[i].count;
	ok(list.count == RANGES && !wrong && list.total == total,
	   "the ranges are as they were written");
}

/* A resumption in the middle of a range begins there. */
static void from_the_middle(void)
{
	struct dpager_page_range ranges[RANGES];
	struct dpager_list list;

	list_from(1050, ranges, RANGES, &list);
	ok(list.count == 3 && ranges[0].first == 1050 && ranges[0].count == 50,
	   "from the middle of a range");
	ok_equal(list.total, 50 + 64 + 3, "the total counts from there");
	list_from(PAGES - 1, ranges, RANGES, &list);
	ok(list.count == 1 && ranges[0].first == PAGES - 1 && ranges[0].count == 1 &&
	   !list.next, "the last page");
	list_from(PAGES, ranges, RANGES, &list);
	ok(!list.count && !list.next, "from the end");
	list_from(32, ranges, RANGES, &list);
	ok(list.count == 3 && ranges[0].first == 1000, "from inside a gap");
}

static void follows_changes(void)
{
	struct dpager_page_range ranges[4];
	struct dpager_list list;
	uint64_t pages;

	dp_control(object, DPAGER_CONTROL_PAGE_IN, 0, 64 * PAGE, &pages);
	list_from(0, ranges, 4, &list);
	ok(list.count == 4 && ranges[1].count == 30, "clean pages in memory are still there");
	dp_control(object, DPAGER_CONTROL_DROP, 10 * PAGE, PAGE, &pages);
	list_from(0, ranges, 4, &list);
	ok(list.count == 4 && ranges[1].first == 2 && ranges[1].count == 8 &&
	   ranges[2].first == 11 && ranges[2].count == 21, "a dropped page splits a range");
}

int main(void)
{
	struct listing listing = {
		"OBJECT_PAGES", 0, DPAGER_IOC_OBJECT_PAGES,
		sizeof(struct dpager_page_range), RANGES, 0,
	};
	struct dp_scene scene;

	dp_scene_open(&scene, "/dev/vda", 64 * MiB);
	object = dp_object(scene.pager, PAGES * PAGE, &id);
	map = dp_map(object, PAGES * PAGE);
	nothing_is_out();
	listing.fd = object;
	listing.total = page_out_wanted();
	exact_ranges(listing.total);
	listing_rules(&listing);
	from_the_middle();
	follows_changes();
	munmap(map, PAGES * PAGE);
	close(object);
	dp_settle(scene.pager);
	dp_scene_close(&scene);
	return tap_done();
}
