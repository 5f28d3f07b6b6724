// SPDX-License-Identifier: GPL-2.0
/* OBJECT_CONTROL: page out, page in, drop; ranges, and each error. */
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dp.h"

#define PAGES	128ULL
#define BYTES	(PAGES * PAGE)
#define TOP	(1ULL << 63)

static int object;
static uint64_t id;
static char *map;

struct row {
	const char *what;
	uint32_t operation;
	uint64_t offset, length;
	int error;
	uint32_t detail;
};

static const struct row rows[] = {
	{ "operation 0", 0, 0, 0, EINVAL, DPAGER_DETAIL_OPERATION },
	{ "operation 4", 4, 0, 0, EINVAL, DPAGER_DETAIL_OPERATION },
	{ "operation -1", -1U, 0, 0, EINVAL, DPAGER_DETAIL_OPERATION },
	{ "an odd offset", 1, 1, PAGE, EINVAL, DPAGER_DETAIL_ALIGNMENT },
	{ "an offset of a sector", 2, 512, 0, EINVAL, DPAGER_DETAIL_ALIGNMENT },
	{ "an odd length", 3, 0, PAGE + 1, EINVAL, DPAGER_DETAIL_ALIGNMENT },
	{ "a length of a sector", 1, 0, 512, EINVAL, DPAGER_DETAIL_ALIGNMENT },
	{ "a page past the end", 1, 0, BYTES + PAGE, ENXIO, DPAGER_DETAIL_BEYOND_END },
	{ "behind the end", 2, BYTES, PAGE, ENXIO, DPAGER_DETAIL_BEYOND_END },
	{ "far behind the end", 3, 1ULL << 50, PAGE, ENXIO, DPAGER_DETAIL_BEYOND_END },
	{ "the sum is 2^64", 3, -PAGE, PAGE, EOVERFLOW, DPAGER_DETAIL_OVERFLOW },
	{ "the sum is above 2^64", 1, PAGE, -PAGE, EOVERFLOW, DPAGER_DETAIL_OVERFLOW },
	{ "the sum is 2^63", 2, TOP - PAGE, PAGE, EOVERFLOW, DPAGER_DETAIL_OVERFLOW },
};

static void bad_rows(void)
{
	unsigned int i;
	uint64_t pages;

	stamp_fill(map, id, 0, PAGES, 1);
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		ok_dp(dp_control(object, rows[i].operation, rows[i].offset, rows[i].length, &pages),
		      rows[i].error, rows[i].detail, "%s", rows[i].what);
	ok_equal(stamp_verify(map, id, 0, PAGES, 1), 0, "nothing was dropped");
}

static uint64_t control(uint32_t operation, uint64_t first, uint64_t count)
{
	uint64_t pages;

	errno = dp_control(object, operation, first * PAGE, count * PAGE, &pages);
	if (errno)
		bail("OBJECT_CONTROL %u", operation);
	return pages;
}

static uint64_t resident(void)
{
	struct dpager_object_info info;

	dp_object_info(object, &info);
	return info.resident / PAGE;
}

static void page_out_and_in(void)
{
	ok_equal(control(DPAGER_CONTROL_PAGE_OUT, 10, 20), 20, "page out a range");
	ok_equal(resident(), PAGES - 20, "the rest stays in memory");
	ok_equal(control(DPAGER_CONTROL_PAGE_OUT, 10, 20), 0, "once more: nothing is dirty");
	ok_equal(control(DPAGER_CONTROL_PAGE_IN, 10, 5), 5, "page in a part");
	ok(resident() >= PAGES - 15, "it is in memory");
	ok_equal(control(DPAGER_CONTROL_PAGE_IN, 0, 10), 0, "page in what is in memory");
	ok_equal(stamp_verify(map, id, 0, PAGES, 1), 0, "all is right");
	control(DPAGER_CONTROL_PAGE_OUT, 0, 0);
	ok_equal(resident(), 0, "page out to the end");
	ok_equal(control(DPAGER_CONTROL_PAGE_IN, 0, 0), PAGES, "page in to the end");
	ok_equal(resident(), PAGES, "all is in memory");
	ok_equal(stamp_verify(map, id, 0, PAGES, 1), 0, "all is right again");
}

static uint64_t zeros(uint64_t first, uint64_t count)
{
	return count - pages_not_zero(map, first, count);
}

/* In memory and dirty, in memory and clean, out: each is forgotten. */
static void drop(void)
{
	stamp_fill(map, id, 0, PAGES, 2);
	ok(control(DPAGER_CONTROL_DROP, 0, 10) <= 10, "drop dirty pages");
	ok_equal(zeros(0, 10), 10, "they read as zeros");
	control(DPAGER_CONTROL_PAGE_OUT, 0, 0);
	ok_equal(control(DPAGER_CONTROL_DROP, 20, 10), 10, "drop what is out");
	ok_equal(zeros(20, 10), 10, "it reads as zeros");
	ok_equal(stamp_verify(map, id, 30, PAGES - 30, 2), 0, "the others are right");
	ok_equal(control(DPAGER_CONTROL_DROP, 40, 10), 10, "drop what is in and clean");
	ok_equal(zeros(40, 10), 10, "it reads as zeros");
	ok_equal(stamp_verify(map, id, 10, 10, 2) + stamp_verify(map, id, 30, 10, 2) +
		 stamp_verify(map, id, 50, PAGES - 50, 2), 0, "the others are right");
	control(DPAGER_CONTROL_DROP, 0, 0);
	ok_equal(zeros(0, PAGES), PAGES, "drop all");
	control(DPAGER_CONTROL_PAGE_OUT, 0, 0);
	ok_equal(zeros(0, PAGES), PAGES, "zeros stay zeros when they go out");
	stamp_fill(map, id, 0, PAGES, 3);
	control(DPAGER_CONTROL_PAGE_OUT, 0, 0);
	ok_equal(stamp_verify(map, id, 0, PAGES, 3), 0, "dropped pages can be written again");
}

/* Pages that were never touched have nothing to write, read or free. */
static void untouched(int pager)
{
	int fresh = dp_object(pager, 1ULL << 40, NULL);
	uint64_t pages = 7;

	ok_dp(dp_control(fresh, DPAGER_CONTROL_PAGE_OUT, 0, 0, &pages), 0, 0, "untouched: page out");
	ok_equal(pages, 0, "untouched: none");
	ok_dp(dp_control(fresh, DPAGER_CONTROL_PAGE_IN, 0, 0, &pages), 0, 0, "untouched: page in");
	ok_equal(pages, 0, "untouched: none");
	ok_dp(dp_control(fresh, DPAGER_CONTROL_DROP, 0, 0, &pages), 0, 0, "untouched: drop");
	ok_equal(pages, 0, "untouched: none");
	close(fresh);
}

int main(void)
{
	struct dp_scene scene;

	dp_scene_open(&scene, "/dev/vda", 16 * MiB);
	object = dp_object(scene.pager, BYTES, &id);
	map = dp_map(object, BYTES);
	bad_rows();
	page_out_and_in();
	drop();
	untouched(scene.pager);
	munmap(map, BYTES);
	close(object);
	dp_settle(scene.pager);
	dp_scene_close(&scene);
	return tap_done();
}
