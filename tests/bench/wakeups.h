/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What dpager does by itself: how often its threads ran (their context
 * switches), its work items and its timers (by the kernel's tracepoints).
 */
#ifndef WAKEUPS_H
#define WAKEUPS_H

#include <stdbool.h>
#include <stdint.h>

/**
 * struct wakeups - what was done
 * @switches: context switches of dpager's threads
 * @events: work items and timers that ran functions of dpager's
 */
struct wakeups {
	uint64_t switches;
	uint64_t events;
};

bool wakeups_begin(void);

/* What was done since wakeups_begin(). */
bool wakeups_end(struct wakeups *wakeups);

#endif
