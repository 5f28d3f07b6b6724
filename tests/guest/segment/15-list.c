// SPDX-License-Identifier: GPL-2.0
/* SEGMENTS: the rules of lists, and the figures of an entry. */
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "block.h"
#include "dp.h"
#include "listing.h"

#define SEGMENTS	5

static void figures(int pager, int store, int disk)
{
	struct dpager_segment_entry entries[SEGMENTS] = { };
	struct dpager_list list = {
		.entry_size = sizeof(*entries),
		.array = (uintptr_t)entries,
		.room = SEGMENTS,
	};
	uint64_t used = 0, out = 0, writes = 0, reads = 0, in = 0, number;
	int object = dp_object(store, MiB, &number), i;
	char *map = dp_map(object, MiB);
	struct stat stat;

	stamp_fill(map, number, 0, 200, 1);
	dp_page_out(object);
	ok_equal(stamp_verify(map, number, 0, 200, 1), 0, "read back from the segments");
	dp_list(store, DPAGER_IOC_SEGMENTS, &list);
	fstat(disk, &stat);
	for (i = 0; i < SEGMENTS; i++) {
		used += entries[i].pages - entries[i].pages_free;
		out += entries[i].pages_out;
		in += entries[i].pages_in;
		writes += entries[i].writes;
		reads += entries[i].reads;
	}
	ok_equal(used, 200, "pages in use over all segments");
	ok_equal(out, 200, "pages written over all segments");
	ok(in >= 200 && reads && reads <= in, "pages read and read requests");
	ok(writes && writes <= out, "write requests");
	ok(entries[0].major == major(stat.st_rdev) && entries[0].minor == minor(stat.st_rdev),
	   "the device's number");
	ok(entries[2].offset == 4 * MiB && entries[2].pages == 64, "where it lies");
	munmap(map, MiB);
	close(object);
	dp_settle(pager);
}

int main(void)
{
	int pager = dp_pager(), store = dp_store(pager, -1, 0, NULL), i;
	int disk = block_open("/dev/vda", O_RDWR);
	struct listing listing = {
		"SEGMENTS", store, DPAGER_IOC_SEGMENTS,
		sizeof(struct dpager_segment_entry), SEGMENTS, SEGMENTS,
	};

	for (i = 0; i < SEGMENTS; i++)
		dp_segment(store, disk, i * 2 * MiB, 64 * PAGE);
	listing_rules(&listing);
	figures(pager, store, disk);
	ok_errno(dp_delete_wait(store), 0, "delete the store");
	return tap_done();
}
