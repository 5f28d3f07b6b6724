// SPDX-License-Identifier: GPL-2.0
/*
 * Triggers while segments and stores come and go, and whose a trigger is: an
 * open descriptor's, whoever holds it.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "block.h"
#include "event.h"
#include "proc.h"

#define SMALL	64
#define MORE	256
#define LOW	(100 * PAGE)

static int pager, disk;

static int wait_for_end(pid_t pid)
{
	int status = -1;

	if (!proc_ended(pid, 10000, &status)) {
		kill(pid, SIGKILL);
		proc_wait(pid);
	}
	return status;
}

static void segments_come_and_go(void)
{
	int store = dp_store(pager, -1, 0, NULL);
	struct dpager_event event;
	uint64_t more;

	dp_triggers(store, 0, -1, LOW, 0);
	dp_triggers(pager, 0, -1, LOW, 0);
	ok_event(store, DPAGER_EVENT_LOW, 1, &event, "a store without a segment is low");
	ok(!event.free && !event.total, "nothing of nothing");
	ok_event(pager, DPAGER_EVENT_LOW, 1, NULL, "and so is the pager");
	dp_segment(store, disk, 0, SMALL * PAGE);
	ok_quiet(store, "a small segment");
	more = dp_segment(store, disk, MiB, MORE * PAGE);
	ok_event(store, DPAGER_EVENT_ROOM, 2, &event, "a large one: ROOM");
	ok_equal(event.total, (SMALL + MORE) * PAGE, "the sum of both");
	ok_event(pager, DPAGER_EVENT_ROOM, 2, NULL, "for the pager, too");
	ok_errno(dp_remove(store, more, NULL), 0, "remove it");
	ok_event(store, DPAGER_EVENT_LOW, 3, &event, "LOW");
	ok_equal(event.total, SMALL * PAGE, "the other is left");
	ok_event(pager, DPAGER_EVENT_LOW, 3, NULL, "for the pager, too");
	ok_errno(dp_store_delete(store, NULL), 0, "delete the store");
	ok_quiet(pager, "low it stays");
	dp_triggers(pager, 0, -1, 0, 0);
	close(store);
}

static int reads_stale(void *store)
{
	struct dpager_event event;

	return dp_event(*(int *)store, &event) == ESTALE ? 0 : 1;
}

static int polls_end(void *store)
{
	struct pollfd poller = { .fd = *(int *)store, .events = POLLIN };

	return poll(&poller, 1, -1) == 1 && poller.revents == (POLLHUP | POLLERR) ? 0 : 1;
}

/* Readers wait by a trigger; who polls may have none. */
static void store_deleted(void)
{
	int store = dp_store(pager, -1, 0, "deleted"), idle, counter, status;
	struct dpager_event event;
	pid_t reader, poller, idler;

	counter = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	dp_store_open(pager, 0, "deleted", &idle);
	dp_segment(store, disk, 0, MORE * PAGE);
	dp_triggers(store, 0, counter, LOW, 0);
	reader = proc_start(reads_stale, &store);
	poller = proc_start(polls_end, &store);
	idler = proc_start(polls_end, &idle);
	ok(!proc_ended(reader, 150, &status), "a reader waits");
	ok(!proc_ended(poller, 0, &status), "a poller waits");
	ok(!proc_ended(idler, 0, &status), "a poller without a trigger waits");
	ok_errno(dp_store_delete(store, NULL), 0, "the store is deleted");
	ok_equal(wait_for_end(reader), 0, "the reader ends with ESTALE");
	ok_equal(wait_for_end(poller), 0, "the poller with POLLHUP and POLLERR");
	ok_equal(wait_for_end(idler), 0, "the one without a trigger, too");
	ok_errno(dp_event(store, &event), ESTALE, "read");
	ok_errno(dp_event(idle, &event), ESTALE, "read of another descriptor");
	ok_equal(event_poll(store, 0), POLLHUP | POLLERR, "poll");
	ok_dp(dp_triggers(store, 0, -1, LOW, 0), ESTALE, DPAGER_DETAIL_NONE, "set");
	ok_dp(dp_triggers(idle, 0, -1, 0, 0), ESTALE, DPAGER_DETAIL_NONE, "remove");
	ok(read(counter, &event, 8) < 0 && errno == EAGAIN, "no event was signalled");
	close(store);
	close(idle);
	close(counter);
}

