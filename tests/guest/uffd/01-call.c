// SPDX-License-Identifier: GPL-2.0
/*
 * Every call with every error, of the kernel's own descriptor on a memfd and of
 * dpager's on an object: both answer the same.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dp.h"
#include "handler.h"
#include "proc.h"

#define PAGES	64

#ifndef UFFD_API_IOCTLS
#error "no userfaultfd"
#endif

/* What a call is told of its source. */
enum source { NONE, GOOD, ODD, BAD, HALF };

struct step {
	const char *what;
	unsigned long call;
	long at;
	long bytes;
	uint64_t mode;
	int want;
	enum source source;
	bool ours;	/* kernels do not agree, or do not have it */
};

static struct handler twins[2];
static char source[8 * PAGE] __attribute__((aligned(4096)));
static char *torn;

static const void *source_of(enum source kind)
{
	switch (kind) {
	case GOOD:
		return source;
	case ODD:
		return source + 3;
	case BAD:
		return torn + 2 * PAGE;
	case HALF:
		return torn;
	default:
		return NULL;
	}
}

static void step(const struct step *s)
{
	int64_t result[2] = { 0, 0 };
	int err[2] = { s->want, s->want }, i;

	for (i = s->ours; i < 2; i++)
		err[i] = handler_call(&twins[i], s->call, s->at, s->bytes, s->mode,
				      source_of(s->source), &result[i]);
	ok_errno(err[1], s->want, "%s", s->what);
	if (s->ours)
		return;
	ok_errno(err[0], err[1], "%s: the kernel's", s->what);
	/* Which calls a range has differs by kernel. */
	if (s->call != UFFDIO_REGISTER)
		ok(result[0] == result[1], "%s: as much (%lld, the kernel's %lld)", s->what,
		   (long long)result[1], (long long)result[0]);
}

static void steps(const struct step *list, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		step(&list[i]);
}

#define STEPS(list)	steps(list, sizeof(list) / sizeof(*(list)))

#define MISSING	HANDLER_MISSING
#define WP	HANDLER_WP
#define MINOR	HANDLER_MINOR

static const struct step before[] = {
	{ "register before the handshake", UFFDIO_REGISTER, 0, PAGE, MISSING, EINVAL, NONE, false },
	{ "wake before the handshake", UFFDIO_WAKE, 0, PAGE, 0, EINVAL, NONE, false },
	{ "copy before the handshake", UFFDIO_COPY, 0, PAGE, 0, EINVAL, GOOD, false },
};

