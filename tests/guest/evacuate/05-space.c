// SPDX-License-Identifier: GPL-2.0
/*
 * Too little room elsewhere: nothing is moved, however much is free (XNU only
 * asked for 100 pages). Room that others take meanwhile: it ends early, nothing
 * is lost, and it goes on when there is more.
 *
 * guest: timeout=240
 */
#include <errno.h>
#include <unistd.h>

#include "dp.h"
#include "evacuation.h"
#include "proc.h"
#include "tenant.h"

#define PAGES	1024UL

static int pager, store;
static struct tenant tenant;

static uint64_t add(int to, const char *path, uint64_t offset, uint64_t pages)
{
	return dp_segment_on(to, path, offset, pages * PAGE);
}

/* The store on vda, with all pages of an object of its own or of nobody's. */
static uint64_t open_scene(bool confined, uint64_t pages)
{
	uint64_t segment;

	store = dp_store(pager, 10, 0, NULL);
	segment = add(store, "/dev/vda", 0, pages);
	tenant_open(&tenant, confined ? store : pager, pages);
	return segment;
}

static void close_scene(void)
{
	tenant_close(&tenant);
	dp_settle(pager);
	ok_errno(dp_delete_wait(store), 0, "delete the store");
	close(store);
}

static void no_room(uint64_t segment, uint32_t flags, const char *what)
{
	uint64_t used = dp_segment_used(store, segment);
	struct dpager_evacuate figures;
	struct dpager_info before, after;

	dp_info(pager, &before);
	ok_dp(evacuate(store, segment, flags, &figures), ENOSPC, DPAGER_DETAIL_NO_SPACE, "%s",
	      what);
	ok_equal(figures.pages, used, "%s: pages in use", what);
	ok_equal(figures.moved, 0, "%s: none is moved", what);
	dp_info(pager, &after);
	ok_equal(after.free, before.free, "%s: as much is free", what);
	ok(after.pages_in == before.pages_in && after.pages_out == before.pages_out,
	   "%s: nothing was read or written", what);
	ok_in_use(store, segment, used, what);
}

/* --- too little from the beginning -------------------------------------- */

static void counted_first(void)
{
	uint64_t segment = open_scene(false, PAGES);
	struct dpager_evacuate figures;

	no_room(segment, 0, "no other segment");
	no_room(segment, DPAGER_EVACUATE_DRY_RUN, "no other segment, dry");
	add(store, "/dev/vdb", 0, PAGES / 2);
	no_room(segment, 0, "room for half");
	no_room(segment, DPAGER_EVACUATE_DRY_RUN, "room for half, dry");
	add(store, "/dev/vdb", 64 * MiB, PAGES / 2 - 1);
	no_room(segment, 0, "one page too little");
	no_room(segment, DPAGER_EVACUATE_DRY_RUN, "one page too little, dry");
	add(store, "/dev/vdb", 128 * MiB, 1);
	ok_dp(evacuate(store, segment, DPAGER_EVACUATE_DRY_RUN, &figures), 0, DPAGER_DETAIL_NONE,
	      "just enough, dry");
	ok_in_use(store, segment, PAGES, "just enough, dry");
	ok_evacuated(evacuate(store, segment, 0, &figures), &figures, PAGES, "just enough");
	ok_released("/dev/vda", "just enough");
	tenant_renew(&tenant, "just enough");
	close_scene();
}

