// SPDX-License-Identifier: GPL-2.0
/* Pages that may not be written to: the kernel's own descriptor and dpager's. */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dp.h"
#include "handler.h"

#define PAGES	32
#define WRITE	UFFD_PAGEFAULT_FLAG_WRITE
#define PROTECTED	(UFFD_PAGEFAULT_FLAG_WRITE | UFFD_PAGEFAULT_FLAG_WP)

static struct handler h;
static char page[PAGE] __attribute__((aligned(4096)));

static const char *who(void)
{
	return h.native ? "the kernel's" : "dpager's";
}

/* A write to a protected page waits until it no longer is. */
static void write_waits(long index, char value, const char *what)
{
	char before = h.map[index * PAGE];
	struct touch t;

	touch_write(&t, &h, index, value);
	handler_told(&h, index, PROTECTED, what);
	ok(h.map[index * PAGE] == before, "%s: %s: not written yet", who(), what);
	ok_errno(handler_protect(&h, index, 1, false), 0, "no longer protected");
	touch_end(&t);
	ok(h.map[index * PAGE] == value, "%s: written", what);
}

static void write_passes(long index, char value, const char *what)
{
	h.map[index * PAGE] = value;
	ok(handler_quiet(&h) && h.map[index * PAGE] == value, "%s: %s", who(), what);
}

static void test_mapped(void)
{
	h.map[0] = 'a';
	ok_errno(handler_protect(&h, 0, 1, true), 0, "%s: a page that is written to", who());
	ok(h.map[0] == 'a' && handler_quiet(&h), "reads pass");
	write_waits(0, 'b', "a page in use");
	write_passes(0, 'c', "then all writes pass");
	ok_errno(handler_protect(&h, 0, 1, true), 0, "once more");
	write_waits(0, 'd', "once more");
}

/* First read, then written to: a fault of another kind. */
static void test_read_first(void)
{
	ok_errno(handler_protect(&h, 1, 4, true), 0, "%s: pages that are nowhere", who());
	ok(h.map[1 * PAGE] == 0 && h.map[2 * PAGE] == 0, "they are read as zeros");
	write_waits(1, 'e', "a page that was read");
	ok_errno(handler_protect(&h, 2, 1, false), 0, "unprotected unwritten");
	write_passes(2, 'f', "a page that no longer is");
	write_waits(3, 'g', "a page that was nowhere");
	write_passes(8, 'h', "a page that never was");
}

static void test_mprotect(void)
{
	h.map[5 * PAGE] = 'i';
	handler_protect(&h, 5, 1, true);
	mprotect(h.map + 5 * PAGE, PAGE, PROT_READ);
	ok(h.map[5 * PAGE] == 'i', "%s: read-only for a while", who());
	mprotect(h.map + 5 * PAGE, PAGE, PROT_READ | PROT_WRITE);
	write_waits(5, 'j', "after mprotect()");
	mprotect(h.map, PAGES * PAGE, PROT_READ);
	mprotect(h.map, PAGES * PAGE, PROT_READ | PROT_WRITE);
	handler_protect(&h, 5, 2, true);
	write_waits(6, 'k', "after mprotect() of all");
	write_waits(5, 'l', "its neighbour");
}

static void test_forgotten(void)
{
	h.map[7 * PAGE] = 'm';
	handler_protect(&h, 7, 1, true);
	ok_errno(handler_unregister(&h, 7, 1), 0, "%s: unregistered", who());
	write_passes(7, 'n', "then it is not protected");
	handler_register(&h, 7, 1, HANDLER_WP);
	write_passes(7, 'o', "nor when it is registered again");
}

/*
 * Neighbours, one registered for something else, part of which is joined to it: what
 * may be written to is as before.
 */
static void test_joined(void)
{
	char *low = h.map + 12 * PAGE, *high = h.map + 16 * PAGE;

	handler_unregister(&h, 12, 8);
	if (madvise(low, 4 * PAGE, MADV_SEQUENTIAL))
		bail("madvise");
	handler_register(&h, 12, 4, HANDLER_MISSING);
	handler_register(&h, 16, 4, HANDLER_WP);
	high[0] = 'u';
	high[PAGE] = 'v';
	if (madvise(high, 2 * PAGE, MADV_SEQUENTIAL))
		bail("madvise");
	ok_errno(handler_protect(&h, 16, 2, true), 0, "%s: joined to what is not protected", who());
	ok(high[0] == 'u', "a page that was written to is read");
	write_waits(16, 'w', "then written to");
	write_waits(17, 'x', "one that was not read");
	madvise(low, 8 * PAGE, MADV_NORMAL);
	handler_unregister(&h, 12, 8);
	handler_register(&h, 12, 8, HANDLER_WP);
}

/* One that is missing is told of as that first. */
static void test_missing(void)
{
	struct touch t;

	handler_register(&h, 0, PAGES, HANDLER_WP | HANDLER_MISSING);
	handler_protect(&h, 20, 4, true);
	touch_write(&t, &h, 20, 'p');
	handler_told(&h, 20, WRITE, "a missing page that is protected");
	ok_errno(handler_call(&h, UFFDIO_COPY, 20 * PAGE, PAGE, UFFDIO_COPY_MODE_WP, page, NULL), 0,
		 "%s: it comes protected", who());
	handler_told(&h, 20, PROTECTED, "and is told of as that");
	ok_errno(handler_protect(&h, 20, 1, false), 0, "not any more");
	touch_end(&t);
	ok(h.map[20 * PAGE] == 'p' && h.map[20 * PAGE + 1] == 'x', "written");

	touch_read(&t, &h, 21);
	handler_told(&h, 21, 0, "a read of another");
	ok_errno(handler_copy(&h, 21, page), 0, "%s: it comes unprotected", who());
	ok(touch_end(&t) == 'x', "read");
	write_passes(21, 'q', "that was the end of its protection");
	ok_errno(handler_call(&h, UFFDIO_COPY, 22 * PAGE, PAGE, UFFDIO_COPY_MODE_WP, page, NULL), 0,
		 "before anybody wants it");
	write_waits(22, 'r', "a page that came protected");
}

/* Many, in turn. */
static void test_toggle(void)
{
	long index, round;

	for (index = 0; index < PAGES; index++)
		if (index != 23)
			handler_copy(&h, index, page);
	handler_zero(&h, 23);
	for (round = 0; round < 20; round++) {
		if (handler_protect(&h, 0, PAGES, true))
			break;
		for (index = round % 3; index < PAGES; index += 3)
			if (handler_protect(&h, index, 1, false))
				break;
		for (index = round % 3; index < PAGES; index += 3)
			h.map[index * PAGE] = round;
	}
	ok(round == 20 && handler_quiet(&h), "%s: every third page, in turn", who());
	write_waits(round % 3, 's', "one of the others");
	ok_errno(handler_protect(&h, 0, PAGES, false), 0, "none");
	memset(h.map, 't', PAGES * PAGE);
	ok(handler_quiet(&h), "all can be written to");
}

static void test_all(bool native)
{
	handler_open(&h, native, PAGES, 0);
	memset(page, 'x', sizeof(page));
	ok_errno(handler_register(&h, 0, PAGES, HANDLER_WP), 0, "%s", who());
	test_mapped();
	test_read_first();
	test_mprotect();
	test_forgotten();
	test_joined();
	test_missing();
	test_toggle();
	handler_close(&h);
}

int main(void)
{
	test_all(true);
	test_all(false);
	return tap_done();
}
