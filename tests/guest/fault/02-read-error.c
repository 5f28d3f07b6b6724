// SPDX-License-Identifier: GPL-2.0
/*
 * A read error costs the page it hit: SIGBUS there, EFAULT for a system call,
 * EIO for PAGE_IN; its neighbours in the cluster are read; the page itself can
 * be read when the disk is well again.
 *
 * guest: timeout=240 kmod=null_blk allow="I/O error|critical medium error"
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "block.h"
#include "dp.h"

#define PAGES	256UL
#define BAD	101UL

static int pager, store, object;
static char path[64], *map;
static uint64_t id;

static uint64_t failed(void)
{
	struct dpager_info info;

	dp_info(pager, &info);
	return info.pages_in_failed;
}

/* The slot that holds that generation now; old ones lie about, too. */
static void set_bad(uint64_t index, bool bad, uint64_t generation)
{
	int64_t at;
	static int64_t places[PAGES];

	if (bad) {
		at = block_find(path, 0, 8 * MiB, (struct stamp){ id, index, generation });
		if (at < 0)
			bail("page %llu is not on the disk", (unsigned long long)index);
		places[index] = at;
	}
	null_badblocks("dpbad", bad, places[index] / 512, places[index] / 512 + 7);
}

static void only_that_page(const char *when)
{
	struct stamp_tally tally;

	dp_page_out(object);
	stamp_tally(map, id, 0, PAGES, 1, &tally);
	ok_equal(tally.sigbus, 1, "%s: SIGBUS for one page", when);
	ok_equal(tally.kind[STAMP_GOOD], PAGES - 1, "%s: the others are right", when);
	ok_equal(probe_read(map + BAD * PAGE), 7, "%s: it is that page", when);
	ok_equal(probe_write(map + BAD * PAGE), 7, "%s: writing to it is no cure", when);
}

static void system_call(void)
{
	int pair[2];
	char byte;

	if (pipe(pair))
		bail("no pipe");
	ok(write(pair[1], map + BAD * PAGE, 1) < 0 && errno == EFAULT, "a system call: EFAULT");
	ok(write(pair[1], map, 1) == 1 && read(pair[0], &byte, 1) == 1, "another page: none");
	close(pair[0]);
	close(pair[1]);
}

static void page_in(void)
{
	uint64_t pages;

	dp_page_out(object);
	ok_dp(dp_control(object, DPAGER_CONTROL_PAGE_IN, 0, 0, &pages), EIO, DPAGER_DETAIL_IO,
	      "PAGE_IN of all");
	ok_equal(pages, PAGES - 1, "the others are read");
	ok_dp(dp_control(object, DPAGER_CONTROL_PAGE_IN, 0, BAD * PAGE, &pages), 0, 0,
	      "PAGE_IN of what is well");
}

/* One touch must not read again and again. */
static void no_storm(void)
{
	uint64_t before = failed();

	probe_read(map + BAD * PAGE);
	ok(failed() - before >= 1 && failed() - before <= 2, "one touch is counted once or twice");
}

static void repaired(void)
{
	set_bad(BAD, false, 0);
	ok_equal(stamp_verify(map, id, 0, PAGES, 1), 0, "repaired: every page is right");
	stamp_fill(map, id, 0, PAGES, 2);
	dp_page_out(object);
	ok_equal(stamp_verify(map, id, 0, PAGES, 2), 0, "and can be written again");
}

/* The bad page is dropped: zeros, though its slot cannot be read. */
static void dropped(void)
{
	uint64_t pages;

	stamp_fill(map, id, 0, PAGES, 3);
	dp_page_out(object);
	set_bad(BAD, true, 3);
	ok_equal(probe_read(map + BAD * PAGE), 7, "bad once more");
	ok_errno(dp_control(object, DPAGER_CONTROL_DROP, BAD * PAGE, PAGE, &pages), 0,
		 "drop the bad page");
	ok(page_is_zero(map + BAD * PAGE), "it is zeros");
	set_bad(BAD, false, 0);
}

int main(void)
{
	static const struct null_setup setup = { .megabytes = 64, .memory = true };
	int device;

	pager = dp_pager();
	store = dp_store(pager, -1, 0, NULL);
	null_create("dpbad", &setup, path);
	device = block_open(path, O_RDWR);
	dp_segment(store, device, 0, 8 * MiB);
	close(device);
	object = dp_object(pager, PAGES * PAGE, &id);
	map = dp_map(object, PAGES * PAGE);
	stamp_fill(map, id, 0, PAGES, 1);
	dp_page_out(object);
	set_bad(BAD, true, 1);
	only_that_page("first");
	ok(failed() > 0, "INFO counts it");
	only_that_page("again");
	system_call();
	page_in();
	no_storm();
	repaired();
	dropped();
	munmap(map, PAGES * PAGE);
	close(object);
	dp_settle(pager);
	ok_errno(dp_delete_wait(store), 0, "delete the store");
	null_remove("dpbad");
	return tap_done();
}
