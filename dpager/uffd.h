/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The userfaultfd ABI for mappings of objects, on a descriptor of our own: the
 * kernel's refuses them, or tells nobody of their faults. <linux/userfaultfd.h>
 * is the contract; what is checked, in which order, and what it answers is what
 * the kernel's own does for shared memory.
 *
 * A context (struct dpager_uffd) is what a descriptor stands for: who waits, who
 * reads, what happened. An area (uffd_area.h) is what contexts have registered of
 * one mapping of an object. A fault asks the area of its VMA (uffd_fault.c), and
 * waits in the context (uffd_wait.h) without any lock.
 */
#ifndef _DPAGER_UFFD_H
#define _DPAGER_UFFD_H

#include <linux/dpager.h>
#include <linux/list.h>
#include <linux/mm_types.h>
#include <linux/refcount.h>
#include <linux/spinlock.h>
#include <linux/uidgid.h>
#include <linux/userfaultfd.h>
#include <linux/wait.h>

#include "compat.h"

struct file;

/* What is offered of UFFD_API_FEATURES. */
#define DPAGER_UFFD_FEATURES						\
	(UFFD_FEATURE_PAGEFAULT_FLAG_WP | UFFD_FEATURE_EVENT_FORK |	\
	 UFFD_FEATURE_EVENT_REMAP | UFFD_FEATURE_EVENT_UNMAP |		\
	 UFFD_FEATURE_MISSING_SHMEM | UFFD_FEATURE_MINOR_SHMEM |	\
	 UFFD_FEATURE_SIGBUS | UFFD_FEATURE_THREAD_ID |			\
	 UFFD_FEATURE_EXACT_ADDRESS | UFFD_FEATURE_WP_HUGETLBFS_SHMEM |	\
	 UFFD_FEATURE_WP_UNPOPULATED | UFFD_FEATURE_POISON |		\
	 UFFD_FEATURE_MOVE)

/* And of UFFD_API_RANGE_IOCTLS. */
#define DPAGER_UFFD_RANGE_IOCTLS					\
	(BIT_ULL(_UFFDIO_WAKE) | BIT_ULL(_UFFDIO_COPY) |		\
	 BIT_ULL(_UFFDIO_ZEROPAGE) | BIT_ULL(_UFFDIO_WRITEPROTECT) |	\
	 BIT_ULL(_UFFDIO_CONTINUE) | BIT_ULL(_UFFDIO_POISON) |		\
	 BIT_ULL(_UFFDIO_MOVE))

/* A bit of features that is the kernel's own: the handshake has been made. */
#define DPAGER_UFFD_READY	BIT(31)

/**
 * enum dpager_uffd_state - is anybody there
 * @DPAGER_UFFD_LIVE: a descriptor is open
 * @DPAGER_UFFD_HELD: none is, and faults wait for the next
 * @DPAGER_UFFD_DEAD: none is, nor will be: faults that would wait get SIGBUS
 * @DPAGER_UFFD_RELEASED: the same, and faults go on as if nothing was registered
 */
enum dpager_uffd_state {
	DPAGER_UFFD_LIVE,
	DPAGER_UFFD_HELD,
	DPAGER_UFFD_DEAD,
	DPAGER_UFFD_RELEASED,
};

/**
 * struct dpager_uffd - a context
 * @ref: its descriptor's, its registrations', of who waits, and of events
 * @id: not to be guessed, 0: cannot be attached to; immutable
 * @link: in the table by @id
 * @mm: the address space, which may have ended; immutable
 * @owner: who made it; immutable
 * @user_mode_only: faults of the kernel are not for it; immutable
 * @file_flags: O_CLOEXEC, O_NONBLOCK: of a child's descriptor, too; immutable
 * @features: UFFD_FEATURE_*, and DPAGER_UFFD_READY; written once
 * @on_death: enum dpager_uffd_policy; immutable
 * @on_timeout: the same; immutable
 * @timeout: jiffies, or MAX_SCHEDULE_TIMEOUT; immutable
 * @state: enum dpager_uffd_state; uffd_ids' lock
 * @resolved: counts whatever may have ended a wait: who begins one looks at it
 *	before it looks at the page, and again when it can be woken
 * @waiting: tasks in @pending and @taken
 * @changing: events that nobody has read: the address space is not yet what a
 *	handler thinks
 * @lock: protects the lists
 * @pending: who waits and has not been told of, the longest first
 * @taken: who waits and has been
 * @events: what happened and has not been told of
 * @readers: who reads or polls
 * @acknowledged: who waits until its event is read
 * @fork: the child that is being made; the address space's lock (write)
 */
