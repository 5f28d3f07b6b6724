// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <linux/falloc.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <unistd.h>

#include "block.h"
#include "dp.h"
#include "volume.h"

/* s_feature_incompat, and its flag for files with extents. */
#define SUPER_INCOMPAT		(1024 + 96)
#define INCOMPAT_EXTENTS	0x40

/* What pages of the neighbour are stamped with; no object has this id. */
#define NEIGHBOUR		0x6e656967ULL
#define MARGIN			(2 * MiB)
#define MOSAIC_TRIES		4

static void allow_extents(const char *disk)
{
	int fd = block_open(disk, O_RDWR);
	uint32_t flags;

	if (!block_read(fd, SUPER_INCOMPAT, &flags, sizeof(flags)))
		bail("cannot read the superblock of %s", disk);
	flags |= INCOMPAT_EXTENTS;
	if (!block_write(fd, SUPER_INCOMPAT, &flags, sizeof(flags)) || fsync(fd))
		bail("cannot write the superblock of %s", disk);
	close(fd);
}

void volume_mount(const char *disk)
{
	if (mount(disk, VOLUME_PLACE, "ext4", 0, ""))
		bail("cannot mount %s", disk);
}

void volume_open(const char *disk, unsigned int block, uint64_t megabytes, bool extents)
{
	char command[128];

	block_fill(disk, 0, MiB, 0);
	snprintf(command, sizeof(command), "mke2fs -m 0 -b %u %s %llu >/dev/null 2>&1", block,
		 disk, (unsigned long long)megabytes * 1024);
	if (system(command))
		bail("cannot make a file system on %s", disk);
	if (extents)
		allow_extents(disk);
	volume_mount(disk);
}

int volume_unmount(void)
{
	return umount(VOLUME_PLACE) ? errno : 0;
}

static int create(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0)
		bail("cannot create %s", path);
	return fd;
}

/* Append stamped pages while there is room, @most at most. */
static uint64_t append(int fd, uint64_t object, uint64_t most)
{
	char *page = block_buffer(PAGE);
	uint64_t count;

	for (count = 0; count < most; count++) {
		stamp_write(page, (struct stamp){ object, count, 1 });
		if (!block_write(fd, count * PAGE, page, PAGE))
			break;
	}
	if (ftruncate(fd, count * PAGE) || fsync(fd))
		bail("cannot write a file");
	free(page);
	return count;
}

int volume_file(const char *path, uint64_t bytes)
{
	uint64_t pages = (bytes + PAGE - 1) / PAGE;
	int fd = create(path);

	if (append(fd, 1, pages) != pages || ftruncate(fd, bytes) || fsync(fd))
		bail("no room for %s", path);
	return fd;
}

static int block_of(int file, int block)
{
	if (ioctl(file, FIBMAP, &block))
		bail("cannot get where a file lies");
	return block;
}

void volume_layout(int file, uint64_t bytes, struct layout *layout)
{
	int first, end = -1, size;
	uint64_t page;
	unsigned int i, blocks;

	if (ioctl(file, FIGETBSZ, &size))
		bail("cannot get a file's block size");
	blocks = PAGE / size;
	*layout = (struct layout){ };
	for (page = 0; page < bytes / PAGE; page++) {
		first = block_of(file, page * blocks);
		for (i = 1; i < blocks; i++)
			if (block_of(file, page * blocks + i) != first + (int)i)
				break;
		if (i < blocks)
			continue;
		layout->pages++;
		layout->extents += first != end;
		end = first + blocks;
	}
}

static void punch(struct mosaic *mosaic, int neighbour, unsigned int most)
{
	uint64_t seed = 1, at, count, i;
	bool keep = true;

	for (at = 0; at < mosaic->neighbours; at += count, keep = !keep) {
		count = 1 + random_next(&seed) % most;
		if (count > mosaic->neighbours - at)
			count = mosaic->neighbours - at;
		for (i = 0; i < count; i++)
			mosaic->kept[at + i] = keep;
		if (!keep && fallocate(neighbour, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
				       at * mosaic->block, count * mosaic->block))
			bail("cannot punch holes");
	}
	if (fsync(neighbour))
		bail("cannot sync a file");
}

/* With the file system full, the holes of the neighbour are where there is room. */
static void mosaic_make(struct mosaic *mosaic, unsigned int block, unsigned int most)
{
	int neighbour = create(MOSAIC_NEIGHBOUR);
	int margin = volume_file(VOLUME_PLACE "/margin", MARGIN);

	mosaic->block = block;
	mosaic->neighbours = append(neighbour, NEIGHBOUR, UINT64_MAX) * (PAGE / block);
	mosaic->kept = calloc(mosaic->neighbours, sizeof(*mosaic->kept));
	if (!mosaic->kept)
		bail("no memory");
	/* Of what describes the files there will be more. */
	close(margin);
	unlink(VOLUME_PLACE "/margin");
	punch(mosaic, neighbour, most);
	close(neighbour);
	sync();
	mosaic->file = create(MOSAIC_FILE);
	mosaic->bytes = append(mosaic->file, NEIGHBOUR + 1, UINT64_MAX) * PAGE;
}

static void neighbour_page(const struct mosaic *mosaic, uint64_t page, char *want)
{
	unsigned int blocks = PAGE / mosaic->block, i;

	stamp_write(want, (struct stamp){ NEIGHBOUR, page, 1 });
	for (i = 0; i < blocks; i++)
		if (!mosaic->kept[page * blocks + i])
			memset(want + i * mosaic->block, 0, mosaic->block);
}

/* What a page of the neighbour has that it should not have. */
static void describe(uint64_t index, const char *page)
{
	struct stamp stamp = {};

	diag("page %llu of the neighbour is %s: object %llu, page %llu, generation %llu",
	     (unsigned long long)index, stamp_read(page, &stamp) ? "stamped" : "not stamped",
	     (unsigned long long)stamp.object, (unsigned long long)stamp.index,
	     (unsigned long long)stamp.generation);
}

uint64_t mosaic_wrong(const struct mosaic *mosaic)
{
	int fd = block_open(MOSAIC_NEIGHBOUR, O_RDONLY | O_DIRECT);
	char *page = block_buffer(PAGE), *want = block_buffer(PAGE);
	uint64_t wrong = 0, i;

	for (i = 0; i < mosaic->neighbours * mosaic->block / PAGE; i++) {
		if (!block_read(fd, i * PAGE, page, PAGE))
			bail("cannot read " MOSAIC_NEIGHBOUR);
		neighbour_page(mosaic, i, want);
		if (!memcmp(page, want, PAGE))
			continue;
		if (wrong++ < 8)
			describe(i, page);
	}
	free(page);
	free(want);
	close(fd);
	return wrong;
}

/*
 * ext4 of 6.1 loses pages of a neighbour now and then (the same 36, once in 75
 * times, on a busy machine) while it is made: before dpager knows of a file.
 */
void mosaic_open(struct mosaic *mosaic, unsigned int block, unsigned int most)
{
	int tries;

	for (tries = 0; tries < MOSAIC_TRIES; tries++) {
		mosaic_make(mosaic, block, most);
		if (!mosaic_wrong(mosaic))
			return;
		diag("the file system lost pages of its own: once more");
		mosaic_close(mosaic);
	}
	bail("the file system loses pages of its own");
}

void mosaic_close(struct mosaic *mosaic)
{
	close(mosaic->file);
	free(mosaic->kept);
	unlink(MOSAIC_FILE);
	unlink(MOSAIC_NEIGHBOUR);
}
