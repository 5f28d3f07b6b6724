// SPDX-License-Identifier: LGPL-2.1-or-later
/* Segments of a store. */
#include <dpager/dpager.h>

#include "call.h"
#include "evacuate.h"
#include "list.h"

int dpager_add_segment(int store, int device, uint64_t offset, uint64_t count,
		       uint32_t record_size, uint32_t flags, uint64_t *id, uint64_t *pages)
{
	struct dpager_add_segment add = {
		.size = sizeof(add),
		.flags = flags,
		.device = device,
		.offset = offset,
		.count = count,
		.record_size = record_size,
	};

	if (dpager_call(store, DPAGER_IOC_ADD_SEGMENT, &add))
		return -1;
	call_out(id, add.id);
	call_out(pages, add.pages);
	return 0;
}

int dpager_add_file(int store, int file, uint64_t bytes, uint32_t flags, uint64_t *id,
		    uint64_t *pages)
{
	struct dpager_add_file add = {
		.size = sizeof(add),
		.flags = flags,
		.file = file,
		.bytes = bytes,
	};

	if (dpager_call(store, DPAGER_IOC_ADD_FILE, &add))
		return -1;
	call_out(id, add.id);
	call_out(pages, add.pages);
	return 0;
}

int dpager_segments(int store, struct dpager_segment_entry **segments, size_t *count)
{
	return list_all(store, DPAGER_IOC_SEGMENTS, sizeof(**segments), segments, count);
}

int dpager_set_segment(int store, uint64_t id, uint32_t set, uint32_t clear)
{
	struct dpager_set_segment argument = {
		.size = sizeof(argument),
		.set = set,
		.clear = clear,
		.id = id,
	};

	return dpager_call(store, DPAGER_IOC_SET_SEGMENT, &argument);
}

int dpager_resize_segment(int store, uint64_t id, uint64_t bytes, uint32_t flags,
			  uint64_t *pages, struct dpager_evacuate *evacuate)
{
	struct dpager_resize_segment resize = {
		.size = sizeof(resize),
		.flags = flags,
		.id = id,
		.bytes = bytes,
	};
	int ret;

	evacuate_in(&resize.evacuate, evacuate);
	ret = dpager_call(store, DPAGER_IOC_RESIZE_SEGMENT, &resize);
	evacuate_out(evacuate, &resize.evacuate);
	if (!ret)
		call_out(pages, resize.pages);
	return ret;
}

int dpager_remove_segment(int store, uint64_t id, uint32_t flags,
			  struct dpager_evacuate *evacuate)
{
	struct dpager_remove_segment argument = {
		.size = sizeof(argument),
		.flags = flags,
		.id = id,
	};
	int ret;

	evacuate_in(&argument.evacuate, evacuate);
	ret = dpager_call(store, DPAGER_IOC_REMOVE_SEGMENT, &argument);
	evacuate_out(evacuate, &argument.evacuate);
	return ret;
}

int dpager_segment_map(int store, uint64_t id, struct dpager_map_bucket *buckets, uint32_t *count,
		       uint64_t *bucket_slots)
{
	struct dpager_segment_map map = {
		.size = sizeof(map),
		.buckets = *count,
		.id = id,
		.array = (uintptr_t)buckets,
	};

	if (dpager_call(store, DPAGER_IOC_SEGMENT_MAP, &map))
		return -1;
	*count = map.buckets;
	call_out(bucket_slots, map.bucket_slots);
	return 0;
}
