// SPDX-License-Identifier: GPL-2.0
/* Evacuation: passes over all objects, and the limits of who asked for it. */

#include <linux/blkdev.h>
#include <linux/freezer.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>

#include "confine.h"
#include "dpager.h"
#include "evacuate.h"
#include "folio.h"
#include "map.h"
#include "move.h"
#include "object.h"
#include "plan.h"
#include "segment.h"
#include "space.h"
#include "transfer.h"

/* Moves that are planned at a time: 1.5 MiB, for at most 2 GiB of pages. */
#define PLAN_ROOM	32768U
/* Moves that are read, and as many that are written, at a time are a stage. */
#define STAGE_MOVES	DPAGER_TRANSFER_LEAVES
/*
 * Stages that may be read, and as many that may be written, at a time, while one
 * is finished. A mover that waits for the devices needs one: more would make others
 * wait, too. One that gets the CPU late needs more, so that the devices have
 * something to do until then.
 */
#define DEPTH_MOST	3
#define STAGES		(2 * DEPTH_MOST + 1)
/* That is late: what it has waited for ended this long ago, in ns. */
#define DEPTH_LATE	(NSEC_PER_MSEC / 2)
/* With a rate, a stage has no more than is to be read in a second's part. */
#define STAGE_RATE_PART	8
/* How long to wait for requests before asking whether to go on. */
#define STAGE_WAIT	(HZ / 20)
/* Passes that move nothing before what is left counts as held, and their rest. */
#define PASSES_IDLE	50
#define PASS_REST	(HZ / 10)
/* The same when there is no room: what was refused goes elsewhere the next time. */
#define PASSES_FULL	2
/* The same when there are pages that cannot be read: each costs the device time. */
#define PASSES_UNREAD	3
/* Pages of an object looked at before others have a turn. */
#define LOOK_PAGES	BIT_ULL(20)

/**
 * struct evacuation - one call, on one segment
 * @mover: for the moves
 * @how: as it was asked for
 * @begin: when the call began, in jiffies
 * @paced: when this segment's turn came, in jiffies
 * @read: pages read since, for the rate
 * @ahead: moves of a stage
 * @depth: stages that are read, and written, at a time; 0 with a rate
 * @idle: transfers that no stage has; there are as many as @depth has needed, and
 *	memory was there for
 * @nr_idle: how many
 * @nr_transfers: the same with those that stages have
 */
struct evacuation {
	struct dpager_mover mover;
	struct dpager_evacuate *how;
	unsigned long begin;
	unsigned long paced;
	u64 read;
	u32 ahead;
	u32 depth;
	struct dpager_transfer *idle[STAGES];
	u32 nr_idle;
	u32 nr_transfers;
};

/* The freezer's signal is none. */
static void freeze(void)
{
	struct sighand_struct *sighand;

	if (!try_to_freeze())
		return;
	/* One's own does not change. */
	sighand = rcu_dereference_protected(current->sighand, true);
	spin_lock_irq(&sighand->siglock);
	recalc_sigpending();
	spin_unlock_irq(&sighand->siglock);
}

static int evacuation_interrupted(struct dpager_mover *mover)
{
	const struct evacuation *e = container_of(mover, struct evacuation,
						  mover);
	u32 ms = e->how->deadline_ms;

	cond_resched();
	freeze();
	if (ms && time_after(jiffies, e->begin + msecs_to_jiffies(ms)))
		return -ETIMEDOUT;
	return signal_pending(current) ? -EINTR : 0;
}

/* Where what is to be moved begins. */
static dpager_place_t evacuation_from(const struct dpager_segment *segment)
{
	return dpager_place(segment->index, segment->leave_from);
}

/* What is left of it. */
static u64 evacuation_used(struct dpager_segment *segment)
{
	return dpager_segment_used_from(segment, segment->leave_from);
}

/* --- looking ------------------------------------------------------------ */

/* What of an object lies on the segment, from page *@from on, which moves on. */
static bool look_next(struct dpager_object *object, dpager_place_t place,
		      u64 *from, struct dpager_move *move)
{
	u64 first, end = *from + LOOK_PAGES;

	rcu_read_lock();
	move->pages = dpager_map_next_on(&object->map, place, *from, end,
					 &first, &move->slot);
	rcu_read_unlock();
	*from = end;
	if (!move->pages)
		return false;
	*from = first + DPAGER_LEAF_PAGES;
	move->first = first;
	return true;
}

