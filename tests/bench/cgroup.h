/* SPDX-License-Identifier: GPL-2.0 */
/* A cgroup with little memory, for the process of a run. */
#ifndef CGROUP_H
#define CGROUP_H

#include <stdbool.h>
#include <stddef.h>

/* This process enters a new cgroup that may use so many bytes; 0: as many as there are. */
bool cgroup_enter(size_t limit);

/* Bytes that it uses. */
size_t cgroup_used(void);

/* Reclaim until nearly none of its pages of objects and files are in memory. */
bool cgroup_reclaim(void);

/* The same of its anonymous pages, and of what swap keeps of them in memory. */
bool cgroup_reclaim_anonymous(void);

/* The cgroup, if there is one, goes away; no process is in it any more. */
void cgroup_remove(void);

#endif
