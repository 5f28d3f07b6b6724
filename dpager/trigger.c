// SPDX-License-Identifier: GPL-2.0
/* Space triggers: when to look, and whom to wake. */
#include <linux/err.h>
#include <linux/eventfd.h>
#include <linux/jiffies.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/workqueue.h>

#include "compat.h"
#include "dpager.h"
#include "store.h"
#include "trigger.h"

/* Changes within this time are looked at together. */
#define TRIGGER_DELAY	msecs_to_jiffies(10)

/* See the lock order in dpager.h. */
static DEFINE_MUTEX(triggers_lock);

/* Each trigger is in one of them. */
static LIST_HEAD(triggers_set);
static LIST_HEAD(triggers_unset);

static void trigger_work(struct work_struct *work);
static DECLARE_DELAYED_WORK(triggers_work, trigger_work);

/* Once it is, it stays so, and dpager_triggers_end() wakes who waits. */
static bool trigger_dead(const struct dpager_trigger *trigger)
{
	return trigger->store && READ_ONCE(trigger->store->dead);
}

/* --- looking ------------------------------------------------------------ */

static void trigger_swap_eventfd(struct dpager_trigger *trigger,
				 struct eventfd_ctx *eventfd)
{
	lockdep_assert_held(&triggers_lock);
	swap(trigger->eventfd, eventfd);
	if (eventfd)
		eventfd_ctx_put(eventfd);
}

static void trigger_tell(struct dpager_trigger *trigger, u32 kind)
{
	__poll_t mask = EPOLLIN | EPOLLRDNORM;

	lockdep_assert_held(&triggers_lock);
	if (kind == DPAGER_EVENT_LOW)
		mask |= EPOLLPRI;
	wake_up_interruptible_poll(&trigger->wait, mask);
	if (trigger->eventfd)
		dpager_eventfd_signal(trigger->eventfd);
}

static void trigger_look(struct dpager_trigger *trigger)
{
	struct dpager_figures sum;
	u32 kind;

	lockdep_assert_held(&triggers_lock);
	if (trigger->store)
		dpager_store_figures(trigger->store, &sum);
	else
		dpager_stores_figures(&sum);
	spin_lock(&trigger->lock);
	kind = dpager_alert_look(&trigger->alert, sum.pages_free << PAGE_SHIFT,
				 sum.pages << PAGE_SHIFT);
	spin_unlock(&trigger->lock);
	if (!kind)
		return;
	trigger_tell(trigger, kind);
	if (dpager_alert_is_set(&trigger->alert))
		return;
	trigger_swap_eventfd(trigger, NULL);
	list_move(&trigger->link, &triggers_unset);
}

static void trigger_work(struct work_struct *work)
{
	struct dpager_trigger *trigger, *next;

	mutex_lock(&triggers_lock);
	list_for_each_entry_safe(trigger, next, &triggers_set, link) {
		trigger_look(trigger);
		cond_resched();
	}
	mutex_unlock(&triggers_lock);
}

/*
 * Why no change goes unseen: it was made under a lock under which figures are
 * read, too. Who read them before it had put the trigger into the list before
 * that, and so the list is not empty here; who reads them later sees it. A work
 * that is found pending clears that mark, with a barrier, before it looks.
 */
void dpager_triggers_kick(void)
{
	if (!list_empty(&triggers_set))
		queue_delayed_work(system_unbound_wq, &triggers_work,
				   TRIGGER_DELAY);
}

/* --- setting ------------------------------------------------------------ */

/* Who waits for an event looks again what there is to wait for. */
static void trigger_change(struct dpager_trigger *trigger, u64 low, u64 high,
			   bool once, struct eventfd_ctx *eventfd)
{
	lockdep_assert_held(&triggers_lock);
	spin_lock(&trigger->lock);
	dpager_alert_set(&trigger->alert, low, high, once);
	spin_unlock(&trigger->lock);
	trigger_swap_eventfd(trigger, eventfd);
	list_move(&trigger->link, low ? &triggers_set : &triggers_unset);
	wake_up_interruptible_all(&trigger->wait);
}

/* To remove a trigger no eventfd is needed, whatever the field says. */
static struct eventfd_ctx *trigger_eventfd(const struct dpager_triggers *want,
					   u32 *detail)
{
	struct eventfd_ctx *eventfd;

	if (!want->low || want->eventfd == -1)
		return NULL;
	eventfd = eventfd_ctx_fdget(want->eventfd);
	if (eventfd == ERR_PTR(-EINVAL))
		*detail = DPAGER_DETAIL_EVENTFD;
	return eventfd;
}

