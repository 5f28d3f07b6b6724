// SPDX-License-Identifier: GPL-2.0
/*
 * Everything at a time: triggers set, replaced, removed, read, polled, and closed
 * while space is taken and given back, segments come and go, and stores are
 * deleted. Nothing hangs and no number of an event comes twice.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "block.h"
#include "event.h"

#define PAGES	64
#define LOW	(32 * PAGE)
#define SECONDS	5

static struct room room;
static int shared;		/* a descriptor that all use */
static atomic_bool over, calm;
static atomic_ulong events, refusals, wrong;

static void *takes_and_gives(void *unused)
{
	(void)unused;
	while (!over) {
		room_take(&room, 0, PAGES - 1);
		room_give(&room, 0, PAGES - 1);
	}
	return NULL;
}

static void *sets(void *unused)
{
	uint64_t seed = (uintptr_t)&seed;
	int error, fd;

	(void)unused;
	while (!over) {
		fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
		error = dp_triggers(shared, random_next(&seed) % 2, fd,
				    random_next(&seed) % 4 * LOW, 0);
		wrong += error != 0;
		close(fd);
		if (random_next(&seed) % 4 == 0)
			usleep(random_next(&seed) % 20000);
	}
	return NULL;
}

static void *reads(void *unused)
{
	struct dpager_event event;
	int error;

	(void)unused;
	while (!over) {
		event_poll(shared, 5);
		error = dp_event(shared, &event);
		if (!error)
			events++;
		else if (error == EINVAL)
			refusals++;
		else
			wrong++;
		wrong += !error && (event.kind < DPAGER_EVENT_LOW ||
				    event.kind > DPAGER_EVENT_ROOM || !event.sequence);
	}
	return NULL;
}

static void *reads_stale(void *argument)
{
	struct dpager_event event;
	int error, fd = *(int *)argument;

	do
		error = dp_event(fd, &event);
	while (!error);
	wrong += error != ESTALE;
	return NULL;
}

/* A store that is deleted under a reader, and closed at once. */
static void *deletes(void *unused)
{
	int disk = block_open("/dev/vdb", O_RDWR), store;
	pthread_t reader;

	(void)unused;
	while (!over) {
		store = dp_store(room.scene.pager, -1, 0, NULL);
		wrong += dp_triggers(store, 0, -1, LOW, 0) != 0;
		if (pthread_create(&reader, NULL, reads_stale, &store))
			bail("no thread");
		dp_segment(store, disk, 0, PAGES * PAGE);
		wrong += dp_store_delete(store, NULL) != 0;
		pthread_join(reader, NULL);
		close(store);
	}
	close(disk);
	return NULL;
}

/* Opened, set, polled, and closed within the time of a look. */
static void *opens_and_closes(void *unused)
{
	(void)unused;
	while (!over) {
		int pager = dp_pager();

		wrong += dp_triggers(pager, 0, -1, GiB, 0) != 0;
		wrong += event_poll(pager, 1) != (POLLIN | POLLPRI);
		close(pager);
	}
	return NULL;
}

/* One trigger that stays: numbers grow, and each event is signalled. */
static void *watches(void *unused)
{
	uint64_t last = 0, counted = 0;
	int counter = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC), pager = dp_pager();
	struct dpager_event event;

	(void)unused;
	wrong += dp_triggers(pager, 0, counter, LOW, 0) != 0;
	while (!calm || event_poll(pager, 100) & POLLIN) {
		if (!(event_poll(pager, 5) & POLLIN))
			continue;
		wrong += dp_event(pager, &event) != 0;
		wrong += event.sequence <= last;
		last = event.sequence;
	}
	ok(read(counter, &counted, sizeof(counted)) == sizeof(counted), "the eventfd counted");
	ok_equal(counted, last, "each event of a trigger that stayed");
	close(counter);
	close(pager);
	return NULL;
}

static void *(*const jobs[])(void *) = {
	takes_and_gives, sets, sets, deletes, opens_and_closes,
	/* From here on: who waits until there is no trigger any more. */
	reads, reads, reads,
};

#define JOBS	(sizeof(jobs) / sizeof(*jobs))
#define READERS	3

static void join(const pthread_t *threads, unsigned int count)
{
	for (; count; count--, threads++)
		pthread_join(*threads, NULL);
}

int main(void)
{
	pthread_t threads[JOBS], watcher;
	unsigned int i;

	room_open(&room, PAGES);
	shared = room.scene.store;
	if (pthread_create(&watcher, NULL, watches, NULL))
		bail("no thread");
	for (i = 0; i < JOBS; i++)
		if (pthread_create(&threads[i], NULL, jobs[i], NULL))
			bail("no thread");
	sleep(SECONDS);
	over = true;
	join(threads, JOBS - READERS);
	dp_triggers(shared, 0, -1, 0, 0);
	join(threads + JOBS - READERS, READERS);
	calm = true;
	pthread_join(watcher, NULL);
	diag("%lu events, %lu reads without a trigger", events, refusals);
	ok(events > 10, "events came");
	ok(refusals > 10, "and triggers went");
	ok_equal(wrong, 0, "nothing else was answered");
	room_close(&room);
	return tap_done();
}
