// SPDX-License-Identifier: LGPL-2.1-or-later
/* Hurd's paging areas: removing runs, all or none. */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "paging.h"

/**
 * struct place - where a run's pages lie on its device
 * @dev: the device
 * @page: bytes of a page
 * @offset: bytes to the first page
 * @pages: how many
 */
struct place {
	dev_t dev;
	uint64_t page;
	uint64_t offset;
	uint64_t pages;
};

/* As the module rounds: inwards, to pages of the device. */
static int place_run(const struct paging *paging, size_t index, struct place *place)
{
	const struct paging_run *run = &paging->runs[index];
	uint64_t start, bytes, end;

	if (__builtin_mul_overflow(run->start, (uint64_t)paging->record_size, &start) ||
	    __builtin_mul_overflow(run->count, (uint64_t)paging->record_size, &bytes) ||
	    __builtin_add_overflow(start, bytes, &end) || end > INT64_MAX)
		return call_refuse(EOVERFLOW, DPAGER_DETAIL_OVERFLOW);
	place->offset = (start + place->page - 1) / place->page * place->page;
	end = end / place->page * place->page;
	place->pages = end > place->offset ? (end - place->offset) / place->page : 0;
	return 0;
}

static bool is_there(const struct place *place, const struct dpager_segment_entry *entry)
{
	return place->pages && entry->pages == place->pages && entry->offset == place->offset &&
	       makedev(entry->major, entry->minor) == place->dev;
}

static bool is_taken(const struct paging *paging, size_t before, uint64_t id)
{
	while (before--)
		if (paging->ids[before] == id)
			return true;
	return false;
}

/* The segment of one run, which no earlier run may be. */
static int match_run(const struct paging *paging, size_t index, struct place *place,
		     const struct dpager_segment_entry *entries, size_t count)
{
	if (place_run(paging, index, place))
		return -1;
	for (; count; count--, entries++)
		if (is_there(place, entries) && !is_taken(paging, index, entries->id)) {
			paging->ids[index] = entries->id;
			return 0;
		}
	return call_refuse(EINVAL, DPAGER_DETAIL_ID);
}

static int match_runs(const struct paging *paging, struct place *place,
		      const struct dpager_segment_entry *entries, size_t count)
{
	size_t i;

	for (i = 0; i < paging->count; i++)
		if (match_run(paging, i, place, entries, count))
			return -1;
	return 0;
}

/* All runs have their segments; @segments: how many the store has in all. */
static int match(const struct paging *paging, int store, size_t *segments)
{
	struct dpager_segment_entry *entries;
	struct place place = { .page = sysconf(_SC_PAGESIZE) };
	struct stat status;
	int ret;

	if (fstat(paging->device, &status))
		return call_refuse(errno, DPAGER_DETAIL_DEVICE_FD);
	place.dev = status.st_rdev;
	if (dpager_segments(store, &entries, segments))
		return -1;
	ret = match_runs(paging, &place, entries, *segments);
	free(entries);
	return ret;
}

/* Some of the store's segments; those that went are added again when one does not. */
static int remove_some(const struct paging *paging, int store)
{
	struct paging gone = *paging;
	uint32_t detail;
	size_t added;
	int error;

	for (gone.count = 0; gone.count < paging->count; gone.count++) {
		if (!dpager_remove_segment(store, paging->ids[gone.count], 0, NULL))
			continue;
		error = errno;
		detail = dpager_detail();
		paging_add_runs(&gone, store, &added);
		return call_refuse(error, detail);
	}
	return 0;
}

/**
 * paging_remove - remove all runs, or none; with the last ones the store
 * @paging: the runs
 */
int paging_remove(const struct paging *paging)
{
	int store = dpager_store_open(paging->pager, paging->name, NULL), ret, error;
	size_t segments;

	if (store < 0)
		return -1;
	ret = match(paging, store, &segments);
	if (!ret && segments == paging->count)
		ret = dpager_store_delete(store, 0, NULL);
	else if (!ret)
		ret = remove_some(paging, store);
	error = errno;
	close(store);
	errno = error;
	return ret;
}
