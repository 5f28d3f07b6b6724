// SPDX-License-Identifier: GPL-2.0
/* STORES: the rules of lists, and the figures of an entry. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "block.h"
#include "dp.h"
#include "listing.h"
#include "proc.h"

#define STORES	7

static struct dpager_store_entry entries[STORES + 1];

static void figures(int pager)
{
	struct dpager_list list = {
		.entry_size = sizeof(*entries),
		.array = (uintptr_t)entries,
		.room = STORES + 1,
	};
	unsigned int i, wrong = 0;
	char name[DPAGER_NAME_SIZE];

	dp_list(pager, DPAGER_IOC_STORES, &list);
	for (i = 0; i < STORES; i++) {
		snprintf(name, sizeof(name), "list-%u", i);
		wrong += strcmp(entries[i].name, name) || entries[i].priority != (int)i - 1 ||
			 entries[i].cluster != 4096U << i || entries[i].segments != (i == 3) ||
			 entries[i].flags || entries[i].total != (i == 3 ? MiB : 0) ||
			 entries[i].free != (i == 3 ? MiB : 0);
	}
	ok_equal(wrong, 0, "each entry has its figures");
}

/* Whoever may read the pager may list; ids need not be resumed exactly. */
static void resume_after_deletion(int pager, int *fds)
{
	struct dpager_list list = {
		.entry_size = sizeof(*entries),
		.array = (uintptr_t)entries,
		.room = 2,
	};
	uint64_t last = entries[STORES - 1].id;
	unsigned int seen;

	dp_list(pager, DPAGER_IOC_STORES, &list);
	dp_store_delete(fds[2], NULL);
	list.room = STORES;
	dp_list(pager, DPAGER_IOC_STORES, &list);
	seen = list.count;
	ok(seen == STORES - 3 && entries[seen - 1].id == last && !list.next,
	   "a list goes on when its next entry was deleted");
}

static int as_nobody(void *unused)
{
	struct dpager_list list = { .entry_size = sizeof(*entries) };
	int pager = *(int *)unused;

	return dp_list(pager, DPAGER_IOC_STORES, &list) || list.total != STORES - 1;
}

int main(void)
{
	int pager = dp_pager(), fds[STORES], i, disk = block_open("/dev/vda", O_RDWR);
	struct listing listing = {
		"STORES", pager, DPAGER_IOC_STORES,
		sizeof(struct dpager_store_entry), STORES, STORES,
	};
	char name[DPAGER_NAME_SIZE];

	for (i = 0; i < STORES; i++) {
		snprintf(name, sizeof(name), "list-%d", i);
		fds[i] = dp_store(pager, i - 1, 4096 << i, name);
	}
	dp_segment(fds[3], disk, 0, MiB);
	listing_rules(&listing);
	figures(pager);
	resume_after_deletion(pager, fds);
	ok_equal(proc_run_as(PROC_NOBODY, as_nobody, &pager), 0,
		 "an unprivileged holder of a pager descriptor may list");
	for (i = 0; i < STORES; i++)
		if (i != 2)
			ok_errno(dp_store_delete(fds[i], NULL), 0, "delete store %d", i);
	return tap_done();
}
