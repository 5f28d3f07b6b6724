// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "event.h"

/* Levels are looked at within 10 ms; a guest may be slow. */
#define EVENT_SOON	10000
#define EVENT_NEVER	150

int event_poll(int fd, int milliseconds)
{
	struct pollfd poller = { .fd = fd, .events = EVENT_WANTED };

	if (poll(&poller, 1, milliseconds) < 0)
		bail("cannot poll");
	return poller.revents;
}

/* Waits for an event only, not for a level. */
static bool event_comes(int fd, int milliseconds)
{
	struct pollfd poller = { .fd = fd, .events = POLLIN };

	return poll(&poller, 1, milliseconds) > 0;
}

bool ok_event(int fd, uint32_t kind, uint64_t sequence, struct dpager_event *event,
	      const char *what)
{
	struct dpager_event found = { };
	bool good;
	int error = ETIMEDOUT;

	if (event_comes(fd, EVENT_SOON))
		error = dp_event(fd, &found);
	good = ok(!error && found.size == sizeof(found) && found.kind == kind &&
		  found.sequence == sequence, "%s", what);
	if (!good)
		diag("errno %d, size %u, kind %u, sequence %llu, %llu of %llu bytes free", error,
		     found.size, found.kind, (unsigned long long)found.sequence,
		     (unsigned long long)found.free, (unsigned long long)found.total);
	if (event)
		*event = found;
	return good;
}

bool ok_quiet(int fd, const char *what)
{
	return ok(!event_comes(fd, EVENT_NEVER), "%s", what);
}

void room_open(struct room *room, uint64_t pages)
{
	dp_scene_open(&room->scene, "/dev/vda", pages * PAGE);
	room->pages = pages;
	room->object = dp_object(room->scene.store, pages * PAGE, &room->id);
	room->map = dp_map(room->object, pages * PAGE);
}

void room_take(struct room *room, uint64_t first, uint64_t count)
{
	stamp_fill(room->map, room->id, first, count, 1);
	errno = dp_control(room->object, DPAGER_CONTROL_PAGE_OUT, first * PAGE, count * PAGE,
			   NULL);
	if (errno)
		bail("cannot page out");
}

void room_give(struct room *room, uint64_t first, uint64_t count)
{
	errno = dp_control(room->object, DPAGER_CONTROL_DROP, first * PAGE, count * PAGE, NULL);
	if (errno)
		bail("cannot drop");
}

void room_close(struct room *room)
{
	munmap(room->map, room->pages * PAGE);
	close(room->object);
	dp_scene_close(&room->scene);
}
