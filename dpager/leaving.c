// SPDX-License-Identifier: GPL-2.0
/* Leaving: segments are taken, counted, emptied, or given back. */
#include <linux/errno.h>
#include <linux/list.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/mutex.h>

#include "dpager.h"
#include "evacuate.h"
#include "leaving.h"
#include "space.h"
#include "store.h"
#include "transfer.h"
#include "trigger.h"

static int leaving_fail(const struct dpager_leaving *l, u32 why, int error)
{
	return dpager_fail(l->detail, why, error);
}

/*
 * The next one of them, or the first after NULL. They stay: those that are
 * evacuated are not freed by others, and none is added to a store that goes.
 */
static struct dpager_segment *leaving_next(const struct dpager_leaving *l,
					   struct dpager_segment *segment)
{
	struct list_head *head = &l->store->segments;

	if (l->segment)
		return segment ? NULL : l->segment;
	if (!segment)
		return list_first_entry_or_null(head, struct dpager_segment,
						store_link);
	return list_is_last(&segment->store_link, head) ?
		NULL : list_next_entry(segment, store_link);
}

static void leaving_take(struct dpager_leaving *l,
			 struct dpager_segment *segment)
{
	u64 used = dpager_segment_used_from(segment, l->from);

	spin_lock(&dpager_space);
	segment->evacuating = true;
	segment->leave_from = l->from;
	segment->planned = used;
	if (!dpager_leaving_dry(l) && l->from)
		dpager_segment_limit(segment, l->from);
	else if (!dpager_leaving_dry(l))
		segment->draining = true;
	spin_unlock(&dpager_space);
	l->how->pages += used;
}

/* Take them, all or none: nothing more is placed there, but for a dry run. */
static int leaving_begin(struct dpager_leaving *l)
{
	struct dpager_segment *segment = NULL;

	lockdep_assert_held(&dpager_admin);
	if (l->store->going)
		return leaving_fail(l, DPAGER_DETAIL_IN_PROGRESS, -EBUSY);
	while ((segment = leaving_next(l, segment)))
		if (segment->evacuating)
			return leaving_fail(l, DPAGER_DETAIL_IN_PROGRESS,
					    -EBUSY);
	WRITE_ONCE(l->store->going, !l->segment);
	while ((segment = leaving_next(l, segment)))
		leaving_take(l, segment);
	dpager_triggers_kick();
	return 0;
}

/* They are in use again; or, @shorter, but for their end. */
static void leaving_end(struct dpager_leaving *l, bool shorter)
{
	struct dpager_segment *segment = NULL;

	lockdep_assert_held(&dpager_admin);
	while ((segment = leaving_next(l, segment))) {
		spin_lock(&dpager_space);
		segment->evacuating = false;
		segment->draining = segment->closed;
		if (!shorter)
			dpager_segment_limit(segment, U64_MAX);
		spin_unlock(&dpager_space);
	}
	WRITE_ONCE(l->store->going, false);
	dpager_triggers_kick();
}

static u64 leaving_promised(const struct dpager_leaving *l)
{
	u64 promised;

	spin_lock(&dpager_space);
	promised = dpager_budget_promised(l->store);
	spin_unlock(&dpager_space);
	return promised;
}

static int leaving_demand(struct dpager_leaving *l,
			  struct dpager_demand *demand)
{
	struct dpager_segment *segment = NULL;
	int err = 0;

	while (!err && (segment = leaving_next(l, segment)))
		err = dpager_evacuate_count(segment, l->how, l->begin, demand);
	return err;
}

/*
 * Pages that no segment takes. Where objects may use several stores it is the
 * least that can be said: they may want the same room.
 */
static u64 leaving_homeless(struct dpager_leaving *l,
			    const struct dpager_demand *demand)
{
	struct dpager_room room = dpager_space_room(l->store, demand->listed_on);
	u64 own = demand->confined + leaving_promised(l), left = room.all;

	/* What is set aside there is not in room.all. */
	if (!(l->store->flags & DPAGER_STORE_PRIVATE))
		left -= min3(left, room.own, demand->confined);
	l->tight = dpager_over(left, demand->others) < room.spare ||
		   (own && dpager_over(room.own, own) < room.spare) ||
		   (demand->listed &&
		    dpager_over(room.listed, demand->listed) < room.spare);
	return dpager_over(own, room.own) + dpager_over(demand->listed, room.listed) +
	       dpager_over(demand->others, left);
}

/* Is there room for what lies on them, and what is set aside? */
static int leaving_fits(struct dpager_leaving *l)
{
	struct dpager_demand demand = { .store = l->store };
	u64 memory;
	int err = leaving_demand(l, &demand);

	if (err)
		return err;
	memory = leaving_homeless(l, &demand);
	if (!memory)
		return 0;
	if (!(l->flags & DPAGER_EVACUATE_MEMORY))
		return leaving_fail(l, DPAGER_DETAIL_NO_SPACE, -ENOSPC);
	/* What is only set aside needs none. */
	memory = min(memory, demand.confined + demand.listed + demand.others);
	if (dpager_over(memory, demand.resident) > (u64)max(si_mem_available(), 0L))
		return leaving_fail(l, DPAGER_DETAIL_NO_MEMORY, -ENOMEM);
	return 0;
}

static int leaving_empty(struct dpager_leaving *l)
{
	struct dpager_segment *segment = NULL;
	int err = 0;

	if (l->flags & DPAGER_EVACUATE_NOTHING && l->how->pages)
		return leaving_fail(l, DPAGER_DETAIL_IN_USE, -EBUSY);
	/* What an earlier call was about to use is free again. */
	dpager_transfers_flush();
	if (l->how->pages || leaving_promised(l))
		err = leaving_fits(l);
	if (dpager_leaving_dry(l))
		return err;
	while (!err && (segment = leaving_next(l, segment)))
		err = dpager_evacuate(segment, l->how, l->flags, l->tight,
				      l->begin, l->detail);
	return err;
}

static u64 leaving_used(const struct dpager_leaving *l)
{
	struct dpager_segment *segment = NULL;
	u64 used = 0;

	while ((segment = leaving_next(l, segment)))
		used += dpager_segment_used_from(segment, l->from);
	return used;
}

static void leaving_count(const struct dpager_leaving *l)
{
	struct dpager_segment *segment = NULL;

	while ((segment = leaving_next(l, segment)))
		l->how->moved +=
			dpager_over(segment->planned,
				    dpager_segment_used_from(segment, l->from));
}

int dpager_leaving_run(struct dpager_leaving *l)
{
	int err = leaving_begin(l);

	if (err)
		return err;
	mutex_unlock(&dpager_admin);
	err = leaving_empty(l);
	if (err == -ETIMEDOUT)
		*l->detail = DPAGER_DETAIL_DEADLINE;
	if (!err && dpager_leaving_dry(l))
		l->how->moved = l->how->pages;
	else
		leaving_count(l);
	atomic64_add(l->how->lost, &l->store->lost);
	mutex_lock(&dpager_admin);
	/* Better a segment too many than one that is missing. */
	if (!err && !dpager_leaving_dry(l) && WARN_ON_ONCE(leaving_used(l)))
		err = -EBUSY;
	if (err || dpager_leaving_dry(l) || l->from)
		leaving_end(l, !err && !dpager_leaving_dry(l));
	return err;
}
