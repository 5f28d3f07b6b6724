/* SPDX-License-Identifier: GPL-2.0 */
/* A raw copy from disk to disk: what moving data costs without a pager. */
#ifndef COPY_H
#define COPY_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Copy the first bytes of a disk to another, with no page cache: 8 threads, each
 * of which reads the next MiB and writes it, so that both disks are busy all the
 * time. The target's cache is not flushed at the end: no pager does that either.
 */
bool copy_run(const char *from, const char *to, size_t bytes);

#endif
