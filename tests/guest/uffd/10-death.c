// SPDX-License-Identifier: GPL-2.0
/*
 * What becomes of faults whose handler dies, or does not answer: as its maker has
 * chosen.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dp.h"
#include "handler.h"
#include "proc.h"

#define PAGES	32

static struct handler h;
static char page[PAGE] __attribute__((aligned(4096)));

static int create(struct dpager_uffd_create *c)
{
	int pager = dp_pager(), err = dp_call(pager, DPAGER_IOC_UFFD_CREATE, c, sizeof(*c));

	close(pager);
	return err;
}

static int attach(uint64_t id, int *fd)
{
	struct dpager_uffd_attach a = { .id = id, .flags = DPAGER_UFFD_NONBLOCK };
	int pager = dp_pager(), err = dp_call(pager, DPAGER_IOC_UFFD_ATTACH, &a, sizeof(a));

	close(pager);
	*fd = a.fd;
	return err;
}

/* An object whose missing pages, and @mode, are registered with that policy. */
static uint64_t opened(uint32_t on_death, uint32_t on_timeout, uint32_t timeout, uint64_t mode)
{
	struct dpager_uffd_create c = {
		.flags = DPAGER_UFFD_NONBLOCK,
		.on_death = on_death,
		.on_timeout = on_timeout,
		.timeout = timeout,
	};

	handler_open(&h, false, PAGES, 0);
	close(h.uffd);
	if (create(&c))
		bail("DPAGER_IOC_UFFD_CREATE");
	h.uffd = c.fd;
	handler_api(h.uffd, 0);
	if (handler_register(&h, 0, PAGES, mode))
		bail("register");
	return c.id;
}

static void told(int count)
{
	struct uffd_msg msg;

	while (count--)
		if (!handler_message(&h, &msg))
			bail("nobody faults");
}

/* --- arguments ---------------------------------------------------------- */

struct argument {
	const char *what;
	struct dpager_uffd_create create;
	int err;
	uint32_t detail;
};

static void test_arguments(void)
{
	static const struct argument list[] = {
		{ "an unknown flag", { .flags = 4 }, EINVAL, DPAGER_DETAIL_FLAGS },
		{ "a reserved field", { .reserved = 1 }, EINVAL, DPAGER_DETAIL_RESERVED },
		{ "no such policy", { .on_death = 4 }, EINVAL, DPAGER_DETAIL_OPERATION },
		{ "no such policy of time", { .on_timeout = 4, .timeout = 1 }, EINVAL,
		  DPAGER_DETAIL_OPERATION },
		{ "a limit without a policy", { .timeout = 1 }, EINVAL, DPAGER_DETAIL_DEADLINE },
		{ "a policy without a limit", { .on_timeout = DPAGER_UFFD_ZERO }, EINVAL,
		  DPAGER_DETAIL_DEADLINE },
	};
	struct dpager_uffd_create c;
	size_t i;

	for (i = 0; i < sizeof(list) / sizeof(*list); i++) {
		c = list[i].create;
		ok_dp(create(&c), list[i].err, list[i].detail, "%s", list[i].what);
	}
	c = (struct dpager_uffd_create){ .flags = DPAGER_UFFD_NONBLOCK };
	ok_dp(create(&c), 0, DPAGER_DETAIL_NONE, "nothing special");
	ok(c.id && (fcntl(c.fd, F_GETFL) & O_NONBLOCK) && (fcntl(c.fd, F_GETFD) & FD_CLOEXEC),
	   "a descriptor, and an id");
	close(c.fd);
}

static int as_nobody(void *argument)
{
	struct dpager_uffd_create c = {};
	int err = dp_call(*(int *)argument, DPAGER_IOC_UFFD_CREATE, &c, sizeof(c));

	if (err != EPERM || dp_detail != DPAGER_DETAIL_PRIVILEGE)
		return 1;
	c.flags = DPAGER_UFFD_USER_MODE_ONLY;
	return dp_call(*(int *)argument, DPAGER_IOC_UFFD_CREATE, &c, sizeof(c));
}

