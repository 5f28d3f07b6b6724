// SPDX-License-Identifier: GPL-2.0
/*
 * Several processes: a handler elsewhere, one mapping registered and another not,
 * children; and what is told of the address space, as the kernel's own tells it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dp.h"
#include "handler.h"
#include "proc.h"

#define PAGES	32

static struct handler h;
static char page[PAGE] __attribute__((aligned(4096)));
static int sockets[2];

static const char *who(void)
{
	return h.native ? "the kernel's" : "dpager's";
}

/* Gets the descriptor, answers four faults with 'h'; the mapping is not its own. */
static int elsewhere(void *argument)
{
	struct uffd_msg msg;
	int i;

	(void)argument;
	h.uffd = fd_receive(sockets[1]);
	memset(page, 'h', sizeof(page));
	for (i = 0; i < 4; i++)
		if (!handler_message(&h, &msg) ||
		    handler_copy(&h, msg.arg.pagefault.address / PAGE, page))
			return 1;
	return 0;
}

static void test_elsewhere(void)
{
	pid_t pid;

	socketpair(AF_UNIX, SOCK_STREAM, 0, sockets);
	pid = proc_start(elsewhere, NULL);
	fd_send(sockets[0], h.uffd);
	ok(h.map[0] == 'h' && h.map[5 * PAGE] == 'h' && h.map[1 * PAGE] == 'h' &&
	   h.map[31 * PAGE] == 'h', "%s: a handler in another process", who());
	ok_equal(proc_wait(pid), 0, "which has seen to four faults");
	close(sockets[0]);
	close(sockets[1]);
}

static int touch_it(void *argument)
{
	char *map = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, h.fd, 0);

	(void)argument;
	return map[7 * PAGE] || map[0] != 'h' || h.map[8 * PAGE] || h.map[0] != 'h';
}

/* What a child maps, or has, of it is nobody's. */
static void test_child(void)
{
	ok_equal(proc_run(touch_it, NULL), 0, "%s: a child is not registered", who());
	ok(handler_quiet(&h), "nobody is told");
	ok(h.map[7 * PAGE] == 0 && handler_quiet(&h), "what it made is there");
}

/* Who did it has to be told, too, that it was read: EAGAIN until then. */
static int copy_at_last(long index)
{
	int err, tries = 0;

	do {
		err = handler_copy(&h, index, page);
	} while (err == EAGAIN && tries++ < 30000 && !usleep(1000));
	return err;
}

/* --- what is told ------------------------------------------------------- */

static int forked(void *argument)
{
	(void)argument;
	/* 10 is missing; somebody sees to it by the child's own descriptor. */
	return h.map[10 * PAGE] != 'c' || h.map[0] != 'h';
}

struct forking {
	pthread_t thread;
	int status;
};

static void *fork_it(void *argument)
{
	struct forking *f = argument;

	/* The child ends with the thread that made it. */
	f->status = proc_wait(proc_start(forked, NULL));
	return NULL;
}

static void test_fork(bool native)
{
	struct handler child;
	struct forking f = {};
	struct uffd_msg msg;

	handler_open(&h, native, PAGES, UFFD_FEATURE_EVENT_FORK);
	handler_register(&h, 0, PAGES, HANDLER_MISSING);
	memset(page, 'h', sizeof(page));
	handler_copy(&h, 0, page);
	pthread_create(&f.thread, NULL, fork_it, &f);
	ok(handler_message(&h, &msg) && msg.event == UFFD_EVENT_FORK, "%s: a child is told of",
	   who());
	child = h;
	child.uffd = msg.arg.fork.ufd;
	ok_errno(copy_at_last(1), 0, "when that is read, all goes on");
	handler_told(&child, 10, 0, "a fault of the child, by its own descriptor");
	memset(page, 'c', sizeof(page));
	ok_errno(handler_copy(&child, 10, page), 0, "%s: is seen to", who());
	pthread_join(f.thread, NULL);
	ok_equal(f.status, 0, "the child has read it");
	ok_errno(handler_copy(&child, 11, page), ESRCH, "then it is gone");
	close(child.uffd);
	ok(handler_quiet(&h), "%s: nothing else is told", who());
	handler_close(&h);
}

struct changing {
	pthread_t thread;
	void *to;
	bool unmap;
	bool done;
};

