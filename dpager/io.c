// SPDX-License-Identifier: GPL-2.0
/* Requests between pages and slots. */

#include <linux/hash.h>
#include <linux/pagemap.h>

#include "cluster.h"
#include "io.h"
#include "laundry.h"
#include "object.h"
#include "segment.h"
#include "stats.h"
#include "trace.h"

DECLARE_WAIT_QUEUE_HEAD(dpager_io_read_wait);

/* Waits for single folios, by hash. */
#define FOLIO_WAITS_SHIFT	6
static wait_queue_head_t folio_waits[1 << FOLIO_WAITS_SHIFT];

/* Repeats failed writes; one that hangs does not hold up the others. */
static struct workqueue_struct *io_repair;

static struct dpager_io *io_of(struct bio *bio)
{
	return container_of(bio, struct dpager_io, bio);
}

static struct dpager_object *io_object(struct folio *folio)
{
	return dpager_object_of(folio->mapping->host);
}

static void io_count(struct dpager_segment *segment, struct folio *folio,
		     bool write, bool failed)
{
	struct dpager_io_counts *counts = &segment->counts;

	if (write && failed) {
		atomic64_inc(&counts->pages_out_failed);
		dpager_stat_inc(DPAGER_STAT_PAGES_OUT_FAILED);
	} else if (write) {
		atomic64_inc(&counts->pages_out);
		dpager_stat_inc(DPAGER_STAT_PAGES_OUT);
		atomic64_inc(&io_object(folio)->pages_out);
	} else if (failed) {
		atomic64_inc(&counts->pages_in_failed);
		dpager_stat_inc(DPAGER_STAT_PAGES_IN_FAILED);
	} else {
		atomic64_inc(&counts->pages_in);
		dpager_stat_inc(DPAGER_STAT_PAGES_IN);
		atomic64_inc(&io_object(folio)->pages_in);
	}
}

static void io_complain(struct dpager_segment *segment, const char *what,
			struct folio *folio)
{
	pr_err_ratelimited("%s: %s failed: object %llu page %lu (segment %llu)\n",
			   segment->bdev->bd_disk->disk_name, what,
			   io_object(folio)->id, folio->index, segment->id);
	trace_dpager_io_error(io_object(folio)->id, folio->index, segment->id);
}

/* The end of a write request of @pages pages, of which @cleaned were written. */
static void write_done(struct dpager_io *io, unsigned int pages,
		       unsigned int cleaned)
{
	struct dpager_writer *writer = &io->segment->writer;

	dpager_stat_add(DPAGER_STAT_WRITEBACK, -(s64)pages);
	/* The segment may be removed after the last line, and this module. */
	rcu_read_lock();
	bio_put(&io->bio);
	dpager_laundry_progress(cleaned);
	dpager_writer_completed(writer, pages);
	rcu_read_unlock();
}

static void write_page_done(struct dpager_segment *segment,
			    struct folio *folio)
{
	io_count(segment, folio, true, false);
	folio_end_writeback(folio);
}

/* A slot is not to blame for a path that is down or a pool that is full. */
static bool slot_to_blame(blk_status_t status)
{
	switch (status) {
	case BLK_STS_TRANSPORT:
	case BLK_STS_OFFLINE:
	case BLK_STS_TIMEOUT:
	case BLK_STS_NOSPC:
	case BLK_STS_RESOURCE:
		return false;
	default:
		return true;
	}
}

/*
 * The page stays in memory and is dirty before its writeback ends: in the
 * other order reclaim could drop it in between.
 */
static void write_page_failed(struct dpager_segment *segment,
			      struct folio *folio, blk_status_t status)
{
	struct dpager_object *object = io_object(folio);
	struct dpager_cluster *cluster;

	io_complain(segment, "write", folio);
	io_count(segment, folio, true, true);
	cluster = dpager_cluster_find(object, folio->index);
	dpager_cluster_spoil(cluster, folio->index, slot_to_blame(status));
	folio_mark_dirty(folio);
	atomic_inc(&object->write_failures);
	WRITE_ONCE(segment->retry_at, jiffies + HZ / 5);
	WRITE_ONCE(segment->failing, true);
	folio_end_writeback(folio);
}

/* Write one page again and wait. Needs no memory but the stack. */
static blk_status_t write_again(struct dpager_segment *segment,
				struct folio *folio, sector_t sector)
{
	struct bio_vec vec;
	struct bio bio;
	int err;

	bio_init(&bio, segment->bdev, &vec, 1, REQ_OP_WRITE | REQ_SWAP);
	bio.bi_iter.bi_sector = sector;
	__bio_add_page(&bio, folio_page(folio, 0), PAGE_SIZE, 0);
	err = submit_bio_wait(&bio);
	bio_uninit(&bio);
	return errno_to_blk_status(err);
}

