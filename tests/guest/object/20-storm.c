// SPDX-License-Identifier: GPL-2.0
/*
 * Threads write, read, page out, page in and drop parts of one object at once.
 * Each thread owns pages that interleave with the others' inside clusters, so
 * it knows at each moment what its pages must be.
 *
 * guest: timeout=400
 */
#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dp.h"

#define THREADS	4
#define PAGES	512UL
#define ROUNDS	60

static int object;
static uint64_t id;
static char *map;
static atomic_bool stop;
static atomic_ullong wrong;

struct owner {
	pthread_t thread;
	uint64_t number;
};

static uint64_t own_pages(const struct owner *owner, uint64_t generation, bool write)
{
	uint64_t page, bad = 0;

	for (page = owner->number; page < PAGES; page += THREADS) {
		if (write)
			stamp_write(map + page * PAGE, (struct stamp){ id, page, generation });
		else
			bad += stamp_verify(map, id, page, 1, generation);
	}
	return bad;
}

/* Drops one page of its own; it is zeros until it is written again. */
static uint64_t drop_one(const struct owner *owner, uint64_t round)
{
	uint64_t page = (round * THREADS * 7 + owner->number) % PAGES, pages, bad;

	page -= (page - owner->number) % THREADS;
	bad = dp_control(object, DPAGER_CONTROL_DROP, page * PAGE, PAGE, &pages) != 0;
	bad += !page_is_zero(map + page * PAGE);
	stamp_write(map + page * PAGE, (struct stamp){ id, page, round });
	return bad;
}

static void *own(void *argument)
{
	struct owner *owner = argument;
	uint64_t round;

	for (round = 1; round <= ROUNDS; round++) {
		own_pages(owner, round, true);
		wrong += drop_one(owner, round);
		wrong += own_pages(owner, round, false);
	}
	return NULL;
}

static void *disturb(void *argument)
{
	uint64_t seed = (uintptr_t)argument, page, pages;

	while (!stop) {
		page = random_next(&seed) % (PAGES - 64);
		dp_control(object, seed & 1 ? DPAGER_CONTROL_PAGE_OUT : DPAGER_CONTROL_PAGE_IN,
			   page * PAGE, 64 * PAGE, &pages);
		madvise(map + page * PAGE, 32 * PAGE, MADV_DONTNEED);
	}
	return NULL;
}

int main(void)
{
	struct owner owners[THREADS];
	pthread_t disturbers[2];
	struct dp_scene scene;
	uint64_t i;

	dp_scene_open(&scene, "/dev/vda", 16 * MiB);
	object = dp_object(scene.pager, PAGES * PAGE, &id);
	map = dp_map(object, PAGES * PAGE);
	for (i = 0; i < THREADS; i++) {
		owners[i].number = i;
		pthread_create(&owners[i].thread, NULL, own, &owners[i]);
	}
	for (i = 0; i < 2; i++)
		pthread_create(&disturbers[i], NULL, disturb, (void *)(i + 1));
	for (i = 0; i < THREADS; i++)
		pthread_join(owners[i].thread, NULL);
	stop = true;
	for (i = 0; i < 2; i++)
		pthread_join(disturbers[i], NULL);
	ok_equal(wrong, 0, "every page is what its owner wrote last");
	ok_equal(stamp_verify(map, id, 0, PAGES, ROUNDS), 0, "at the end, too");
	munmap(map, PAGES * PAGE);
	close(object);
	dp_settle(scene.pager);
	dp_scene_close(&scene);
	return tap_done();
}
