// SPDX-License-Identifier: GPL-2.0
/*
 * Larger folios that lie across the object's new end, or the ends of a hole: their
 * pages behind the end are in no page table and are zeros afterwards, those before
 * it are as they were, also when somebody has the folio pinned.
 *
 * guest: timeout=240
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/falloc.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include "dp.h"
#include "proc.h"

#define PAGES	128UL

static struct dp_area area;

/* Out, and in again in order: what lies in a row comes as larger folios. */
static void bring(bool dirty)
{
	uint64_t i;

	if (ftruncate(area.fd, PAGES * PAGE))
		bail("ftruncate");
	stamp_fill(area.map, area.id, 0, PAGES, 1);
	dp_page_out(area.fd);
	for (i = 0; i < PAGES; i++)
		probe_read(area.map + i * PAGE);
	if (dirty)
		stamp_fill(area.map, area.id, 0, PAGES, 1);
}

static unsigned int sigbus_behind(uint64_t pages)
{
	unsigned int missing = 0;
	uint64_t i;

	for (i = pages; i < PAGES; i++)
		missing += probe_read(area.map + i * PAGE) != SIGBUS;
	return missing;
}

static void cut(uint64_t bytes, bool dirty, bool held)
{
	uint64_t whole = bytes / PAGE, pages = (bytes + PAGE - 1) / PAGE;
	int pipes[2] = { -1, -1 };
	struct iovec vector;

	bring(dirty);
	/* A pipe of the pages themselves. */
	vector = (struct iovec){ area.map + pages / 16 * 16 * PAGE, 16 * PAGE };
	if (held && (pipe(pipes) || vmsplice(pipes[1], &vector, 1, SPLICE_F_NONBLOCK) <= 0))
		bail("vmsplice");
	ok_errno(ftruncate(area.fd, bytes) ? errno : 0, 0, "to %llu bytes%s%s",
		 (unsigned long long)bytes, dirty ? ", dirty" : "", held ? ", held" : "");
	ok_equal(sigbus_behind(pages), 0, "SIGBUS for each page behind it");
	ok_equal(stamp_verify(area.map, area.id, 0, whole, 1), 0, "pages before it");
	if (held) {
		close(pipes[0]);
		close(pipes[1]);
	}
	if (ftruncate(area.fd, PAGES * PAGE))
		bail("ftruncate");
	ok_equal(pages_not_zero(area.map, pages, PAGES - pages), 0, "zeros behind it");
	dp_page_out(area.fd);
	ok_equal(pages_not_zero(area.map, pages, PAGES - pages), 0, "and when they come back");
	ok_equal(stamp_verify(area.map, area.id, 0, whole, 1), 0, "pages before it");
}

static void punch(uint64_t at, uint64_t bytes)
{
	uint64_t first = (at + PAGE - 1) / PAGE, end = (at + bytes) / PAGE;

	bring(false);
	ok_errno(fallocate(area.fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, at, bytes) ? errno : 0,
		 0, "a hole of %llu at %llu", (unsigned long long)bytes, (unsigned long long)at);
	ok_equal(pages_not_zero(area.map, first, end - first), 0, "zeros");
	dp_page_out(area.fd);
	ok_equal(pages_not_zero(area.map, first, end - first), 0, "and when they come back");
	ok_equal(stamp_verify(area.map, area.id, 0, at / PAGE, 1), 0, "pages before it");
	ok_equal(stamp_verify(area.map, area.id, (at + bytes + PAGE - 1) / PAGE,
			      PAGES - (at + bytes + PAGE - 1) / PAGE, 1), 0, "and behind it");
}

/* One goes through the pages in order while another cuts them. */
static int in_order(void *argument)
{
	volatile bool *enough = argument;
	uint64_t i, wrong = 0;
	char page[PAGE];

	while (!*enough)
		for (i = 0; i < PAGES; i++) {
			probe_write(area.map + i * PAGE + 8);
			if (pread(area.fd, page, PAGE, i * PAGE) < 0)
				wrong++;
		}
	return wrong != 0;
}

static void storm(void)
{
	volatile bool *enough = shared_memory(sizeof(*enough));
	unsigned int i, wrong = 0, mapped = 0;
	pid_t pids[2];

	for (i = 0; i < 2; i++)
		pids[i] = proc_start(in_order, (void *)enough);
	for (i = 0; i < 150; i++) {
		uint64_t pages = i * 7 % PAGES;

		wrong += ftruncate(area.fd, PAGES * PAGE) != 0;
		if (i % 3 == 0)
			dp_page_out(area.fd);
		usleep(5000);
		wrong += ftruncate(area.fd, pages * PAGE) != 0;
		mapped += sigbus_behind(pages);
	}
	*enough = true;
	ok_equal(wrong, 0, "cut 150 times");
	ok_equal(mapped, 0, "never a page behind the end");
	for (i = 0; i < 2; i++)
		ok_equal(proc_wait(pids[i]), 0, "who goes through it");
}

int main(void)
{
	static const uint64_t sizes[] = { 5 * PAGE, 21 * PAGE + 7, 47 * PAGE, 48 * PAGE, 48 * PAGE + 1,
		63 * PAGE - 1, 100 * PAGE + 4000 };
	struct dp_scene scene;
	unsigned int i, how;

	dp_scene_open(&scene, "/dev/vda", 16 * MiB);
	dp_area_open(&area, scene.store, PAGES);
	for (i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
		for (how = 0; how < 4; how++)
			cut(sizes[i], how & 1, how & 2);
	punch(5 * PAGE, 6 * PAGE);
	punch(20 * PAGE + 9, 50 * PAGE);
	punch(16 * PAGE, 15 * PAGE + 100);
	storm();
	dp_area_close(&area);
	dp_settle(scene.pager);
	dp_scene_close(&scene);
	return tap_done();
}
