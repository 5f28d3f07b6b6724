// SPDX-License-Identifier: GPL-2.0
#include "busy.h"

#include <stdlib.h>

#include "area.h"
#include "cgroup.h"
#include "clock.h"
#include "order.h"
#include "process.h"
#include "scale.h"

#define BYTES	(64 * MIB)		/* of each */

/* Of both. With room for one of them, one would soon have it, and page no more. */
#define LIMIT	(BYTES * 3 / 4)

static void touch_timed(struct busy_member *member, struct area *area, uint32_t page)
{
	double begun = clock_seconds();

	area_touch(area, page, ACCESS_UPDATE);
	stalls_note(&member->stalls, begun, clock_seconds());
	member->touches++;
}

static bool member_map(const struct busy_member *member, struct area *area)
{
	size_t bytes = scaled(BYTES);

	if (!member->engine)
		return area_anonymous(area, bytes);
	return cgroup_enter(scaled(LIMIT)) && area_map(area, member->engine, bytes);
}

static bool member_work(struct crew *crew, void *argument)
{
	struct busy_member *member = argument;
	struct area area;
	uint32_t *order;
	size_t at;

	if (!member_map(member, &area))
		return false;
	order = order_make(PATTERN_SHUFFLED, area.pages, (uint32_t)area.pages,
			   (uint64_t)member->number);
	if (!order)
		return false;
	area_walk(&area, ACCESS_WRITE, NULL, 0, area.pages);
	crew_wait(crew);
	stalls_begin(&member->stalls);
	for (at = 0; !member->over; at++)
		touch_timed(member, &area, order[at % area.pages]);
	member->wrong = area.wrong;
	free(order);
	return area_fine(&area, "a busy process");
}

bool busy_start(struct busy *busy, const struct engine *engine)
{
	bool ready;
	int i;

	busy->members = process_shared(BUSY_MEMBERS * sizeof(*busy->members));
	if (!busy->members || !crew_open(&busy->crew))
		return false;
	for (i = 0; i < BUSY_MEMBERS; i++) {
		busy->members[i].engine = engine;
		busy->members[i].number = i;
		crew_add(&busy->crew, member_work, &busy->members[i]);
	}
	ready = crew_gather(&busy->crew);
	crew_begin(&busy->crew);
	return ready;
}

bool busy_stop(struct busy *busy)
{
	bool fine = true;
	int i;

	for (i = 0; i < BUSY_MEMBERS; i++)
		busy->members[i].over = true;
	for (i = 0; i < BUSY_MEMBERS; i++)
		fine &= crew_join(&busy->crew, i, "a busy process") == FATE_FINE;
	return fine;
}

double busy_longest(const struct busy *busy, double from, double to)
{
	double longest = 0, one;
	int i;

	for (i = 0; i < BUSY_MEMBERS; i++) {
		one = stalls_longest(&busy->members[i].stalls, from, to);
		longest = one > longest ? one : longest;
	}
	return longest;
}

uint64_t busy_touches(const struct busy *busy)
{
	return busy->members[0].touches + busy->members[1].touches;
}

uint64_t busy_wrong(const struct busy *busy)
{
	return busy->members[0].wrong + busy->members[1].wrong;
}
