// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's own descriptor on mappings of objects: what each kernel can, and that
 * it does not go together with dpager's.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "dp.h"
#include "handler.h"
#include "stamp.h"

#define PAGES	32
#define PROTECTED	(UFFD_PAGEFAULT_FLAG_WRITE | UFFD_PAGEFAULT_FLAG_WP)

static struct handler h;
static char page[PAGE] __attribute__((aligned(4096)));

/* From 7 on the kernel asks mappings for what it needs. */
static bool kernel_asks(void)
{
	struct utsname name;

	return !uname(&name) && *name.release >= '7';
}

static void opened(uint64_t features)
{
	handler_open(&h, false, PAGES, 0);
	close(h.uffd);
	h.uffd = handler_new(true, O_CLOEXEC | O_NONBLOCK);
	if (handler_api(h.uffd, features))
		bail("UFFDIO_API");
}

static void out(const char *what)
{
	ok_errno(dp_control(h.fd, DPAGER_CONTROL_PAGE_OUT, 0, PAGES * PAGE, NULL), 0, "%s: out",
		 what);
}

static struct stamp stamp_of(long index)
{
	return (struct stamp){ .object = 12, .index = index, .generation = 1 };
}

static void test_refused(void)
{
	opened(0);
	ok_errno(handler_register(&h, 0, PAGES, HANDLER_MISSING), EINVAL, "missing pages");
	ok_errno(handler_register(&h, 0, PAGES, HANDLER_MINOR), EINVAL, "pages that are there");
	ok_errno(handler_register(&h, 0, PAGES, HANDLER_MISSING | HANDLER_WP), EINVAL,
		 "both and protection");
	if (!kernel_asks())
		ok_errno(handler_register(&h, 0, PAGES, HANDLER_WP), EINVAL, "protection");
	handler_close(&h);
}

static void test_protect(void)
{
	struct touch t;

	opened(0);
	h.map[0] = 'a';
	ok_errno(handler_register(&h, 0, PAGES, HANDLER_WP), 0, "protection");
	ok_errno(handler_protect(&h, 0, 4, true), 0, "protected");
	ok(h.map[0] == 'a' && h.map[2 * PAGE] == 0 && handler_quiet(&h), "reads pass");
	touch_write(&t, &h, 0, 'b');
	handler_told(&h, 0, PROTECTED, "a write");
	ok(h.map[0] == 'a', "not written yet");
	handler_protect(&h, 0, 1, false);
	ok(touch_end(&t) == 'b' && h.map[0] == 'b', "written");
	out("protected pages");
	touch_write(&t, &h, 1, 'c');
	handler_told(&h, 1, PROTECTED, "a write after that");
	handler_protect(&h, 0, 4, false);
	touch_end(&t);
	ok(h.map[PAGE] == 'c', "written");
}

static void test_fill(void)
{
	stamp_write(page, stamp_of(8));
	ok_errno(handler_copy(&h, 8, page), 0, "copied");
	ok(stamp_check(h.map + 8 * PAGE, stamp_of(8)) == STAMP_GOOD, "its content");
	ok_errno(handler_copy(&h, 8, page), EEXIST, "again");
	ok_errno(handler_zero(&h, 9), 0, "zeros");
	ok(h.map[9 * PAGE] == 0, "they are");
	ok_errno(handler_copy(&h, 9, page), EEXIST, "what is there cannot be copied");
	out("what was copied");
	ok_errno(handler_copy(&h, 8, page), EEXIST, "nor what is out");
	ok_errno(handler_continue(&h, 8), 0, "but it is continued");
	ok(stamp_check(h.map + 8 * PAGE, stamp_of(8)) == STAMP_GOOD, "its content");
	ok_errno(handler_continue(&h, 8), EEXIST, "it is mapped");
	ok_errno(handler_continue(&h, 20), EFAULT, "what is nowhere is not");
	stamp_write(h.map + 8 * PAGE, (struct stamp){ .object = 12, .index = 8, .generation = 2 });
	out("what was written to");
	ok(stamp_check(h.map + 8 * PAGE, (struct stamp){ .object = 12, .index = 8,
							 .generation = 2 }) == STAMP_GOOD,
	   "as written last");
	ok(!ftruncate(h.fd, 16 * PAGE), "it shrinks");
	ok(handler_copy(&h, 20, page) != 0, "behind its end nothing comes");
}

/* A mapping is one's or the other's. */
static void test_both(void)
{
	struct handler other = h;

	other.uffd = handler_new(false, O_CLOEXEC | O_NONBLOCK);
	handler_api(other.uffd, 0);
	ok_errno(handler_register(&other, 0, 4, HANDLER_MISSING), EBUSY, "it is the kernel's");
	ok_errno(handler_unregister(&h, 0, PAGES), 0, "no longer");
	ok_errno(handler_register(&other, 0, 4, HANDLER_MISSING), 0, "now it is dpager's");
	ok_errno(handler_register(&h, 0, 4, HANDLER_WP), EINVAL, "and not the kernel's");
	close(other.uffd);
	ok_errno(handler_register(&h, 0, 4, HANDLER_WP), 0, "until that is closed");
	handler_close(&h);
}

int main(void)
{
	int pager = dp_pager(), store = dp_store(pager, DP_DEFAULT_PRIORITY, 0, "native");

	dp_segment_on(store, "/dev/vda", 0, 64 * MiB);
	test_refused();
	if (kernel_asks()) {
		test_protect();
		test_fill();
		test_both();
	} else {
		tap_skip("this kernel refuses mappings of modules", "protection, COPY, CONTINUE");
	}
	return tap_done();
}
