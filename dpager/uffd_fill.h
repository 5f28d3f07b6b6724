/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a handler does with pages, one after the other: what its calls have in
 * common. A page comes into the object's page cache, and is mapped by a fault on
 * behalf of the address space, which nobody is told of.
 */
#ifndef _DPAGER_UFFD_FILL_H
#define _DPAGER_UFFD_FILL_H

#include <linux/types.h>

struct dpager_object;
struct dpager_uffd;
struct dpager_uffd_area;
struct file;
struct mem_cgroup;
struct vm_area_struct;

/**
 * struct dpager_uffd_fill - pages being seen to
 * @uffd: whose call
 * @look: finds the object and so on, under mmap_lock (read), as
 *	dpager_uffd_fill_look() does; 0 or -errno
 * @one: what is done with a page; 0 or -errno
 * @done: lets go of what @look has found beyond that, or NULL
 * @makes: @one makes it
 * @protect: they may not be written to afterwards
 * @own: only of what @uffd itself has registered
 * @address: the page that is next
 * @end: behind the last
 * @file: of the mapping, held
 * @object: its object
 * @area: its area, held
 * @index: the page at @address
 */
struct dpager_uffd_fill {
	struct dpager_uffd *uffd;
	int (*look)(struct dpager_uffd_fill *f);
	int (*one)(struct dpager_uffd_fill *f);
	void (*done)(struct dpager_uffd_fill *f);
	bool makes;
	bool protect;
	bool own;
	unsigned long address;
	unsigned long end;
	struct file *file;
	struct dpager_object *object;
	struct dpager_uffd_area *area;
	pgoff_t index;
};

/* All that is left lies in one mapping, registered alike. 0, -ENOENT, -EINVAL. */
int dpager_uffd_fill_look(struct dpager_uffd_fill *f);

/*
 * Events that nobody has read come first: has @answer become -EAGAIN for that?
 * 0, -EAGAIN or -EFAULT.
 */
int dpager_uffd_fill_late(struct dpager_uffd *uffd, s64 __user *answer);

/**
 * dpager_uffd_fill() - all of a call but what its argument says
 * @f: what is said of single pages
 * @start: the first address
 * @bytes: how many; whole pages
 * @wake: who waits for what was done is woken
 * @answer: becomes the bytes that were done, or, if none were, -errno
 *
 * Return: 0; -EAGAIN: some were done; the first page's -errno; -ESRCH: the address
 * space has ended; -EFAULT.
 */
int dpager_uffd_fill(struct dpager_uffd_fill *f, u64 start, u64 bytes,
		     bool wake, s64 __user *answer);

/*
 * Let the page be mapped, in a fault that is not told of; @refuse: only see
 * whether there is one. 0, or what the fault failed with.
 */
int dpager_uffd_fill_map(struct dpager_uffd_fill *f, bool refuse, bool *faulted);

/*
 * It counts as memory of those whose it is, whoever brings it: what is charged in
 * between. The latter gets what the former returned.
 */
struct mem_cgroup *dpager_uffd_fill_charge(struct dpager_uffd_fill *f);
void dpager_uffd_fill_charged(struct mem_cgroup *old);

/*
 * Do something to the page while no fault on it is under way, which could have
 * looked before and act afterwards. 0, -EINTR, -ENOENT: it is not mapped there any
 * more; or what @act says.
 */
int dpager_uffd_fill_alone(struct dpager_uffd_fill *f,
			   int (*act)(struct dpager_uffd_fill *f,
				      struct vm_area_struct *vma));

/* Is the page behind the object's end? */
bool dpager_uffd_fill_behind(const struct dpager_uffd_fill *f);

#endif /* _DPAGER_UFFD_FILL_H */
