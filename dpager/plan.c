// SPDX-License-Identifier: GPL-2.0
/* Plans: the lowest of what is added. */
#include <linux/limits.h>
#include <linux/sort.h>

#include "plan.h"

static int plan_compare(const void *a, const void *b)
{
	const struct dpager_move *one = a, *other = b;

	if (one->slot == other->slot)
		return 0;
	return one->slot < other->slot ? -1 : 1;
}

static void plan_sort(struct dpager_plan *plan)
{
	sort(plan->moves, plan->count, sizeof(*plan->moves), plan_compare,
	     NULL);
}

void dpager_plan_begin(struct dpager_plan *plan, u64 from)
{
	plan->count = 0;
	plan->from = from;
	plan->end = U64_MAX;
}

/*
 * Half of it goes when it is full, so that it is sorted seldom. Those that lie
 * at one slot, as pages may seem to that move about meanwhile, go together.
 */
static void plan_shrink(struct dpager_plan *plan)
{
	u32 keep = plan->room / 2;

	plan_sort(plan);
	plan->end = plan->moves[keep].slot;
	while (keep && plan->moves[keep - 1].slot == plan->end)
		keep--;
	plan->count = keep;
}

void dpager_plan_add(struct dpager_plan *plan, const struct dpager_move *move)
{
	if (move->slot < plan->from || move->slot >= plan->end)
		return;
	plan->moves[plan->count++] = *move;
	if (plan->count == plan->room)
		plan_shrink(plan);
}

u64 dpager_plan_end(struct dpager_plan *plan)
{
	plan_sort(plan);
	return plan->end;
}
