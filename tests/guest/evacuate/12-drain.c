// SPDX-License-Identifier: GPL-2.0
/*
 * SET_SEGMENT DRAINING: nothing new lands there, what is there is read and
 * leaves as it is rewritten or dropped, and its free space is nobody's; until
 * that is taken back.
 *
 * guest: timeout=120
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "dp.h"
#include "evacuation.h"
#include "proc.h"
#include "tenant.h"

#define PAGES		1024UL
#define HALF		(PAGES / 2)
#define QUARTER		(PAGES / 4)
/* More than an evacuation reads before it writes. */
#define MANY		4096UL
#define DRAINING	DPAGER_SEGMENT_DRAINING
/* Bytes a second: it would take 8 s. */
#define RATE		(2 * MiB)

static int pager, store;
static uint64_t segment, other;
static struct tenant tenant;

static uint64_t add(const char *path, uint64_t pages)
{
	return dp_segment_on(store, path, 0, pages * PAGE);
}

/* So many pages are on one segment; another, if it is to be, is empty. */
static void open_scene_of(uint64_t pages, uint64_t slots, uint64_t others)
{
	store = dp_store(pager, -1, 0, NULL);
	segment = add("/dev/vda", slots);
	tenant_open(&tenant, pager, pages);
	other = others ? add("/dev/vdb", others) : 0;
}

static void open_scene(uint64_t slots, uint64_t others)
{
	open_scene_of(PAGES, slots, others);
}

static void close_scene(void)
{
	tenant_close(&tenant);
	dp_settle(pager);
	ok_errno(dp_delete_wait(store), 0, "delete the store");
	close(store);
}

static void drain(uint32_t set, uint32_t clear, const char *what)
{
	ok_dp(dp_set_segment(store, segment, set, clear), 0, DPAGER_DETAIL_NONE, "%s", what);
}

static void ok_draining(const char *when)
{
	ok_equal(dp_segment_now(store, segment).flags, DRAINING, "%s: it drains, and no more",
		 when);
}

static uint64_t pages_out(uint64_t id)
{
	return dp_segment_now(store, id).pages_out;
}

static void rewrite(uint64_t first, uint64_t count, const char *what)
{
	ok_equal(tenant_rewrite(&tenant, first, count), 0, "%s: pages are right before", what);
	dp_page_out(tenant.object);
}

/* --- figures ------------------------------------------------------------ */

/* What is free on the one that drains counts no more, nor as a whole. */
static void ok_figures(uint64_t slots, uint64_t used, uint64_t free, const char *when)
{
	struct dpager_store_info info;
	struct dpager_info all;

	dp_store_info(store, &info);
	ok_equal(info.pages_total, slots, "%s: the store's slots", when);
	ok_equal(info.pages_free, free, "%s: of them free", when);
	ok_equal(info.pages_total - info.pages_free - info.pages_bad, used, "%s: in use", when);
	dp_info(pager, &all);
	ok_equal(all.total, slots * PAGE, "%s: the pager's bytes", when);
	ok_equal(all.free, free * PAGE, "%s: of them free", when);
}

/* --- it empties --------------------------------------------------------- */

static void nothing_new(void)
{
	uint64_t before = pages_out(segment), there = pages_out(other);
	struct tenant second;

	tenant_open(&second, store, QUARTER);
	rewrite(0, QUARTER, "while it drains");
	ok_equal(pages_out(segment), before, "nothing is written there");
	ok_equal(pages_out(other) - there, 2 * QUARTER, "all is written elsewhere");
	ok_equal(dp_segment_used(store, segment), PAGES - QUARTER, "what was rewritten left");
	ok_equal(tenant_wrong(&tenant, 0, PAGES), 0, "every page is right");
	ok_equal(tenant_wrong(&second, 0, QUARTER), 0, "those of another object, too");
	tenant_close(&second);
	dp_settle_to(pager, 1);
}