/* The mapping has 64 pages; 40 to 43 are a hole, 44 is another mapping of its kind. */
static const struct step registering[] = {
	{ "mode 0", UFFDIO_REGISTER, 0, PAGE, 0, EINVAL, NONE, false },
	{ "an unknown mode", UFFDIO_REGISTER, 0, PAGE, 8, EINVAL, NONE, false },
	{ "an unknown mode beside a good one", UFFDIO_REGISTER, 0, PAGE, MISSING | (1ULL << 40),
	  EINVAL, NONE, false },
	{ "a start that is no page", UFFDIO_REGISTER, 1, PAGE, MISSING, EINVAL, NONE, false },
	{ "a length that is no page", UFFDIO_REGISTER, 0, 100, MISSING, EINVAL, NONE, false },
	{ "length 0", UFFDIO_REGISTER, 0, 0, MISSING, EINVAL, NONE, false },
	{ "a length that wraps", UFFDIO_REGISTER, 0, -PAGE, MISSING, EINVAL, NONE, false },
	{ "a length beyond user memory", UFFDIO_REGISTER, 0, 1L << 47, MISSING, EINVAL,
	  NONE, false },
	{ "a hole", UFFDIO_REGISTER, 40 * PAGE, 4 * PAGE, MISSING, EINVAL, NONE, false },
	{ "wake nothing", UFFDIO_WAKE, 0, PAGE, 0, 0, NONE, false },
	{ "wake a length that is no page", UFFDIO_WAKE, 0, 10, 0, EINVAL, NONE, false },
	{ "wake length 0", UFFDIO_WAKE, 0, 0, 0, EINVAL, NONE, false },
	{ "unregister what is not", UFFDIO_UNREGISTER, 0, PAGE, 0, 0, NONE, false },
	{ "unregister a hole", UFFDIO_UNREGISTER, 40 * PAGE, PAGE, 0, EINVAL, NONE, false },
	{ "unregister length 0", UFFDIO_UNREGISTER, 0, 0, 0, EINVAL, NONE, false },
	{ "copy where nothing is registered", UFFDIO_COPY, 0, PAGE, 0, ENOENT, GOOD, false },
	{ "zero where nothing is registered", UFFDIO_ZEROPAGE, 0, PAGE, 0, ENOENT, NONE, false },
	{ "protect where nothing is registered", UFFDIO_WRITEPROTECT, 0, PAGE, 1, ENOENT,
	  NONE, false },
	{ "continue where nothing is registered", UFFDIO_CONTINUE, 0, PAGE, 0, ENOENT,
	  NONE, false },
	{ "register", UFFDIO_REGISTER, 0, 16 * PAGE, MISSING, 0, NONE, false },
	{ "the same again", UFFDIO_REGISTER, 0, 16 * PAGE, MISSING, 0, NONE, false },
	{ "a part of it for more", UFFDIO_REGISTER, 4 * PAGE, 4 * PAGE, MISSING | WP, 0,
	  NONE, false },
	{ "all of it as at first", UFFDIO_REGISTER, 0, 16 * PAGE, MISSING, 0, NONE, false },
	{ "the part is still for more", UFFDIO_WRITEPROTECT, 4 * PAGE, 4 * PAGE, 1, 0,
	  NONE, false },
	{ "what is beside it is not", UFFDIO_WRITEPROTECT, 8 * PAGE, PAGE, 1, ENOENT, NONE, false },
	{ "a part of it for something else", UFFDIO_REGISTER, 4 * PAGE, 4 * PAGE, MINOR, 0,
	  NONE, false },
	{ "now it is for that alone", UFFDIO_WRITEPROTECT, 4 * PAGE, PAGE, 1, ENOENT, NONE, false },
	{ "over the hole", UFFDIO_REGISTER, 32 * PAGE, 32 * PAGE, MISSING, 0, NONE, false },
	{ "unregister over the hole", UFFDIO_UNREGISTER, 32 * PAGE, 32 * PAGE, 0, 0, NONE, false },
	{ "unregister", UFFDIO_UNREGISTER, 0, 16 * PAGE, 0, 0, NONE, false },
	{ "it is no longer", UFFDIO_COPY, 0, PAGE, 0, ENOENT, GOOD, false },
};

