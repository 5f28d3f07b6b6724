// SPDX-License-Identifier: GPL-2.0
/* madvise on a shared mapping: advice never changes what is read. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dp.h"

#define PAGES	256UL
/* Pages that certainly make a stream. */
#define ORDER	20UL

#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ	22
#define MADV_POPULATE_WRITE	23
#endif

static int object;
static uint64_t id, generation;
static char *map;

static void advise(int advice, const char *name)
{
	stamp_fill(map, id, 0, PAGES, ++generation);
	ok_errno(madvise(map, PAGES * PAGE, advice) ? errno : 0, 0, "%s", name);
	ok_equal(stamp_verify(map, id, 0, PAGES, generation), 0, "%s keeps dirty pages", name);
	dp_page_out(object);
	ok_errno(madvise(map, PAGES * PAGE, advice) ? errno : 0, 0, "%s on what is out", name);
	ok_equal(stamp_verify(map, id, 0, PAGES, generation), 0, "%s keeps what is out", name);
}

static unsigned long long resident(void)
{
	struct dpager_object_info info;

	dp_object_info(object, &info);
	return info.resident;
}

static void populate(int advice, const char *name)
{
	dp_page_out(object);
	ok_equal(resident(), 0, "%s: nothing is in memory", name);
	ok_errno(madvise(map, PAGES * PAGE, advice) ? errno : 0, 0, "%s", name);
	ok_equal(resident(), PAGES * PAGE, "%s: all is in memory", name);
	ok_equal(stamp_verify(map, id, 0, PAGES, generation), 0, "%s: and right", name);
}

static void touch(uint64_t first, uint64_t count)
{
	uint64_t i;

	for (i = first; i < first + count; i++)
		(void)*(volatile char *)(map + i * PAGE);
}

static void read_file(uint64_t count)
{
	char page[PAGE];
	uint64_t i;

	for (i = 0; i < count; i++)
		if (pread(object, page, PAGE, i * PAGE) != PAGE)
			bail("pread");
}

/* Nor is anything on its way in. */
static void all_out(void)
{
	if (dp_control(object, DPAGER_CONTROL_PAGE_IN, 0, 0, NULL))
		bail("PAGE_IN");
	dp_page_out(object);
	if (resident())
		bail("pages stay in memory");
}

/* What comes into memory beside what is asked for. */
static void random_is_heeded(void)
{
	uint64_t block;

	all_out();
	touch(0, ORDER);
	ok(resident() > ORDER * PAGE, "in order: more is read ahead");
	madvise(map, PAGES * PAGE, MADV_RANDOM);
	all_out();
	touch(0, ORDER);
	ok_equal(resident(), ORDER * PAGE, "after MADV_RANDOM only what is touched");
	madvise(map, PAGES * PAGE, MADV_NORMAL);
	all_out();
	for (block = 0; block < 4; block++)
		touch(block * PAGES / 4, 4);
	ok_equal(resident(), 4 * 4 * PAGE, "nor do blocks of 4 pages bring more");
	all_out();
	read_file(ORDER);
	ok(resident() > ORDER * PAGE, "read(2) in order: more is read ahead");
	posix_fadvise(object, 0, 0, POSIX_FADV_RANDOM);
	all_out();
	read_file(ORDER);
	ok_equal(resident(), ORDER * PAGE, "after POSIX_FADV_RANDOM only what is read");
	posix_fadvise(object, 0, 0, POSIX_FADV_NORMAL);
}

static void mincore_follows(void)
{
	unsigned char vector[PAGES];
	unsigned int in = 0, i;

	dp_page_out(object);
	mincore(map, PAGES * PAGE, vector);
	for (i = 0; i < PAGES; i++)
		in += vector[i] & 1;
	ok_equal(in, 0, "mincore: none after page-out");
	(void)*(volatile char *)map;
	mincore(map, PAGES * PAGE, vector);
	ok(vector[0] & 1, "mincore: a page that was touched");
}

/* Past the size populate fails as a touch would. */
static void populate_past_the_size(void)
{
	char *longer = dp_map(object, (PAGES + 1) * PAGE);

	ok_errno(madvise(longer, (PAGES + 1) * PAGE, MADV_POPULATE_READ) ? errno : 0, EFAULT,
		 "populate past the size");
	munmap(longer, (PAGES + 1) * PAGE);
}

int main(void)
{
	struct dp_scene scene;

	dp_scene_open(&scene, "/dev/vda", 16 * MiB);
	object = dp_object(scene.pager, PAGES * PAGE, &id);
	map = dp_map(object, PAGES * PAGE);
	advise(MADV_DONTNEED, "MADV_DONTNEED");
	advise(MADV_PAGEOUT, "MADV_PAGEOUT");
	advise(MADV_COLD, "MADV_COLD");
	advise(MADV_WILLNEED, "MADV_WILLNEED");
	advise(MADV_SEQUENTIAL, "MADV_SEQUENTIAL");
	advise(MADV_RANDOM, "MADV_RANDOM");
	advise(MADV_NORMAL, "MADV_NORMAL");
	populate(MADV_POPULATE_READ, "MADV_POPULATE_READ");
	populate(MADV_POPULATE_WRITE, "MADV_POPULATE_WRITE");
	random_is_heeded();
	mincore_follows();
	populate_past_the_size();
	munmap(map, PAGES * PAGE);
	close(object);
	dp_settle(scene.pager);
	dp_scene_close(&scene);
	return tap_done();
}