static void test_nobody(void)
{
	int pager = dp_pager();

	ok_equal(proc_run_as(PROC_NOBODY, as_nobody, &pager), 0,
		 "who is nobody has faults of user mode alone");
	close(pager);
}

/* --- death -------------------------------------------------------------- */

static void die(void)
{
	close(h.uffd);
	h.uffd = -1;
}

static void test_death_zero(uint32_t policy, const char *what)
{
	struct touch t;

	opened(policy, 0, 0, HANDLER_MISSING);
	touch_read(&t, &h, 0);
	told(1);
	die();
	ok(touch_end(&t) == 0 && h.map[PAGE] == 0, "%s: who waits reads zeros", what);
	handler_close(&h);
}

static int bus_code;

static void *touch_for_signal(void *argument)
{
	return (void *)(long)touch_signal(argument, false, &bus_code);
}

static void test_death_sigbus(void)
{
	struct handler other;
	pthread_t thread;
	void *signal;

	opened(DPAGER_UFFD_SIGBUS, 0, 0, HANDLER_MISSING | HANDLER_WP);
	memset(page, 'p', sizeof(page));
	handler_copy(&h, 3, page);
	handler_protect(&h, 3, 1, true);
	handler_copy(&h, 4, page);
	pthread_create(&thread, NULL, touch_for_signal, h.map);
	told(1);
	die();
	pthread_join(thread, &signal);
	ok_equal((long)signal, SIGBUS, "who waits gets a signal");
	ok_equal(touch_signal(h.map + 5 * PAGE, false, NULL), SIGBUS, "who comes later, too");
	ok_equal(touch_signal(h.map + 3 * PAGE, true, NULL), SIGBUS, "or writes what is protected");
	madvise(h.map, PAGES * PAGE, MADV_DONTNEED);
	ok(!touch_signal(h.map + 3 * PAGE, false, NULL) && h.map[3 * PAGE] == 'p',
	   "who reads that does not");
	ok(!touch_signal(h.map + 4 * PAGE, true, NULL) && h.map[4 * PAGE + 1] == 'p',
	   "nor who writes what is not");
	other = h;
	other.uffd = handler_new(false, O_CLOEXEC | O_NONBLOCK);
	handler_api(other.uffd, 0);
	ok_errno(handler_register(&other, 0, PAGES, HANDLER_MISSING | HANDLER_WP), 0,
		 "another may register it then");
	ok(!touch_signal(h.map + 3 * PAGE, true, NULL) && handler_quiet(&other),
	   "what the dead one has protected is not");
	ok_errno(handler_copy(&other, 5, page), 0, "and see to it");
	ok(!touch_signal(h.map + 5 * PAGE, false, NULL) && h.map[5 * PAGE] == 'p', "all is well");
	close(other.uffd);
	handler_close(&h);
}

struct attaching {
	uint64_t id;
	int err;
	uint32_t detail;
};

static int attach_as_nobody(void *argument)
{
	struct attaching *a = argument;
	struct dpager_uffd_attach call = { .id = a->id };

	a->err = dp_call(h.fd, DPAGER_IOC_UFFD_ATTACH, &call, sizeof(call));
	return a->err == EPERM && dp_detail == DPAGER_DETAIL_PRIVILEGE ? 0 : 1;
}

