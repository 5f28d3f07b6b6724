// SPDX-License-Identifier: GPL-2.0
/* More native calls: a segment's state and size, quotas, an object's stores, triggers, check. */
#include <stdlib.h>

#include "kern.h"

#define PAGES	256UL

static int pager, store, disk;
static uint64_t store_id, segment;

static bool fails(int ret, int error, uint32_t detail)
{
	if (ret == -1 && errno == error && dpager_detail() == detail)
		return true;
	diag("got %d (%s, %s)", ret, strerror(errno), dpager_explain(dpager_detail()));
	return false;
}

static uint32_t state(void)
{
	struct dpager_segment_entry *entries;
	uint32_t flags = ~0U;
	size_t count;

	if (!dpager_segments(store, &entries, &count)) {
		flags = count == 1 ? entries[0].flags : ~0U;
		free(entries);
	}
	return flags;
}

static void states(void)
{
	ok(!dpager_set_segment(store, segment, DPAGER_SEGMENT_DRAINING, 0), "drain it");
	ok_equal(state() & DPAGER_SEGMENT_DRAINING, DPAGER_SEGMENT_DRAINING, "it drains");
	ok(!dpager_set_segment(store, segment, 0, DPAGER_SEGMENT_DRAINING), "no more");
	ok_equal(state() & DPAGER_SEGMENT_DRAINING, 0, "it does not");
	ok(fails(dpager_set_segment(store, segment, DPAGER_SEGMENT_FAILING, 0), EINVAL,
		 DPAGER_DETAIL_STATE), "a state that cannot be set");
	ok(fails(dpager_set_segment(store, segment + 1, DPAGER_SEGMENT_DRAINING, 0), ENOENT,
		 DPAGER_DETAIL_ID), "no such segment");
}

static void sizes(void)
{
	uint64_t pages = 0;

	ok(!dpager_resize_segment(store, segment, 2 * PAGES * PAGE, 0, &pages, NULL) &&
	   pages == 2 * PAGES, "grow it");
	ok(!dpager_resize_segment(store, segment, PAGES * PAGE, 0, &pages, NULL) &&
	   pages == PAGES, "shrink it");
	ok(fails(dpager_resize_segment(store, segment, 1, 0, &pages, NULL), ENOSPC,
		 DPAGER_DETAIL_TOO_SMALL), "to less than a page");
	ok(fails(dpager_resize_segment(store, segment, 1ULL << 40, 0, &pages, NULL), ENXIO,
		 DPAGER_DETAIL_BEYOND_END), "to more than the device");
	ok_equal(pages, PAGES, "it is as it was");
}

static void quotas(void)
{
	struct dpager_quota *entries;
	uint64_t used = 77;
	size_t count;

	ok(!dpager_quota(store, 1000, 16 * PAGE, &used) && !used, "limit a user");
	ok(!dpager_quota(store, 1001, DPAGER_QUOTA_UNLIMITED, NULL), "do not limit another");
	ok(!dpager_quotas(store, &entries, &count) && count == 1 && entries[0].uid == 1000 &&
	   entries[0].bytes == 16 * PAGE, "the list has who is limited");
	free(entries);
	ok(!dpager_quota(store, 1000, DPAGER_QUOTA_UNLIMITED, NULL), "no limit again");
}

static void confined(void)
{
	struct dpager_object_create create = { .bytes = PAGES * PAGE, .nr_stores = 1 };
	uint64_t none = store_id + 1000;
	struct dpager_store_entry *entries;
	size_t count;
	int object;

	create.stores = (uintptr_t)&store_id;
	object = dpager_object_create_with(pager, &create);
	ok(object >= 0, "an object confined to a store by its id");
	ok(!dpager_object_stores(object, NULL, 0), "all stores from now on");
	ok(!dpager_object_confined(object, &entries, &count) && !count, "which is no list");
	free(entries);
	ok(!dpager_object_stores(object, &store_id, 1), "one again");
	ok(!dpager_object_confined(object, &entries, &count) && count == 1 &&
	   entries[0].id == store_id, "which is listed");
	free(entries);
	ok(fails(dpager_object_stores(object, &none, 1), ENOENT, DPAGER_DETAIL_ID), "no such store");
	close(object);
	dp_settle(pager);
}

static void triggers(void)
{
	struct dpager_event event;

	ok(fails(dpager_triggers(pager, 2, 1, -1, 0), EINVAL, DPAGER_DETAIL_LEVEL),
	   "the upper level below the lower one");
	ok(!dpager_triggers(pager, 1ULL << 60, 0, -1, DPAGER_TRIGGER_ONCE), "more than there is");
	ok(!dpager_event(pager, &event) && event.kind == DPAGER_EVENT_LOW && event.sequence == 1 &&
	   event.total == PAGES * PAGE, "its event comes at once");
}

static void checked(void)
{
	int object = dpager_object_create(store, PAGES * PAGE, 0, NULL), tries = 0, ret;
	struct dpager_check check;

	kern_page_out(object, 16);
	do {
		ret = dpager_check(pager, &check);
	} while (ret && errno == EAGAIN && ++tries < 100 && !usleep(10000));
	ok(!ret && check.slots_used == 16 && check.slots_set == 16 && check.slots_mapped == 16 &&
	   check.objects == 1, "the books balance");
	close(object);
	dp_settle(pager);
}

int main(void)
{
	struct dpager_store_create create = { .priority = -1 };

	pager = dpager_open(O_RDWR);
	disk = block_open("/dev/vda", O_RDWR);
	store = dpager_store_create(pager, &create);
	store_id = create.id;
	if (dpager_add_segment(store, disk, 0, PAGES, 4096, 0, &segment, NULL))
		bail("no segment");
	states();
	sizes();
	quotas();
	confined();
	triggers();
	checked();
	ok_errno(dp_delete_wait(store), 0, "the store can be deleted at the end");
	return tap_done();
}
