// SPDX-License-Identifier: GPL-2.0
/* Handlers of page faults: the kernel's own, and dpager's. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "dp.h"
#include "handler.h"

#define PATIENCE	30000

int handler_new(bool native, unsigned int flags)
{
	int device, fd, err;

	if (native) {
		fd = syscall(SYS_userfaultfd, flags);
		return fd < 0 ? -errno : fd;
	}
	device = dp_pager();
	fd = ioctl(device, USERFAULTFD_IOC_NEW, flags);
	err = errno;
	close(device);
	return fd < 0 ? -err : fd;
}

int handler_api(int uffd, uint64_t features)
{
	struct uffdio_api api = { .api = UFFD_API, .features = features };

	return ioctl(uffd, UFFDIO_API, &api) ? errno : 0;
}

uint64_t handler_features(bool native)
{
	struct uffdio_api api = { .api = UFFD_API };
	int fd = handler_new(native, O_CLOEXEC | UFFD_USER_MODE_ONLY);

	if (fd < 0 || ioctl(fd, UFFDIO_API, &api))
		return 0;
	close(fd);
	return api.features;
}

void handler_open(struct handler *h, bool native, size_t pages, uint64_t features)
{
	int pager;

	h->native = native;
	h->pages = pages;
	if (native) {
		h->fd = memfd_create("twin", MFD_CLOEXEC);
		if (h->fd < 0 || ftruncate(h->fd, pages * PAGE))
			bail("memfd: %s", strerror(errno));
	} else {
		pager = dp_pager();
		h->fd = dp_object(pager, pages * PAGE, NULL);
		close(pager);
	}
	h->map = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, h->fd, 0);
	if (h->map == MAP_FAILED)
		bail("mmap: %s", strerror(errno));
	h->uffd = handler_new(native, O_CLOEXEC | O_NONBLOCK);
	if (h->uffd < 0)
		bail("userfaultfd: %s", strerror(-h->uffd));
	if (handler_api(h->uffd, features))
		bail("UFFDIO_API: %s", strerror(errno));
}

void handler_close(struct handler *h)
{
	close(h->uffd);
	munmap(h->map, h->pages * PAGE);
	close(h->fd);
}

/* Any call's argument: they begin alike but for UFFDIO_COPY and _MOVE. */
union argument {
	struct uffdio_range range;
	struct uffdio_register reg;
	struct uffdio_copy copy;
	struct uffdio_move move;
	struct uffdio_zeropage zero;
	struct uffdio_writeprotect protect;
	struct uffdio_continue cont;
	struct uffdio_poison poison;
};

static int64_t argument_result(const union argument *a, unsigned long call)
{
	switch (call) {
	case UFFDIO_REGISTER:
		return a->reg.ioctls;
	case UFFDIO_COPY:
		return a->copy.copy;
	case UFFDIO_MOVE:
		return a->move.move;
	case UFFDIO_ZEROPAGE:
		return a->zero.zeropage;
	case UFFDIO_CONTINUE:
		return a->cont.mapped;
	case UFFDIO_POISON:
		return a->poison.updated;
	default:
		return 0;
	}
}

int handler_call(struct handler *h, unsigned long call, long at, long bytes,
		 uint64_t mode, const void *source, int64_t *result)
{
	union argument a;
	int err;

	memset(&a, 0, sizeof(a));
	if (call == UFFDIO_COPY) {
		a.copy = (struct uffdio_copy){
			.dst = (uintptr_t)h->map + at,
			.src = (uintptr_t)source,
			.len = bytes,
			.mode = mode,
		};
	} else if (call == UFFDIO_MOVE) {
		a.move = (struct uffdio_move){
			.dst = (uintptr_t)h->map + at,
			.src = (uintptr_t)source,
			.len = bytes,
			.mode = mode,
		};
	} else {
		/* Where there is a mode it follows the range. */
		a.reg.range.start = (uintptr_t)h->map + at;
		a.reg.range.len = bytes;
		a.reg.mode = mode;
	}
	err = ioctl(h->uffd, call, &a) ? errno : 0;
	if (result)
		*result = argument_result(&a, call);
	return err;
}

int handler_register(struct handler *h, long page, long pages, uint64_t mode)
{
	return handler_call(h, UFFDIO_REGISTER, page * PAGE, pages * PAGE, mode, NULL, NULL);
}

int handler_unregister(struct handler *h, long page, long pages)
{
	return handler_call(h, UFFDIO_UNREGISTER, page * PAGE, pages * PAGE, 0, NULL, NULL);
}

int handler_wake(struct handler *h, long page, long pages)
{
	return handler_call(h, UFFDIO_WAKE, page * PAGE, pages * PAGE, 0, NULL, NULL);
}

