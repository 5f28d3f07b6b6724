// SPDX-License-Identifier: GPL-2.0
/* Transfers: buffers, requests, and what pages get at the end. */

#include <linux/blkdev.h>
#include <linux/delay.h>
#include <linux/pagemap.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "cluster.h"
#include "dpager.h"
#include "folio.h"
#include "io.h"
#include "object.h"
#include "plan.h"
#include "segment.h"
#include "space.h"
#include "sum.h"
#include "trace.h"
#include "transfer.h"

/* The largest request. */
#define TRANSFER_IO_PAGES	256U
/*
 * Requests of a transfer, to read and to write: what lies scattered goes the
 * other way, which knows how much a device may have to do.
 */
#define TRANSFER_RUNS		32U
/* How often to ask for a lock that faults hold for moments. */
#define TRANSFER_LOCK_TRIES	64

/**
 * struct part - pages of a leaf that are transferred
 * @object: whose, referenced
 * @first: first page of the leaf
 * @pages: which of the leaf
 * @from: by page of the leaf: where it is
 * @to: likewise: where it is copied to, allocated
 * @buffer: likewise: its buffer, there or not
 * @in_a_row: the buffers lie in a row
 * @failed: bit i: a request for page i failed
 * @bad: bit i: so did a write, and its slot is to blame
 * @move: what of it cannot be copied is left to
 */
struct part {
	struct dpager_object *object;
	pgoff_t first;
	u32 pages;
	dpager_place_t from[DPAGER_LEAF_PAGES];
	dpager_place_t to[DPAGER_LEAF_PAGES];
	struct page *buffer[DPAGER_LEAF_PAGES];
	bool in_a_row;
	unsigned long failed;
	unsigned long bad;
	struct dpager_move *move;
};

/**
 * struct dpager_transfer - a transfer
 * @users: requests under way, and the mover, as long as it has not let go
 * @singly: a request a page
 * @work: ends it, when the last request did after the mover let go
 * @count: parts in use
 * @runs: requests that they take
 * @parts: they
 */
struct dpager_transfer {
	atomic_t users;
	bool singly;
	struct work_struct work;
	u32 count;
	u32 runs;
	struct part parts[DPAGER_TRANSFER_LEAVES];
};

/* Movers wait here for their requests. */
static DECLARE_WAIT_QUEUE_HEAD(transfer_wait);

static struct workqueue_struct *transfer_wq;

/* --- buffers ------------------------------------------------------------ */

static bool part_alloc_singly(struct part *part, gfp_t gfp)
{
	u32 i;

	for (i = 0; i < DPAGER_LEAF_PAGES; i++) {
		part->buffer[i] = alloc_page(gfp);
		if (!part->buffer[i])
			return false;
	}
	return true;
}

/* In a row, where that is to be had, so that a request has few pieces. */
static bool part_alloc(struct part *part)
{
	struct page *page;
	u32 i;

	page = alloc_pages(GFP_KERNEL | __GFP_NORETRY | __GFP_NOWARN,
			   DPAGER_LEAF_SHIFT);
	if (!page)
		return part_alloc_singly(part, GFP_KERNEL | __GFP_NOWARN |
					 __GFP_RETRY_MAYFAIL);
	split_page(page, DPAGER_LEAF_SHIFT);
	for (i = 0; i < DPAGER_LEAF_PAGES; i++)
		part->buffer[i] = page + i;
	part->in_a_row = true;
	return true;
}

static void transfer_free_buffers(struct dpager_transfer *transfer)
{
	u32 i, k;

	for (i = 0; i < DPAGER_TRANSFER_LEAVES; i++)
		for (k = 0; k < DPAGER_LEAF_PAGES; k++)
			if (transfer->parts[i].buffer[k])
				__free_page(transfer->parts[i].buffer[k]);
}

/* --- parts -------------------------------------------------------------- */

