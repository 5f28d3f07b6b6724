// SPDX-License-Identifier: GPL-2.0
/*
 * A disk that is taken away while pages are on it: they are SIGBUS, all else of
 * the object goes on, and store and module can still be let go.
 *
 * guest: timeout=240 kmod=null_blk allow="I/O error"
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "block.h"
#include "dp.h"

#define PAGES	4096UL
/* At the end, where no read-ahead has been. */
#define LAST	256UL

int main(void)
{
	static const struct null_setup setup = { .megabytes = 64, .memory = true };
	int pager = dp_pager(), store = dp_store(pager, -1, 0, NULL), object, device;
	struct stamp_tally tally;
	struct dpager_info info;
	uint64_t id, pages;
	char path[64], *map;

	null_create("dpgone", &setup, path);
	device = block_open(path, O_RDWR);
	dp_segment(store, device, 0, 32 * MiB);
	close(device);
	object = dp_object(store, PAGES * PAGE, &id);
	map = dp_map(object, PAGES * PAGE);
	stamp_fill(map, id, 0, PAGES, 1);
	dp_page_out(object);
	stamp_fill(map, id, 0, LAST, 2);
	null_set("dpgone", "power", "0");
	stamp_tally(map, id, PAGES - LAST, LAST, 1, &tally);
	ok_equal(tally.sigbus, LAST, "what is out is SIGBUS");
	ok_equal(stamp_verify(map, id, 0, LAST, 2), 0, "what is in memory is right");
	ok_errno(dp_control(object, DPAGER_CONTROL_PAGE_OUT, 0, 0, &pages), EIO, "page out");
	ok_equal(stamp_verify(map, id, 0, LAST, 2), 0, "what is in memory is still right");
	ok_errno(dp_control(object, DPAGER_CONTROL_DROP, 0, 0, &pages), 0, "drop all");
	stamp_fill(map, id, 0, PAGES, 3);
	ok_equal(stamp_verify(map, id, 0, PAGES, 3), 0, "the object goes on in memory");
	dp_info(pager, &info);
	ok_equal(info.segments, 1, "the segment is still listed");
	munmap(map, PAGES * PAGE);
	close(object);
	dp_settle(pager);
	ok_errno(dp_delete_wait(store), 0, "delete the store");
	null_remove("dpgone");
	return tap_done();
}
