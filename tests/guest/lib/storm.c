// SPDX-License-Identifier: GPL-2.0
/*
 * Eight threads that read and write stamped pages, three handlers, somebody who
 * pages all out, one who protects, one who punches, one who forks.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "dp.h"
#include "handler.h"
#include "proc.h"
#include "stamp.h"
#include "storm.h"

#define WRITERS		8
#define HANDLERS	3
#define EACH		48
#define PAGES		(WRITERS * EACH)

static struct handler h;
static atomic_bool stop, handled;
static atomic_long told, wrong, writes, rounds, forks;
/* The generation each page was written with last; 0: as its handler brings it. */
static uint64_t generations[PAGES];
/* Whose writer is not to be disturbed by a punch. */
static pthread_mutex_t pages_of[WRITERS];

static struct stamp stamp_of(long index)
{
	return (struct stamp){ .object = 11, .index = index, .generation = generations[index] };
}

static void complain(long index, const char *what)
{
	if (atomic_fetch_add(&wrong, 1) < 5)
		diag("%s: page %ld is not as written last (generation %llu)", what, index,
		     (unsigned long long)generations[index]);
}

/* What a handler brings: generation 0. */
static void handle(const struct uffd_msg *msg)
{
	static __thread char page[PAGE] __attribute__((aligned(4096)));
	long index = (msg->arg.pagefault.address - (uintptr_t)h.map) / PAGE;
	struct stamp stamp = { .object = 11, .index = index };
	int err;

	atomic_fetch_add(&told, 1);
	if (msg->arg.pagefault.flags & UFFD_PAGEFAULT_FLAG_WP) {
		err = handler_protect(&h, index, 1, false);
	} else {
		stamp_write(page, stamp);
		err = handler_copy(&h, index, page);
		/* Somebody else has; who waits does not know. */
		if (err == EEXIST)
			err = handler_wake(&h, index, 1);
	}
	if (err && err != EAGAIN)
		complain(index, strerror(err));
	/* Then it is told of again. */
	if (err)
		handler_wake(&h, index, 1);
}

static void *handler_run(void *argument)
{
	struct uffd_msg msg;

	(void)argument;
	while (!atomic_load(&handled)) {
		if (read(h.uffd, &msg, sizeof(msg)) != sizeof(msg)) {
			usleep(200);
			continue;
		}
		handle(&msg);
	}
	return NULL;
}

static void *writer_run(void *argument)
{
	long first = (long)argument * EACH, index;
	unsigned int seed = first + 1;

	while (!atomic_load(&stop)) {
		index = first + rand_r(&seed) % EACH;
		pthread_mutex_lock(&pages_of[(long)argument]);
		if (stamp_check(h.map + index * PAGE, stamp_of(index)) != STAMP_GOOD)
			complain(index, "read");
		if (rand_r(&seed) % 2) {
			generations[index]++;
			stamp_write(h.map + index * PAGE, stamp_of(index));
			atomic_fetch_add(&writes, 1);
		}
		pthread_mutex_unlock(&pages_of[(long)argument]);
	}
	return NULL;
}

static void *evictor_run(void *argument)
{
	(void)argument;
	while (!atomic_load(&stop)) {
		dp_control(h.fd, DPAGER_CONTROL_PAGE_OUT, 0, PAGES * PAGE, NULL);
		usleep(3000);
	}
	return NULL;
}

static void *protector_run(void *argument)
{
	unsigned int seed = 99;

	(void)argument;
	while (!atomic_load(&stop)) {
		long first = rand_r(&seed) % PAGES, count = 1 + rand_r(&seed) % (PAGES - first);

		if (handler_protect(&h, first, count, true))
			complain(first, "protect");
		usleep(2000);
		atomic_fetch_add(&rounds, 1);
	}
	return NULL;
}

static void *puncher_run(void *argument)
{
	unsigned int seed = 77;

	(void)argument;
	while (!atomic_load(&stop)) {
		long who = rand_r(&seed) % WRITERS, index = who * EACH + rand_r(&seed) % EACH;

		pthread_mutex_lock(&pages_of[who]);
		if (fallocate(h.fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, index * PAGE, PAGE))
			complain(index, "punch");
		generations[index] = 0;
		pthread_mutex_unlock(&pages_of[who]);
		usleep(1000);
	}
	return NULL;
}

static void *forker_run(void *argument)
{
	(void)argument;
	while (!atomic_load(&stop)) {
		pid_t pid = fork();

		/* A child that touched a missing page would make it zeros. */
		if (!pid)
			_exit(0);
		waitpid(pid, NULL, 0);
		atomic_fetch_add(&forks, 1);
		usleep(20000);
	}
	return NULL;
}

static void prepare(void)
{
	long i;

	handler_open(&h, false, PAGES, 0);
	if (handler_register(&h, 0, PAGES, HANDLER_MISSING | HANDLER_WP))
		bail("register");
	for (i = 0; i < WRITERS; i++)
		pthread_mutex_init(&pages_of[i], NULL);
}

static void verify(void)
{
	long i, bad = 0;

	for (i = 0; i < PAGES; i++)
		bad += stamp_check(h.map + i * PAGE, stamp_of(i)) != STAMP_GOOD;
	ok_equal(bad, 0, "all pages are as written last");
}

void storm_run(unsigned int seconds)
{
	int pager = dp_pager(), store = dp_store(pager, DP_DEFAULT_PRIORITY, 0, "storm");
	void *(*const others[])(void *) = { evictor_run, protector_run, puncher_run, forker_run };
	pthread_t handlers[HANDLERS], writers[WRITERS], rest[4];
	long i;

	dp_segment_on(store, "/dev/vda", 0, 64 * MiB);
	prepare();
	for (i = 0; i < HANDLERS; i++)
		pthread_create(&handlers[i], NULL, handler_run, NULL);
	for (i = 0; i < WRITERS; i++)
		pthread_create(&writers[i], NULL, writer_run, (void *)i);
	for (i = 0; i < 4; i++)
		pthread_create(&rest[i], NULL, others[i], NULL);
	sleep(seconds);
	atomic_store(&stop, true);
	for (i = 0; i < 4; i++)
		pthread_join(rest[i], NULL);
	for (i = 0; i < WRITERS; i++)
		pthread_join(writers[i], NULL);
	verify();
	atomic_store(&handled, true);
	for (i = 0; i < HANDLERS; i++)
		pthread_join(handlers[i], NULL);
	ok_equal(wrong, 0, "nothing went wrong");
	ok(told > 100 && writes > 100 && rounds > 10 && forks > 1,
	   "much happened: %ld faults told of, %ld writes, %ld protections, %ld children", told,
	   writes, rounds, forks);
	handler_close(&h);
	close(store);
	close(pager);
}
