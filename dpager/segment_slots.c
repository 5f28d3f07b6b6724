// SPDX-License-Identifier: GPL-2.0
/* A segment's slots: their memory, who takes them, their figures. */
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "budget.h"
#include "dpager.h"
#include "object.h"
#include "segment.h"
#include "space.h"
#include "stats.h"
#include "store.h"
#include "tenant.h"
#include "trigger.h"
#include "trim.h"

/* Groups that have their bitmaps from the start: 64 GiB of slots. */
#define SEGMENT_ATTACH_FIRST	512U
/* Attach further ones when no more than so many groups' slots are free. */
#define SEGMENT_ATTACH_AHEAD	64U
/* A full store is worth a new line in the log when 1/16 has become free. */
#define SEGMENT_ROOMY_SHIFT	4

/* --- memory ------------------------------------------------------------- */

static void slot_memory_free(const struct dpager_slot_memory *memory)
{
	free_page((unsigned long)memory->taken);
	free_page((unsigned long)memory->bad);
	kvfree(memory->sums);
}

static bool slot_memory_alloc(struct dpager_slot_memory *memory, bool sums)
{
	*memory = (struct dpager_slot_memory) {
		.taken = (void *)get_zeroed_page(GFP_KERNEL),
		.bad = (void *)get_zeroed_page(GFP_KERNEL),
		.sums = sums ? kvcalloc(DPAGER_GROUP_SLOTS, sizeof(u32),
					GFP_KERNEL) : NULL,
	};
	if (memory->taken && memory->bad && (memory->sums || !sums))
		return true;
	slot_memory_free(memory);
	return false;
}

/* False: no memory, or all groups are attached. */
static bool segment_attach(struct dpager_segment *segment)
{
	struct dpager_slot_memory memory;
	bool attached;

	if (!slot_memory_alloc(&memory, segment->checksum))
		return false;
	spin_lock(&segment->slot_lock);
	attached = dpager_slots_attach(&segment->slots, &memory);
	spin_unlock(&segment->slot_lock);
	if (!attached)
		slot_memory_free(&memory);
	return attached;
}

static bool segment_wants_groups(const struct dpager_segment *segment)
{
	const struct dpager_slots *slots = &segment->slots;

	lockdep_assert_held(&segment->slot_lock);
	/* Groups behind a limit would add nothing to what is free. */
	return slots->attached < slots->limit &&
	       dpager_slots_free_now(slots) <
	       SEGMENT_ATTACH_AHEAD * DPAGER_GROUP_SLOTS;
}

static void segment_attach_work(struct work_struct *work)
{
	struct dpager_segment *segment =
		container_of(work, struct dpager_segment, attach_work);
	bool wants;

	do {
		spin_lock(&segment->slot_lock);
		wants = segment_wants_groups(segment);
		spin_unlock(&segment->slot_lock);
		cond_resched();
	} while (wants && segment_attach(segment));
}

void dpager_segment_slots_stop(struct dpager_segment *segment)
{
	cancel_work_sync(&segment->attach_work);
}

void dpager_segment_slots_exit(struct dpager_segment *segment)
{
	struct dpager_slots *slots = &segment->slots;

	for (u32 i = 0; i < slots->nr_attached; i++)
		slot_memory_free(&slots->groups[i].memory);
	kvfree(slots->open);
	kvfree(slots->groups);
}

/* The arrays for so many slots. */
static int segment_alloc_groups(u64 pages, struct dpager_slot_group **groups,
				unsigned long **open)
{
	u32 nr = dpager_slots_groups(pages);
	/* For a huge segment better no segment than an OOM kill. */
	gfp_t gfp = GFP_KERNEL | __GFP_RETRY_MAYFAIL | __GFP_NOWARN;

	*groups = kvcalloc(nr, sizeof(**groups), gfp);
	*open = kvcalloc(BITS_TO_LONGS(nr), sizeof(**open), gfp);
	if (*groups && *open)
		return 0;
	kvfree(*open);
	kvfree(*groups);
	return -ENOMEM;
}

int dpager_segment_slots_init(struct dpager_segment *segment)
{
	struct dpager_slot_group *groups;
	unsigned long *open;
	u32 nr;
	int err = segment_alloc_groups(segment->range.pages, &groups, &open);

	if (err)
		return err;
	spin_lock_init(&segment->slot_lock);
	INIT_WORK(&segment->attach_work, segment_attach_work);
	dpager_slots_init(&segment->slots, segment->range.pages, groups, open);
	nr = min(segment->slots.nr_groups, segment->checksum ?
		 SEGMENT_ATTACH_AHEAD : SEGMENT_ATTACH_FIRST);
	while (segment->slots.nr_attached < nr) {
		if (!segment_attach(segment)) {
			dpager_segment_slots_exit(segment);
			return -ENOMEM;
		}
	}
	return 0;
}

