// SPDX-License-Identifier: GPL-2.0
/* Pages that a handler says are broken: the kernel's own, where it can, and dpager's. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dp.h"
#include "handler.h"

#define PAGES	32

static struct handler h;
static char page[PAGE] __attribute__((aligned(4096)));

static const char *who(void)
{
	return h.native ? "the kernel's" : "dpager's";
}

static bool kernel_knows(void)
{
	FILE *file = fopen("/proc/meminfo", "r");
	char line[128];
	bool knows = false;

	while (fgets(line, sizeof(line), file))
		knows |= !strncmp(line, "HardwareCorrupted", 17);
	fclose(file);
	return knows;
}

/* Does the touch end as one of broken memory does, where the kernel knows of that? */
static void broken(long index, bool write, const char *what)
{
	bool known = kernel_knows();
	int code, signal = touch_signal(h.map + index * PAGE, write, &code);

	ok(signal == SIGBUS && code == (known ? BUS_MCEERR_AR : BUS_ADRERR), "%s: %s (signal %d, code %d)", who(), what,
	   signal, code);
}

static void test_poison(void)
{
	ok_errno(handler_poison(&h, 0), 0, "%s: a missing page", who());
	broken(0, false, "a read of it");
	broken(0, true, "a write to it");
	ok(handler_quiet(&h), "nothing is told");
	ok_errno(handler_copy(&h, 0, page), 0, "it comes after all");
	ok(!touch_signal(h.map, false, NULL) && h.map[0] == 'x', "and can be read");
	ok_errno(handler_poison(&h, 0), EEXIST, "what is mapped cannot be");
}

static void test_waiting(void)
{
	struct touch t;

	ok_errno(handler_poison(&h, 2), 0, "%s: a page", who());
	touch_read(&t, &h, 3);
	handler_told(&h, 3, 0, "its neighbour");
	handler_copy(&h, 3, page);
	ok(touch_end(&t) == 'x', "which is not broken");
	broken(2, false, "it still is");
}

static void test_unregister(void)
{
	handler_poison(&h, 5);
	ok_errno(handler_unregister(&h, 0, PAGES), 0, "%s: unregistered", who());
	broken(5, false, "it is still broken");
	handler_register(&h, 0, PAGES, HANDLER_MISSING);
	broken(5, false, "and when it is registered again");
}

static void test_moved(void)
{
	char *to;

	handler_poison(&h, 31);
	handler_unregister(&h, 0, PAGES);
	to = mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	to = mremap(h.map + 31 * PAGE, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, to);
	ok(to != MAP_FAILED, "%s: moved", who());
	h.pages--;
	ok(touch_signal(to, false, NULL) == SIGBUS, "it is broken there");
	munmap(to, PAGE);
}

static void test_all(bool native)
{
	handler_open(&h, native, PAGES, 0);
	memset(page, 'x', sizeof(page));
	handler_register(&h, 0, PAGES, HANDLER_MISSING);
	test_poison();
	test_waiting();
	test_unregister();
	test_moved();
	handler_close(&h);
}

/* Only ours: elsewhere it is as it was. */
static void test_elsewhere(void)
{
	char *other;

	handler_open(&h, false, PAGES, 0);
	handler_register(&h, 0, PAGES, HANDLER_MISSING);
	other = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, h.fd, 0);
	other[4 * PAGE] = 'o';
	ok_errno(handler_poison(&h, 4), 0, "a page that is not mapped here");
	broken(4, false, "here it is broken");
	ok(other[4 * PAGE] == 'o', "elsewhere it is not");
	munmap(other, PAGES * PAGE);
	munmap(h.map, PAGES * PAGE);
	h.map = mmap(h.map, PAGES * PAGE, PROT_READ, MAP_SHARED | MAP_FIXED, h.fd, 0);
	ok(!touch_signal(h.map + 4 * PAGE, false, NULL) && h.map[4 * PAGE] == 'o',
	   "nor in a new mapping at the same place");
	handler_close(&h);
}

int main(void)
{
	struct uffdio_api api = { .api = UFFD_API };
	int fd = handler_new(true, O_CLOEXEC);

	if (!ioctl(fd, UFFDIO_API, &api) && (api.features & UFFD_FEATURE_POISON))
		test_all(true);
	else
		tap_skip("it has none", "the kernel's own");
	close(fd);
	test_all(false);
	test_elsewhere();
	return tap_done();
}
