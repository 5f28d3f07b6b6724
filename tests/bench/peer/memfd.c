// SPDX-License-Identifier: GPL-2.0
#include "memfd.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/swap.h>
#include <unistd.h>

#include "mark.h"
#include "peers.h"
#include "setting.h"

#define SIGNATURE	"SWAPSPACE2"
#define PAGE_CLUSTER	"/proc/sys/vm/page-cluster"
#define DEFAULT_CLUSTER	"3"

int memfd_object(size_t bytes)
{
	int object = memfd_create("bench", MFD_CLOEXEC);

	if (object >= 0 && !ftruncate(object, (off_t)bytes))
		return object;
	peer_failed("memfd", "create");
	if (object >= 0)
		close(object);
	return -1;
}

/* What mkswap(8) writes: a version and the last page, and the signature at the page's end. */
static bool header_write(int device)
{
	off_t bytes = lseek(device, 0, SEEK_END);
	size_t length = strlen(SIGNATURE);
	uint32_t header[PAGE / 4] = { 0 };

	if (bytes < 0)
		return false;
	header[256] = 1;
	header[257] = (uint32_t)((uint64_t)bytes / PAGE - 1);
	memcpy((char *)header + PAGE - length, SIGNATURE, length);
	return pwrite(device, header, PAGE, 0) == (ssize_t)PAGE && !fsync(device);
}

static bool swap_format(const char *path)
{
	int device = open(path, O_RDWR | O_CLOEXEC);
	bool written = device >= 0 && header_write(device);

	if (device >= 0)
		close(device);
	return written;
}

bool memfd_swap_begin(const char *device, const char *page_cluster)
{
	if (!swap_format(device) || swapon(device, 0))
		return peer_failed("swapon", device);
	return setting_write(PAGE_CLUSTER, page_cluster);
}

bool memfd_swap_end(const char *device)
{
	bool reset = setting_write(PAGE_CLUSTER, DEFAULT_CLUSTER);

	if (swapoff(device))
		return peer_failed("swapoff", device);
	return reset;
}
