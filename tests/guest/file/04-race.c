// SPDX-License-Identifier: GPL-2.0
/*
 * On two CPUs: truncate, punch, faults, read, write and pageout at the same time,
 * on pages that carry their stamp. A page is what was written to it, or zeros where
 * it may have been cut; what nobody cuts is never anything but its last write.
 *
 * guest: timeout=300
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/falloc.h>
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "dp.h"
#include "proc.h"

/* The first pages are nobody's to cut: one writer each knows what they are. */
#define KEPT	96UL
#define PAGES	512UL
#define SECONDS	6

static struct dp_scene scene;
static struct dp_area area;
static volatile bool *enough;
static sigjmp_buf behind;

static void on_sigbus(int signal)
{
	(void)signal;
	siglongjmp(behind, 1);
}

static uint64_t any_page(uint64_t *state)
{
	return KEPT + random_next(state) % (PAGES - KEPT);
}

/* A stamp of this page, of any generation, or zeros, from the first byte on. */
static bool page_wrong(const char *page, uint64_t index)
{
	struct stamp stamp;
	char want[PAGE];
	unsigned int i;

	if (page_is_zero(page))
		return false;
	if (stamp_read(page, &stamp))
		return stamp.object != area.id || stamp.index != index;
	/* Cut in the middle, or being written: zeros or its one generation. */
	stamp_write(want, (struct stamp){ area.id, index, 1 });
	for (i = 0; i < PAGE; i++)
		if (page[i] && page[i] != want[i])
			return true;
	return false;
}

static int load(void *argument)
{
	volatile uint64_t state = 11 + (uintptr_t)argument, page;
	uint64_t random = state;
	char copy[PAGE];

	signal(SIGBUS, on_sigbus);
	while (!*enough) {
		page = any_page(&random);
		if (sigsetjmp(behind, 1))
			continue;
		memcpy(copy, area.map + page * PAGE, PAGE);
		if (page_wrong(copy, page))
			return 1;
	}
	return 0;
}

static int read_calls(void *argument)
{
	uint64_t state = 21 + (uintptr_t)argument, page;
	char copy[PAGE];

	while (!*enough) {
		page = any_page(&state);
		memset(copy, 0, PAGE);
		if (pread(area.fd, copy, PAGE, page * PAGE) < 0)
			return 2;
		if (page_wrong(copy, page))
			return 1;
	}
	return 0;
}

static int write_calls(void *argument)
{
	uint64_t state = 31 + (uintptr_t)argument, page;
	char stamp[PAGE];

	while (!*enough) {
		page = any_page(&state);
		stamp_write(stamp, (struct stamp){ area.id, page, 1 });
		if (random_next(&state) & 1) {
			if (pwrite(area.fd, stamp, PAGE, page * PAGE) != PAGE)
				return 1;
		} else if (pwrite(area.fd, stamp + 1000, 2000, page * PAGE + 1000) != 2000) {
			return 2;
		}
	}
	return 0;
}

static int store(void *argument)
{
	volatile uint64_t page;
	uint64_t state = 41 + (uintptr_t)argument;

	signal(SIGBUS, on_sigbus);
	while (!*enough) {
		page = any_page(&state);
		if (!sigsetjmp(behind, 1))
			stamp_write(area.map + page * PAGE,
				    (struct stamp){ area.id, page, 1 });
	}
	return 0;
}

static int truncate_calls(void *argument)
{
	uint64_t state = 51 + (uintptr_t)argument;

	while (!*enough) {
		if (ftruncate(area.fd, any_page(&state) * PAGE + random_next(&state) % PAGE))
			return 1;
		if (ftruncate(area.fd, PAGES * PAGE))
			return 2;
	}
	return 0;
}

/* Behind a punch nobody else is at: what was punched reads as zeros. */
static int punch_calls(void *argument)
{
	uint64_t state = 61 + (uintptr_t)argument, from;

	while (!*enough) {
		from = any_page(&state) * PAGE + (random_next(&state) & 1 ? random_next(&state) % PAGE : 0);
		if (fallocate(area.fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, from,
			      random_next(&state) % (20 * PAGE) + 1))
			return 1;
		if (random_next(&state) % 4 == 0 &&
		    fallocate(area.fd, FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE, from, 3 * PAGE))
			return 2;
	}
	return 0;
}

static int page_out(void *argument)
{
	uint64_t pages;
	int error;

	(void)argument;
	while (!*enough) {
		error = dp_control(area.fd, DPAGER_CONTROL_PAGE_OUT, 0, 0, &pages);
		if (error && error != ENXIO)
			return error;
		posix_fadvise(area.fd, 0, 0, POSIX_FADV_DONTNEED);
		posix_fadvise(area.fd, 0, 0, POSIX_FADV_WILLNEED);
	}
	return 0;
}

