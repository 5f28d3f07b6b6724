// SPDX-License-Identifier: GPL-2.0
/*
 * ftruncate both ways, to sizes that are no whole pages: what is behind the end
 * raises SIGBUS, is in no slot and no memory, and is zeros after growth; SEMANTICS
 * cases 36 and 37.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dp.h"
#include "proc.h"

#define PAGES	96UL

static struct dp_scene scene;
static struct dp_area area;

static int resize(uint64_t bytes)
{
	return ftruncate(area.fd, bytes) ? errno : 0;
}

static uint64_t used(void)
{
	return dp_segment_used(scene.store, scene.segment);
}

static uint64_t resident(void)
{
	struct dpager_object_info info;

	dp_object_info(area.fd, &info);
	return info.resident / PAGE;
}

static void filled(bool out)
{
	ok_errno(resize(PAGES * PAGE), 0, "whole again");
	stamp_fill(area.map, area.id, 0, PAGES, 1);
	if (out)
		dp_page_out(area.fd);
}

static const uint64_t sizes[] = {
	0, 1, PAGE - 1, PAGE, PAGE + 1, 31 * PAGE, 32 * PAGE, 32 * PAGE + 5, 33 * PAGE, 40 * PAGE - 1,
	64 * PAGE, 65 * PAGE + 100, 95 * PAGE, 95 * PAGE + 1, 96 * PAGE - 1,
};

/* Bytes behind a size that are not zeros, in its last page. */
static unsigned int tail(uint64_t size)
{
	unsigned int wrong = 0;
	uint64_t i;

	for (i = size; i % PAGE; i++)
		wrong += area.map[i] != 0;
	return wrong;
}

static void shrink(uint64_t size, bool out)
{
	uint64_t pages = (size + PAGE - 1) / PAGE, whole = size / PAGE;
	const char *how = out ? "out" : "in memory";
	struct stat stat;

	filled(out);
	ok_errno(resize(size), 0, "to %llu bytes, %s", (unsigned long long)size, how);
	fstat(area.fd, &stat);
	ok_equal(stat.st_size, size, "its size");
	ok_equal(lseek(area.fd, 0, SEEK_END), size, "by lseek");
	ok(used() <= pages && resident() <= (pages + 15) / 16 * 16, "no slot, no memory behind it");
	if (pages < PAGES) {
		ok_equal(probe_read(area.map + pages * PAGE), SIGBUS, "SIGBUS behind it");
		ok_equal(probe_write(area.map + (PAGES - 1) * PAGE), SIGBUS, "and at the old end");
	}
	ok_equal(stamp_verify(area.map, area.id, 0, whole, 1), 0, "pages before it");
	ok_equal(tail(size), 0, "the rest of the last page");
	if (size % PAGE)
		memset(area.map + size, 'x', PAGE - size % PAGE);
	if (out && size)
		dp_page_out(area.fd);
	ok_errno(resize(PAGES * PAGE), 0, "and larger again");
	ok_equal(tail(size), 0, "what was stored behind the end does not show");
	ok_equal(pages_not_zero(area.map, pages, PAGES - pages), 0, "and zeros up to the new end");
	ok_equal(stamp_verify(area.map, area.id, 0, whole, 1), 0, "pages before it");
}

/* Processes that read what may be behind the end, of pages that are filled anew. */
struct job {
	volatile bool *enough;
};

static sigjmp_buf behind;

static void on_sigbus(int signal)
{
	(void)signal;
	siglongjmp(behind, 1);
}

/* Each byte of a page is that of its stamp, or 0. */
static bool page_wrong(const char *page, uint64_t index)
{
	char want[PAGE];
	unsigned int i;

	stamp_write(want, (struct stamp){ area.id, index, 1 });
	for (i = 0; i < PAGE; i++)
		if (page[i] && page[i] != want[i])
			return true;
	return false;
}

static int reader(void *argument)
{
	const struct job *job = argument;
	volatile uint64_t page = 0, sigbus = 0;
	char copy[PAGE];

	signal(SIGBUS, on_sigbus);
	while (!*job->enough) {
		page = (page + 1) % PAGES;
		if (sigsetjmp(behind, 1)) {
			sigbus++;
			continue;
		}
		memcpy(copy, area.map + page * PAGE, PAGE);
		if (page_wrong(copy, page))
			return 1;
		memset(copy, 0, PAGE);
		if (pread(area.fd, copy, PAGE, page * PAGE) > 0 && page_wrong(copy, page))
			return 3;
	}
	return sigbus ? 0 : 2;
}

static void under_readers(void)
{
	struct job job = { shared_memory(sizeof(bool)) };
	unsigned int i, wrong = 0;
	pid_t pids[2];

	for (i = 0; i < 2; i++)
		pids[i] = proc_start(reader, &job);
	for (i = 0; i < 40; i++) {
		wrong += resize(PAGES * PAGE) != 0;
		stamp_fill(area.map, area.id, 0, PAGES, 1);
		if (i & 1)
			dp_page_out(area.fd);
		wrong += resize(sizes[i % 15]) != 0;
		usleep(2000);
	}
	*job.enough = true;
	ok_equal(wrong, 0, "shrunk 40 times under two readers");
	for (i = 0; i < 2; i++)
		ok_equal(proc_wait(pids[i]), 0, "reader %u saw stamps, zeros or SIGBUS", i);
	filled(true);
	ok_equal(stamp_verify(area.map, area.id, 0, PAGES, 1), 0, "and all is well");
}

static void refused(void)
{
	struct dpager_object_info info;
	uint64_t pages;
	char path[64];
	int fd;

	ok_errno(resize(-1), EINVAL, "a negative size");
	ok_errno(resize(0x7fffffffffffffff), 0, "the largest size");
	ok_equal(probe_read(area.map), 0, "it can be read");
	ok_errno(resize(PAGE + 1), 0, "and back");
	snprintf(path, sizeof(path), "/proc/self/fd/%d", area.fd);
	fd = open(path, O_RDONLY);
	ok_errno(ftruncate(fd, 0) ? errno : 0, EINVAL, "by a descriptor for reading");
	close(fd);
	ok_errno(truncate(path, 3 * PAGE + 3) ? errno : 0, 0, "by a path");
	dp_object_info(area.fd, &info);
	ok_equal(info.bytes, 3 * PAGE + 3, "INFO says so");
	stamp_fill(area.map, area.id, 0, 4, 1);
	ok_errno(dp_control(area.fd, DPAGER_CONTROL_PAGE_OUT, 0, 0, &pages), 0, "PAGE_OUT to the end");
	ok_equal(pages, 4, "takes the last page, too");
	ok_errno(dp_control(area.fd, DPAGER_CONTROL_PAGE_OUT, 0, 5 * PAGE, &pages), ENXIO,
		 "PAGE_OUT behind the end");
	fd = open(path, O_RDWR | O_TRUNC);
	ok(fd >= 0 && !lseek(fd, 0, SEEK_END), "O_TRUNC");
	close(fd);
	ok_errno(dp_control(area.fd, DPAGER_CONTROL_PAGE_OUT, 0, 0, &pages), ENXIO,
		 "an object without a byte has no range");
}

int main(void)
{
	unsigned int i;

	dp_scene_open(&scene, "/dev/vda", 16 * MiB);
	dp_area_open(&area, scene.store, PAGES);
	for (i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		shrink(sizes[i], false);
		shrink(sizes[i], true);
	}
	under_readers();
	refused();
	ok_equal(used(), 0, "no slot is in use");
	dp_area_close(&area);
	dp_settle(scene.pager);
	dp_scene_close(&scene);
	return tap_done();
}