/* An event that nobody has read ends with the store, too. */
static void deleted_with_an_event(void)
{
	int store = dp_store(pager, -1, 0, NULL);
	struct dpager_event event;

	dp_triggers(store, 0, -1, LOW, 0);
	ok_equal(event_poll(store, 0), POLLIN | POLLPRI, "an event to be read");
	dp_store_delete(store, NULL);
	ok_equal(event_poll(store, 0), POLLHUP | POLLERR, "the store is gone");
	ok_errno(dp_event(store, &event), ESTALE, "and so is the event");
	close(store);
}

static void two_descriptors(void)
{
	int store = dp_store(pager, -1, 0, "two"), again, other = dp_pager();
	struct dpager_event event;

	dp_store_open(pager, 0, "two", &again);
	dp_triggers(store, 0, -1, LOW, 0);
	dp_triggers(again, DPAGER_TRIGGER_ONCE, -1, LOW, 0);
	dp_triggers(other, 0, -1, LOW, 0);
	ok_event(store, DPAGER_EVENT_LOW, 1, NULL, "one descriptor");
	ok_event(again, DPAGER_EVENT_LOW, 1, NULL, "another, which the first left alone");
	ok_event(other, DPAGER_EVENT_LOW, 1, NULL, "and a pager's");
	ok_errno(dp_event(pager, &event), EINVAL, "another pager has none");
	dp_triggers(store, 0, -1, 0, 0);
	ok_errno(dp_event(store, &event), EINVAL, "one is removed");
	dp_segment(store, disk, 0, MORE * PAGE);
	ok_event(other, DPAGER_EVENT_ROOM, 2, NULL, "another is not");
	ok_errno(dp_event(again, &event), EINVAL, "the one for one event is gone");
	close(again);
	close(other);
	dp_store_delete(store, NULL);
	close(store);
}

static int sets_and_ends(void *store)
{
	return dp_triggers(*(int *)store, 0, -1, LOW, 0);
}

static int sends(void *argument)
{
	int *fds = argument;

	if (dp_triggers(fds[0], 0, -1, LOW, 0))
		return 1;
	fd_send(fds[1], fds[0]);
	return 0;
}

/* A child's trigger is its parent's: they hold the same descriptor. */
static void inherited_and_passed(void)
{
	int store = dp_store(pager, -1, 0, "shared"), pair[2], passed, fds[2], copy;
	struct dpager_event event;

	ok_equal(proc_run(sets_and_ends, &store), 0, "a child sets it and ends");
	ok_event(store, DPAGER_EVENT_LOW, 1, NULL, "the parent reads it");
	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, pair))
		bail("no socket pair");
	dp_store_open(pager, 0, "shared", &fds[0]);
	fds[1] = pair[0];
	ok_equal(proc_run(sends, fds), 0, "a child sets another and sends it");
	close(fds[0]);
	passed = fd_receive(pair[1]);
	ok_event(passed, DPAGER_EVENT_LOW, 1, NULL, "it works where it came");
	copy = dup(passed);
	close(passed);
	dp_segment(store, disk, 0, MORE * PAGE);
	ok_event(copy, DPAGER_EVENT_ROOM, 2, NULL, "a copy is the same one");
	ok_event(store, DPAGER_EVENT_ROOM, 2, NULL, "the first goes on for itself");
	ok_errno(fcntl(copy, F_SETFL, O_NONBLOCK) ? errno : 0, 0, "O_NONBLOCK");
	ok_errno(dp_event(copy, &event), EAGAIN, "nothing is left");
	dp_store_delete(store, NULL);
	close(copy);
	close(store);
	close(pair[0]);
	close(pair[1]);
}

/* Closed with a trigger set, an event to be read, a change just made. */
static void closed_while_set(void)
{
	int store, round, again;

	for (round = 0; round < 50; round++) {
		store = dp_store(pager, -1, 0, "closed");
		dp_triggers(store, 0, -1, LOW, 0);
		dp_segment(store, disk, 0, MORE * PAGE);
		close(store);
		dp_store_open(pager, 0, "closed", &again);
		dp_store_delete(again, NULL);
		close(again);
	}
	usleep(50000);
	ok(true, "descriptors closed with a trigger set");
}

int main(void)
{
	pager = dp_pager();
	disk = block_open("/dev/vda", O_RDWR);
	segments_come_and_go();
	store_deleted();
	deleted_with_an_event();
	two_descriptors();
	inherited_and_passed();
	closed_while_set();
	dp_settle(pager);
	return tap_done();
}
