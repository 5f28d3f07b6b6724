// SPDX-License-Identifier: GPL-2.0
/* Descriptor limits: EMFILE leaves no object and no store behind; many objects. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "dp.h"
#include "proc.h"

#define MANY	2000

static int pager, store;

static unsigned long long objects(void)
{
	struct dpager_info info;

	dp_info(pager, &info);
	return info.objects;
}

static void set_limit(rlim_t descriptors)
{
	struct rlimit limit = { descriptors, 4096 };

	if (setrlimit(RLIMIT_NOFILE, &limit))
		bail("setrlimit");
}

static int next_descriptor(void)
{
	int fd = dup(0);

	close(fd);
	return fd;
}

static void no_descriptor_left(void)
{
	struct dpager_store_create create_store = { .priority = -1 };
	struct dpager_object_create create;
	struct dpager_info info;
	int fd;

	set_limit(next_descriptor());
	ok_errno(dp_object_create(pager, PAGE, 0, &create), EMFILE, "OBJECT_CREATE on a pager");
	ok_errno(dp_object_create(store, PAGE, 0, &create), EMFILE, "OBJECT_CREATE on a store");
	ok_errno(dp_store_create(pager, &create_store), EMFILE, "STORE_CREATE");
	ok_errno(dp_store_open(pager, 0, "limits", &fd), EMFILE, "STORE_OPEN");
	set_limit(4096);
	dp_settle(pager);
	dp_info(pager, &info);
	ok(!info.objects && info.stores == 1, "nothing is left of them");
}

static void many(void)
{
	static int fds[MANY];
	uint64_t last = 0, id;
	int i, wrong = 0;

	for (i = 0; i < MANY; i++) {
		fds[i] = dp_object(pager, PAGE, &id);
		wrong += id <= last;
		last = id;
	}
	ok_equal(objects(), MANY, "%d objects", MANY);
	ok_equal(wrong, 0, "ids grow, none is used again");
	for (i = 0; i < MANY; i++)
		close(fds[i]);
	dp_settle(pager);
	ok_equal(objects(), 0, "all are gone");
}

/* A child's descriptors end with it, however it ends. */
static int leaves_without_closing(void *unused)
{
	int i;

	(void)unused;
	for (i = 0; i < 50; i++)
		*(char *)dp_map(dp_object(pager, PAGE, NULL), PAGE) = 1;
	abort();
}

int main(void)
{
	struct rlimit no_core = { 0, 0 };

	pager = dp_pager();
	store = dp_store(pager, -1, 0, "limits");
	setrlimit(RLIMIT_CORE, &no_core);
	no_descriptor_left();
	many();
	ok_equal(proc_run(leaves_without_closing, NULL), 128 + 6, "a child aborts with objects");
	dp_settle(pager);
	ok_equal(objects(), 0, "they are gone");
	ok_errno(dp_store_delete(store, NULL), 0, "delete the store");
	return tap_done();
}
