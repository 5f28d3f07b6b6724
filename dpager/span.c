// SPDX-License-Identifier: GPL-2.0
/* Pages of an object in a row. */

#include <linux/pagemap.h>
#include <linux/sched/signal.h>

#include "fold.h"
#include "object.h"
#include "span.h"

/* Pages of the map looked at before giving way. */
#define SPAN_STEP	(DPAGER_LEAF_PAGES * 1024ULL)

int dpager_span_next_placed(struct dpager_object *object, u64 from, u64 end,
			    u64 *first, u64 *count)
{
	struct dpager_map *map = &object->map;

	while (from < end) {
		u64 stop;

		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
		rcu_read_lock();
		from = dpager_map_skip(map, from, end);
		stop = end - from > SPAN_STEP ? from + SPAN_STEP : end;
		*count = dpager_map_next(map, from, stop, first);
		rcu_read_unlock();
		if (*count)
			return 1;
		from = stop;
	}
	return 0;
}

bool dpager_span_holds(struct dpager_span r, struct folio *folio)
{
	return folio->index >= r.first && folio_next_index(folio) - 1 <= r.last;
}

struct dpager_span dpager_span_in_leaf(struct dpager_span r, pgoff_t index)
{
	pgoff_t leaf = index & ~(pgoff_t)DPAGER_LEAF_MASK;

	return (struct dpager_span){ max(r.first, leaf),
				     min(r.last, leaf + DPAGER_LEAF_MASK) };
}

bool dpager_span_next(struct dpager_object *object, struct dpager_span r,
		      pgoff_t *index, struct dpager_span *in)
{
	u64 next = dpager_map_skip(&object->map, *index, (u64)r.last + 1);

	if (next > r.last)
		return false;
	*in = dpager_span_in_leaf(r, next);
	*index = in->last + 1;
	return true;
}

bool dpager_span_next_unfolded(struct dpager_object *object,
			       struct dpager_span r, pgoff_t *index,
			       struct dpager_span *in)
{
	while (!fatal_signal_pending(current) &&
	       dpager_span_next(object, r, index, in)) {
		cond_resched();
		if (dpager_map_leaf(&object->map, in->first))
			return true;
	}
	return false;
}

void dpager_span_fold(struct dpager_object *object, struct dpager_span r)
{
	pgoff_t index = r.first;
	struct dpager_span in;

	while (dpager_span_next_unfolded(object, r, &index, &in))
		dpager_fold(object, in.first);
}
