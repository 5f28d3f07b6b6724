// SPDX-License-Identifier: GPL-2.0
/* The userfaultfd ABI: contexts and their descriptors. */

#include <linux/anon_inodes.h>
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/hashtable.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/random.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "compat.h"
#include "dpager.h"
#include "uffd.h"
#include "uffd_event.h"
#include "uffd_wait.h"

#define UFFD_FLAGS	(O_CLOEXEC | O_NONBLOCK | UFFD_USER_MODE_ONLY)

/* Contexts that can be attached to, by id; their states. */
static DEFINE_SPINLOCK(uffd_ids);
static DEFINE_HASHTABLE(uffd_table, 6);

static bool uffd_ready(const struct dpager_uffd *uffd)
{
	return READ_ONCE(uffd->features) & DPAGER_UFFD_READY;
}

static void uffd_set_state(struct dpager_uffd *uffd, enum dpager_uffd_state state)
{
	spin_lock(&uffd_ids);
	WRITE_ONCE(uffd->state, state);
	spin_unlock(&uffd_ids);
}

int dpager_uffd_range(const struct dpager_uffd *uffd, u64 start, u64 bytes)
{
	u64 end = uffd->mm->task_size;

	if ((start | bytes) & ~PAGE_MASK || !bytes)
		return -EINVAL;
	return start >= end || bytes > end - start ? -EINVAL : 0;
}

/* --- life --------------------------------------------------------------- */

static struct dpager_uffd *uffd_alloc(struct mm_struct *mm)
{
	struct dpager_uffd *uffd = kzalloc(sizeof(*uffd), GFP_KERNEL_ACCOUNT);

	if (!uffd)
		return NULL;
	refcount_set(&uffd->ref, 1);
	uffd->mm = mm;
	mmgrab(mm);
	uffd->timeout = MAX_SCHEDULE_TIMEOUT;
	spin_lock_init(&uffd->lock);
	INIT_LIST_HEAD(&uffd->pending);
	INIT_LIST_HEAD(&uffd->taken);
	INIT_LIST_HEAD(&uffd->events);
	init_waitqueue_head(&uffd->readers);
	init_waitqueue_head(&uffd->acknowledged);
	return uffd;
}

/* Is that the end? Then nobody finds it any more. */
static bool uffd_put_last(struct dpager_uffd *uffd)
{
	bool last;

	if (refcount_dec_not_one(&uffd->ref))
		return false;
	spin_lock(&uffd_ids);
	last = refcount_dec_and_test(&uffd->ref);
	if (last && uffd->id)
		hash_del(&uffd->link);
	spin_unlock(&uffd_ids);
	return last;
}

/* Each has its last child, which may have one. */
void dpager_uffd_put(struct dpager_uffd *uffd)
{
	struct dpager_uffd *child;

	while (uffd && uffd_put_last(uffd)) {
		child = uffd->fork;
		mmdrop(uffd->mm);
		kfree(uffd);
		uffd = child;
	}
}

struct dpager_uffd *dpager_uffd_clone(const struct dpager_uffd *parent,
				      struct mm_struct *mm)
{
	struct dpager_uffd *uffd = uffd_alloc(mm);

	if (!uffd)
		return NULL;
	uffd->owner = parent->owner;
	uffd->user_mode_only = parent->user_mode_only;
	uffd->file_flags = parent->file_flags;
	uffd->features = parent->features;
	uffd->on_timeout = parent->on_timeout;
	uffd->timeout = parent->timeout;
	/* It has no id by which another handler could find it. */
	uffd->on_death = parent->on_death == DPAGER_UFFD_HOLD ?
		DPAGER_UFFD_NATIVE : parent->on_death;
	return uffd;
}

void dpager_uffd_release(struct dpager_uffd *uffd)
{
	uffd_set_state(uffd, DPAGER_UFFD_RELEASED);
	dpager_uffd_unregister_all(uffd);
	/* Nothing more can happen that it would be told of. */
	dpager_uffd_events_drop(uffd);
	dpager_uffd_wake(uffd, 0, 0);
}

/* What is registered stays, and means SIGBUS. */
static void uffd_die(struct dpager_uffd *uffd)
{
	uffd_set_state(uffd, DPAGER_UFFD_DEAD);
	/* Whoever was about to tell of an event has done so. */
	if (mmget_not_zero(uffd->mm)) {
		mmap_write_lock(uffd->mm);
		mmap_write_unlock(uffd->mm);
		mmput(uffd->mm);
	}
	dpager_uffd_events_drop(uffd);
	dpager_uffd_wake(uffd, 0, 0);
}

