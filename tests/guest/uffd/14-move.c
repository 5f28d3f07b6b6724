// SPDX-License-Identifier: GPL-2.0
/*
 * UFFDIO_MOVE: every error, as the kernel's own of anonymous memory, where it has
 * the call; and what becomes of the pages of objects.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "dp.h"
#include "handler.h"
#include "proc.h"
#include "stamp.h"

#define PAGES	64
#define HOLES	UFFDIO_MOVE_MODE_ALLOW_SRC_HOLES

static char page[PAGE] __attribute__((aligned(4096)));

/* --- calls -------------------------------------------------------------- */

/*
 * Pages 0 to 15 are registered. 16 to 31 are written, but for 20, 24 and 27, and
 * are not; 32 to 35 are unmapped, 36 to 39 are read only, 40 to 43 locked.
 */
struct step {
	const char *what;
	long to;
	long from;
	long bytes;
	uint64_t mode;
	int want;
};

static const struct step steps[] = {
	{ "to what is no page", 1, 16 * PAGE, PAGE, 0, EINVAL },
	{ "from what is no page", 0, 16 * PAGE + 1, PAGE, 0, EINVAL },
	{ "a length that is no page", 0, 16 * PAGE, 100, 0, EINVAL },
	{ "length 0", 0, 16 * PAGE, 0, 0, EINVAL },
	{ "a length that wraps", 0, 16 * PAGE, -PAGE, 0, EINVAL },
	{ "an unknown mode", 0, 16 * PAGE, PAGE, 4, EINVAL },
	{ "to a hole", 32 * PAGE, 16 * PAGE, PAGE, 0, ENOENT },
	{ "from a hole", 0, 32 * PAGE, PAGE, 0, ENOENT },
	{ "to what is not registered", 17 * PAGE, 16 * PAGE, PAGE, 0, EINVAL },
	{ "beyond what is registered", 15 * PAGE, 16 * PAGE, 2 * PAGE, 0, EINVAL },
	{ "from beyond the mapping", 0, 31 * PAGE, 2 * PAGE, 0, EINVAL },
	{ "from what is read only", 0, 36 * PAGE, PAGE, 0, EINVAL },
	{ "from what is locked", 0, 40 * PAGE, PAGE, 0, EINVAL },
	{ "what is nowhere", 0, 20 * PAGE, PAGE, 0, ENOENT },
	{ "what is nowhere, which may be", 0, 20 * PAGE, PAGE, HOLES, 0 },
	{ "a page", 0, 16 * PAGE, PAGE, 0, 0 },
	{ "to where one is", 0, 17 * PAGE, PAGE, 0, EEXIST },
	{ "what is nowhere to where one is", 0, 20 * PAGE, PAGE, HOLES, EEXIST },
	{ "what has been moved", 1 * PAGE, 16 * PAGE, PAGE, 0, ENOENT },
	{ "until what is nowhere", 2 * PAGE, 22 * PAGE, 4 * PAGE, 0, EAGAIN },
	{ "beyond what is nowhere", 4 * PAGE, 25 * PAGE, 4 * PAGE, HOLES, 0 },
	{ "until where one is", 1 * PAGE, 29 * PAGE, 2 * PAGE, UFFDIO_MOVE_MODE_DONTWAKE, EAGAIN },
	{ "back to where it came from", 16 * PAGE, 0, PAGE, 0, EINVAL },
	{ "between registered pages", 8 * PAGE, 0, PAGE, 0, 0 },
	{ "to itself", 8 * PAGE, 8 * PAGE, PAGE, 0, EEXIST },
};

static void scene(struct handler *h, bool native)
{
	const long missing[] = { 20, 24, 27 };
	long i;

	handler_open(h, native, PAGES, 0);
	if (native) {
		munmap(h->map, PAGES * PAGE);
		h->map = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		/* One that is huge is another matter. */
		madvise(h->map, PAGES * PAGE, MADV_NOHUGEPAGE);
	}
	for (i = 16; i < PAGES; i++)
		stamp_write(h->map + i * PAGE, (struct stamp){ 14, i, 1 });
	for (i = 0; i < 3; i++)
		if (madvise(h->map + missing[i] * PAGE, PAGE,
			    native ? MADV_DONTNEED : MADV_REMOVE))
			bail("madvise: %s", strerror(errno));
	munmap(h->map + 32 * PAGE, 4 * PAGE);
	mprotect(h->map + 36 * PAGE, 4 * PAGE, PROT_READ);
	mlock(h->map + 40 * PAGE, 4 * PAGE);
	if (handler_register(h, 0, 16, HANDLER_MISSING))
		bail("register: %s", strerror(errno));
}

static int move_elsewhere(void *argument)
{
	struct handler *h = argument;

	return handler_move(h, 12, h->map + 30 * PAGE, 1) == EINVAL ? 0 : 1;
}

static int twin_step(struct handler *h, const struct step *s, int64_t *done)
{
	return handler_call(h, UFFDIO_MOVE, s->to, s->bytes, s->mode, h->map + s->from, done);
}