static void empties(void)
{
	uint64_t before, pages;

	open_scene(2 * PAGES, 2 * PAGES);
	ok_figures(4 * PAGES, PAGES, 3 * PAGES, "before");
	drain(DRAINING, 0, "drain");
	ok_draining("drain");
	ok_equal(dp_segment_now(store, segment).pages, 2 * PAGES, "it has as many pages");
	ok_equal(dp_segment_used(store, segment), PAGES, "all of them are there");
	ok_figures(3 * PAGES, PAGES, 2 * PAGES, "it drains");
	nothing_new();
	ok_figures(3 * PAGES - QUARTER, PAGES, 2 * PAGES - QUARTER, "some left");
	drain(DRAINING, 0, "drain what drains");
	ok_errno(dp_control(tenant.object, DPAGER_CONTROL_DROP, HALF * PAGE, QUARTER * PAGE,
			    &pages), 0, "drop some");
	tenant_dropped(&tenant, HALF, QUARTER);
	ok_equal(dp_segment_used(store, segment), HALF, "what is dropped leaves");
	rewrite(QUARTER, PAGES - QUARTER, "the rest");
	ok_equal(dp_segment_used(store, segment), 0, "it is empty");
	ok_equal(dp_segment_used(store, other), PAGES, "the other has it all");
	ok_figures(2 * PAGES, PAGES, PAGES, "it is empty");
	before = pages_out(segment);
	drain(0, DRAINING, "use it again");
	ok_usable(store, segment, "use it again");
	ok_figures(4 * PAGES, PAGES, 3 * PAGES, "used again");
	rewrite(0, PAGES, "used again");
	ok(pages_out(segment) > before, "it is written to again");
	ok_equal(tenant_wrong(&tenant, 0, PAGES), 0, "every page is right at the end");
	close_scene();
}

/* --- nothing else ------------------------------------------------------- */

/* Not even over what pages were. */
static void only_one(void)
{
	struct dpager_object_info info;
	uint64_t pages, before;

	open_scene(PAGES + HALF, 0);
	drain(DRAINING, 0, "drain the only one");
	before = pages_out(segment);
	ok_equal(tenant_rewrite(&tenant, 0, HALF), 0, "pages are right before");
	ok_dp(dp_control(tenant.object, DPAGER_CONTROL_PAGE_OUT, 0, 0, &pages), ENOSPC,
	      DPAGER_DETAIL_NO_SPACE, "nothing can be paged out");
	ok_equal(pages, 0, "nothing is");
	ok_equal(pages_out(segment), before, "nothing is written");
	dp_object_info(tenant.object, &info);
	ok(info.resident >= HALF * PAGE, "it stays in memory");
	ok_figures(dp_segment_used(store, segment), dp_segment_used(store, segment), 0,
		   "the only one drains");
	ok_equal(tenant_wrong(&tenant, 0, PAGES), 0, "every page is right");
	drain(0, DRAINING, "use it again");
	dp_page_out(tenant.object);
	ok_equal(pages_in_memory(tenant.map, 0, PAGES), 0, "then it goes out");
	ok_equal(tenant_wrong(&tenant, 0, PAGES), 0, "every page is right again");
	ok_figures(PAGES + HALF, PAGES, HALF, "used again");
	close_scene();
}

/* --- evacuations -------------------------------------------------------- */

static void evacuated_elsewhere(void)
{
	struct dpager_evacuate figures;

	open_scene(PAGES, PAGES);
	ok_errno(dp_set_segment(store, other, DRAINING, 0), 0, "the other drains");
	ok_dp(evacuate(store, segment, DPAGER_EVACUATE_DRY_RUN, &figures), ENOSPC,
	      DPAGER_DETAIL_NO_SPACE, "no room but where it drains, dry");
	ok_dp(evacuate(store, segment, 0, &figures), ENOSPC, DPAGER_DETAIL_NO_SPACE,
	      "no room but where it drains");
	ok_equal(figures.moved, 0, "none is moved");
	ok_in_use(store, segment, PAGES, "no room");
	ok_equal(dp_segment_used(store, other), 0, "none is there");
	ok_equal(dp_segment_now(store, other).flags, DRAINING, "it drains still");
	ok_errno(dp_set_segment(store, other, 0, DRAINING), 0, "the other is used");
	ok_evacuated(evacuate(store, segment, 0, &figures), &figures, PAGES, "now there is room");
	tenant_renew(&tenant, "now there is room");
	close_scene();
}

