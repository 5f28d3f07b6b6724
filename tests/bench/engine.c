// SPDX-License-Identifier: GPL-2.0
#include "engine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/dpager.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/swap.h>
#include <unistd.h>

#include "disk.h"
#include "mark.h"

#define SWAP_SIGNATURE	"SWAPSPACE2"

static int store = -1;

static bool failed(const char *what, uint32_t detail)
{
	fprintf(stderr, "bench: %s: %s (detail %u)\n", what, strerror(errno), detail);
	return false;
}

static bool store_create(void)
{
	struct dpager_store_create create = { .size = sizeof(create), .priority = -1 };
	int pager = open("/dev/dpager", O_RDWR | O_CLOEXEC);

	if (pager < 0)
		return failed("open /dev/dpager", 0);
	if (ioctl(pager, DPAGER_IOC_STORE_CREATE, &create)) {
		failed("create store", create.detail);
		close(pager);
		return false;
	}
	close(pager);
	store = create.fd;
	return true;
}

static bool segment_add(void)
{
	struct dpager_add_segment add = { .size = sizeof(add), .record_size = PAGE };
	off_t bytes;
	bool added;

	add.device = open(DISK_DPAGER, O_RDWR | O_CLOEXEC);
	bytes = add.device < 0 ? -1 : lseek(add.device, 0, SEEK_END);
	if (bytes < 0)
		return failed("open " DISK_DPAGER, 0);
	add.count = (uint64_t)bytes / PAGE;
	added = !ioctl(store, DPAGER_IOC_ADD_SEGMENT, &add);
	if (!added)
		failed("add segment " DISK_DPAGER, add.detail);
	close(add.device);
	return added;
}

static bool dpager_begin(void)
{
	return store_create() && segment_add();
}

static int dpager_object(size_t bytes)
{
	struct dpager_object_create create = { .size = sizeof(create), .bytes = bytes };

	if (!ioctl(store, DPAGER_IOC_OBJECT_CREATE, &create))
		return create.fd;
	failed("create object", create.detail);
	return -1;
}

/* Slots of an object that just went away may be freed a little later. */
static bool dpager_end(void)
{
	struct dpager_store_delete delete = { .size = sizeof(delete) };
	bool deleted = false;
	int tries;

	for (tries = 0; tries < 200 && !deleted; tries++) {
		deleted = !ioctl(store, DPAGER_IOC_STORE_DELETE, &delete);
		if (!deleted && errno != EBUSY)
			break;
		if (!deleted)
			usleep(50000);
	}
	if (!deleted)
		failed("delete store", delete.detail);
	close(store);
	store = -1;
	return deleted;
}

/* What mkswap(8) writes: a version and the last page, and the signature at the page's end. */
static bool swap_format(void)
{
	int disk = open(DISK_PEER, O_RDWR | O_CLOEXEC);
	off_t bytes = disk < 0 ? -1 : lseek(disk, 0, SEEK_END);
	size_t length = strlen(SWAP_SIGNATURE);
	uint32_t header[PAGE / 4] = { 0 };
	bool written;

	if (bytes < 0)
		return false;
	header[256] = 1;
	header[257] = (uint32_t)((uint64_t)bytes / PAGE - 1);
	memcpy((char *)header + PAGE - length, SWAP_SIGNATURE, length);
	written = pwrite(disk, header, PAGE, 0) == (ssize_t)PAGE && !fsync(disk);
	close(disk);
	return written;
}

static bool swap_begin(void)
{
	return (swap_format() && !swapon(DISK_PEER, 0)) || failed("swapon " DISK_PEER, 0);
}

static int swap_object(size_t bytes)
{
	int object = memfd_create("bench", MFD_CLOEXEC);

	if (object >= 0 && !ftruncate(object, (off_t)bytes))
		return object;
	failed("memfd", 0);
	return -1;
}

static bool swap_end(void)
{
	return !swapoff(DISK_PEER) || failed("swapoff " DISK_PEER, 0);
}

const struct engine engine_dpager = {
	.name = "dpager",
	.begin = dpager_begin,
	.object = dpager_object,
	.end = dpager_end,
};

const struct engine engine_swap = {
	.name = "swap",
	.begin = swap_begin,
	.object = swap_object,
	.end = swap_end,
};
