/* SPDX-License-Identifier: GPL-2.0 */
/* Processes of the bench's, and memory that they share. */
#ifndef PROCESS_H
#define PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* How a process ended. */
enum fate {
	FATE_FINE,
	FATE_FAILED,
	FATE_KILLED,		/* by SIGKILL: nobody but the OOM killer sends it */
};

/* The OOM killer is to spare this process, not those that it starts. */
void process_shield(void);

/* A process that does @work, whose answer is its fate. It dies with its parent. -1 on failure. */
pid_t process_start(bool (*work)(void *argument), void *argument);

/* Says on stderr who did not end well. */
enum fate process_wait(pid_t pid, const char *name);

/* Zeros, shared with the processes started later; NULL on failure. */
void *process_shared(size_t bytes);

#endif