/* All of an object. */
static int look_object(struct evacuation *e, struct dpager_object *object,
		       void (*found)(struct dpager_object *object,
				     const struct dpager_move *move,
				     void *data), void *data)
{
	u64 end = ((u64)MAX_LFS_FILESIZE >> PAGE_SHIFT) + 1, from = 0;
	struct dpager_move move = { .id = object->id };
	int err = 0;

	while (!err) {
		from = dpager_map_skip(&object->map, from, end);
		if (from >= end)
			break;
		if (look_next(object, e->mover.from, &from, &move))
			found(object, &move, data);
		err = evacuation_interrupted(&e->mover);
	}
	return err;
}

/* All objects. */
static int look_all(struct evacuation *e,
		    void (*found)(struct dpager_object *object,
				  const struct dpager_move *move, void *data),
		    void *data)
{
	struct dpager_object *object;
	int err = 0;
	u64 id = 0;

	while (!err && (object = dpager_object_next(id))) {
		err = look_object(e, object, found, data);
		id = object->id + 1;
		dpager_object_put(object);
	}
	return err;
}

static void count_found(struct dpager_object *object,
			const struct dpager_move *move, void *data)
{
	struct dpager_demand *demand = data;
	const struct dpager_confine *confine;
	u32 count = hweight32(move->pages);

	rcu_read_lock();
	confine = rcu_dereference(object->confine);
	if (!confine) {
		demand->others += count;
	} else if (dpager_confine_only(confine) == demand->store) {
		demand->confined += count;
	} else {
		demand->listed += count;
		if (demand->listed_last != object->id)
			dpager_space_list(confine, demand->listed_on);
		demand->listed_last = object->id;
	}
	rcu_read_unlock();
	demand->resident += hweight32(dpager_folio_residents(object, move->first,
							     move->pages));
}

int dpager_evacuate_count(struct dpager_segment *segment,
			  struct dpager_evacuate *how, unsigned long begin,
			  struct dpager_demand *demand)
{
	struct evacuation e = {
		.mover = {
			.segment = segment,
			.from = evacuation_from(segment),
		},
		.how = how,
		.begin = begin,
	};

	return look_all(&e, count_found, demand);
}

static void plan_found(struct dpager_object *object,
		       const struct dpager_move *move, void *data)
{
	dpager_plan_add(data, move);
}

/* --- moving ------------------------------------------------------------- */

/* Not faster than was asked for. */
static int evacuation_pace(struct evacuation *e)
{
	u64 rate = e->how->rate, ms;
	unsigned long due;
	int err = evacuation_interrupted(&e->mover);

	if (!rate)
		return err;
	ms = mul_u64_u64_div_u64(e->read << PAGE_SHIFT, MSEC_PER_SEC, rate);
	due = e->paced + msecs_to_jiffies(min_t(u64, ms, INT_MAX / 2));
	while (!err && time_before(jiffies, due)) {
		schedule_timeout_interruptible(min(due - jiffies,
						   (unsigned long)HZ / 10));
		err = evacuation_interrupted(&e->mover);
	}
	return err;
}

/**
 * struct stage - moves that take the same step
 * @moves: the first of them
 * @count: how many
 * @transfer: of those that are copied, or NULL
 */
struct stage {
	struct dpager_move *moves;
	u32 count;
	struct dpager_transfer *transfer;
};

static struct stage stage_begin(struct evacuation *e, struct dpager_plan *plan,
				u32 number)
{
	u32 at = number * e->ahead;

	return (struct stage) {
		.moves = &plan->moves[at],
		.count = min(e->ahead, plan->count - at),
		.transfer = e->nr_idle ? e->idle[--e->nr_idle] : NULL,
	};
}

static void stage_end(struct evacuation *e, const struct stage *stage)
{
	if (stage->transfer)
		e->idle[e->nr_idle++] = stage->transfer;
}

/* As many transfers as there may be stages now. */
static void evacuation_equip(struct evacuation *e)
{
	struct dpager_transfer *transfer;

	/* What is copied has two slots meanwhile, which may be too many then. */
	while (!e->mover.singly && e->nr_transfers < 2 * e->depth + 1) {
		transfer = dpager_transfer_alloc();
		if (!transfer)
			return;
		e->idle[e->nr_idle++] = transfer;
		e->nr_transfers++;
	}
}

/* What was waited for had ended so long ago. */
static void evacuation_adapt(struct evacuation *e, u64 late)
{
	if (!e->depth)
		return;
	if (late < DEPTH_LATE)
		e->depth = max(e->depth - 1, 1U);
	else if (e->depth < DEPTH_MOST)
		e->depth++;
	evacuation_equip(e);
}