/* Pages of a part in a row, from @i on, whose places in @places are, too. */
static u32 part_run(const struct part *part, const dpager_place_t *places,
		    u32 i)
{
	u32 n = 1;

	while (i + n < DPAGER_LEAF_PAGES && (part->pages & BIT(i + n)) &&
	       dpager_place_follows(places[i], n, places[i + n]))
		n++;
	return n;
}

/* Places that pages of a part would have got are free again, but for bad ones. */
static void part_give_back(struct part *part, u32 pages)
{
	u32 i;

	part->pages &= ~pages;
	for (; pages; pages &= pages - 1) {
		i = __ffs(pages);
		dpager_place_free(part->object, part->to[i], 1,
				  part->bad & BIT(i));
	}
}

static void part_end(struct part *part)
{
	part_give_back(part, part->pages);
	dpager_object_put(part->object);
	part->object = NULL;
}

/* Requests that a part takes, alone. */
static u32 part_runs(const struct part *part, const dpager_place_t *places)
{
	u32 pages, runs = 0, i, n;

	for (pages = part->pages; pages;
	     pages &= ~(u32)GENMASK(i + n - 1, i)) {
		i = __ffs(pages);
		n = part_run(part, places, i);
		runs++;
	}
	return runs;
}

/* Places for pages of a part, in as few runs as can be had. */
static bool part_find_room(struct part *part, u32 pages)
{
	dpager_place_t to;
	u32 got = 0;

	for (part->pages = 0; pages; pages &= pages - 1, got--, to++) {
		if (!got)
			to = dpager_space_alloc(part->object, hweight32(pages),
						&got);
		if (!got)
			break;
		part->to[__ffs(pages)] = to;
		part->pages |= BIT(__ffs(pages));
	}
	if (!pages)
		return true;
	part_give_back(part, part->pages);
	return false;
}

/*
 * Where pages are that lie behind @from and are not in memory. The place is
 * looked at first: what is not in memory after that was written there.
 */
static u32 part_look(struct part *part, pgoff_t first, u32 pages,
		     dpager_place_t from)
{
	const struct dpager_leaf *leaf;
	struct dpager_leaf buffer;
	u32 found = 0, i;
	u64 slot;

	rcu_read_lock();
	leaf = dpager_map_peek(&part->object->map, first, &buffer);
	if (leaf)
		found = dpager_leaf_on(leaf, from, pages & ~leaf->spoilt,
				       &slot);
	for (pages = found; pages; pages &= pages - 1) {
		i = __ffs(pages);
		part->from[i] = READ_ONCE(leaf->place[i]);
		/* It may have gone elsewhere just now. */
		if (part->from[i] < from ||
		    dpager_place_segment(part->from[i]) !=
		    dpager_place_segment(from))
			found &= ~BIT(i);
	}
	rcu_read_unlock();
	if (!dpager_folio_resident(part->object, first, DPAGER_LEAF_PAGES))
		return found;
	for (pages = found; pages; pages &= pages - 1) {
		i = __ffs(pages);
		if (dpager_folio_resident(part->object, first + i, 1))
			found &= ~BIT(i);
	}
	return found;
}

void dpager_transfer_add(struct dpager_transfer *transfer,
			 struct dpager_move *move, dpager_place_t from)
{
	struct part *part = &transfer->parts[transfer->count];
	u32 pages, runs;

	if (transfer->count == DPAGER_TRANSFER_LEAVES)
		return;
	part->object = move->object;
	part->first = move->first;
	part->failed = 0;
	part->bad = 0;
	part->move = move;
	pages = part_look(part, move->first, move->pages, from);
	if (!pages || !part_find_room(part, pages))
		return;
	runs = part_runs(part, part->from) + part_runs(part, part->to);
	if (transfer->runs + runs > TRANSFER_RUNS) {
		part_give_back(part, part->pages);
		return;
	}
	refcount_inc(&part->object->ref);
	transfer->runs += runs;
	transfer->count++;
	move->copied = pages;
	move->pages &= ~pages;
}

/* --- requests ----------------------------------------------------------- */

