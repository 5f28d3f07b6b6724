// SPDX-License-Identifier: GPL-2.0
/*
 * Offsets above 4 GiB and 16 TiB, segments above both: Mach's 32-bit offsets
 * wrapped in silence. The device is sparse and remembers what is written.
 *
 * guest: kmod=null_blk
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "block.h"
#include "dp.h"

#define PAGES	512UL

static int pager, device;
static char path[64];

/* Pages land at the offset; the last not at @cut, what 32 bits of its own would be. */
static void data_at(uint64_t offset, uint64_t bytes, uint64_t cut, const char *where)
{
	int store = dp_store(pager, -1, 0, NULL), object;
	uint64_t id, wrong;
	char *map;

	if (!ok_dp(dp_add_bytes(store, device, offset, bytes, 4096, NULL), 0,
		   DPAGER_DETAIL_NONE, "a segment %s", where))
		return;
	object = dp_object(store, PAGES * PAGE, &id);
	map = dp_map(object, PAGES * PAGE);
	stamp_fill(map, id, 0, PAGES, 1);
	ok_equal(dp_page_out(object), PAGES, "%s: page out", where);
	ok(block_find(path, offset, 4 * MiB, (struct stamp){ id, 0, 1 }) >= 0,
	   "%s: a page is at the segment's beginning", where);
	ok(block_find(path, cut, 4 * MiB, (struct stamp){ id, PAGES - 1, 1 }) < 0,
	   "%s: and the last page not at its offset modulo 4 GiB", where);
	wrong = stamp_verify(map, id, 0, PAGES, 1);
	ok_equal(wrong, 0, "%s: read back", where);
	munmap(map, PAGES * PAGE);
	close(object);
	ok_errno(dp_delete_wait(store), 0, "%s: delete the store", where);
}

/* A table of 4 billion slots may not fit in memory: then ENOMEM, and no harm. */
static void huge_segment(uint64_t bytes)
{
	int store = dp_store(pager, -1, 0, NULL), error;
	struct dpager_add_segment add = {
		.device = device,
		.count = bytes >> 20,
		.record_size = 1 << 20,
	};
	struct dpager_store_info info;

	error = dp_add(store, &add);
	dp_store_info(store, &info);
	if (error == ENOMEM) {
		ok(!info.segments && !info.pages_total,
		   "a segment above 16 TiB: no memory, and nothing changed");
	} else {
		ok_errno(error, 0, "a segment above 16 TiB");
		ok_equal(info.pages_total, bytes / PAGE, "its pages");
	}
	ok_errno(dp_store_delete(store, NULL), 0, "delete the store");
}

static void big_count(void)
{
	int store = dp_store(pager, -1, 0, NULL);
	struct dpager_info info;

	dp_segment(store, device, 0, 6 * GiB);
	dp_info(pager, &info);
	ok_equal(info.total, 6 * GiB, "a segment of 6 GiB: total bytes");
	ok_equal(info.free, 6 * GiB, "a segment of 6 GiB: free bytes");
	ok_errno(dp_store_delete(store, NULL), 0, "delete the store");
}

int main(void)
{
	static const struct null_setup setup = {
		.megabytes = 17 * 1024 * 1024,
		.memory = true,
	};

	pager = dp_pager();
	null_create("dpbig", &setup, path);
	device = block_open(path, O_RDWR);
	data_at(5 * GiB, 64 * MiB, GiB, "at 5 GiB");
	data_at(16 * TiB + 8 * GiB + 32 * MiB, 64 * MiB, 32 * MiB, "above 16 TiB");
	data_at(4 * GiB - MiB / 2, 64 * MiB, 0, "across 4 GiB");
	big_count();
	huge_segment(17 * TiB);
	dp_settle(pager);
	close(device);
	null_remove("dpbig");
	return tap_done();
}
