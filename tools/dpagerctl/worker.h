/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DPAGERCTL_WORKER_H
#define DPAGERCTL_WORKER_H

#include <stdatomic.h>

/**
 * struct worker - work that lasts, in a thread of its own
 * @work: does it; returns its result. When @stop becomes true, a signal comes,
 *	again and again, and makes a call that lasts end with EINTR
 * @tick: called every @period meanwhile, in the thread that waits; may be NULL
 * @data: for both
 * @period: milliseconds
 */
struct worker {
	int (*work)(void *data, const atomic_bool *stop);
	void (*tick)(void *data);
	void *data;
	int period;
};

int worker_run(const struct worker *worker);

#endif
