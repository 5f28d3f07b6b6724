// SPDX-License-Identifier: GPL-2.0
/* What TRIGGERS refuses, and that the trigger there is stays as it was. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "event.h"
#include "proc.h"

#define PAGES	64
#define LOW	(32 * PAGE)

static struct room room;

struct row {
	const char *what;
	uint32_t flags;
	int eventfd;
	uint64_t low, high;
	int error;
	uint32_t detail;
};

static void refused(int fd, const struct row *row, const char *on)
{
	ok_dp(dp_triggers(fd, row->flags, row->eventfd, row->low, row->high), row->error,
	      row->detail, "%s, %s", row->what, on);
}

static void table(int fd, const char *on)
{
	int file = open("/dev/null", O_RDWR), closed = dup(file);
	const struct row rows[] = {
		{ "levels upside down", 0, -1, LOW, LOW - 1, EINVAL, DPAGER_DETAIL_LEVEL },
		{ "the highest level, and one below it", 0, -1, UINT64_MAX, UINT64_MAX - 1,
		  EINVAL, DPAGER_DETAIL_LEVEL },
		{ "a descriptor that is not open", 0, closed, LOW, 0, EBADF, DPAGER_DETAIL_NONE },
		{ "descriptor -2", 0, -2, LOW, 0, EBADF, DPAGER_DETAIL_NONE },
		{ "a file", 0, file, LOW, 0, EINVAL, DPAGER_DETAIL_EVENTFD },
		{ "itself", 0, fd, LOW, 0, EINVAL, DPAGER_DETAIL_EVENTFD },
		{ "an unknown flag", DPAGER_TRIGGER_ONCE << 1, -1, LOW, 0, EINVAL,
		  DPAGER_DETAIL_FLAGS },
		{ "levels before the eventfd", 0, closed, LOW, 1, EINVAL, DPAGER_DETAIL_LEVEL },
	};
	unsigned int i;

	close(closed);
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		refused(fd, &rows[i], on);
	close(file);
}

/* The eventfd and the levels of before are in force still. */
static void as_it_was(int fd, const char *on)
{
	int counter = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	uint64_t count = 0;

	dp_triggers(fd, 0, counter, LOW, 0);
	table(fd, on);
	room_take(&room, 0, 40);
	ok_event(fd, DPAGER_EVENT_LOW, 1, NULL, on);
	ok(read(counter, &count, sizeof(count)) == sizeof(count) && count == 1,
	   "its eventfd is signalled");
	room_give(&room, 0, 40);
	ok_event(fd, DPAGER_EVENT_ROOM, 2, NULL, on);
	dp_triggers(fd, 0, -1, 0, 0);
	close(counter);
}

static void extremes(int fd)
{
	ok_dp(dp_triggers(fd, 0, -1, UINT64_MAX, UINT64_MAX), 0, DPAGER_DETAIL_NONE,
	      "the highest levels");
	ok_event(fd, DPAGER_EVENT_LOW, 1, NULL, "are never reached");
	ok_dp(dp_triggers(fd, 0, -1, 1, UINT64_MAX), 0, DPAGER_DETAIL_NONE, "far apart");
	ok_quiet(fd, "room");
	ok_dp(dp_triggers(fd, 0, -1, 0, UINT64_MAX), 0, DPAGER_DETAIL_NONE, "removed");
}

static void modes(void)
{
	int write_only = open(DP_DEVICE, O_WRONLY | O_CLOEXEC), read_only = dp_pager_rdonly();
	struct dpager_event event;

	ok_dp(dp_triggers(write_only, 0, -1, LOW, 0), EACCES, DPAGER_DETAIL_MODE,
	      "a pager open for writing only");
	ok_errno(dp_event(write_only, &event), EBADF, "and no read");
	ok_equal(event_poll(write_only, 0), 0, "poll of it has nothing");
	ok_dp(dp_triggers(read_only, 0, -1, LOW, 0), 0, DPAGER_DETAIL_NONE,
	      "a pager open for reading only");
	close(read_only);
	close(write_only);
}

static int as_nobody(void *unused)
{
	int store = room.scene.store;
	struct dpager_event event;
	int error;

	(void)unused;
	error = dp_triggers(store, 0, -1, LOW, 0);
	if (error != EPERM || dp_detail != DPAGER_DETAIL_PRIVILEGE)
		return 1;
	error = dp_triggers(store, 0, -1, 0, 0);
	if (error != EPERM || dp_detail != DPAGER_DETAIL_PRIVILEGE)
		return 2;
	if (dp_event(store, &event) != EPERM)
		return 3;
	return 0;
}

static void without_privilege(void)
{
	dp_triggers(room.scene.store, 0, -1, (PAGES + 1) * PAGE, 0);
	ok_equal(proc_run_as(PROC_NOBODY, as_nobody, NULL), 0, "an unprivileged holder of a store");
	ok_event(room.scene.store, DPAGER_EVENT_LOW, 1, NULL, "took nothing away");
}

static void other_kinds(void)
{
	ok_dp(dp_triggers(room.object, 0, -1, LOW, 0), ENOTTY, 0xdead, "an object has none");
}

int main(void)
{
	room_open(&room, PAGES);
	as_it_was(room.scene.pager, "on a pager");
	as_it_was(room.scene.store, "on a store");
	extremes(room.scene.pager);
	extremes(room.scene.store);
	modes();
	without_privilege();
	other_kinds();
	room_close(&room);
	return tap_done();
}
