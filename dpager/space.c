// SPDX-License-Identifier: GPL-2.0
/* The space: which segment takes a cluster, and how much there is. */
#include <linux/limits.h>
#include <linux/list.h>
#include <linux/rcupdate.h>
#include <linux/string.h>
#include <linux/user_namespace.h>

#include "budget.h"
#include "cluster.h"
#include "confine.h"
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

/**
 * struct search - for a segment that takes a cluster
 * @object: whose it is
 * @confine: the stores it is confined to, or NULL
 * @want: slots that are to be free there
 * @direct: who asks writes for itself, and does not wait for a writer
 * @asked: the store whose budget was looked at last, or NULL
 * @allowed: what that said
 * @quota: a store whose quota for the user is used up, or NULL; found out
 * @error: why there is none; found out
 */
struct search {
	struct dpager_object *object;
	const struct dpager_confine *confine;
	u32 want;
	bool direct;
	const struct dpager_store *asked;
	bool allowed;
	struct dpager_store *quota;
	int error;
};

/* Is there room, but for what the segment itself has? */
static bool search_allows(struct search *search, struct dpager_store *store)
{
	bool quota;

	if (likely(!dpager_budget_limits(&store->budget)))
		return true;
	/* Segments of a store lie together, as a rule. */
	if (search->asked == store)
		return search->allowed;
	search->asked = store;
	search->allowed = dpager_budget_room(store, search->object, &quota);
	if (quota)
		search->quota = store;
	return search->allowed;
}

static bool search_may_use(struct search *search,
			   const struct dpager_segment *segment)
{
	return !segment->draining &&
	       dpager_confine_has(search->confine, segment->store) &&
	       search_allows(search, segment->store);
}

/* A segment that fails gets one cluster at a time, and not at once. */
static bool space_retry(const struct dpager_segment *segment)
{
	return time_after_eq(jiffies, READ_ONCE(segment->retry_at)) &&
	       dpager_writer_at_rest(&segment->writer);
}

/* Can a segment with room take something now? */
static bool space_ready(const struct search *search,
			const struct dpager_segment *segment, bool failing)
{
	if (failing)
		return space_retry(segment);
	return search->direct ? !dpager_writer_stuck(&segment->writer) :
				!dpager_writer_behind(&segment->writer);
}

/*
 * The first that has room and is not behind. Who is behind is waited for, as
 * for room, rather than lower priorities used, unless it is stuck. One whose
 * last write failed is left out unless @failing, when nobody else has room.
 * -EAGAIN wins over -ENOSPC: room will do, once there is time.
 */
static struct dpager_segment *space_choose(struct search *search, bool failing)
{
	struct dpager_segment *segment;
	s32 lowest = SPACE_RESERVE;

