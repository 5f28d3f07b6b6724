/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A segment: a byte range of a block device, or a file, that holds paged-out
 * pages.
 *
 * Life: created (device checked, claimed, slots set up, writer started),
 * published (in its store and in the space list: clusters are handed to its
 * writer), draining (no cluster is handed to it any more), quiesced (the
 * writer is idle and no write in flight), freed. Who may still use a segment
 * that is quiesced: nobody. Reads only happen for pages that have a slot on
 * it, and it is freed only when it has no slot in use.
 */
#ifndef _DPAGER_SEGMENT_H
#define _DPAGER_SEGMENT_H

#include <linux/bio.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "compat.h"
#include "dpager.h"
#include "map.h"
#include "range.h"
#include "slot.h"
#include "swapfile.h"
#include "writer.h"

struct file;
struct dpager_object;
struct dpager_store;

/* What happened on a segment. One atomic each: they change per request. */
struct dpager_io_counts {
	atomic64_t pages_in;		/* pages read without error */
	atomic64_t pages_in_failed;	/* pages whose read failed */
	atomic64_t pages_out;		/* pages written without error */
	atomic64_t pages_out_failed;	/* pages whose write failed */
	atomic64_t reads;		/* read requests issued */
	atomic64_t writes;		/* write requests issued */
	atomic64_t checksum_errors;	/* pages read that were not what was written */
	atomic64_t pages_discarded;	/* free slots the device was told about */
};

/**
 * struct dpager_segment - a segment
 * @id: never used again; immutable
 * @index: its number in places; immutable while published
 * @store: whose it is; immutable
 * @swapfile: the file it lies on; NULL: a device. immutable
 * @device: without a file: the claimed device; immutable
 * @bdev: the same, or the file's, as block layer calls want it; immutable
 * @range: pages of the device, from 0 on for a file; immutable
 * @disk_first: first byte of the range as it was given, counted from the
 *	start of the whole disk; immutable
 * @bios: bios of this segment alone; immutable
 * @writer: the thread that writes here
 * @slot_lock: protects @slots
 * @slots: its slots
 * @attach_work: attaches further groups of slots before they are needed
 * @failing: the last write failed; others are asked first
 * @retry_at: when it failed, it is tried again after this time (jiffies)
 * @stable: pages must not change while they are written: its device wants
 *	that, or they have checksums; immutable
 * @synchronous: its device reads at once, on the CPU that asks; immutable
 * @discard: the device is told of free slots
 * @trim_work: does that
 * @checksum: its slots have checksums; immutable
 * @space_link: in dpager_space's list by priority; dpager_space
 * @store_link: in the store's list, by id; read under dpager_admin or
 *	dpager_space, written under both
 * @draining: no cluster is handed to it; dpager_space
 * @closed: it is draining since the administrator said so; dpager_space
 * @reserve: others are used first, whatever their priority; dpager_space
 * @evacuating: a call empties it, and nobody else may free it; dpager_space
 * @leave_from: then: what is emptied are slots from this one on
 * @planned: then: slots of them in use when that began
 * @counts: what happened on it
 */
struct dpager_segment {
	u64 id;
	u16 index;
	struct dpager_store *store;
	struct dpager_swapfile *swapfile;
	struct dpager_device device;
	struct block_device *bdev;
	struct dpager_range range;
	u64 disk_first;
	struct bio_set bios;
	struct dpager_writer writer;

	spinlock_t slot_lock;	/* @slots */
	struct dpager_slots slots;
	struct work_struct attach_work;

	bool failing;
	unsigned long retry_at;
	bool stable;
	bool synchronous;
	bool checksum;
	bool discard;
	struct delayed_work trim_work;

	struct list_head space_link;
	struct list_head store_link;
	bool draining;
	bool closed;
	bool reserve;
	bool evacuating;
	u64 leave_from;
	u64 planned;

	struct dpager_io_counts counts;
};

/* The published segments by index; a slot in use keeps its element. */
extern struct dpager_segment *dpager_segments[DPAGER_SEGMENTS_MAX];

