// SPDX-License-Identifier: GPL-2.0
/* What happens to an address space that a handler wants to hear of. */

#include <linux/file.h>
#include <linux/poll.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "uffd.h"
#include "uffd_area.h"
#include "uffd_event.h"
#include "uffd_vma.h"
#include "uffd_wait.h"

static void event_put(struct dpager_uffd_event *event)
{
	if (!refcount_dec_and_test(&event->ref))
		return;
	dpager_uffd_put(event->uffd);
	kfree(event);
}

static bool event_unread(struct dpager_uffd_event *event)
{
	bool unread;

	spin_lock(&event->uffd->lock);
	unread = !list_empty(&event->link);
	spin_unlock(&event->uffd->lock);
	return unread;
}

/* Nobody is to be told of it any more, unless that is just being done. */
static bool event_withdraw(struct dpager_uffd_event *event)
{
	bool withdrawn = false;

	spin_lock(&event->uffd->lock);
	if (!event->taken && !list_empty(&event->link)) {
		list_del_init(&event->link);
		withdrawn = true;
	}
	spin_unlock(&event->uffd->lock);
	return withdrawn;
}

/* The child goes on as if nothing was registered. */
static void event_drop(struct dpager_uffd_event *event)
{
	if (event->child)
		dpager_uffd_release(event->child);
	dpager_uffd_event_done(event);
}

/*
 * On the way back to user mode, where no lock is held. Who is killed meanwhile
 * leaves none behind. The mapping may be gone, and the descriptor closed: its file
 * keeps this code, and is let go of when this has returned.
 */
static void event_await(struct callback_head *work)
{
	struct dpager_uffd_event *event =
		container_of(work, struct dpager_uffd_event, work);
	struct file *file = event->file;

	if (wait_event_killable(event->uffd->acknowledged,
				!event_unread(event)) &&
	    event_withdraw(event))
		event_drop(event);
	event_put(event);
	fput(file);
}

/* The task comes back when it has been read. */
static void event_add_work(struct dpager_uffd_event *event,
			   const struct vm_area_struct *vma)
{
	event->file = get_file(vma->vm_file);
	init_task_work(&event->work, event_await);
	if (!(current->flags & PF_KTHREAD) &&
	    !task_work_add(current, &event->work, TWA_RESUME))
		return;
	fput(event->file);
	event_put(event);
}

/* @vma is where it happens; @child's reference is the event's. */
static void event_post(struct dpager_uffd *uffd,
		       const struct vm_area_struct *vma,
		       const struct uffd_msg *msg, struct dpager_uffd *child)
{
	struct dpager_uffd_event *event;

	/* A handler that missed one would do harm. */
	event = kzalloc(sizeof(*event), GFP_KERNEL | __GFP_NOFAIL);
	event->msg = *msg;
	event->child = child;
	event->uffd = dpager_uffd_get(uffd);
	refcount_set(&event->ref, 2);
	atomic_inc(&uffd->changing);
	spin_lock(&uffd->lock);
	list_add_tail(&event->link, &uffd->events);
	spin_unlock(&uffd->lock);
	wake_up_interruptible_poll(&uffd->readers, EPOLLIN | EPOLLRDNORM);
	event_add_work(event, vma);
}

struct dpager_uffd_event *dpager_uffd_event_take(struct dpager_uffd *uffd)
{
	struct dpager_uffd_event *event;

	spin_lock(&uffd->lock);
	event = list_first_entry_or_null(&uffd->events,
					 struct dpager_uffd_event, link);
	/* Its task waits on. */
	if (event) {
		list_del(&event->link);
		event->taken = true;
	}
	spin_unlock(&uffd->lock);
	return event;
}

void dpager_uffd_event_untake(struct dpager_uffd_event *event)
{
	spin_lock(&event->uffd->lock);
	list_add(&event->link, &event->uffd->events);
	event->taken = false;
	spin_unlock(&event->uffd->lock);
}

void dpager_uffd_event_done(struct dpager_uffd_event *event)
{
	struct dpager_uffd *uffd = event->uffd;

	if (event->child)
		dpager_uffd_put(event->child);
	atomic_dec(&uffd->changing);
	spin_lock(&uffd->lock);
	INIT_LIST_HEAD(&event->link);
	spin_unlock(&uffd->lock);
	wake_up_all(&uffd->acknowledged);
	event_put(event);
}

void dpager_uffd_events_drop(struct dpager_uffd *uffd)
{
	struct dpager_uffd_event *event;

	while ((event = dpager_uffd_event_take(uffd)))
		event_drop(event);
}

/* --- copies of VMAs ----------------------------------------------------- */

/*
 * The context of a child that is being made: one for all of its VMAs. The
 * parent's address space is locked.
 */