/* Seen by calls and by the mapping, each page is what this process wrote last. */
static int keep(void *argument)
{
	uint64_t state = 71 + (uintptr_t)argument, generation[KEPT] = { 0 }, page, i;
	char copy[PAGE], stamp[PAGE];

	for (i = 0; !*enough; i++) {
		page = random_next(&state) % KEPT;
		if (page % 2 != (uintptr_t)argument)
			continue;
		if (pread(area.fd, copy, PAGE, page * PAGE) != PAGE)
			return 1;
		if (generation[page] ? stamp_check(copy, (struct stamp){ area.id, page,
						   generation[page] }) != STAMP_GOOD :
		    !page_is_zero(copy))
			return 2;
		if (memcmp(copy, area.map + page * PAGE, PAGE))
			return 3;
		/* Data from here to the next page at least, once it was written. */
		if (generation[page] &&
		    lseek(area.fd, page * PAGE, SEEK_DATA) != (off_t)(page * PAGE))
			return 4;
		stamp_write(stamp, (struct stamp){ area.id, page, ++generation[page] });
		if (i & 1)
			memcpy(area.map + page * PAGE, stamp, PAGE);
		else if (pwrite(area.fd, stamp, PAGE, page * PAGE) != PAGE)
			return 5;
	}
	return i > 50 ? 0 : 6;
}

/* What is written is data, and has blocks, at any moment. */
static int look(void *argument)
{
	struct stat stat;

	(void)argument;
	while (!*enough) {
		if (fstat(area.fd, &stat) || stat.st_size > (off_t)(PAGES * PAGE))
			return 1;
		if (lseek(area.fd, 0, SEEK_HOLE) < 0)
			return 2;
		if (lseek(area.fd, 0, SEEK_DATA) < 0 && errno != ENXIO)
			return 3;
	}
	return 0;
}

static const struct {
	proc_fn fn;
	const char *what;
} jobs[] = {
	{ truncate_calls, "truncate" }, { punch_calls, "punch" }, { load, "load" },
	{ store, "store" }, { read_calls, "read" }, { write_calls, "write" },
	{ page_out, "page out" }, { keep, "pages kept, even" }, { keep, "pages kept, odd" },
	{ look, "look" },
};

#define JOBS	(sizeof(jobs) / sizeof(*jobs))

static void race(uint64_t left_out, const char *what)
{
	pid_t pids[JOBS];
	unsigned int i;

	*enough = false;
	ok_errno(ftruncate(area.fd, 0) || ftruncate(area.fd, PAGES * PAGE) ? errno : 0, 0, "%s", what);
	for (i = 0; i < JOBS; i++)
		if (!(left_out & 1 << i))
			pids[i] = proc_start(jobs[i].fn, (void *)(uintptr_t)(i == 8));
	sleep(SECONDS);
	*enough = true;
	for (i = 0; i < JOBS; i++)
		if (!(left_out & 1 << i))
			ok_equal(proc_wait(pids[i]), 0, "%s: %s", what, jobs[i].what);
}

/* Where a page must not change while it is written: a wrong checksum is EIO. */
static void checked(void)
{
	struct dpager_store_create create = {
		.size = sizeof(create), .priority = -1, .flags = DPAGER_STORE_CHECKSUM,
	};
	struct dpager_store_info info;

	if (dp_store_create(scene.pager, &create))
		bail("no store with checksums");
	dp_segment(create.fd, scene.device, 32 * MiB, 16 * MiB);
	dp_area_open(&area, create.fd, PAGES);
	race(0, "with checksums");
	if (dp_store_detail(create.fd, &info))
		bail("STORE_INFO");
	ok_equal(info.checksum_errors, 0, "every checksum was right");
	dp_area_close(&area);
	dp_settle(scene.pager);
	ok_errno(dp_delete_wait(create.fd), 0, "delete that store");
	close(create.fd);
}

int main(void)
{
	dp_scene_open(&scene, "/dev/vda", 16 * MiB);
	dp_area_open(&area, scene.store, PAGES);
	enough = shared_memory(sizeof(*enough));
	race(0, "all at once");
	race(1 << 0 | 1 << 4 | 1 << 5, "punch against faults");
	race(1 << 1 | 1 << 4 | 1 << 5 | 1 << 9, "truncate against faults");
	race(1 << 2 | 1 << 3, "without faults");
	ok_errno(ftruncate(area.fd, 0) ? errno : 0, 0, "all of it is cut");
	ok_equal(dp_segment_used(scene.store, scene.segment), 0, "no slot is in use");
	dp_area_close(&area);
	checked();
	dp_settle(scene.pager);
	dp_scene_close(&scene);
	return tap_done();
}
