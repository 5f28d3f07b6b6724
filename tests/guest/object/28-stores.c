// SPDX-License-Identifier: GPL-2.0
/*
 * An object may be confined to a list of stores, at its creation or later: its
 * pages go there, by priority, and nowhere else.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "block.h"
#include "dp.h"
#include "evacuation.h"
#include "proc.h"
#include "tenant.h"

#define PAGES	256ULL
#define STORES	4

static int pager, stores[STORES];
static uint64_t ids[STORES], segments[STORES];

static uint64_t used(int i)
{
	return dp_segment_used(stores[i], segments[i]);
}

static void open_stores(void)
{
	/* The last is private, and the highest. */
	static const int priorities[STORES] = { 1, 2, 3, 4 };
	int disk = block_open("/dev/vda", O_RDWR), i;

	for (i = 0; i < STORES; i++) {
		struct dpager_store_create create = {
			.priority = priorities[i],
			.flags = i == STORES - 1 ? DPAGER_STORE_PRIVATE : 0,
		};

		if (dp_store_create(pager, &create))
			bail("store %d", i);
		stores[i] = create.fd;
		ids[i] = create.id;
		segments[i] = dp_segment(stores[i], disk, i * 2 * MiB, PAGES * PAGE);
	}
	close(disk);
}

static int create_on(int fd, const uint64_t *list, uint32_t count,
		     struct dpager_object_create *create)
{
	*create = (struct dpager_object_create) {
		.bytes = 2 * PAGES * PAGE,
		.stores = (uintptr_t)list,
		.nr_stores = count,
	};
	return dp_call(fd, DPAGER_IOC_OBJECT_CREATE, create, sizeof(*create));
}

static int confine(int object, const uint64_t *list, uint32_t count)
{
	struct dpager_object_stores call = {
		.stores = (uintptr_t)list,
		.nr_stores = count,
	};

	return dp_call(object, DPAGER_IOC_OBJECT_STORES, &call, sizeof(call));
}

/* The stores that it says it is confined to are these, by their ids. */
static bool confined_to(int object, const uint64_t *list, uint32_t count)
{
	struct dpager_store_entry entries[STORES];
	struct dpager_list call = {
		.entry_size = sizeof(entries[0]),
		.array = (uintptr_t)entries,
		.room = 1,
	};
	uint32_t i;

	for (i = 0; !dp_call(object, DPAGER_IOC_OBJECT_CONFINED, &call, sizeof(call)); i++) {
		if (call.total != count)
			return false;
		if (!call.count)
			return i == count;
		if (i == count || entries[0].id != list[i])
			return false;
		if (!call.next)
			return i + 1 == count;
	}
	return false;
}

static int private_as_user(void *unused)
{
	uint64_t list[] = { ids[STORES - 1] };
	struct dpager_object_create create;
	int error = create_on(pager, list, 1, &create);

	(void)unused;
	if (error == EPERM && dp_detail == DPAGER_DETAIL_PRIVILEGE)
		return 0;
	diag("errno %d, detail %u", error, dp_detail);
	return 1;
}

static void refused(void)
{
	uint64_t many[DPAGER_OBJECT_STORES + 1] = { ids[0] };
	uint64_t twice[] = { ids[0], ids[1], ids[0] };
	uint64_t none[] = { ids[0], 987654321 };
	struct dpager_object_create create;

	ok_dp(create_on(pager, many, DPAGER_OBJECT_STORES + 1, &create), EINVAL,
	      DPAGER_DETAIL_STORES, "too many");
	ok_dp(create_on(pager, twice, 3, &create), EINVAL, DPAGER_DETAIL_STORES, "one twice");
	ok_dp(create_on(pager, none, 2, &create), ENOENT, DPAGER_DETAIL_ID, "no such store");
	ok_dp(create_on(pager, NULL, 1, &create), EINVAL, DPAGER_DETAIL_STORES, "no array");
	ok_dp(create_on(pager, (void *)8, 1, &create), EFAULT, DPAGER_DETAIL_NONE,
	      "an array that cannot be read");
	ok_dp(create_on(stores[0], ids, 1, &create), EINVAL, DPAGER_DETAIL_STORES,
	      "on a store's descriptor");
	ok_errno(proc_run_as(PROC_NOBODY, private_as_user, NULL), 0,
		 "a private store, without privilege");
}

