// SPDX-License-Identifier: GPL-2.0
/* Segments: the device, its range, its slots; files are in swapfile.c. */
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

/* False: no memory, or all groups are attached. */
static bool segment_attach(struct dpager_segment *segment)
{
	unsigned long *bitmap = (void *)get_zeroed_page(GFP_KERNEL);
	bool attached;

	if (!bitmap)
		return false;
	spin_lock(&segment->slot_lock);
	attached = dpager_slots_attach(&segment->slots, bitmap);
	spin_unlock(&segment->slot_lock);
	if (!attached)
		free_page((unsigned long)bitmap);
	return attached;
}

static bool segment_wants_groups(const struct dpager_segment *segment)
{
	const struct dpager_slots *slots = &segment->slots;

	lockdep_assert_held(&segment->slot_lock);
	return slots->nr_attached < slots->nr_groups &&
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
		free_page((unsigned long)slots->groups[i].bitmap);
	kvfree(slots->open);
	kvfree(slots->groups);
}

static int segment_init_slots(struct dpager_segment *segment)
{
	u32 nr = dpager_slots_groups(segment->range.pages);
	/* For a huge segment better no segment than an OOM kill. */
	gfp_t gfp = GFP_KERNEL | __GFP_RETRY_MAYFAIL | __GFP_NOWARN;
	struct dpager_slot_group *groups;
	unsigned long *open;

	groups = kvcalloc(nr, sizeof(*groups), gfp);
	open = kvcalloc(BITS_TO_LONGS(nr), sizeof(*open), gfp);
	if (!groups || !open) {
		kvfree(open);
		kvfree(groups);
		return -ENOMEM;
	}
	dpager_slots_init(&segment->slots, segment->range.pages, groups, open);
	nr = min(nr, SEGMENT_ATTACH_FIRST);
	while (segment->slots.nr_attached < nr) {
		if (!segment_attach(segment)) {
			segment_free_slots(segment);
			return -ENOMEM;
		}
	}
	return 0;
}

u64 dpager_segment_used(struct dpager_segment *segment)
{
	u64 used;

	spin_lock(&segment->slot_lock);
	used = segment->slots.used;
	spin_unlock(&segment->slot_lock);
	return used;
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

/*
 * No request goes beyond an extent: give back what lies behind, and let the
 * next search begin there.
 */
static u32 segment_trim(struct dpager_segment *segment, u64 slot, u32 got)
{
	u32 run = dpager_segment_run(segment, slot, got);

	lockdep_assert_held(&segment->slot_lock);
	if (run < got) {
		dpager_slots_free(&segment->slots, slot + run, got - run);
		segment->slots.cursor = slot + run;
	}
	return run;
}

u64 dpager_segment_alloc(struct dpager_segment *segment, u32 want, u64 near,
			 u32 *got)
{
	u64 slot = near;
	bool wants;

	*got = 0;
	spin_lock(&segment->slot_lock);
	if (near != U64_MAX)
		*got = dpager_slots_alloc_at(&segment->slots, near, want);
	if (!*got)
		slot = dpager_slots_alloc(&segment->slots, want, got);
	if (*got)
		*got = segment_trim(segment, slot, *got);
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
}

void dpager_segment_figures(struct dpager_segment *segment,
			    struct dpager_figures *sum)
{
	sum->segments++;
	spin_lock(&segment->slot_lock);
	sum->pages += segment->slots.total;
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
 * segment owns the bytes it was given, also those that are no whole page. One on
 * a file has none: the file system claims its device.
 */
static bool segment_overlaps(struct block_device *bdev,
			     const struct dpager_range *range)
{
	u64 first = segment_disk_first(bdev, range);

	lockdep_assert_held(&dpager_admin);
	for (int i = 0; i < DPAGER_SEGMENTS_MAX; i++) {
		struct dpager_segment *other = dpager_segments[i];

		if (other && other->bdev->bd_disk == bdev->bd_disk &&
		    dpager_range_overlaps(first, range->given_bytes,
					  other->disk_first,
					  other->range.given_bytes))
			return true;
	}
	return false;
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
	/*
	 * What others wrote through the device's page cache must not reach
	 * the device after our pages do.
	 */
	sync_blockdev(bdev_whole(bdev));
	if (bdev_is_partition(bdev))
		sync_blockdev(bdev);
	invalidate_bdev(bdev);
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
	if (!err && segment_overlaps(bdev, range))
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

/* It is in no table, and has no number yet. */
static struct dpager_segment *segment_new(struct dpager_store *store,
					  struct block_device *bdev,
					  const struct dpager_range *range,
					  u32 *detail)
{
	struct dpager_segment *segment;
	int index = segment_free_index(detail);

	if (index < 0)
		return ERR_PTR(index);
	segment = kzalloc(sizeof(*segment), GFP_KERNEL);
	if (!segment)
		return ERR_PTR(-ENOMEM);
	segment->id = segment_last_id + 1;
	segment->index = index;
	segment->store = store;
	segment->bdev = bdev;
	segment->stable = bdev_stable_writes(bdev);
	segment->synchronous = dpager_bdev_synchronous(bdev);
	segment->range = *range;
	segment->disk_first = segment_disk_first(bdev, range);
	return segment;
}

/* All of it is known: it starts, and gets its number. */
static int segment_enter(struct dpager_segment *segment)
{
	int err = segment_start(segment);

	if (err)
		return err;
	segment_last_id++;
	if (segment->stable)
		atomic_inc(&segments_stable);
	/* Who has a place of before looks without a lock. */
	smp_store_release(&dpager_segments[segment->index], segment);
	return 0;
}

int dpager_segment_create(struct dpager_store *store, int fd, u64 offset,
			  u64 count, u32 record_size,
			  struct dpager_segment **made, u32 *detail)
{
	struct dpager_segment *segment;
	struct dpager_device device;
	struct dpager_range range;
	int err;

	lockdep_assert_held(&dpager_admin);
	err = segment_check(fd, offset, count, record_size, &range, &device,
			    detail);
	if (err)
		return err;
	segment = segment_new(store, dpager_device_bdev(&device), &range,
			      detail);
	if (IS_ERR(segment)) {
		err = PTR_ERR(segment);
		goto err_device;
	}
	segment->device = device;
	err = segment_enter(segment);
	if (err)
		goto err_segment;
	*made = segment;
	return 0;

err_segment:
	kfree(segment);
err_device:
	dpager_device_release(&device);
	return err;
}

int dpager_segment_create_on_file(struct dpager_store *store, int fd, u64 bytes,
				  struct dpager_segment **made, u32 *detail)
{
	struct dpager_range range = {};
	struct dpager_swapfile *swapfile;
	struct dpager_segment *segment;
	int err;

	lockdep_assert_held(&dpager_admin);
	swapfile = dpager_swapfile_open(fd, bytes, detail);
	if (IS_ERR(swapfile))
		return PTR_ERR(swapfile);
	range.pages = swapfile->extents.slots;
	segment = segment_new(store, swapfile->bdev, &range, detail);
	if (IS_ERR(segment)) {
		err = PTR_ERR(segment);
		goto err_swapfile;
	}
	segment->swapfile = swapfile;
	err = segment_enter(segment);
	if (err)
		goto err_segment;
	*made = segment;
	return 0;

err_segment:
	kfree(segment);
err_swapfile:
	dpager_swapfile_release(swapfile);
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
	if (segment->swapfile)
		dpager_swapfile_release(segment->swapfile);
	else
		dpager_device_release(&segment->device);
	kfree(segment);
}
