/* SPDX-License-Identifier: GPL-2.0 */
/* Counters of the whole pager, one per CPU each. */
#ifndef _DPAGER_STATS_H
#define _DPAGER_STATS_H

#include <linux/percpu.h>
#include <linux/types.h>

enum dpager_stat {
	DPAGER_STAT_FAULTS,		/* a page fault reached dpager */
	DPAGER_STAT_MAJOR_FAULTS,	/* and had to read */
	DPAGER_STAT_PAGEIN_CALLS,	/* a fault found its page not in memory */
	DPAGER_STAT_UNAVAILABLE,	/* a page was on no store, so zeros */
	DPAGER_STAT_PAGEOUT_CALLS,	/* a cluster was given to a writer */
	DPAGER_STAT_INITIAL,		/* a page was written that had no slot */
	DPAGER_STAT_INITIAL_WRITES,	/* a write request had such pages */
	DPAGER_STAT_SLOTS_FREED,	/* slots became free */
	DPAGER_STAT_PAGES_IN,		/* a page was read */
	DPAGER_STAT_PAGES_IN_FAILED,	/* a page's read failed */
	DPAGER_STAT_PAGES_OUT,		/* a page was written */
	DPAGER_STAT_PAGES_OUT_FAILED,	/* a page's write failed */
	DPAGER_STAT_READS,		/* a read request was issued */
	DPAGER_STAT_WRITES,		/* a write request was issued */
	DPAGER_STAT_FULL,		/* a page stayed: no slot was free */
	DPAGER_STAT_DIRTY,		/* pages known dirty: up and down */
	DPAGER_STAT_WRITEBACK,		/* pages being written: up and down */
	DPAGER_STATS
};

struct dpager_stats {
	s64 count[DPAGER_STATS];
};

DECLARE_PER_CPU(struct dpager_stats, dpager_stats);

/* Any context. */
static inline void dpager_stat_add(enum dpager_stat which, s64 n)
{
	this_cpu_add(dpager_stats.count[which], n);
}

static inline void dpager_stat_inc(enum dpager_stat which)
{
	dpager_stat_add(which, 1);
}

/* The sum over all CPUs; what goes up and down is never below 0. */
u64 dpager_stat_read(enum dpager_stat which);

#endif /* _DPAGER_STATS_H */
