// SPDX-License-Identifier: GPL-2.0
/* The check: segments, page maps and tenants must tell the same. */
#include <linux/errno.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/user_namespace.h>

#include "check.h"
#include "dpager.h"
#include "map.h"
#include "object.h"
#include "segment.h"
#include "stats.h"
#include "store.h"
#include "tenant.h"
#include "transfer.h"

/* Pages of an object looked at before giving way. */
#define CHECK_STEP	BIT_ULL(16)

/**
 * struct checker - a check under way
 * @check: the figures
 * @mapped: by segment: slots that the page maps of all objects have there
 * @of_tenant: the same, of one tenant's objects
 * @moving: something is not at rest, so that sums may differ
 * @say: log what is wrong
 */
struct checker {
	struct dpager_check *check;
	u64 mapped[DPAGER_SEGMENTS_MAX];
	u64 of_tenant[DPAGER_SEGMENTS_MAX];
	bool moving;
	bool say;
};

/* One more figure is wrong. */
static __printf(2, 3) void check_wrong(struct checker *c, const char *fmt, ...)
{
	struct va_format text = { .fmt = fmt };
	va_list args;

	c->check->wrong++;
	if (!c->say)
		return;
	va_start(args, fmt);
	text.va = &args;
	pr_err("check: %pV\n", &text);
	va_end(args);
}

/* --- segments ----------------------------------------------------------- */

/* A group's counts against its bitmaps. Returns the slots in use. */
static u32 check_group(struct checker *c, struct dpager_segment *segment,
		       u32 group)
{
	const struct dpager_slots *slots = &segment->slots;
	const struct dpager_slot_group *g = &slots->groups[group];
	u64 first = (u64)group * DPAGER_GROUP_SLOTS;
	u32 size = min_t(u64, DPAGER_GROUP_SLOTS, slots->total - first);
	u32 used, bad;
	bool right;

	lockdep_assert_held(&segment->slot_lock);
	used = dpager_slots_count(slots, first, size, &bad);
	right = g->free == size - used - bad && g->nr_bad == bad &&
		!!g->free == test_bit(group, slots->open);
	if (!right)
		check_wrong(c, "segment %llu: group %u: %u in use, %u bad; counted %u free, %u bad",
			    segment->id, group, used, bad, g->free, g->nr_bad);
	return used;
}

static void check_counts(struct checker *c, struct dpager_segment *segment,
			 u64 taken)
{
	const struct dpager_slots *slots = &segment->slots;
	u64 sum;

	lockdep_assert_held(&segment->slot_lock);
	sum = dpager_slots_free_total(slots) + slots->used + slots->bad +
	      slots->trimmed;
	c->check->slots_used += slots->used;
	c->check->slots_set += taken - slots->trimmed;
	if (slots->used + slots->trimmed != taken)
		check_wrong(c, "segment %llu: %llu slots are set, it counts %llu",
			    segment->id, taken, slots->used);
	if (slots->limit == slots->total && sum != slots->total)
		check_wrong(c, "segment %llu: free, used and bad are %llu of %llu",
			    segment->id, sum, slots->total);
}

static void check_slots(struct checker *c, struct dpager_segment *segment)
{
	u64 taken = 0;
	u32 group;

	spin_lock(&segment->slot_lock);
	for (group = 0; group < segment->slots.nr_attached; group++) {
		taken += check_group(c, segment, group);
		/* Others have a turn; what changes then is seen below. */
		cond_resched_lock(&segment->slot_lock);
	}
	check_counts(c, segment, taken);
	spin_unlock(&segment->slot_lock);
}

/* Is nothing of it on its way? */
static bool check_rests(struct dpager_segment *segment)
{
	return !segment->evacuating && dpager_writer_idle(&segment->writer) &&
	       !delayed_work_pending(&segment->trim_work) &&
	       !work_busy(&segment->trim_work.work);
}

static void check_rest(struct checker *c)
{
	lockdep_assert_held(&dpager_admin);
	for (u32 i = 0; i < DPAGER_SEGMENTS_MAX; i++)
		if (dpager_segments[i])
			c->moving |= !check_rests(dpager_segments[i]);
}

static void check_segments(struct checker *c)
{
	lockdep_assert_held(&dpager_admin);
	check_rest(c);
	/* What was still under way then, is it there. */
	dpager_transfers_flush();
	for (u32 i = 0; i < DPAGER_SEGMENTS_MAX; i++)
		if (dpager_segments[i])
			check_slots(c, dpager_segments[i]);
}

/* --- objects ------------------------------------------------------------ */

/**
 * struct found - what the page map of an object says
 * @present: pages with a place
 * @spoilt: those of them whose content there is not the page
 * @counted: pages that count against its limit
 */
struct found {
	u64 present;
	u64 spoilt;
	u64 counted;
};

static void check_leaf(struct checker *c, const struct dpager_leaf *leaf,
		       struct found *found)
{
	u32 pages = READ_ONCE(leaf->present);

	found->present += hweight32(pages);
	found->spoilt += hweight32(pages & READ_ONCE(leaf->spoilt));
	found->counted += hweight32(READ_ONCE(leaf->counted));
	for (; pages; pages &= pages - 1) {
		dpager_place_t place = READ_ONCE(leaf->place[__ffs(pages)]);

		c->of_tenant[dpager_place_segment(place)]++;
	}
}