static const struct step filling[] = {
	{ "for missing pages", UFFDIO_REGISTER, 0, 16 * PAGE, MISSING, 0, NONE, false },
	{ "copy to what is no page", UFFDIO_COPY, 1, PAGE, 0, EINVAL, GOOD, false },
	{ "copy a length that is no page", UFFDIO_COPY, 0, 100, 0, EINVAL, GOOD, false },
	{ "copy length 0", UFFDIO_COPY, 0, 0, 0, EINVAL, GOOD, false },
	{ "copy with an unknown mode", UFFDIO_COPY, 0, PAGE, 4, EINVAL, GOOD, false },
	{ "copy of nothing that can be read", UFFDIO_COPY, 0, PAGE, 0, EFAULT, BAD, false },
	{ "copy protected where that is not registered", UFFDIO_COPY, 0, PAGE,
	  UFFDIO_COPY_MODE_WP, EINVAL, GOOD, false },
	{ "copy", UFFDIO_COPY, 0, PAGE, 0, 0, GOOD, false },
	{ "copy again", UFFDIO_COPY, 0, PAGE, 0, EEXIST, GOOD, false },
	{ "copy again of nothing that can be read", UFFDIO_COPY, 0, PAGE, 0, EFAULT, BAD, false },
	{ "zero what is there", UFFDIO_ZEROPAGE, 0, PAGE, 0, EEXIST, NONE, false },
	{ "copy from bytes in between", UFFDIO_COPY, PAGE, PAGE, 0, 0, ODD, false },
	{ "zero", UFFDIO_ZEROPAGE, 3 * PAGE, PAGE, 0, 0, NONE, false },
	{ "zero again", UFFDIO_ZEROPAGE, 3 * PAGE, PAGE, 0, EEXIST, NONE, false },
	{ "zero with an unknown mode", UFFDIO_ZEROPAGE, 4 * PAGE, PAGE, 2, EINVAL, NONE, false },
	{ "zero a length that is no page", UFFDIO_ZEROPAGE, 4 * PAGE, 7, 0, EINVAL, NONE, false },
	{ "copy until what is there", UFFDIO_COPY, 2 * PAGE, 4 * PAGE, 0, EAGAIN, GOOD, false },
	{ "zero until what is there", UFFDIO_ZEROPAGE, 2 * PAGE, PAGE, 0, EEXIST, NONE, false },
	{ "copy until what cannot be read", UFFDIO_COPY, 8 * PAGE, 4 * PAGE, 0, EAGAIN,
	  HALF, false },
	{ "copy beyond what is registered", UFFDIO_COPY, 12 * PAGE, 8 * PAGE, 0, ENOENT,
	  GOOD, false },
	{ "copy over the end of the mapping", UFFDIO_COPY, 39 * PAGE, 2 * PAGE, 0, ENOENT,
	  GOOD, false },
	{ "copy into the hole", UFFDIO_COPY, 40 * PAGE, PAGE, 0, ENOENT, GOOD, false },
	{ "copy quietly", UFFDIO_COPY, 12 * PAGE, PAGE, UFFDIO_COPY_MODE_DONTWAKE, 0, GOOD, false },
	{ "zero quietly", UFFDIO_ZEROPAGE, 13 * PAGE, PAGE, UFFDIO_ZEROPAGE_MODE_DONTWAKE,
	  0, NONE, false },
	{ "continue what is mapped", UFFDIO_CONTINUE, 12 * PAGE, PAGE, 0, EEXIST, NONE, false },
	{ "continue what is nowhere", UFFDIO_CONTINUE, 14 * PAGE, PAGE, 0, EFAULT, NONE, false },
	{ "continue with an unknown mode", UFFDIO_CONTINUE, 14 * PAGE, PAGE, 8, EINVAL,
	  NONE, false },
	{ "protect with an unknown mode", UFFDIO_WRITEPROTECT, 0, PAGE, 4, EINVAL, NONE, false },
	{ "protect quietly", UFFDIO_WRITEPROTECT, 0, PAGE, 3, EINVAL, NONE, false },
	{ "protect a length that is no page", UFFDIO_WRITEPROTECT, 0, 5, 1, EINVAL, NONE, false },
	{ "copy in two registered alike", UFFDIO_REGISTER, 16 * PAGE, 4 * PAGE, MISSING, 0,
	  NONE, false },
	{ "copy over both", UFFDIO_COPY, 14 * PAGE, 4 * PAGE, 0, 0, GOOD, false },
	{ "unregister", UFFDIO_UNREGISTER, 0, 20 * PAGE, 0, 0, NONE, false },
};

/* The last pages of the mapping lie behind the end of the file. */
static const struct step behind[] = {
	{ "register behind the end", UFFDIO_REGISTER, 56 * PAGE, 8 * PAGE, MISSING | MINOR,
	  0, NONE, false },
	{ "copy behind the end", UFFDIO_COPY, 62 * PAGE, PAGE, 0, EFAULT, GOOD, true },
	{ "zero behind the end", UFFDIO_ZEROPAGE, 62 * PAGE, PAGE, 0, EFAULT, NONE, true },
	{ "continue behind the end", UFFDIO_CONTINUE, 62 * PAGE, PAGE, 0, EINVAL, NONE, true },
	{ "copy until the end", UFFDIO_COPY, 58 * PAGE, 4 * PAGE, 0, EAGAIN, GOOD, false },
	{ "poison behind the end", UFFDIO_POISON, 62 * PAGE, PAGE, 0, EFAULT, NONE, true },
	{ "unregister behind the end", UFFDIO_UNREGISTER, 56 * PAGE, 8 * PAGE, 0, 0, NONE, false },
};

static const struct step protecting[] = {
	{ "for protection", UFFDIO_REGISTER, 0, 8 * PAGE, WP, 0, NONE, false },
	{ "protect", UFFDIO_WRITEPROTECT, 0, 8 * PAGE, 1, 0, NONE, false },
	{ "again", UFFDIO_WRITEPROTECT, 0, 8 * PAGE, 1, 0, NONE, false },
	{ "no longer", UFFDIO_WRITEPROTECT, 0, 4 * PAGE, 0, 0, NONE, false },
	{ "no longer, quietly", UFFDIO_WRITEPROTECT, 4 * PAGE, 4 * PAGE,
	  UFFDIO_WRITEPROTECT_MODE_DONTWAKE, 0, NONE, false },
	{ "beyond what is registered", UFFDIO_WRITEPROTECT, 0, 9 * PAGE, 1, ENOENT, NONE, true },
	{ "where nothing is", UFFDIO_WRITEPROTECT, 40 * PAGE, PAGE, 1, ENOENT, NONE, false },
	{ "copy, protected", UFFDIO_COPY, 5 * PAGE, PAGE, UFFDIO_COPY_MODE_WP, 0, GOOD, false },
	{ "unregister protected pages", UFFDIO_UNREGISTER, 0, 8 * PAGE, 0, 0, NONE, false },
};