static void write_repair(struct work_struct *work)
{
	struct dpager_io *io = container_of(work, struct dpager_io, work);
	struct dpager_segment *segment = io->segment;
	unsigned int pages = io->bio.bi_vcnt, cleaned = 0;
	blk_status_t status = io->bio.bi_status;
	sector_t sector = io->sector;
	struct folio_iter fi;

	bio_for_each_folio_all(fi, &io->bio) {
		if (pages > 1)
			status = write_again(segment, fi.folio, sector);
		if (status) {
			write_page_failed(segment, fi.folio, status);
		} else {
			write_page_done(segment, fi.folio);
			cleaned++;
		}
		sector += PAGE_SIZE >> SECTOR_SHIFT;
	}
	write_done(io, pages, cleaned);
}

static void write_end(struct bio *bio)
{
	struct dpager_io *io = io_of(bio);
	struct dpager_segment *segment = io->segment;
	unsigned int pages = bio->bi_vcnt;
	struct folio_iter fi;

	if (unlikely(bio->bi_status)) {
		INIT_WORK(&io->work, write_repair);
		queue_work(io_repair, &io->work);
		return;
	}
	bio_for_each_folio_all(fi, bio)
		write_page_done(segment, fi.folio);
	if (unlikely(READ_ONCE(segment->failing)))
		WRITE_ONCE(segment->failing, false);
	write_done(io, pages, pages);
}

static wait_queue_head_t *folio_wait(const struct folio *folio)
{
	return &folio_waits[hash_ptr(folio, FOLIO_WAITS_SHIFT)];
}

void dpager_io_wait_folio(struct folio *folio)
{
	wait_event_killable_timeout(*folio_wait(folio),
				    !folio_test_locked(folio) ||
				    folio_test_uptodate(folio), HZ / 10);
}

void dpager_io_folio_ready(struct folio *folio)
{
	wait_queue_head_t *wait = folio_wait(folio);

	if (wq_has_sleeper(wait))
		wake_up_all(wait);
}

static void read_folio_done(struct folio *folio)
{
	folio_unlock(folio);
	dpager_io_folio_ready(folio);
}

static void read_end(struct bio *bio)
{
	struct dpager_io *io = io_of(bio);
	struct dpager_segment *segment = io->segment;
	bool failed = bio->bi_status, alone = bio->bi_vcnt == 1;
	struct folio_iter fi;

	bio_for_each_folio_all(fi, bio) {
		if (!failed) {
			folio_mark_uptodate(fi.folio);
		} else if (alone && !(bio->bi_opf & REQ_RAHEAD)) {
			io_complain(segment, "read", fi.folio);
			folio_set_checked(fi.folio);
		}
		io_count(segment, fi.folio, false, failed);
		read_folio_done(fi.folio);
	}
	/* As in write_done(). */
	rcu_read_lock();
	bio_put(bio);
	if (wq_has_sleeper(&dpager_io_read_wait))
		wake_up_all(&dpager_io_read_wait);
	dpager_writer_read_completed(&segment->writer);
	rcu_read_unlock();
}

static struct dpager_io *io_alloc(struct dpager_segment *segment, u64 slot,
				  unsigned int folios, blk_opf_t opf,
				  bio_end_io_t *end)
{
	struct dpager_io *io;
	struct bio *bio;

	bio = bio_alloc_bioset(segment->bdev, folios, opf, GFP_NOIO,
			       &segment->bios);
	bio->bi_iter.bi_sector = dpager_segment_sector(segment, slot);
	bio->bi_end_io = end;
	io = io_of(bio);
	io->segment = segment;
	io->sector = bio->bi_iter.bi_sector;
	return io;
}

struct dpager_io *dpager_io_write(struct dpager_segment *segment, u64 slot,
				  unsigned int folios)
{
	return io_alloc(segment, slot, folios, REQ_OP_WRITE | REQ_SWAP,
			write_end);
}

struct dpager_io *dpager_io_read(struct dpager_segment *segment, u64 slot,
				 unsigned int folios)
{
	return io_alloc(segment, slot, folios, REQ_OP_READ, read_end);
}

void dpager_io_add(struct dpager_io *io, struct folio *folio)
{
	__bio_add_page(&io->bio, folio_page(folio, 0), PAGE_SIZE, 0);
}

void dpager_io_submit(struct dpager_io *io)
{
	struct dpager_segment *segment = io->segment;
	unsigned int pages = io->bio.bi_vcnt;

	if (op_is_write(io->bio.bi_opf)) {
		atomic64_inc(&segment->counts.writes);
		dpager_stat_inc(DPAGER_STAT_WRITES);
		dpager_stat_add(DPAGER_STAT_WRITEBACK, pages);
		dpager_writer_submitted(&segment->writer, pages);
	} else {
		atomic64_inc(&segment->counts.reads);
		dpager_stat_inc(DPAGER_STAT_READS);
		dpager_writer_read_submitted(&segment->writer);
	}
	submit_bio(&io->bio);
}

int dpager_io_init(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(folio_waits); i++)
		init_waitqueue_head(&folio_waits[i]);
	io_repair = alloc_workqueue("dpager-repair", WQ_UNBOUND | WQ_FREEZABLE |
				    WQ_MEM_RECLAIM, 0);
	return io_repair ? 0 : -ENOMEM;
}

void dpager_io_exit(void)
{
	destroy_workqueue(io_repair);
}
