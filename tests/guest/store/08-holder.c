// SPDX-License-Identifier: GPL-2.0
/*
 * A store's descriptor in the hands of an unprivileged program creates objects
 * that page to this store, and nothing else.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "block.h"
#include "dp.h"
#include "proc.h"

#define PAGES	128

struct hands {
	int pager;
	int store;
	int disk;
	uint64_t segment;
};

static bool refused(int error, const char *what)
{
	if (error == EPERM && dp_detail == DPAGER_DETAIL_PRIVILEGE)
		return true;
	diag("%s: errno %d, detail %u", what, error, dp_detail);
	return false;
}

static int nothing_else(void *argument)
{
	struct dpager_list list = { .entry_size = 8 };
	struct hands *hands = argument;
	struct dpager_store_info info;
	bool good;

	good = refused(dp_store_info(hands->store, &info), "STORE_INFO");
	good &= refused(dp_add_bytes(hands->store, hands->disk, MiB, MiB, 4096, NULL),
			"ADD_SEGMENT");
	good &= refused(dp_list(hands->store, DPAGER_IOC_SEGMENTS, &list), "SEGMENTS");
	good &= refused(dp_remove(hands->store, hands->segment, NULL), "REMOVE_SEGMENT");
	good &= refused(dp_store_delete(hands->store, NULL), "STORE_DELETE");
	return !good;
}

static int object_in_store(void *argument)
{
	struct hands *hands = argument;
	struct dpager_object_create create;
	struct dpager_object_info info;
	uint64_t pages;
	char *map;

	if (dp_object_create(hands->store, PAGES * PAGE, 0, &create))
		return 1;
	map = dp_map(create.fd, PAGES * PAGE);
	stamp_fill(map, create.id, 0, PAGES, 1);
	if (dp_control(create.fd, DPAGER_CONTROL_PAGE_OUT, 0, 0, &pages) || pages != PAGES)
		return 2;
	if (dp_object_info(create.fd, &info) || !info.store || info.uid != PROC_NOBODY)
		return 3;
	return stamp_verify(map, create.id, 0, PAGES, 1) ? 4 : 0;
}

/* The other store is empty and has the higher priority; the small one fills. */
static int never_elsewhere(void *argument)
{
	struct hands *hands = argument;
	struct dpager_object_create create;
	uint64_t pages;
	char *map;

	if (dp_object_create(hands->store, MiB + PAGE, 0, &create))
		return 1;
	map = dp_map(create.fd, MiB + PAGE);
	stamp_fill(map, create.id, 0, 257, 1);
	if (dp_control(create.fd, DPAGER_CONTROL_PAGE_OUT, 0, 0, &pages) != ENOSPC)
		return 2;
	return stamp_verify(map, create.id, 0, 257, 1) ? 3 : 0;
}

int main(void)
{
	struct hands hands = { .pager = dp_pager() };
	int other = dp_store(hands.pager, 9, 0, NULL), second = block_open("/dev/vdb", O_RDWR);
	struct dpager_store_info info;

	hands.store = dp_store(hands.pager, -1, 0, NULL);
	hands.disk = block_open("/dev/vda", O_RDWR);
	hands.segment = dp_segment(hands.store, hands.disk, 0, MiB);
	dp_segment(other, second, 0, 8 * MiB);
	ok_equal(proc_run_as(PROC_NOBODY, object_in_store, &hands), 0,
		 "an unprivileged holder pages an object to the store");
	dp_settle(hands.pager);
	ok_equal(proc_run_as(PROC_NOBODY, never_elsewhere, &hands), 0,
		 "his object never leaves this store");
	dp_store_info(other, &info);
	ok_equal(info.pages_out, 0, "no page went to the other store");
	ok_equal(proc_run_as(PROC_NOBODY, nothing_else, &hands), 0, "he can do nothing else");
	ok_equal(proc_run_userns(nothing_else, &hands), 0, "nor can root of a user namespace");
	dp_settle(hands.pager);
	ok_errno(dp_delete_wait(hands.store), 0, "delete the store");
	ok_errno(dp_delete_wait(other), 0, "delete the other store");
	return tap_done();
}
