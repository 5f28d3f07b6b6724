/* SPDX-License-Identifier: GPL-2.0 */
/* A group of pages: paged in, dirtied and paged out as one. */
#ifndef UFFD_GROUP_H
#define UFFD_GROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "memory.h"

/* So many groups, absent and never written; they are stored on that disk. */
bool groups_open(size_t count, int disk);
void groups_close(void);

/* Do what a fault asks for; the buffer is the calling thread's, of one group. */
void group_fault(const struct fault *fault, void *buffer);

/* A group's turn to go has come. */
void group_evict(uint32_t group);

#endif
