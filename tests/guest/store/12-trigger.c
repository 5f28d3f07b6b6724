// SPDX-License-Identifier: GPL-2.0
/*
 * Space triggers: one event when space becomes low, one when there is room
 * again, none between the levels; of one store, and of all.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "block.h"
#include "event.h"

#define PAGES	256
#define LOW	(64 * PAGE)
#define HIGH	(128 * PAGE)

static struct room room;

/* Leaves the store with this many pages free. */
static void leave(uint64_t free)
{
	static uint64_t taken;
	uint64_t want = PAGES - free;

	if (want > taken)
		room_take(&room, taken, want - taken);
	else if (want < taken)
		room_give(&room, want, taken - want);
	taken = want;
}

static void crossings(int fd, const char *which)
{
	struct dpager_event event;

	diag("%s", which);
	leave(200);
	ok_dp(dp_triggers(fd, 0, -1, LOW, HIGH), 0, DPAGER_DETAIL_NONE, "set it");
	ok_quiet(fd, "nothing comes with room");
	leave(64);
	ok_quiet(fd, "nor at the lower level");
	leave(63);
	ok_event(fd, DPAGER_EVENT_LOW, 1, &event, "LOW below it");
	ok_equal(event.free, 63 * PAGE, "so many bytes free");
	ok_equal(event.total, PAGES * PAGE, "of so many");
	leave(0);
	ok_quiet(fd, "LOW once");
	leave(64);
	leave(127);
	ok_quiet(fd, "nothing comes between the levels, upwards");
	leave(10);
	ok_quiet(fd, "nor down again");
	leave(128);
	ok_event(fd, DPAGER_EVENT_ROOM, 2, &event, "ROOM at the upper level");
	ok_equal(event.free, HIGH, "so many bytes free");
	leave(250);
	ok_quiet(fd, "ROOM once");
	leave(64);
	ok_quiet(fd, "nothing comes between the levels, downwards");
	leave(0);
	ok_event(fd, DPAGER_EVENT_LOW, 3, &event, "LOW again");
	ok_equal(event.free, 0, "with nothing free");
	ok_dp(dp_triggers(fd, 0, -1, 0, 0), 0, DPAGER_DETAIL_NONE, "remove it");
}

static void one_level(int fd)
{
	leave(64);
	dp_triggers(fd, 0, -1, LOW, 0);
	ok_quiet(fd, "one level: nothing at it");
	leave(63);
	ok_event(fd, DPAGER_EVENT_LOW, 1, NULL, "one level: LOW below it");
	leave(64);
	ok_event(fd, DPAGER_EVENT_ROOM, 2, NULL, "one level: ROOM at it");
}

static void already_low(int fd)
{
	struct dpager_event event = { };

	leave(10);
	dp_triggers(fd, 0, -1, LOW, HIGH);
	ok_equal(event_poll(fd, 0), POLLIN | POLLPRI, "already low: the event is there");
	ok_errno(dp_event(fd, &event), 0, "read it");
	ok(event.kind == DPAGER_EVENT_LOW && event.sequence == 1, "LOW, the first");
	dp_triggers(fd, 0, -1, LOW, HIGH);
	ok_event(fd, DPAGER_EVENT_LOW, 1, NULL, "set again: it counts from 1 again");
	leave(100);
	ok_quiet(fd, "set while between the levels, low before");
	dp_triggers(fd, 0, -1, LOW, HIGH);
	ok_quiet(fd, "set while between the levels: not low");
	leave(128);
	ok_quiet(fd, "so ROOM is no news");
}

static void once(int fd)
{
	struct dpager_event event;

	leave(100);
	dp_triggers(fd, DPAGER_TRIGGER_ONCE, -1, LOW, HIGH);
	leave(128);
	ok_quiet(fd, "once: ROOM is no news");
	leave(10);
	ok_event(fd, DPAGER_EVENT_LOW, 1, NULL, "once: LOW");
	ok_errno(dp_event(fd, &event), EINVAL, "it is gone");
	ok_equal(event_poll(fd, 0), 0, "poll has nothing");
	leave(250);
	leave(0);
	ok_quiet(fd, "nothing follows");
	dp_triggers(fd, DPAGER_TRIGGER_ONCE, -1, LOW, HIGH);
	ok_equal(event_poll(fd, 0), POLLIN, "once, already low: gone, its event to be read");
	leave(250);
	ok_event(fd, DPAGER_EVENT_LOW, 1, NULL, "which stays");
	ok_errno(dp_event(fd, &event), EINVAL, "it is gone");
}

