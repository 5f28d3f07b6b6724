/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Space triggers: each open descriptor of the pager or a store has one, set or
 * not. Whoever takes or gives slots, or brings or takes segments, kicks; soon
 * after, all that are set are looked at by one work. With none set there is no
 * work, and with nothing changing there is none either.
 */
#ifndef _DPAGER_TRIGGER_H
#define _DPAGER_TRIGGER_H

#include <linux/list.h>
#include <linux/poll.h>
#include <linux/spinlock.h>
#include <linux/wait.h>

#include "alert.h"

struct dpager_store;
struct eventfd_ctx;
struct file;

/**
 * struct dpager_trigger - the trigger of an open descriptor
 * @store: whose space it watches, NULL: all; immutable; its descriptor has a
 *	reference
 * @link: in the list of those set, or of the others; triggers_lock
 * @eventfd: signalled with each event, or NULL; triggers_lock
 * @lock: protects @alert
 * @alert: levels and events; what is set, and its level, changes under both
 *	locks
 * @wait: who reads or polls
 */
struct dpager_trigger {
	struct dpager_store *store;
	struct list_head link;
	struct eventfd_ctx *eventfd;
	spinlock_t lock;	/* @alert */
	struct dpager_alert alert;
	wait_queue_head_t wait;
};

/* For a new descriptor; @store: as above. */
void dpager_trigger_init(struct dpager_trigger *trigger,
			 struct dpager_store *store);

/**
 * dpager_trigger_exit() - its descriptor is being closed
 * @trigger: nobody reads or polls it any more
 *
 * Context: process, may sleep. When it returns nothing looks at the trigger.
 */
void dpager_trigger_exit(struct dpager_trigger *trigger);

/**
 * dpager_trigger_set() - set, replace or remove
 * @trigger: the trigger
 * @want: what was asked
 * @detail: out: enum dpager_detail when it fails
 *
 * Looks at once: when space is low the event is there when this returns.
 *
 * Context: process, may sleep.
 * Return: 0 or an errno in the order of DPAGER_IOC_TRIGGERS, -ESTALE, -EINTR.
 */
int dpager_trigger_set(struct dpager_trigger *trigger,
		       const struct dpager_triggers *want, u32 *detail);

/**
 * dpager_trigger_read() - the event that has not been read
 * @trigger: the trigger
 * @event: where to copy it; an event that cannot be copied is not lost
 * @wait: wait for one
 *
 * Context: process; waits interruptibly, without a lock.
 * Return: 0, -ESTALE: the store was deleted, -EINVAL: there is none and no
 * trigger is set, -EAGAIN, -EFAULT, -ERESTARTSYS.
 */
int dpager_trigger_read(struct dpager_trigger *trigger,
			struct dpager_event __user *event, bool wait);

/* As in struct dpager_triggers; EPOLLHUP | EPOLLERR: the store was deleted. */
__poll_t dpager_trigger_poll(struct dpager_trigger *trigger, struct file *file,
			     poll_table *table);

/* A store is dead: its triggers end. Context: process, dpager_admin held. */
void dpager_triggers_end(const struct dpager_store *store);

/**
 * dpager_triggers_kick() - free space may have changed
 *
 * To be called after the change, which was made under the locks under which
 * figures are read.
 *
 * Context: any but interrupt; the pageout path: no allocation, no sleep, and no
 * more than a look when no trigger is set.
 */
void dpager_triggers_kick(void);

/* At module unload: no descriptor is open, and nobody kicks any more. */
void dpager_triggers_exit(void);

#endif /* _DPAGER_TRIGGER_H */
