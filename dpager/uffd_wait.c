// SPDX-License-Identifier: GPL-2.0
/* Who waits for a handler, being told of it, and being woken. */

#include <linux/file.h>
#include <linux/mm.h>
#include <linux/poll.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>

#include "compat.h"
#include "uffd.h"
#include "uffd_area.h"
#include "uffd_wait.h"

/**
 * struct waiter - a fault that waits, on its task's stack
 * @link: in a list of the context's; empty once it is woken
 * @task: who
 * @address: of the page
 * @msg: what its handler reads
 */
struct waiter {
	struct list_head link;
	struct task_struct *task;
	unsigned long address;
	struct uffd_msg msg;
};

static void waiter_describe(struct waiter *w, const struct dpager_uffd *uffd,
			    const struct vm_fault *vmf, unsigned int reason)
{
	bool exact = uffd->features & UFFD_FEATURE_EXACT_ADDRESS;

	w->task = current;
	w->address = vmf->address & PAGE_MASK;
	/* Its padding is copied to user space, too. */
	memset(&w->msg, 0, sizeof(w->msg));
	w->msg.event = UFFD_EVENT_PAGEFAULT;
	w->msg.arg.pagefault.address = exact ? vmf->real_address : w->address;
	if (vmf->flags & FAULT_FLAG_WRITE)
		w->msg.arg.pagefault.flags |= UFFD_PAGEFAULT_FLAG_WRITE;
	if (reason == UFFDIO_REGISTER_MODE_WP)
		w->msg.arg.pagefault.flags |= UFFD_PAGEFAULT_FLAG_WP;
	if (reason == UFFDIO_REGISTER_MODE_MINOR)
		w->msg.arg.pagefault.flags |= UFFD_PAGEFAULT_FLAG_MINOR;
	if (uffd->features & UFFD_FEATURE_THREAD_ID)
		w->msg.arg.pagefault.feat.ptid = task_pid_vnr(current);
}

static unsigned int waiter_state(const struct vm_fault *vmf)
{
	if (vmf->flags & FAULT_FLAG_INTERRUPTIBLE)
		return TASK_INTERRUPTIBLE;
	return vmf->flags & FAULT_FLAG_KILLABLE ? TASK_KILLABLE :
						  TASK_UNINTERRUPTIBLE;
}

/* May it wait, and is there anybody to wait for? VM_FAULT_RETRY: it may. */
static vm_fault_t waiter_may(const struct dpager_uffd *uffd,
			     const struct vm_fault *vmf)
{
	if (current->flags & (PF_EXITING | PF_DUMPCORE))
		return VM_FAULT_SIGBUS;
	if (uffd->features & UFFD_FEATURE_SIGBUS)
		return VM_FAULT_SIGBUS;
	if (!(vmf->flags & FAULT_FLAG_USER) && uffd->user_mode_only)
		return VM_FAULT_SIGBUS;
	if (!(vmf->flags & FAULT_FLAG_ALLOW_RETRY))
		return VM_FAULT_SIGBUS;
	return VM_FAULT_RETRY;
}

/* The time is over: is it to be told again, or what comes of the page? */
static bool waiter_overdue(struct waiter *w, struct dpager_uffd *uffd,
			   struct dpager_uffd_area *area, unsigned int reason)
{
	unsigned long index = dpager_uffd_area_index(area, w->address);

	if (uffd->on_timeout == DPAGER_UFFD_HOLD) {
		spin_lock(&uffd->lock);
		if (!list_empty(&w->link))
			list_move_tail(&w->link, &uffd->pending);
		spin_unlock(&uffd->lock);
		wake_up_interruptible_poll(&uffd->readers, EPOLLIN | EPOLLRDNORM);
		return true;
	}
	if (uffd->on_timeout == DPAGER_UFFD_SIGBUS)
		dpager_uffd_verdict(area, index, DPAGER_UFFD_VERDICT_SIGBUS);
	else if (reason == UFFDIO_REGISTER_MODE_WP)
		dpager_uffd_protect(area, index, index, false);
	else
		dpager_uffd_verdict(area, index, DPAGER_UFFD_VERDICT_PASS);
	return false;
}