/* Waits until the trigger has seen it, without reading. */
static void await_level(int fd, bool low)
{
	int tries;

	for (tries = 0; tries < 1000; tries++) {
		if (!!(event_poll(fd, 0) & POLLPRI) == low)
			return;
		usleep(10000);
	}
	bail("the level does not come");
}

static void nobody_reads(int fd)
{
	int i;

	leave(250);
	dp_triggers(fd, 0, -1, LOW, HIGH);
	for (i = 0; i < 3; i++) {
		leave(10);
		await_level(fd, true);
		leave(250);
		await_level(fd, false);
	}
	ok_event(fd, DPAGER_EVENT_ROOM, 6, NULL, "nobody reads: the latest, and its number");
	ok_quiet(fd, "and no other");
	dp_triggers(fd, 0, -1, 0, 0);
}

static void replaced_and_removed(int fd)
{
	struct dpager_event event;

	leave(10);
	dp_triggers(fd, 0, -1, LOW, HIGH);
	dp_triggers(fd, 0, -1, PAGE, 2 * PAGE);
	ok_equal(event_poll(fd, 0), 0, "replaced: the old one's event is forgotten");
	leave(0);
	ok_event(fd, DPAGER_EVENT_LOW, 1, NULL, "replaced: by its own levels");
	leave(1);
	dp_triggers(fd, 0, -1, LOW, HIGH);
	ok_dp(dp_triggers(fd, 0, 0, 0, HIGH), 0, DPAGER_DETAIL_NONE,
	      "removed, whatever the other fields say");
	ok_equal(event_poll(fd, 0), 0, "removed: nothing to read");
	ok_errno(dp_event(fd, &event), EINVAL, "removed: read");
	leave(250);
	leave(0);
	ok_quiet(fd, "removed: nothing follows");
	ok_dp(dp_triggers(fd, 0, -1, 0, 0), 0, DPAGER_DETAIL_NONE, "removed twice");
}

/* A store's trigger looks at its store, a pager's at all. */
static void of_one_and_all(void)
{
	int disk = block_open("/dev/vdb", O_RDWR);
	int second = dp_store(room.scene.pager, -1, 0, NULL);
	struct dpager_event event;

	leave(0);
	dp_segment(second, disk, 0, PAGES * PAGE);
	dp_triggers(second, 0, -1, LOW, HIGH);
	dp_triggers(room.scene.store, 0, -1, LOW, HIGH);
	dp_triggers(room.scene.pager, 0, -1, (PAGES + 1) * PAGE, (PAGES + 100) * PAGE);
	ok_event(room.scene.store, DPAGER_EVENT_LOW, 1, NULL, "the full store's");
	ok_quiet(second, "not the other's");
	ok_event(room.scene.pager, DPAGER_EVENT_LOW, 1, &event, "the sum of both");
	ok(event.free == PAGES * PAGE && event.total == 2 * PAGES * PAGE, "its figures");
	leave(100);
	ok_event(room.scene.pager, DPAGER_EVENT_ROOM, 2, &event, "room by either of them");
	ok_equal(event.free, (PAGES + 100) * PAGE, "its figures");
	ok_quiet(room.scene.store, "the store is low still");
	dp_triggers(room.scene.pager, 0, -1, 0, 0);
	dp_triggers(room.scene.store, 0, -1, 0, 0);
	ok_errno(dp_store_delete(second, NULL), 0, "delete the second store");
	close(second);
	close(disk);
}

int main(void)
{
	room_open(&room, PAGES);
	crossings(room.scene.store, "of a store");
	crossings(room.scene.pager, "of all stores");
	one_level(room.scene.store);
	already_low(room.scene.store);
	once(room.scene.store);
	once(room.scene.pager);
	nobody_reads(room.scene.store);
	replaced_and_removed(room.scene.store);
	of_one_and_all();
	room_close(&room);
	return tap_done();
}