	lockdep_assert_held(&dpager_space);
	search->error = -ENOSPC;
	list_for_each_entry(segment, &space, space_link) {
		int room;

		if (space_priority(segment) < lowest)
			break;
		if (READ_ONCE(segment->failing) != failing ||
		    !search_may_use(search, segment))
			continue;
		room = dpager_segment_room(segment, search->want);
		if (room == -ENOSPC)
			continue;
		if (!room && space_ready(search, segment, failing))
			return segment;
		search->error = -EAGAIN;
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

/* Has it not been said yet? Now it is. Nobody can add a segment to a dead one. */
static bool store_is_news(struct dpager_store *store)
{
	return !store->dead && !READ_ONCE(store->going) &&
	       !atomic_xchg(&store->full_said, 1);
}

/* The first of a confinement's stores whose fullness is news, or NULL. */
static struct dpager_store *confined_news(const struct dpager_confine *confine)
{
	u32 i;

	for (i = 0; i < confine->count; i++)
		if (store_is_news(confine->stores[i]))
			return confine->stores[i];
	return NULL;
}

/*
 * Whose fullness the log should tell now, if anyone's: true and @name, or an
 * empty @name when there is no segment.
 */
static bool space_full_news(const struct search *search, char *name)
{
	struct dpager_store *store = NULL;
	struct dpager_segment *segment;
	bool some = search->confine;

	lockdep_assert_held(&dpager_space);
	*name = '\0';
	if (search->confine)
		store = confined_news(search->confine);
	list_for_each_entry(segment, &space, space_link) {
		if (search->confine || store)
			break;
		if (!space_usable_by_all(segment))
			continue;
		some = true;
		if (store_is_news(segment->store))
			store = segment->store;
	}
	if (store)
		strscpy(name, store->name, DPAGER_NAME_SIZE);
	if (store || some || space_none_said)
		return store;
	space_none_said = true;
	return true;
}

/* Pages that find no slot on any of the stores they may go to. */
static void space_count_full(const struct search *search, u32 pages)
{
	struct dpager_segment *segment;

	lockdep_assert_held(&dpager_space);
	list_for_each_entry(segment, &space, space_link)
		if (list_is_first(&segment->store_link,
				  &segment->store->segments) &&
		    dpager_confine_has(search->confine, segment->store))
			atomic64_add(pages, &segment->store->full);
}

static void space_say_full(const struct search *search, const char *name)
{
	if (search->quota)
		pr_warn("store %s: user %u is at the quota: pages stay in memory; raise it\n",
			name, from_kuid(&init_user_ns, search->object->owner));
	else if (*name)
		pr_warn("store %s is full: pages stay in memory; add a segment to it\n",
			name);
	else
		pr_warn("no store has a segment: pages stay in memory; add a segment\n");
}

/*
 * One that was refused goes to a segment that has room for a folio, if there is
 * one: those of higher priority would refuse it again.
 */
static struct dpager_segment *space_choose_first(struct search *search,
						 const struct dpager_cluster *cluster)
{
	struct dpager_segment *segment;

	search->want = cluster->refused ? SPACE_SPARE : 1;
	segment = space_choose(search, false);
	if (segment || search->error != -ENOSPC || search->want == 1)
		return segment;
	search->want = 1;
	return space_choose(search, false);
}

static struct dpager_segment *space_find(struct search *search,
					 struct dpager_cluster *cluster)
{
	struct dpager_segment *segment = space_choose_first(search, cluster);
	struct dpager_segment *home;
	int error;

	/* What is in reserve is not for pages that have a place. */
	if (segment && segment->reserve) {
		home = space_home(cluster, &error);
		segment = home ?: segment;
	}
	if (!segment && search->error == -ENOSPC)
		segment = space_choose(search, true);
	if (!segment && search->error == -ENOSPC)
		segment = space_home(cluster, &search->error);
	return segment;
}

/* Under RCU, for the confinement. */
static int space_hand(struct dpager_cluster *cluster)
{
	struct search search = {
		.object = cluster->object,
		.confine = rcu_dereference(cluster->object->confine),
	};
	struct dpager_segment *segment;
	char name[DPAGER_NAME_SIZE];
	bool news = false;

	spin_lock(&dpager_space);
	segment = space_find(&search, cluster);
	if (segment) {
		dpager_writer_queue(&segment->writer, cluster);
		/* Those of equal priority go first next time. */
		dpager_space_move(segment);
		search.error = 0;
	} else if (search.error == -ENOSPC && search.quota) {
		strscpy(name, search.quota->name, sizeof(name));
		news = !search.quota->budget.said;
		search.quota->budget.said = true;
	} else if (search.error == -ENOSPC) {
		space_count_full(&search, hweight32(READ_ONCE(cluster->dirty)));
		news = space_full_news(&search, name);
	}
	spin_unlock(&dpager_space);
	if (news)
		space_say_full(&search, name);
	return search.error;
}

int dpager_space_hand(struct dpager_cluster *cluster)
{
	int err;

	rcu_read_lock();
	err = space_hand(cluster);
	rcu_read_unlock();
	return err;
}

/* Under RCU, for the confinement. */
static dpager_place_t space_alloc(struct dpager_object *object, u32 want,
				  u32 *got)
{
	struct search search = {
		.object = object,
		.confine = rcu_dereference(object->confine),
		.want = 1,
		.direct = true,
	};
	struct dpager_segment *segment;
	u64 slot = U64_MAX;

	*got = 0;
	spin_lock(&dpager_space);
	segment = space_choose(&search, false);
	if (segment) {
		slot = dpager_segment_alloc_held(segment, object, want, got);
		dpager_space_move(segment);
	}
	spin_unlock(&dpager_space);
	return *got ? dpager_place(segment->index, slot) : DPAGER_PLACE_NONE;
}

dpager_place_t dpager_space_alloc(struct dpager_object *object, u32 want,
				  u32 *got)
{
	dpager_place_t place;

	rcu_read_lock();
	place = space_alloc(object, want, got);
	rcu_read_unlock();
	return place;
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

/* Of a store, once, at the first of its segments: what is set aside. */
static u64 space_promised_at(const struct dpager_segment *segment)
{
	const struct dpager_store *store = segment->store;

	return list_is_first(&segment->store_link, &store->segments) ?
		dpager_budget_promised(store) : 0;
}

struct dpager_room dpager_space_room(const struct dpager_store *store,
				     const unsigned long *listed)
{
	struct dpager_segment *segment;
	struct dpager_room room = {};
	u64 promised = 0;

	spin_lock(&dpager_space);
	list_for_each_entry(segment, &space, space_link) {
		u64 free = space_room_of(segment);

		if (segment->store == store)
			room.own += free;
		if (test_bit(segment->index, listed))
			room.listed += free;
		if (space_usable_by_all(segment)) {
			room.all += free;
			promised += space_promised_at(segment);
		}
		if (free)
			room.spare += SPACE_SPARE;
	}
	spin_unlock(&dpager_space);
	room.all -= min(room.all, promised);
	return room;
}

u64 dpager_space_for(struct dpager_object *object, bool *quota)
{
	const struct dpager_confine *confine;
	struct dpager_segment *segment;
	u64 room = 0, free, allowed;
	bool limited;

	*quota = false;
	rcu_read_lock();
	confine = rcu_dereference(object->confine);
	spin_lock(&dpager_space);
	list_for_each_entry(segment, &space, space_link) {
		struct dpager_store *store = segment->store;

		/* Each store once. */
		if (!list_is_first(&segment->store_link, &store->segments) ||
		    !dpager_confine_has(confine, store))
			continue;
		free = dpager_budget_free(store);
		allowed = dpager_budget_room(store, object, &limited);
		*quota |= limited;
		room += min(free, allowed);
	}
	spin_unlock(&dpager_space);
	rcu_read_unlock();
	return room;
}

void dpager_space_list(const struct dpager_confine *confine,
		       unsigned long *listed)
{
	struct dpager_segment *segment;

	spin_lock(&dpager_space);
	list_for_each_entry(segment, &space, space_link)
		if (dpager_confine_has(confine, segment->store))
			__set_bit(segment->index, listed);
	spin_unlock(&dpager_space);
}