static struct dpager_uffd *fork_context(struct dpager_uffd *uffd,
					const struct vm_area_struct *vma)
{
	struct mm_struct *mm = vma->vm_mm;
	struct uffd_msg msg = { .event = UFFD_EVENT_FORK };
	struct dpager_uffd *child = uffd->fork;

	if (child && child->mm == mm)
		return child;
	child = dpager_uffd_clone(uffd, mm);
	if (!child)
		return NULL;
	if (uffd->fork)
		dpager_uffd_put(uffd->fork);
	/* It keeps mm from being another's. */
	uffd->fork = child;
	event_post(uffd, vma, &msg, dpager_uffd_get(child));
	return child;
}

static void remap_post(struct dpager_uffd *uffd, struct dpager_uffd_area *from,
		       const struct vm_area_struct *vma)
{
	struct uffd_msg msg = { .event = UFFD_EVENT_REMAP };

	msg.arg.remap.from = dpager_uffd_area_address(from, vma->vm_pgoff);
	msg.arg.remap.to = vma->vm_start;
	msg.arg.remap.len = vma->vm_end - vma->vm_start;
	event_post(uffd, vma, &msg, NULL);
}

/* For whom is the copy registered? NULL: for nobody. */
static struct dpager_uffd *copy_context(struct dpager_uffd *uffd,
					const struct vm_area_struct *vma)
{
	bool moved = vma->vm_mm == uffd->mm;
	unsigned int feature = moved ? UFFD_FEATURE_EVENT_REMAP :
				       UFFD_FEATURE_EVENT_FORK;

	if (!dpager_uffd_alive(uffd) || !(uffd->features & feature))
		return NULL;
	return moved ? uffd : fork_context(uffd, vma);
}

static void copy_parts(struct vm_area_struct *vma, struct dpager_uffd_area *from,
		       struct dpager_uffd_area *to, struct dpager_uffd_pages pages)
{
	struct dpager_uffd *uffd, *told = NULL;
	struct dpager_uffd_part *part;
	pgoff_t last;

	for (; pages.first <= pages.last; pages.first = last + 1) {
		part = dpager_uffd_part_from(from, pages.first, &last);
		last = min(last, pages.last);
		uffd = part ? copy_context(part->uffd, vma) : NULL;
		/* Not registered is what a copy may be. */
		if (uffd && !dpager_uffd_area_add(to, pages.first, last, uffd,
						  part->mode)) {
			dpager_uffd_area_protect_as(to, from, pages.first, last);
			if (uffd == part->uffd && uffd != told)
				remap_post(uffd, from, vma);
			told = uffd;
		}
		if (last == ULONG_MAX)
			break;
	}
}

/* A child's area has no other VMAs yet, and its address space is in the making. */
static void copy_notify(struct vm_area_struct *vma, struct dpager_uffd_area *from,
			struct dpager_uffd_area *to)
{
	if (!dpager_uffd_area_notifies(from))
		return;
	if (dpager_uffd_area_mm(from) == vma->vm_mm)
		dpager_uffd_vmas_notify(vma->vm_mm, to);
	else
		dpager_uffd_area_notify(to);
}

void dpager_uffd_event_copy(struct vm_area_struct *vma,
			    struct dpager_uffd_area *area)
{
	struct dpager_uffd_pages pages =
		dpager_uffd_vma_pages(vma, vma->vm_start, vma->vm_end);
	struct dpager_uffd_area *to = dpager_uffd_area_find(vma);

	if (IS_ERR(to))
		return;
	copy_notify(vma, area, to);
	copy_parts(vma, area, to, pages);
	/* A page stays poisoned where it moves to. */
	if (dpager_uffd_area_mm(area) == vma->vm_mm)
		dpager_uffd_area_verdicts_as(to, area, pages.first, pages.last);
	dpager_uffd_vma_dress(vma, to);
	dpager_uffd_area_put(to);
}

void dpager_uffd_event_unmap(struct dpager_uffd_area *area,
			     struct vm_area_struct *vma)
{
	struct dpager_uffd_pages pages =
		dpager_uffd_vma_pages(vma, vma->vm_start, vma->vm_end);
	struct uffd_msg msg = { .event = UFFD_EVENT_UNMAP };
	struct dpager_uffd_part *part;
	pgoff_t last;

	/* The address space ends. */
	if (!atomic_read(&vma->vm_mm->mm_users))
		return;
	msg.arg.remove.start = vma->vm_start;
	msg.arg.remove.end = vma->vm_end;
	for (; pages.first <= pages.last; pages.first = last + 1) {
		part = dpager_uffd_part_from(area, pages.first, &last);
		if (part && dpager_uffd_alive(part->uffd) &&
		    (part->uffd->features & UFFD_FEATURE_EVENT_UNMAP)) {
			event_post(part->uffd, vma, &msg, NULL);
			return;
		}
		if (last >= pages.last)
			break;
	}
}