/* What its last reader knew of is told of again. */
static void uffd_hold(struct dpager_uffd *uffd)
{
	dpager_uffd_untake(uffd);
	uffd_set_state(uffd, DPAGER_UFFD_HELD);
}

static int uffd_file_release(struct inode *inode, struct file *file)
{
	struct dpager_uffd *uffd = file->private_data;

	if (!uffd)
		return 0;
	if (uffd->on_death == DPAGER_UFFD_SIGBUS)
		uffd_die(uffd);
	else if (uffd->on_death == DPAGER_UFFD_HOLD)
		uffd_hold(uffd);
	else
		dpager_uffd_release(uffd);
	dpager_uffd_put(uffd);
	return 0;
}

/* --- reading ------------------------------------------------------------ */

static bool uffd_readable(struct dpager_uffd *uffd)
{
	return !list_empty_careful(&uffd->pending) ||
	       !list_empty_careful(&uffd->events);
}

static __poll_t uffd_poll(struct file *file, poll_table *table)
{
	struct dpager_uffd *uffd = file->private_data;

	poll_wait(file, &uffd->readers, table);
	/*
	 * What can be read may be gone when it is: who would block in read(2) then
	 * is told so.
	 */
	if (!uffd_ready(uffd) || !(file->f_flags & O_NONBLOCK))
		return EPOLLERR;
	/* Ordered after poll_wait(), as the faults' lists are before the wake-up. */
	smp_mb();
	return uffd_readable(uffd) ? EPOLLIN : 0;
}

/* A message, and its event if it is of one. */
static int uffd_next(struct dpager_uffd *uffd, bool wait, struct uffd_msg *msg,
		     struct dpager_uffd_event **event)
{
	for (;;) {
		*event = NULL;
		if (dpager_uffd_take(uffd, msg))
			return 0;
		*event = dpager_uffd_event_take(uffd);
		if (*event) {
			*msg = (*event)->msg;
			return 0;
		}
		if (!wait)
			return -EAGAIN;
		if (wait_event_interruptible_exclusive(uffd->readers,
						       uffd_readable(uffd)))
			return -ERESTARTSYS;
	}
}

/* A descriptor of the child's context for who reads of it. */
static int uffd_child_file(struct dpager_uffd_event *event,
			   struct uffd_msg *msg, struct file **file)
{
	unsigned int flags = event->child->file_flags;
	int fd = get_unused_fd_flags(flags & O_CLOEXEC);

	if (fd < 0)
		return fd;
	*file = dpager_uffd_file(dpager_uffd_get(event->child), flags);
	if (IS_ERR(*file)) {
		dpager_uffd_put(event->child);
		put_unused_fd(fd);
		return PTR_ERR(*file);
	}
	msg->arg.fork.ufd = fd;
	return 0;
}

/* The end of that file is not the end of the context. */
static void uffd_child_file_undo(struct dpager_uffd_event *event,
				 struct file *file, int fd)
{
	file->private_data = NULL;
	fput(file);
	put_unused_fd(fd);
	dpager_uffd_put(event->child);
}

/* The event is told, or it is to be told again. */
static int uffd_tell_event(struct dpager_uffd_event *event,
			   struct uffd_msg *msg, char __user *user)
{
	struct file *file = NULL;
	int err = 0;

	if (event->child)
		err = uffd_child_file(event, msg, &file);
	if (err) {
		dpager_uffd_event_untake(event);
		return err;
	}
	if (copy_to_user(user, msg, sizeof(*msg))) {
		if (file)
			uffd_child_file_undo(event, file, msg->arg.fork.ufd);
		dpager_uffd_event_untake(event);
		return -EFAULT;
	}
	if (file)
		fd_install(msg->arg.fork.ufd, file);
	dpager_uffd_event_done(event);
	return 0;
}

