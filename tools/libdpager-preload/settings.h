/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the environment asks for, read once: libdpager-preload(7). */
#ifndef SETTINGS_H
#define SETTINGS_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include <linux/dpager.h>

/**
 * struct settings - the variables, copied: a program may write over its environment
 * @memfd: memfd_create makes objects
 * @shm: shm_open opens files of @directory
 * @mmap: shared anonymous mmap maps objects
 * @userfaultfd: the system call opens dpager's descriptor
 * @strict: a call that cannot do so fails
 * @bad: the variable that cannot be understood, or NULL
 * @size: least bytes of a mapping that becomes an object
 * @nr_stores: length of @stores; 0: every store that is not private
 * @stores: names of the stores that objects are confined to
 * @directory: of a dpagerfs, for shm_open
 */
struct settings {
	bool memfd, shm, mmap, userfaultfd, strict;
	const char *bad;
	size_t size;
	unsigned int nr_stores;
	char stores[DPAGER_OBJECT_STORES][DPAGER_NAME_SIZE];
	char directory[PATH_MAX];
};

/**
 * settings - the settings of this process
 *
 * Context: any, a call from malloc before main() too. Does not change errno.
 */
const struct settings *settings(void);

#endif