/* Pages from @from on, for a while. Returns where to go on. */
static u64 check_pages(struct checker *c, struct dpager_object *object,
		       u64 from, u64 end, struct found *found)
{
	u64 stop = min(end, from + CHECK_STEP);
	const struct dpager_leaf *leaf;

	rcu_read_lock();
	while (from < stop) {
		struct dpager_leaf buffer = {};

		leaf = dpager_map_peek(&object->map, from, &buffer);
		if (leaf)
			check_leaf(c, leaf, found);
		from = (from | DPAGER_LEAF_MASK) + 1;
		from = dpager_map_skip(&object->map, from, end);
	}
	rcu_read_unlock();
	return from;
}

static int check_object(struct checker *c, struct dpager_object *object)
{
	u64 end = ((u64)MAX_LFS_FILESIZE >> PAGE_SHIFT) + 1;
	struct found found = {};
	u64 from;

	from = dpager_map_skip(&object->map, 0, end);
	while (from < end) {
		from = check_pages(c, object, from, end, &found);
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
	}
	c->check->objects++;
	c->check->slots_mapped += found.present;
	if (found.present != atomic64_read(&object->map.present) ||
	    found.spoilt != atomic64_read(&object->nr_spoilt))
		check_wrong(c, "object %llu: %llu pages are out, %llu spoilt; counted %lld, %lld",
			    object->id, found.present, found.spoilt,
			    atomic64_read(&object->map.present),
			    atomic64_read(&object->nr_spoilt));
	if (object->limit && found.counted != atomic64_read(&object->counted))
		check_wrong(c,
			    "object %llu: %llu pages count for its mount, it says %lld",
			    object->id, found.counted,
			    atomic64_read(&object->counted));
	return 0;
}

/* --- tenants ------------------------------------------------------------ */

static int check_objects_of(struct checker *c,
			    const struct dpager_tenant *tenant)
{
	struct dpager_object *object;
	int err = 0;
	u64 id = 0;

	memset(c->of_tenant, 0, sizeof(c->of_tenant));
	while (!err && (object = dpager_object_next(id))) {
		id = object->id + 1;
		if (object->tenant == tenant)
			err = check_object(c, object);
		dpager_object_put(object);
		cond_resched();
		if (fatal_signal_pending(current))
			err = -EINTR;
	}
	return err;
}

static int check_tenant(struct checker *c, const struct dpager_tenant *tenant)
{
	int err = check_objects_of(c, tenant);
	u32 i;

	if (err)
		return err;
	for (i = 0; i < DPAGER_SEGMENTS_MAX; i++) {
		c->mapped[i] += c->of_tenant[i];
		if (c->of_tenant[i] == atomic64_read(&tenant->used[i]))
			continue;
		check_wrong(c, "user %u: %llu slots are mapped at index %u, %lld are counted",
			    from_kuid(&init_user_ns, tenant->uid),
			    c->of_tenant[i], i,
			    atomic64_read(&tenant->used[i]));
	}
	return 0;
}

static int check_tenants(struct checker *c)
{
	struct dpager_tenant *tenant;
	int err = 0;
	u32 uid = 0;

	while (!err && (tenant = dpager_tenant_next(uid))) {
		uid = from_kuid(&init_user_ns, tenant->uid) + 1;
		err = check_tenant(c, tenant);
		dpager_tenant_put(tenant);
	}
	return err;
}

/* What is in use must be somebody's. */
static void check_mapped(struct checker *c)
{
	lockdep_assert_held(&dpager_admin);
	for (u32 i = 0; i < DPAGER_SEGMENTS_MAX; i++) {
		struct dpager_segment *segment = dpager_segments[i];
		u64 used = segment ? dpager_segment_used(segment) : 0;

		if (used != c->mapped[i])
			check_wrong(c, "%llu slots are in use at index %u, %llu are mapped",
				    used, i, c->mapped[i]);
	}
}

/* --- all ---------------------------------------------------------------- */

/* Counts that change with all that is done. */
static u64 check_activity(void)
{
	return dpager_stat_read(DPAGER_STAT_FAULTS) +
	       dpager_stat_read(DPAGER_STAT_PAGEOUT_CALLS) +
	       dpager_stat_read(DPAGER_STAT_PAGES_IN) +
	       dpager_stat_read(DPAGER_STAT_SLOTS_FREED);
}

static int check_all(struct checker *c)
{
	u64 before = check_activity();
	int err;

	memset(c->mapped, 0, sizeof(c->mapped));
	*c->check = (struct dpager_check) { .size = c->check->size };
	check_segments(c);
	err = check_tenants(c);
	if (err)
		return err;
	check_mapped(c);
	check_rest(c);
	/* Objects that end are in no list any more, and have slots still. */
	c->moving |= c->check->objects != dpager_object_count() ||
		     before != check_activity();
	if (!c->check->wrong)
		return 0;
	return c->moving ? -EAGAIN : -EUCLEAN;
}

/* What is wrong is said when it was not a matter of time. */
static int check_twice(struct checker *c)
{
	int err = check_all(c);

	if (err != -EUCLEAN)
		return err;
	c->say = true;
	return check_all(c) ?: -EAGAIN;
}

int dpager_check(struct dpager_check *check)
{
	struct checker *c = kvzalloc(sizeof(*c), GFP_KERNEL);
	int err;

	if (!c)
		return -ENOMEM;
	c->check = check;
	err = mutex_lock_killable(&dpager_admin);
	if (!err) {
		err = check_twice(c);
		mutex_unlock(&dpager_admin);
	}
	kvfree(c);
	return err;
}