static void test_hold(void)
{
	uint64_t id = opened(DPAGER_UFFD_HOLD, 0, 0, HANDLER_MISSING | HANDLER_WP);
	struct attaching nobody = { .id = id };
	int fd, object = h.fd;
	struct touch t[3];

	ok_dp(attach(id, &fd), EBUSY, DPAGER_DETAIL_IN_USE, "it has a handler");
	ok_dp(attach(id + 1, &fd), ENOENT, DPAGER_DETAIL_ID, "there is no such id");
	touch_read(&t[0], &h, 0);
	told(1);
	touch_read(&t[1], &h, 1);
	while (handler_quiet(&h))
		usleep(1000);
	die();
	touch_read(&t[2], &h, 2);
	h.fd = dp_pager();
	ok_equal(proc_run_as(PROC_NOBODY, attach_as_nobody, &nobody), 0, "it is not everybody's");
	close(h.fd);
	h.fd = object;
	ok_dp(attach(id, &fd), 0, DPAGER_DETAIL_NONE, "its next handler");
	h.uffd = fd;
	ok(!t[0].done && !t[1].done, "who waits has waited on");
	/* All three, also what the last one had read. */
	told(3);
	memset(page, 'n', sizeof(page));
	handler_copy(&h, 0, page);
	handler_copy(&h, 1, page);
	handler_copy(&h, 2, page);
	ok(touch_end(&t[0]) == 'n' && touch_end(&t[1]) == 'n' && touch_end(&t[2]) == 'n',
	   "all go on");
	ok_errno(handler_protect(&h, 0, 1, true), 0, "what was registered still is");
	die();
	munmap(h.map, PAGES * PAGE);
	ok_dp(attach(id, &fd), ENOENT, DPAGER_DETAIL_ID, "without memory it is gone");
	close(h.fd);
}

static int held(void *argument)
{
	struct touch t;

	*(uint64_t *)argument = opened(DPAGER_UFFD_HOLD, 0, 0, HANDLER_MISSING);
	touch_read(&t, &h, 0);
	told(1);
	die();
	_exit(3);
}

static void test_hold_exit(void)
{
	uint64_t *id = shared_memory(sizeof(*id));
	int fd;

	ok_equal(proc_run(held, id), 3, "a process whose threads are held can exit");
	ok_dp(attach(*id, &fd), ENOENT, DPAGER_DETAIL_ID, "then it is gone");
}

/* --- time --------------------------------------------------------------- */

static void test_timeout(void)
{
	struct uffd_msg msg;
	struct touch t;

	opened(0, DPAGER_UFFD_SIGBUS, 100, HANDLER_MISSING);
	ok_equal(touch_signal(h.map, false, NULL), SIGBUS, "too late: a signal");
	ok(handler_quiet(&h), "nobody waits any more");
	ok_errno(handler_copy(&h, 0, page), 0, "a page that comes late");
	ok(!touch_signal(h.map, false, NULL), "is there");
	ok_equal(touch_signal(h.map + PAGE, false, NULL), SIGBUS, "another that is late");
	ok(pwrite(h.fd, "w", 1, PAGE) == 1 && h.map[PAGE] == 'w', "and is written by somebody");
	handler_close(&h);

	opened(0, DPAGER_UFFD_ZERO, 100, HANDLER_MISSING | HANDLER_WP);
	ok(h.map[0] == 0, "too late: zeros");
	madvise(h.map, PAGE, MADV_REMOVE);
	touch_read(&t, &h, 0);
	ok(handler_message(&h, &msg), "missing once more it is told of once more");
	touch_end(&t);
	ok_errno(handler_copy(&h, 0, page), EEXIST, "a page that comes late is too late");
	handler_protect(&h, 0, 1, true);
	h.map[0] = 'z';
	ok(h.map[0] == 'z', "a write that nobody sees to is made");
	handler_close(&h);

	opened(0, DPAGER_UFFD_HOLD, 100, HANDLER_MISSING);
	touch_read(&t, &h, 4);
	told(1);
	ok(handler_message(&h, &msg) && msg.arg.pagefault.address == 4 * PAGE,
	   "too late: it is told of again");
	handler_copy(&h, 4, page);
	ok(touch_end(&t) == page[0], "and goes on");
	handler_close(&h);
}

int main(void)
{
	test_arguments();
	test_nobody();
	test_death_zero(DPAGER_UFFD_NATIVE, "as the kernel's own");
	test_death_zero(DPAGER_UFFD_ZERO, "zeros");
	test_death_sigbus();
	test_hold();
	test_hold_exit();
	test_timeout();
	return tap_done();
}
