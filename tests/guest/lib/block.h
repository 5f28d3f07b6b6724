/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Block devices to test with: null_blk by configfs, device mapper by its
 * control device, loop devices, partitions by BLKPG. All are for root only, and
 * what is made must be unmade by the test: guests run many tests in one boot.
 */
#ifndef BLOCK_H
#define BLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* Open, or bail out. O_CLOEXEC is added. */
int block_open(const char *path, int mode);
uint64_t block_bytes(int fd);
/* Page-aligned, past the page cache; they return false on an I/O error. */
bool block_read(int fd, uint64_t offset, void *buffer, uint64_t bytes);
bool block_write(int fd, uint64_t offset, const void *buffer, uint64_t bytes);
/* Page-aligned memory. */
void *block_buffer(uint64_t bytes);
/* Fill a range of the raw disk with a byte. */
void block_fill(const char *path, uint64_t offset, uint64_t bytes, int byte);
/* The byte offset of a page with that stamp in the range of the raw disk; -1: none. */
struct stamp;
int64_t block_find(const char *path, uint64_t offset, uint64_t bytes, struct stamp stamp);

/* null_blk. @path has room for 64 bytes; the device is powered on. */
struct null_setup {
	uint64_t megabytes;
	unsigned int block_size;	/* 0: 512 */
	bool memory;			/* remembers what is written */
	bool discard;			/* and forgets it */
};

void null_create(const char *name, const struct null_setup *setup, char *path);
void null_set(const char *name, const char *attribute, const char *value);
/* Sectors first..last (512 bytes) fail from now on, or no more. */
void null_badblocks(const char *name, bool bad, uint64_t first, uint64_t last);
void null_remove(const char *name);

/* Device mapper: one target over all of it. Returns its minor number. */
int dm_create(const char *name, uint64_t sectors, const char *target,
	      const char *parameters, char *path);
/* New table, in force at once. */
void dm_change(const char *name, uint64_t sectors, const char *target,
	       const char *parameters);
/* I/O hangs until dm_resume(). */
void dm_suspend(const char *name);
void dm_resume(const char *name);
/* Returns errno: a table that cannot be loaded, a device that is open. */
int dm_try(const char *name, uint64_t sectors, const char *target,
	   const char *parameters);
int dm_remove(const char *name);

/* A loop device over a new file in /tmp; the file is unlinked. @path: 64 bytes. */
int loop_create(uint64_t bytes, char *path);
void loop_remove(int fd);

/* Partition @number of the disk; errno. */
int partition_add(int disk, int number, uint64_t start, uint64_t bytes);
int partition_delete(int disk, int number);

#endif
