// SPDX-License-Identifier: GPL-2.0
/* Transfers: their requests, and their life. */

#include <linux/blkdev.h>
#include <linux/ktime.h>
#include <linux/slab.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "io.h"
#include "object.h"
#include "part.h"
#include "segment.h"
#include "trace.h"
#include "transfer.h"

/* The largest request. */
#define TRANSFER_IO_PAGES	256U
/*
 * Requests of a transfer, to read and to write: what lies scattered goes the
 * other way, which knows how much a device may have to do.
 */
#define TRANSFER_RUNS		32U

/**
 * struct dpager_transfer - a transfer
 * @users: requests under way, and the mover, as long as it has not let go
 * @singly: a request a page
 * @ended: when the last request did, in ns
 * @work: ends it, when the last request did after the mover let go
 * @count: parts in use
 * @runs: requests that they take
 * @parts: they
 */
struct dpager_transfer {
	atomic_t users;
	bool singly;
	u64 ended;
	struct work_struct work;
	u32 count;
	u32 runs;
	struct dpager_part parts[DPAGER_TRANSFER_LEAVES];
};

/* Movers wait here for their requests. */
static DECLARE_WAIT_QUEUE_HEAD(transfer_wait);

static struct workqueue_struct *transfer_wq;

void dpager_transfer_add(struct dpager_transfer *transfer,
			 struct dpager_move *move, dpager_place_t from)
{
	u32 runs;

	if (transfer->count == DPAGER_TRANSFER_LEAVES)
		return;
	runs = dpager_part_take(&transfer->parts[transfer->count], move, from,
				TRANSFER_RUNS - transfer->runs);
	transfer->runs += runs;
	transfer->count += !!runs;
}

/* --- requests ----------------------------------------------------------- */

static void transfer_end_parts(struct dpager_transfer *transfer)
{
	u32 i;

	for (i = 0; i < transfer->count; i++)
		dpager_part_end(&transfer->parts[i]);
	transfer->count = 0;
	transfer->runs = 0;
}

static void transfer_free(struct dpager_transfer *transfer)
{
	u32 i;

	transfer_end_parts(transfer);
	for (i = 0; i < DPAGER_TRANSFER_LEAVES; i++)
		dpager_part_free(&transfer->parts[i]);
	kvfree(transfer);
}

static void transfer_work(struct work_struct *work)
{
	transfer_free(container_of(work, struct dpager_transfer, work));
}

/* A request has ended. Any context. */
static void transfer_ended(const struct dpager_io *io, void *data,
			   blk_status_t status)
{
	bool write = op_is_write(io->bio.bi_opf);
	struct dpager_transfer *transfer = data;
	struct dpager_part *part;
	u32 i;

	for (i = 0; status && i < transfer->count; i++) {
		part = &transfer->parts[i];
		dpager_part_fail(part, write ? part->to : part->from,
				 dpager_place(io->segment->index, io->slot),
				 io->pages, write && io->pages == 1 &&
				 dpager_io_blames_slot(status));
	}
	WRITE_ONCE(transfer->ended, ktime_get_ns());
	/* With the mover gone it is nobody's but ours then. */
	if (atomic_dec_and_test(&transfer->users))
		queue_work(transfer_wq, &transfer->work);
	else if (wq_has_sleeper(&transfer_wait))
		wake_up_all(&transfer_wait);
}

/**
 * struct request - a request being put together
 * @transfer: of which transfer
 * @write: to where it goes, not from where it comes
 * @most: pages it may have
 * @io: it, or NULL
 * @next: the place that would continue it
 */
struct request {
	struct dpager_transfer *transfer;
	bool write;
	u32 most;
	struct dpager_io *io;
	dpager_place_t next;
};

static void request_submit(struct request *r)
{
	if (!r->io)
		return;
	atomic_inc(&r->transfer->users);
	dpager_io_submit_buffers(r->io);
	r->io = NULL;
}

/* Pages in a row, there and in memory. */
static void request_add(struct request *r, dpager_place_t place,
			struct page *buffers, u32 count)
{
	struct dpager_segment *segment = dpager_segment_at(place);
	u64 slot = dpager_place_slot(place);

	if (r->io && (place != r->next || r->io->pages + count > r->most ||
		      !dpager_segment_joins(segment, slot)))
		request_submit(r);
	if (!r->io)
		r->io = dpager_io_buffers(segment, slot, r->most, r->write,
					  transfer_ended, r->transfer);
	dpager_io_add_pages(r->io, buffers, count);
	r->next = place + count;
}

