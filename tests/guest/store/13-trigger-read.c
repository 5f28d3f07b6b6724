// SPDX-License-Identifier: GPL-2.0
/*
 * Reading and polling events: masks, waiting, signals, several readers, buffers,
 * and the eventfd.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include "event.h"
#include "proc.h"

#define PAGES	64
#define LOW	(32 * PAGE)

static struct room room;
static int store;

static void become_low(void)
{
	room_take(&room, 0, PAGES - 1);
}

static void become_roomy(void)
{
	room_give(&room, 0, PAGES - 1);
}

static void set_low(int eventfd)
{
	if (dp_triggers(store, 0, eventfd, LOW, 0))
		bail("cannot set a trigger");
}

static void masks(void)
{
	struct dpager_event event;

	ok_equal(event_poll(store, 0), 0, "poll without a trigger");
	set_low(-1);
	ok_equal(event_poll(store, 100), 0, "poll with room");
	become_low();
	ok_event(store, DPAGER_EVENT_LOW, 1, &event, "LOW");
	ok_equal(event_poll(store, 0), POLLPRI, "read while low: POLLPRI alone");
	become_roomy();
	while (event_poll(store, 10) & POLLPRI)
		;
	ok_equal(event_poll(store, 0), POLLIN, "room, not read: POLLIN alone");
	ok_event(store, DPAGER_EVENT_ROOM, 2, &event, "ROOM");
	ok_equal(event_poll(store, 0), 0, "read: nothing");
	become_low();
	while (event_poll(store, 10) == 0)
		;
	ok_equal(event_poll(store, 0), POLLIN | POLLPRI, "low, not read: both");
	become_roomy();
}

/* epoll is told when something comes, and by poll's masks. */
static void by_epoll(void)
{
	struct epoll_event want = { .events = EPOLLIN | EPOLLPRI | EPOLLET }, got;
	int epoll = epoll_create1(EPOLL_CLOEXEC);

	set_low(-1);
	epoll_ctl(epoll, EPOLL_CTL_ADD, store, &want);
	ok_equal(epoll_wait(epoll, &got, 1, 100), 0, "epoll: nothing");
	become_low();
	ok_equal(epoll_wait(epoll, &got, 1, 10000), 1, "epoll: woken");
	ok_equal(got.events, EPOLLIN | EPOLLPRI, "epoll: by the event and the level");
	ok_equal(epoll_wait(epoll, &got, 1, 100), 0, "epoll: once");
	become_roomy();
	ok_equal(epoll_wait(epoll, &got, 1, 10000), 1, "epoll: woken again");
	ok_equal(got.events, EPOLLIN, "epoll: by the event");
	close(epoll);
}

static void not_blocking(void)
{
	struct dpager_event event;
	int flags = fcntl(store, F_GETFL);

	dp_triggers(store, 0, -1, 0, 0);
	fcntl(store, F_SETFL, flags | O_NONBLOCK);
	ok_errno(dp_event(store, &event), EINVAL, "O_NONBLOCK: no trigger");
	set_low(-1);
	ok_errno(dp_event(store, &event), EAGAIN, "O_NONBLOCK: no event");
	become_low();
	while (!(event_poll(store, 10) & POLLIN))
		;
	ok_errno(dp_event(store, &event), 0, "O_NONBLOCK: an event");
	ok_errno(dp_event(store, &event), EAGAIN, "O_NONBLOCK: no second one");
	fcntl(store, F_SETFL, flags);
	become_roomy();
}

static void buffers(void)
{
	struct {
		struct dpager_event event;
		char guard[32];
	} big;
	char *bad = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			 -1, 0);

	become_low();
	set_low(-1);
	mprotect(bad + PAGE, PAGE, PROT_NONE);
	memset(&big, 0x5a, sizeof(big));
	ok(read(store, &big, sizeof(big.event) - 1) < 0 && errno == EINVAL, "a byte too small");
	ok(read(store, &big, 0) < 0 && errno == EINVAL, "no buffer");
	ok(read(store, bad + PAGE - 8, sizeof(big.event)) < 0 && errno == EFAULT,
	   "a buffer that cannot be written");
	ok_equal(read(store, &big, sizeof(big)), sizeof(big.event), "a larger one");
	ok(big.event.kind == DPAGER_EVENT_LOW && big.event.sequence == 1,
	   "the event was not lost by those that failed");
	ok(big.guard[0] == 0x5a, "nothing is written behind it");
	munmap(bad, 2 * PAGE);
	become_roomy();
}

/* --- waiting ------------------------------------------------------------ */

/* Its answer: the kind of event, or 100 + errno. */
static int reads(void *fd)
{
	struct dpager_event event;
	int error = dp_event(*(int *)fd, &event);

	return error ? 100 + error : (int)event.kind;
}

static pid_t reader_that_waits(const char *what)
{
	pid_t pid = proc_start(reads, &store);
	int status;

	ok(!proc_ended(pid, 150, &status), "%s: it waits", what);
	return pid;
}

static void ok_reader(pid_t pid, int want, const char *what)
{
	int status = -1;

	if (!proc_ended(pid, 10000, &status)) {
		kill(pid, SIGKILL);
		proc_wait(pid);
	}
	ok_equal(status, want, "%s", what);
}

