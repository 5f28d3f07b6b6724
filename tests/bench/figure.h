/* SPDX-License-Identifier: GPL-2.0 */
/* Figures that the kernel keeps in files of names and numbers, like /proc/vmstat. */
#ifndef FIGURE_H
#define FIGURE_H

#include <stdint.h>

/* The number behind a name; 0, and a message, where it is missing. */
uint64_t figure_read(const char *path, const char *name);

/* The number that is all of a file. */
uint64_t figure_only(const char *path);

#endif