static const struct step poisoning[] = {
	{ "register", UFFDIO_REGISTER, 0, 32 * PAGE, MISSING, 0, NONE, false },
	{ "poison with an unknown mode", UFFDIO_POISON, 30 * PAGE, PAGE, 2, EINVAL, NONE, false },
	{ "poison a length that is no page", UFFDIO_POISON, 30 * PAGE, 9, 0, EINVAL, NONE, false },
	{ "poison where nothing is registered", UFFDIO_POISON, 33 * PAGE, PAGE, 0, ENOENT,
	  NONE, false },
	{ "poison", UFFDIO_POISON, 30 * PAGE, PAGE, 0, 0, NONE, false },
	{ "poison again", UFFDIO_POISON, 30 * PAGE, PAGE, 0, EEXIST, NONE, false },
	{ "copy", UFFDIO_COPY, 29 * PAGE, PAGE, 0, 0, GOOD, false },
	{ "poison what is there", UFFDIO_POISON, 29 * PAGE, PAGE, 0, EEXIST, NONE, false },
	{ "poison quietly", UFFDIO_POISON, 28 * PAGE, PAGE, UFFDIO_POISON_MODE_DONTWAKE, 0,
	  NONE, false },
	{ "poison until what is there", UFFDIO_POISON, 27 * PAGE, PAGE, 0, 0, NONE, false },
	{ "copy over poison", UFFDIO_COPY, 30 * PAGE, PAGE, 0, 0, GOOD, false },
	{ "unregister", UFFDIO_UNREGISTER, 0, 32 * PAGE, 0, 0, NONE, false },
};

static void both_new(unsigned int flags, int want, const char *what)
{
	int i, fd;

	for (i = 0; i < 2; i++) {
		fd = handler_new(twins[i].native, flags);
		ok_errno(fd < 0 ? -fd : 0, want, "%s: %s", i ? "dpager's" : "the kernel's", what);
		if (fd < 0)
			continue;
		ok(!!(fcntl(fd, F_GETFD) & FD_CLOEXEC) == !!(flags & O_CLOEXEC), "close-on-exec");
		ok((fcntl(fd, F_GETFL) & O_NONBLOCK) == (flags & O_NONBLOCK), "blocks or not");
		close(fd);
	}
}

static void test_new(void)
{
	both_new(0, 0, "no flags");
	both_new(O_CLOEXEC, 0, "O_CLOEXEC");
	both_new(O_NONBLOCK | O_CLOEXEC, 0, "O_NONBLOCK");
	both_new(UFFD_USER_MODE_ONLY, 0, "UFFD_USER_MODE_ONLY");
	both_new(2, EINVAL, "an unknown flag");
	both_new(O_APPEND, EINVAL, "O_APPEND");
}

struct hands {
	const char *what;
	uint64_t api;
	uint64_t features;
	int want;
};

static void shake(const struct hands *h)
{
	struct uffdio_api api;
	int i, fd, err;

	for (i = 0; i < 2; i++) {
		fd = handler_new(twins[i].native, O_CLOEXEC | O_NONBLOCK);
		api = (struct uffdio_api){ .api = h->api, .features = h->features, .ioctls = 5 };
		err = ioctl(fd, UFFDIO_API, &api) ? errno : 0;
		ok_errno(err, h->want, "%s: %s", i ? "dpager's" : "the kernel's", h->what);
		if (err)
			ok(!api.api && !api.features && !api.ioctls, "all is zero then");
		else
			ok(api.api == UFFD_API && api.ioctls == UFFD_API_IOCTLS,
			   "its calls (%#llx)", (unsigned long long)api.ioctls);
		if (!err) {
			api = (struct uffdio_api){ .api = UFFD_API };
			ok_errno(ioctl(fd, UFFDIO_API, &api) ? errno : 0, EINVAL, "only once");
		}
		close(fd);
	}
}

