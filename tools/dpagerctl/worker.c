// SPDX-License-Identifier: GPL-2.0
/*
 * Work that lasts, in a thread of its own, while the main thread waits for it
 * and for signals: Ctrl-C ends the call that the work is in, and the program
 * lives on to say what came of it.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>

#include "args.h"
#include "worker.h"

#define SIGNAL_ENDED	SIGUSR1	/* to the main thread, which has it blocked */
#define SIGNAL_WAKE	SIGUSR2	/* to the worker's, to end its call */

/* What ends the work, unless whoever started the program had it ignored. */
static const int stop_signals[] = { SIGINT, SIGTERM, SIGHUP };

/**
 * struct run - a worker's one run
 * @worker: the worker
 * @main: the thread that waits
 * @thread: the thread that works
 * @stop: whether it is to end
 * @ended: whether it has
 * @result: then: what it returned
 */
struct run {
	const struct worker *worker;
	pthread_t main;
	pthread_t thread;
	atomic_bool stop;
	atomic_bool ended;
	int result;
};

static void wake(int number)
{
	(void)number;
}

static void *body(void *argument)
{
	struct run *run = argument;

	run->result = run->worker->work(run->worker->data, &run->stop);
	atomic_store(&run->ended, true);
	pthread_kill(run->main, SIGNAL_ENDED);
	return NULL;
}

static void signals_wanted(sigset_t *set)
{
	struct sigaction action;
	size_t i;

	sigemptyset(set);
	sigaddset(set, SIGNAL_ENDED);
	for (i = 0; i < sizeof(stop_signals) / sizeof(*stop_signals); i++)
		if (!sigaction(stop_signals[i], NULL, &action) && action.sa_handler != SIG_IGN)
			sigaddset(set, stop_signals[i]);
}

/* The worker is woken in each period: the first time may be just before its call. */
static void wait_for_end(struct run *run, const sigset_t *set)
{
	const struct timespec period = { .tv_nsec = run->worker->period * 1000000L };
	int number;

	while (!atomic_load(&run->ended)) {
		number = sigtimedwait(set, NULL, &period);
		if (number > 0 && number != SIGNAL_ENDED)
			atomic_store(&run->stop, true);
		if (atomic_load(&run->stop))
			pthread_kill(run->thread, SIGNAL_WAKE);
		else if (number < 0 && errno == EAGAIN && run->worker->tick)
			run->worker->tick(run->worker->data);
	}
}

/* What came after the end must not kill a program that only has to tell it. */
static void signals_forget(const sigset_t *set)
{
	const struct timespec at_once = { .tv_nsec = 0 };

	while (sigtimedwait(set, NULL, &at_once) > 0)
		;
}

/**
 * worker_run - have it done, and wait
 * @worker: the worker
 *
 * Returns what the work does.
 */
int worker_run(const struct worker *worker)
{
	const struct sigaction action = { .sa_handler = wake };	/* no SA_RESTART: EINTR */
	struct run run = { .worker = worker, .main = pthread_self() };
	sigset_t set, before;
	int error;

	sigaction(SIGNAL_WAKE, &action, NULL);
	signals_wanted(&set);
	pthread_sigmask(SIG_BLOCK, &set, &before);	/* inherited by the worker's thread */
	error = pthread_create(&run.thread, NULL, body, &run);
	if (error)
		args_fail("cannot make a thread: %s", strerror(error));
	wait_for_end(&run, &set);
	pthread_join(run.thread, NULL);
	signals_forget(&set);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return run.result;
}
