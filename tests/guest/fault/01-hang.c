// SPDX-License-Identifier: GPL-2.0
/*
 * A disk that hangs (device mapper is suspended): SIGKILL ends whoever waits
 * for it, a store on another disk goes on, and reclaim is not stuck.
 *
 * guest: mem=512 kmod=dm-mod timeout=240
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include "block.h"
#include "dp.h"
#include "proc.h"

#define PAGES	2048UL
#define BYTES	(PAGES * PAGE)
#define SECTORS	(256 * MiB / 512)

static struct {
	int pager, hung_store, good_store;
	int hung, good;
	uint64_t hung_id, good_id;
	char *hung_map, *good_map;
} scene;

static void open_scene(void)
{
	char path[64];
	int disk;

	scene.pager = dp_pager();
	dm_create("dphang", SECTORS, "linear", "/dev/vda 0", path);
	disk = block_open(path, O_RDWR);
	scene.hung_store = dp_store(scene.pager, -1, 0, "hangs");
	dp_segment(scene.hung_store, disk, 0, 128 * MiB);
	close(disk);
	disk = block_open("/dev/vdb", O_RDWR);
	scene.good_store = dp_store(scene.pager, -1, 0, "goes-on");
	dp_segment(scene.good_store, disk, 0, 128 * MiB);
	close(disk);
	scene.hung = dp_object(scene.hung_store, BYTES, &scene.hung_id);
	scene.good = dp_object(scene.good_store, BYTES, &scene.good_id);
	scene.hung_map = dp_map(scene.hung, BYTES);
	scene.good_map = dp_map(scene.good, BYTES);
}

static int touch_hung(void *unused)
{
	(void)unused;
	/* Far from what was read before, so that nothing is in memory. */
	return *(volatile char *)(scene.hung_map + BYTES / 2) != 1;
}

static int page_out_hung(void *unused)
{
	uint64_t pages;

	(void)unused;
	return dp_control(scene.hung, DPAGER_CONTROL_PAGE_OUT, 0, 0, &pages);
}

/* Behind what read-ahead may have brought. */
static int page_in_hung(void *unused)
{
	uint64_t pages;

	(void)unused;
	return dp_control(scene.hung, DPAGER_CONTROL_PAGE_IN, BYTES / 4, 0, &pages);
}

/* An object whose only owner dies while its pages are being written. */
static int own_and_page_out(void *unused)
{
	int object = dp_object(scene.hung_store, 64 * PAGE, NULL);
	char *map = dp_map(object, 64 * PAGE);
	uint64_t pages;

	(void)unused;
	stamp_fill(map, 1, 0, 64, 1);
	return dp_control(object, DPAGER_CONTROL_PAGE_OUT, 0, 0, &pages);
}

static void other_store_goes_on(uint64_t generation)
{
	uint64_t pages;

	stamp_fill(scene.good_map, scene.good_id, 0, PAGES, generation);
	ok_errno(dp_control(scene.good, DPAGER_CONTROL_PAGE_OUT, 0, 0, &pages), 0,
		 "the other store pages out");
	ok_equal(pages, PAGES, "every page");
	ok_equal(stamp_verify(scene.good_map, scene.good_id, 0, PAGES, generation), 0,
		 "and in");
}

/* Twice more than is free: kswapd and direct reclaim must go past the hung pages. */
static int take_memory(void *unused)
{
	size_t bytes = 250 * MiB, at;
	char *memory;
	int round;

	(void)unused;
	for (round = 0; round < 2; round++) {
		memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		for (at = 0; at < bytes; at += PAGE)
			memory[at] = 1;
		munmap(memory, bytes);
	}
	return 0;
}

static void reclaim_goes_on(void)
{
	int big = dp_object(scene.good_store, 100 * MiB, NULL), status = -1;
	uint64_t wrong;
	char *map = dp_map(big, 100 * MiB);
	pid_t pid;

	stamp_fill(map, 9, 0, 100 * MiB / PAGE, 1);
	pid = proc_start(take_memory, NULL);
	if (!ok(proc_ended(pid, 120000, &status) && !status, "memory is found while the disk hangs"))
		kill(pid, SIGKILL);
	wrong = stamp_verify(map, 9, 0, 100 * MiB / PAGE, 1);
	ok_equal(wrong, 0, "pages of the other store are right");
	munmap(map, 100 * MiB);
	close(big);
}

static void afterwards(void)
{
	uint64_t pages;

	ok_equal(stamp_verify(scene.hung_map, scene.hung_id, 0, 64, 2), 0,
		 "the disk is back: what was being written is right");
	ok_equal(stamp_verify(scene.hung_map, scene.hung_id, 64, PAGES - 64, 1), 0,
		 "and what was out");
	stamp_fill(scene.hung_map, scene.hung_id, 0, PAGES, 3);
	ok_errno(dp_control(scene.hung, DPAGER_CONTROL_PAGE_OUT, 0, 0, &pages), 0, "it takes pages");
	ok_equal(stamp_verify(scene.hung_map, scene.hung_id, 0, PAGES, 3), 0, "and gives them");
}

int main(void)
{
	open_scene();
	stamp_fill(scene.hung_map, scene.hung_id, 0, PAGES, 1);
	dp_page_out(scene.hung);
	/* Dirty before the disk hangs: to write to a page it must be read first. */
	stamp_fill(scene.hung_map, scene.hung_id, 0, 64, 2);
	dm_suspend("dphang");
	proc_killed(touch_hung, "a fault");
	proc_killed(page_in_hung, "PAGE_IN");
	other_store_goes_on(1);
	proc_killed(page_out_hung, "PAGE_OUT");
	proc_killed(own_and_page_out, "the owner of an object being written");
	other_store_goes_on(2);
	reclaim_goes_on();
	dm_resume("dphang");
	afterwards();
	munmap(scene.hung_map, BYTES);
	munmap(scene.good_map, BYTES);
	close(scene.hung);
	close(scene.good);
	dp_settle(scene.pager);
	ok_errno(dp_delete_wait(scene.hung_store), 0, "delete the store");
	ok_errno(dp_delete_wait(scene.good_store), 0, "delete the other store");
	ok_errno(dm_remove("dphang"), 0, "its disk is released");
	return tap_done();
}
