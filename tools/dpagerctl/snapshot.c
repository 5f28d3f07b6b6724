// SPDX-License-Identifier: GPL-2.0
/* All stores, segments and objects that the caller may see, for views of the whole. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "args.h"
#include "call.h"
#include "duration.h"
#include "snapshot.h"

static void *more(void *array, size_t count, size_t size)
{
	array = reallocarray(array, count ? count : 1, size);
	if (!array)
		args_fail("out of memory");
	return array;
}

static void add_segments(struct snapshot *snapshot, const struct snapshot_store *store, int fd)
{
	struct dpager_segment_entry *entries;
	size_t count, i, at = snapshot->segment_count;

	entries = call_list(fd, DPAGER_IOC_SEGMENTS, sizeof(*entries), &count, "segments");
	snapshot->segments = more(snapshot->segments, at + count, sizeof(*snapshot->segments));
	for (i = 0; i < count; i++) {
		snapshot->segments[at + i].entry = entries[i];
		snapshot->segments[at + i].store = store;
	}
	snapshot->segment_count += count;
	free(entries);
}

/* One that was deleted since it was listed is left as the list has it. */
static void look_into(struct snapshot *snapshot, struct snapshot_store *store, int pager)
{
	struct dpager_store_open opened;

	if (call_store_id(pager, store->entry.id, &opened)) {
		if (errno == EPERM || errno == EACCES)
			snapshot->all_seen = false;
		else if (errno != ENOENT)
			call_fail(&opened, "open store \"%s\"", store->entry.name);
		return;
	}
	store->info = (struct dpager_store_info){
		.size = sizeof(store->info),
		.flavor = DPAGER_STORE_INFO_BASIC,
	};
	store->seen = !call_try(opened.fd, DPAGER_IOC_STORE_INFO, &store->info);
	if (store->seen)
		add_segments(snapshot, store, opened.fd);
	else if (errno != ESTALE)
		call_fail(&store->info, "show store \"%s\"", store->entry.name);
	close(opened.fd);
}

/**
 * snapshot_take - look at everything
 * @snapshot: out; to be freed with snapshot_free()
 * @pager: the pager, as call_pager_most() opens it
 */
void snapshot_take(struct snapshot *snapshot, int pager)
{
	size_t i;

	*snapshot = (struct snapshot){ .at = duration_now(), .all_seen = true };
	call_info(pager, &snapshot->info);
	snapshot->entries = call_list(pager, DPAGER_IOC_STORES, sizeof(*snapshot->entries),
				      &snapshot->store_count, "stores");
	snapshot->stores = more(NULL, snapshot->store_count, sizeof(*snapshot->stores));
	for (i = 0; i < snapshot->store_count; i++) {
		snapshot->stores[i] = (struct snapshot_store){ .entry = snapshot->entries[i] };
		look_into(snapshot, &snapshot->stores[i], pager);
	}
	snapshot->objects = call_list(pager, DPAGER_IOC_OBJECTS, sizeof(*snapshot->objects),
				      &snapshot->object_count, "objects");
}

/**
 * snapshot_free - forget it
 * @snapshot: the snapshot
 */
void snapshot_free(struct snapshot *snapshot)
{
	free(snapshot->stores);
	free(snapshot->segments);
	free(snapshot->objects);
	free(snapshot->entries);
	*snapshot = (struct snapshot){ .at = 0 };
}

static uint64_t weight(const struct dpager_object_entry *object)
{
	return object->resident + object->paged_out;
}

static int heavier(const void *one, const void *other)
{
	const struct dpager_object_entry *a = one, *b = other;

	if (weight(a) != weight(b))
		return weight(a) < weight(b) ? 1 : -1;
	return a->id < b->id ? -1 : a->id > b->id;
}

/**
 * snapshot_sort_objects - those first that occupy most, in memory and on stores
 * @snapshot: the snapshot
 */
void snapshot_sort_objects(struct snapshot *snapshot)
{
	qsort(snapshot->objects, snapshot->object_count, sizeof(*snapshot->objects), heavier);
}
