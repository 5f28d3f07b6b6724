// SPDX-License-Identifier: GPL-2.0
/*
 * A mount whose store is full: pages stay in memory, right; with room there
 * again they go out. A mount may promise more than its store has.
 */
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dp.h"
#include "mounted.h"
#include "parity.h"

#define STORE	256ULL
#define PAGES	(4 * STORE)

int main(void)
{
	struct dp_scene scene;
	struct dp_area area;
	uint64_t pages, more;
	struct room room;

	dp_scene_open(&scene, "/dev/vda", STORE * PAGE);
	mounted("/mounted", "size=64m");
	room = mounted_room("/mounted");
	ok_equal(room.all, 64 * MiB / PAGE, "statfs: the size");
	ok(room.available <= room.all, "no more is available");
	mounted_area(&area, "/mounted/file", PAGES);
	stamp_fill(area.map, area.id, 0, PAGES, 1);
	ok_dp(dp_control(area.fd, DPAGER_CONTROL_PAGE_OUT, 0, 0, &pages), ENOSPC,
	      DPAGER_DETAIL_NO_SPACE, "more than the store takes");
	ok_equal(stamp_verify(area.map, area.id, 0, PAGES, 1), 0, "every page is right");
	ok_equal(mounted_room("/mounted").used, PAGES, "and counts, in memory or out");
	more = dp_segment_on(scene.store, "/dev/vdb", 0, 2 * PAGES * PAGE);
	ok(more, "another segment");
	dp_page_out(area.fd);
	ok_equal(stamp_verify(area.map, area.id, 0, PAGES, 1), 0, "then all go out, and come back");
	dp_area_close(&area);
	unlink("/mounted/file");
	ok_errno(parity_unmount("/mounted"), 0, "unmounted");
	dp_settle(scene.pager);
	dp_scene_close(&scene);
	return tap_done();
}