static ssize_t uffd_read(struct file *file, char __user *user, size_t count,
			 loff_t *offset)
{
	struct dpager_uffd *uffd = file->private_data;
	bool wait = !(file->f_flags & O_NONBLOCK);
	struct dpager_uffd_event *event;
	struct uffd_msg msg;
	ssize_t done = 0;
	int err = 0;

	if (!uffd_ready(uffd) || count < sizeof(msg))
		return -EINVAL;
	while (!err && count - done >= sizeof(msg)) {
		/* It waits for the first alone. */
		err = uffd_next(uffd, wait && !done, &msg, &event);
		if (!err && event)
			err = uffd_tell_event(event, &msg, user + done);
		else if (!err && copy_to_user(user + done, &msg, sizeof(msg)))
			err = -EFAULT;
		if (!err)
			done += sizeof(msg);
	}
	return done ?: err;
}

/* --- calls -------------------------------------------------------------- */

/* The handshake, once: which of the features are wanted. */
static int uffd_api_check(const struct uffdio_api *api)
{
	if (api->api != UFFD_API || api->features & ~(u64)DPAGER_UFFD_FEATURES)
		return -EINVAL;
	if ((api->features & UFFD_FEATURE_EVENT_FORK) && !capable(CAP_SYS_PTRACE))
		return -EPERM;
	return 0;
}

static int uffd_api_fail(void __user *arg, int err)
{
	return clear_user(arg, sizeof(struct uffdio_api)) ? -EFAULT : err;
}

static int uffd_api(struct dpager_uffd *uffd, void __user *arg)
{
	struct uffdio_api api;
	unsigned int features;
	int err;

	if (copy_from_user(&api, arg, sizeof(api)))
		return -EFAULT;
	err = uffd_api_check(&api);
	if (err)
		return uffd_api_fail(arg, err);
	features = api.features | DPAGER_UFFD_READY;
	api.features = DPAGER_UFFD_FEATURES;
	api.ioctls = UFFD_API_IOCTLS;
	if (copy_to_user(arg, &api, sizeof(api)))
		return -EFAULT;
	return cmpxchg(&uffd->features, 0, features) ?
		uffd_api_fail(arg, -EINVAL) : 0;
}

static int uffd_wake(struct dpager_uffd *uffd, void __user *arg)
{
	struct uffdio_range range;
	int err;

	if (copy_from_user(&range, arg, sizeof(range)))
		return -EFAULT;
	err = dpager_uffd_range(uffd, range.start, range.len);
	if (!err)
		dpager_uffd_wake(uffd, range.start, range.len);
	return err;
}

static long uffd_ioctl(struct file *file, unsigned int cmd, unsigned long user)
{
	struct dpager_uffd *uffd = file->private_data;
	void __user *arg = (void __user *)user;

	if (cmd == UFFDIO_API)
		return uffd_api(uffd, arg);
	if (!uffd_ready(uffd))
		return -EINVAL;
	switch (cmd) {
	case UFFDIO_REGISTER:
		return dpager_uffd_register(uffd, arg);
	case UFFDIO_UNREGISTER:
		return dpager_uffd_unregister(uffd, arg);
	case UFFDIO_WAKE:
		return uffd_wake(uffd, arg);
	case UFFDIO_COPY:
		return dpager_uffd_copy(uffd, arg);
	case UFFDIO_ZEROPAGE:
		return dpager_uffd_zeropage(uffd, arg);
	case UFFDIO_WRITEPROTECT:
		return dpager_uffd_writeprotect(uffd, arg);
	case UFFDIO_CONTINUE:
		return dpager_uffd_continue(uffd, arg);
	case UFFDIO_POISON:
		return dpager_uffd_poison(uffd, arg);
	case UFFDIO_MOVE:
		return dpager_uffd_move(uffd, arg);
	default:
		return -EINVAL;
	}
}

/* The lines of the kernel's own. */
static void uffd_fdinfo(struct seq_file *seq, struct file *file)
{
	struct dpager_uffd *uffd = file->private_data;
	unsigned long pending, total;

	dpager_uffd_waiting(uffd, &pending, &total);
	seq_printf(seq, "pending:\t%lu\ntotal:\t%lu\nAPI:\t%llx:%x:%llx\n",
		   pending, total, UFFD_API, uffd->features,
		   UFFD_API_IOCTLS | DPAGER_UFFD_RANGE_IOCTLS);
}

static const struct file_operations uffd_fops = {
	.owner = THIS_MODULE,
	.release = uffd_file_release,
	.read = uffd_read,
	.poll = uffd_poll,
	.unlocked_ioctl = uffd_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.show_fdinfo = uffd_fdinfo,
	.llseek = noop_llseek,
};

