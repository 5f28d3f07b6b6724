// SPDX-License-Identifier: GPL-2.0
/* The space: which segment takes a cluster, and how much there is. */
#include <linux/limits.h>
#include <linux/string.h>

#include "cluster.h"
#include "dpager.h"
#include "object.h"
#include "space.h"
#include "store.h"

/* See the lock order in dpager.h, and space.h. */
DEFINE_SPINLOCK(dpager_space);

/* Published segments, of high priority first; dpager_space. */
static LIST_HEAD(space);

/* A log line said that there is no segment at all; dpager_space. */
static bool space_none_said;

/*
 * A larger folio goes to one segment. With so few slots to spare on each, the
 * last of them may fit nowhere.
 */
#define SPACE_SPARE	BIT(DPAGER_FOLIO_ORDER)

/* The priority of segments in reserve. */
#define SPACE_RESERVE	(-2)

/* Higher first; in reserve is below all that a store can have. */
static s32 space_priority(const struct dpager_segment *segment)
{
	return segment->reserve ? SPACE_RESERVE : segment->store->priority;
}

/* Behind all others of its priority, before all lower ones. */
static void space_insert(struct dpager_segment *segment)
{
	struct dpager_segment *other;

	lockdep_assert_held(&dpager_space);
	list_for_each_entry(other, &space, space_link)
		if (space_priority(other) < space_priority(segment))
			break;
	/* When none is lower, @other is the head. */
	list_add_tail(&segment->space_link, &other->space_link);
}

static bool space_usable_by_all(const struct dpager_segment *segment)
{
	return !(segment->store->flags & DPAGER_STORE_PRIVATE);
}

static bool space_usable(const struct dpager_segment *segment,
			 const struct dpager_store *only)
{
	return !segment->draining &&
	       (only ? segment->store == only : space_usable_by_all(segment));
}

/* A segment that fails gets one cluster at a time, and not at once. */
static bool space_retry(const struct dpager_segment *segment)
{
	return time_after_eq(jiffies, READ_ONCE(segment->retry_at)) &&
	       dpager_writer_at_rest(&segment->writer);
}

/*
 * The first that has room and is not behind. Who is behind is waited for, as
 * for room, rather than lower priorities used, unless it is stuck. One whose
 * last write failed is left out unless @failing, when nobody else has room.
 * -EAGAIN wins over -ENOSPC: room will do, once there is time.
 */
static struct dpager_segment *space_choose(const struct dpager_store *only,
					   bool failing, int *error)
{
	struct dpager_segment *segment;
	s32 lowest = SPACE_RESERVE;

	lockdep_assert_held(&dpager_space);
	*error = -ENOSPC;
	list_for_each_entry(segment, &space, space_link) {
		int room;

		if (space_priority(segment) < lowest)
			break;
		if (!space_usable(segment, only) ||
		    READ_ONCE(segment->failing) != failing)
			continue;
		room = dpager_segment_room(segment);
		if (room == -ENOSPC)
			continue;
		if (!room && (failing ? space_retry(segment) :
			      !dpager_writer_behind(&segment->writer)))
			return segment;
		*error = -EAGAIN;
		if (!failing && !dpager_writer_stuck(&segment->writer))
			lowest = space_priority(segment);
	}
	return NULL;
}

/* Without a free slot, pages can still be written over their old selves. */
static struct dpager_segment *space_home(struct dpager_cluster *cluster,
					 int *error)
{
	struct dpager_segment *segment = dpager_cluster_home(cluster);

	if (!segment)
		return NULL;
	*error = -EAGAIN;
	return dpager_writer_behind(&segment->writer) ? NULL : segment;
}

/*
 * Whose fullness the log should tell now, if anyone's: true and @name, or an
 * empty @name when there is no segment.
 */
static bool space_full_news(struct dpager_store *only, char *name)
{
	struct dpager_segment *segment;
	bool some = false;

	lockdep_assert_held(&dpager_space);
	*name = '\0';
	/* Nobody can add a segment to one that is deleted, or about to be. */
	if (only && (only->dead || READ_ONCE(only->going)))
		return false;
	if (only) {
		strscpy(name, only->name, DPAGER_NAME_SIZE);
		return !atomic_xchg(&only->full_said, 1);
	}
	list_for_each_entry(segment, &space, space_link) {
		if (!space_usable_by_all(segment))
			continue;
		some = true;
		if (atomic_xchg(&segment->store->full_said, 1))
			continue;
		strscpy(name, segment->store->name, DPAGER_NAME_SIZE);
		return true;
	}
	if (some || space_none_said)
		return false;
	space_none_said = true;
	return true;
}

static void space_say_full(const char *name)
{
	if (*name)
		pr_warn("store %s is full: pages stay in memory; add a segment to it\n",
			name);
	else
		pr_warn("no store has a segment: pages stay in memory; add a segment\n");
}

int dpager_space_hand(struct dpager_store *only, struct dpager_cluster *cluster)
{
	struct dpager_segment *segment;
	char name[DPAGER_NAME_SIZE];
	bool news = false;
	int err;

	spin_lock(&dpager_space);
	segment = space_choose(only, false, &err);
	if (!segment && err == -ENOSPC)
		segment = space_choose(only, true, &err);
	if (!segment && err == -ENOSPC)
		segment = space_home(cluster, &err);
	if (segment) {
		dpager_writer_queue(&segment->writer, cluster);
		/* Those of equal priority go first next time. */
		dpager_space_move(segment);
		err = 0;
	} else if (err == -ENOSPC) {
		news = space_full_news(only, name);
	}
	spin_unlock(&dpager_space);
	if (news)
		space_say_full(name);
	return err;
}

void dpager_space_add(struct dpager_segment *segment)
{
	space_insert(segment);
	space_none_said = false;
}

void dpager_space_move(struct dpager_segment *segment)
{
	list_del(&segment->space_link);
	space_insert(segment);
}

void dpager_space_remove(struct dpager_segment *segment)
{
	lockdep_assert_held(&dpager_space);
	list_del(&segment->space_link);
}

/* Slots that are free on a segment that is draining hold no page any more. */
void dpager_space_add_figures(struct dpager_segment *segment,
			      struct dpager_figures *sum)
{
	u64 free = sum->pages_free;

	lockdep_assert_held(&dpager_space);
	dpager_segment_figures(segment, sum);
	if (segment->draining) {
		sum->pages -= sum->pages_free - free;
		sum->pages_free = free;
	}
}

void dpager_space_figures(struct dpager_figures *sum)
{
	struct dpager_segment *segment;

	lockdep_assert_held(&dpager_space);
	list_for_each_entry(segment, &space, space_link)
		dpager_space_add_figures(segment, sum);
}

/* Free slots of a segment for what leaves others, or leaves its end. */
static u64 space_room_of(struct dpager_segment *segment)
{
	struct dpager_figures sum = {};

	lockdep_assert_held(&dpager_space);
	if (segment->closed || READ_ONCE(segment->failing))
		return 0;
	if (segment->evacuating)
		return dpager_segment_free_below(segment, segment->leave_from);
	dpager_segment_figures(segment, &sum);
	return sum.pages_free;
}

struct dpager_room dpager_space_room(const struct dpager_store *store)
{
	struct dpager_segment *segment;
	struct dpager_room room = {};

	spin_lock(&dpager_space);
	list_for_each_entry(segment, &space, space_link) {
		u64 free = space_room_of(segment);

		if (segment->store == store)
			room.own += free;
		if (space_usable_by_all(segment))
			room.all += free;
		if (free)
			room.spare += SPACE_SPARE;
	}
	spin_unlock(&dpager_space);
	return room;
}
