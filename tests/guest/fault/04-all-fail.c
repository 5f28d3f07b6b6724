// SPDX-License-Identifier: GPL-2.0
/*
 * Every segment fails: PAGE_OUT answers EIO, every page stays in memory, and a
 * good segment takes them all.
 *
 * guest: timeout=240 kmod=null_blk allow="I/O error|critical medium error"
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "block.h"
#include "dp.h"
#include "proc.h"

#define PAGES	128UL
#define SLOTS	8192UL

static int pager, store, object;
static char path[64], *map;
static uint64_t id;

static int page_out(uint64_t *pages)
{
	return dp_control(object, DPAGER_CONTROL_PAGE_OUT, 0, 0, pages);
}

static void nothing_is_lost(void)
{
	struct dpager_object_info info;
	uint64_t pages;

	stamp_fill(map, id, 0, PAGES, 1);
	ok_dp(page_out(&pages), EIO, DPAGER_DETAIL_IO, "page out when each write fails");
	ok_equal(pages, 0, "no page is out");
	dp_object_info(object, &info);
	ok_equal(info.resident, PAGES * PAGE, "every page is in memory");
	ok_equal(info.paged_out, 0, "none on backing store");
	ok_equal(info.dirty, PAGES * PAGE, "and dirty");
	ok_equal(stamp_verify(map, id, 0, PAGES, 1), 0, "every page is right");
}

/* Pressure must not turn a failing disk into a lost page, nor into a livelock. */
static void under_pressure(void)
{
	struct dpager_info info;

	stamp_fill(map, id, 0, PAGES, 2);
	ok_equal(proc_run(proc_pressure, NULL), 0, "memory pressure");
	ok_equal(stamp_verify(map, id, 0, PAGES, 2), 0, "every page is right under pressure");
	dp_info(pager, &info);
	ok(info.pages_out_failed > 0, "failures are counted");
}

static void a_good_segment(void)
{
	int disk = block_open("/dev/vdb", O_RDWR), error = 0, tries;
	uint64_t pages;

	dp_segment(store, disk, 0, 16 * MiB);
	close(disk);
	for (tries = 0; tries < 200; tries++) {
		error = page_out(&pages);
		if (error != EIO)
			break;
	}
	ok_errno(error, 0, "a good segment: all pages go out");
	ok_equal(stamp_verify(map, id, 0, PAGES, 2), 0, "every page is right");
}

int main(void)
{
	static const struct null_setup setup = { .megabytes = 64, .memory = true };
	int device;

	pager = dp_pager();
	store = dp_store(pager, -1, 0, NULL);
	null_create("dpbad", &setup, path);
	device = block_open(path, O_RDWR);
	dp_segment(store, device, 0, SLOTS * PAGE);
	close(device);
	null_badblocks("dpbad", true, 0, 64 * MiB / 512 - 1);
	object = dp_object(store, PAGES * PAGE, &id);
	map = dp_map(object, PAGES * PAGE);
	nothing_is_lost();
	under_pressure();
	a_good_segment();
	munmap(map, PAGES * PAGE);
	close(object);
	dp_settle(pager);
	ok_errno(dp_delete_wait(store), 0, "delete the store");
	null_remove("dpbad");
	return tap_done();
}
