// SPDX-License-Identifier: GPL-2.0
/*
 * The end of what waits, and of what it waits for: signals, exit, the descriptor
 * closed, the mapping gone or moved. Nothing hangs, and the module can be unloaded.
 * guest: nomodule
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dp.h"
#include "handler.h"
#include "proc.h"

#define PAGES	32
#define WAITERS	4

static struct handler h;
static char page[PAGE] __attribute__((aligned(4096)));

static void opened(uint64_t mode)
{
	handler_open(&h, false, PAGES, 0);
	ok_errno(handler_register(&h, 0, PAGES, mode), 0, "registered");
}

static void told_all(int count)
{
	struct uffd_msg msg;
	int i;

	for (i = 0; i < count; i++)
		if (!handler_message(&h, &msg))
			bail("nobody faults");
}

static void waiting(struct touch *touches)
{
	int i;

	for (i = 0; i < WAITERS; i++)
		touch_read(&touches[i], &h, i);
	told_all(WAITERS / 2);
	/* Of the rest nobody was told. */
	while (handler_quiet(&h))
		usleep(1000);
}

static void all_end(struct touch *touches, int value, const char *what)
{
	int i, good = 0;

	for (i = 0; i < WAITERS; i++)
		good += touch_end(&touches[i]) == value;
	ok_equal(good, WAITERS, "%s: all go on", what);
}

static void test_close(void)
{
	struct touch touches[WAITERS];

	opened(HANDLER_MISSING);
	waiting(touches);
	close(h.uffd);
	h.uffd = -1;
	all_end(touches, 0, "the descriptor is closed");
	h.map[9 * PAGE] = 'x';
	ok(h.map[9 * PAGE] == 'x', "all is as if it had never been registered");
	handler_close(&h);
}

static void test_unregister(void)
{
	struct touch touches[WAITERS];

	opened(HANDLER_MISSING);
	waiting(touches);
	ok_errno(handler_unregister(&h, 0, PAGES), 0, "unregistered");
	all_end(touches, 0, "it is unregistered");
	handler_close(&h);
}

static void test_protected_close(void)
{
	struct touch t;

	opened(HANDLER_WP);
	h.map[0] = 'a';
	handler_protect(&h, 0, PAGES, true);
	touch_write(&t, &h, 0, 'b');
	told_all(1);
	close(h.uffd);
	h.uffd = -1;
	touch_end(&t);
	ok(h.map[0] == 'b', "a closed descriptor protects nothing");
	handler_close(&h);
}

/* A child waits in a fault of its own descriptor's; it is killed. */
static int faulting(void *argument)
{
	struct touch touches[WAITERS];
	int i;

	handler_open(&h, false, PAGES, 0);
	if (handler_register(&h, 0, PAGES, HANDLER_MISSING))
		return 1;
	for (i = 0; i < WAITERS; i++)
		touch_read(&touches[i], &h, i);
	told_all(WAITERS / 2);
	turn_post(argument);
	if (((struct turn *)argument)[1].pipe[0] >= 0)
		pause();
	/* It ends with threads that wait. */
	_exit(7);
}

static void test_kill(void)
{
	struct turn turn[2];
	pid_t pid;

	turn_init(&turn[0]);
	turn[1].pipe[0] = 0;
	pid = proc_start(faulting, turn);
	turn_await(&turn[0]);
	kill(pid, SIGKILL);
	ok_equal(proc_wait(pid), 128 + SIGKILL, "who waits can be killed");
	turn[1].pipe[0] = -1;
	pid = proc_start(faulting, turn);
	turn_await(&turn[0]);
	ok_equal(proc_wait(pid), 7, "a process can exit while its threads wait");
}

static volatile sig_atomic_t signals;

static void on_usr1(int signal)
{
	(void)signal;
	signals++;
}

/* A signal is handled while its thread waits, which then waits on. */
static void test_signal(void)
{
	struct sigaction act = { .sa_handler = on_usr1 };
	struct uffd_msg msg;
	struct touch t;

	sigaction(SIGUSR1, &act, NULL);
	opened(HANDLER_MISSING);
	touch_read(&t, &h, 0);
	told_all(1);
	pthread_kill(t.thread, SIGUSR1);
	ok(handler_message(&h, &msg) && signals == 1, "after a signal it is told of again");
	memset(page, 's', sizeof(page));
	handler_copy(&h, 0, page);
	ok(touch_end(&t) == 's', "it goes on");
	handler_close(&h);
}

static int escaped;

static void on_segv(int signal)
{
	(void)signal;
	__atomic_store_n(&escaped, 1, __ATOMIC_RELEASE);
	pthread_exit(NULL);
}

static void *touch_unmapped(void *argument)
{
	return (void *)(long)*(volatile char *)argument;
}

static void test_munmap(void)
{
	struct sigaction act = { .sa_handler = on_segv };
	pthread_t thread;

	sigaction(SIGSEGV, &act, NULL);
	opened(HANDLER_MISSING);
	pthread_create(&thread, NULL, touch_unmapped, h.map + 3 * PAGE);
	told_all(1);
	ok(!munmap(h.map, PAGES * PAGE), "unmapped while somebody waits");
	pthread_join(thread, NULL);
	ok(escaped, "which finds that out");
	ok_errno(handler_copy(&h, 3, page), ENOENT, "nothing can be copied there");
	signal(SIGSEGV, SIG_DFL);
	close(h.uffd);
	close(h.fd);
}

/* Its mapping moves away under who waits; another comes in its place. */
static void test_mremap(void)
{
	char *to = mmap(NULL, PAGES * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), *from;
	struct touch t;

	opened(HANDLER_MISSING);
	from = h.map;
	/* Room for another beside it, so that it is never nothing. */
	touch_read(&t, &h, 0);
	told_all(1);
	ok(mremap(from, PAGES * PAGE, PAGES * PAGE,
		  MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP, to) != MAP_FAILED ||
	   errno == EINVAL, "moved while somebody waits, and left where it is");
	handler_wake(&h, 0, PAGES);
	handler_unregister(&h, 0, PAGES);
	ok(touch_end(&t) == 0, "who waits goes on");
	munmap(to, PAGES * PAGE);
	handler_close(&h);
}

/* Descriptors and mappings in any order, many times. */
static void test_orders(void)
{
	int i;

	for (i = 0; i < 200; i++) {
		handler_open(&h, false, PAGES, 0);
		handler_register(&h, i % PAGES, 1, HANDLER_MISSING | HANDLER_WP | HANDLER_MINOR);
		if (i & 1)
			handler_protect(&h, i % PAGES, 1, true);
		if (i & 2)
			mprotect(h.map + PAGE, PAGE, PROT_READ);
		if (i & 4)
			munmap(h.map + 2 * PAGE, PAGE);
		if (i & 8)
			close(h.fd);
		if (i & 16)
			munmap(h.map, PAGES * PAGE);
		handler_close(&h);
	}
	ok(true, "closed in many orders");
}

int main(void)
{
	int err, tries = 0;

	dp_load();
	test_close();
	test_unregister();
	test_protected_close();
	test_kill();
	test_signal();
	test_munmap();
	test_mremap();
	test_orders();
	/* What a killed process had ends by and by. */
	do {
		err = dp_unload();
	} while (err == EAGAIN && tries++ < 30000 && !usleep(1000));
	ok_errno(err, 0, "the module can be unloaded");
	return tap_done();
}
