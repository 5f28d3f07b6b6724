/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The paged memory, as userfaultfd lets a program handle it, in groups of
 * pages. What cannot fail in a correct pager ends the process when it does.
 */
#ifndef UFFD_MEMORY_H
#define UFFD_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GROUP_BYTES	(16 * 4096ul)

/**
 * struct fault - a thread waits
 * @group: for this group
 * @write: it wants to write
 * @protected: the page is there, but write-protected
 */
struct fault {
	uint32_t group;
	bool write;
	bool protected;
};

/* Map so many groups, all absent; NULL (it says why) on failure. */
void *memory_open(size_t groups);

/* Unmap them; the memory is to be closed when nobody is in memory_wait() any more. */
void memory_unmap(void);
void memory_close(void);

/* Wait for the next fault; false when the memory was unmapped. */
bool memory_wait(struct fault *fault);

void *memory_group(uint32_t group);

/* Put content into an absent group, write-protected or not; wakes who waits. */
void memory_copy(uint32_t group, const void *from, bool protect);

/* Let an absent group read as zero, not protected; wakes who waits. */
void memory_zero(uint32_t group);

/* After it nothing writes to the group; or it can be written, and who waits is woken. */
void memory_protect(uint32_t group, bool protect);

/* Let those who wait look again. */
void memory_wake(uint32_t group);

/* The group is absent, its pages free. */
void memory_drop(uint32_t group);

#endif
