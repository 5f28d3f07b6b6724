// SPDX-License-Identifier: GPL-2.0
/* What dpagerctl map draws of a segment. */
#include <blkid.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/sysmacros.h>

#include "args.h"
#include "call.h"
#include "map.h"
#include "segment.h"
#include "size.h"

static void describe(struct map *map, const struct dpager_segment_entry *entry, const char *store)
{
	uint64_t used = size_used(entry->pages, entry->pages_free, entry->pages_bad);
	char *device = blkid_devno_to_devname(makedev(entry->major, entry->minor));
	char text[4][SIZE_TEXT], state[SEGMENT_STATE];

	size_print(text[0], SIZE_TEXT, size_of_pages(entry->pages, map->page_size));
	size_print(text[1], SIZE_TEXT, size_of_pages(used, map->page_size));
	size_print(text[2], SIZE_TEXT, size_of_pages(entry->pages_free, map->page_size));
	size_print(text[3], SIZE_TEXT, size_of_pages(entry->pages_bad, map->page_size));
	segment_state(state, sizeof(state), entry);
	snprintf(map->title, sizeof(map->title), "segment %llu of store \"%s\"",
		 (unsigned long long)entry->id, store);
	snprintf(map->facts, sizeof(map->facts), "%s on %s: %s in use, %s free, %s bad; %s",
		 text[0], device ? device : "a device that is gone", text[1], text[2], text[3],
		 state);
	free(device);
}

static struct dpager_map_bucket *ask(int store, const char *name, size_t most,
				     struct dpager_segment_map *map)
{
	struct dpager_map_bucket *buckets = calloc(most, sizeof(*buckets));

	if (!buckets)
		args_fail("out of memory");
	map->array = (uintptr_t)buckets;
	map->buckets = most;
	if (call_try(store, DPAGER_IOC_SEGMENT_MAP, map)) {
		if (errno == ENOENT)
			segment_missing(name, map->id);
		call_fail(map, "look at segment %llu of store \"%s\"",
			  (unsigned long long)map->id, name);
	}
	return buckets;
}

/**
 * map_segment - look at a segment
 * @map: out
 * @most: how many cells there may be
 * @operands: store and segment
 */
void map_segment(struct map *map, size_t most, char **operands)
{
	struct dpager_segment_map call = { .size = sizeof(call) };
	struct dpager_segment_entry entry;
	struct dpager_map_bucket *buckets;
	struct dpager_store_open opened;
	struct dpager_info info;
	int pager, store;
	size_t i;

	pager = call_pager(O_RDWR);
	store = call_store(pager, operands[0], &opened);
	call_info(pager, &info);
	call.id = segment_id(store, opened.name, operands[1]);
	segment_get(store, opened.name, call.id, &entry);
	buckets = ask(store, opened.name, most, &call);
	map->unit = "slot";
	map->page_size = info.page_size;
	map->pages = call.slots;
	map->cell = call.bucket_slots;
	map->cells = call.buckets;
	map->panel_count = 1;
	map->panels[0] = (struct map_panel){
		.title = "slots in use",
		.none = "free",
		.all = "all in use",
		.part = map_counts(map),
		.bad = map_counts(map),
	};
	for (i = 0; i < map->cells; i++) {
		map->panels[0].part[i] = buckets[i].used;
		map->panels[0].bad[i] = buckets[i].bad;
	}
	free(buckets);
	describe(map, &entry, opened.name);
}