static int stage_step(struct evacuation *e, const struct stage *stage,
		      int (*step)(struct dpager_mover *mover,
				  struct dpager_move *move))
{
	struct blk_plug plug;
	int err = 0;
	u32 i;

	blk_start_plug(&plug);
	for (i = 0; !err && i < stage->count; i++)
		err = step(&e->mover, &stage->moves[i]);
	blk_finish_plug(&plug);
	return err;
}

/* While a writer has clusters, it may still write to what is to be emptied. */
static bool stage_may_copy(struct evacuation *e)
{
	return e->mover.segment->leave_from ||
	       dpager_writer_drained(&e->mover.segment->writer);
}

static int stage_read(struct evacuation *e, const struct stage *stage)
{
	struct dpager_transfer *transfer =
		stage_may_copy(e) ? stage->transfer : NULL;
	int err;
	u32 i;

	for (i = 0; i < stage->count; i++)
		dpager_move_begin(&e->mover, &stage->moves[i], transfer);
	if (transfer)
		dpager_transfer_read(transfer);
	err = stage_step(e, stage, dpager_move_read);
	for (i = 0; i < stage->count; i++)
		e->read += hweight32(stage->moves[i].brought |
				     stage->moves[i].copied);
	return err;
}

/* What was begun to be copied. */
static int stage_wait(struct evacuation *e, const struct stage *stage)
{
	int err = 0;

	if (!stage->transfer)
		return 0;
	while (!err && !dpager_transfer_wait(stage->transfer, STAGE_WAIT))
		err = evacuation_interrupted(&e->mover);
	if (!err && !dpager_transfer_empty(stage->transfer))
		evacuation_adapt(e, dpager_transfer_rested(stage->transfer));
	return err;
}

/* What could not be copied takes the other way, from the beginning. */
static int stage_repeat(struct evacuation *e, const struct stage *stage)
{
	int err = stage_step(e, stage, dpager_move_read);

	return err ?: stage_step(e, stage, dpager_move_write);
}

static int stage_write(struct evacuation *e, const struct stage *stage)
{
	int err = stage_wait(e, stage);

	if (!err && stage->transfer && !dpager_transfer_write(stage->transfer))
		return stage_repeat(e, stage);
	return err ?: stage_step(e, stage, dpager_move_write);
}

static int stage_finish(struct evacuation *e, const struct stage *stage)
{
	int err = stage_wait(e, stage);

	if (!err && stage->transfer &&
	    dpager_transfer_write_again(stage->transfer))
		err = stage_wait(e, stage);
	if (!err && stage->transfer && !dpager_transfer_end(stage->transfer))
		err = stage_repeat(e, stage);
	return err ?: stage_step(e, stage, dpager_move_finish);
}

/*
 * Moves are read while those before them are written, and so on. Not at a rate:
 * what comes into memory while it is copied has been read in vain, so that it
 * should not be under way during a rest.
 */
static int evacuation_move(struct evacuation *e, struct dpager_plan *plan)
{
	u32 all = DIV_ROUND_UP(plan->count, e->ahead), i;
	u32 read = 0, written = 0, finished = 0;
	struct stage stages[STAGES];
	int err = 0;

	while (!err && finished < all) {
		if (read < all && read - written <= e->depth &&
		    read - finished <= 2 * e->depth) {
			stages[read % STAGES] = stage_begin(e, plan, read);
			err = stage_read(e, &stages[read++ % STAGES]);
		}
		if (!err && written < read &&
		    (read == all || read - written > e->depth))
			err = stage_write(e, &stages[written++ % STAGES]);
		if (!err && finished < written &&
		    (written == all || written - finished > e->depth)) {
			err = stage_finish(e, &stages[finished % STAGES]);
			stage_end(e, &stages[finished++ % STAGES]);
			err = err ?: evacuation_pace(e);
		}
	}
	/* Where it ended early, there are more, and objects are still held. */
	while (finished < read)
		stage_end(e, &stages[finished++ % STAGES]);
	for (i = 0; i < plan->count; i++)
		dpager_move_finish(&e->mover, &plan->moves[i]);
	return err;
}

