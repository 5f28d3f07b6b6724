/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Events of space triggers, and a store whose space a test takes and gives back
 * page by page to bring them about.
 */
#ifndef EVENT_H
#define EVENT_H

#include "dp.h"

#define EVENT_WANTED	(POLLIN | POLLPRI)

/* What poll(2) answers for EVENT_WANTED within that time. */
int event_poll(int fd, int milliseconds);

/* An event is there soon, and it is this one. @event: what it is; may be NULL. */
bool ok_event(int fd, uint32_t kind, uint64_t sequence, struct dpager_event *event,
	      const char *what);
/* None comes, though there is time for it. */
bool ok_quiet(int fd, const char *what);

/* A store of so many pages, and an object that can use all of it. */
struct room {
	struct dp_scene scene;
	uint64_t pages;
	int object;
	uint64_t id;
	char *map;
};

void room_open(struct room *room, uint64_t pages);
/* Pages of the object go out, or are dropped. */
void room_take(struct room *room, uint64_t first, uint64_t count);
void room_give(struct room *room, uint64_t first, uint64_t count);
/* Deletes the store and reports it as a result. */
void room_close(struct room *room);

#endif