/* Pages of an object confined to the store may go to no other, however empty. */
static void confined(void)
{
	uint64_t segment = open_scene(true, PAGES);
	struct dpager_evacuate figures;
	struct dpager_object_info info;
	int other = dp_store(pager, 0, 0, NULL);

	add(other, "/dev/vdb", 256 * MiB, 4 * PAGES);
	no_room(segment, 0, "confined, another store is empty");
	add(store, "/dev/vdb", 0, PAGES / 2);
	no_room(segment, 0, "confined, room for half");
	no_room(segment, DPAGER_EVACUATE_DRY_RUN, "confined, room for half, dry");
	ok_evacuated(evacuate(store, segment, DPAGER_EVACUATE_MEMORY, &figures), &figures, PAGES,
		     "the rest to memory");
	dp_object_info(tenant.object, &info);
	ok(info.paged_out <= PAGES / 2 * PAGE && info.resident + info.paged_out >= PAGES * PAGE,
	   "each page is on the small segment or in memory");
	ok_released("/dev/vda", "the rest to memory");
	tenant_renew(&tenant, "the rest to memory");
	add(store, "/dev/vda", 0, PAGES);
	tenant_renew(&tenant, "room again");
	dp_page_out(tenant.object);
	ok_equal(pages_in_memory(tenant.map, 0, PAGES), 0, "all goes out again");
	close_scene();
	ok_errno(dp_delete_wait(other), 0, "delete the other store");
	close(other);
}

/* --- room that others take ---------------------------------------------- */

#define MANY	4096UL
#define SPARE	256UL
#define TAKEN	2048UL
/* Bytes a second: time to take the room. */
#define SLOW	MiB

/* Some of these pages may stay in memory: there is not room for all. */
static int take_room(void *argument)
{
	struct tenant *taker = argument;
	uint64_t pages, wrong;
	int error;

	wrong = tenant_rewrite(taker, 0, taker->pages);
	error = dp_control(taker->object, DPAGER_CONTROL_PAGE_OUT, 0, 0, &pages);
	if (wrong || (error && error != ENOSPC))
		diag("%llu wrong, page out: errno %d", (unsigned long long)wrong, error);
	return wrong || (error && error != ENOSPC);
}

static void open_taker(struct tenant *taker)
{
	uint64_t pages;

	tenant_open(taker, store, TAKEN);
	if (dp_control(taker->object, DPAGER_CONTROL_DROP, 0, 0, &pages))
		bail("cannot drop the taker's pages");
	tenant_dropped(taker, 0, TAKEN);
}

static void ends_early(uint64_t segment, struct tenant *taker)
{
	struct evacuation *evacuation = evacuation_new(store, segment);
	const struct dpager_evacuate *figures = &evacuation->evacuate;
	pid_t pid;
	int status;

	evacuation->evacuate.rate = SLOW;
	pid = evacuation_start(evacuation);
	evacuation_await(store, segment);
	ok_equal(proc_run(take_room, taker), 0, "another object takes the room");
	if (!proc_ended(pid, 120000, &status))
		bail("the evacuation does not end");
	evacuation_settle(store);
	dp_detail = evacuation->detail;
	ok_dp(evacuation->error, ENOSPC, DPAGER_DETAIL_NO_SPACE, "no room any more");
	ok(figures->pages == MANY && figures->moved < MANY && !figures->lost,
	   "a part is left where it is");
	diag("%llu of %llu moved", (unsigned long long)figures->moved,
	     (unsigned long long)figures->pages);
	ok_usable(store, segment, "no room any more");
	ok(dp_segment_used(store, segment) <= MANY - figures->moved, "what was moved is not there");
	ok_equal(tenant_wrong(taker, 0, TAKEN), 0, "what took the room is right");
}

static void room_is_taken(void)
{
	struct dpager_evacuate figures;
	struct tenant taker;
	uint64_t segment, rest;

	segment = open_scene(false, MANY);
	add(store, "/dev/vdb", 0, MANY + SPARE);
	open_taker(&taker);
	ends_early(segment, &taker);
	tenant_renew(&tenant, "no room any more");
	dp_page_out(tenant.object);
	add(store, "/dev/vdb", 256 * MiB, MANY);
	rest = dp_segment_used(store, segment);
	ok_evacuated(evacuate(store, segment, 0, &figures), &figures, rest, "there is more room");
	ok_released("/dev/vda", "there is more room");
	tenant_renew(&tenant, "there is more room");
	tenant_renew(&taker, "what took the room");
	tenant_close(&taker);
	close_scene();
}

int main(void)
{
	pager = dp_pager();
	counted_first();
	confined();
	room_is_taken();
	return tap_done();
}
