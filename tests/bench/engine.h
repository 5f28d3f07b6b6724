/* SPDX-License-Identifier: GPL-2.0 */
/* Who pages: dpager, or a peer that it is compared with. */
#ifndef ENGINE_H
#define ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ENGINE_SHARED	0x1	/* object() works: several processes can map one */
#define ENGINE_CGROUP	0x2	/* a cgroup's memory limit makes it page */

/**
 * struct engine - dpager or a peer
 * @name: as in the results
 * @begin: make its backing space ready, before a run
 * @object: a descriptor of that much memory, to be mapped shared; -1 on failure.
 *	NULL where there is none to share
 * @map: that much memory, mapped in the calling process; NULL on failure
 * @unmap: what map() made goes away; with the process it goes, too
 * @end: give the backing space back, when no process has an object any more
 * @traits: ENGINE_SHARED, ENGINE_CGROUP
 *
 * Each says on stderr what went wrong.
 */
struct engine {
	const char *name;
	bool (*begin)(void);
	int (*object)(size_t bytes);
	void *(*map)(size_t bytes);
	void (*unmap)(void *memory, size_t bytes);
	bool (*end)(void);
	unsigned int traits;
};

/* Ends with NULL; dpager is the first, swap as it is by default the second. */
extern const struct engine *const engines[];

const struct engine *engine_find(const char *name);

/* @map, or @object and mmap(). */
void *engine_map(const struct engine *engine, size_t bytes);

/* @unmap, or munmap(). */
void engine_unmap(const struct engine *engine, void *memory, size_t bytes);

/* What dpager's store gets as its segment from the next begin() on; NULL: its half of the disk. */
void engine_dpager_use(const char *device);

/* The same for swap, at whatever page-cluster; NULL: the peers' half. */
void engine_swap_use(const char *device);

/*
 * Of dpager, between begin() and end(): add a segment on another device; move all
 * that is on the oldest one elsewhere, and give that back. The pages moved, or -1.
 */
bool engine_dpager_extend(const char *device);
int64_t engine_dpager_evacuate(void);

/* The memory that uffd may use from the next map() on; 0: what it takes for itself. */
void engine_uffd_budget(size_t bytes);

#endif
