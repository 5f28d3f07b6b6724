// SPDX-License-Identifier: GPL-2.0
/*
 * A store becomes full while its pages go out: the alert comes once, the pages
 * that found no slot stay in memory, an explicit page-out says ENOSPC, and no
 * byte is lost. Space that comes back is told once, too.
 */
#include <errno.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include "event.h"

#define SLOTS	512UL
#define PAGES	1024UL
#define LOW	(16 * PAGE)

static struct dp_scene scene;
static int object, counter;
static uint64_t id;
static char *map;

static uint64_t counted(void)
{
	uint64_t count = 0;

	if (read(counter, &count, sizeof(count)) != sizeof(count))
		return 0;
	return count;
}

static void fills_up(void)
{
	struct dpager_object_info info;
	struct dpager_event event;
	uint64_t pages;

	stamp_fill(map, id, 0, PAGES, 1);
	ok_dp(dp_control(object, DPAGER_CONTROL_PAGE_OUT, 0, 0, &pages), ENOSPC,
	      DPAGER_DETAIL_NO_SPACE, "page out more than fits");
	ok_equal(pages, SLOTS, "what fits is out");
	ok_event(scene.store, DPAGER_EVENT_LOW, 1, &event, "the alert comes");
	ok(event.free < LOW, "with less free than was asked for");
	dp_object_info(object, &info);
	ok(info.resident >= (PAGES - SLOTS) * PAGE, "the others stay in memory");
	ok_equal(stamp_verify(map, id, 0, PAGES, 1), 0, "every page is right");
}

static void stays_full(void)
{
	uint64_t generation, pages;

	for (generation = 2; generation < 6; generation++) {
		stamp_fill(map, id, 0, PAGES, generation);
		dp_control(object, DPAGER_CONTROL_PAGE_OUT, 0, 0, &pages);
	}
	ok_equal(stamp_verify(map, id, 0, PAGES, 5), 0, "every page is right, rewritten");
	ok(event_poll(scene.store, 0) & POLLPRI, "it is low");
	ok_quiet(scene.store, "the alert came once");
	ok_equal(counted(), 1, "and counted once");
}

static void room_again(void)
{
	uint64_t pages, left = PAGES - 64;

	ok_errno(dp_control(object, DPAGER_CONTROL_DROP, 0, left * PAGE, &pages), 0,
		 "drop most of it");
	ok_event(scene.store, DPAGER_EVENT_ROOM, 2, NULL, "there is room");
	ok_errno(dp_control(object, DPAGER_CONTROL_PAGE_OUT, 0, 0, &pages), 0,
		 "what is left fits");
	ok_quiet(scene.store, "room there stays");
	ok_equal(stamp_verify(map, id, left, PAGES - left, 5), 0, "every page is right");
}

int main(void)
{
	dp_scene_open(&scene, "/dev/vda", SLOTS * PAGE);
	object = dp_object(scene.store, PAGES * PAGE, &id);
	map = dp_map(object, PAGES * PAGE);
	counter = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	dp_triggers(scene.store, 0, counter, LOW, 0);
	fills_up();
	stays_full();
	room_again();
	close(counter);
	dp_control(object, DPAGER_CONTROL_DROP, 0, 0, NULL);
	close(object);
	munmap(map, PAGES * PAGE);
	dp_scene_close(&scene);
	return tap_done();
}
