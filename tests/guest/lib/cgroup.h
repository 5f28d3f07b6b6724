/* SPDX-License-Identifier: GPL-2.0 */
/* Cgroups (version 2) with a memory limit. */
#ifndef CGROUP_H
#define CGROUP_H

#include <stdbool.h>
#include <sys/types.h>

/* Skips the whole program where there is no memory controller. */
void cgroup_need_memory(void);
/* @limit 0: none. A cgroup that was left over is used again. */
void cgroup_create(const char *name, unsigned long long limit);
void cgroup_enter(const char *name, pid_t pid);
/* Back to the root. */
void cgroup_leave(pid_t pid);
bool cgroup_remove(const char *name);
/* A figure of memory.events, such as "oom_kill". */
long long cgroup_event(const char *name, const char *event);
/* The figure in a file such as memory.current. */
long long cgroup_read(const char *name, const char *file);
void cgroup_write(const char *name, const char *file, const char *text);

#endif
