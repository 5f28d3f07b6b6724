/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The writer: one freezable thread a segment that launders the clusters handed
 * to it. Nothing else submits writes, so a device that hangs stops the
 * clusters in its own queue and no one else.
 */
#ifndef _DPAGER_WRITER_H
#define _DPAGER_WRITER_H

#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>

struct dpager_cluster;
struct dpager_segment;
struct task_struct;

/**
 * struct dpager_writer - a segment's writer
 * @lock: protects all below; taken in interrupts
 * @queue: clusters to launder, by cluster->work
 * @queued: their number
 * @current_cluster: the cluster being laundered, NULL: idle
 * @requests: write requests submitted and not completed
 * @pages: pages in them
 * @progress: when a write request completed last, or the first was submitted
 * @reads: read requests submitted and not completed
 * @wait: the thread waits here for work, and for requests to complete
 * @idle: others wait here for all to be idle
 * @task: the thread; immutable
 */
struct dpager_writer {
	spinlock_t lock;	/* see above */
	struct list_head queue;
	unsigned int queued;
	struct dpager_cluster *current_cluster;
	unsigned int requests;
	unsigned int pages;
	unsigned long progress;
	unsigned int reads;
	wait_queue_head_t wait;
	wait_queue_head_t idle;
	struct task_struct *task;
};

/* Start the writer of a segment that is set up otherwise. 0 or -errno. */
int dpager_writer_start(struct dpager_segment *segment);

/* Stop it. No slot is in use, and nothing is handed to it any more. */
void dpager_writer_stop(struct dpager_segment *segment);

/* Is its queue so long that others should be asked? Any context. */
bool dpager_writer_behind(const struct dpager_writer *writer);

/* Has its device stopped completing writes? Any context. */
bool dpager_writer_stuck(const struct dpager_writer *writer);

/* Has it nothing to write at all? Any context. */
bool dpager_writer_at_rest(const struct dpager_writer *writer);

/* Queue a cluster, marked busy by the caller. Context: dpager_space held. */
void dpager_writer_queue(struct dpager_writer *writer,
			 struct dpager_cluster *cluster);

/* Is nothing queued or in flight, reads included? */
bool dpager_writer_idle(struct dpager_writer *writer);

/*
 * Has it no cluster? Once nothing is handed to it any more, what it still
 * writes is under writeback then.
 */
bool dpager_writer_drained(struct dpager_writer *writer);

/* Wait, interruptibly, until it is idle, up to @timeout jiffies. */
void dpager_writer_wait_idle(struct dpager_writer *writer, long timeout);

/* A write request with @pages pages is about to be submitted, has completed. */
void dpager_writer_submitted(struct dpager_writer *writer, unsigned int pages);
void dpager_writer_completed(struct dpager_writer *writer, unsigned int pages);

/* A read request is about to be submitted, has completed. */
void dpager_writer_read_submitted(struct dpager_writer *writer);
void dpager_writer_read_completed(struct dpager_writer *writer);

/* Read requests in flight at one segment. */
#define DPAGER_WRITER_READS	64

/* Are so many in flight that another might block in the block layer? */
static inline bool dpager_writer_reads_full(const struct dpager_writer *writer)
{
	return READ_ONCE(writer->reads) >= DPAGER_WRITER_READS;
}

#endif /* _DPAGER_WRITER_H */
