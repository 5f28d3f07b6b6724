/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Leaving: a segment of a store, or all of them, are emptied so that they can be
 * removed. All or none.
 */
#ifndef _DPAGER_LEAVING_H
#define _DPAGER_LEAVING_H

#include <linux/types.h>
#include <linux/dpager.h>

struct dpager_segment;
struct dpager_store;

/**
 * struct dpager_leaving - segments that are to be emptied
 * @store: whose they are
 * @segment: the only one, or NULL: all of the store's
 * @from: with @segment: only its slots from this one on
 * @how: as it was asked for, and what came of it
 * @flags: DPAGER_EVACUATE_*
 * @begin: when that was, in jiffies
 * @tight: there is hardly more room elsewhere than is needed; found out
 * @detail: out: enum dpager_detail when it fails
 */
struct dpager_leaving {
	struct dpager_store *store;
	struct dpager_segment *segment;
	u64 from;
	struct dpager_evacuate *how;
	u32 flags;
	unsigned long begin;
	bool tight;
	u32 *detail;
};

/* Is it only to be said what would be done? */
static inline bool dpager_leaving_dry(const struct dpager_leaving *l)
{
	return l->flags & DPAGER_EVACUATE_DRY_RUN;
}

/**
 * dpager_leaving_run() - empty segments, without a lock that others want
 * @l: which, and how
 *
 * Context: process; sleeps, interruptibly. Called and left with dpager_admin,
 * which is not held meanwhile.
 * Return: 0: they are empty, and stay so, and the caller removes them, unless it
 * was a dry run; or an errno as for struct dpager_evacuate.
 */
int dpager_leaving_run(struct dpager_leaving *l);

#endif /* _DPAGER_LEAVING_H */
