/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What happens to an address space that a handler wants to hear of: a child, a
 * mapping that moves, one that goes. Who did it comes back from its system call
 * when the event has been read, as with the kernel's own.
 */
#ifndef _DPAGER_UFFD_EVENT_H
#define _DPAGER_UFFD_EVENT_H

#include <linux/list.h>
#include <linux/mm.h>
#include <linux/refcount.h>
#include <linux/task_work.h>
#include <linux/userfaultfd.h>

struct dpager_uffd;
struct dpager_uffd_area;

/**
 * struct dpager_uffd_event - an event
 * @msg: what is read; of a fork without the descriptor
 * @child: the context of a child, with a reference, or NULL
 */
struct dpager_uffd_event {
	struct uffd_msg msg;
	struct dpager_uffd *child;
	/* private: */
	struct callback_head work;
	struct list_head link;
	struct dpager_uffd *uffd;
	struct file *file;
	refcount_t ref;
	bool taken;
};

/*
 * A VMA, of plain operations, is a copy of one of @area: in a child, or where it
 * moves to. It becomes registered where that is wanted. mmap_lock (write).
 */
void dpager_uffd_event_copy(struct vm_area_struct *vma,
			    struct dpager_uffd_area *area);

/* A VMA of @area goes. */
void dpager_uffd_event_unmap(struct dpager_uffd_area *area,
			     struct vm_area_struct *vma);

/* The first that has not been read, taken off the list, or NULL. */
struct dpager_uffd_event *dpager_uffd_event_take(struct dpager_uffd *uffd);
/* It has been read: it is gone. Or it could not be told: it is the first again. */
void dpager_uffd_event_done(struct dpager_uffd_event *event);
void dpager_uffd_event_untake(struct dpager_uffd_event *event);

/* Nobody will read them. */
void dpager_uffd_events_drop(struct dpager_uffd *uffd);

#endif /* _DPAGER_UFFD_EVENT_H */