/* Calls that fail, or change nothing, leave it draining. */
static void failures(void)
{
	struct dpager_evacuate figures;
	uint64_t pages;

	open_scene(PAGES, 0);
	drain(DRAINING, 0, "drain");
	ok_dp(evacuate(store, segment, 0, &figures), ENOSPC, DPAGER_DETAIL_NO_SPACE, "no room");
	ok_draining("no room");
	ok_dp(dp_remove(store, segment, &pages), EBUSY, DPAGER_DETAIL_IN_USE, "in use");
	ok_draining("in use");
	ok_dp(dp_store_delete(store, &pages), EBUSY, DPAGER_DETAIL_IN_USE, "its store in use");
	ok_draining("its store in use");
	memset(&figures, 0, sizeof(figures));
	ok_dp(dp_resize_with(store, segment, HALF * PAGE, 0, &figures, NULL), ENOSPC,
	      DPAGER_DETAIL_NO_SPACE, "shrink");
	ok_draining("shrink");
	ok_dp(dp_resize_with(store, segment, 2 * PAGES * PAGE, 0, &figures, NULL), 0,
	      DPAGER_DETAIL_NONE, "grow");
	ok_draining("grow");
	ok_figures(PAGES, PAGES, 0, "grow");
	other = add("/dev/vdb", PAGES);
	ok_dp(evacuate(store, segment, DPAGER_EVACUATE_DRY_RUN, &figures), 0, DPAGER_DETAIL_NONE,
	      "a dry run");
	ok_draining("a dry run");
	memset(&figures, 0, sizeof(figures));
	ok_evacuated(dp_resize_with(store, segment, HALF * PAGE, 0, &figures, NULL), &figures,
		     HALF, "shrink with room");
	ok_draining("shrink with room");
	ok_equal(dp_segment_used(store, segment), HALF, "the rest is there");
	tenant_renew(&tenant, "failures");
	close_scene();
}

static void interrupted(void)
{
	struct evacuation *evacuation;
	struct dpager_evacuate figures;
	uint64_t rest;
	pid_t pid;

	open_scene_of(MANY, MANY, 2 * MANY);
	drain(DRAINING, 0, "drain");
	evacuation = evacuation_new(store, segment);
	evacuation->evacuate.rate = RATE;
	pid = evacuation_start(evacuation);
	evacuation_await(store, segment);
	ok_dp(dp_set_segment(store, segment, 0, DRAINING), EBUSY, DPAGER_DETAIL_IN_PROGRESS,
	      "use it while it is evacuated");
	ok_dp(dp_set_segment(store, segment, DPAGER_SEGMENT_RESERVE, 0), EBUSY,
	      DPAGER_DETAIL_IN_PROGRESS, "reserve it while it is evacuated");
	ok_errno(dp_set_segment(store, other, DRAINING, 0), 0, "another may be set");
	ok_errno(dp_set_segment(store, other, 0, DRAINING), 0, "and used again");
	evacuation_interrupt(evacuation, pid, "remove");
	ok_draining("interrupted");
	rest = dp_segment_used(store, segment);
	ok(rest > 0 && rest < MANY, "a part is left");
	ok_evacuated(evacuate(store, segment, 0, &figures), &figures, rest, "the rest");
	ok_released("/dev/vda", "the rest");
	tenant_renew(&tenant, "the rest");
	close_scene();
}

/* --- arguments ---------------------------------------------------------- */

static const struct {
	const char *what;
	uint32_t set, clear;
} bad_states[] = {
	{ "set evacuating", DPAGER_SEGMENT_EVACUATING, 0 },
	{ "clear evacuating", 0, DPAGER_SEGMENT_EVACUATING },
	{ "set failing", DPAGER_SEGMENT_FAILING, 0 },
	{ "clear failing", 0, DPAGER_SEGMENT_FAILING },
	{ "set discard", DPAGER_SEGMENT_DISCARD, 0 },
	{ "clear discard", 0, DPAGER_SEGMENT_DISCARD },
	{ "set file", DPAGER_SEGMENT_FILE, 0 },
	{ "clear file", 0, DPAGER_SEGMENT_FILE },
	{ "set the highest", 1U << 31, 0 },
	{ "clear the highest", 0, 1U << 31 },
	{ "a good one and a bad one", DRAINING | DPAGER_SEGMENT_FAILING, 0 },
	{ "set and clear draining", DRAINING, DRAINING },
	{ "set and clear reserve", DPAGER_SEGMENT_RESERVE, DPAGER_SEGMENT_RESERVE },
	{ "set one of the two to be cleared", DRAINING, DRAINING | DPAGER_SEGMENT_RESERVE },
};

