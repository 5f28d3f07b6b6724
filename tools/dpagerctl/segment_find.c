// SPDX-License-Identifier: GPL-2.0
/* The segment that an operand names, and what to say when there is none. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "args.h"
#include "call.h"
#include "segment.h"

/* The list has a file's device only: one of two files on it cannot be told from the other. */
static bool lies_on(const struct dpager_segment_entry *entry, const struct stat *stat_buf)
{
	dev_t device = makedev(entry->major, entry->minor);

	if (S_ISREG(stat_buf->st_mode))
		return entry->flags & DPAGER_SEGMENT_FILE && stat_buf->st_dev == device;
	return S_ISBLK(stat_buf->st_mode) && !(entry->flags & DPAGER_SEGMENT_FILE) &&
	       stat_buf->st_rdev == device;
}

static const char *where(const struct stat *stat_buf)
{
	return S_ISREG(stat_buf->st_mode) ? "the device of " : "";
}

/* The id of the only segment of a store on a device, or in a file. */
static uint64_t find_on(int store, const char *store_name, const char *path)
{
	struct dpager_segment_entry *entries;
	size_t count, i, found = 0;
	struct stat stat_buf;
	uint64_t id = 0;

	if (stat(path, &stat_buf))
		args_fail("%s: %s; give the segment's id, its device or its file", path,
			  strerror(errno));
	entries = call_list(store, DPAGER_IOC_SEGMENTS, sizeof(*entries), &count, "segments");
	for (i = 0; i < count; i++) {
		if (!lies_on(&entries[i], &stat_buf))
			continue;
		id = entries[i].id;
		found++;
	}
	free(entries);
	if (!found)
		args_fail("store \"%s\" has no segment on %s%s; \"dpagerctl segment list %s\" "
			  "shows those it has", store_name, where(&stat_buf), path, store_name);
	if (found > 1)
		args_fail("store \"%s\" has %zu segments on %s%s; give the id of one "
			  "(\"dpagerctl segment list %s\")", store_name, found, where(&stat_buf),
			  path, store_name);
	return id;
}

/**
 * segment_id - the id of the segment that an operand names
 * @store: the store
 * @store_name: its name for messages
 * @segment: an id, or the path of a device or file with one segment of the
 *	store; what is neither ends the program
 */
uint64_t segment_id(int store, const char *store_name, const char *segment)
{
	uint64_t id;

	if (args_id(segment, &id))
		return id;
	if (strchr(segment, '/'))
		return find_on(store, store_name, segment);
	args_usage_fail("\"%s\" is neither a segment's id nor the path of a device or file",
			segment);
}

/**
 * segment_missing - end the program because a store has no such segment
 * @store_name: the store's name
 * @id: the segment's id
 */
void segment_missing(const char *store_name, uint64_t id)
{
	args_fail("store \"%s\" has no segment %llu; \"dpagerctl segment list %s\" shows those it "
		  "has", store_name, (unsigned long long)id, store_name);
}

/**
 * segment_get - what the list says of a segment
 * @store: the store
 * @store_name: its name for messages
 * @id: the segment's id; one that the store does not have ends the program
 * @entry: out
 */
void segment_get(int store, const char *store_name, uint64_t id,
		 struct dpager_segment_entry *entry)
{
	struct dpager_segment_entry *entries;
	size_t count, i;

	entries = call_list(store, DPAGER_IOC_SEGMENTS, sizeof(*entries), &count, "segments");
	for (i = 0; i < count && entries[i].id != id; i++)
		;
	if (i == count)
		segment_missing(store_name, id);
	*entry = entries[i];
	free(entries);
}
