// SPDX-License-Identifier: GPL-2.0
/*
 * Why no page is ever stale: a group's pages come and go under its lock only.
 * One that is resident and not dirty is write-protected, so that each write to
 * it comes here first and makes it dirty; a dirty one is protected before it is
 * written out, and dropped under the same lock: who writes meanwhile waits,
 * finds the group absent, and has it read again.
 */
#include "group.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "budget.h"

/**
 * struct group - a group's state; all fields are under its lock
 * @lock: held while its pages come, go, or change their protection
 * @resident: its pages are in memory
 * @dirty: they may be written without our being told, or were; else each is
 *	write-protected and as on disk
 * @stored: the disk has what it held when it was last written out
 * @again: it stays for another round when its turn to go comes
 * @gone: how many evictions there had been when it went
 */
struct group {
	pthread_mutex_t lock;
	bool resident;
	bool dirty;
	bool stored;
	bool again;
	uint64_t gone;
};

static struct group *groups;
static int disk;
static atomic_uint_fast64_t evictions;
static const char zeros[GROUP_BYTES];

bool groups_open(size_t count, int device)
{
	size_t i;

	disk = device;
	evictions = 0;
	groups = calloc(count, sizeof(*groups));
	for (i = 0; groups && i < count; i++)
		pthread_mutex_init(&groups[i].lock, NULL);
	return groups;
}

void groups_close(void)
{
	free(groups);
	groups = NULL;
}

static void transfer_check(ssize_t transferred)
{
	if (transferred == (ssize_t)GROUP_BYTES)
		return;
	perror("bench: uffd: disk");
	_exit(1);
}

static off_t group_offset(uint32_t index)
{
	return (off_t)index * (off_t)GROUP_BYTES;
}

/*
 * Reads are not seen here, so first in is first out; but what comes back before
 * as much as fits has gone since is in use and gets a second round.
 */
static void group_read(struct group *group, uint32_t index, bool write, void *buffer)
{
	transfer_check(pread(disk, buffer, GROUP_BYTES, group_offset(index)));
	group->again = evictions - group->gone < budget_groups();
	group->dirty = write;
	memory_copy(index, buffer, !write);
}

/* Zero pages cannot be protected as they come: the group counts as dirty. */
static void group_begin(struct group *group, uint32_t index, bool write)
{
	group->dirty = true;
	if (write)
		memory_copy(index, zeros, false);
	else
		memory_zero(index);
}

static void group_load(struct group *group, uint32_t index, bool write, void *buffer)
{
	budget_take();
	if (group->stored)
		group_read(group, index, write, buffer);
	else
		group_begin(group, index, write);
	group->resident = true;
	budget_queue(index);
}

void group_fault(const struct fault *fault, void *buffer)
{
	struct group *group = &groups[fault->group];

	pthread_mutex_lock(&group->lock);
	if (!fault->protected && !group->resident) {
		group_load(group, fault->group, fault->write, buffer);
	} else if (fault->protected && group->resident && !group->dirty) {
		group->dirty = true;
		memory_protect(fault->group, false);
	} else {
		memory_wake(fault->group);
	}
	pthread_mutex_unlock(&group->lock);
}

static void group_write(struct group *group, uint32_t index)
{
	memory_protect(index, true);
	transfer_check(pwrite(disk, memory_group(index), GROUP_BYTES, group_offset(index)));
	group->stored = true;
	group->dirty = false;
}

static void group_drop(struct group *group, uint32_t index)
{
	memory_drop(index);
	group->resident = false;
	group->gone = ++evictions;
	budget_give();
}

void group_evict(uint32_t index)
{
	struct group *group = &groups[index];

	pthread_mutex_lock(&group->lock);
	if (group->again) {
		group->again = false;
		budget_queue(index);
	} else {
		if (group->dirty)
			group_write(group, index);
		group_drop(group, index);
	}
	pthread_mutex_unlock(&group->lock);
}
