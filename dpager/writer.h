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
 * @lock: protects @queue, @queued, @current_cluster
 * @queue: clusters to launder, by cluster->work
 * @queued: their number
 * @current_cluster: the cluster being laundered, NULL: idle
 * @requests: write requests submitted and not completed
 * @pages: pages in them
 * @wait: the thread waits here for work, and for requests to complete
 * @idle: waits for @queue empty, @current_cluster NULL and @requests 0
 * @task: the thread
 */
struct dpager_writer {
	spinlock_t lock;
	struct list_head queue;
	unsigned int queued;
	struct dpager_cluster *current_cluster;
	atomic_t requests;
	atomic_t pages;
	wait_queue_head_t wait;
	wait_queue_head_t idle;
	struct task_struct *task;
};

/* Start the writer of a segment that is set up otherwise. 0 or -errno. */
int dpager_writer_start(struct dpager_segment *segment);

/* Stop it. It is idle, and nothing is handed to it any more. */
void dpager_writer_stop(struct dpager_segment *segment);

/* Is its queue so long that others should be asked? Any context. */
bool dpager_writer_behind(const struct dpager_writer *writer);

/* Queue a cluster, marked busy by the caller. Context: dpager_space held. */
void dpager_writer_queue(struct dpager_writer *writer,
			 struct dpager_cluster *cluster);

/* Nothing queued, nothing current, nothing in flight? */
bool dpager_writer_idle(struct dpager_writer *writer);

/* Wait for that, killably. 0 or -EINTR. */
int dpager_writer_wait_idle(struct dpager_writer *writer);

#endif /* _DPAGER_WRITER_H */
