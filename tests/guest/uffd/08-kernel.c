// SPDX-License-Identifier: GPL-2.0
/*
 * Faults of the kernel: it reads and writes a program's missing pages in system
 * calls. A handler sees to them, but one that is for user mode only: then the call
 * fails. The kernel's own descriptor and dpager's.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "dp.h"
#include "handler.h"
#include "proc.h"

#define PAGES	32

static struct handler h;
static char page[PAGE] __attribute__((aligned(4096)));
static int ends[2];

static const char *who(void)
{
	return h.native ? "the kernel's" : "dpager's";
}

struct call {
	pthread_t thread;
	long (*run)(struct call *call);
	long at;
	long answer;
	int err;
};

static long read_pipe(struct call *call)
{
	return read(ends[0], h.map + call->at * PAGE, 100);
}

static long write_pipe(struct call *call)
{
	return write(ends[1], h.map + call->at * PAGE, 100);
}

static long read_process(struct call *call)
{
	char buffer[100];
	struct iovec local = { buffer, sizeof(buffer) };
	struct iovec remote = { h.map + call->at * PAGE, sizeof(buffer) };
	long got = process_vm_readv(getpid(), &local, 1, &remote, 1, 0);

	return got == sizeof(buffer) && buffer[0] != 'k' ? -2 : got;
}

static long read_direct(struct call *call)
{
	int fd = open("/dev/vda", O_RDONLY | O_DIRECT);
	long got = read(fd, h.map + call->at * PAGE, PAGE);
	int err = errno;

	close(fd);
	errno = err;
	return got;
}

/* One read by io_uring, which may fault in a worker of the kernel's. */
static long read_uring(struct call *call)
{
	struct io_uring_params p = {};
	struct io_uring_sqe *sqe;
	struct io_uring_cqe *cqe;
	char *sq, *cq;
	int fd = syscall(SYS_io_uring_setup, 1, &p);
	long got;

	if (fd < 0)
		return -errno;
	sq = mmap(NULL, p.sq_off.array + sizeof(uint32_t), PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		  IORING_OFF_SQ_RING);
	cq = mmap(NULL, p.cq_off.cqes + p.cq_entries * sizeof(*cqe), PROT_READ | PROT_WRITE,
		  MAP_SHARED, fd, IORING_OFF_CQ_RING);
	sqe = mmap(NULL, sizeof(*sqe), PROT_READ | PROT_WRITE, MAP_SHARED, fd, IORING_OFF_SQES);
	memset(sqe, 0, sizeof(*sqe));
	sqe->opcode = IORING_OP_READ;
	sqe->fd = ends[0];
	sqe->off = -1;
	sqe->addr = (uintptr_t)(h.map + call->at * PAGE);
	sqe->len = 100;
	*(uint32_t *)(sq + p.sq_off.array) = 0;
	__atomic_store_n((uint32_t *)(sq + p.sq_off.tail), 1, __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, fd, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) < 0)
		return -errno;
	cqe = (struct io_uring_cqe *)(cq + p.cq_off.cqes);
	got = cqe->res;
	close(fd);
	return got;
}

static void *call_run(void *argument)
{
	struct call *call = argument;

	errno = 0;
	call->answer = call->run(call);
	call->err = errno;
	return NULL;
}

static void test_call(long (*run)(struct call *call), long at, long want, uint64_t flags,
		      const char *what)
{
	struct call call = { .run = run, .at = at };

	pthread_create(&call.thread, NULL, call_run, &call);
	handler_told(&h, at, flags, what);
	ok_errno(handler_copy(&h, at, page), 0, "%s: %s: copied", who(), what);
	pthread_join(call.thread, NULL);
	ok(call.answer == want, "%s: %ld, %s", what, call.answer, strerror(call.err));
}

static void test_waiting(bool native)
{
	handler_open(&h, native, PAGES, 0);
	handler_register(&h, 0, PAGES, HANDLER_MISSING);
	ok(write(ends[1], page, 100) == 100, "%s: a pipe is filled", who());
	test_call(read_pipe, 1, 100, UFFD_PAGEFAULT_FLAG_WRITE, "read(2)");
	test_call(write_pipe, 2, 100, 0, "write(2)");
	ok(read(ends[0], h.map + PAGE, 100) == 100 && h.map[PAGE] == 'k', "what it wrote");
	test_call(read_process, 3, 100, 0, "process_vm_readv(2)");
	test_call(read_direct, 4, PAGE, UFFD_PAGEFAULT_FLAG_WRITE, "O_DIRECT");
	ok(write(ends[1], page, 100) == 100, "%s: a pipe is filled", who());
	test_call(read_uring, 5, 100, UFFD_PAGEFAULT_FLAG_WRITE, "io_uring");
	ok(h.map[5 * PAGE] == 'k', "what it read");
	handler_close(&h);
}

static void test_refused(bool native)
{
	struct uffd_msg msg;
	struct touch t;

	handler_open(&h, native, PAGES, 0);
	close(h.uffd);
	h.uffd = handler_new(native, O_CLOEXEC | O_NONBLOCK | UFFD_USER_MODE_ONLY);
	handler_api(h.uffd, 0);
	handler_register(&h, 0, PAGES, HANDLER_MISSING);
	ok(write(ends[1], h.map, 100) < 0 && errno == EFAULT, "%s: write(2)", who());
	ok(write(ends[1], page, 100) == 100, "a pipe is filled");
	ok(read(ends[0], h.map, 100) < 0 && errno == EFAULT, "read(2)");
	ok(read_direct(&(struct call){ .at = 4 }) < 0 && errno == EFAULT, "O_DIRECT");
	ok(handler_quiet(&h), "%s: nobody was told", who());
	touch_read(&t, &h, 0);
	ok(handler_message(&h, &msg), "a program is");
	handler_copy(&h, 0, page);
	touch_end(&t);
	ok(read(ends[0], h.map, 100) == 100, "what is there is read into");
	handler_close(&h);
}

int main(void)
{
	if (pipe(ends))
		bail("pipe");
	memset(page, 'k', sizeof(page));
	test_waiting(true);
	test_waiting(false);
	test_refused(true);
	test_refused(false);
	return tap_done();
}