/* All that lies there now, a plan at a time. */
static int evacuation_pass(struct evacuation *e, struct dpager_plan *plan)
{
	u64 from = 0, next;
	int err = 0;

	e->mover.unread = 0;
	e->mover.full = 0;
	e->mover.unwritten = 0;
	while (!err && from != U64_MAX) {
		dpager_plan_begin(plan, from);
		err = look_all(e, plan_found, plan);
		if (err)
			break;
		next = dpager_plan_end(plan);
		err = evacuation_move(e, plan);
		/* Pages that moved about while it was looked. */
		from = next > from ? next : U64_MAX;
	}
	return err;
}

/* Rest after a pass that moved nothing; or it makes no sense to go on. */
static int evacuation_rest(struct evacuation *e, u64 used, unsigned int idle,
			   u32 *detail)
{
	struct dpager_mover *mover = &e->mover;

	if (mover->unread && (mover->unread == used || idle == PASSES_UNREAD))
		return dpager_fail(detail, DPAGER_DETAIL_IO, -EIO);
	if (mover->full && !mover->to_memory && idle >= PASSES_FULL)
		return -ENOSPC;
	if (idle == PASSES_IDLE)
		return dpager_fail(detail, DPAGER_DETAIL_HELD, -EBUSY);
	if (used)
		schedule_timeout_interruptible(PASS_REST);
	else
		dpager_writer_wait_idle(&mover->segment->writer, PASS_REST);
	return evacuation_interrupted(mover);
}

/*
 * Is it empty for good? Only the writer allocates: what it does not use now,
 * when it is idle, is never used again; and no slot behind a limit is.
 */
static bool evacuation_done(struct dpager_segment *segment)
{
	return (segment->leave_from || dpager_writer_idle(&segment->writer)) &&
	       !evacuation_used(segment);
}

/* Nothing is to be moved: is nothing in use when the writer is idle? */
static int evacuation_only_wait(struct evacuation *e, u32 *detail)
{
	struct dpager_segment *segment = e->mover.segment;
	int err = 0;

	while (!err && !evacuation_done(segment)) {
		if (evacuation_used(segment))
			return dpager_fail(detail, DPAGER_DETAIL_IN_USE,
					   -EBUSY);
		dpager_writer_wait_idle(&segment->writer, PASS_REST);
		err = evacuation_interrupted(&e->mover);
	}
	return err;
}

static int evacuation_run(struct evacuation *e, struct dpager_plan *plan,
			  u32 *detail)
{
	struct dpager_segment *segment = e->mover.segment;
	unsigned int idle = 0;
	u64 used, before;
	int err = 0;

	while (!err && !evacuation_done(segment)) {
		before = evacuation_used(segment);
		err = evacuation_pass(e, plan);
		/* No other segment can be written: better to keep this one. */
		if (!err && e->mover.unwritten)
			err = -ENOSPC;
		used = evacuation_used(segment);
		idle = used < before ? 0 : idle + 1;
		if (!err && idle)
			err = evacuation_rest(e, used, idle, detail);
	}
	return err;
}

/* Moves of a stage. */
static u32 evacuation_ahead(const struct dpager_evacuate *how)
{
	u64 leaves = how->rate / STAGE_RATE_PART / DPAGER_LEAF_PAGES >>
		     PAGE_SHIFT;

	return how->rate ? clamp_t(u64, leaves, 1, STAGE_MOVES) : STAGE_MOVES;
}

int dpager_evacuate(struct dpager_segment *segment,
		    struct dpager_evacuate *how, u32 flags, bool tight,
		    unsigned long begin, u32 *detail)
{
	struct evacuation e = {
		.mover = {
			.segment = segment,
			.from = evacuation_from(segment),
			.to_memory = flags & DPAGER_EVACUATE_MEMORY,
			.lose = flags & DPAGER_EVACUATE_LOSE,
			.singly = tight,
			.interrupted = evacuation_interrupted,
		},
		.how = how,
		.begin = begin,
		.paced = jiffies,
		.ahead = evacuation_ahead(how),
		.depth = !how->rate,
	};
	struct dpager_plan plan = { .room = PLAN_ROOM };
	int err;

	if (flags & DPAGER_EVACUATE_NOTHING)
		return evacuation_only_wait(&e, detail);
	plan.moves = kvmalloc_array(plan.room, sizeof(*plan.moves), GFP_KERNEL);
	if (!plan.moves)
		return -ENOMEM;
	evacuation_equip(&e);
	err = evacuation_run(&e, &plan, detail);
	while (e.nr_idle)
		dpager_transfer_free(e.idle[--e.nr_idle]);
	kvfree(plan.moves);
	how->lost += e.mover.lost;
	if (err == -ENOSPC)
		*detail = DPAGER_DETAIL_NO_SPACE;
	return err;
}
