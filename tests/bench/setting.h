/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's files that are written to: those of /proc, /sys and cgroups. */
#ifndef SETTING_H
#define SETTING_H

#include <stdbool.h>

/* Write a value to such a file; says why when it fails. */
bool setting_write(const char *path, const char *value);

#endif