static void test_calls(void)
{
	bool both = handler_features(true) & UFFD_FEATURE_MOVE;
	struct handler ours, native;
	int64_t done[2];
	size_t i;

	scene(&ours, false);
	if (both)
		scene(&native, true);
	else
		tap_skip("the kernel's own has none", "the same calls of the kernel's own");
	for (i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		const struct step *s = &steps[i];

		ok_errno(twin_step(&ours, s, &done[0]), s->want, "%s", s->what);
		if (!both)
			continue;
		ok_errno(twin_step(&native, s, &done[1]), s->want, "%s: the kernel's", s->what);
		ok(done[0] == done[1], "%s: as much (%lld, the kernel's %lld)", s->what,
		   (long long)done[0], (long long)done[1]);
		if ((s->want == EAGAIN || !s->want) && s->from != 20 * PAGE)
			ok(!memcmp(ours.map + s->to, native.map + s->to, done[0] > 0 ? PAGE : 0),
			   "the same page");
	}
	ok_errno(proc_run(move_elsewhere, &ours), 0, "by another process");
	ok_errno(both ? proc_run(move_elsewhere, &native) : 0, 0, "as the kernel's own");
	ok(stamp_check(ours.map + 8 * PAGE, (struct stamp){ 14, 16, 1 }) == STAMP_GOOD,
	   "it is what it was");
	ok(page_is_zero(ours.map + 16 * PAGE), "where it was, is nothing");
	munmap(ours.map + 36 * PAGE, 28 * PAGE);
	handler_close(&ours);
	if (both)
		handler_close(&native);
}

/* --- pages -------------------------------------------------------------- */

static struct handler h;
static struct dp_area from;

static void begin(uint64_t mode)
{
	int pager = dp_pager();

	handler_open(&h, false, PAGES, 0);
	dp_area_open(&from, pager, PAGES);
	stamp_fill(from.map, from.id, 0, PAGES, 1);
	if (handler_register(&h, 0, PAGES, mode))
		bail("register");
	close(pager);
}

static void end(void)
{
	handler_close(&h);
	dp_area_close(&from);
}

static bool good(const char *map, long at, long index, uint64_t generation)
{
	return stamp_check(map + at * PAGE, (struct stamp){ from.id, index, generation }) ==
	       STAMP_GOOD;
}

/* From one object to another, whoever has mapped them. */
static void test_objects(void)
{
	char *from_too, *to_too;
	struct touch t;

	begin(HANDLER_MISSING);
	from_too = dp_map(from.fd, PAGES * PAGE);
	to_too = dp_map(h.fd, PAGES * PAGE);
	ok(good(from_too, 3, 3, 1), "mapped twice");
	touch_read(&t, &h, 9);
	handler_told(&h, 9, 0, "who waits");
	ok_errno(handler_move(&h, 9, from.map + 3 * PAGE, 1), 0, "from another object");
	touch_end(&t);
	ok(good(h.map, 9, 3, 1) && good(to_too, 9, 3, 1), "there it is");
	ok(page_is_zero(from.map + 3 * PAGE) && page_is_zero(from_too + 3 * PAGE),
	   "in none of the other's mappings");
	stamp_write(from.map + 3 * PAGE, (struct stamp){ from.id, 3, 2 });
	ok(good(h.map, 9, 3, 1) && good(from_too, 3, 3, 2), "they are two pages");
	ok_errno(handler_move(&h, 9, from.map + 3 * PAGE, 1), EEXIST, "there is one already");
	munmap(from_too, PAGES * PAGE);
	munmap(to_too, PAGES * PAGE);
	end();
}

static void test_paged_out(void)
{
	long i, bad = 0;

	begin(HANDLER_MISSING);
	dp_page_out(from.fd);
	ok_errno(handler_move(&h, 0, from.map, 32), 0, "what is paged out");
	ok(handler_quiet(&h), "nobody is told");
	for (i = 0; i < 32; i++)
		bad += !good(h.map, i, i, 1);
	ok_equal(bad, 0, "is as it was");
	dp_page_out(h.fd);
	dp_page_out(from.fd);
	for (i = 0; i < 32; i++)
		bad += !good(h.map, i, i, 1) + !page_is_zero(from.map + i * PAGE);
	ok_equal(bad, 0, "and comes back as that");
	ok_equal(stamp_verify(from.map, from.id, 32, 32, 1), 0, "the others stayed");
	ok_errno(handler_move(&h, 30, from.map + 40 * PAGE, 1), EEXIST, "not over what is out");
	end();
}

/* Written in order, so in larger folios. */
static void test_larger(void)
{
	long i, bad = 0;

	begin(HANDLER_MISSING);
	for (i = 1; i < PAGES; i += 7)
		if (handler_move(&h, i, from.map + i * PAGE, 1))
			bad++;
	ok_equal(bad, 0, "single pages of larger folios");
	for (i = 0; i < PAGES; i++)
		bad += i % 7 == 1 ? !good(h.map, i, i, 1) || !page_is_zero(from.map + i * PAGE) :
				    !good(from.map, i, i, 1);
	ok_equal(bad, 0, "each where it should be");
	end();
}

