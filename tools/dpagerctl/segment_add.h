/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DPAGERCTL_SEGMENT_ADD_H
#define DPAGERCTL_SEGMENT_ADD_H

#include <stdbool.h>
#include <stdint.h>

/**
 * struct segment_add - what the command line asks for, and what came of it
 * @store: the store
 * @path: of the device or file
 * @offset: bytes
 * @size: bytes, if @sized
 * @record: bytes, or 0 for the device's logical block
 * @sized: whether a size was given
 * @force: whether to go on when the device or file holds something
 * @create: whether to make the file
 * @flags: DPAGER_ADD_*
 * @id: out: the segment's id
 * @pages: out: pages that it can hold
 */
struct segment_add {
	const char *store;
	const char *path;
	uint64_t offset;
	uint64_t size;
	uint64_t record;
	bool sized;
	bool force;
	bool create;
	uint32_t flags;
	uint64_t id;
	uint64_t pages;
};

/* segment_file.c: a regular file */
void segment_file_check(const struct segment_add *add);
void segment_file_add(int store, const char *store_name, struct segment_add *add);

/* segment_zeros.c: a file that is made for it */
int segment_zeros(const char *path, uint64_t bytes);

#endif
