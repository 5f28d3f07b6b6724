// SPDX-License-Identifier: GPL-2.0
/*
 * Space: an object with RESERVE grows with it or not at all, and gives it back;
 * a full store leaves what is written in memory.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/falloc.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dp.h"

#define PAGES	1024ULL

static struct dp_scene scene;
static char page[PAGE];

static uint64_t set_aside(void)
{
	struct dpager_store_info info;

	if (dp_store_detail(scene.store, &info))
		bail("STORE_INFO");
	return info.pages_reserved;
}

static uint64_t size_of(int fd)
{
	struct stat stat;

	fstat(fd, &stat);
	return stat.st_size;
}

static void same(int fd, uint64_t bytes, uint64_t pages, const char *what)
{
	ok_equal(size_of(fd), bytes, "%s: the size", what);
	ok_equal(set_aside(), pages, "%s: what is set aside", what);
}

static void *nowhere(void)
{
	return mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static int failed(long answer)
{
	return answer < 0 ? errno : 0;
}

static void grows(int fd)
{
	ok_errno(failed(ftruncate(fd, 200 * PAGE + 1)), 0, "larger");
	same(fd, 200 * PAGE + 1, 201, "larger");
	ok_errno(failed(ftruncate(fd, PAGES * PAGE + 1)), ENOSPC, "larger than the store");
	same(fd, 200 * PAGE + 1, 201, "refused");
	ok_errno(failed(pwrite(fd, page, PAGE, PAGES * PAGE)), ENOSPC, "a write behind that");
	same(fd, 200 * PAGE + 1, 201, "refused");
	ok_errno(failed(fallocate(fd, 0, 0, PAGES * PAGE + 1)), ENOSPC, "fallocate");
	ok_errno(failed(fallocate(fd, FALLOC_FL_ZERO_RANGE, 0, PAGES * PAGE + 1)), ENOSPC,
		 "FALLOC_FL_ZERO_RANGE");
	same(fd, 200 * PAGE + 1, 201, "refused");
	ok_equal(pwrite(fd, page, PAGE, 300 * PAGE - 10), PAGE, "a write behind the end");
	same(fd, 301 * PAGE - 10, 301, "takes its space");
	ok_errno(failed(pwrite(fd, nowhere(), PAGE, 400 * PAGE)), EFAULT, "one from nowhere");
	same(fd, 301 * PAGE - 10, 301, "takes none");
	ok_errno(failed(fallocate(fd, 0, 0, PAGES * PAGE)), 0, "fallocate all there is");
	same(fd, PAGES * PAGE, PAGES, "all");
	ok_errno(failed(ftruncate(fd, 100 * PAGE - 1)), 0, "smaller");
	same(fd, 100 * PAGE - 1, 100, "smaller");
	ok_errno(failed(ftruncate(fd, 0)), 0, "nothing");
	same(fd, 0, 0, "nothing");
}

static void reserved(void)
{
	struct dpager_object_create create;

	if (dp_object_create(scene.store, 100 * PAGE, DPAGER_OBJECT_RESERVE, &create))
		bail("no object");
	same(create.fd, 100 * PAGE, 100, "at first");
	grows(create.fd);
	close(create.fd);
	dp_settle(scene.pager);
}

/* With slots in use. */
static void shrinks(void)
{
	struct dpager_object_create create;
	char *map;

	if (dp_object_create(scene.store, PAGES * PAGE, DPAGER_OBJECT_RESERVE, &create))
		bail("no object");
	map = dp_map(create.fd, PAGES * PAGE);
	stamp_fill(map, create.id, 0, 500, 1);
	dp_page_out(create.fd);
	ok_equal(set_aside(), PAGES - 500, "what is in use is not set aside any more");
	ok_errno(failed(ftruncate(create.fd, 300 * PAGE)), 0, "shrunk");
	ok_equal(set_aside(), 0, "nothing is set aside");
	ok_equal(dp_segment_used(scene.store, scene.segment), 300, "and slots are free");
	ok_errno(failed(ftruncate(create.fd, 400 * PAGE)), 0, "larger");
	ok_equal(set_aside(), 100, "what has no slot is set aside");
	ok_equal(stamp_verify(map, create.id, 0, 300, 1), 0, "pages are right");
	munmap(map, PAGES * PAGE);
	close(create.fd);
	dp_settle(scene.pager);
}

/* Twice as much as the store has. */
static void full(void)
{
	struct dp_area area;
	uint64_t i, pages;

	dp_area_open(&area, scene.store, 2 * PAGES);
	ok_errno(failed(fallocate(area.fd, 0, 0, 2 * PAGES * PAGE)), ENOSPC, "fallocate says no");
	for (i = 0; i < 2 * PAGES; i++) {
		stamp_write(page, (struct stamp){ area.id, i, 1 });
		if (pwrite(area.fd, page, PAGE, i * PAGE) != PAGE)
			bail("write");
	}
	ok_dp(dp_control(area.fd, DPAGER_CONTROL_PAGE_OUT, 0, 0, &pages), ENOSPC,
	      DPAGER_DETAIL_NO_SPACE, "half of it goes out");
	ok_equal(stamp_verify(area.map, area.id, 0, 2 * PAGES, 1), 0, "all of it is there");
	ok_errno(failed(fallocate(area.fd, FALLOC_FL_KEEP_SIZE, 0, PAGE)), 0, "what has a place has room");
	ok_errno(failed(ftruncate(area.fd, PAGES * PAGE)), 0, "half of it is cut");
	dp_page_out(area.fd);
	ok_equal(stamp_verify(area.map, area.id, 0, PAGES, 1), 0, "the other half goes out");
	dp_area_close(&area);
	dp_settle(scene.pager);
}

int main(void)
{
	memset(page, 'p', sizeof(page));
	dp_scene_open(&scene, "/dev/vda", PAGES * PAGE);
	reserved();
	shrinks();
	full();
	dp_scene_close(&scene);
	return tap_done();
}