int dpager_segment_slots_grow(struct dpager_segment *segment, u64 pages)
{
	struct dpager_slots *slots = &segment->slots;
	struct dpager_slot_group *groups, *old_groups;
	unsigned long *open, *old_open;
	int err = segment_alloc_groups(pages, &groups, &open);

	if (err)
		return err;
	spin_lock(&segment->slot_lock);
	old_groups = slots->groups;
	old_open = slots->open;
	dpager_slots_grow(slots, pages, groups, open);
	spin_unlock(&segment->slot_lock);
	/* Who looks for a checksum has no lock. */
	synchronize_rcu();
	kvfree(old_open);
	kvfree(old_groups);
	/* A segment that was full gets its next groups now. */
	schedule_work(&segment->attach_work);
	return 0;
}

void dpager_segment_slots_shrink(struct dpager_segment *segment, u64 pages)
{
	struct dpager_slots *slots = &segment->slots;
	u32 had, i;

	spin_lock(&segment->slot_lock);
	had = slots->nr_attached;
	dpager_slots_shrink(slots, pages);
	spin_unlock(&segment->slot_lock);
	/* The array is as long as before, and nobody looks behind the end. */
	for (i = slots->nr_attached; i < had; i++)
		slot_memory_free(&slots->groups[i].memory);
}

/* --- allocation --------------------------------------------------------- */

u64 dpager_segment_used_from(struct dpager_segment *segment, u64 from)
{
	u64 used;

	spin_lock(&segment->slot_lock);
	used = from ? dpager_slots_used_from(&segment->slots, from) :
		      segment->slots.used;
	spin_unlock(&segment->slot_lock);
	return used;
}

void dpager_segment_count(struct dpager_segment *segment, u64 first, u64 count,
			  u32 *used, u32 *bad)
{
	*used = 0;
	*bad = 0;
	while (count) {
		u32 part = min_t(u64, count, DPAGER_GROUP_SLOTS), some;

		spin_lock(&segment->slot_lock);
		*used += dpager_slots_count(&segment->slots, first, part,
					    &some);
		spin_unlock(&segment->slot_lock);
		*bad += some;
		first += part;
		count -= part;
		cond_resched();
	}
}

u64 dpager_segment_free_below(struct dpager_segment *segment, u64 end)
{
	u64 free;

	spin_lock(&segment->slot_lock);
	free = dpager_slots_free_below(&segment->slots, end);
	spin_unlock(&segment->slot_lock);
	return free;
}

void dpager_segment_limit(struct dpager_segment *segment, u64 limit)
{
	spin_lock(&segment->slot_lock);
	dpager_slots_limit(&segment->slots, min(limit, segment->slots.total));
	spin_unlock(&segment->slot_lock);
}

int dpager_segment_room(struct dpager_segment *segment, u32 want)
{
	bool now, ever;

	spin_lock(&segment->slot_lock);
	now = dpager_slots_free_now(&segment->slots) >= want;
	ever = dpager_slots_free_total(&segment->slots) >= want;
	spin_unlock(&segment->slot_lock);
	if (now)
		return 0;
	if (!ever)
		return -ENOSPC;
	schedule_work(&segment->attach_work);
	return -EAGAIN;
}

/*
 * No request goes beyond an extent: give back what lies behind, and let the
 * next search begin there.
 */
static u32 segment_cut(struct dpager_segment *segment, u64 slot, u32 got)
{
	u32 run = dpager_segment_run(segment, slot, got);

	lockdep_assert_held(&segment->slot_lock);
	if (run < got) {
		dpager_slots_free(&segment->slots, slot + run, got - run);
		segment->slots.cursor = slot + run;
	}
	return run;
}

/* @limited: what the budget allows is known. -EAGAIN: it must be. */
static int segment_alloc(struct dpager_segment *segment,
			 struct dpager_object *object, u32 want, bool limited,
			 u64 *found, u32 *got)
{
	bool wants;
	u64 slot;

	*got = 0;
	spin_lock(&segment->slot_lock);
	if (!limited && dpager_budget_reserves(&segment->store->budget)) {
		spin_unlock(&segment->slot_lock);
		return -EAGAIN;
	}
	slot = dpager_slots_alloc(&segment->slots, want, got);
	if (*got)
		*got = segment_cut(segment, slot, *got);
	wants = segment_wants_groups(segment);
	spin_unlock(&segment->slot_lock);
	if (wants)
		schedule_work(&segment->attach_work);
	if (*got) {
		dpager_tenant_add(object->tenant, segment->index, *got);
		dpager_store_used(segment->store, *got);
	}
	dpager_triggers_kick();
	*found = slot;
	return 0;
}

