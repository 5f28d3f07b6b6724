// SPDX-License-Identifier: GPL-2.0
/*
 * Handlers and backing store: a page that was paged out is not missing, what a
 * handler brought is paged as all is, and protection and poison outlive it.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dp.h"
#include "handler.h"
#include "stamp.h"

#define PAGES	64

static struct handler h;
static char page[PAGE] __attribute__((aligned(4096)));
static uint64_t generation = 1;

static struct stamp stamp_of(long index)
{
	return (struct stamp){ .object = 9, .index = index, .generation = generation };
}

static bool good(long index)
{
	return stamp_check(h.map + index * PAGE, stamp_of(index)) == STAMP_GOOD;
}

static void out(const char *what)
{
	struct dpager_object_info info;

	ok_errno(dp_control(h.fd, DPAGER_CONTROL_PAGE_OUT, 0, PAGES * PAGE, NULL), 0, "%s: out",
		 what);
	ok(!dp_object_info(h.fd, &info) && info.resident == 0, "nothing is in memory");
}

static bool quietly_good(long first, long count)
{
	long i;

	for (i = first; i < first + count; i++)
		if (!good(i))
			return false;
	return handler_quiet(&h);
}

static void fill(long first, long count)
{
	long i;

	for (i = first; i < first + count; i++) {
		stamp_write(page, stamp_of(i));
		if (handler_copy(&h, i, page))
			bail("copy");
	}
}

static void test_missing(void)
{
	struct touch t;

	handler_register(&h, 0, PAGES, HANDLER_MISSING);
	fill(0, 32);
	out("what a handler brought");
	ok(quietly_good(0, 32), "it comes back, and nobody is told");
	out("again");
	stamp_write(page, stamp_of(3));
	ok_errno(handler_copy(&h, 3, page), EEXIST, "what is out is somewhere");
	ok_errno(handler_zero(&h, 3), EEXIST, "for zeros, too");
	touch_read(&t, &h, 40);
	handler_told(&h, 40, 0, "one that is nowhere");
	stamp_write(page, stamp_of(40));
	handler_copy(&h, 40, page);
	touch_end(&t);
	ok(good(40), "which comes beside those");
	/* Zeros that a handler said are there, are not missing when they are out. */
	ok_errno(handler_zero(&h, 41), 0, "zeros");
	out("with zeros");
	ok(h.map[41 * PAGE] == 0 && handler_quiet(&h), "zeros come back, and nobody is told");
}

static void test_rewritten(void)
{
	long i;

	generation++;
	for (i = 0; i < 32; i++)
		stamp_write(h.map + i * PAGE, stamp_of(i));
	out("what was written again");
	ok(quietly_good(0, 32), "it comes back as written last");
}

static void test_protect(void)
{
	struct touch t;
	long i;

	handler_register(&h, 0, PAGES, HANDLER_MISSING | HANDLER_WP);
	ok_errno(handler_protect(&h, 0, 32, true), 0, "protected");
	out("protected");
	ok(quietly_good(0, 32), "it is read back");
	out("and once more");
	touch_write(&t, &h, 5, 'w');
	handler_told(&h, 5, UFFD_PAGEFAULT_FLAG_WRITE | UFFD_PAGEFAULT_FLAG_WP,
		     "a write to what is out");
	ok(quietly_good(5, 1), "read back meanwhile");
	handler_protect(&h, 5, 1, false);
	touch_end(&t);
	ok(h.map[5 * PAGE] == 'w', "written");
	stamp_write(h.map + 5 * PAGE, stamp_of(5));
	out("the rest is protected still");
	touch_write(&t, &h, 6, 'w');
	handler_told(&h, 6, UFFD_PAGEFAULT_FLAG_WRITE | UFFD_PAGEFAULT_FLAG_WP, "its neighbour");
	handler_protect(&h, 0, 32, false);
	touch_end(&t);
	generation++;
	for (i = 0; i < 32; i++)
		stamp_write(h.map + i * PAGE, stamp_of(i));
	ok(quietly_good(0, 32), "all can be written to");
}

static void test_minor(void)
{
	struct touch t;

	handler_register(&h, 0, PAGES, HANDLER_MINOR);
	out("for pages that are there");
	touch_read(&t, &h, 7);
	handler_told(&h, 7, UFFD_PAGEFAULT_FLAG_MINOR, "what is out is there");
	ok_errno(handler_continue(&h, 7), 0, "continued");
	touch_end(&t);
	ok(quietly_good(7, 1), "as it was");
}

static void test_poison(void)
{
	handler_register(&h, 0, PAGES, HANDLER_MISSING);
	out("to be broken");
	ok_errno(handler_poison(&h, 8), 0, "what is out can be");
	out("broken");
	ok(touch_signal(h.map + 8 * PAGE, false, NULL) == SIGBUS, "it is broken");
	ok(quietly_good(9, 1), "its neighbour is not");
}

/* What is said of a page is said of no other of its folio. */
static void test_larger(void)
{
	struct touch t;
	long i;

	handler_close(&h);
	handler_open(&h, false, PAGES, 0);
	generation++;
	for (i = 0; i < PAGES; i++)
		stamp_write(h.map + i * PAGE, stamp_of(i));
	handler_register(&h, 0, PAGES, HANDLER_WP);
	ok_errno(handler_protect(&h, 0, PAGES, true), 0, "larger folios, protected");
	for (i = 20; i < 23; i++) {
		touch_write(&t, &h, i, 'w');
		handler_told(&h, i, UFFD_PAGEFAULT_FLAG_WRITE | UFFD_PAGEFAULT_FLAG_WP,
			     "a write to one page of one");
		handler_protect(&h, i, 1, false);
		touch_end(&t);
	}
	handler_register(&h, 0, PAGES, HANDLER_MINOR);
	madvise(h.map, PAGES * PAGE, MADV_DONTNEED);
	for (i = 40; i < 43; i++) {
		touch_read(&t, &h, i);
		handler_told(&h, i, UFFD_PAGEFAULT_FLAG_MINOR, "a page of one that is there");
		ok_errno(handler_continue(&h, i), 0, "mapped alone");
		touch_end(&t);
	}
}

/* Who writes in order elsewhere makes the pages that it writes, and no more. */
static void test_in_order(void)
{
	struct touch t;
	char *other;
	long i;

	handler_close(&h);
	handler_open(&h, false, PAGES, 0);
	handler_register(&h, 0, PAGES, HANDLER_MISSING);
	generation++;
	other = dp_map(h.fd, PAGES * PAGE);
	for (i = 0; i < 21; i++)
		stamp_write(other + i * PAGE, stamp_of(i));
	munmap(other, PAGES * PAGE);
	ok(quietly_good(0, 21), "what was written in order, elsewhere, is there");
	touch_read(&t, &h, 21);
	handler_told(&h, 21, 0, "what follows is missing");
	handler_zero(&h, 21);
	touch_end(&t);
}

int main(void)
{
	int pager = dp_pager(), store = dp_store(pager, DP_DEFAULT_PRIORITY, 0, "uffd"), err;

	dp_segment_on(store, "/dev/vda", 0, 64 * MiB);
	handler_open(&h, false, PAGES, 0);
	test_missing();
	test_rewritten();
	test_protect();
	test_minor();
	test_poison();
	test_larger();
	test_in_order();
	handler_close(&h);
	/* Slots are freed by and by. */
	do {
		err = dp_store_delete(store, NULL);
	} while (err == EBUSY);
	ok_errno(err, 0, "all is free again");
	close(store);
	close(pager);
	return tap_done();
}