int dpager_trigger_set(struct dpager_trigger *trigger,
		       const struct dpager_triggers *want, u32 *detail)
{
	u64 high = want->high ?: want->low;
	struct eventfd_ctx *eventfd;
	int err;

	if (high < want->low)
		return dpager_fail(detail, DPAGER_DETAIL_LEVEL, -EINVAL);
	eventfd = trigger_eventfd(want, detail);
	if (IS_ERR(eventfd))
		return PTR_ERR(eventfd);
	err = mutex_lock_killable(&triggers_lock);
	if (err)
		goto err_eventfd;
	/* One that dies from now on ends this trigger, too. */
	if (trigger_dead(trigger)) {
		err = -ESTALE;
		goto err_lock;
	}
	trigger_change(trigger, want->low, high,
		       want->flags & DPAGER_TRIGGER_ONCE, eventfd);
	if (want->low)
		trigger_look(trigger);
	mutex_unlock(&triggers_lock);
	return 0;

err_lock:
	mutex_unlock(&triggers_lock);
err_eventfd:
	if (eventfd)
		eventfd_ctx_put(eventfd);
	return err;
}

/* --- reading ------------------------------------------------------------ */

static int trigger_peek(struct dpager_trigger *trigger,
			struct dpager_event *event, u64 *serial)
{
	int err = 0;

	if (trigger_dead(trigger))
		return -ESTALE;
	spin_lock(&trigger->lock);
	if (!dpager_alert_peek(&trigger->alert, event, serial))
		err = dpager_alert_is_set(&trigger->alert) ? -EAGAIN : -EINVAL;
	spin_unlock(&trigger->lock);
	return err;
}

static int trigger_await(struct dpager_trigger *trigger,
			 struct dpager_event *event, u64 *serial)
{
	int err, signal;

	signal = wait_event_interruptible(trigger->wait,
					  (err = trigger_peek(trigger, event,
							      serial)) !=
					  -EAGAIN);
	return signal ?: err;
}

static bool trigger_consume(struct dpager_trigger *trigger, u64 serial)
{
	bool mine;

	spin_lock(&trigger->lock);
	mine = dpager_alert_consume(&trigger->alert, serial);
	spin_unlock(&trigger->lock);
	return mine;
}

/* Of several who read at a time, one gets it, and the others go on. */
int dpager_trigger_read(struct dpager_trigger *trigger,
			struct dpager_event __user *event, bool wait)
{
	struct dpager_event found;
	u64 serial;
	int err;

	do {
		err = wait ? trigger_await(trigger, &found, &serial) :
		      trigger_peek(trigger, &found, &serial);
		if (err)
			return err;
		if (copy_to_user(event, &found, sizeof(found)))
			return -EFAULT;
	} while (!trigger_consume(trigger, serial));
	return 0;
}

__poll_t dpager_trigger_poll(struct dpager_trigger *trigger, struct file *file,
			     poll_table *table)
{
	__poll_t mask = 0;

	poll_wait(file, &trigger->wait, table);
	if (trigger_dead(trigger))
		return EPOLLHUP | EPOLLERR;
	spin_lock(&trigger->lock);
	if (trigger->alert.unread)
		mask |= EPOLLIN | EPOLLRDNORM;
	if (trigger->alert.is_low)
		mask |= EPOLLPRI;
	spin_unlock(&trigger->lock);
	return mask;
}

/* --- life --------------------------------------------------------------- */

void dpager_trigger_init(struct dpager_trigger *trigger,
			 struct dpager_store *store)
{
	memset(trigger, 0, sizeof(*trigger));
	trigger->store = store;
	spin_lock_init(&trigger->lock);
	init_waitqueue_head(&trigger->wait);
	mutex_lock(&triggers_lock);
	list_add(&trigger->link, &triggers_unset);
	mutex_unlock(&triggers_lock);
}

/*
 * Who may still look at the trigger, and why each ends: the work and the end
 * of its store, which find it in the lists, under triggers_lock; readers and
 * pollers hold its file open, and what epoll has in @wait was taken out before
 * the file is released.
 */
void dpager_trigger_exit(struct dpager_trigger *trigger)
{
	mutex_lock(&triggers_lock);
	list_del(&trigger->link);
	trigger_swap_eventfd(trigger, NULL);
	mutex_unlock(&triggers_lock);
}

static void triggers_end(struct list_head *list,
			 const struct dpager_store *store)
{
	struct dpager_trigger *trigger, *next;

	list_for_each_entry_safe(trigger, next, list, link)
		if (trigger->store == store)
			trigger_change(trigger, 0, 0, false, NULL);
}

/*
 * The store is dead already: a trigger that is set later sees that, and so does
 * one that comes into the list of those not set.
 */
void dpager_triggers_end(const struct dpager_store *store)
{
	mutex_lock(&triggers_lock);
	triggers_end(&triggers_unset, store);
	triggers_end(&triggers_set, store);
	mutex_unlock(&triggers_lock);
}

void dpager_triggers_exit(void)
{
	cancel_delayed_work_sync(&triggers_work);
}
