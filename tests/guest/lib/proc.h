/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Children. They answer by exit status (0: good) and print no results; to say
 * why something failed they print "# ..." lines with diag().
 */
#ifndef PROC_H
#define PROC_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define PROC_NOBODY	65534

typedef int (*proc_fn)(void *argument);

/* A child that runs fn(argument) and exits with its answer. */
pid_t proc_start(proc_fn fn, void *argument);
/* The exit status, or 128 + the signal that ended it. */
int proc_wait(pid_t pid);
/* Has it ended within that time? Then @status as of proc_wait(). */
bool proc_ended(pid_t pid, int milliseconds, int *status);

/* Results: it waits for a disk that hangs, and SIGKILL ends it promptly. */
void proc_killed(proc_fn fn, const char *what);

int proc_run(proc_fn fn, void *argument);
/* With all ids @uid, no groups and no capability. */
int proc_run_as(uid_t uid, proc_fn fn, void *argument);
/* As root (uid 0, all capabilities) of a user namespace of its own, -1: none. */
int proc_run_userns(proc_fn fn, void *argument);

/* Become uid for good: all ids, no groups. */
void proc_become(uid_t uid);

/* A descriptor over a unix socket. */
void fd_send(int socket, int fd);
int fd_receive(int socket);

/* Two processes in step: what one posts, the other awaits. */
struct turn {
	int pipe[2];
};

void turn_init(struct turn *turn);
void turn_post(struct turn *turn);
void turn_await(struct turn *turn);

/* Memory shared with the children. */
void *shared_memory(size_t bytes);

/* A number after "name:" or "name " in a file such as /proc/meminfo. */
long long proc_figure(const char *path, const char *name);

/* Objects of a slab cache; -1 where the kernel keeps back freed ones (KASAN). */
long long slab_objects(const char *cache);

/*
 * To be run in a child: fills memory until the kernel has reclaimed for a while;
 * no more, since little can be reclaimed in these guests. 0, or 1: it did not.
 */
int proc_pressure(void *unused);

/* Lines of the kernel log that hold @text. */
int kernel_log_count(const char *text);

#endif
