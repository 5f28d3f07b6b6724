/* SPDX-License-Identifier: GPL-2.0 */
/* Who waits for a handler, being told of it, and being woken. */
#ifndef _DPAGER_UFFD_WAIT_H
#define _DPAGER_UFFD_WAIT_H

#include <linux/types.h>

struct dpager_uffd;
struct dpager_uffd_area;
struct uffd_msg;
struct vm_fault;

/**
 * dpager_uffd_wait() - a fault waits until its handler has seen to it
 * @uffd: the context
 * @area: the area
 * @vmf: the fault; its VMA is not touched once the fault's lock is given up
 * @reason: UFFDIO_REGISTER_MODE_*
 * @seen: @uffd->resolved, before the page was looked at
 *
 * Return: VM_FAULT_RETRY, VM_FAULT_SIGBUS.
 */
vm_fault_t dpager_uffd_wait(struct dpager_uffd *uffd,
			    struct dpager_uffd_area *area,
			    struct vm_fault *vmf, unsigned int reason,
			    s64 seen);

/**
 * dpager_uffd_wake() - faults are tried again
 * @uffd: the context
 * @start: first address
 * @bytes: how many, 0: all
 *
 * What they wait for has been made visible before.
 */
void dpager_uffd_wake(struct dpager_uffd *uffd, unsigned long start,
		      unsigned long bytes);

/* The next fault that has not been told of; false: there is none. */
bool dpager_uffd_take(struct dpager_uffd *uffd, struct uffd_msg *msg);

/* All that have been told of are told of again. */
void dpager_uffd_untake(struct dpager_uffd *uffd);

/* How many wait, and how many of them have not been told of. */
void dpager_uffd_waiting(struct dpager_uffd *uffd, unsigned long *pending,
			 unsigned long *total);

#endif /* _DPAGER_UFFD_WAIT_H */
