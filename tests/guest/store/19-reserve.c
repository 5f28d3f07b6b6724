// SPDX-License-Identifier: GPL-2.0
/*
 * A segment in reserve (Mach's emergency segment) is used when all else that an
 * object may use is full, whatever its store's priority; it is drained by
 * evacuating it, and goes with its store like any other.
 *
 * guest: timeout=120
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "block.h"
#include "dp.h"
#include "evacuation.h"
#include "tenant.h"

#define PAGES	64ULL
#define RESERVE	DPAGER_SEGMENT_RESERVE

/* Two normal segments; one in reserve, of the store of higher priority. */
static int pager, disk, high, low;
static uint64_t reserve, high_normal, low_normal;

static void open_stores(void)
{
	high = dp_store(pager, 100, 16 * PAGE, NULL);
	low = dp_store(pager, -1, 16 * PAGE, NULL);
	/* The reserve first: it is not the order in which they came. */
	reserve = dp_segment_reserve(high, disk, 0, PAGES * PAGE);
	low_normal = dp_segment(low, disk, MiB, PAGES * PAGE);
	high_normal = dp_segment(high, disk, 2 * MiB, PAGES * PAGE);
}

static void delete(int store, const char *what)
{
	ok_errno(dp_delete_wait(store), 0, "delete %s", what);
	close(store);
}

static void close_stores(void)
{
	dp_settle(pager);
	delete(high, "the store with a reserve");
	delete(low, "the other store");
}

static void uses_are(uint64_t of_high, uint64_t of_low, uint64_t of_reserve, const char *when)
{
	ok_equal(dp_segment_used(high, high_normal), of_high, "%s: pages of the first", when);
	ok_equal(dp_segment_used(low, low_normal), of_low, "%s: of the second", when);
	ok_equal(dp_segment_used(high, reserve), of_reserve, "%s: of the reserve", when);
}

static uint64_t drop(int object)
{
	uint64_t pages;

	errno = dp_control(object, DPAGER_CONTROL_DROP, 0, 0, &pages);
	if (errno)
		bail("cannot drop");
	return pages;
}

/* --- when it is used ---------------------------------------------------- */

/* The first pages of it, all of them new. */
static int write_out(struct dp_area *object, uint64_t count, uint64_t generation)
{
	uint64_t pages;

	stamp_fill(object->map, object->id, 0, count, generation);
	return dp_control(object->fd, DPAGER_CONTROL_PAGE_OUT, 0, 0, &pages);
}

static void right(struct dp_area *object, uint64_t count, uint64_t generation, const char *when)
{
	ok_equal(stamp_verify(object->map, object->id, 0, count, generation), 0,
		 "%s: every page is right", when);
}

static void last_of_all(void)
{
	struct dp_area object;

	open_stores();
	ok_equal(dp_segment_now(high, reserve).flags, RESERVE, "it says that it is in reserve");
	ok_equal(dp_segment_now(high, high_normal).flags, 0, "the other does not");
	dp_area_open(&object, pager, 4 * PAGES);
	ok_errno(write_out(&object, PAGES, 1), 0, "a segment's worth");
	uses_are(PAGES, 0, 0, "the higher priority");
	ok_errno(write_out(&object, 2 * PAGES, 2), 0, "two segments' worth");
	uses_are(PAGES, PAGES, 0, "all but the reserve");
	/* Only new ones: those that are rewritten may change places with it. */
	stamp_fill(object.map, object.id, 2 * PAGES, PAGES / 2, 2);
	ok_equal(dp_page_out(object.fd), PAGES / 2, "more than that");
	uses_are(PAGES, PAGES, PAGES / 2, "then the reserve");
	right(&object, 2 * PAGES + PAGES / 2, 2, "then the reserve");
	ok_dp(write_out(&object, 4 * PAGES, 4), ENOSPC, DPAGER_DETAIL_NO_SPACE, "all full");
	uses_are(PAGES, PAGES, PAGES, "all full");
	right(&object, 4 * PAGES, 4, "all full");
	ok_equal(drop(object.fd), 3 * PAGES, "drop all");
	ok_errno(write_out(&object, PAGES / 2, 5), 0, "a few");
	uses_are(PAGES / 2, 0, 0, "not any more");
	dp_area_close(&object);
	close_stores();
}