static void test_api(void)
{
	static const struct hands list[] = {
		{ "no features", UFFD_API, 0, 0 },
		{ "some features", UFFD_API, UFFD_FEATURE_THREAD_ID | UFFD_FEATURE_SIGBUS, 0 },
		{ "another version", UFFD_API + 1, 0, EINVAL },
		{ "unknown features", UFFD_API, 1ULL << 60, EINVAL },
	};
	size_t i;
	int fd;

	for (i = 0; i < sizeof(list) / sizeof(*list); i++)
		shake(&list[i]);
	for (i = 0; i < 2; i++) {
		fd = handler_new(twins[i].native, O_CLOEXEC);
		ok_errno(ioctl(fd, UFFDIO_API, NULL) ? errno : 0, EFAULT, "no argument");
		close(fd);
	}
}

/* What ours offers, exactly. */
static void test_features(void)
{
	uint64_t want = UFFD_FEATURE_PAGEFAULT_FLAG_WP | UFFD_FEATURE_EVENT_FORK |
		UFFD_FEATURE_EVENT_REMAP | UFFD_FEATURE_EVENT_UNMAP | UFFD_FEATURE_MISSING_SHMEM |
		UFFD_FEATURE_MINOR_SHMEM | UFFD_FEATURE_SIGBUS | UFFD_FEATURE_THREAD_ID |
		UFFD_FEATURE_EXACT_ADDRESS | UFFD_FEATURE_WP_HUGETLBFS_SHMEM |
		UFFD_FEATURE_WP_UNPOPULATED | UFFD_FEATURE_POISON | UFFD_FEATURE_MOVE;
	struct uffdio_api api = { .api = UFFD_API };
	int fd = handler_new(false, O_CLOEXEC), bit;

	ok_errno(ioctl(fd, UFFDIO_API, &api) ? errno : 0, 0, "what is offered");
	ok_equal(api.features, want, "exactly this");
	close(fd);
	for (bit = 0; bit < 32; bit++) {
		fd = handler_new(false, O_CLOEXEC);
		ok_errno(handler_api(fd, 1ULL << bit), want & (1ULL << bit) ? 0 : EINVAL,
			 "feature %d", bit);
		close(fd);
	}
}

static int fork_feature(void *argument)
{
	int fd = handler_new(*(bool *)argument, O_CLOEXEC | UFFD_USER_MODE_ONLY);

	(void)argument;
	return fd < 0 ? -fd : handler_api(fd, UFFD_FEATURE_EVENT_FORK);
}

static int kernel_faults(void *argument)
{
	int fd = *(int *)argument;

	fd = ioctl(fd, USERFAULTFD_IOC_NEW, 0);
	return fd < 0 ? errno : 0;
}

static int user_faults(void *argument)
{
	int fd = *(int *)argument, err;

	fd = ioctl(fd, USERFAULTFD_IOC_NEW, UFFD_USER_MODE_ONLY);
	if (fd < 0)
		return errno;
	err = handler_api(fd, UFFD_FEATURE_EVENT_FORK);
	return err == EPERM ? 0 : 1;
}

static void test_privilege(void)
{
	int pager = dp_pager();
	bool native = true;

	ok_errno(proc_run_as(PROC_NOBODY, fork_feature, &native), EPERM,
		 "forks are not for everybody: the kernel's");
	ok_errno(proc_run_as(PROC_NOBODY, kernel_faults, &pager), EPERM,
		 "faults of the kernel neither");
	ok_errno(proc_run_as(PROC_NOBODY, user_faults, &pager), 0,
		 "faults of programs are, but forks");
	close(pager);
}

static void test_read(void)
{
	struct uffd_msg msg;
	struct pollfd p;
	int i, fd;

	for (i = 0; i < 2; i++) {
		const char *who = i ? "dpager's" : "the kernel's";

		fd = handler_new(twins[i].native, O_CLOEXEC | O_NONBLOCK);
		p = (struct pollfd){ .fd = fd, .events = POLLIN };
		ok(read(fd, &msg, sizeof(msg)) < 0 && errno == EINVAL, "%s: read too early", who);
		ok(poll(&p, 1, 0) == 1 && p.revents == POLLERR, "poll too early");
		handler_api(fd, 0);
		ok(read(fd, &msg, sizeof(msg)) < 0 && errno == EAGAIN, "nothing to be read");
		ok(read(fd, &msg, sizeof(msg) - 1) < 0 && errno == EINVAL, "no room for it");
		ok(!poll(&p, 1, 0), "nothing to be polled");
		ok(write(fd, &msg, sizeof(msg)) < 0 && errno == EBADF, "not for writing");
		ok_errno(ioctl(fd, _IO(UFFDIO, 0x77)) ? errno : 0, EINVAL, "an unknown call");
		fcntl(fd, F_SETFL, 0);
		ok(poll(&p, 1, 0) == 1 && p.revents == POLLERR, "poll of one that blocks");
		close(fd);
	}
}

