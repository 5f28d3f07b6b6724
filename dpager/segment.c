// SPDX-License-Identifier: GPL-2.0
/* Segments: their device or file, their range, their life. */
#include <linux/blkdev.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "dpager.h"
#include "io.h"
#include "segment.h"
#include "space.h"
#include "store.h"
#include "trim.h"
#include "trigger.h"

/* Requests that get a bio although memory has run out. */
#define SEGMENT_BIOS		8

struct dpager_segment *dpager_segments[DPAGER_SEGMENTS_MAX];

/* Under dpager_admin. */
static u64 segment_last_id;

/* Segments whose device wants stable pages. */
static atomic_t segments_stable;
/* And those whose device does not read at once. */
static atomic_t segments_queued;

bool dpager_segments_stable(void)
{
	return atomic_read(&segments_stable);
}

bool dpager_segments_queued(void)
{
	return atomic_read(&segments_queued);
}

/* --- the device --------------------------------------------------------- */

/* The caller's open file of a block device that can be written. */
static struct file *segment_open(int device, u32 *detail)
{
	struct file *file = fget(device);
	int err;

	if (!file)
		return ERR_PTR(dpager_fail(detail, DPAGER_DETAIL_DEVICE_FD,
					   -EBADF));
	if (!S_ISBLK(file_inode(file)->i_mode))
		err = dpager_fail(detail, DPAGER_DETAIL_DEVICE_KIND, -ENOTBLK);
	else if (!(file->f_mode & FMODE_WRITE))
		err = dpager_fail(detail, DPAGER_DETAIL_DEVICE_MODE, -EACCES);
	else if (bdev_read_only(dpager_file_bdev(file)))
		err = dpager_fail(detail, DPAGER_DETAIL_DEVICE_RDONLY, -EROFS);
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
		return dpager_fail(detail, DPAGER_DETAIL_CLAIMED, err);
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
		err = dpager_fail(detail, DPAGER_DETAIL_OVERLAP, -EEXIST);
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
	return dpager_fail(detail, DPAGER_DETAIL_TABLE_FULL, -ENFILE);
}

/* What the range had is lost in any case; the device may forget it. */
static int segment_discard(struct block_device *bdev,
			   const struct dpager_range *range, u32 flags,
			   u32 *detail)
{
	int err = 0;

	if (!(flags & (DPAGER_ADD_DISCARD | DPAGER_ADD_DISCARD_ONCE)))
		return 0;
	if (!dpager_trim_possible(bdev))
		err = -EOPNOTSUPP;
	else if (flags & DPAGER_ADD_DISCARD_ONCE)
		err = dpager_trim_range(bdev, range);
	return err == -EOPNOTSUPP ?
		dpager_fail(detail, DPAGER_DETAIL_DISCARD, err) : err;
}

/* Slots, bios, writer; the device and the range are known. */
static int segment_start(struct dpager_segment *segment)
{
	int err;

	dpager_trim_init(segment);
	err = dpager_segment_slots_init(segment);
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
	dpager_segment_slots_exit(segment);
	return err;
}

/* It is in no table, and has no number yet. */
static struct dpager_segment *segment_new(struct dpager_store *store,
					  struct block_device *bdev,
					  const struct dpager_range *range,
					  u32 flags, u32 *detail)
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
	segment->reserve = flags & DPAGER_ADD_RESERVE;
	segment->discard = flags & DPAGER_ADD_DISCARD;
	segment->checksum = store->flags & DPAGER_STORE_CHECKSUM;
	segment->stable = segment->checksum || bdev_stable_writes(bdev);
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
	if (!segment->synchronous)
		atomic_inc(&segments_queued);
	/* Who has a place of before looks without a lock. */
	smp_store_release(&dpager_segments[segment->index], segment);
	return 0;
}

