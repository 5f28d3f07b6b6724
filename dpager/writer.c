// SPDX-License-Identifier: GPL-2.0
/* The writer's thread: its queue, its limits, its waits. */

#include <linux/blkdev.h>
#include <linux/freezer.h>
#include <linux/kthread.h>
#include <linux/sched/mm.h>

#include "cluster.h"
#include "fold.h"
#include "launder.h"
#include "segment.h"
#include "writer.h"

/* Clusters queued at one segment before others are asked. */
#define WRITER_QUEUE		32
/*
 * Write requests and pages in flight at one segment. Together with reads
 * (DPAGER_WRITER_READS) they stay below what common devices queue, so that a
 * fault that submits a read is not held up, unkillably, in the block layer.
 */
#define WRITER_REQUESTS		48
#define WRITER_PAGES		1024
/* Clusters laundered before what is to be written goes to the device. */
#define WRITER_BATCH		8
/* Without a completion for so long, a device counts as stuck. */
#define WRITER_STUCK		(2 * HZ)

static struct dpager_segment *writer_segment(struct dpager_writer *writer)
{
	return container_of(writer, struct dpager_segment, writer);
}

bool dpager_writer_behind(const struct dpager_writer *writer)
{
	return READ_ONCE(writer->queued) >= WRITER_QUEUE;
}

bool dpager_writer_stuck(const struct dpager_writer *writer)
{
	return READ_ONCE(writer->requests) &&
	       time_after(jiffies, READ_ONCE(writer->progress) + WRITER_STUCK);
}

bool dpager_writer_at_rest(const struct dpager_writer *writer)
{
	return !READ_ONCE(writer->queued) && !READ_ONCE(writer->requests) &&
	       !READ_ONCE(writer->current_cluster);
}

void dpager_writer_queue(struct dpager_writer *writer,
			 struct dpager_cluster *cluster)
{
	unsigned long flags;

	spin_lock_irqsave(&writer->lock, flags);
	list_add_tail(&cluster->work, &writer->queue);
	WRITE_ONCE(writer->queued, writer->queued + 1);
	spin_unlock_irqrestore(&writer->lock, flags);
	wake_up(&writer->wait);
}

bool dpager_writer_idle(struct dpager_writer *writer)
{
	unsigned long flags;
	bool idle;

	spin_lock_irqsave(&writer->lock, flags);
	idle = !writer->queued && !writer->current_cluster &&
	       !writer->requests && !writer->reads;
	spin_unlock_irqrestore(&writer->lock, flags);
	return idle;
}

bool dpager_writer_drained(struct dpager_writer *writer)
{
	unsigned long flags;
	bool drained;

	spin_lock_irqsave(&writer->lock, flags);
	drained = !writer->queued && !writer->current_cluster;
	spin_unlock_irqrestore(&writer->lock, flags);
	return drained;
}

void dpager_writer_wait_idle(struct dpager_writer *writer, long timeout)
{
	wait_event_interruptible_timeout(writer->idle,
					 dpager_writer_idle(writer), timeout);
}

/*
 * Completions end with the lock: who waits for idle takes it to look, and
 * frees the segment an RCU grace period after.
 */
void dpager_writer_submitted(struct dpager_writer *writer, unsigned int pages)
{
	unsigned long flags;

	spin_lock_irqsave(&writer->lock, flags);
	if (!writer->requests)
		WRITE_ONCE(writer->progress, jiffies);
	writer->requests++;
	writer->pages += pages;
	spin_unlock_irqrestore(&writer->lock, flags);
}

void dpager_writer_completed(struct dpager_writer *writer, unsigned int pages)
{
	unsigned long flags;

	spin_lock_irqsave(&writer->lock, flags);
	writer->requests--;
	writer->pages -= pages;
	WRITE_ONCE(writer->progress, jiffies);
	wake_up(&writer->wait);
	wake_up_all(&writer->idle);
	spin_unlock_irqrestore(&writer->lock, flags);
}

void dpager_writer_read_submitted(struct dpager_writer *writer)
{
	unsigned long flags;

	spin_lock_irqsave(&writer->lock, flags);
	WRITE_ONCE(writer->reads, writer->reads + 1);
	spin_unlock_irqrestore(&writer->lock, flags);
}

void dpager_writer_read_completed(struct dpager_writer *writer)
{
	unsigned long flags;

	spin_lock_irqsave(&writer->lock, flags);
	WRITE_ONCE(writer->reads, writer->reads - 1);
	wake_up_all(&writer->idle);
	spin_unlock_irqrestore(&writer->lock, flags);
}

/* May the thread launder another cluster? */
static bool writer_ready(struct dpager_writer *writer)
{
	unsigned long flags;
	bool ready;

	spin_lock_irqsave(&writer->lock, flags);
	ready = writer->queued && writer->requests < WRITER_REQUESTS &&
		writer->pages < WRITER_PAGES;
	spin_unlock_irqrestore(&writer->lock, flags);
	return ready;
}

static struct dpager_cluster *writer_next(struct dpager_writer *writer)
{
	struct dpager_cluster *cluster;

	spin_lock_irq(&writer->lock);
	cluster = list_first_entry(&writer->queue, struct dpager_cluster, work);
	list_del_init(&cluster->work);
	WRITE_ONCE(writer->queued, writer->queued - 1);
	writer->current_cluster = cluster;
	spin_unlock_irq(&writer->lock);
	return cluster;
}

static void writer_finished(struct dpager_writer *writer)
{
	spin_lock_irq(&writer->lock);
	writer->current_cluster = NULL;
	wake_up_all(&writer->idle);
	spin_unlock_irq(&writer->lock);
}

/*
 * Clusters dirtied in order lie in a row on the device too, so that under one
 * plug their requests become few. A sleep in between ends the plug.
 */
static void writer_launder(struct dpager_writer *writer)
{
	struct blk_plug plug;
	unsigned int n = 0;

	blk_start_plug(&plug);
	do {
		dpager_launder(writer_segment(writer), writer_next(writer));
		writer_finished(writer);
	} while (++n < WRITER_BATCH && writer_ready(writer));
	blk_finish_plug(&plug);
}

static int writer_main(void *data)
{
	struct dpager_writer *writer = data;
	unsigned int noreclaim;

	/* What this thread allocates frees memory: never wait for reclaim. */
	noreclaim = memalloc_noreclaim_save();
	set_freezable();
	while (!kthread_should_stop()) {
		wait_event_freezable(writer->wait, kthread_should_stop() ||
				     writer_ready(writer));
		if (!writer_ready(writer))
			continue;
		writer_launder(writer);
		if (!READ_ONCE(writer->queued))
			dpager_fold_idle();
		cond_resched();
	}
	memalloc_noreclaim_restore(noreclaim);
	return 0;
}

int dpager_writer_start(struct dpager_segment *segment)
{
	struct dpager_writer *writer = &segment->writer;
	struct task_struct *task;

	spin_lock_init(&writer->lock);
	INIT_LIST_HEAD(&writer->queue);
	init_waitqueue_head(&writer->wait);
	init_waitqueue_head(&writer->idle);
	task = kthread_run(writer_main, writer, "dpager-w/%llu", segment->id);
	if (IS_ERR(task))
		return PTR_ERR(task);
	writer->task = task;
	return 0;
}

void dpager_writer_stop(struct dpager_segment *segment)
{
	struct dpager_writer *writer = &segment->writer;

	/* No slot is in use, so what is left is the end of a completion. */
	wait_event(writer->idle, dpager_writer_idle(writer));
	kthread_stop(writer->task);
}
