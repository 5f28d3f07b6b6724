// SPDX-License-Identifier: GPL-2.0
/*
 * Faults on missing pages: what is told of them, and what ends them; the kernel's
 * own descriptor and dpager's do the same.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "dp.h"
#include "handler.h"
#include "proc.h"
#include "stamp.h"

#define PAGES	64
#define READERS	3

static struct handler h;
static char page[PAGE] __attribute__((aligned(4096)));

static const char *who(void)
{
	return h.native ? "the kernel's" : "dpager's";
}

static struct stamp stamp_of(long index)
{
	return (struct stamp){ .object = 7, .index = index, .generation = 1 };
}

static bool content(long index, struct stamp stamp, const char *what)
{
	return ok(stamp_check(h.map + index * PAGE, stamp) == STAMP_GOOD, "%s: its content", what);
}

static void test_copy(void)
{
	struct touch t;

	stamp_write(page, stamp_of(3));
	touch_read(&t, &h, 3);
	handler_told(&h, 3, 0, "a read");
	ok_errno(handler_copy(&h, 3, page), 0, "%s: copied", who());
	ok(touch_end(&t) == page[0], "it has read that");
	content(3, stamp_of(3), "a read");

	stamp_write(page, stamp_of(4));
	touch_write(&t, &h, 4, 'w');
	handler_told(&h, 4, UFFD_PAGEFAULT_FLAG_WRITE, "a write");
	ok_errno(handler_copy(&h, 4, page), 0, "copied");
	touch_end(&t);
	page[0] = 'w';
	ok(!memcmp(h.map + 4 * PAGE, page, PAGE), "what was copied, and what was written");

	touch_read(&t, &h, 5);
	handler_told(&h, 5, 0, "another read");
	ok_errno(handler_zero(&h, 5), 0, "zeros");
	ok(touch_end(&t) == 0, "it has read a zero");
	ok(handler_quiet(&h), "nothing else is told");
}

static void test_wake(void)
{
	struct touch t;

	touch_read(&t, &h, 6);
	handler_told(&h, 6, 0, "to be woken for nothing");
	ok_errno(handler_wake(&h, 6, 1), 0, "%s: woken", who());
	handler_told(&h, 6, 0, "it asks again");
	stamp_write(page, stamp_of(6));
	ok_errno(handler_call(&h, UFFDIO_COPY, 6 * PAGE, PAGE, UFFDIO_COPY_MODE_DONTWAKE, page,
			      NULL), 0, "quietly");
	ok_errno(handler_wake(&h, 7, 1), 0, "another is woken");
	ok(!__atomic_load_n(&t.done, __ATOMIC_ACQUIRE), "it waits on");
	ok_errno(handler_wake(&h, 0, PAGES), 0, "all are woken");
	ok(touch_end(&t) == page[0], "it has read it");
}

/* What is in the file is not missing, whoever wrote it. */
static void test_present(void)
{
	char *other = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, h.fd, 0);

	stamp_write(page, stamp_of(10));
	ok(pwrite(h.fd, page, PAGE, 10 * PAGE) == PAGE, "%s: a page is written", who());
	content(10, stamp_of(10), "a page that was written");
	stamp_write(other + 11 * PAGE, stamp_of(11));
	content(11, stamp_of(11), "a page from another mapping");
	ok(other[12 * PAGE] == 0 && h.map[12 * PAGE] == 0, "a page that was only read there");
	ok_errno(handler_copy(&h, 10, page), EEXIST, "it is there");
	ok(handler_quiet(&h), "nothing was told");
	munmap(other, PAGES * PAGE);
}

/* A page that was there and is forgotten is missing again. */
static void test_punched(void)
{
	struct touch t;

	ok(!fallocate(h.fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 3 * PAGE, PAGE),
	   "%s: a hole is punched", who());
	touch_read(&t, &h, 3);
	handler_told(&h, 3, 0, "of what was punched");
	handler_zero(&h, 3);
	ok(touch_end(&t) == 0, "zeros");
	madvise(h.map + 4 * PAGE, PAGE, MADV_DONTNEED);
	ok(h.map[4 * PAGE] == 'w' && handler_quiet(&h), "MADV_DONTNEED forgets nothing");
}

struct reading {
	pthread_t thread;
	int told;
};

static volatile bool stop;

/* Answers with zeros what it reads, by reads that block. */
static void *reading_run(void *argument)
{
	struct reading *r = argument;
	struct uffd_msg msg;

	while (read(h.uffd, &msg, sizeof(msg)) == sizeof(msg)) {
		long at = (msg.arg.pagefault.address - (uintptr_t)h.map) / PAGE;

		r->told++;
		handler_zero(&h, at);
		if (stop)
			break;
	}
	return NULL;
}

static void on_usr1(int signal)
{
	(void)signal;
}

