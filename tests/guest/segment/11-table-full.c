// SPDX-License-Identifier: GPL-2.0
/*
 * The table of segments has an end; there a refusal changes nothing, and what
 * is removed makes room.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "block.h"
#include "dp.h"

/* More than any table has; the manual names no number. */
#define MOST	8192

static int pager, store, disk;
static uint64_t ids[MOST];

static int add(unsigned int at)
{
	/* A page of room between any two: nothing is merged. */
	return dp_add_bytes(store, disk, at * 2 * PAGE, PAGE, 4096, &ids[at]);
}

static unsigned int fill(int *error)
{
	unsigned int at;

	for (at = 0; at < MOST; at++) {
		*error = add(at);
		if (*error)
			break;
	}
	return at;
}

static void is_full(unsigned int count)
{
	struct dpager_info info;

	ok_dp(add(count + 1), ENFILE, DPAGER_DETAIL_TABLE_FULL, "the table is full");
	dp_info(pager, &info);
	ok_equal(info.segments, count, "a refusal changes nothing");
	ok_equal(info.total, count * PAGE, "nor the bytes in all");
}

static void ids_differ(unsigned int count)
{
	unsigned int at, same = 0;

	for (at = 1; at < count; at++)
		same += ids[at] <= ids[at - 1];
	ok_equal(same, 0, "ids grow");
}

int main(void)
{
	int other, error;
	unsigned int count;

	pager = dp_pager();
	store = dp_store(pager, -1, 0, NULL);
	disk = block_open("/dev/vda", O_RDWR);
	count = fill(&error);
	diag("%u segments fit", count);
	ok(count >= 63 && count < MOST, "at least as many as Mach had, and an end");
	is_full(count);
	ids_differ(count);
	other = dp_store(pager, -1, 0, NULL);
	ok_dp(dp_add_bytes(other, disk, MOST * 2 * PAGE, PAGE, 4096, NULL), ENFILE,
	      DPAGER_DETAIL_TABLE_FULL, "for another store, too");
	ok_dp(dp_remove(store, ids[count / 2], NULL), 0, DPAGER_DETAIL_NONE,
	      "remove one in the middle");
	ok_dp(add(count), 0, DPAGER_DETAIL_NONE, "then one more fits");
	is_full(count);
	ok_errno(dp_store_delete(store, NULL), 0, "delete the store with all of them");
	ok_dp(dp_add_bytes(other, disk, 0, MiB, 4096, NULL), 0, DPAGER_DETAIL_NONE,
	      "and there is room again");
	ok_errno(dp_store_delete(other, NULL), 0, "delete the other store");
	return tap_done();
}
