// SPDX-License-Identifier: GPL-2.0
/* Shared memory with Linux's swap on the disk: by default, without readahead, and with more. */
#include "disk.h"
#include "peer/memfd.h"
#include "peer/peers.h"

static const char *device = DISK_PEER;

void engine_swap_use(const char *other)
{
	device = other ? other : DISK_PEER;
}

static bool swap_begin(void)
{
	return memfd_swap_begin(device, "3");
}

static bool swap_0_begin(void)
{
	return memfd_swap_begin(device, "0");
}

static bool swap_5_begin(void)
{
	return memfd_swap_begin(device, "5");
}

static bool swap_end(void)
{
	return memfd_swap_end(device);
}

const struct engine peer_swap = {
	.name = "swap",
	.begin = swap_begin,
	.object = memfd_object,
	.end = swap_end,
	.traits = ENGINE_SHARED | ENGINE_CGROUP,
};

const struct engine peer_swap_0 = {
	.name = "swap-0",
	.begin = swap_0_begin,
	.object = memfd_object,
	.end = swap_end,
	.traits = ENGINE_SHARED | ENGINE_CGROUP,
};

const struct engine peer_swap_5 = {
	.name = "swap-5",
	.begin = swap_5_begin,
	.object = memfd_object,
	.end = swap_end,
	.traits = ENGINE_SHARED | ENGINE_CGROUP,
};