static void woken(void)
{
	pid_t pid;

	set_low(-1);
	pid = reader_that_waits("a reader");
	become_low();
	ok_reader(pid, DPAGER_EVENT_LOW, "woken by LOW");
	pid = reader_that_waits("a reader while low");
	become_roomy();
	ok_reader(pid, DPAGER_EVENT_ROOM, "woken by ROOM");
	pid = reader_that_waits("a reader whose trigger is replaced");
	dp_triggers(store, 0, -1, PAGES * PAGE + 1, 0);
	ok_reader(pid, DPAGER_EVENT_LOW, "woken by the new one");
	pid = reader_that_waits("a reader whose trigger is removed");
	dp_triggers(store, 0, -1, 0, 0);
	ok_reader(pid, 100 + EINVAL, "woken by that");
}

/* Each event goes to one of them; without a trigger none is left waiting. */
static void several_readers(void)
{
	pid_t one, other;
	int status, left;

	dp_triggers(store, DPAGER_TRIGGER_ONCE, -1, LOW, 0);
	one = reader_that_waits("the first of two");
	other = reader_that_waits("the second of two");
	become_low();
	ok(proc_ended(one, 10000, &status), "the first ends");
	left = status == DPAGER_EVENT_LOW ? 100 + EINVAL : DPAGER_EVENT_LOW;
	ok(status == DPAGER_EVENT_LOW || status == 100 + EINVAL, "with the event or without");
	ok_reader(other, left, "the second has the other answer");
	become_roomy();
}

static void nothing(int signal)
{
	(void)signal;
}

static int reads_with_signals(int flags)
{
	struct sigaction action = { .sa_handler = nothing, .sa_flags = flags };

	sigaction(SIGUSR1, &action, NULL);
	return reads(&store);
}

static int reads_interrupted(void *unused)
{
	(void)unused;
	return reads_with_signals(0);
}

static int reads_restarted(void *unused)
{
	(void)unused;
	return reads_with_signals(SA_RESTART);
}

static void signals(void)
{
	pid_t pid;
	int status;

	set_low(-1);
	pid = proc_start(reads_interrupted, NULL);
	proc_ended(pid, 150, &status);
	kill(pid, SIGUSR1);
	ok_reader(pid, 100 + EINTR, "a signal ends a read");
	pid = proc_start(reads_restarted, NULL);
	proc_ended(pid, 150, &status);
	kill(pid, SIGUSR1);
	ok(!proc_ended(pid, 150, &status), "with SA_RESTART it goes on");
	become_low();
	ok_reader(pid, DPAGER_EVENT_LOW, "and has the event");
	pid = reader_that_waits("a reader to be killed");
	kill(pid, SIGKILL);
	ok_reader(pid, 128 + SIGKILL, "killed");
	become_roomy();
	ok_event(store, DPAGER_EVENT_ROOM, 2, NULL, "what comes after is there for others");
}

/* --- eventfd ------------------------------------------------------------ */

static uint64_t count_of(int eventfd)
{
	uint64_t count = 0;

	if (read(eventfd, &count, sizeof(count)) < 0 && errno != EAGAIN)
		bail("cannot read an eventfd");
	return count;
}

static void crossed(uint32_t kind, uint64_t sequence)
{
	ok_event(store, kind, sequence, NULL, kind == DPAGER_EVENT_LOW ? "LOW" : "ROOM");
}

static void by_eventfd(void)
{
	int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	int other = eventfd(5, EFD_NONBLOCK | EFD_CLOEXEC);

	set_low(fd);
	ok_equal(count_of(fd), 0, "eventfd: nothing at first");
	become_low();
	crossed(DPAGER_EVENT_LOW, 1);
	become_roomy();
	crossed(DPAGER_EVENT_ROOM, 2);
	become_low();
	crossed(DPAGER_EVENT_LOW, 3);
	ok_equal(count_of(fd), 3, "eventfd: each event counts");
	set_low(other);
	crossed(DPAGER_EVENT_LOW, 1);
	ok_equal(count_of(fd), 0, "eventfd: replaced");
	ok_equal(count_of(other), 6, "eventfd: low already: the new one's");
	close(other);
	become_roomy();
	crossed(DPAGER_EVENT_ROOM, 2);
	set_low(-1);
	become_low();
	crossed(DPAGER_EVENT_LOW, 1);
	ok_equal(count_of(fd), 0, "eventfd: none");
	become_roomy();
	crossed(DPAGER_EVENT_ROOM, 2);
	dp_triggers(store, DPAGER_TRIGGER_ONCE, fd, LOW, 0);
	become_low();
	crossed(DPAGER_EVENT_LOW, 1);
	become_roomy();
	become_low();
	ok_quiet(store, "once: no other event");
	ok_equal(count_of(fd), 1, "eventfd: once");
	close(fd);
	become_roomy();
}

int main(void)
{
	room_open(&room, PAGES);
	store = room.scene.store;
	masks();
	by_epoll();
	not_blocking();
	buffers();
	woken();
	several_readers();
	signals();
	by_eventfd();
	room_close(&room);
	return tap_done();
}