static void request_add_part(struct request *r, const struct dpager_part *part,
			     u32 pages)
{
	const dpager_place_t *places = r->write ? part->to : part->from;
	u32 i, n;

	for (; pages; pages &= ~(u32)GENMASK(i + n - 1, i)) {
		n = dpager_leaf_run(pages, &i);
		n = min3(n, dpager_part_run(part, places, i),
			 part->in_a_row ? r->most : 1);
		n = dpager_segment_run(dpager_segment_at(places[i]),
				       dpager_place_slot(places[i]), n);
		request_add(r, places[i], part->buffer[i], n);
	}
}

static void transfer_submit(struct dpager_transfer *transfer, bool write)
{
	struct request r = {
		.transfer = transfer,
		.write = write,
		.most = TRANSFER_IO_PAGES,
	};
	struct blk_plug plug;
	u32 i;

	blk_start_plug(&plug);
	for (i = 0; i < transfer->count; i++)
		request_add_part(&r, &transfer->parts[i],
				 transfer->parts[i].pages);
	request_submit(&r);
	blk_finish_plug(&plug);
}

void dpager_transfer_read(struct dpager_transfer *transfer)
{
	transfer_submit(transfer, false);
}

bool dpager_transfer_write(struct dpager_transfer *transfer)
{
	bool all = true;
	u32 i;

	for (i = 0; i < transfer->count; i++) {
		dpager_part_check(&transfer->parts[i]);
		all &= dpager_part_leave(&transfer->parts[i]);
	}
	transfer_submit(transfer, true);
	return all;
}

bool dpager_transfer_write_again(struct dpager_transfer *transfer)
{
	struct request r = { .transfer = transfer, .write = true, .most = 1 };
	struct dpager_part *part;
	u32 i, pages;

	if (transfer->singly)
		return false;
	for (i = 0; i < transfer->count; i++) {
		part = &transfer->parts[i];
		pages = part->pages & part->failed;
		part->failed = 0;
		part->bad = 0;
		transfer->singly |= pages;
		request_add_part(&r, part, pages);
	}
	request_submit(&r);
	return transfer->singly;
}

static bool transfer_rests(const struct dpager_transfer *transfer)
{
	/* What requests have noted is seen, too. */
	return atomic_read_acquire(&transfer->users) == 1;
}

bool dpager_transfer_wait(struct dpager_transfer *transfer, long timeout)
{
	wait_event_interruptible_timeout(transfer_wait,
					 transfer_rests(transfer), timeout);
	return transfer_rests(transfer);
}

bool dpager_transfer_empty(const struct dpager_transfer *transfer)
{
	return !transfer->count;
}

u64 dpager_transfer_rested(const struct dpager_transfer *transfer)
{
	return ktime_get_ns() - READ_ONCE(transfer->ended);
}

/* --- the end ------------------------------------------------------------ */

bool dpager_transfer_end(struct dpager_transfer *transfer)
{
	struct dpager_part *part;
	bool all = true;
	u32 i;

	for (i = 0; i < transfer->count; i++) {
		part = &transfer->parts[i];
		all &= dpager_part_leave(part);
		if (!part->pages)
			continue;
		trace_dpager_transfer(part->object->id, part->first,
				      hweight32(part->pages));
		dpager_part_settle(part);
		cond_resched();
	}
	transfer_end_parts(transfer);
	transfer->singly = false;
	return all;
}

/* --- life --------------------------------------------------------------- */

struct dpager_transfer *dpager_transfer_alloc(void)
{
	struct dpager_transfer *transfer =
		kvzalloc(sizeof(*transfer), GFP_KERNEL | __GFP_NOWARN);
	u32 i;

	if (!transfer)
		return NULL;
	atomic_set(&transfer->users, 1);
	INIT_WORK(&transfer->work, transfer_work);
	for (i = 0; i < DPAGER_TRANSFER_LEAVES; i++)
		if (!dpager_part_alloc(&transfer->parts[i]))
			break;
	if (i == DPAGER_TRANSFER_LEAVES)
		return transfer;
	transfer_free(transfer);
	return NULL;
}

void dpager_transfer_free(struct dpager_transfer *transfer)
{
	if (transfer && atomic_dec_and_test(&transfer->users))
		transfer_free(transfer);
}

void dpager_transfers_flush(void)
{
	flush_workqueue(transfer_wq);
}

int dpager_transfers_init(void)
{
	transfer_wq = alloc_workqueue("dpager-transfer", WQ_UNBOUND, 0);
	return transfer_wq ? 0 : -ENOMEM;
}

void dpager_transfers_exit(void)
{
	destroy_workqueue(transfer_wq);
}
