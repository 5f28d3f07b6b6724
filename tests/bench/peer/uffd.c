// SPDX-License-Identifier: GPL-2.0
/*
 * A pager in user space, as a good one would be: private memory whose faults
 * come to us by userfaultfd, three threads that page in groups of 16 pages, two
 * that page out ahead of need what was longest in memory, direct I/O to the
 * disk, and clean groups go without being written.
 *
 * It cannot know how much memory there will be, nor be asked to give some back:
 * it gets a share that is fixed when it begins, all of what is then available
 * but MARGIN, for page tables, buffers and the program itself.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "disk.h"
#include "peer/peers.h"
#include "peer/uffd/budget.h"
#include "peer/uffd/group.h"
#include "peer/uffd/memory.h"

#define HANDLERS	3
#define EVICTORS	2
#define MARGIN		(12ul << 20)

static size_t share, chosen;
static int disk = -1;
static pthread_t handlers[HANDLERS], evictors[EVICTORS];
static char buffers[HANDLERS][GROUP_BYTES] __attribute__((aligned(4096)));

/* One waits for faults at a time: the kernel would wake all that do, for each fault. */
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static bool unmapped;

static bool fault_next(struct fault *fault)
{
	bool found;

	pthread_mutex_lock(&turn);
	found = !unmapped && memory_wait(fault);
	unmapped = !found;
	pthread_mutex_unlock(&turn);
	return found;
}

static void *handler_main(void *buffer)
{
	struct fault fault;

	while (fault_next(&fault))
		group_fault(&fault, buffer);
	return NULL;
}

static void *evictor_main(void *unused)
{
	uint32_t group;

	while (budget_next(&group))
		group_evict(group);
	return unused;
}

void engine_uffd_budget(size_t bytes)
{
	chosen = bytes;
}

static size_t memory_available(void)
{
	FILE *file = fopen("/proc/meminfo", "r");
	size_t kib = 0;
	char line[128];

	while (file && !kib && fgets(line, sizeof(line), file))
		(void)!sscanf(line, "MemAvailable: %zu kB", &kib);
	if (file)
		fclose(file);
	return kib << 10;
}

static bool uffd_begin(void)
{
	size_t available = memory_available();

	share = available > MARGIN ? available - MARGIN : 0;
	disk = open(DISK_PEER, O_RDWR | O_DIRECT | O_CLOEXEC);
	return disk >= 0 || peer_failed("uffd", DISK_PEER);
}

static bool threads_start(void)
{
	int i;

	unmapped = false;
	for (i = 0; i < HANDLERS; i++) {
		if (pthread_create(&handlers[i], NULL, handler_main, buffers[i]))
			return false;
	}
	for (i = 0; i < EVICTORS; i++) {
		if (pthread_create(&evictors[i], NULL, evictor_main, NULL))
			return false;
	}
	return true;
}

static void *uffd_map(size_t bytes)
{
	size_t groups = (bytes + GROUP_BYTES - 1) / GROUP_BYTES;
	void *memory = memory_open(groups);

	if (memory && budget_open((chosen ? chosen : share) / GROUP_BYTES) &&
	    groups_open(groups, disk) && threads_start())
		return memory;
	peer_failed("uffd", "map");
	return NULL;
}

/* Evictors first, as they touch the memory; handlers end when it is gone. */
static void uffd_unmap(void *unused, size_t bytes)
{
	int i;

	(void)unused;
	(void)bytes;
	budget_stop();
	for (i = 0; i < EVICTORS; i++)
		pthread_join(evictors[i], NULL);
	memory_unmap();
	for (i = 0; i < HANDLERS; i++)
		pthread_join(handlers[i], NULL);
	groups_close();
	budget_close();
	memory_close();
}

static bool uffd_end(void)
{
	close(disk);
	disk = -1;
	return true;
}

const struct engine peer_uffd = {
	.name = "uffd",
	.begin = uffd_begin,
	.map = uffd_map,
	.unmap = uffd_unmap,
	.end = uffd_end,
};
