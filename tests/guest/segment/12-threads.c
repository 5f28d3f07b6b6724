// SPDX-License-Identifier: GPL-2.0
/*
 * Many threads add ranges that overlap, to two stores: exactly one wins. Mach
 * looked for overlap and inserted in two steps, so two could pass.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "block.h"
#include "dp.h"

#define THREADS	100
#define ROUNDS	10

struct racer {
	pthread_t thread;
	int store;
	int disk;
	unsigned int number;
	int error;
	uint64_t id;
};

static pthread_barrier_t start;

/* Different begins, ends and record sizes, all over the page at 1 MiB. */
static void *race(void *argument)
{
	struct racer *racer = argument;
	uint64_t head = racer->number % 16 * PAGE;
	uint32_t record = 512 << racer->number % 4;

	pthread_barrier_wait(&start);
	racer->error = dp_add_bytes(racer->store, racer->disk, MiB - head,
				    head + PAGE, record, &racer->id);
	return NULL;
}

static struct racer *run(struct racer *racers)
{
	struct racer *winner = NULL;
	unsigned int i;

	for (i = 0; i < THREADS; i++)
		if (pthread_create(&racers[i].thread, NULL, race, &racers[i]))
			bail("cannot start a thread");
	for (i = 0; i < THREADS; i++) {
		pthread_join(racers[i].thread, NULL);
		if (!racers[i].error)
			winner = &racers[i];
	}
	return winner;
}

static void judge(int pager, const struct racer *racers, struct racer *winner)
{
	unsigned int won = 0, overlapped = 0, i;
	struct dpager_info info;

	for (i = 0; i < THREADS; i++) {
		won += !racers[i].error;
		overlapped += racers[i].error == EEXIST;
	}
	dp_info(pager, &info);
	if (!ok(won == 1 && overlapped == THREADS - 1 && info.segments == 1,
		"exactly one of %d threads wins", THREADS))
		diag("%u won, %u EEXIST, %llu segments", won, overlapped,
		     (unsigned long long)info.segments);
	if (winner)
		dp_remove(winner->store, winner->id, NULL);
}

int main(void)
{
	int pager = dp_pager(), disk = block_open("/dev/vda", O_RDWR);
	int stores[2] = { dp_store(pager, -1, 0, NULL), dp_store(pager, 5, 0, NULL) };
	struct racer *racers = calloc(THREADS, sizeof(*racers));
	unsigned int i;

	for (i = 0; i < THREADS; i++)
		racers[i] = (struct racer){ .store = stores[i % 2], .disk = disk, .number = i };
	pthread_barrier_init(&start, NULL, THREADS);
	for (i = 0; i < ROUNDS; i++)
		judge(pager, racers, run(racers));
	ok_errno(dp_store_delete(stores[0], NULL), 0, "delete the first store");
	ok_errno(dp_store_delete(stores[1], NULL), 0, "delete the second store");
	free(racers);
	return tap_done();
}
