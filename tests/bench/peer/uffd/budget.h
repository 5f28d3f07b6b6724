/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How many groups may be in memory, and which of them goes next: first in, first
 * out. Some room is made free before it is asked for.
 */
#ifndef UFFD_BUDGET_H
#define UFFD_BUDGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Room for so many groups, all free. */
bool budget_open(size_t groups);
void budget_close(void);
size_t budget_groups(void);

/* Take the room of one group, as soon as there is some. */
void budget_take(void);

/* What a group had is free again. */
void budget_give(void);

/* A group is in memory (or stays there, for another round). */
void budget_queue(uint32_t group);

/* Wait until something has to go, and take the next; false when it is over. */
bool budget_next(uint32_t *group);

/* Let all who are in budget_next() return false. */
void budget_stop(void);

#endif
