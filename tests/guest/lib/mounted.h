/* SPDX-License-Identifier: GPL-2.0 */
/* Files of a dpagerfs, as objects. All of these bail out unless they say else. */
#ifndef MOUNTED_H
#define MOUNTED_H

#include <stdint.h>

#include "dp.h"

/* Mount a file system of ours. */
void mounted(const char *place, const char *options);
/* Mount it again with other options: errno. */
int mounted_change(const char *place, const char *options);
/* A new file of that many pages, mapped shared; dp_area_close() ends it. */
void mounted_area(struct dp_area *area, const char *path, uint64_t pages);
/* The same of a file that there is. */
void mounted_area_again(struct dp_area *area, const char *path);
/* A mapping of a new file of any file system. */
char *mounted_map(const char *path, uint64_t pages);

/* Figures of statfs, in pages. */
struct room {
	uint64_t all, used, available, files, files_used;
};

struct room mounted_room(const char *place);

#endif
