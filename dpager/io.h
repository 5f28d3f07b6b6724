/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Requests between pages and slots: bios, their completion, error policy.
 *
 * A request that failed as a whole is repeated page by page, so that an error
 * costs only the pages it hit. For writes a worker does that, with memory
 * that was set aside with the bio; for reads whoever needs the page does.
 */
#ifndef _DPAGER_IO_H
#define _DPAGER_IO_H

#include <linux/bio.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

struct dpager_segment;
struct dpager_spin;
struct folio;
struct page;
struct dpager_io;

/* Told of the end of a request for buffers, in any context. */
typedef void dpager_io_ended_t(const struct dpager_io *io, void *data,
			       blk_status_t status);

/**
 * struct dpager_io - a request
 * @segment: where it goes
 * @slot: its first slot
 * @pages: pages in it, those of its parts included
 * @parts: of it and its parts, how many have not ended
 * @status: why it failed, or one of its parts
 * @ended: for buffers: who is told of its end
 * @work: what is left to do when it failed
 * @bio: the bio; its pool is the segment's
 */
struct dpager_io {
	struct dpager_segment *segment;
	u64 slot;
	unsigned int pages;
	atomic_t parts;
	blk_status_t status;
	dpager_io_ended_t *ended;
	struct work_struct work;
	struct bio bio;		/* last: its inline vectors follow */
};

/* For bioset_init() of a segment's pool. */
#define DPAGER_IO_FRONT_PAD	offsetof(struct dpager_io, bio)

/**
 * dpager_io_write() - a write request for folios under writeback
 * dpager_io_read() - a read request for locked folios
 * @segment: where
 * @slot: the first slot
 * @folios: the most folios, or parts of one, that will be added
 *
 * Context: may sleep; allocates from the segment's pool, so never fails. A
 * write must come from the segment's writer.
 * Return: a request to add folios to.
 */
struct dpager_io *dpager_io_write(struct dpager_segment *segment, u64 slot,
				  unsigned int folios);
struct dpager_io *dpager_io_read(struct dpager_segment *segment, u64 slot,
				 unsigned int folios);

/* Add the folio for the next slots. */
void dpager_io_add(struct dpager_io *io, struct folio *folio);

/**
 * dpager_io_add_part() - add pages of a folio that is scattered
 * @io: a write request without folios
 * @folio: the folio; it is the only one of its request
 * @first: the first of the pages, in the folio
 * @count: how many pages
 */
void dpager_io_add_part(struct dpager_io *io, struct folio *folio,
			unsigned int first, unsigned int count);

/**
 * dpager_io_write_part() - write further pages of a scattered folio
 * @io: the request that has pages of it, which ends when all parts have
 * @slot: where
 * @folio: the folio
 * @first: the first of the pages, in the folio
 * @count: how many pages
 */
void dpager_io_write_part(struct dpager_io *io, u64 slot, struct folio *folio,
			  unsigned int first, unsigned int count);

/**
 * dpager_io_submit() - submit a request
 * @io: the request
 *
 * From here on the folios belong to the request. A write ends their
 * writeback; on failure they are dirty again first, and the slot is spoilt. A
 * read unlocks them, up to date or not; a page that was the only one of its
 * request and could not be read has PG_checked set.
 */
void dpager_io_submit(struct dpager_io *io);

/**
 * dpager_io_read_now() - read a page from a device that does so at once
 * @segment: where, it is synchronous
 * @slot: the slot, which stays in use
 * @folio: of one page, locked, in the page cache
 *
 * Cannot be killed: such a device has nothing to wait for. (zram that writes
 * back to a disk has, and is as slow as that.)
 *
 * Return: true: it is up to date, and locked still; false: it is unlocked, with
 * PG_checked set.
 */
bool dpager_io_read_now(struct dpager_segment *segment, u64 slot,
			struct folio *folio);

/**
 * dpager_io_buffers() - a request for pages that are no object's
 * @segment: where, slots of it stay in use until the end
 * @slot: the first slot
 * @most: the most pages that will be added
 * @write: to there, not from there
 * @ended: told of the end
 * @data: for @ended
 *
 * Context: may sleep; never fails.
 * Return: a request to add pages to.
 */
struct dpager_io *dpager_io_buffers(struct dpager_segment *segment, u64 slot,
				    unsigned int most, bool write,
				    dpager_io_ended_t *ended, void *data);

/* Add pages in a row for the next slots. */
void dpager_io_add_pages(struct dpager_io *io, struct page *page,
			 unsigned int count);

/* Submit it. What fails is tried again by who is told; a page alone is not. */
void dpager_io_submit_buffers(struct dpager_io *io);

/* Is a slot to blame that a write to it failed, and not a path or a pool? */
bool dpager_io_blames_slot(blk_status_t status);

/* Woken when a read request has completed, if somebody waits. */
extern wait_queue_head_t dpager_io_read_wait;

/* A folio is up to date or unlocked: wake who waits for it below. */
void dpager_io_folio_ready(struct folio *folio);

/**
 * dpager_io_wait_folio() - wait, killably, a moment for a folio to be read
 * @folio: the folio; the caller has a reference
 * @spin: how long to spin before sleeping; learns from this wait
 *
 * Context: locks that should not be held for long may be held: ends after
 * 100 ms at the latest, whether or not the folio is up to date or unlocked.
 */
void dpager_io_wait_folio(struct folio *folio, struct dpager_spin *spin);

int dpager_io_init(void);
/* No segment is left. */
void dpager_io_exit(void);

#endif /* _DPAGER_IO_H */
