// SPDX-License-Identifier: GPL-2.0
/* Segments: the device, its range, its slots. */
#include <linux/blkdev.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "dpager.h"
#include "io.h"
#include "segment.h"
#include "store.h"

/* Groups that have their bitmap from the start: 64 GiB of slots. */
#define SEGMENT_ATTACH_FIRST	512U
/* Attach further ones when no more than so many groups' slots are free. */
#define SEGMENT_ATTACH_AHEAD	64U
/* Requests that get a bio although memory has run out. */
#define SEGMENT_BIOS		8
/* A full store is worth a new line in the log when 1/16 has become free. */
#define SEGMENT_ROOMY_SHIFT	4

struct dpager_segment *dpager_segments[DPAGER_SEGMENTS_MAX];

/* Under dpager_admin. */
static u64 segment_last_id;

/* Segments whose device wants stable pages. */
static atomic_t segments_stable;

bool dpager_segments_stable(void)
{
	return atomic_read(&segments_stable);
}

static int segment_fail(u32 *detail, u32 why, int error)
{
	*detail = why;
	return error;
}

/* --- slots -------------------------------------------------------------- */

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

static void segment_free_slots(struct dpager_segment *segment)
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

static int segment_init_slots(struct dpager_segment *segment)
{
	struct dpager_slot_group *groups;
	unsigned long *open;
	u32 nr;
	int err = segment_alloc_groups(segment->range.pages, &groups, &open);

	if (err)
		return err;
	dpager_slots_init(&segment->slots, segment->range.pages, groups, open);
	nr = min(segment->slots.nr_groups, SEGMENT_ATTACH_FIRST);
	while (segment->slots.nr_attached < nr) {
		if (!segment_attach(segment)) {
			segment_free_slots(segment);
			return -ENOMEM;
		}
	}
	return 0;
}

