// SPDX-License-Identifier: GPL-2.0
/*
 * Stores of different cluster sizes side by side, each with segments that are
 * no multiple of a cluster: no slot is lost, no page wrong over generations.
 */
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "block.h"
#include "dp.h"

#define PAGES		700ULL
#define GENERATIONS	4

static const uint32_t clusters[] = { 4096, 16384, 131072, 2 << 20 };
#define STORES	4

static int stores[STORES], objects[STORES];
static uint64_t ids[STORES];
static char *maps[STORES];

static void open_one(int pager, int disk, int i)
{
	stores[i] = dp_store(pager, i, clusters[i], NULL);
	/* Two segments; together they hold exactly the object. */
	dp_segment(stores[i], disk, i * 8 * MiB, 333 * PAGE);
	dp_segment(stores[i], disk, i * 8 * MiB + 333 * PAGE, (PAGES - 333) * PAGE);
	objects[i] = dp_object(stores[i], PAGES * PAGE, &ids[i]);
	maps[i] = dp_map(objects[i], PAGES * PAGE);
}

/* A different part of the object in each generation, so that runs break up. */
static void generation(int i, uint64_t number)
{
	uint64_t page, step = 1 + number % 3;

	for (page = 0; page < PAGES; page += step)
		stamp_write(maps[i] + page * PAGE, (struct stamp){ ids[i], page, number });
	dp_page_out(objects[i]);
	for (page = 0; page < PAGES; page += step)
		stamp_write(maps[i] + page * PAGE, (struct stamp){ ids[i], page, number + 1 });
	stamp_fill(maps[i], ids[i], 0, PAGES, number + 1);
	dp_page_out(objects[i]);
}

int main(void)
{
	int pager = dp_pager(), disk = block_open("/dev/vda", O_RDWR), i;
	struct dpager_store_info info;
	uint64_t number;

	for (i = 0; i < STORES; i++)
		open_one(pager, disk, i);
	for (number = 1; number <= GENERATIONS; number++)
		for (i = 0; i < STORES; i++)
			generation(i, number * 2);
	for (i = 0; i < STORES; i++) {
		ok_equal(stamp_verify(maps[i], ids[i], 0, PAGES, GENERATIONS * 2 + 1), 0,
			 "clusters of %u bytes", clusters[i]);
		dp_store_info(stores[i], &info);
		ok_equal(info.pages_free, 0, "each slot is used, clusters of %u", clusters[i]);
		munmap(maps[i], PAGES * PAGE);
		close(objects[i]);
	}
	for (i = 0; i < STORES; i++)
		ok_errno(dp_delete_wait(stores[i]), 0, "delete store %d", i);
	dp_settle(pager);
	return tap_done();
}
