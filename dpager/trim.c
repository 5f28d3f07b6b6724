// SPDX-License-Identifier: GPL-2.0
/* Trimming: discards. */
#include <linux/blkdev.h>
#include <linux/sched/signal.h>
#include <linux/sizes.h>
#include <linux/workqueue.h>

#include "budget.h"
#include "dpager.h"
#include "segment.h"
#include "store.h"
#include "trim.h"

/* After slots have become free, more of them may soon. */
#define TRIM_DELAY	HZ
/* Chunks that stay free while one is out of use. */
#define TRIM_SPARE	8U
/* Chunks that are discarded before others have a turn: the freezer, the end. */
#define TRIM_BATCH	64U
/* A whole range goes in steps, between which a signal is seen. */
#define TRIM_STEP	SZ_1G

bool dpager_trim_possible(struct block_device *bdev)
{
	return bdev_max_discard_sectors(bdev);
}

int dpager_trim_range(struct block_device *bdev,
		      const struct dpager_range *range)
{
	u64 at = range->first, end = at + (range->pages << PAGE_SHIFT), step;
	int err = 0;

	for (; !err && at < end; at += step) {
		step = min_t(u64, end - at, TRIM_STEP);
		err = blkdev_issue_discard(bdev, at >> SECTOR_SHIFT,
					   step >> SECTOR_SHIFT, GFP_KERNEL);
		if (fatal_signal_pending(current))
			err = -EINTR;
		cond_resched();
	}
	return err;
}

/* Out of use is out of reach for those it was promised to. */
static bool trim_can_spare(struct dpager_segment *segment)
{
	lockdep_assert_held(&segment->slot_lock);
	return !dpager_budget_reserves(&segment->store->budget) &&
	       dpager_slots_free_now(&segment->slots) >=
	       TRIM_SPARE * DPAGER_CHUNK_SLOTS;
}

/* A chunk of a group, now out of use. Returns its slots, or 0. */
static u32 trim_take(struct dpager_segment *segment, u32 group, u64 *slot)
{
	u32 count = 0;

	spin_lock(&segment->slot_lock);
	if (trim_can_spare(segment))
		count = dpager_slots_trim(&segment->slots, group, slot);
	spin_unlock(&segment->slot_lock);
	return count;
}

static bool trim_chunk(struct dpager_segment *segment, u64 slot, u32 count)
{
	int err = blkdev_issue_discard(segment->bdev,
				       dpager_segment_sector(segment, slot),
				       (sector_t)count << PAGE_SECTORS_SHIFT,
				       GFP_KERNEL);

	spin_lock(&segment->slot_lock);
	dpager_slots_trimmed(&segment->slots, slot, count);
	spin_unlock(&segment->slot_lock);
	if (!err) {
		atomic64_add(count, &segment->counts.pages_discarded);
		return true;
	}
	WRITE_ONCE(segment->discard, false);
	pr_warn("segment %llu: %pg does not discard any more (error %d)\n",
		segment->id, segment->bdev, err);
	return false;
}

/* Chunks of a group, no more than are left. False: that is all for now. */
static bool trim_group(struct dpager_segment *segment, u32 group, u32 *left)
{
	u32 count;
	u64 slot;

	while (READ_ONCE(segment->discard)) {
		count = trim_take(segment, group, &slot);
		if (!count)
			return true;
		if (!trim_chunk(segment, slot, count) || !--*left)
			return false;
	}
	return false;
}

static void trim_work(struct work_struct *work)
{
	struct dpager_segment *segment =
		container_of(to_delayed_work(work), struct dpager_segment,
			     trim_work);
	u32 group = 0, left = TRIM_BATCH;

	while (group < READ_ONCE(segment->slots.nr_attached) &&
	       trim_group(segment, group++, &left))
		cond_resched();
	if (!left && READ_ONCE(segment->discard))
		queue_delayed_work(system_freezable_wq, &segment->trim_work, 1);
}

void dpager_trim_init(struct dpager_segment *segment)
{
	INIT_DELAYED_WORK(&segment->trim_work, trim_work);
}

void dpager_trim_kick(struct dpager_segment *segment)
{
	if (READ_ONCE(segment->discard))
		queue_delayed_work(system_freezable_wq, &segment->trim_work,
				   TRIM_DELAY);
}

void dpager_trim_stop(struct dpager_segment *segment)
{
	WRITE_ONCE(segment->discard, false);
	cancel_delayed_work_sync(&segment->trim_work);
}
