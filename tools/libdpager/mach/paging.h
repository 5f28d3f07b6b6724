/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LIBDPAGER_PAGING_H
#define LIBDPAGER_PAGING_H

#include "mach.h"

/**
 * struct paging_run - records in a row
 * @start: the first
 * @count: how many
 */
struct paging_run {
	uint64_t start;
	uint64_t count;
};

/**
 * struct paging - runs of a device to add or to remove
 * @pager: the pager
 * @device: the device
 * @record_size: bytes of a record
 * @runs: the runs
 * @ids: room for a segment's id for each of them
 * @count: how many runs
 * @name: the store's name
 */
struct paging {
	int pager;
	int device;
	uint32_t record_size;
	struct paging_run *runs;
	uint64_t *ids;
	size_t count;
	char name[DPAGER_NAME_SIZE];
};

int paging_add_runs(const struct paging *paging, int store, size_t *added);
int paging_add(const struct paging *paging);
int paging_remove(const struct paging *paging);

#endif