/* Its store has nothing else that is free; the other is not for this object. */
static void of_its_store(void)
{
	struct dp_area object, other;

	open_stores();
	dp_area_open(&object, high, 3 * PAGES);
	dp_area_open(&other, low, 2 * PAGES);
	ok_errno(write_out(&object, PAGES + PAGES / 2, 1), 0, "of an object confined to its store");
	uses_are(PAGES, 0, PAGES / 2, "confined to its store");
	right(&object, PAGES + PAGES / 2, 1, "confined to its store");
	ok_dp(write_out(&object, 3 * PAGES, 2), ENOSPC, DPAGER_DETAIL_NO_SPACE, "its store is full");
	uses_are(PAGES, 0, PAGES, "its store is full");
	drop(object.fd);
	ok_dp(write_out(&other, 2 * PAGES, 1), ENOSPC, DPAGER_DETAIL_NO_SPACE,
	      "of an object confined to another store");
	uses_are(0, PAGES, 0, "confined to another store");
	right(&other, 2 * PAGES, 1, "confined to another store");
	dp_area_close(&object);
	dp_area_close(&other);
	close_stores();
}

/* --- it is set and cleared ---------------------------------------------- */

static void set(int store, uint64_t id, uint32_t to_set, uint32_t to_clear, const char *what)
{
	ok_dp(dp_set_segment(store, id, to_set, to_clear), 0, DPAGER_DETAIL_NONE, "%s", what);
	ok_equal(dp_segment_now(store, id).flags, to_set, "%s: it says so", what);
}

static void set_and_cleared(void)
{
	struct dp_area object;

	open_stores();
	dp_area_open(&object, pager, 3 * PAGES);
	set(high, high_normal, RESERVE, 0, "the first in reserve");
	set(high, reserve, 0, RESERVE, "the reserve in use");
	ok_errno(write_out(&object, PAGES, 1), 0, "a segment's worth");
	uses_are(0, 0, PAGES, "what was the reserve is first");
	ok_errno(write_out(&object, 2 * PAGES + 16, 2), 0, "more than two");
	uses_are(16, PAGES, PAGES, "what was the first is last");
	right(&object, 2 * PAGES + 16, 2, "set and cleared");
	/* Pages that are on it stay there until they are written again. */
	set(low, low_normal, RESERVE, 0, "the second in reserve, in use");
	set(high, high_normal, 0, RESERVE, "the first in use again");
	uses_are(16, PAGES, PAGES, "nothing moves for that");
	right(&object, 2 * PAGES + 16, 2, "nothing moves for that");
	drop(object.fd);
	ok_errno(write_out(&object, 2 * PAGES, 3), 0, "two segments' worth");
	uses_are(PAGES, 0, PAGES, "the second is last");
	/* All of them: the priorities of their stores do not count. */
	set(high, high_normal, RESERVE, 0, "all in reserve, the first");
	set(high, reserve, RESERVE, 0, "all in reserve");
	ok_errno(write_out(&object, 3 * PAGES, 4), 0, "all in reserve, all of it");
	uses_are(PAGES, PAGES, PAGES, "all in reserve");
	right(&object, 3 * PAGES, 4, "all in reserve");
	dp_area_close(&object);
	close_stores();
}

/* With both states nothing lands there, though all else is full. */
static void draining_too(void)
{
	struct dp_area object;

	open_stores();
	dp_area_open(&object, pager, 3 * PAGES);
	set(high, reserve, RESERVE | DPAGER_SEGMENT_DRAINING, 0, "in reserve, and draining");
	ok_dp(write_out(&object, 3 * PAGES, 1), ENOSPC, DPAGER_DETAIL_NO_SPACE, "all else is full");
	uses_are(PAGES, PAGES, 0, "all else is full");
	right(&object, 3 * PAGES, 1, "all else is full");
	ok_errno(dp_set_segment(high, reserve, 0, DPAGER_SEGMENT_DRAINING), 0, "drain no more");
	ok_errno(write_out(&object, 3 * PAGES, 2), 0, "then it is used");
	uses_are(PAGES, PAGES, PAGES, "then it is used");
	right(&object, 3 * PAGES, 2, "then it is used");
	dp_area_close(&object);
	close_stores();
}