/* Sleep until woken, or until what the fault may be interrupted by. */
static void waiter_sleep(struct waiter *w, struct dpager_uffd *uffd,
			 struct dpager_uffd_area *area, unsigned int reason,
			 unsigned int state)
{
	long left = uffd->timeout;

	for (;;) {
		set_current_state(state);
		if (list_empty_careful(&w->link) ||
		    signal_pending_state(state, current))
			break;
		left = schedule_timeout(left);
		if (left)
			continue;
		__set_current_state(TASK_RUNNING);
		if (!waiter_overdue(w, uffd, area, reason))
			break;
		left = uffd->timeout;
	}
	__set_current_state(TASK_RUNNING);
}

vm_fault_t dpager_uffd_wait(struct dpager_uffd *uffd,
			    struct dpager_uffd_area *area,
			    struct vm_fault *vmf, unsigned int reason,
			    s64 seen)
{
	unsigned int state = waiter_state(vmf);
	vm_fault_t ret = waiter_may(uffd, vmf);
	struct waiter w;
	struct file *file;

	if (ret != VM_FAULT_RETRY || (vmf->flags & FAULT_FLAG_RETRY_NOWAIT))
		return ret;
	waiter_describe(&w, uffd, vmf, reason);
	/* These outlive the VMA; the file keeps this code, too. */
	dpager_uffd_get(uffd);
	dpager_uffd_area_get(area);
	file = get_file(vmf->vma->vm_file);
	spin_lock(&uffd->lock);
	list_add_tail(&w.link, &uffd->pending);
	spin_unlock(&uffd->lock);
	atomic_inc(&uffd->waiting);
	/*
	 * What was resolved before it was in the list woke nobody. Whoever resolves
	 * counts that before it looks at the list.
	 */
	smp_mb__after_atomic();
	dpager_fault_unlock(vmf);
	if (atomic64_read(&uffd->resolved) == seen) {
		wake_up_interruptible_poll(&uffd->readers, EPOLLIN | EPOLLRDNORM);
		waiter_sleep(&w, uffd, area, reason, state);
	}
	/* Who wakes it is done with it when the lock is free. */
	spin_lock(&uffd->lock);
	list_del(&w.link);
	spin_unlock(&uffd->lock);
	atomic_dec(&uffd->waiting);
	dpager_uffd_area_put(area);
	dpager_uffd_put(uffd);
	fput(file);
	return VM_FAULT_RETRY;
}

static void waiters_wake(struct list_head *waiters, unsigned long start,
			 unsigned long bytes)
{
	struct waiter *w, *next;

	list_for_each_entry_safe(w, next, waiters, link) {
		if (bytes && (w->address < start || w->address - start >= bytes))
			continue;
		list_del_init_careful(&w->link);
		wake_up_process(w->task);
	}
}

void dpager_uffd_wake(struct dpager_uffd *uffd, unsigned long start,
		      unsigned long bytes)
{
	/* Ordered, before and after: see dpager_uffd_wait(). */
	atomic64_inc_return(&uffd->resolved);
	if (!atomic_read(&uffd->waiting))
		return;
	spin_lock(&uffd->lock);
	waiters_wake(&uffd->pending, start, bytes);
	waiters_wake(&uffd->taken, start, bytes);
	spin_unlock(&uffd->lock);
}

bool dpager_uffd_take(struct dpager_uffd *uffd, struct uffd_msg *msg)
{
	struct waiter *w;

	spin_lock(&uffd->lock);
	w = list_first_entry_or_null(&uffd->pending, struct waiter, link);
	if (w) {
		*msg = w->msg;
		list_move_tail(&w->link, &uffd->taken);
	}
	spin_unlock(&uffd->lock);
	return w;
}

void dpager_uffd_untake(struct dpager_uffd *uffd)
{
	spin_lock(&uffd->lock);
	list_splice_tail_init(&uffd->taken, &uffd->pending);
	spin_unlock(&uffd->lock);
}

static unsigned long list_count(const struct list_head *list)
{
	const struct list_head *item;
	unsigned long count = 0;

	list_for_each(item, list)
		count++;
	return count;
}

void dpager_uffd_waiting(struct dpager_uffd *uffd, unsigned long *pending,
			 unsigned long *total)
{
	spin_lock(&uffd->lock);
	*pending = list_count(&uffd->pending);
	*total = *pending + list_count(&uffd->taken);
	spin_unlock(&uffd->lock);
}
