// SPDX-License-Identifier: GPL-2.0
/*
 * A test that the tests can fail: a slot is changed on the raw disk, and the
 * verifier must report that page, and no other. So it also shows that pages
 * are really read from the disk.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "block.h"
#include "dp.h"

#define AREA	(8 * MiB)
#define PAGES	512UL

static uint64_t id;
static char *map, *page;
static int disk, object;

static int64_t find_slot(uint64_t index, uint64_t generation)
{
	int64_t at = block_find("/dev/vda", 0, AREA, (struct stamp){ id, index, generation });

	if (at < 0)
		bail("page %llu is not found on the disk", (unsigned long long)index);
	return at;
}

static void change(int64_t at)
{
	if (!block_write(disk, at, page, PAGE))
		bail("cannot write the raw disk");
}

/* One bit in the middle of the page. */
static void flip_a_bit(void)
{
	int64_t at = find_slot(100, 2);

	if (!block_read(disk, at, page, PAGE))
		bail("cannot read the raw disk");
	page[2049] ^= 0x10;
	change(at);
	ok_equal(stamp_verify(map, id, 0, 100, 2), 0, "pages before are right");
	ok(stamp_check(map + 100 * PAGE, (struct stamp){ id, 100, 2 }) == STAMP_TORN,
	   "a bit that was flipped on the disk is reported");
	ok_equal(stamp_verify(map, id, 101, PAGES - 101, 2), 0, "pages behind are right");
	ok_equal(stamp_verify(map, id, 0, PAGES, 2), 1, "one page of all is wrong");
	stamp_fill(map, id, 100, 1, 2);
}

/* The slot holds the generation before: what a lost write would leave. */
static void lose_a_write(void)
{
	int64_t at;

	dp_page_out(object);
	at = find_slot(200, 2);
	stamp_write(page, (struct stamp){ id, 200, 1 });
	change(at);
	ok(stamp_check(map + 200 * PAGE, (struct stamp){ id, 200, 2 }) == STAMP_STALE,
	   "a write that was lost is reported as stale");
	ok_equal(stamp_verify(map, id, 0, PAGES, 2), 1, "one page of all is wrong");
	stamp_fill(map, id, 200, 1, 2);
}

static void swap_two_slots(void)
{
	int64_t first, second;

	dp_page_out(object);
	first = find_slot(300, 2);
	second = find_slot(301, 2);
	stamp_write(page, (struct stamp){ id, 301, 2 });
	change(first);
	stamp_write(page, (struct stamp){ id, 300, 2 });
	change(second);
	ok(stamp_check(map + 300 * PAGE, (struct stamp){ id, 300, 2 }) == STAMP_OTHER_INDEX,
	   "two slots that were exchanged are reported");
	ok_equal(stamp_verify(map, id, 0, PAGES, 2), 2, "two pages of all are wrong");
}

int main(void)
{
	struct dp_scene scene;

	dp_scene_open(&scene, "/dev/vda", AREA);
	disk = block_open("/dev/vda", O_RDWR | O_DIRECT);
	page = block_buffer(PAGE);
	block_fill("/dev/vda", 0, AREA, 0);
	object = dp_object(scene.pager, PAGES * PAGE, &id);
	map = dp_map(object, PAGES * PAGE);
	stamp_fill(map, id, 0, PAGES, 1);
	dp_page_out(object);
	stamp_fill(map, id, 0, PAGES, 2);
	dp_page_out(object);
	flip_a_bit();
	lose_a_write();
	swap_two_slots();
	munmap(map, PAGES * PAGE);
	close(object);
	close(disk);
	free(page);
	dp_settle(scene.pager);
	dp_scene_close(&scene);
	return tap_done();
}