int handler_copy(struct handler *h, long page, const void *source)
{
	return handler_call(h, UFFDIO_COPY, page * PAGE, PAGE, 0, source, NULL);
}

int handler_zero(struct handler *h, long page)
{
	return handler_call(h, UFFDIO_ZEROPAGE, page * PAGE, PAGE, 0, NULL, NULL);
}

int handler_protect(struct handler *h, long page, long pages, bool protect)
{
	return handler_call(h, UFFDIO_WRITEPROTECT, page * PAGE, pages * PAGE,
			    protect ? UFFDIO_WRITEPROTECT_MODE_WP : 0, NULL, NULL);
}

int handler_continue(struct handler *h, long page)
{
	return handler_call(h, UFFDIO_CONTINUE, page * PAGE, PAGE, 0, NULL, NULL);
}

int handler_poison(struct handler *h, long page)
{
	return handler_call(h, UFFDIO_POISON, page * PAGE, PAGE, 0, NULL, NULL);
}

int handler_move(struct handler *h, long page, const void *source, long pages)
{
	return handler_call(h, UFFDIO_MOVE, page * PAGE, pages * PAGE, 0, source, NULL);
}

static void message_relative(struct handler *h, struct uffd_msg *msg)
{
	uintptr_t map = (uintptr_t)h->map;

	switch (msg->event) {
	case UFFD_EVENT_PAGEFAULT:
		msg->arg.pagefault.address -= map;
		break;
	case UFFD_EVENT_REMAP:
		msg->arg.remap.from -= map;
		msg->arg.remap.to -= map;
		break;
	case UFFD_EVENT_UNMAP:
		msg->arg.remove.start -= map;
		msg->arg.remove.end -= map;
		break;
	}
}

bool handler_message(struct handler *h, struct uffd_msg *msg)
{
	struct pollfd p = { .fd = h->uffd, .events = POLLIN };

	/* Another reader, or who wakes it, may have been quicker. */
	do {
		if (poll(&p, 1, PATIENCE) != 1)
			return false;
		if (read(h->uffd, msg, sizeof(*msg)) == sizeof(*msg)) {
			message_relative(h, msg);
			return true;
		}
	} while (errno == EAGAIN);
	return false;
}

bool handler_quiet(struct handler *h)
{
	struct pollfd p = { .fd = h->uffd, .events = POLLIN };

	return !poll(&p, 1, 0);
}

bool handler_told(struct handler *h, long page, uint64_t flags, const char *what)
{
	struct uffd_msg msg = {};

	if (!ok(handler_message(h, &msg), "%s: told", what))
		return false;
	return ok(msg.event == UFFD_EVENT_PAGEFAULT &&
		  msg.arg.pagefault.address == (uint64_t)page * PAGE &&
		  msg.arg.pagefault.flags == flags,
		  "%s: page %ld, flags %#llx (event %#x, page %lld, flags %#llx)", what, page,
		  (unsigned long long)flags, msg.event,
		  (long long)msg.arg.pagefault.address / (long long)PAGE,
		  (unsigned long long)msg.arg.pagefault.flags);
}

/* --- who touches -------------------------------------------------------- */

static void *touch_run(void *argument)
{
	struct touch *t = argument;

	__atomic_store_n(&t->tid, (pid_t)syscall(SYS_gettid), __ATOMIC_RELEASE);
	if (t->write)
		*t->at = t->value;
	else
		t->value = *t->at;
	__atomic_store_n(&t->done, true, __ATOMIC_RELEASE);
	return NULL;
}

static void touch_start(struct touch *t)
{
	t->done = false;
	t->tid = 0;
	if (pthread_create(&t->thread, NULL, touch_run, t))
		bail("pthread_create");
}

void touch_read(struct touch *t, struct handler *h, long page)
{
	t->at = h->map + page * PAGE;
	t->write = false;
	touch_start(t);
}

void touch_write(struct touch *t, struct handler *h, long page, char value)
{
	t->at = h->map + page * PAGE;
	t->write = true;
	t->value = value;
	touch_start(t);
}

char touch_end(struct touch *t)
{
	pthread_join(t->thread, NULL);
	return t->value;
}

static __thread sigjmp_buf escape;
static __thread volatile int escape_code;

static void on_signal(int signal, siginfo_t *info, void *context)
{
	(void)context;
	escape_code = info->si_code;
	siglongjmp(escape, signal);
}

int touch_signal(volatile char *at, bool write, int *code)
{
	struct sigaction act = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO }, was;
	int signal;

	sigaction(SIGBUS, &act, &was);
	escape_code = 0;
	signal = sigsetjmp(escape, 1);
	if (!signal) {
		if (write)
			*at = 's';
		else
			(void)*at;
	}
	sigaction(SIGBUS, &was, NULL);
	if (code)
		*code = escape_code;
	return signal;
}
