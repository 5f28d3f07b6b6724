// SPDX-License-Identifier: GPL-2.0
/* Pages that are there and not mapped: the kernel's own descriptor and dpager's. */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dp.h"
#include "handler.h"

#define PAGES	32
#define MINOR	UFFD_PAGEFAULT_FLAG_MINOR

static struct handler h;
static char *other;

static const char *who(void)
{
	return h.native ? "the kernel's" : "dpager's";
}

static void test_continue(void)
{
	struct touch t;

	other[0] = 'a';
	touch_read(&t, &h, 0);
	handler_told(&h, 0, MINOR, "a page of another mapping");
	other[0] = 'b';
	ok_errno(handler_continue(&h, 0), 0, "%s: continued", who());
	ok(touch_end(&t) == 'b', "it reads what was written last");
	ok_errno(handler_continue(&h, 0), EEXIST, "it is mapped");
	h.map[0] = 'c';
	ok(other[0] == 'c' && handler_quiet(&h), "now it is written to");

	other[PAGE] = 'd';
	touch_write(&t, &h, 1, 'e');
	handler_told(&h, 1, MINOR | UFFD_PAGEFAULT_FLAG_WRITE, "a write");
	ok_errno(handler_continue(&h, 1), 0, "%s: continued", who());
	touch_end(&t);
	ok(other[PAGE] == 'e', "written");
	ok_errno(handler_continue(&h, 9), EFAULT, "what is nowhere cannot be");
	other[2 * PAGE] = 'f';
	ok_errno(handler_continue(&h, 2), 0, "before anybody wants it");
	ok(h.map[2 * PAGE] == 'f' && handler_quiet(&h), "nobody was told");
}

static void test_unmapped(void)
{
	struct touch t;

	madvise(h.map, PAGE, MADV_DONTNEED);
	touch_read(&t, &h, 0);
	handler_told(&h, 0, MINOR, "it was unmapped");
	ok_errno(handler_continue(&h, 0), 0, "%s: continued", who());
	ok(touch_end(&t) == 'c', "read");
}

/* What nobody has written to is no matter of this mode. */
static void test_nowhere(void)
{
	ok(h.map[10 * PAGE] == 0 && handler_quiet(&h), "%s: a page that is nowhere", who());
}

static void test_missing(void)
{
	struct touch t;

	handler_register(&h, 0, PAGES, HANDLER_MISSING | HANDLER_MINOR);
	touch_read(&t, &h, 11);
	handler_told(&h, 11, 0, "missing");
	ok_errno(handler_copy(&h, 11, other), 0, "%s: copied, and mapped with that", who());
	ok(touch_end(&t) == 'c' && handler_quiet(&h), "read");
	other[12 * PAGE] = 'g';
	touch_read(&t, &h, 12);
	handler_told(&h, 12, MINOR, "there");
	ok_errno(handler_copy(&h, 12, other), EEXIST, "it cannot be copied");
	ok_errno(handler_continue(&h, 12), 0, "but continued");
	ok(touch_end(&t) == 'g', "read");
}

static void test_protect(void)
{
	struct touch t;
	int err;

	handler_register(&h, 0, PAGES, HANDLER_WP | HANDLER_MINOR);
	other[20 * PAGE] = 'h';
	err = handler_call(&h, UFFDIO_CONTINUE, 20 * PAGE, PAGE, UFFDIO_CONTINUE_MODE_WP, NULL,
			   NULL);
	if (err == EINVAL && h.native) {
		tap_skip("the kernel's own cannot", "continue, protected");
		return;
	}
	ok_errno(err, 0, "%s: continued, protected", who());
	ok(h.map[20 * PAGE] == 'h' && handler_quiet(&h), "it can be read");
	touch_write(&t, &h, 20, 'i');
	handler_told(&h, 20, UFFD_PAGEFAULT_FLAG_WRITE | UFFD_PAGEFAULT_FLAG_WP, "a write");
	ok_errno(handler_protect(&h, 20, 1, false), 0, "not any more");
	touch_end(&t);
	ok(other[20 * PAGE] == 'i', "written");
}

static void test_all(bool native)
{
	handler_open(&h, native, PAGES, 0);
	other = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, h.fd, 0);
	ok_errno(handler_register(&h, 0, PAGES, HANDLER_MINOR), 0, "%s", who());
	test_continue();
	test_unmapped();
	test_nowhere();
	test_missing();
	test_protect();
	munmap(other, PAGES * PAGE);
	handler_close(&h);
}

int main(void)
{
	test_all(true);
	test_all(false);
	return tap_done();
}
