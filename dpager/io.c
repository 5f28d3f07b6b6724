// SPDX-License-Identifier: GPL-2.0
/* Requests between pages and slots. */

#include <linux/completion.h>
#include <linux/hash.h>
#include <linux/moduleparam.h>
#include <linux/pagemap.h>
#include <linux/sched/signal.h>
#include <linux/sched/stat.h>
#include <linux/timekeeping.h>

#include "cluster.h"
#include "io.h"
#include "laundry.h"
#include "object.h"
#include "segment.h"
#include "spin.h"
#include "stats.h"
#include "sum.h"
#include "trace.h"

/* How long a fault spins for its page at most, before it sleeps. */
static unsigned int spin_us = 200;
module_param(spin_us, uint, 0644);
MODULE_PARM_DESC(spin_us,
		 "longest time, in microseconds, that a fault looks for its page on a CPU of its own instead of sleeping; 0: never (default 200)");

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

/* All folios of a request are of one object. They are still the request's. */
static struct dpager_object *io_owner(struct dpager_io *io)
{
	return io_object(page_folio(bio_first_page_all(&io->bio)));
}

/* What became of @pages pages of an object, or of none (NULL). */
static void io_count(struct dpager_segment *segment,
		     struct dpager_object *object, unsigned int pages,
		     bool write, bool failed)
{
	struct dpager_io_counts *counts = &segment->counts;

	if (!pages)
		return;
	if (write && failed) {
		atomic64_add(pages, &counts->pages_out_failed);
		dpager_stat_add(DPAGER_STAT_PAGES_OUT_FAILED, pages);
	} else if (write) {
		atomic64_add(pages, &counts->pages_out);
		dpager_stat_add(DPAGER_STAT_PAGES_OUT, pages);
		if (object)
			atomic64_add(pages, &object->pages_out);
	} else if (failed) {
		atomic64_add(pages, &counts->pages_in_failed);
		dpager_stat_add(DPAGER_STAT_PAGES_IN_FAILED, pages);
	} else {
		atomic64_add(pages, &counts->pages_in);
		dpager_stat_add(DPAGER_STAT_PAGES_IN, pages);
		if (object)
			atomic64_add(pages, &object->pages_in);
	}
}

static void io_complain(struct dpager_segment *segment, const char *what,
			struct folio *folio, pgoff_t index)
{
	pr_err_ratelimited("%s: %s failed: object %llu page %lu (segment %llu)\n",
			   segment->bdev->bd_disk->disk_name, what,
			   io_object(folio)->id, index, segment->id);
	trace_dpager_io_error(io_object(folio)->id, index, segment->id);
}

/* The segment may be removed after the last line, and this module. */
static void write_put(struct dpager_io *io, unsigned int pages)
{
	struct dpager_writer *writer = &io->segment->writer;

	rcu_read_lock();
	bio_put(&io->bio);
	dpager_writer_completed(writer, pages);
	rcu_read_unlock();
}

/* The end of a write request, of which @cleaned pages were written. */
static void write_done(struct dpager_io *io, unsigned int cleaned)
{
	dpager_stat_add(DPAGER_STAT_WRITEBACK, -(s64)io->pages);
	dpager_laundry_progress(cleaned);
	write_put(io, io->pages);
}

bool dpager_io_blames_slot(blk_status_t status)
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

/* Others are asked first, until a write succeeds. */
static void segment_fails(struct dpager_segment *segment)
{
	WRITE_ONCE(segment->retry_at, jiffies + HZ / 5);
	WRITE_ONCE(segment->failing, true);
}

static void segment_works(struct dpager_segment *segment)
{
	if (unlikely(READ_ONCE(segment->failing)))
		WRITE_ONCE(segment->failing, false);
}

static void write_page_failed(struct dpager_segment *segment,
			      struct dpager_cluster *cluster,
			      struct folio *folio, pgoff_t index,
			      blk_status_t status)
{
	io_complain(segment, "write", folio, index);
	dpager_cluster_spoil(cluster, index, dpager_io_blames_slot(status));
	atomic_inc(&cluster->object->write_failures);
	segment_fails(segment);
}

/**
 * struct page_wait - a request for one page that somebody waits for
 * @state: what the first of the two, who waits and the end, has left there
 * @done: for who waits, when they were first
 *
 * Most devices that work at once have ended it before anybody waits: no lock
 * is needed then, and nobody is woken.
 */
struct page_wait {
	enum { PAGE_UNDERWAY, PAGE_AWAITED, PAGE_ENDED } state;
	struct completion done;
};

