// SPDX-License-Identifier: GPL-2.0
/*
 * The store of highest priority is used first, full ones spill to the next,
 * and space that is free again is used again.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "block.h"
#include "dp.h"

#define PAGES	64ULL

/* Made in another order than that of their priorities. */
static const int priorities[] = { 5, -1, 32767, 0 };
#define STORES	4
static const int by_rank[STORES] = { 2, 0, 3, 1 };

static int pager, stores[STORES];

static uint64_t used(int store)
{
	struct dpager_store_info info;

	dp_store_info(store, &info);
	return info.pages_total - info.pages_free;
}

static void uses_are(uint64_t first, uint64_t second, uint64_t third, uint64_t fourth,
		     const char *when)
{
	const uint64_t want[STORES] = { first, second, third, fourth };
	uint64_t got[STORES];
	bool good = true;
	int rank;

	for (rank = 0; rank < STORES; rank++) {
		got[rank] = used(stores[by_rank[rank]]);
		good &= got[rank] == want[rank];
	}
	if (!ok(good, "%s", when))
		diag("pages in use by falling priority: %llu %llu %llu %llu",
		     (unsigned long long)got[0], (unsigned long long)got[1],
		     (unsigned long long)got[2], (unsigned long long)got[3]);
}

static void open_stores(void)
{
	int disk = block_open("/dev/vda", O_RDWR), i;

	for (i = 0; i < STORES; i++) {
		stores[i] = dp_store(pager, priorities[i], 16 * PAGE, NULL);
		dp_segment(stores[i], disk, i * MiB, PAGES * PAGE);
	}
	close(disk);
}

int main(void)
{
	uint64_t id, pages;
	int object, i;
	char *map;

	pager = dp_pager();
	open_stores();
	object = dp_object(pager, 5 * PAGES * PAGE, &id);
	map = dp_map(object, 5 * PAGES * PAGE);
	stamp_fill(map, id, 0, PAGES / 2, 1);
	dp_page_out(object);
	uses_are(PAGES / 2, 0, 0, 0, "the highest priority is used first");
	stamp_fill(map, id, 0, 5 * PAGES / 2, 2);
	dp_page_out(object);
	uses_are(PAGES, PAGES, PAGES / 2, 0, "full ones spill to the next");
	ok_equal(stamp_verify(map, id, 0, 5 * PAGES / 2, 2), 0, "all is read back");
	stamp_fill(map, id, 0, 5 * PAGES, 3);
	ok_dp(dp_control(object, DPAGER_CONTROL_PAGE_OUT, 0, 0, &pages), ENOSPC,
	      DPAGER_DETAIL_NO_SPACE, "all full");
	uses_are(PAGES, PAGES, PAGES, PAGES, "the default priority is the last");
	ok_equal(stamp_verify(map, id, 0, 5 * PAGES, 3), 0, "all is read back, from memory too");
	ok_errno(dp_control(object, DPAGER_CONTROL_DROP, 0, 0, &pages), 0, "drop all");
	ok_equal(pages, 4 * PAGES, "all slots");
	stamp_fill(map, id, 0, PAGES / 2, 4);
	dp_page_out(object);
	uses_are(PAGES / 2, 0, 0, 0, "then the highest is used again");
	ok_equal(stamp_verify(map, id, 0, PAGES / 2, 4), 0, "and is read back");
	munmap(map, 5 * PAGES * PAGE);
	close(object);
	for (i = 0; i < STORES; i++)
		ok_errno(dp_delete_wait(stores[i]), 0, "delete store %d", i);
	dp_settle(pager);
	return tap_done();
}
