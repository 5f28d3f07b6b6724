// SPDX-License-Identifier: GPL-2.0
/* dpagerctl segment remove */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "args.h"
#include "call.h"
#include "commands.h"
#include "evacuate.h"

static const struct option long_options[] = {
	EVACUATE_LONG, ARGS_LONG, { NULL, 0, NULL, 0 }
};

static const struct syntax syntax = {
	.synopsis = "segment remove [options] STORE SEGMENT",
	.about = "Take a segment from a store and release its device. Pages of objects that are\n"
		 "on it are moved elsewhere first; the objects stay in use meanwhile. STORE is a\n"
		 "name, an id, or '#' and an id; SEGMENT is an id, or the path of a device that\n"
		 "holds one segment of the store.",
	.options = EVACUATE_HELP,
	.short_options = EVACUATE_SHORT ARGS_SHORT,
	.long_options = long_options,
	.min = 2,
	.max = 2,
};

/* The id of the only segment of a store on a device. */
static uint64_t find_on_device(int store, const char *store_name, const char *path)
{
	struct dpager_segment_entry *entries;
	size_t count, i, found = 0;
	struct stat stat_buf;
	uint64_t id = 0;

	if (stat(path, &stat_buf))
		args_fail("%s: %s; give the segment's id or its device", path, strerror(errno));
	entries = call_list(store, DPAGER_IOC_SEGMENTS, sizeof(*entries), &count, "segments");
	for (i = 0; i < count; i++) {
		if (!S_ISBLK(stat_buf.st_mode) ||
		    stat_buf.st_rdev != makedev(entries[i].major, entries[i].minor))
			continue;
		id = entries[i].id;
		found++;
	}
	free(entries);
	if (!found)
		args_fail("store \"%s\" has no segment on %s; \"dpagerctl segment list %s\" shows "
			  "those it has", store_name, path, store_name);
	if (found > 1)
		args_fail("store \"%s\" has %zu segments on %s; give the id of one "
			  "(\"dpagerctl segment list %s\")", store_name, found, path, store_name);
	return id;
}

static uint64_t segment_id(int store, const char *store_name, const char *segment)
{
	uint64_t id;

	if (args_id(segment, &id))
		return id;
	if (strchr(segment, '/'))
		return find_on_device(store, store_name, segment);
	args_usage_fail("\"%s\" is neither a segment's id nor the path of a device", segment);
}

/**
 * segment_remove - the command
 * @argc: number of arguments
 * @argv: the arguments
 *
 * Returns the exit code.
 */
int segment_remove(int argc, char **argv)
{
	struct dpager_remove_segment remove = { .size = sizeof(remove) };
	struct evacuation evacuation = {
		.request = DPAGER_IOC_REMOVE_SEGMENT,
		.head = (struct call_head *)&remove,
		.how = &remove.evacuate,
	};
	struct dpager_store_open opened;
	unsigned long long id;

	evacuate_options(argc, argv, &syntax);
	evacuate_store(&evacuation, argv[optind], &opened);
	remove.id = segment_id(evacuation.store, opened.name, argv[optind + 1]);
	evacuation.segment = id = remove.id;
	snprintf(evacuation.what, sizeof(evacuation.what), "remove segment %llu of store \"%s\"",
		 id, opened.name);
	snprintf(evacuation.done, sizeof(evacuation.done), "segment %llu removed from store \"%s\"",
		 id, opened.name);
	if (!evacuate(&evacuation)) {
		evacuate_tell(&evacuation);
		return EXIT_OK;
	}
	if (errno == ENOENT)
		args_fail("store \"%s\" has no segment %llu; \"dpagerctl segment list %s\" shows "
			  "those it has", opened.name, id, opened.name);
	evacuate_fail(&evacuation);
}
