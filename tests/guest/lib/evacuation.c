// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "evacuation.h"
#include "proc.h"

#define AWAIT_TRIES	6000
#define AWAIT_PAUSE	5000	/* us */
#define AWAIT_SEGMENTS	8
#define SETTLE_SAME	4
#define SETTLE_TRIES	200
#define SETTLE_PAUSE	50000	/* us */

struct evacuation *evacuation_new(int store, uint64_t segment)
{
	struct evacuation *evacuation = shared_memory(sizeof(*evacuation));

	memset(evacuation, 0, sizeof(*evacuation));
	evacuation->store = store;
	evacuation->segment = segment;
	return evacuation;
}

static int call(int store, uint64_t segment, uint32_t flags, struct dpager_evacuate *evacuate)
{
	return segment ? dp_remove_with(store, segment, flags, evacuate) :
			 dp_store_delete_with(store, flags, evacuate);
}

int evacuate(int store, uint64_t segment, uint32_t flags, struct dpager_evacuate *evacuate)
{
	memset(evacuate, 0, sizeof(*evacuate));
	return call(store, segment, flags, evacuate);
}

static int evacuation_call(struct evacuation *evacuation)
{
	if (evacuation->bytes)
		return dp_resize_with(evacuation->store, evacuation->segment, evacuation->bytes,
				      evacuation->flags, &evacuation->evacuate, NULL);
	return call(evacuation->store, evacuation->segment, evacuation->flags,
		    &evacuation->evacuate);
}

static void caught(int signal)
{
	(void)signal;
}

static int evacuation_run(void *argument)
{
	struct sigaction catch = { .sa_handler = caught };
	struct evacuation *evacuation = argument;
	struct timespec start, end;

	/* Without SA_RESTART: the call must end. */
	sigaction(SIGUSR1, &catch, NULL);
	sigaction(SIGINT, &catch, NULL);
	clock_gettime(CLOCK_MONOTONIC, &start);
	evacuation->error = evacuation_call(evacuation);
	evacuation->detail = dp_detail;
	clock_gettime(CLOCK_MONOTONIC, &end);
	evacuation->milliseconds = (end.tv_sec - start.tv_sec) * 1000 +
				   (end.tv_nsec - start.tv_nsec) / 1000000;
	return 0;
}

pid_t evacuation_start(struct evacuation *evacuation)
{
	evacuation->error = -1;
	return proc_start(evacuation_run, evacuation);
}

static bool some_are_moved(const struct dpager_segment_entry *entry)
{
	return entry->flags & DPAGER_SEGMENT_EVACUATING && entry->pages_planned >
	       entry->pages - entry->pages_free - entry->pages_bad;
}

/* Of this segment, or of any when it is 0. */
static bool under_way(int store, uint64_t segment)
{
	struct dpager_segment_entry entries[AWAIT_SEGMENTS];
	struct dpager_list list = {
		.entry_size = sizeof(*entries),
		.array = (uintptr_t)entries,
		.room = AWAIT_SEGMENTS,
	};
	uint32_t i;

	if (dp_list(store, DPAGER_IOC_SEGMENTS, &list))
		return false;
	for (i = 0; i < list.count; i++)
		if ((!segment || entries[i].id == segment) && some_are_moved(&entries[i]))
			return true;
	return false;
}

void evacuation_await(int store, uint64_t segment)
{
	int tries;

	for (tries = 0; tries < AWAIT_TRIES; tries++) {
		if (under_way(store, segment))
			return;
		usleep(AWAIT_PAUSE);
	}
	bail("segment %llu is not being evacuated", (unsigned long long)segment);
}

uint64_t evacuation_pages_out(int store)
{
	struct dpager_store_info info;

	if (dp_store_info(store, &info))
		bail("the store is gone");
	return info.pages_out;
}

void evacuation_await_resize(int store, uint64_t segment, uint64_t pages_out)
{
	int tries;

	for (tries = 0; tries < AWAIT_TRIES; tries++) {
		if (dp_segment_now(store, segment).flags & DPAGER_SEGMENT_EVACUATING &&
		    evacuation_pages_out(store) > pages_out)
			return;
		usleep(AWAIT_PAUSE);
	}
	bail("segment %llu is not being resized", (unsigned long long)segment);
}

void evacuation_settle(int store)
{
	struct dpager_store_info info;
	uint64_t before = UINT64_MAX;
	int same = 0, tries;

	for (tries = 0; same < SETTLE_SAME && tries < SETTLE_TRIES; tries++) {
		if (dp_store_info(store, &info))
			bail("the store is gone");
		same = info.pages_free == before ? same + 1 : 0;
		before = info.pages_free;
		usleep(SETTLE_PAUSE);
	}
}

void evacuation_interrupt(struct evacuation *evacuation, pid_t pid, const char *what)
{
	const struct dpager_evacuate *figures = &evacuation->evacuate;
	int status;

	kill(pid, SIGUSR1);
	if (!ok(proc_ended(pid, EVACUATION_PROMPT, &status) && !status, "%s: a signal ends it",
		what))
		bail("it goes on");
	evacuation_settle(evacuation->store);
	dp_detail = evacuation->detail;
	ok_dp(evacuation->error, EINTR, DPAGER_DETAIL_NONE, "%s: EINTR", what);
	if (!ok(figures->moved > 0 && figures->moved < figures->pages && !figures->lost,
		"%s: a part was moved", what))
		diag("%llu of %llu moved, %llu lost", (unsigned long long)figures->moved,
		     (unsigned long long)figures->pages, (unsigned long long)figures->lost);
}

bool ok_evacuated(int error, const struct dpager_evacuate *evacuate, uint64_t pages,
		  const char *what)
{
	bool good = ok_dp(error, 0, DPAGER_DETAIL_NONE, "%s: it succeeds", what);

	ok_equal(evacuate->pages, pages, "%s: pages that were in use", what);
	ok_equal(evacuate->moved, pages, "%s: all are moved", what);
	ok_equal(evacuate->lost, 0, "%s: none is lost", what);
	return good;
}

void ok_usable(int store, uint64_t segment, const char *when)
{
	struct dpager_segment_entry entry;

	if (!ok(dp_segment_entry(store, segment, &entry), "%s: the segment is listed", when))
		return;
	ok_equal(entry.flags & (DPAGER_SEGMENT_DRAINING | DPAGER_SEGMENT_EVACUATING), 0,
		 "%s: it takes pages", when);
	ok_equal(entry.pages_planned, 0, "%s: none is planned to move", when);
}

void ok_in_use(int store, uint64_t segment, uint64_t used, const char *when)
{
	ok_usable(store, segment, when);
	ok_equal(dp_segment_used(store, segment), used, "%s: pages in use", when);
}

void ok_released(const char *path, const char *when)
{
	int holder = open(path, O_RDWR | O_EXCL);

	ok_errno(holder < 0 ? errno : 0, 0, "%s: %s is released", when, path);
	if (holder >= 0)
		close(holder);
}