static void test_protected(void)
{
	struct handler other;
	struct touch t;

	begin(HANDLER_MISSING | HANDLER_WP);
	ok_errno(handler_copy(&h, 1, page), 0, "a page");
	ok_errno(handler_protect(&h, 0, 8, true), 0, "protected, as is where it goes");
	ok_errno(handler_move(&h, 2, h.map + PAGE, 1), 0, "is moved");
	ok(!touch_signal(h.map + 2 * PAGE, true, NULL) && handler_quiet(&h),
	   "is not any more, as one of the kernel's own");
	ok_errno(handler_copy(&h, 1, page), 0, "one that comes where it was");
	ok(!touch_signal(h.map + PAGE, true, NULL) && handler_quiet(&h), "is not either");
	other = h;
	other.uffd = handler_new(false, O_CLOEXEC | O_NONBLOCK);
	handler_api(other.uffd, 0);
	ok_errno(handler_move(&other, 20, from.map, 1), EINVAL, "by a descriptor of nobody");
	close(other.uffd);
	ok_errno(handler_poison(&h, 30), 0, "a page is broken");
	ok_errno(handler_move(&h, 30, from.map, 1), EEXIST, "nothing is moved there");
	ok_errno(handler_move(&h, 31, h.map + 30 * PAGE, 1), EFAULT, "nor that anywhere");
	touch_write(&t, &h, 33, 'w');
	handler_told(&h, 33, UFFD_PAGEFAULT_FLAG_WRITE, "who wants to write");
	ok_errno(handler_move(&h, 33, from.map + 5 * PAGE, 1), 0, "gets it");
	touch_end(&t);
	h.map[33 * PAGE] = from.map[6 * PAGE];
	ok(page_is_zero(from.map + 5 * PAGE) && handler_quiet(&h), "moved");
	end();
}

/* Where MINOR is registered, what was moved is mapped. */
static void test_minor(void)
{
	begin(HANDLER_MISSING | HANDLER_MINOR);
	ok_errno(handler_move(&h, 0, from.map, 8), 0, "eight pages");
	ok(good(h.map, 7, 7, 1) && handler_quiet(&h), "mapped");
	end();
}

/* A device may write to what is pinned, where it is. */
static void test_pinned(void)
{
	struct io_uring_params p = {};
	struct iovec vec;
	int fd;

	begin(HANDLER_MISSING);
	fd = syscall(SYS_io_uring_setup, 1, &p);
	vec = (struct iovec){ from.map + 2 * PAGE, PAGE };
	if (fd < 0 || syscall(SYS_io_uring_register, fd, IORING_REGISTER_BUFFERS, &vec, 1)) {
		tap_skip("no io_uring", "what is pinned");
	} else {
		ok_errno(handler_move(&h, 2, from.map + 2 * PAGE, 1), EBUSY, "what is pinned");
		ok(good(from.map, 2, 2, 1), "stays");
		ok_errno(handler_move(&h, 3, from.map + 20 * PAGE, 1), 0, "others do not");
		syscall(SYS_io_uring_register, fd, IORING_UNREGISTER_BUFFERS, NULL, 0);
		ok_errno(handler_move(&h, 2, from.map + 2 * PAGE, 1), 0, "nor it, later");
		ok(good(h.map, 2, 2, 1), "as it was");
	}
	close(fd);
	end();
}

/* Behind the ends of objects. */
static void test_ends(void)
{
	begin(HANDLER_MISSING);
	if (ftruncate(h.fd, 32 * PAGE) || ftruncate(from.fd, 32 * PAGE))
		bail("ftruncate");
	ok_errno(handler_move(&h, 40, from.map, 1), EFAULT, "to behind the end");
	ok(good(from.map, 0, 0, 1), "it stays");
	ok_errno(handler_move(&h, 0, from.map + 40 * PAGE, 1), ENOENT, "from behind the end");
	ok_errno(handler_move(&h, 30, from.map + 1 * PAGE, 4), EAGAIN, "until the end");
	ok(good(h.map, 31, 2, 1) && good(from.map, 3, 3, 1), "not more");
	end();
}

int main(void)
{
	int pager = dp_pager(), store = dp_store(pager, DP_DEFAULT_PRIORITY, 0, "move");

	dp_segment_on(store, "/dev/vda", 0, 64 * MiB);
	memset(page, 'x', sizeof(page));
	test_calls();
	test_objects();
	test_paged_out();
	test_larger();
	test_protected();
	test_minor();
	test_pinned();
	test_ends();
	dp_settle(pager);
	ok_errno(dp_delete_wait(store), 0, "all is free again");
	close(store);
	close(pager);
	return tap_done();
}
