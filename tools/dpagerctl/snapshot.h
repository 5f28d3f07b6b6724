/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DPAGERCTL_SNAPSHOT_H
#define DPAGERCTL_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <linux/dpager.h>

/**
 * struct snapshot_store - a store
 * @entry: as the list has it
 * @info: BASIC figures, if @seen
 * @seen: whether the caller may see more than the list
 */
struct snapshot_store {
	struct dpager_store_entry entry;
	struct dpager_store_info info;
	bool seen;
};

/**
 * struct snapshot_segment - a segment
 * @entry: as its store's list has it
 * @store: the store, in the same snapshot
 */
struct snapshot_segment {
	struct dpager_segment_entry entry;
	const struct snapshot_store *store;
};

/**
 * struct snapshot - all that can be seen, at one time as nearly as can be had
 * @at: when, as duration_now()
 * @info: the pager's figures
 * @stores: the stores
 * @segments: their segments; none of a store that is not seen
 * @objects: the objects that the caller may see
 * @entries: the stores once more, as the list has them
 * @store_count: number of stores
 * @segment_count: number of segments
 * @object_count: number of objects
 * @all_seen: whether no store was hidden
 */
struct snapshot {
	uint64_t at;
	struct dpager_info info;
	struct snapshot_store *stores;
	struct snapshot_segment *segments;
	struct dpager_object_entry *objects;
	struct dpager_store_entry *entries;
	size_t store_count;
	size_t segment_count;
	size_t object_count;
	bool all_seen;
};

void snapshot_take(struct snapshot *snapshot, int pager);
void snapshot_free(struct snapshot *snapshot);
void snapshot_sort_objects(struct snapshot *snapshot);

#endif
