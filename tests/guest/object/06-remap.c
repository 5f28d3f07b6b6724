// SPDX-License-Identifier: GPL-2.0
/*
 * mremap that shrinks, grows and moves, munmap in parts, close before munmap:
 * no page is lost, and the object ends with its last reference.
 */
#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dp.h"

#define PAGES	64UL

static int pager, object;
static uint64_t id;
static char *map;

static void shrink_and_grow(void)
{
	stamp_fill(map, id, 0, PAGES, 1);
	dp_page_out(object);
	map = mremap(map, PAGES * PAGE, PAGES / 2 * PAGE, 0);
	ok(map != MAP_FAILED, "shrink");
	ok_equal(stamp_verify(map, id, 0, PAGES / 2, 1), 0, "what is left");
	stamp_fill(map, id, 0, PAGES / 2, 2);
	dp_page_out(object);
	map = mremap(map, PAGES / 2 * PAGE, PAGES * PAGE, MREMAP_MAYMOVE);
	ok(map != MAP_FAILED, "grow");
	ok_equal(stamp_verify(map, id, 0, PAGES / 2, 2), 0, "the first half");
	ok_equal(stamp_verify(map, id, PAGES / 2, PAGES / 2, 1), 0, "the half that was away");
	map = mremap(map, PAGES * PAGE, (PAGES + 1) * PAGE, MREMAP_MAYMOVE);
	ok(map != MAP_FAILED, "grow past the size");
	ok_equal(probe_read(map + PAGES * PAGE), SIGBUS, "there is SIGBUS");
	map = mremap(map, (PAGES + 1) * PAGE, PAGES * PAGE, 0);
}

static void move(void)
{
	char *place = mmap(NULL, PAGES * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	stamp_fill(map, id, 0, PAGES, 3);
	map = mremap(map, PAGES * PAGE, PAGES * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, place);
	ok(map == place, "move over another mapping");
	dp_page_out(object);
	ok_equal(stamp_verify(map, id, 0, PAGES, 3), 0, "pages move along");
	stamp_fill(map, id, 0, PAGES, 4);
	place = mremap(map, 0, PAGES * PAGE, MREMAP_MAYMOVE);
	ok(place != MAP_FAILED, "a second mapping by old size 0");
	dp_page_out(object);
	ok_equal(stamp_verify(place, id, 0, PAGES, 4), 0, "it is the same object");
	munmap(place, PAGES * PAGE);
}

static void in_parts(void)
{
	stamp_fill(map, id, 0, PAGES, 5);
	munmap(map + 16 * PAGE, 16 * PAGE);
	ok_equal(probe_read(map + 16 * PAGE), SIGSEGV, "the hole of a munmap");
	ok_equal(stamp_verify(map, id, 0, 16, 5), 0, "before the hole");
	ok_equal(stamp_verify(map, id, 32, 32, 5), 0, "behind the hole");
	dp_page_out(object);
	if (mmap(map + 16 * PAGE, 16 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED,
		 object, 16 * PAGE) == MAP_FAILED)
		bail("cannot map the hole");
	ok_equal(stamp_verify(map, id, 0, PAGES, 5), 0, "the hole is mapped again");
}

static unsigned long long objects(void)
{
	struct dpager_info info;

	dp_info(pager, &info);
	return info.objects;
}

static void close_before_munmap(void)
{
	stamp_fill(map, id, 0, PAGES, 6);
	dp_page_out(object);
	close(object);
	ok_equal(stamp_verify(map, id, 0, PAGES, 6), 0, "the descriptor is closed: read in");
	stamp_fill(map, id, 0, PAGES, 7);
	madvise(map, PAGES * PAGE, MADV_PAGEOUT);
	munmap(map, PAGES / 2 * PAGE);
	ok_equal(stamp_verify(map, id, PAGES / 2, PAGES / 2, 7), 0, "half is unmapped");
	ok_equal(objects(), 1, "the object lives");
	munmap(map + PAGES / 2 * PAGE, PAGES / 2 * PAGE);
	dp_settle(pager);
	ok_equal(objects(), 0, "all is unmapped: it is gone");
}

static void dont_unmap(void)
{
	char *old = dp_map(object, PAGES * PAGE), *new;

	new = mremap(old, PAGES * PAGE, PAGES * PAGE, MREMAP_MAYMOVE | MREMAP_DONTUNMAP, NULL);
	if (new == MAP_FAILED) {
		ok_errno(errno, EINVAL, "MREMAP_DONTUNMAP of a shared mapping");
	} else {
		ok_equal(stamp_verify(new, id, 0, PAGES, 5), 0, "MREMAP_DONTUNMAP: the new place");
		ok_equal(stamp_verify(old, id, 0, PAGES, 5), 0, "and the old one, by new faults");
		munmap(new, PAGES * PAGE);
	}
	munmap(old, PAGES * PAGE);
}

int main(void)
{
	struct dp_scene scene;

	dp_scene_open(&scene, "/dev/vda", 16 * MiB);
	pager = scene.pager;
	object = dp_object(pager, PAGES * PAGE, &id);
	map = dp_map(object, PAGES * PAGE);
	shrink_and_grow();
	move();
	in_parts();
	dont_unmap();
	close_before_munmap();
	dp_scene_close(&scene);
	return tap_done();
}