/* --- it empties, and goes ----------------------------------------------- */

/* There is room again: removed, it is drained, and can be added again. */
static void drained_back(void)
{
	struct dpager_evacuate figures;
	struct tenant tenant;
	uint64_t more;

	open_stores();
	tenant_open(&tenant, pager, 3 * PAGES);
	uses_are(PAGES, PAGES, PAGES, "all full");
	ok_dp(evacuate(high, reserve, 0, &figures), ENOSPC, DPAGER_DETAIL_NO_SPACE,
	      "no room for what is in reserve");
	ok_equal(dp_segment_now(high, reserve).flags, RESERVE, "it is in reserve still");
	more = dp_segment(low, disk, 3 * MiB, 2 * PAGES * PAGE);
	ok_evacuated(evacuate(high, reserve, DPAGER_EVACUATE_DRY_RUN, &figures), &figures, PAGES,
		     "room again, dry");
	uses_are(PAGES, PAGES, PAGES, "room again, dry");
	ok_evacuated(evacuate(high, reserve, 0, &figures), &figures, PAGES, "room again");
	ok_equal(dp_segment_used(low, more), PAGES, "what was in reserve is there");
	reserve = dp_segment_reserve(high, disk, 0, PAGES * PAGE);
	tenant_renew(&tenant, "drained back");
	dp_page_out(tenant.object);
	ok_equal(dp_segment_used(high, reserve), 0, "the new reserve is not used");
	tenant_close(&tenant);
	close_stores();
}

/* What leaves a segment that is removed, or shrinks, may use it. */
static void room_for_others(void)
{
	struct dpager_evacuate figures;
	struct tenant tenant;

	open_stores();
	tenant_open(&tenant, pager, 2 * PAGES);
	uses_are(PAGES, PAGES, 0, "normal ones are full");
	figures = (struct dpager_evacuate){ };
	ok_evacuated(dp_resize_with(high, high_normal, PAGES / 2 * PAGE, 0, &figures, NULL),
		     &figures, PAGES / 2, "the first shrinks");
	uses_are(PAGES / 2, PAGES, PAGES / 2, "the first has shrunk");
	tenant_renew(&tenant, "the first has shrunk");
	dp_page_out(tenant.object);
	ok_evacuated(evacuate(high, high_normal, 0, &figures), &figures, PAGES / 2,
		     "the first is removed");
	ok_equal(dp_segment_used(high, reserve), PAGES, "the reserve is full");
	tenant_renew(&tenant, "the first is removed");
	tenant_close(&tenant);
	close_stores();
}

static void deleted(void)
{
	struct dpager_evacuate figures;
	struct tenant tenant;
	uint64_t more;

	open_stores();
	tenant_open(&tenant, pager, 3 * PAGES);
	more = dp_segment(low, disk, 3 * MiB, 2 * PAGES * PAGE);
	ok_evacuated(evacuate(high, 0, 0, &figures), &figures, 2 * PAGES,
		     "delete the store, pages in reserve and all");
	close(high);
	ok_equal(dp_segment_used(low, more), 2 * PAGES, "they are in the other store");
	tenant_renew(&tenant, "its store is deleted");
	tenant_close(&tenant);
	dp_settle(pager);
	delete(low, "the other store");
	ok_released("/dev/vda", "both are deleted");
}

/* A new pager has nothing else. */
static void nothing_else(void)
{
	struct tenant tenant;

	high = dp_store(pager, 0, 0, NULL);
	reserve = dp_segment_reserve(high, disk, 0, PAGES * PAGE);
	tenant_open(&tenant, pager, PAGES);
	ok_equal(dp_segment_used(high, reserve), PAGES, "there is nothing else: it is used");
	tenant_renew(&tenant, "nothing else");
	tenant_close(&tenant);
	dp_settle(pager);
	delete(high, "a store of a reserve only");
}

int main(void)
{
	pager = dp_pager();
	disk = block_open("/dev/vda", O_RDWR);
	last_of_all();
	of_its_store();
	set_and_cleared();
	draining_too();
	drained_back();
	room_for_others();
	nothing_else();
	deleted();
	return tap_done();
}