/* Mappings that cannot be registered, and one that is another's. */
static void test_mappings(void)
{
	int i;

	for (i = 0; i < 2; i++) {
		struct handler h = twins[i], other;
		const char *who = i ? "dpager's" : "the kernel's";

		handler_open(&other, h.native, 4, 0);
		ok_errno(handler_register(&h, 0, 4, MISSING), 0, "%s: one", who);
		other.map = h.map;
		ok_errno(handler_register(&other, 2, 4, MISSING), EBUSY, "another's");
		ok_errno(handler_register(&other, 4, 4, MISSING), 0, "beside it is not");
		ok_errno(handler_register(&h, 2, 4, MISSING), EBUSY, "and the other way round");
		ok_errno(handler_copy(&other, 1, source), 0, "anybody's call fills it");
		ok_errno(handler_unregister(&other, 4, 4), 0, "its own");
		if (i)
			ok_errno(handler_unregister(&other, 0, 4), EINVAL, "not another's");
		ok_errno(handler_unregister(&h, 0, 4), 0, "that is its owner's");
		close(other.uffd);

		h.map = mmap(NULL, 4 * PAGE, PROT_READ, MAP_SHARED, h.fd, 0);
		ok_errno(handler_register(&h, 0, 4, MISSING), 0, "for reading now");
		handler_unregister(&h, 0, 4);
		munmap(h.map, 4 * PAGE);
		h.map = mmap(NULL, 4 * PAGE, PROT_NONE, MAP_SHARED, h.fd, 0);
		ok_errno(handler_register(&h, 0, 4, WP), 0, "for nothing now");
		handler_unregister(&h, 0, 4);
		munmap(h.map, 4 * PAGE);
	}
}

/* What ours refuses: pages that are not an object's, or not only. */
static void test_refused(void)
{
	struct handler h = twins[1];
	struct dpager_object_create create = {};
	int pager = dp_pager(), fd;

	h.map = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, h.fd, 0);
	ok_errno(handler_register(&h, 0, 1, MISSING), EINVAL, "a private mapping");
	munmap(h.map, PAGE);
	h.map = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ok_errno(handler_register(&h, 0, 1, MISSING), EINVAL, "what is no object");
	munmap(h.map, PAGE);
	if (dp_object_create(pager, PAGE, DPAGER_OBJECT_RDONLY, &create))
		bail("a read-only object");
	fd = create.fd;
	h.map = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0);
	ok_errno(handler_register(&h, 0, 1, MISSING), EPERM, "one that may not be written to");
	munmap(h.map, PAGE);
	close(fd);
	close(pager);
}

/* Each begins with pages that nobody has written. */
static void anew(uint64_t features)
{
	int i;

	for (i = 0; i < 2; i++) {
		if (twins[i].map)
			handler_close(&twins[i]);
		handler_open(&twins[i], !i, PAGES, features);
		if (munmap(twins[i].map + 40 * PAGE, 4 * PAGE) ||
		    mmap(twins[i].map + 44 * PAGE, PAGE, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_FIXED, twins[i].fd, 0) == MAP_FAILED)
			bail("mmap: %s", strerror(errno));
	}
}

static void test_before(void)
{
	int i;

	anew(0);
	for (i = 0; i < 2; i++) {
		close(twins[i].uffd);
		twins[i].uffd = handler_new(twins[i].native, O_CLOEXEC);
	}
	STEPS(before);
}

static void test_behind(void)
{
	int i;

	anew(0);
	for (i = 0; i < 2; i++)
		if (ftruncate(twins[i].fd, 60 * PAGE))
			bail("ftruncate: %s", strerror(errno));
	STEPS(behind);
}

int main(void)
{
	memset(source, 'x', sizeof(source));
	torn = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	memset(torn, 't', 4 * PAGE);
	munmap(torn + 2 * PAGE, 2 * PAGE);

	test_before();
	test_new();
	test_api();
	test_features();
	test_privilege();
	test_read();
	anew(0);
	test_mappings();
	test_refused();
	anew(0);
	STEPS(registering);
	anew(0);
	STEPS(filling);
	test_behind();
	anew(0);
	STEPS(protecting);
	anew(0);
	if (handler_features(true) & UFFD_FEATURE_POISON)
		STEPS(poisoning);
	else
		tap_skip("the kernel's own has none", "poison");
	return tap_done();
}