/* Several read at a time: each fault is told once. */
static void test_readers(void)
{
	struct sigaction act = { .sa_handler = on_usr1 };
	struct reading readers[READERS] = {};
	int i, told = 0;
	struct touch t;
	long index;

	sigaction(SIGUSR1, &act, NULL);
	fcntl(h.uffd, F_SETFL, 0);
	stop = false;
	for (i = 0; i < READERS; i++)
		pthread_create(&readers[i].thread, NULL, reading_run, &readers[i]);
	for (index = 20; index < 60; index++) {
		touch_read(&t, &h, index);
		touch_end(&t);
	}
	stop = true;
	for (i = 0; i < READERS; i++) {
		/* It may be about to read: once is not enough then. */
		while (pthread_tryjoin_np(readers[i].thread, NULL)) {
			pthread_kill(readers[i].thread, SIGUSR1);
			usleep(1000);
		}
		told += readers[i].told;
	}
	fcntl(h.uffd, F_SETFL, O_NONBLOCK);
	ok_equal(told, 40, "%s: each fault was told once", who());
}

static void test_many(void)
{
	struct uffd_msg messages[4];
	struct touch t[2];
	struct uffd_msg msg;
	ssize_t got;

	handler_unregister(&h, 0, PAGES);
	madvise(h.map, PAGES * PAGE, MADV_REMOVE);
	handler_register(&h, 0, PAGES, HANDLER_MISSING);
	touch_read(&t[0], &h, 1);
	touch_read(&t[1], &h, 2);
	ok(handler_message(&h, &msg), "%s: one", who());
	while (handler_quiet(&h))
		usleep(1000);
	got = read(h.uffd, messages, sizeof(messages));
	ok_equal(got, sizeof(*messages), "the other, in room for more");
	handler_zero(&h, 1);
	handler_zero(&h, 2);
	touch_end(&t[0]);
	touch_end(&t[1]);
}

static void test_features(bool native)
{
	uint64_t exact = UFFD_FEATURE_EXACT_ADDRESS, thread = UFFD_FEATURE_THREAD_ID;
	struct uffd_msg msg = {};
	struct touch t;
	int code;

	handler_open(&h, native, PAGES, exact | thread);
	handler_register(&h, 0, PAGES, HANDLER_MISSING);

	touch_read(&t, &h, 2);
	ok(handler_message(&h, &msg) && msg.arg.pagefault.address == 2 * PAGE, "%s: told", who());
	ok(msg.arg.pagefault.feat.ptid == (unsigned int)t.tid, "by which thread");
	handler_zero(&h, 2);
	touch_end(&t);
	/* A byte within a page. */
	h.map += 100;
	touch_read(&t, &h, 3);
	h.map -= 100;
	ok(handler_message(&h, &msg) && msg.arg.pagefault.address == 3 * PAGE + 100, "exactly where");
	handler_zero(&h, 3);
	touch_end(&t);
	handler_close(&h);

	handler_open(&h, native, PAGES, UFFD_FEATURE_SIGBUS);
	handler_register(&h, 0, PAGES, HANDLER_MISSING);
	ok(touch_signal(h.map, false, &code) == SIGBUS, "%s: a signal instead", who());
	ok_equal(code, BUS_ADRERR, "of this kind");
	ok(touch_signal(h.map, true, NULL) == SIGBUS, "a write, too");
	ok(handler_quiet(&h), "nothing is told");
	ok_errno(handler_zero(&h, 0), 0, "it is filled");
	ok(!touch_signal(h.map, false, NULL), "no signal any more");
	handler_close(&h);
}

/* Who was told of by one handler's number is as many as wait. */
static void test_fdinfo(void)
{
	char path[64];
	struct uffd_msg msg;
	struct touch t;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", h.uffd);
	ok_equal(proc_figure(path, "total"), 0, "%s: nobody waits", who());
	touch_read(&t, &h, 62);
	while (handler_quiet(&h))
		usleep(1000);
	ok_equal(proc_figure(path, "pending"), 1, "one waits, and was not told of");
	ok(handler_message(&h, &msg), "now it is");
	ok_equal(proc_figure(path, "pending"), 0, "and was told of");
	ok_equal(proc_figure(path, "total"), 1, "but waits");
	handler_zero(&h, 62);
	touch_end(&t);
}

static void test_all(bool native)
{
	handler_open(&h, native, PAGES, 0);
	ok_errno(handler_register(&h, 0, PAGES, HANDLER_MISSING), 0, "%s", who());
	test_copy();
	test_wake();
	test_present();
	test_punched();
	test_readers();
	test_fdinfo();
	test_many();
	ok_errno(handler_unregister(&h, 0, PAGES), 0, "unregistered");
	ok(h.map[50 * PAGE] == 0 && handler_quiet(&h), "%s: faults are nobody's again", who());
	handler_close(&h);
	test_features(native);
}

int main(void)
{
	test_all(true);
	test_all(false);
	return tap_done();
}
