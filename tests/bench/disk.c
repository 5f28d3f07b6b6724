// SPDX-License-Identifier: GPL-2.0
#include "disk.h"

#include <fcntl.h>
#include <linux/blkpg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "setting.h"

#define MIB	(1l << 20)

static bool half_add(int disk, int number, off_t start, off_t bytes)
{
	struct blkpg_partition half = { .start = start, .length = bytes, .pno = number };
	struct blkpg_ioctl_arg add = {
		.op = BLKPG_ADD_PARTITION,
		.datalen = sizeof(half),
		.data = &half,
	};

	return !ioctl(disk, BLKPG, &add);
}

static bool disk_fill(int disk, off_t bytes)
{
	void *buffer = aligned_alloc(4096, MIB);
	off_t at;

	if (!buffer)
		return false;
	memset(buffer, 0x5a, MIB);
	for (at = 0; at < bytes; at += MIB) {
		if (pwrite(disk, buffer, MIB, at) != MIB)
			break;
	}
	free(buffer);
	return at >= bytes;
}

bool disk_prepare(void)
{
	int disk = open("/dev/" DISK, O_RDWR | O_DIRECT | O_CLOEXEC);
	off_t half = disk < 0 ? 0 : lseek(disk, 0, SEEK_END) / 2 / MIB * MIB;
	bool prepared;

	prepared = half > 0 && disk_fill(disk, 2 * half) && half_add(disk, 1, 0, half) &&
		   half_add(disk, 2, half, half);
	if (!prepared)
		perror("bench: /dev/" DISK);
	if (disk >= 0)
		close(disk);
	return prepared;
}

bool disk_second_prepare(void)
{
	static bool prepared;
	int disk;

	if (prepared)
		return true;
	disk = open(DISK_SECOND, O_RDWR | O_DIRECT | O_CLOEXEC);
	prepared = disk >= 0 && disk_fill(disk, lseek(disk, 0, SEEK_END) / MIB * MIB);
	if (!prepared)
		perror("bench: " DISK_SECOND);
	if (disk >= 0)
		close(disk);
	return prepared;
}

static bool disk_busy(void)
{
	unsigned int reads = 0, writes = 0;
	FILE *file = fopen("/sys/block/" DISK "/inflight", "r");

	if (file && fscanf(file, "%u %u", &reads, &writes) != 2)
		reads = writes = 0;
	if (file)
		fclose(file);
	return reads || writes;
}

void disk_settle(void)
{
	int quiet = 0;

	sync();
	setting_write("/proc/sys/vm/drop_caches", "3");
	while (quiet < 5) {
		quiet = disk_busy() ? 0 : quiet + 1;
		usleep(100000);
	}
}