static void *change_it(void *argument)
{
	struct changing *c = argument;

	if (c->unmap)
		munmap(h.map + 16 * PAGE, 4 * PAGE);
	else
		mremap(h.map + 8 * PAGE, 4 * PAGE, 4 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED,
		       c->to);
	__atomic_store_n(&c->done, true, __ATOMIC_RELEASE);
	return NULL;
}

static void test_remap(bool native)
{
	struct changing c = {};
	struct uffd_msg msg;
	struct handler moved;
	struct touch t;

	handler_open(&h, native, PAGES, UFFD_FEATURE_EVENT_REMAP);
	handler_register(&h, 0, PAGES, HANDLER_MISSING | HANDLER_WP);
	memset(page, 'r', sizeof(page));
	handler_copy(&h, 8, page);
	handler_protect(&h, 8, 1, true);
	c.to = mmap(NULL, 4 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	pthread_create(&c.thread, NULL, change_it, &c);
	while (handler_quiet(&h))
		usleep(1000);
	ok_errno(handler_copy(&h, 2, page), EAGAIN, "%s: not before it is read", who());
	ok(handler_message(&h, &msg) && msg.event == UFFD_EVENT_REMAP &&
	   msg.arg.remap.from == 8 * PAGE && msg.arg.remap.len == 4 * PAGE &&
	   (char *)c.to == h.map + (long)msg.arg.remap.to, "a mapping has moved");
	pthread_join(c.thread, NULL);
	ok_errno(copy_at_last(2), 0, "now");
	moved = h;
	moved.map = c.to;
	ok(moved.map[0] == 'r', "its content has");
	touch_write(&t, &moved, 0, 'w');
	handler_told(&moved, 0, UFFD_PAGEFAULT_FLAG_WRITE | UFFD_PAGEFAULT_FLAG_WP,
		     "it is protected there");
	handler_protect(&moved, 0, 1, false);
	touch_end(&t);
	touch_read(&t, &moved, 1);
	handler_told(&moved, 1, 0, "it is registered there");
	ok_errno(handler_copy(&moved, 1, page), 0, "%s: copied", who());
	touch_end(&t);
	ok_errno(handler_copy(&h, 8, page), ENOENT, "where it was there is nothing");
	munmap(c.to, 4 * PAGE);
	handler_close(&h);
}

/* Without that, what moves is nobody's. */
static void test_moved(bool native)
{
	char *to = mmap(NULL, 4 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	handler_open(&h, native, PAGES, 0);
	handler_register(&h, 0, PAGES, HANDLER_MISSING | HANDLER_WP);
	handler_copy(&h, 8, page);
	handler_protect(&h, 8, 1, true);
	mremap(h.map + 8 * PAGE, 4 * PAGE, 4 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, to);
	to[0] = 'm';
	ok(to[PAGE] == 0 && to[0] == 'm' && handler_quiet(&h), "%s: moved, it is not registered",
	   who());
	munmap(to, 4 * PAGE);
	handler_close(&h);
}

static void test_unmap(bool native)
{
	struct changing c = { .unmap = true };
	struct uffd_msg msg;

	handler_open(&h, native, PAGES, UFFD_FEATURE_EVENT_UNMAP);
	handler_register(&h, 0, PAGES, HANDLER_MISSING);
	pthread_create(&c.thread, NULL, change_it, &c);
	ok(handler_message(&h, &msg) && msg.event == UFFD_EVENT_UNMAP &&
	   msg.arg.remove.start == 16 * PAGE && msg.arg.remove.end == 20 * PAGE,
	   "%s: pages are unmapped", who());
	pthread_join(c.thread, NULL);
	ok_errno(copy_at_last(16), ENOENT, "they are");
	ok_errno(handler_copy(&h, 15, page), 0, "no others");
	/* Nobody reads any more: who unmaps does not wait. */
	close(h.uffd);
	h.uffd = -1;
	handler_close(&h);
	ok(true, "without a reader nobody waits");
}

static void test_all(bool native)
{
	handler_open(&h, native, PAGES, 0);
	handler_register(&h, 0, PAGES, HANDLER_MISSING);
	test_elsewhere();
	test_child();
	handler_close(&h);
	test_fork(native);
	test_remap(native);
	test_moved(native);
	test_unmap(native);
}

int main(void)
{
	test_all(true);
	test_all(false);
	return tap_done();
}
