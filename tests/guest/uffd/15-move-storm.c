// SPDX-License-Identifier: GPL-2.0
/*
 * Pages that go to and fro between two objects while several threads count in
 * them, wherever they are, and somebody pages them out: no count is lost.
 *
 * guest: timeout=240
 */
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dp.h"
#include "handler.h"

#define PAGES	24
#define WRITERS	4
#define SECONDS	15
#define SECONDS_MOST	120

/* Each page of @sides[0] is the same one as that of @sides[1]. */
static struct handler sides[2];
static atomic_bool stop, handled;
static atomic_long moves, wrong;
static atomic_ulong counted[PAGES];

static atomic_ulong *cell(int side, long page, unsigned int at)
{
	return (atomic_ulong *)(sides[side].map + page * PAGE) + at;
}

/* Each has a word of each page. */
static void *writer_run(void *argument)
{
	unsigned int at = (uintptr_t)argument, seed = at;

	while (!atomic_load(&stop)) {
		long page = rand_r(&seed) % PAGES;

		atomic_fetch_add(cell(rand_r(&seed) % 2, page, at), 1);
		atomic_fetch_add(&counted[page], 1);
	}
	return NULL;
}

static void bring(int side, long page)
{
	int err;

	do {
		err = handler_move(&sides[side], page, sides[!side].map + page * PAGE, 1);
	} while (err == EAGAIN);
	if (!err) {
		atomic_fetch_add(&moves, 1);
	} else if (err == EEXIST || err == ENOENT) {
		/* The other handler was quicker: look again. */
		handler_wake(&sides[side], page, 1);
	} else {
		atomic_fetch_add(&wrong, 1);
		handler_wake(&sides[side], page, 1);
	}
}

static void *handler_run(void *argument)
{
	struct uffd_msg msg;
	int side = (uintptr_t)argument;

	while (!atomic_load(&handled)) {
		if (read(sides[side].uffd, &msg, sizeof(msg)) != sizeof(msg)) {
			usleep(100);
			continue;
		}
		bring(side, (msg.arg.pagefault.address - (uintptr_t)sides[side].map) / PAGE);
	}
	return NULL;
}

static void *evictor_run(void *argument)
{
	int side = 0;

	(void)argument;
	while (!atomic_load(&stop)) {
		dp_control(sides[side].fd, DPAGER_CONTROL_PAGE_OUT, 0, PAGES * PAGE, NULL);
		side = !side;
		usleep(5000);
	}
	return NULL;
}

static unsigned long count_of(long page)
{
	unsigned long sum = 0;
	unsigned int at;

	for (at = 0; at < WRITERS; at++)
		sum += atomic_load(cell(0, page, at));
	return sum;
}

static unsigned long counted_in_all(void)
{
	unsigned long total = 0;
	long i;

	for (i = 0; i < PAGES; i++)
		total += atomic_load(&counted[i]);
	return total;
}

static bool enough(void)
{
	return counted_in_all() > 1000 && atomic_load(&moves) > 500;
}

/* So long at least, and until enough has happened: slow machines take longer. */
static void wait_for_enough(void)
{
	unsigned int seconds;

	for (seconds = 0; seconds < SECONDS || (!enough() && seconds < SECONDS_MOST); seconds++)
		sleep(1);
}

static void verify(void)
{
	unsigned long lost = 0;
	long i;

	for (i = 0; i < PAGES; i++)
		lost += count_of(i) != atomic_load(&counted[i]);
	ok_equal(lost, 0, "pages that lack something");
	ok_equal(atomic_load(&wrong), 0, "moves that failed");
	ok(enough(), "much happened: %lu writes, %ld moves", counted_in_all(),
	   atomic_load(&moves));
}

int main(void)
{
	int pager = dp_pager(), store = dp_store(pager, DP_DEFAULT_PRIORITY, 0, "move");
	pthread_t handlers[2], writers[WRITERS], evictor;
	static const char zeros[PAGE];
	long i;

	dp_segment_on(store, "/dev/vda", 0, 64 * MiB);
	for (i = 0; i < 2; i++) {
		handler_open(&sides[i], false, PAGES, 0);
		if (handler_register(&sides[i], 0, PAGES, HANDLER_MISSING))
			bail("register");
	}
	for (i = 0; i < PAGES; i++)
		if (handler_copy(&sides[i % 2], i, zeros))
			bail("copy");
	for (i = 0; i < 2; i++)
		pthread_create(&handlers[i], NULL, handler_run, (void *)i);
	for (i = 0; i < WRITERS; i++)
		pthread_create(&writers[i], NULL, writer_run, (void *)i);
	pthread_create(&evictor, NULL, evictor_run, NULL);
	wait_for_enough();
	atomic_store(&stop, true);
	pthread_join(evictor, NULL);
	for (i = 0; i < WRITERS; i++)
		pthread_join(writers[i], NULL);
	verify();
	atomic_store(&handled, true);
	for (i = 0; i < 2; i++) {
		pthread_join(handlers[i], NULL);
		handler_close(&sides[i]);
	}
	ok_errno(dp_delete_wait(store), 0, "all is free again");
	close(store);
	close(pager);
	return tap_done();
}
