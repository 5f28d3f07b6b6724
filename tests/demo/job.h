/* SPDX-License-Identifier: GPL-2.0 */
/* A job: one process that works on the object, and how far it is. */
#ifndef JOB_H
#define JOB_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct job;

/**
 * struct task - what a job does
 * @name: as shown
 * @run: does it, in its own process
 * @verifies: its pages are compared with what they must hold
 * @endless: goes on until it is told to stop, and has no end to be shown
 */
struct task {
	const char *name;
	void (*run)(struct job *job);
	bool verifies;
	bool endless;
};

extern const struct task task_write, task_rewrite, task_read, task_random, task_anonymous;

/**
 * struct job - a task's process; lies in memory that it shares with the demo
 * @task: what it does
 * @object: descriptor of the object
 * @pages: pages of the object; for anonymous memory, pages taken each time
 * @total: pages to do
 * @pid: its process, 0 before it runs and after it was waited for
 * @done: pages done (for anonymous memory: times taken and freed)
 * @wrong: pages that did not hold what they must
 * @stop: set by the demo: come to an end
 * @began: when it began, by the monotonic clock; 0 before
 * @ended: when it ended; 0 before
 * @faults: page faults of the process, once ended
 * @major: of them with input, once ended
 * @failed: it ended in another way than it should
 */
struct job {
	const struct task *task;
	int object;
	size_t pages;
	uint64_t total;
	pid_t pid;
	_Atomic uint64_t done;
	_Atomic uint64_t wrong;
	_Atomic bool stop;
	_Atomic double began;
	_Atomic double ended;
	long faults;
	long major;
	bool failed;
};

/* Seconds of the monotonic clock. */
double now(void);

/* Jobs in memory that their processes share with us. */
struct job *jobs_allocate(size_t count);

bool job_start(struct job *job);

/* Look whether it has ended; true when it is not running (any more). */
bool job_ended(struct job *job);

/* Seconds it ran. */
double job_seconds(const struct job *job);

#endif
