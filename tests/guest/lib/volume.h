/* SPDX-License-Identifier: GPL-2.0 */
/*
 * File systems with files that segments can lie on. All of these bail out where
 * they cannot do what they say. A test that uses them needs kmod=ext4.
 */
#ifndef VOLUME_H
#define VOLUME_H

#include <stdbool.h>
#include <stdint.h>

#define VOLUME_PLACE	"/mnt"

/* ext2, or with extents (and so with blocks never written) ext4; mounted. */
void volume_open(const char *disk, unsigned int block, uint64_t megabytes, bool extents);
/* Returns errno. */
int volume_unmount(void);
/* Mount it again. */
void volume_mount(const char *disk);

/* A file that is written, synced, and open for reading and writing. */
int volume_file(const char *path, uint64_t bytes);
/* How a file lies on its device. */
struct layout {
	uint64_t pages;		/* whose blocks lie in a row */
	uint64_t extents;	/* that they make up, without the other pages */
};

void volume_layout(int file, uint64_t bytes, struct layout *layout);

/*
 * A file whose pieces, of 1 to @most blocks, lie between those of a neighbour,
 * which knows what its blocks must be.
 */
struct mosaic {
	int file;
	uint64_t bytes;			/* of @file */
	unsigned int block;
	uint64_t neighbours;		/* blocks of the neighbour, holes included */
	bool *kept;			/* which of them are no hole */
};

#define MOSAIC_FILE		VOLUME_PLACE "/file"
#define MOSAIC_NEIGHBOUR	VOLUME_PLACE "/neighbour"

/* Fills the volume, which is new and has blocks of that size. */
void mosaic_open(struct mosaic *mosaic, unsigned int block, unsigned int most);
/* Pages of the neighbour that are not what they must be, read from the disk. */
uint64_t mosaic_wrong(const struct mosaic *mosaic);
void mosaic_close(struct mosaic *mosaic);

#endif
