// SPDX-License-Identifier: GPL-2.0
/*
 * A disk that fails as a whole for a while, by device mapper: what is out is
 * SIGBUS while it fails and right afterwards; what is dirty is never lost.
 *
 * guest: timeout=240 kmod=dm-mod,dm-flakey allow="I/O error"
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "block.h"
#include "dp.h"

#define PAGES	512UL
#define SECTORS	(128 * MiB / 512)

struct failure {
	const char *target;
	const char *parameters;
};

/* flakey: up for 0 s, down for 1000 s. */
static const struct failure failures[] = {
	{ "error", "" },
	{ "flakey", "/dev/vda 0 0 1000" },
};

static int pager, store, object;
static uint64_t id;
static char *map;

/* The first half is out, the second half is dirty. */
static void fails(const struct failure *failure, uint64_t generation)
{
	struct stamp_tally tally;
	uint64_t pages;

	stamp_fill(map, id, 0, PAGES, generation);
	dp_page_out(object);
	stamp_fill(map, id, PAGES / 2, PAGES / 2, generation + 1);
	dm_change("dpfail", SECTORS, failure->target, failure->parameters);
	stamp_tally(map, id, 0, PAGES / 2, generation, &tally);
	ok_equal(tally.sigbus, PAGES / 2, "%s: SIGBUS for what is out", failure->target);
	ok_dp(dp_control(object, DPAGER_CONTROL_PAGE_OUT, 0, 0, &pages), EIO, DPAGER_DETAIL_IO,
	      "%s: page out", failure->target);
	stamp_tally(map, id, PAGES / 2, PAGES / 2, generation + 1, &tally);
	ok_equal(tally.kind[STAMP_GOOD], PAGES / 2, "%s: what is dirty is right",
		 failure->target);
}

static void is_well_again(const char *target, uint64_t generation)
{
	uint64_t pages;
	int error = 0, tries;

	dm_change("dpfail", SECTORS, "linear", "/dev/vda 0");
	ok_equal(stamp_verify(map, id, 0, PAGES / 2, generation), 0,
		 "after %s: what was out is right", target);
	for (tries = 0; tries < 50; tries++) {
		error = dp_control(object, DPAGER_CONTROL_PAGE_OUT, 0, 0, &pages);
		if (error != EIO)
			break;
	}
	ok_errno(error, 0, "after %s: what was dirty goes out", target);
	ok_equal(stamp_verify(map, id, 0, PAGES / 2, generation), 0,
		 "after %s: the first half is right", target);
	ok_equal(stamp_verify(map, id, PAGES / 2, PAGES / 2, generation + 1), 0,
		 "after %s: the second half is right", target);
}

int main(void)
{
	char path[64];
	unsigned int i;
	int disk;

	pager = dp_pager();
	store = dp_store(pager, -1, 0, NULL);
	dm_create("dpfail", SECTORS, "linear", "/dev/vda 0", path);
	disk = block_open(path, O_RDWR);
	dp_segment(store, disk, 0, 64 * MiB);
	close(disk);
	object = dp_object(pager, PAGES * PAGE, &id);
	map = dp_map(object, PAGES * PAGE);
	for (i = 0; i < sizeof(failures) / sizeof(*failures); i++) {
		fails(&failures[i], 10 * i + 1);
		is_well_again(failures[i].target, 10 * i + 1);
	}
	munmap(map, PAGES * PAGE);
	close(object);
	dp_settle(pager);
	ok_errno(dp_delete_wait(store), 0, "delete the store");
	ok_errno(dm_remove("dpfail"), 0, "its disk is released");
	return tap_done();
}
