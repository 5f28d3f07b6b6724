// SPDX-License-Identifier: GPL-2.0
/*
 * A segment over a disk full of someone's old data: objects are zeros at first,
 * and parts of a cluster that were never written never show what the disk held.
 */
#include <sys/mman.h>
#include <unistd.h>

#include "block.h"
#include "dp.h"

#define AREA	(16 * MiB)
#define PAGES	1024UL

/* Every third page is written; its neighbours in the cluster are not. */
int main(void)
{
	uint64_t id, page, old, wrong = 0;
	struct dp_scene scene;
	int object, round;
	char *map;

	block_fill("/dev/vda", 0, AREA, 0xee);
	dp_scene_open(&scene, "/dev/vda", AREA);
	object = dp_object(scene.pager, PAGES * PAGE, &id);
	map = dp_map(object, PAGES * PAGE);
	ok_equal(pages_not_zero(map, 0, PAGES), 0, "a new object on an old disk is zeros");
	dp_page_out(object);
	for (round = 1; round <= 3; round++) {
		for (page = 0; page < PAGES; page += 3)
			stamp_write(map + page * PAGE, (struct stamp){ id, page, round });
		dp_page_out(object);
		for (page = 0, old = 0; page < PAGES; page++) {
			if (page % 3)
				old += !page_is_zero(map + page * PAGE);
			else
				wrong += stamp_verify(map, id, page, 1, round);
		}
		ok_equal(old, 0, "round %d: what was not written is zeros", round);
		ok_equal(wrong, 0, "round %d: what was written is right", round);
		dp_page_out(object);
	}
	munmap(map, PAGES * PAGE);
	close(object);
	dp_settle(scene.pager);
	dp_scene_close(&scene);
	return tap_done();
}
