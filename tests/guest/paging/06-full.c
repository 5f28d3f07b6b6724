// SPDX-License-Identifier: GPL-2.0
/*
 * A store that is full: pages stay in memory, nothing is lost, it is said once,
 * an explicit page-out says ENOSPC, and new space is taken into use.
 *
 * guest: mem=512 timeout=400
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "block.h"
#include "dp.h"
#include "proc.h"

#define SLOTS	2048UL
#define PAGES	8192UL

static struct dp_scene scene;
static int object;
static uint64_t id;
static char *map;

static int page_out(uint64_t *pages)
{
	return dp_control(object, DPAGER_CONTROL_PAGE_OUT, 0, 0, pages);
}

static void fill_up(void)
{
	struct dpager_object_info info;
	uint64_t pages;

	stamp_fill(map, id, 0, PAGES, 1);
	ok_dp(page_out(&pages), ENOSPC, DPAGER_DETAIL_NO_SPACE, "page out more than fits");
	ok_equal(pages, SLOTS, "what fits is out");
	dp_object_info(object, &info);
	ok_equal(info.paged_out, SLOTS * PAGE, "each slot is used");
	ok(info.resident >= (PAGES - SLOTS) * PAGE, "the others stay in memory");
	ok_equal(stamp_verify(map, id, 0, PAGES, 1), 0, "every page is right");
	stamp_fill(map, id, 0, PAGES, 2);
	page_out(&pages);
	ok_equal(stamp_verify(map, id, 0, PAGES, 2), 0, "every page is right when it is rewritten");
}

/* Pressure that the clean pages can bear; the dirty ones have no slot. */
static int pressure(void *unused)
{
	size_t bytes = proc_figure("/proc/meminfo", "MemFree") * 1024 * 9 / 10, at;
	char *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int round;

	(void)unused;
	for (round = 0; round < 2; round++)
		for (at = 0; at < bytes; at += PAGE)
			memory[at] = round;
	return 0;
}

static void said_once(int before)
{
	struct dpager_info info;
	uint64_t pages;
	int i;

	ok_equal(proc_run(pressure, NULL), 0, "memory pressure with a full store");
	for (i = 0; i < 5; i++) {
		stamp_fill(map, id, 0, PAGES, 3 + i);
		page_out(&pages);
	}
	ok_equal(stamp_verify(map, id, 0, PAGES, 7), 0, "every page is right");
	dp_info(scene.pager, &info);
	ok(info.full > 0, "INFO counts it");
	ok_equal(kernel_log_count("pages stay in memory") - before, 1, "the log says it once");
}

static void new_space(void)
{
	int disk = block_open("/dev/vdb", O_RDWR);
	uint64_t pages, second;

	second = dp_segment(scene.store, disk, 0, PAGES * PAGE);
	close(disk);
	stamp_fill(map, id, 0, PAGES, 8);
	ok_dp(page_out(&pages), 0, DPAGER_DETAIL_NONE, "space was added: all goes out");
	ok_equal(pages, PAGES, "every page");
	ok_equal(stamp_verify(map, id, 0, PAGES, 8), 0, "every page is right");
	ok_errno(dp_control(object, DPAGER_CONTROL_DROP, 0, 0, &pages), 0, "drop all");
	ok_errno(dp_remove(scene.store, second, NULL), 0, "remove the new segment");
}

/* Space that another object gives back is found, too. */
static void space_given_back(void)
{
	int other = dp_object(scene.pager, SLOTS * PAGE, NULL);
	char *other_map = dp_map(other, SLOTS * PAGE);
	uint64_t pages;

	stamp_fill(other_map, 1, 0, SLOTS, 1);
	dp_page_out(other);
	stamp_fill(map, id, 0, SLOTS, 9);
	ok_dp(page_out(&pages), ENOSPC, DPAGER_DETAIL_NO_SPACE, "full by another object");
	ok_equal(pages, 0, "nothing goes out");
	munmap(other_map, SLOTS * PAGE);
	close(other);
	while (page_out(&pages) == ENOSPC)
		usleep(10000);
	ok_equal(dp_detail, DPAGER_DETAIL_NONE, "it is gone: all goes out");
	ok_equal(stamp_verify(map, id, 0, SLOTS, 9), 0, "every page is right");
}

int main(void)
{
	int before;

	dp_scene_open(&scene, "/dev/vda", SLOTS * PAGE);
	object = dp_object(scene.pager, PAGES * PAGE, &id);
	map = dp_map(object, PAGES * PAGE);
	before = kernel_log_count("pages stay in memory");
	fill_up();
	said_once(before);
	new_space();
	space_given_back();
	munmap(map, PAGES * PAGE);
	close(object);
	dp_settle(scene.pager);
	dp_scene_close(&scene);
	return tap_done();
}
