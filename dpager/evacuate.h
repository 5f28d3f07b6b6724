/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Evacuation: move what is in use off a segment, while objects are in use.
 *
 * Nothing new is placed on the segment by now. Pass by pass all objects are
 * looked through for pages that lie there, and what is found is moved in the
 * order of slots (see plan.h, move.h), until no slot is in use. It is the
 * caller of REMOVE_SEGMENT or STORE_DELETE who does the work; no lock is held
 * across I/O but an object's invalidate_lock (read), as by a fault.
 */
#ifndef _DPAGER_EVACUATE_H
#define _DPAGER_EVACUATE_H

#include <linux/types.h>

#include "dpager.h"

struct dpager_evacuate;
struct dpager_segment;
struct dpager_store;

/**
 * struct dpager_demand - pages on segments that are to be emptied
 * @store: whose segments those are
 * @confined: of objects that may use no other store
 * @listed: of objects confined to others, or more
 * @others: of objects that are not confined
 * @resident: of all these, such as are in memory, too
 * @listed_on: segments, by index, that one of @listed may use
 * @listed_last: the id of the object that was noted there last
 */
struct dpager_demand {
	const struct dpager_store *store;
	u64 confined;
	u64 listed;
	u64 others;
	u64 resident;
	DECLARE_BITMAP(listed_on, DPAGER_SEGMENTS_MAX);
	u64 listed_last;
};

/* Add what lies on a segment. May take a while: -EINTR, -ETIMEDOUT. */
int dpager_evacuate_count(struct dpager_segment *segment,
			  struct dpager_evacuate *how, unsigned long begin,
			  struct dpager_demand *demand);

/**
 * dpager_evacuate() - empty a segment
 * @segment: draining, and nobody else empties it
 * @how: rate and deadline; out: adds to lost
 * @flags: DPAGER_EVACUATE_MEMORY, DPAGER_EVACUATE_LOSE
 * @tight: there is hardly more room elsewhere than is needed
 * @begin: when the call began, in jiffies
 * @detail: out: enum dpager_detail when it fails
 *
 * Context: process; sleeps, interruptibly.
 * Return: 0: no slot is in use and none will be; or an errno as for struct
 * dpager_evacuate.
 */
int dpager_evacuate(struct dpager_segment *segment,
		    struct dpager_evacuate *how, u32 flags, bool tight,
		    unsigned long begin, u32 *detail);

#endif /* _DPAGER_EVACUATE_H */
