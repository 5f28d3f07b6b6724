/* SPDX-License-Identifier: GPL-2.0 */
/* Where the demo's memory lives: a dpager object, or a memfd that stands in for one. */
#ifndef PAGER_H
#define PAGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PAGER_DISKS	2

/**
 * struct pager - a store with a segment on each disk, and an object in it
 * @memfd: no dpager: the object is a memfd, and nothing is paged by us
 * @disks: paths of the block devices
 * @control: /dev/dpager
 * @store: the store's descriptor, -1 before it exists
 * @object: the object's descriptor, -1 before it exists
 * @room: bytes that the segments can hold
 */
struct pager {
	bool memfd;
	const char *disks[PAGER_DISKS];
	int control;
	int store;
	int object;
	uint64_t room;
};

/**
 * struct figures - what was paged so far, and where the object is now
 * @resident: bytes in memory
 * @paged_out: bytes that are on disk
 * @major_faults: faults that had to read
 * @pages_in: pages read from the disks
 * @pages_out: pages written to the disks
 * @requests: requests to the disks
 */
struct figures {
	uint64_t resident;
	uint64_t paged_out;
	uint64_t major_faults;
	uint64_t pages_in;
	uint64_t pages_out;
	uint64_t requests;
};

/* Each says on stderr what went wrong and returns false then. */
bool pager_create(struct pager *pager, size_t bytes);
bool pager_figures(const struct pager *pager, struct figures *figures);
bool pager_delete(struct pager *pager);

#endif
