// SPDX-License-Identifier: GPL-2.0
/* Native calls for handlers of faults: made with policies and without, taken over, refused. */
#include <signal.h>

#include "handler.h"
#include "kern.h"
#include "proc.h"

#define PAGES	4UL

static struct handler h = { .pages = PAGES };
static char page[PAGE];
static int pager;

static bool fails(int ret, int error, uint32_t detail)
{
	if (ret == -1 && errno == error && dpager_detail() == detail)
		return true;
	diag("got %d (%s, %s)", ret, strerror(errno), dpager_explain(dpager_detail()));
	return false;
}

/* A new object, registered with a new descriptor. */
static bool opened(struct dpager_uffd_create *create)
{
	h.fd = dpager_object_create(pager, PAGES * PAGE, 0, NULL);
	h.map = dp_map(h.fd, PAGES * PAGE);
	h.uffd = dpager_userfaultfd(pager, create);
	return h.uffd >= 0 && fcntl(h.uffd, F_GETFD) == FD_CLOEXEC && !handler_api(h.uffd, 0) &&
	       !handler_register(&h, 0, PAGES, HANDLER_MISSING);
}

static void served(const char *what)
{
	struct touch t;

	touch_read(&t, &h, 1);
	handler_told(&h, 1, 0, what);
	ok(!handler_copy(&h, 1, page) && touch_end(&t) == 's', "%s: served", what);
}

static void native(void)
{
	if (ok(opened(NULL), "no argument: as the system call")) {
		ok(!(fcntl(h.uffd, F_GETFL) & O_NONBLOCK), "it waits");
		served("no argument");
	}
	handler_close(&h);
}

static void held(void)
{
	struct dpager_uffd_create create = {
		.flags = DPAGER_UFFD_NONBLOCK | DPAGER_UFFD_USER_MODE_ONLY,
		.on_death = DPAGER_UFFD_HOLD,
	};
	struct touch t;

	if (!ok(opened(&create) && create.id && create.fd == h.uffd, "one that is held"))
		return;
	ok(fcntl(h.uffd, F_GETFL) & O_NONBLOCK, "it does not wait");
	ok(fails(dpager_userfaultfd_attach(pager, create.id, 0), EBUSY, DPAGER_DETAIL_IN_USE),
	   "it has a handler");
	ok(fails(dpager_userfaultfd_attach(pager, create.id, DPAGER_UFFD_USER_MODE_ONLY), EINVAL,
		 DPAGER_DETAIL_FLAGS), "that is decided when it is made");
	touch_read(&t, &h, 2);
	handler_told(&h, 2, 0, "the first handler");
	close(h.uffd);
	h.uffd = dpager_userfaultfd_attach(pager, create.id, DPAGER_UFFD_NONBLOCK);
	if (!ok(h.uffd >= 0, "the next handler"))
		bail("a fault waits for ever");
	handler_told(&h, 2, 0, "the next handler");
	ok(!handler_copy(&h, 2, page) && touch_end(&t) == 's', "who waited goes on");
	served("the next handler");
	handler_close(&h);
	ok(fails(dpager_userfaultfd_attach(pager, create.id, 0), ENOENT, DPAGER_DETAIL_ID),
	   "without memory it is gone");
}

static void late(void)
{
	struct dpager_uffd_create create = {
		.on_timeout = DPAGER_UFFD_SIGBUS,
		.timeout = 50,
	};

	ok(opened(&create) && touch_signal(h.map, false, NULL) == SIGBUS, "too late: a signal");
	handler_close(&h);
}

static int unprivileged(void *unused)
{
	struct dpager_uffd_create create = { .flags = DPAGER_UFFD_USER_MODE_ONLY };

	(void)unused;
	return !fails(dpager_userfaultfd(pager, NULL), EPERM, DPAGER_DETAIL_PRIVILEGE) ||
	       dpager_userfaultfd(pager, &create) < 0;
}

static void refused(void)
{
	struct dpager_uffd_create create = { .on_death = DPAGER_UFFD_HOLD + 1 };
	int reader = dpager_open(O_RDONLY);

	ok(fails(dpager_userfaultfd(reader, NULL), EACCES, DPAGER_DETAIL_MODE) &&
	   fails(dpager_userfaultfd_attach(reader, 1, 0), EACCES, DPAGER_DETAIL_MODE),
	   "a pager that is open for reading");
	close(reader);
	ok(fails(dpager_userfaultfd(pager, &create), EINVAL, DPAGER_DETAIL_OPERATION),
	   "no such policy");
	create = (struct dpager_uffd_create){ .timeout = 1 };
	ok(fails(dpager_userfaultfd(pager, &create), EINVAL, DPAGER_DETAIL_DEADLINE),
	   "a limit without a policy");
	create = (struct dpager_uffd_create){ .flags = 1U << 31 };
	ok(fails(dpager_userfaultfd(pager, &create), EINVAL, DPAGER_DETAIL_FLAGS), "no such flag");
	ok(fails(dpager_userfaultfd(h.fd, NULL), ENOTTY, DPAGER_DETAIL_NONE), "not a pager");
	ok_equal(proc_run_as(PROC_NOBODY, unprivileged, NULL), 0,
		 "without privilege, faults of programs only");
}

int main(void)
{
	pager = dpager_open(O_RDWR);
	memset(page, 's', sizeof(page));
	native();
	held();
	late();
	h.fd = dpager_object_create(pager, PAGE, 0, NULL);
	refused();
	close(h.fd);
	dp_settle(pager);
	return tap_done();
}
