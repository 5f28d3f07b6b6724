// SPDX-License-Identifier: GPL-2.0
/*
 * The disk that pages go to fails: other slots or another segment take them, or
 * the call says that there is no room; nothing is lost.
 *
 * guest: timeout=240 kmod=null_blk allow="I/O error|critical medium error"
 */
#include <errno.h>
#include <unistd.h>

#include "block.h"
#include "dp.h"
#include "evacuation.h"
#include "tenant.h"

#define PAGES	1024UL
#define SLOTS	2048UL
/* So few that they all turn out to be bad before long. */
#define TIGHT	(PAGES + 64)
#define SECTORS	(PAGE / 512)
#define DEVICE	"dpbad"
/* It ends by itself long before; ms. */
#define DEADLINE	120000
#define TRIES	50

static int pager, store;
static uint64_t segment, bad_segment;
static struct tenant tenant;
static char path[64];

static uint64_t add(const char *disk_path, uint64_t pages)
{
	return dp_segment_on(store, disk_path, 0, pages * PAGE);
}

/* Pages are on vda; the other segment has so many slots. */
static void open_scene(uint64_t slots)
{
	static const struct null_setup setup = { .megabytes = 64, .memory = true };

	null_create(DEVICE, &setup, path);
	store = dp_store(pager, -1, 0, NULL);
	segment = add("/dev/vda", PAGES);
	tenant_open(&tenant, pager, PAGES);
	bad_segment = add(path, slots);
}

static void close_scene(void)
{
	tenant_close(&tenant);
	dp_settle(pager);
	ok_errno(dp_delete_wait(store), 0, "delete the store");
	close(store);
	null_remove(DEVICE);
}

static int go(struct dpager_evacuate *figures)
{
	*figures = (struct dpager_evacuate){ .deadline_ms = DEADLINE };
	return dp_remove_with(store, segment, 0, figures);
}

/* EIO may be answered while slots turn out to be bad, but not for ever. */
static void page_out(void)
{
	uint64_t pages;
	int tries;

	for (tries = 0; tries < TRIES; tries++)
		if (dp_control(tenant.object, DPAGER_CONTROL_PAGE_OUT, 0, 0, &pages) != EIO)
			break;
}

static void slots_are_bad(const char *what)
{
	struct dpager_segment_entry entry;

	if (!dp_segment_entry(store, bad_segment, &entry))
		bail("the bad segment is gone");
	ok(entry.pages_out_failed > 0, "%s: failures are counted", what);
	ok(entry.pages_bad > 0, "%s: bad slots are counted", what);
}

/* One sector of every 8th slot. */
static void some_slots(void)
{
	struct dpager_evacuate figures;
	uint64_t slot;

	open_scene(SLOTS);
	for (slot = 0; slot < PAGES; slot += 8)
		null_badblocks(DEVICE, true, slot * SECTORS + 3, slot * SECTORS + 3);
	ok_evacuated(go(&figures), &figures, PAGES, "some slots are bad");
	ok_released("/dev/vda", "some slots are bad");
	slots_are_bad("some slots are bad");
	page_out();
	ok_equal(dp_segment_used(store, bad_segment), PAGES, "the others have the pages");
	tenant_renew(&tenant, "some slots are bad");
	null_badblocks(DEVICE, false, 0, PAGES * SECTORS - 1);
	close_scene();
}

static void another_segment(void)
{
	struct dpager_evacuate figures;
	uint64_t good;

	open_scene(SLOTS);
	null_badblocks(DEVICE, true, 0, SLOTS * SECTORS - 1);
	good = add("/dev/vdb", SLOTS);
	ok_evacuated(go(&figures), &figures, PAGES, "a whole segment is bad");
	ok_released("/dev/vda", "a whole segment is bad");
	page_out();
	ok_equal(dp_segment_used(store, bad_segment), 0, "none is on the bad segment");
	ok_equal(dp_segment_used(store, good), PAGES, "the good one has them all");
	tenant_renew(&tenant, "a whole segment is bad");
	null_badblocks(DEVICE, false, 0, SLOTS * SECTORS - 1);
	close_scene();
}

static void nowhere(void)
{
	struct dpager_segment_entry entry;
	struct dpager_evacuate figures;
	uint64_t rest;

	open_scene(TIGHT);
	null_badblocks(DEVICE, true, 0, TIGHT * SECTORS - 1);
	ok_dp(go(&figures), ENOSPC, DPAGER_DETAIL_NO_SPACE, "all that there is is bad");
	ok(figures.pages == PAGES && figures.moved <= PAGES && !figures.lost,
	   "it says how many are left");
	evacuation_settle(store);
	ok_usable(store, segment, "all that there is is bad");
	ok(dp_segment_used(store, segment) <= PAGES - figures.moved, "what was moved is not there");
	slots_are_bad("all that there is is bad");
	ok(dp_segment_entry(store, bad_segment, &entry) && entry.flags & DPAGER_SEGMENT_FAILING,
	   "the segment is said to fail");
	ok_equal(tenant_wrong(&tenant, 0, PAGES), 0, "every page is right");
	add("/dev/vdb", SLOTS);
	rest = dp_segment_used(store, segment);
	ok_evacuated(go(&figures), &figures, rest, "there is a good one now");
	tenant_renew(&tenant, "there is a good one now");
	null_badblocks(DEVICE, false, 0, TIGHT * SECTORS - 1);
	close_scene();
}

int main(void)
{
	pager = dp_pager();
	some_slots();
	another_segment();
	nowhere();
	return tap_done();
}
