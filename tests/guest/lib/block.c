// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <linux/blkpg.h>
#include <linux/fs.h>
#include <linux/loop.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "block.h"
#include "stamp.h"
#include "tap.h"

#define CHUNK	(256 * PAGE)

int block_open(const char *path, int mode)
{
	int fd, tries;

	/* devtmpfs makes nodes a moment after the device. */
	for (tries = 0; tries < 200; tries++) {
		fd = open(path, mode | O_CLOEXEC);
		if (fd >= 0 || errno != ENOENT)
			break;
		usleep(10000);
	}
	if (fd < 0)
		bail("cannot open %s", path);
	return fd;
}

uint64_t block_bytes(int fd)
{
	uint64_t bytes;

	if (ioctl(fd, BLKGETSIZE64, &bytes))
		bail("cannot get a device's size");
	return bytes;
}

bool block_read(int fd, uint64_t offset, void *buffer, uint64_t bytes)
{
	return pread(fd, buffer, bytes, offset) == (ssize_t)bytes;
}

bool block_write(int fd, uint64_t offset, const void *buffer, uint64_t bytes)
{
	return pwrite(fd, buffer, bytes, offset) == (ssize_t)bytes;
}

void *block_buffer(uint64_t bytes)
{
	void *buffer;

	if (posix_memalign(&buffer, PAGE, bytes))
		bail("no memory for a buffer");
	memset(buffer, 0, bytes);
	return buffer;
}

void block_fill(const char *path, uint64_t offset, uint64_t bytes, int byte)
{
	int fd = block_open(path, O_WRONLY | O_DIRECT);
	char *buffer = block_buffer(CHUNK);
	uint64_t part;

	memset(buffer, byte, CHUNK);
	for (; bytes; bytes -= part, offset += part) {
		part = bytes < CHUNK ? bytes : CHUNK;
		if (!block_write(fd, offset, buffer, part))
			bail("cannot fill %s", path);
	}
	free(buffer);
	close(fd);
}

static int64_t chunk_find(const char *chunk, uint64_t bytes, struct stamp stamp)
{
	uint64_t at;

	for (at = 0; at < bytes; at += PAGE)
		if (stamp_check(chunk + at, stamp) == STAMP_GOOD)
			return at;
	return -1;
}

int64_t block_find(const char *path, uint64_t offset, uint64_t bytes, struct stamp stamp)
{
	int fd = block_open(path, O_RDONLY | O_DIRECT);
	char *buffer = block_buffer(CHUNK);
	int64_t found = -1;
	uint64_t part, at;

	for (at = offset; found < 0 && at < offset + bytes; at += part) {
		part = offset + bytes - at < CHUNK ? offset + bytes - at : CHUNK;
		if (!block_read(fd, at, buffer, part))
			bail("cannot read %s", path);
		found = chunk_find(buffer, part, stamp);
		if (found >= 0)
			found += at;
	}
	free(buffer);
	close(fd);
	return found;
}

int loop_create(uint64_t bytes, char *path)
{
	char file[] = "/tmp/loop-XXXXXX";
	int backing = mkstemp(file), control, number, fd;

	if (backing < 0 || ftruncate(backing, bytes))
		bail("cannot make a file for a loop device");
	unlink(file);
	control = block_open("/dev/loop-control", O_RDWR);
	number = ioctl(control, LOOP_CTL_GET_FREE);
	if (number < 0)
		bail("no free loop device");
	close(control);
	snprintf(path, 64, "/dev/loop%d", number);
	fd = block_open(path, O_RDWR);
	if (ioctl(fd, LOOP_SET_FD, backing))
		bail("cannot attach %s", path);
	close(backing);
	return fd;
}

void loop_remove(int fd)
{
	if (ioctl(fd, LOOP_CLR_FD, 0))
		bail("cannot detach a loop device");
	close(fd);
}

static int partition_call(int disk, int operation, int number, uint64_t start, uint64_t bytes)
{
	struct blkpg_partition partition = {
		.start = start,
		.length = bytes,
		.pno = number,
	};
	struct blkpg_ioctl_arg argument = {
		.op = operation,
		.datalen = sizeof(partition),
		.data = &partition,
	};

	return ioctl(disk, BLKPG, &argument) ? errno : 0;
}

int partition_add(int disk, int number, uint64_t start, uint64_t bytes)
{
	return partition_call(disk, BLKPG_ADD_PARTITION, number, start, bytes);
}

int partition_delete(int disk, int number)
{
	return partition_call(disk, BLKPG_DEL_PARTITION, number, 0, 0);
}