static void transfer_end_parts(struct dpager_transfer *transfer)
{
	u32 i;

	for (i = 0; i < transfer->count; i++)
		part_end(&transfer->parts[i]);
	transfer->count = 0;
	transfer->runs = 0;
}

static void transfer_free(struct dpager_transfer *transfer)
{
	transfer_end_parts(transfer);
	transfer_free_buffers(transfer);
	kvfree(transfer);
}

static void transfer_work(struct work_struct *work)
{
	transfer_free(container_of(work, struct dpager_transfer, work));
}

/* Pages of a part from or to so many places have failed. Any context. */
static void part_failed(struct part *part, const dpager_place_t *places,
			dpager_place_t place, u32 count, bool bad)
{
	u32 pages, i;

	for (pages = part->pages; pages; pages &= pages - 1) {
		i = __ffs(pages);
		if (places[i] < place || places[i] >= place + count)
			continue;
		set_bit(i, &part->failed);
		if (bad)
			set_bit(i, &part->bad);
	}
}

/* A request has ended. Any context. */
static void transfer_ended(const struct dpager_io *io, void *data,
			   blk_status_t status)
{
	bool write = op_is_write(io->bio.bi_opf);
	struct dpager_transfer *transfer = data;
	struct part *part;
	u32 i;

	for (i = 0; status && i < transfer->count; i++) {
		part = &transfer->parts[i];
		part_failed(part, write ? part->to : part->from,
			    dpager_place(io->segment->index, io->slot),
			    io->pages, write && io->pages == 1 &&
			    dpager_io_blames_slot(status));
	}
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

static struct dpager_segment *place_segment(dpager_place_t place)
{
	return dpager_segments[dpager_place_segment(place)];
}

/* Pages in a row, there and in memory. */
static void request_add(struct request *r, dpager_place_t place,
			struct page *buffers, u32 count)
{
	struct dpager_segment *segment = place_segment(place);
	u64 slot = dpager_place_slot(place);

	if (r->io && (place != r->next || r->io->pages + count > r->most ||
		      !dpager_segment_joins(segment, slot)))
		request_submit(r);
	if (!r->io)
		r->io = dpager_io_buffers(segment, slot, r->most, r->write,
					  transfer_ended, r->transfer);
	dpager_io_add_buffers(r->io, buffers, count);
	r->next = place + count;
}

static void request_add_part(struct request *r, const struct part *part,
			     u32 pages)
{
	const dpager_place_t *places = r->write ? part->to : part->from;
	u32 i, n;

	for (; pages; pages &= ~(u32)GENMASK(i + n - 1, i)) {
		n = dpager_leaf_run(pages, &i);
		n = min3(n, part_run(part, places, i),
			 part->in_a_row ? r->most : 1);
		n = dpager_segment_run(place_segment(places[i]),
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

/* Pages that are not what was written there count as not read. */
static void part_check(struct part *part)
{
	struct dpager_segment *segment;
	u32 pages, i;

	for (pages = part->pages & ~part->failed; pages; pages &= pages - 1) {
		i = __ffs(pages);
		segment = place_segment(part->from[i]);
		if (segment->checksum &&
		    !dpager_sum_matches(segment,
					dpager_place_slot(part->from[i]),
					part->buffer[i]))
			__set_bit(i, &part->failed);
	}
}

/* What failed takes the other way. False: some did. */
static bool part_leave(struct part *part)
{
	u32 pages = part->pages & part->failed;

	part->move->pages |= pages;
	part->move->copied &= ~pages;
	part_give_back(part, pages);
	part->failed = 0;
	part->bad = 0;
	return !pages;
}

bool dpager_transfer_write(struct dpager_transfer *transfer)
{
	bool all = true;
	u32 i;

	for (i = 0; i < transfer->count; i++) {
		part_check(&transfer->parts[i]);
		all &= part_leave(&transfer->parts[i]);
	}
	transfer_submit(transfer, true);
	return all;
}

bool dpager_transfer_write_again(struct dpager_transfer *transfer)
{
	struct request r = { .transfer = transfer, .write = true, .most = 1 };
	struct part *part;
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

/* --- the end ------------------------------------------------------------ */

/* Pages of a part are one run, and go to one. */
static bool part_in_a_row(const struct part *part)
{
	u32 i = __ffs(part->pages), n = hweight32(part->pages);

	return part_run(part, part->from, i) == n &&
	       part_run(part, part->to, i) == n;
}

/* All that its leaf has are pages of a part. */
static bool part_is_whole(const struct part *part)
{
	const struct dpager_leaf *leaf;
	struct dpager_leaf buffer;
	bool whole;

	rcu_read_lock();
	leaf = dpager_map_peek(&part->object->map, part->first, &buffer);
	whole = leaf && leaf->present == part->pages;
	rcu_read_unlock();
	return whole;
}

/*
 * The cluster of pages that no folded run will hold, with a pin. NULL: one will,
 * or there is no memory.
 */
static struct dpager_cluster *part_unfold(const struct part *part)
{
	struct dpager_cluster *cluster;
	bool fresh;

	if (part_in_a_row(part) && part_is_whole(part))
		return NULL;
	if (dpager_object_pin_range(part->object))
		return NULL;
	cluster = dpager_cluster_get(part->object, part->first, GFP_KERNEL,
				     &fresh);
	dpager_object_unpin_range(part->object);
	return cluster;
}

/* A folded run that goes as a whole. */
static bool part_settle_folded(struct part *part)
{
	u32 i = __ffs(part->pages), n = hweight32(part->pages);

	if (!part_in_a_row(part) ||
	    !dpager_map_shift(&part->object->map, part->first + i, n,
			      part->from[i], part->to[i]))
		return false;
	dpager_place_free(part->object, part->from[i], n, false);
	part->pages = 0;
	return true;
}

/* Pages that came into memory meanwhile stay where they are, and others go. */
static void part_settle_cluster(struct part *part,
				struct dpager_cluster *cluster)
{
	struct dpager_segment *segment;
	u32 i;

	for (i = 0; i < DPAGER_LEAF_PAGES; i++) {
		if (!(part->pages & BIT(i)))
			continue;
		segment = place_segment(part->from[i]);
		if (dpager_cluster_slot(cluster, part->first + i, segment) !=
		    dpager_place_slot(part->from[i]) ||
		    dpager_folio_resident(part->object, part->first + i, 1))
			continue;
		dpager_cluster_place(cluster, part->first + i, 1, part->to[i]);
		part->pages &= ~BIT(i);
	}
}

/*
 * Faults that wait for this lock would wait for all who hold it now, and for
 * their memory: rather ask some times.
 */
static int part_lock(const struct part *part)
{
	struct rw_semaphore *lock =
		&part->object->inode->i_mapping->invalidate_lock;
	unsigned int tries = TRANSFER_LOCK_TRIES;

	while (tries--) {
		if (down_write_trylock(lock))
			return 0;
		usleep_range(20, 100);
	}
	return down_write_killable(lock);
}

static void part_settle(struct part *part)
{
	struct dpager_cluster *cluster = part_unfold(part);
	struct dpager_object *object = part->object;

	if (!part_lock(part)) {
		if (!cluster &&
		    (dpager_folio_resident(object, part->first,
					   DPAGER_LEAF_PAGES) ||
		     !part_settle_folded(part)))
			cluster = dpager_cluster_pin(object, part->first);
		if (cluster && part->pages)
			part_settle_cluster(part, cluster);
		filemap_invalidate_unlock(object->inode->i_mapping);
	}
	if (cluster)
		dpager_cluster_put(cluster);
}

bool dpager_transfer_end(struct dpager_transfer *transfer)
{
	struct part *part;
	bool all = true;
	u32 i;

	for (i = 0; i < transfer->count; i++) {
		part = &transfer->parts[i];
		all &= part_leave(part);
		if (!part->pages)
			continue;
		trace_dpager_transfer(part->object->id, part->first,
				      hweight32(part->pages));
		part_settle(part);
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
		if (!part_alloc(&transfer->parts[i]))
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