u64 dpager_segment_used_from(struct dpager_segment *segment, u64 from)
{
	u64 used;

	spin_lock(&segment->slot_lock);
	used = from ? dpager_slots_used_from(&segment->slots, from) :
		      segment->slots.used;
	spin_unlock(&segment->slot_lock);
	return used;
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

int dpager_segment_room(struct dpager_segment *segment)
{
	bool now, ever;

	spin_lock(&segment->slot_lock);
	now = dpager_slots_free_now(&segment->slots);
	ever = dpager_slots_free_total(&segment->slots);
	spin_unlock(&segment->slot_lock);
	if (now)
		return 0;
	if (!ever)
		return -ENOSPC;
	schedule_work(&segment->attach_work);
	return -EAGAIN;
}

u64 dpager_segment_alloc(struct dpager_segment *segment, u32 want, u32 *got)
{
	bool wants;
	u64 slot;

	spin_lock(&segment->slot_lock);
	slot = dpager_slots_alloc(&segment->slots, want, got);
	wants = segment_wants_groups(segment);
	spin_unlock(&segment->slot_lock);
	if (wants)
		schedule_work(&segment->attach_work);
	return slot;
}

void dpager_segment_free_run(struct dpager_segment *segment, u64 slot,
			     u32 count)
{
	const struct dpager_slots *slots = &segment->slots;

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
	spin_unlock(&segment->slot_lock);
}

static void segment_retire_slot(struct dpager_segment *segment, u64 slot)
{
	spin_lock(&segment->slot_lock);
	dpager_slots_retire(&segment->slots, slot);
	spin_unlock(&segment->slot_lock);
}

void dpager_place_free(dpager_place_t place, u32 count, bool bad)
{
	struct dpager_segment *segment =
		dpager_segments[dpager_place_segment(place)];
	u64 slot = dpager_place_slot(place);

	if (!bad) {
		dpager_segment_free_run(segment, slot, count);
		return;
	}
	while (count--)
		segment_retire_slot(segment, slot++);
}

sector_t dpager_segment_sector(const struct dpager_segment *segment, u64 slot)
{
	return (segment->range.first + (slot << PAGE_SHIFT)) >> SECTOR_SHIFT;
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

/* --- the device --------------------------------------------------------- */

/* The caller's open file of a block device that can be written. */
static struct file *segment_open(int device, u32 *detail)
{
	struct file *file = fget(device);
	int err;

	if (!file)
		return ERR_PTR(segment_fail(detail, DPAGER_DETAIL_DEVICE_FD,
					    -EBADF));
	if (!S_ISBLK(file_inode(file)->i_mode))
		err = segment_fail(detail, DPAGER_DETAIL_DEVICE_KIND, -ENOTBLK);
	else if (!(file->f_mode & FMODE_WRITE))
		err = segment_fail(detail, DPAGER_DETAIL_DEVICE_MODE, -EACCES);
	else if (bdev_read_only(dpager_file_bdev(file)))
		err = segment_fail(detail, DPAGER_DETAIL_DEVICE_RDONLY, -EROFS);
	else
		return file;
	fput(file);
	return ERR_PTR(err);
}

static u64 segment_disk_first(struct block_device *bdev,
			      const struct dpager_range *range)
{
	return (get_start_sect(bdev) << SECTOR_SHIFT) + range->given_first;
}

/*
 * Partitions and whole disks are compared, so count from the disk's start. A
 * segment owns the bytes it was given, also those that are no whole page.
 */
static bool segment_overlaps(struct block_device *bdev, u64 first, u64 bytes,
			     const struct dpager_segment *itself)
{
	lockdep_assert_held(&dpager_admin);
	for (int i = 0; i < DPAGER_SEGMENTS_MAX; i++) {
		struct dpager_segment *other = dpager_segments[i];

		if (other && other != itself &&
		    other->bdev->bd_disk == bdev->bd_disk &&
		    dpager_range_overlaps(first, bytes, other->disk_first,
					  other->range.given_bytes))
			return true;
	}
	return false;
}

/*
 * What others wrote through the device's page cache must not reach the device
 * after our pages do.
 */
static void segment_flush(struct block_device *bdev)
{
	sync_blockdev(bdev_whole(bdev));
	if (bdev_is_partition(bdev))
		sync_blockdev(bdev);
	invalidate_bdev(bdev);
}

/*
 * One holder for all segments: several may lie on one device. The number may
 * be another device's by now; that one was not checked.
 */
static int segment_claim(struct block_device *bdev,
			 struct dpager_device *device, u32 *detail)
{
	int err = dpager_device_claim(bdev->bd_dev, dpager_segments, device);

	if (err == -EBUSY)
		return segment_fail(detail, DPAGER_DETAIL_CLAIMED, err);
	if (err)
		return err;
	if (dpager_device_bdev(device) != bdev) {
		dpager_device_release(device);
		return -ENXIO;
	}
	segment_flush(bdev);
	return 0;
}

/* Everything up to and with the claim, for which nothing is set up yet. */
static int segment_check(int fd, u64 offset, u64 count, u32 record_size,
			 struct dpager_range *range,
			 struct dpager_device *device, u32 *detail)
{
	struct file *file = segment_open(fd, detail);
	struct block_device *bdev;
	int err;

	if (IS_ERR(file))
		return PTR_ERR(file);
	bdev = dpager_file_bdev(file);
	err = dpager_range_from_records(range, offset, count, record_size,
					bdev_logical_block_size(bdev),
					bdev_nr_bytes(bdev), detail);
	if (!err && segment_overlaps(bdev, segment_disk_first(bdev, range),
				     range->given_bytes, NULL))
		err = segment_fail(detail, DPAGER_DETAIL_OVERLAP, -EEXIST);
	if (!err)
		err = segment_claim(bdev, device, detail);
	fput(file);
	return err;
}

/* --- life --------------------------------------------------------------- */

static int segment_free_index(u32 *detail)
{
	for (int i = 0; i < DPAGER_SEGMENTS_MAX; i++)
		if (!dpager_segments[i])
			return i;
	return segment_fail(detail, DPAGER_DETAIL_TABLE_FULL, -ENFILE);
}

/* Slots, bios, writer; the device and the range are known. */
static int segment_start(struct dpager_segment *segment)
{
	int err;

	spin_lock_init(&segment->slot_lock);
	INIT_WORK(&segment->attach_work, segment_attach_work);
	err = segment_init_slots(segment);
	if (err)
		return err;
	err = bioset_init(&segment->bios, SEGMENT_BIOS, DPAGER_IO_FRONT_PAD,
			  BIOSET_NEED_BVECS);
	if (err)
		goto err_slots;
	err = dpager_writer_start(segment);
	if (err)
		goto err_bios;
	return 0;

err_bios:
	bioset_exit(&segment->bios);
err_slots:
	segment_free_slots(segment);
	return err;
}

int dpager_segment_create(struct dpager_store *store, int fd, u64 offset,
			  u64 count, u32 record_size,
			  struct dpager_segment **made, u32 *detail)
{
	struct dpager_segment *segment;
	struct dpager_device device;
	struct dpager_range range;
	int index, err;

	lockdep_assert_held(&dpager_admin);
	err = segment_check(fd, offset, count, record_size, &range, &device,
			    detail);
	if (err)
		return err;
	index = segment_free_index(detail);
	if (index < 0) {
		err = index;
		goto err_device;
	}
	segment = kzalloc(sizeof(*segment), GFP_KERNEL);
	if (!segment) {
		err = -ENOMEM;
		goto err_device;
	}

	segment->id = segment_last_id + 1;
	segment->index = index;
	segment->store = store;
	segment->device = device;
	segment->bdev = dpager_device_bdev(&device);
	segment->stable = bdev_stable_writes(segment->bdev);
	segment->synchronous = dpager_bdev_synchronous(segment->bdev);
	segment->range = range;
	segment->disk_first = segment_disk_first(segment->bdev, &range);
	err = segment_start(segment);
	if (err)
		goto err_segment;
	segment_last_id++;
	if (segment->stable)
		atomic_inc(&segments_stable);
	dpager_segments[index] = segment;
	*made = segment;
	return 0;

err_segment:
	kfree(segment);
err_device:
	dpager_device_release(&device);
	return err;
}

/*
 * Who may still look at the segment, and why each ends: the writer, idle by
 * now: stopped; the attach work, kicked by the writer and while the segment
 * was in the space list: cancelled; an interrupt or a task that has just
 * counted a request down or freed the last slot, and is about to let go of a
 * spinlock: it ends within an RCU grace period.
 */
void dpager_segment_free(struct dpager_segment *segment)
{
	lockdep_assert_held(&dpager_admin);
	WARN_ON_ONCE(dpager_segment_used(segment));
	dpager_writer_stop(segment);
	cancel_work_sync(&segment->attach_work);
	WRITE_ONCE(dpager_segments[segment->index], NULL);
	synchronize_rcu();
	if (segment->stable)
		atomic_dec(&segments_stable);
	bioset_exit(&segment->bios);
	segment_free_slots(segment);
	dpager_device_release(&segment->device);
	kfree(segment);
}

/* --- another end -------------------------------------------------------- */

int dpager_segment_measure(struct dpager_segment *segment, u64 *bytes,
			   u64 *pages, u32 *detail)
{
	int err;

	lockdep_assert_held(&dpager_admin);
	err = dpager_range_resized(&segment->range, bytes,
				   bdev_nr_bytes(segment->bdev), pages, detail);
	if (!err && segment_overlaps(segment->bdev, segment->disk_first, *bytes,
				     segment))
		err = segment_fail(detail, DPAGER_DETAIL_OVERLAP, -EEXIST);
	return err;
}

static void segment_set_end(struct dpager_segment *segment, u64 bytes,
			    u64 pages)
{
	pr_info("segment %llu: %pg, from %llu to %llu pages\n", segment->id,
		segment->bdev, segment->range.pages, pages);
	segment->range.given_bytes = bytes;
	segment->range.pages = pages;
}

int dpager_segment_grow(struct dpager_segment *segment, u64 bytes, u64 pages)
{
	struct dpager_slots *slots = &segment->slots;
	struct dpager_slot_group *groups, *old_groups = NULL;
	unsigned long *open, *old_open = NULL;
	int err;

	lockdep_assert_held(&dpager_admin);
	if (pages > segment->range.pages) {
		err = segment_alloc_groups(pages, &groups, &open);
		if (err)
			return err;
		segment_flush(segment->bdev);
		spin_lock(&segment->slot_lock);
		old_groups = slots->groups;
		old_open = slots->open;
		dpager_slots_grow(slots, pages, groups, open);
		spin_unlock(&segment->slot_lock);
		/* A segment that was full gets its next groups now. */
		schedule_work(&segment->attach_work);
	}
	kvfree(old_open);
	kvfree(old_groups);
	dpager_store_roomy(segment->store);
	segment_set_end(segment, bytes, pages);
	return 0;
}

void dpager_segment_shrink(struct dpager_segment *segment, u64 bytes, u64 pages)
{
	struct dpager_slots *slots = &segment->slots;
	u32 had, i;

	lockdep_assert_held(&dpager_admin);
	spin_lock(&segment->slot_lock);
	had = slots->nr_attached;
	dpager_slots_shrink(slots, pages);
	spin_unlock(&segment->slot_lock);
	/* The array is as long as before, and nobody looks behind the end. */
	for (i = slots->nr_attached; i < had; i++)
		slot_memory_free(&slots->groups[i].memory);
	segment_set_end(segment, bytes, pages);
}