static void page_end(struct bio *bio)
{
	struct page_wait *wait = bio->bi_private;

	if (xchg(&wait->state, PAGE_ENDED) == PAGE_AWAITED)
		complete(&wait->done);
}

static void page_await(struct page_wait *wait)
{
	init_completion(&wait->done);
	if (xchg(&wait->state, PAGE_AWAITED) == PAGE_ENDED)
		return;
	/* A device that hangs is no task that does. */
	while (!wait_for_completion_io_timeout(&wait->done, 60 * HZ))
		;
}

/* One page, and wait. Needs no memory but the stack. */
static blk_status_t page_now(struct dpager_segment *segment, struct page *page,
			     u64 slot, blk_opf_t opf)
{
	struct page_wait wait = { .state = PAGE_UNDERWAY };
	struct bio_vec vec;
	blk_status_t status;
	struct bio bio;

	bio_init(&bio, segment->bdev, &vec, 1, opf | REQ_SYNC);
	bio.bi_iter.bi_sector = dpager_segment_sector(segment, slot);
	bio.bi_end_io = page_end;
	bio.bi_private = &wait;
	__bio_add_page(&bio, page, PAGE_SIZE, 0);
	submit_bio(&bio);
	/* With the end that is seen it has been touched for the last time. */
	if (smp_load_acquire(&wait.state) != PAGE_ENDED)
		page_await(&wait);
	status = bio.bi_status;
	bio_uninit(&bio);
	return status;
}

/*
 * Write a folio under writeback again, page by page: their places stay while it
 * is. What fails stays in memory and is dirty before the writeback ends: in the
 * other order reclaim could drop it in between. Returns the pages written.
 */
static unsigned int write_folio_again(struct dpager_io *io, struct folio *folio)
{
	struct dpager_segment *segment = io->segment;
	blk_status_t status = io->status;
	unsigned int n = folio_nr_pages(folio), failed = 0, written = 0, i;
	struct dpager_cluster *cluster;

	/* It stays, since a folio under writeback stays in the page cache. */
	cluster = dpager_cluster_find(io_object(folio), folio->index);
	for (i = 0; i < n; i++) {
		pgoff_t index = folio->index + i;
		u64 slot = dpager_cluster_slot(cluster, index, segment);

		/* Zeros, which were left out. */
		if (slot == U64_MAX)
			continue;
		if (io->pages > 1)
			status = page_now(segment, folio_page(folio, i), slot,
					  REQ_OP_WRITE | REQ_SWAP);
		if (!status) {
			written++;
			continue;
		}
		write_page_failed(segment, cluster, folio, index, status);
		failed++;
	}
	io_count(segment, cluster->object, failed, true, true);
	io_count(segment, cluster->object, written, true, false);
	if (failed)
		folio_mark_dirty(folio);
	folio_end_writeback(folio);
	return written;
}

static void write_repair(struct work_struct *work)
{
	struct dpager_io *io = container_of(work, struct dpager_io, work);
	unsigned int cleaned = 0;
	struct folio_iter fi;

	bio_for_each_folio_all(fi, &io->bio)
		cleaned += write_folio_again(io, fi.folio);
	write_done(io, cleaned);
}

/* The request, or a part of it, has ended; the last one ends it all. */
static void write_ended(struct dpager_io *io, blk_status_t status)
{
	struct dpager_segment *segment = io->segment;
	struct folio_iter fi;

	if (unlikely(status))
		WRITE_ONCE(io->status, status);
	if (!atomic_dec_and_test(&io->parts))
		return;
	if (unlikely(io->status)) {
		INIT_WORK(&io->work, write_repair);
		queue_work(io_repair, &io->work);
		return;
	}
	io_count(segment, io_owner(io), io->pages, true, false);
	bio_for_each_folio_all(fi, &io->bio)
		folio_end_writeback(fi.folio);
	segment_works(segment);
	write_done(io, io->pages);
}

static void write_end(struct bio *bio)
{
	write_ended(io_of(bio), bio->bi_status);
}

static void write_part_end(struct bio *bio)
{
	write_ended(bio->bi_private, bio->bi_status);
	write_put(io_of(bio), 0);
}

static wait_queue_head_t *folio_wait(const struct folio *folio)
{
	return &folio_waits[hash_ptr(folio, FOLIO_WAITS_SHIFT)];
}

static bool folio_ready(struct folio *folio)
{
	return !folio_test_locked(folio) || folio_test_uptodate(folio);
}

/* Look for it, while nobody else wants this CPU, until then. */
static void folio_spin(struct folio *folio, u64 until)
{
	while (folio_test_locked(folio) && !need_resched() &&
	       single_task_running() && !fatal_signal_pending(current) &&
	       ktime_get_ns() < until)
		cpu_relax();
}

