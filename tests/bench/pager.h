/* SPDX-License-Identifier: GPL-2.0 */
/* What is asked of dpager itself, for the workloads that are about it. */
#ifndef PAGER_H
#define PAGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Objects that there are. */
uint64_t pager_objects(void);
/* Give way until there are no more objects than these. */
void pager_await(uint64_t objects);

/* Slots of all segments: those in use, and all. */
uint64_t pager_slots(void);
uint64_t pager_slots_all(void);

/* Pages read and written by dpager so far. */
uint64_t pager_pages_in(void);
uint64_t pager_pages_out(void);

/* Page out a range of an object; 0 bytes: to its end. The pages written, or -1 on failure. */
int64_t pager_page_out(int object, size_t offset, size_t bytes);

#endif