u64 dpager_segment_alloc_held(struct dpager_segment *segment,
			      struct dpager_object *object, u32 want, u32 *got)
{
	u64 slot = U64_MAX, room;
	bool quota;

	lockdep_assert_held(&dpager_space);
	*got = 0;
	room = dpager_budget_room(segment->store, object, &quota);
	if (room)
		segment_alloc(segment, object, min_t(u64, want, room), true,
			      &slot, got);
	return slot;
}

u64 dpager_segment_alloc(struct dpager_segment *segment,
			 struct dpager_object *object, u32 want, u32 *got)
{
	u64 slot;

	if (likely(!dpager_budget_limits(&segment->store->budget)) &&
	    !segment_alloc(segment, object, want, false, &slot, got))
		return slot;
	spin_lock(&dpager_space);
	slot = dpager_segment_alloc_held(segment, object, want, got);
	spin_unlock(&dpager_space);
	return slot;
}

void dpager_segment_free_run(struct dpager_segment *segment,
			     struct dpager_object *object, u64 slot, u32 count)
{
	const struct dpager_slots *slots = &segment->slots;

	dpager_tenant_add(object->tenant, segment->index, -(s64)count);
	dpager_store_used(segment->store, -(s64)count);
	dpager_stat_inc(DPAGER_STAT_SLOTS_FREED);

	/*
	 * The store is looked at under the lock, too: with the last slot free
	 * and the lock let go, segment and store may go away.
	 */
	spin_lock(&segment->slot_lock);
	dpager_slots_free(&segment->slots, slot, count);
	if (!READ_ONCE(segment->draining) &&
	    dpager_slots_free_total(slots) >
	    slots->total >> SEGMENT_ROOMY_SHIFT)
		dpager_store_roomy(segment->store);
	dpager_trim_kick(segment);
	/* Under the lock, too: with the last slot free the module may go. */
	dpager_triggers_kick();
	spin_unlock(&segment->slot_lock);
}

static void segment_retire_slot(struct dpager_segment *segment,
				struct dpager_object *object, u64 slot)
{
	dpager_tenant_add(object->tenant, segment->index, -1);
	dpager_store_used(segment->store, -1);
	spin_lock(&segment->slot_lock);
	dpager_slots_retire(&segment->slots, slot);
	spin_unlock(&segment->slot_lock);
}

void dpager_place_free(struct dpager_object *object, dpager_place_t place,
		       u32 count, bool bad)
{
	struct dpager_segment *segment =
		dpager_segment_at(place);
	u64 slot = dpager_place_slot(place);

	if (!bad) {
		dpager_segment_free_run(segment, object, slot, count);
		return;
	}
	while (count--)
		segment_retire_slot(segment, object, slot++);
}

sector_t dpager_segment_sector(const struct dpager_segment *segment, u64 slot)
{
	u64 byte = segment->range.first + (slot << PAGE_SHIFT);

	if (unlikely(segment->swapfile))
		byte = dpager_extents_byte(&segment->swapfile->extents, slot);
	return byte >> SECTOR_SHIFT;
}

/* --- figures ------------------------------------------------------------ */

void dpager_figures_add(struct dpager_figures *sum,
			const struct dpager_io_counts *counts)
{
	sum->pages_in += atomic64_read(&counts->pages_in);
	sum->pages_in_failed += atomic64_read(&counts->pages_in_failed);
	sum->pages_out += atomic64_read(&counts->pages_out);
	sum->pages_out_failed += atomic64_read(&counts->pages_out_failed);
	sum->reads += atomic64_read(&counts->reads);
	sum->writes += atomic64_read(&counts->writes);
	sum->checksum_errors += atomic64_read(&counts->checksum_errors);
	sum->pages_discarded += atomic64_read(&counts->pages_discarded);
}

void dpager_segment_figures(struct dpager_segment *segment,
			    struct dpager_figures *sum)
{
	sum->segments++;
	spin_lock(&segment->slot_lock);
	sum->pages += dpager_slots_usable(&segment->slots);
	sum->pages_free += dpager_slots_free_total(&segment->slots);
	sum->pages_bad += segment->slots.bad;
	spin_unlock(&segment->slot_lock);
	dpager_figures_add(sum, &segment->counts);
}