struct dpager_uffd {
	refcount_t ref;
	u64 id;
	struct hlist_node link;
	struct mm_struct *mm;
	kuid_t owner;
	bool user_mode_only;
	unsigned int file_flags;
	unsigned int features;
	u32 on_death;
	u32 on_timeout;
	long timeout;
	int state;
	atomic64_t resolved;
	atomic_t waiting;
	atomic_t changing;
	spinlock_t lock;	/* the lists */
	struct list_head pending;
	struct list_head taken;
	struct list_head events;
	wait_queue_head_t readers;
	wait_queue_head_t acknowledged;
	struct dpager_uffd *fork;
};

/**
 * dpager_uffd_new() - a context of the caller's address space
 * @flags: O_CLOEXEC, O_NONBLOCK, UFFD_USER_MODE_ONLY
 * @policy: what becomes of faults that nobody handles; NULL: the native policy
 * @id: out, unless NULL: its id
 *
 * Return: its descriptor's file, ERR_PTR(-EINVAL, -EPERM, -ENOMEM, -ENFILE).
 */
struct file *dpager_uffd_new(unsigned int flags,
			     const struct dpager_uffd_create *policy, u64 *id);

/* The answer to USERFAULTFD_IOC_NEW: a descriptor's number or -errno. */
int dpager_uffd_new_fd(unsigned int flags);

/**
 * dpager_uffd_attach() - a new descriptor of a context that is held
 * @id: its id
 * @flags: O_NONBLOCK
 *
 * Return: its file, ERR_PTR(-ENOENT, -EBUSY, -EPERM, -ENOMEM, -ENFILE).
 */
struct file *dpager_uffd_attach(u64 id, unsigned int flags);

/* A context of a child's address space, as the parent's, and its file. */
struct dpager_uffd *dpager_uffd_clone(const struct dpager_uffd *parent,
				      struct mm_struct *mm);
struct file *dpager_uffd_file(struct dpager_uffd *uffd, unsigned int flags);

static inline struct dpager_uffd *dpager_uffd_get(struct dpager_uffd *uffd)
{
	refcount_inc(&uffd->ref);
	return uffd;
}

void dpager_uffd_put(struct dpager_uffd *uffd);

static inline enum dpager_uffd_state
dpager_uffd_state(const struct dpager_uffd *uffd)
{
	return READ_ONCE(uffd->state);
}

/* Does what it has registered still mean something? */
static inline bool dpager_uffd_alive(const struct dpager_uffd *uffd)
{
	return dpager_uffd_state(uffd) <= DPAGER_UFFD_HELD;
}

/* Is a range of addresses one that calls accept? 0 or -EINVAL. */
int dpager_uffd_range(const struct dpager_uffd *uffd, u64 start, u64 bytes);

/* The calls: 0 or -errno. @arg is the address of their argument. */
int dpager_uffd_register(struct dpager_uffd *uffd, void __user *arg);
int dpager_uffd_unregister(struct dpager_uffd *uffd, void __user *arg);
int dpager_uffd_copy(struct dpager_uffd *uffd, void __user *arg);
int dpager_uffd_zeropage(struct dpager_uffd *uffd, void __user *arg);
int dpager_uffd_continue(struct dpager_uffd *uffd, void __user *arg);
int dpager_uffd_poison(struct dpager_uffd *uffd, void __user *arg);
int dpager_uffd_move(struct dpager_uffd *uffd, void __user *arg);
int dpager_uffd_writeprotect(struct dpager_uffd *uffd, void __user *arg);

/*
 * Nobody will handle its faults: they go on as if nothing was registered. May be
 * called with the address space of another locked.
 */
void dpager_uffd_release(struct dpager_uffd *uffd);

/* Nothing is registered any more. */
void dpager_uffd_unregister_all(struct dpager_uffd *uffd);

#endif /* _DPAGER_UFFD_H */