/* The segment of a place that is in use. */
static inline struct dpager_segment *dpager_segment_at(dpager_place_t place)
{
	return dpager_segments[dpager_place_segment(place)];
}

/**
 * struct dpager_figures - figures of a segment, or sums over several
 * @segments: number of segments
 * @pages: slots
 * @pages_free: of them free
 * @pages_bad: of them never used again
 * @pages_in: pages read without error
 * @pages_in_failed: pages whose read failed
 * @pages_out: pages written without error
 * @pages_out_failed: pages whose write failed
 * @reads: read requests issued
 * @writes: write requests issued
 * @checksum_errors: pages read that were not what was written
 * @pages_discarded: free slots the device was told about
 */
struct dpager_figures {
	u32 segments;
	u64 pages;
	u64 pages_free;
	u64 pages_bad;
	u64 pages_in;
	u64 pages_in_failed;
	u64 pages_out;
	u64 pages_out_failed;
	u64 reads;
	u64 writes;
	u64 checksum_errors;
	u64 pages_discarded;
};

/* Add what happened. */
void dpager_figures_add(struct dpager_figures *sum,
			const struct dpager_io_counts *counts);

/* Add a segment. Context: dpager_space or dpager_admin held. */
void dpager_segment_figures(struct dpager_segment *segment,
			    struct dpager_figures *sum);

/**
 * dpager_segment_create() - check, claim and set up a segment
 * @store: whose it will be; alive
 * @fd: what the caller gave as the device descriptor
 * @offset: first record
 * @count: records
 * @record_size: bytes of a record
 * @flags: DPAGER_ADD_*
 * @made: out: the segment; its writer runs, and nothing is handed to it yet
 * @detail: out: enum dpager_detail when it fails
 *
 * Context: process, dpager_admin held, may sleep.
 * Return: 0 or an errno in the order of DPAGER_IOC_ADD_SEGMENT.
 */
int dpager_segment_create(struct dpager_store *store, int fd, u64 offset,
			  u64 count, u32 record_size, u32 flags,
			  struct dpager_segment **made, u32 *detail);

/**
 * dpager_segment_create_on_file() - the same on a file
 * @store: whose it will be; alive
 * @fd: what the caller gave as the file's descriptor
 * @bytes: how much of it, 0: all
 * @flags: DPAGER_ADD_RESERVE
 * @made: as above
 * @detail: as above
 *
 * Context: as above.
 * Return: 0 or an errno in the order of DPAGER_IOC_ADD_FILE.
 */
int dpager_segment_create_on_file(struct dpager_store *store, int fd, u64 bytes,
				  u32 flags, struct dpager_segment **made,
				  u32 *detail);

/**
 * dpager_segment_measure() - what a segment of another length would be
 * @segment: the segment
 * @bytes: in: its new length, 0: as far as the device goes; out: what that is
 * @pages: out: pages it can hold then
 * @detail: out: enum dpager_detail when it fails
 *
 * Context: process, dpager_admin held.
 * Return: 0 or an errno as for DPAGER_IOC_RESIZE_SEGMENT.
 */
int dpager_segment_measure(struct dpager_segment *segment, u64 *bytes,
			   u64 *pages, u32 *detail);

/**
 * dpager_segment_grow() - make a segment longer, or its last page less ragged
 * dpager_segment_shrink() - make it shorter; nothing behind is in use
 * @segment: the segment
 * @bytes: its new length, measured
 * @pages: pages it can hold then
 *
 * Context: process, dpager_admin held.
 * Return: 0 or -ENOMEM.
 */
int dpager_segment_grow(struct dpager_segment *segment, u64 bytes, u64 pages);
void dpager_segment_shrink(struct dpager_segment *segment, u64 bytes,
			   u64 pages);

/**
 * dpager_segment_free() - release device or file and forget the segment
 * @segment: the segment
 *
 * Context: process, dpager_admin held; out of all lists, its writer idle, no
 * slot in use.
 */
void dpager_segment_free(struct dpager_segment *segment);

/*
 * Slots of a segment whose range is known, with their memory: set up; no group
 * is attached any more; freed; more of them; fewer, of which none that goes is
 * in use. 0 or -ENOMEM. Context: process, dpager_admin held.
 */