int dpager_segment_create(struct dpager_store *store, int fd, u64 offset,
			  u64 count, u32 record_size, u32 flags,
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
	segment = segment_new(store, dpager_device_bdev(&device), &range, flags,
			      detail);
	if (IS_ERR(segment)) {
		err = PTR_ERR(segment);
		goto err_device;
	}
	segment->device = device;
	err = segment_discard(segment->bdev, &range, flags, detail);
	if (!err)
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
				  u32 flags, struct dpager_segment **made,
				  u32 *detail)
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
	segment = segment_new(store, swapfile->bdev, &range, flags, detail);
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
 * was in the space list: cancelled; the trim work, kicked by who frees a slot:
 * cancelled; an interrupt or a task that has just counted a request down or
 * freed the last slot, and is about to let go of a spinlock: it ends within an
 * RCU grace period.
 */
void dpager_segment_free(struct dpager_segment *segment)
{
	lockdep_assert_held(&dpager_admin);
	WARN_ON_ONCE(dpager_segment_used(segment));
	dpager_trim_stop(segment);
	dpager_writer_stop(segment);
	dpager_segment_slots_stop(segment);
	WRITE_ONCE(dpager_segments[segment->index], NULL);
	synchronize_rcu();
	if (segment->stable)
		atomic_dec(&segments_stable);
	if (!segment->synchronous)
		atomic_dec(&segments_queued);
	bioset_exit(&segment->bios);
	dpager_segment_slots_exit(segment);
	if (segment->swapfile)
		dpager_swapfile_release(segment->swapfile);
	else
		dpager_device_release(&segment->device);
	kfree(segment);
}

/* --- another end -------------------------------------------------------- */

/* A file is as long as it was when it was added, or shorter. */
static int segment_measure_file(struct dpager_segment *segment, u64 *bytes,
				u64 *pages, u32 *detail)
{
	u64 all = segment->swapfile->extents.slots, want = *bytes >> PAGE_SHIFT;

	if (*bytes && !want)
		return dpager_fail(detail, DPAGER_DETAIL_TOO_SMALL, -ENOSPC);
	if (want > all)
		return dpager_fail(detail, DPAGER_DETAIL_FILE_KIND,
				   -EOPNOTSUPP);
	*pages = want ?: all;
	/* It has no bytes of its own of the device. */
	*bytes = 0;
	return 0;
}

int dpager_segment_measure(struct dpager_segment *segment, u64 *bytes,
			   u64 *pages, u32 *detail)
{
	int err;

	lockdep_assert_held(&dpager_admin);
	if (segment->swapfile)
		return segment_measure_file(segment, bytes, pages, detail);
	err = dpager_range_resized(&segment->range, bytes,
				   bdev_nr_bytes(segment->bdev), pages, detail);
	if (!err && segment_overlaps(segment->bdev, segment->disk_first, *bytes,
				     segment))
		err = dpager_fail(detail, DPAGER_DETAIL_OVERLAP, -EEXIST);
	return err;
}

static void segment_set_end(struct dpager_segment *segment, u64 bytes,
			    u64 pages)
{
	pr_info("segment %llu: %pg, from %llu to %llu pages\n", segment->id,
		segment->bdev, segment->range.pages, pages);
	segment->range.given_bytes = bytes;
	segment->range.pages = pages;
	dpager_triggers_kick();
}

int dpager_segment_grow(struct dpager_segment *segment, u64 bytes, u64 pages)
{
	int err = 0;

	lockdep_assert_held(&dpager_admin);
	if (pages > segment->range.pages) {
		if (!segment->swapfile)
			segment_flush(segment->bdev);
		err = dpager_segment_slots_grow(segment, pages);
	}
	if (err)
		return err;
	dpager_store_roomy(segment->store);
	segment_set_end(segment, bytes, pages);
	return 0;
}

void dpager_segment_shrink(struct dpager_segment *segment, u64 bytes, u64 pages)
{
	lockdep_assert_held(&dpager_admin);
	dpager_segment_slots_shrink(segment, pages);
	segment_set_end(segment, bytes, pages);
}