static void folio_sleep(struct folio *folio)
{
	wait_event_killable_timeout(*folio_wait(folio), folio_ready(folio),
				    HZ / 10);
}

void dpager_io_wait_folio(struct folio *folio, struct dpager_spin *spin)
{
	u32 most = min(READ_ONCE(spin_us), USEC_PER_SEC) * NSEC_PER_USEC;
	u64 begin;

	/* Under the task's own plug the read begins when it sleeps. */
	if (!most || current->plug) {
		folio_sleep(folio);
		return;
	}
	begin = ktime_get_ns();
	folio_spin(folio, begin + min(READ_ONCE(spin->ns), most));
	if (!folio_ready(folio))
		folio_sleep(folio);
	dpager_spin_learn(spin, ktime_get_ns() - begin, most);
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

/* Nobody but this page could have made its read fail. */
static void read_failed(struct dpager_segment *segment, struct folio *folio,
			const char *what)
{
	io_complain(segment, what, folio, folio->index);
	folio_set_checked(folio);
}

/* It is not what was written there, although the device found no fault. */
static void read_wrong(struct dpager_segment *segment, struct folio *folio)
{
	atomic64_inc(&segment->counts.checksum_errors);
	trace_dpager_checksum(io_object(folio)->id, folio->index, segment->id);
	read_failed(segment, folio, "checksum of what was read is wrong: read");
}

/* As write_put(). */
static void read_put(struct dpager_io *io)
{
	struct dpager_segment *segment = io->segment;

	rcu_read_lock();
	bio_put(&io->bio);
	if (wq_has_sleeper(&dpager_io_read_wait))
		wake_up_all(&dpager_io_read_wait);
	dpager_writer_read_completed(&segment->writer);
	rcu_read_unlock();
}

/* A page alone is not what was written: it is read once more. */
static void read_repair(struct work_struct *work)
{
	struct dpager_io *io = container_of(work, struct dpager_io, work);
	struct page *page = bio_first_page_all(&io->bio);
	struct dpager_segment *segment = io->segment;
	struct folio *folio = page_folio(page);
	bool failed;

	failed = page_now(segment, page, io->slot, REQ_OP_READ) ||
		 !dpager_sum_matches(segment, io->slot, page);
	io_count(segment, io_object(folio), 1, false, failed);
	if (failed)
		read_wrong(segment, folio);
	else
		folio_mark_uptodate(folio);
	read_folio_done(folio);
	read_put(io);
}

/*
 * A folio of a request is read, well or not. One that failed with others is read
 * again, alone, by who needs it.
 */
static void read_folio_end(struct dpager_io *io, struct folio *folio, bool good)
{
	if (io->segment->checksum)
		io_count(io->segment, io_object(folio), folio_nr_pages(folio),
			 false, !good);
	if (good)
		folio_mark_uptodate(folio);
	else if (io->pages == 1 && !(io->bio.bi_opf & REQ_RAHEAD))
		read_failed(io->segment, folio, "read");
	read_folio_done(folio);
}

/* Are all pages of a folio what was written? */
static bool read_right(struct dpager_io *io, u64 slot, struct folio *folio)
{
	return !io->segment->checksum ||
	       dpager_sum_matches_folio(io->segment, slot, folio);
}

static void read_end(struct bio *bio)
{
	struct dpager_io *io = io_of(bio);
	bool failed = bio->bi_status;
	struct folio_iter fi;
	u64 slot = io->slot;

	/* Else by folio: some may be right. */
	if (!io->segment->checksum)
		io_count(io->segment, io_owner(io), io->pages, false, failed);
	bio_for_each_folio_all(fi, bio) {
		unsigned int pages = folio_nr_pages(fi.folio);
		bool good = !failed && read_right(io, slot, fi.folio);

		if (!failed && !good && io->pages == 1) {
			INIT_WORK(&io->work, read_repair);
			queue_work(io_repair, &io->work);
			return;
		}
		read_folio_end(io, fi.folio, good);
		slot += pages;
	}
	read_put(io);
}

static void read_count(struct dpager_segment *segment)
{
	atomic64_inc(&segment->counts.reads);
	dpager_stat_inc(DPAGER_STAT_READS);
}

/* Is it read, and what was written? */
static bool read_now(struct dpager_segment *segment, u64 slot,
		     struct folio *folio, bool *failed)
{
	struct page *page = folio_page(folio, 0);

	*failed = page_now(segment, page, slot, REQ_OP_READ);
	return !*failed && (!segment->checksum ||
			    dpager_sum_matches(segment, slot, page));
}

bool dpager_io_read_now(struct dpager_segment *segment, u64 slot,
			struct folio *folio)
{
	bool failed, right;

	read_count(segment);
	right = read_now(segment, slot, folio, &failed) ||
		(!failed && read_now(segment, slot, folio, &failed));
	io_count(segment, io_object(folio), 1, false, !right);
	if (!right) {
		if (failed)
			read_failed(segment, folio, "read");
		else
			read_wrong(segment, folio);
		read_folio_done(folio);
		return false;
	}
	folio_mark_uptodate(folio);
	dpager_io_folio_ready(folio);
	return true;
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
	io->slot = slot;
	io->pages = 0;
	io->status = BLK_STS_OK;
	atomic_set(&io->parts, 1);
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

/* Are checksums kept of what it writes? */
static bool sums_written(const struct dpager_io *io)
{
	return io->segment->checksum && op_is_write(io->bio.bi_opf);
}

void dpager_io_add_pages(struct dpager_io *io, struct page *page,
			 unsigned int count)
{
	unsigned int i;

	for (i = 0; sums_written(io) && i < count; i++)
		dpager_sum_note(io->segment, io->slot + io->pages + i,
				page + i);
	__bio_add_page(&io->bio, page, count << PAGE_SHIFT, 0);
	io->pages += count;
}

void dpager_io_add_part(struct dpager_io *io, struct folio *folio,
			unsigned int first, unsigned int count)
{
	dpager_io_add_pages(io, folio_page(folio, first), count);
}

void dpager_io_add(struct dpager_io *io, struct folio *folio)
{
	dpager_io_add_part(io, folio, 0, folio_nr_pages(folio));
}

static void write_count(struct dpager_segment *segment, unsigned int pages)
{
	atomic64_inc(&segment->counts.writes);
	dpager_stat_inc(DPAGER_STAT_WRITES);
	dpager_writer_submitted(&segment->writer, pages);
}

void dpager_io_write_part(struct dpager_io *io, u64 slot, struct folio *folio,
			  unsigned int first, unsigned int count)
{
	struct dpager_io *part = io_alloc(io->segment, slot, 1,
					  REQ_OP_WRITE | REQ_SWAP,
					  write_part_end);

	part->bio.bi_private = io;
	dpager_io_add_part(part, folio, first, count);
	io->pages += count;
	atomic_inc(&io->parts);
	/* Its pages are counted with the request. */
	write_count(io->segment, 0);
	submit_bio(&part->bio);
}

/* @writeback: pages of it that the writer's limits are about. */
static void io_submit(struct dpager_io *io, unsigned int writeback)
{
	if (op_is_write(io->bio.bi_opf)) {
		dpager_stat_add(DPAGER_STAT_WRITEBACK, writeback);
		write_count(io->segment, writeback);
	} else {
		read_count(io->segment);
		dpager_writer_read_submitted(&io->segment->writer);
	}
	submit_bio(&io->bio);
}

void dpager_io_submit(struct dpager_io *io)
{
	io_submit(io, io->pages);
}

/* --- buffers ------------------------------------------------------------ */

/* A read that fails is repeated elsewhere, and so is a write of many pages. */
static void buffers_count(const struct dpager_io *io, bool write)
{
	struct dpager_segment *segment = io->segment;
	bool failed = io->bio.bi_status;

	if (failed && (!write || io->pages > 1))
		return;
	io_count(segment, NULL, io->pages, write, failed);
	if (failed) {
		pr_err_ratelimited("%s: write failed: slot %llu (segment %llu)\n",
				   segment->bdev->bd_disk->disk_name, io->slot,
				   segment->id);
		segment_fails(segment);
	} else if (write) {
		segment_works(segment);
	}
}

static void buffers_end(struct bio *bio)
{
	struct dpager_io *io = io_of(bio);
	bool write = op_is_write(bio->bi_opf);

	buffers_count(io, write);
	io->ended(io, bio->bi_private, bio->bi_status);
	if (write)
		write_put(io, 0);
	else
		read_put(io);
}

struct dpager_io *dpager_io_buffers(struct dpager_segment *segment, u64 slot,
				    unsigned int most, bool write,
				    dpager_io_ended_t *ended, void *data)
{
	struct dpager_io *io =
		io_alloc(segment, slot, most,
			 write ? REQ_OP_WRITE | REQ_SWAP : REQ_OP_READ,
			 buffers_end);

	io->ended = ended;
	io->bio.bi_private = data;
	return io;
}

void dpager_io_submit_buffers(struct dpager_io *io)
{
	io_submit(io, 0);
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