int dpager_segment_slots_init(struct dpager_segment *segment);
void dpager_segment_slots_stop(struct dpager_segment *segment);
void dpager_segment_slots_exit(struct dpager_segment *segment);
int dpager_segment_slots_grow(struct dpager_segment *segment, u64 pages);
void dpager_segment_slots_shrink(struct dpager_segment *segment, u64 pages);

/* Slots in use from slot @from on. */
u64 dpager_segment_used_from(struct dpager_segment *segment, u64 from);

/* All of them. */
static inline u64 dpager_segment_used(struct dpager_segment *segment)
{
	return dpager_segment_used_from(segment, 0);
}

/* What a range of slots has, by the bitmaps. Context: may sleep. */
void dpager_segment_count(struct dpager_segment *segment, u64 first, u64 count,
			  u32 *used, u32 *bad);

/* Free slots below slot @end. */
u64 dpager_segment_free_below(struct dpager_segment *segment, u64 end);

/* Allocate no slot from @limit on; U64_MAX: all. */
void dpager_segment_limit(struct dpager_segment *segment, u64 limit);

/* May a page be written to its slot again, or is it behind such a limit? */
static inline bool dpager_segment_keeps(const struct dpager_segment *segment,
					u64 slot)
{
	return slot < READ_ONCE(segment->slots.limit);
}

/**
 * dpager_segment_room() - are slots free?
 * @segment: where
 * @want: how many
 *
 * Context: any but interrupt; takes slot_lock.
 * Return: 0: now; -EAGAIN: soon, memory for them is being got; -ENOSPC: none.
 */
int dpager_segment_room(struct dpager_segment *segment, u32 want);

/**
 * dpager_segment_alloc() - allocate a run of slots
 * @segment: where
 * @object: for which object
 * @want: how many
 * @got: out: how many it is
 *
 * The run lies in a row on the device.
 *
 * Context: the pageout path: no allocation, no sleep.
 * Return: the first slot or U64_MAX when none is free for the object.
 */
u64 dpager_segment_alloc(struct dpager_segment *segment,
			 struct dpager_object *object, u32 want, u32 *got);

/* The same under dpager_space, which the other takes where space is limited. */
u64 dpager_segment_alloc_held(struct dpager_segment *segment,
			      struct dpager_object *object, u32 want,
			      u32 *got);

/* Give back slots of a run that were not used after all. Any context but irq. */
void dpager_segment_free_run(struct dpager_segment *segment,
			     struct dpager_object *object, u64 slot, u32 count);

/**
 * dpager_place_free() - pages no longer need their places
 * @object: whose pages
 * @place: the first of them
 * @count: how many, in a row
 * @bad: a write to them failed: they are never used again
 *
 * Context: any but interrupt; takes slot_lock only.
 */
void dpager_place_free(struct dpager_object *object, dpager_place_t place,
		       u32 count, bool bad);

/* Is there a segment whose device wants pages unchanged while written? */
bool dpager_segments_stable(void);

/* Is there one whose device does not read at once? */
bool dpager_segments_queued(void);

/* First sector of a slot on segment->bdev. */
sector_t dpager_segment_sector(const struct dpager_segment *segment, u64 slot);

/**
 * dpager_segment_run() - how many slots one request can have
 * @segment: where
 * @slot: from this one on
 * @most: no more than these are counted
 *
 * Slots of a file that follow each other may be anywhere on its device.
 *
 * Return: 1 to @most; 0: a file has no such slot.
 */
static inline u32 dpager_segment_run(const struct dpager_segment *segment,
				     u64 slot, u32 most)
{
	if (likely(!segment->swapfile))
		return most;
	return dpager_extents_run(&segment->swapfile->extents, slot, most);
}

/* Can a slot be in one request with the one before it, which there is? */
static inline bool dpager_segment_joins(const struct dpager_segment *segment,
					u64 slot)
{
	return dpager_segment_run(segment, slot - 1, 2) == 2;
}

#endif /* _DPAGER_SEGMENT_H */
