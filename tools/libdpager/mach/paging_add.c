// SPDX-License-Identifier: LGPL-2.1-or-later
/* Hurd's paging areas: adding runs, all or none. */
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "paging.h"

/**
 * paging_add_runs - a segment for each run
 * @paging: the runs
 * @store: their store
 * @added: out: how many were added, when it fails, too
 */
int paging_add_runs(const struct paging *paging, int store, size_t *added)
{
	const struct paging_run *run;

	for (*added = 0; *added < paging->count; ++*added) {
		run = &paging->runs[*added];
		if (dpager_add_segment(store, paging->device, run->start, run->count,
				       paging->record_size, 0, &paging->ids[*added], NULL))
			return -1;
	}
	return 0;
}

static int store_create(const struct paging *paging)
{
	struct dpager_store_create create = { .priority = DPAGER_PRIORITY_DEFAULT };

	strcpy(create.name, paging->name);
	return dpager_store_create(paging->pager, &create);
}

static int store_get(const struct paging *paging, bool *created)
{
	int store = dpager_store_open(paging->pager, paging->name, NULL);

	*created = store < 0 && errno == ENOENT;
	return *created ? store_create(paging) : store;
}

/* What objects have put there already may always come back to memory. */
static void undo(const struct paging *paging, int store, bool created, size_t added)
{
	if (created) {
		dpager_store_delete(store, DPAGER_EVACUATE_MEMORY, NULL);
		return;
	}
	while (added--)
		dpager_remove_segment(store, paging->ids[added], DPAGER_EVACUATE_MEMORY, NULL);
}

/**
 * paging_add - add all runs, or none
 * @paging: the runs
 */
int paging_add(const struct paging *paging)
{
	uint32_t detail;
	bool created;
	size_t added;
	int store, ret, error;

	store = store_get(paging, &created);
	if (store < 0)
		return -1;
	ret = paging_add_runs(paging, store, &added);
	error = errno;
	detail = dpager_detail();
	if (ret)
		undo(paging, store, created, added);
	close(store);
	return ret ? call_refuse(error, detail) : 0;
}