static void goes_there(void)
{
	uint64_t list[] = { ids[0], ids[STORES - 1] }, pages, id;
	struct dpager_object_create create;
	char *map;

	ok_dp(create_on(pager, list, 2, &create), 0, DPAGER_DETAIL_NONE, "two stores");
	ok(confined_to(create.fd, list, 2), "it says which");
	id = create.id;
	map = dp_map(create.fd, 2 * PAGES * PAGE);
	stamp_fill(map, id, 0, PAGES, 1);
	dp_page_out(create.fd);
	ok(used(3) == PAGES && !used(2) && !used(1) && !used(0), "the higher of the two first");
	stamp_fill(map, id, PAGES, PAGES, 1);
	dp_page_out(create.fd);
	ok(used(0) == PAGES && !used(2) && !used(1), "then the other");
	ok_balance(pager, "on two stores");

	ok_dp(confine(create.fd, ids + 1, 1), 0, DPAGER_DETAIL_NONE, "to another one");
	ok(confined_to(create.fd, ids + 1, 1), "it says which now");
	ok_equal(stamp_verify(map, id, 0, 2 * PAGES, 1), 0, "what was out is read where it is");
	stamp_fill(map, id, 0, PAGES, 2);
	dp_page_out(create.fd);
	ok(used(1) == PAGES && !used(2) && !used(3), "what is rewritten goes there");
	stamp_fill(map, id, PAGES, PAGES, 2);
	ok_dp(dp_control(create.fd, DPAGER_CONTROL_PAGE_OUT, 0, 0, &pages), 0,
	      DPAGER_DETAIL_NONE, "without room, pages are written where they were");
	ok(used(0) == PAGES && !used(2), "and nowhere else");
	ok_dp(confine(create.fd, NULL, 0), 0, DPAGER_DETAIL_NONE, "to none");
	ok(confined_to(create.fd, NULL, 0), "it says none");
	stamp_fill(map, id, PAGES, PAGES, 3);
	dp_page_out(create.fd);
	ok(used(2) == PAGES && !used(3), "then all that are not private are used");
	ok_equal(stamp_verify(map, id, 0, PAGES, 2) + stamp_verify(map, id, PAGES, PAGES, 3), 0,
		 "every page is right");
	munmap(map, 2 * PAGES * PAGE);
	close(create.fd);
	dp_settle(pager);
}

/* Evacuation keeps to the list. */
static void evacuated(void)
{
	uint64_t list[] = { ids[0], ids[3] };
	struct dpager_object_create create;
	struct dpager_evacuate figures;
	uint64_t id, pages;
	char *map;

	ok_dp(create_on(pager, list, 2, &create), 0, DPAGER_DETAIL_NONE, "two stores");
	id = create.id;
	map = dp_map(create.fd, 2 * PAGES * PAGE);
	stamp_fill(map, id, 0, 2 * PAGES, 1);
	dp_page_out(create.fd);
	ok_dp(evacuate(stores[3], segments[3], 0, &figures), ENOSPC, DPAGER_DETAIL_NO_SPACE,
	      "the other store of the list is full");
	ok_equal(figures.moved, 0, "and nothing is moved");
	stamp_fill(map, id, 0, PAGES, 2);
	ok_errno(dp_control(create.fd, DPAGER_CONTROL_DROP, PAGES * PAGE, 0, &pages), 0,
		 "half of it is dropped");
	ok_evacuated(evacuate(stores[3], segments[3], 0, &figures), &figures, PAGES, "then");
	ok(used(0) == PAGES && !used(1) && !used(2), "pages are on the other store of the list");
	ok_equal(stamp_verify(map, id, 0, PAGES, 2), 0, "every page is right");
	munmap(map, 2 * PAGES * PAGE);
	close(create.fd);
	dp_settle(pager);
}

int main(void)
{
	int i;

	pager = dp_pager();
	open_stores();
	refused();
	goes_there();
	evacuated();
	ok_balance(pager, "at the end");
	for (i = 0; i < STORES; i++)
		ok_errno(dp_delete_wait(stores[i]), 0, "store %d is deleted", i);
	return tap_done();
}
