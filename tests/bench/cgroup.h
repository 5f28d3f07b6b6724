/* SPDX-License-Identifier: GPL-2.0 */
/* A cgroup with little memory, for the process of a run. */
#ifndef CGROUP_H
#define CGROUP_H

#include <stdbool.h>
#include <stddef.h>

/* This process enters a new cgroup that may use so many bytes. */
bool cgroup_enter(size_t limit);

/* The cgroup goes away; no process is in it any more. */
void cgroup_remove(void);

#endif