/* --- descriptors -------------------------------------------------------- */

struct file *dpager_uffd_file(struct dpager_uffd *uffd, unsigned int flags)
{
	return anon_inode_getfile("[dpager-userfaultfd]", &uffd_fops, uffd,
				  O_RDONLY | (flags & O_NONBLOCK));
}

/* Faults of the kernel wait without the locks of whom they wait for. */
static int uffd_may(unsigned int flags)
{
	if (flags & ~UFFD_FLAGS)
		return -EINVAL;
	return flags & UFFD_USER_MODE_ONLY || capable(CAP_SYS_PTRACE) ?
		0 : -EPERM;
}

static u64 uffd_new_id(void)
{
	u64 id;

	do {
		id = get_random_u64();
	} while (!id);
	return id;
}

static void uffd_set_policy(struct dpager_uffd *uffd,
			    const struct dpager_uffd_create *policy)
{
	uffd->on_death = policy->on_death;
	uffd->on_timeout = policy->on_timeout;
	if (policy->timeout)
		uffd->timeout = max(msecs_to_jiffies(policy->timeout), 1UL);
	uffd->id = uffd_new_id();
	spin_lock(&uffd_ids);
	hash_add(uffd_table, &uffd->link, uffd->id);
	spin_unlock(&uffd_ids);
}

struct file *dpager_uffd_new(unsigned int flags,
			     const struct dpager_uffd_create *policy, u64 *id)
{
	int err = uffd_may(flags);
	struct dpager_uffd *uffd;
	struct file *file;

	if (err)
		return ERR_PTR(err);
	uffd = uffd_alloc(current->mm);
	if (!uffd)
		return ERR_PTR(-ENOMEM);
	uffd->owner = current_euid();
	uffd->user_mode_only = flags & UFFD_USER_MODE_ONLY;
	uffd->file_flags = flags & (O_CLOEXEC | O_NONBLOCK);
	if (policy) {
		uffd_set_policy(uffd, policy);
		*id = uffd->id;
	}
	file = dpager_uffd_file(uffd, flags);
	if (IS_ERR(file))
		dpager_uffd_put(uffd);
	return file;
}

int dpager_uffd_new_fd(unsigned int flags)
{
	struct file *file = dpager_uffd_new(flags, NULL, NULL);
	int fd;

	if (IS_ERR(file))
		return PTR_ERR(file);
	fd = get_unused_fd_flags(flags & O_CLOEXEC);
	if (fd < 0)
		fput(file);
	else
		fd_install(fd, file);
	return fd;
}

static bool uffd_may_attach(const struct dpager_uffd *uffd)
{
	return uid_eq(uffd->owner, current_euid()) || capable(CAP_SYS_PTRACE);
}

/* The context of an id, with a reference, or NULL. */
static struct dpager_uffd *uffd_find(u64 id)
{
	struct dpager_uffd *uffd, *found = NULL;

	spin_lock(&uffd_ids);
	hash_for_each_possible(uffd_table, uffd, link, id) {
		if (uffd->id == id && dpager_uffd_alive(uffd) &&
		    refcount_inc_not_zero(&uffd->ref)) {
			found = uffd;
			break;
		}
	}
	spin_unlock(&uffd_ids);
	return found;
}

/* The caller is its handler from now on. 0, -EPERM, -EBUSY. */
static int uffd_claim(struct dpager_uffd *uffd)
{
	int err = -EBUSY;

	if (!uffd_may_attach(uffd))
		return -EPERM;
	spin_lock(&uffd_ids);
	if (uffd->state == DPAGER_UFFD_HELD) {
		WRITE_ONCE(uffd->state, DPAGER_UFFD_LIVE);
		err = 0;
	}
	spin_unlock(&uffd_ids);
	return err;
}

struct file *dpager_uffd_attach(u64 id, unsigned int flags)
{
	struct dpager_uffd *uffd = uffd_find(id);
	struct file *file;
	int err;

	if (!uffd)
		return ERR_PTR(-ENOENT);
	err = uffd_claim(uffd);
	if (err) {
		dpager_uffd_put(uffd);
		return ERR_PTR(err);
	}
	file = dpager_uffd_file(uffd, flags);
	if (IS_ERR(file)) {
		uffd_set_state(uffd, DPAGER_UFFD_HELD);
		dpager_uffd_put(uffd);
	}
	return file;
}