#define BAD_STATES	(sizeof(bad_states) / sizeof(*bad_states))

static int set_bad(uint32_t flags, uint32_t reserved, uint64_t id, size_t size)
{
	struct dpager_set_segment states = {
		.flags = flags,
		.reserved = reserved,
		.set = DRAINING,
		.id = id,
	};

	return dp_call(store, DPAGER_IOC_SET_SEGMENT, &states, size);
}

static void arguments(void)
{
	const size_t size = sizeof(struct dpager_set_segment);
	unsigned int i;

	open_scene(PAGES, 0);
	for (i = 0; i < BAD_STATES; i++) {
		ok_dp(dp_set_segment(store, segment, bad_states[i].set, bad_states[i].clear),
		      EINVAL, DPAGER_DETAIL_STATE, "%s", bad_states[i].what);
		ok_usable(store, segment, bad_states[i].what);
	}
	ok_dp(set_bad(1, 0, segment, size), EINVAL, DPAGER_DETAIL_FLAGS, "a flag");
	ok_dp(set_bad(0, 1, segment, size), EINVAL, DPAGER_DETAIL_RESERVED, "a reserved field");
	ok_dp(set_bad(0, 0, segment, size - 8), EINVAL, DPAGER_DETAIL_SIZE, "without the id");
	ok_dp(set_bad(0, 0, segment + 1, size), ENOENT, DPAGER_DETAIL_ID, "no such segment");
	ok_dp(set_bad(0, 0, 0, size), ENOENT, DPAGER_DETAIL_ID, "segment 0");
	ok_equal(dp_segment_now(store, segment).flags, 0, "nothing has changed");
	ok_dp(dp_set_segment(store, segment, 0, 0), 0, DPAGER_DETAIL_NONE, "neither set nor clear");
	drain(0, DRAINING | DPAGER_SEGMENT_RESERVE, "clear what is not set");
	ok_equal(dp_segment_now(store, segment).flags, 0, "still nothing");
	close_scene();
}

static bool no_privilege(int error, const char *what)
{
	if (error == EPERM && dp_detail == DPAGER_DETAIL_PRIVILEGE)
		return true;
	diag("%s: errno %d, detail %u", what, error, dp_detail);
	return false;
}

static int unprivileged(void *unused)
{
	struct dpager_evacuate figures = { };
	bool good;

	(void)unused;
	good = no_privilege(dp_set_segment(store, segment, DRAINING, 0), "SET_SEGMENT");
	good &= no_privilege(dp_set_segment(store, segment + 1, DRAINING, 0), "no such segment");
	good &= no_privilege(dp_resize_with(store, segment, PAGE, 0, &figures, NULL),
			     "RESIZE_SEGMENT");
	good &= no_privilege(dp_resize_with(store, segment, PAGE, DPAGER_EVACUATE_DRY_RUN,
					    &figures, NULL), "RESIZE_SEGMENT, dry");
	return !good;
}

static void privilege(void)
{
	open_scene(PAGES, 0);
	ok_equal(proc_run_as(PROC_NOBODY, unprivileged, NULL), 0, "without privilege: EPERM");
	ok_equal(proc_run_userns(unprivileged, NULL), 0, "root of a user namespace: EPERM");
	ok_equal(dp_segment_now(store, segment).flags, 0, "no state was set");
	ok_equal(dp_segment_now(store, segment).pages, PAGES, "nor its end");
	close_scene();
}

static void deleted(void)
{
	struct dpager_evacuate figures = { };

	store = dp_store(pager, -1, 0, NULL);
	segment = add("/dev/vda", PAGES);
	ok_errno(dp_store_delete(store, NULL), 0, "delete the store");
	ok_dp(dp_set_segment(store, segment, DRAINING, 0), ESTALE, DPAGER_DETAIL_NONE,
	      "a state, of a store that was deleted");
	ok_dp(dp_resize_with(store, segment, PAGE, 0, &figures, NULL), ESTALE, DPAGER_DETAIL_NONE,
	      "an end, of a store that was deleted");
	close(store);
}

int main(void)
{
	pager = dp_pager();
	arguments();
	privilege();
	deleted();
	empties();
	only_one();
	evacuated_elsewhere();
	failures();
	interrupted();
	return tap_done();
}
