// SPDX-License-Identifier: GPL-2.0
/*
 * A segment shrinks and grows while two processes verify and rewrite pages at
 * random; a signal ends it in the middle, and it goes on; other calls have to
 * wait.
 *
 * guest: timeout=300 kmod=null_blk
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "block.h"
#include "dp.h"
#include "evacuation.h"
#include "proc.h"
#include "rounds.h"
#include "tenant.h"
#include "writers.h"

#define PAGES	8192UL
#define HALF	(PAGES / 2)
/* Bytes a second: it takes 2 s or more. */
#define RATE	(8 * MiB)
/* It would take 8 s. */
#define SLOW	(2 * MiB)
/* Pages moved before it is looked at. */
#define SOME	256UL
/*
 * Pages that have two slots: what is just being copied, at that rate two clusters
 * at a time, and what a writer is giving another.
 */
#define UNDER_WAY	96UL

static int pager, store;
static uint64_t segment;
static struct tenant tenant;

static uint64_t add(int to, const char *path, uint64_t pages)
{
	return dp_segment_on(to, path, 0, pages * PAGE);
}

static void open_scene(uint64_t slots)
{
	store = dp_store(pager, 10, 0, NULL);
	segment = add(store, "/dev/vda", slots);
	tenant_open(&tenant, pager, PAGES);
}

static void close_scene(void)
{
	tenant_close(&tenant);
	dp_settle(pager);
	ok_errno(dp_delete_wait(store), 0, "delete the store");
	close(store);
}

/* --- while it is used --------------------------------------------------- */

static void to(const struct writers *writers, uint64_t slots, const char *what)
{
	struct dpager_evacuate figures = { .rate = RATE };
	uint64_t before = writers->accesses[0] + writers->accesses[1], pages;

	dp_control(tenant.object, DPAGER_CONTROL_PAGE_OUT, 0, 0, &pages);
	ok_dp(dp_resize_with(store, segment, slots * PAGE, 0, &figures, &pages), 0,
	      DPAGER_DETAIL_NONE, "%s", what);
	ok(pages == slots && figures.moved == figures.pages && !figures.lost, "%s: all of it",
	   what);
	ok_equal(dp_segment_now(store, segment).pages, slots, "%s: its pages", what);
	ok(writers->accesses[0] + writers->accesses[1] > before, "%s: the writers went on", what);
	diag("%s: %llu pages moved", what, (unsigned long long)figures.moved);
}

/* There is another store, of lower priority: what is rewritten comes back. */
static void used_meanwhile(void)
{
	struct writers *writers;
	int other = dp_store(pager, -1, 0, NULL);
	struct dpager_store_info info;
	unsigned int i;

	open_scene(2 * PAGES);
	add(other, "/dev/vdb", 2 * PAGES);
	writers = writers_start(&tenant, 900);
	for (i = 0; i < rounds(2); i++) {
		to(writers, HALF, "down");
		to(writers, 2 * PAGES, "up");
		to(writers, 100, "almost to nothing");
		to(writers, HALF + 1, "a little up");
		to(writers, 2 * PAGES, "up again");
	}
	writers_stop(writers);
	dp_store_info(store, &info);
	ok(!info.pages_in_failed && !info.pages_out_failed && !info.pages_bad, "nothing failed");
	tenant_renew(&tenant, "at the end");
	close_scene();
	ok_errno(dp_delete_wait(other), 0, "delete the other store");
	close(other);
}

/* --- a signal ----------------------------------------------------------- */

static struct evacuation *slow(uint64_t slots)
{
	struct evacuation *evacuation = evacuation_new(store, segment);

	evacuation->bytes = slots * PAGE;
	evacuation->evacuate.rate = SLOW;
	return evacuation;
}

static pid_t start(struct evacuation *evacuation)
{
	uint64_t before = evacuation_pages_out(store);
	pid_t pid = evacuation_start(evacuation);

	evacuation_await_resize(store, segment, before + SOME);
	return pid;
}

static void ok_about(uint64_t used, uint64_t want, const char *what)
{
	if (!ok(used >= want && used <= want + UNDER_WAY, "meanwhile: %s in use", what))
		diag("%llu, wanted %llu or a few more", (unsigned long long)used,
		     (unsigned long long)want);
}

/* Free slots behind the new end are nobody's meanwhile, and not in use. */
static void ok_figures_meanwhile(uint64_t used)
{
	struct dpager_store_info info;
	struct dpager_info all;

	dp_store_info(store, &info);
	dp_info(pager, &all);
	ok_about(dp_segment_used(store, segment), used, "the segment's pages");
	ok_about(info.pages_total - info.pages_free, used, "the store's");
	ok_about((all.total - all.free) / PAGE, used, "the pager's");
}

/* While it is at it, others are refused. */
static void refused_meanwhile(void)
{
	struct dpager_evacuate figures = { };

	ok_dp(dp_resize_with(store, segment, HALF / 2 * PAGE, 0, &figures, NULL), EBUSY,
	      DPAGER_DETAIL_IN_PROGRESS, "shrink it more meanwhile");
	ok_dp(dp_resize_with(store, segment, 4 * PAGES * PAGE, 0, &figures, NULL), EBUSY,
	      DPAGER_DETAIL_IN_PROGRESS, "grow it meanwhile");
	ok_dp(dp_set_segment(store, segment, DPAGER_SEGMENT_DRAINING, 0), EBUSY,
	      DPAGER_DETAIL_IN_PROGRESS, "drain it meanwhile");
	ok_dp(evacuate(store, segment, 0, &figures), EBUSY, DPAGER_DETAIL_IN_PROGRESS,
	      "remove it meanwhile");
	ok_dp(evacuate(store, 0, DPAGER_EVACUATE_MEMORY, &figures), EBUSY,
	      DPAGER_DETAIL_IN_PROGRESS, "delete its store meanwhile");
}

static void interrupted(void)
{
	struct evacuation *evacuation;
	struct dpager_evacuate figures = { };
	uint64_t rest;
	pid_t pid;

	open_scene(PAGES);
	tenant_drop(&tenant, 0, HALF);
	evacuation = slow(HALF);
	pid = start(evacuation);
	ok_figures_meanwhile(HALF);
	refused_meanwhile();
	evacuation_interrupt(evacuation, pid, "shrink");
	ok_equal(evacuation->evacuate.pages, HALF, "interrupted: pages that were behind the end");
	ok_in_use(store, segment, HALF, "interrupted");
	ok_equal(dp_segment_now(store, segment).pages, PAGES, "interrupted: it is as long as before");
	ok_equal(dp_segment_now(store, segment).pages_free, HALF, "interrupted: all of it is used");
	ok_errno(dp_resize_with(store, segment, HALF * PAGE, DPAGER_EVACUATE_DRY_RUN, &figures,
				NULL), 0, "the rest, dry");
	rest = figures.pages;
	ok(rest > 0 && rest <= HALF - evacuation->evacuate.moved, "a part is left");
	ok_evacuated(dp_resize_with(store, segment, HALF * PAGE, 0, &figures, NULL), &figures,
		     rest, "the rest");
	ok_equal(dp_segment_now(store, segment).pages, HALF, "the rest: it is shorter");
	tenant_renew(&tenant, "the rest");
	close_scene();
}

/* Interrupted, all slots are in use again. */
static void interrupted_and_used(void)
{
	struct evacuation *evacuation;
	uint64_t wrong;
	pid_t pid;

	open_scene(PAGES);
	tenant_drop(&tenant, 0, HALF);
	evacuation = slow(HALF);
	pid = start(evacuation);
	evacuation_interrupt(evacuation, pid, "shrink, to be used again");
	wrong = tenant_rewrite(&tenant, 0, PAGES);
	ok_equal(wrong, 0, "used again: every page is right");
	dp_page_out(tenant.object);
	ok_equal(dp_segment_used(store, segment), PAGES, "used again: every slot");
	ok_equal(tenant_wrong(&tenant, 0, PAGES), 0, "used again: every page is right then");
	close_scene();
}

/* --- a big one ---------------------------------------------------------- */

#define BIG_MB		(8UL << 20)
/* kB; its slots would take 512 MiB and more. */
#define BIG_MEMORY	(64 * 1024)

/* The least that was available while it ran, in kB. */
static long long least_available(pid_t pid)
{
	long long least, now;
	int status;

	least = proc_figure("/proc/meminfo", "MemAvailable");
	while (!proc_ended(pid, 50, &status)) {
		now = proc_figure("/proc/meminfo", "MemAvailable");
		least = now < least ? now : least;
	}
	return least;
}

/* What will never be used takes no memory while a huge segment shrinks to little. */
static void big(void)
{
	static const struct null_setup setup = { .megabytes = BIG_MB, .memory = true };
	struct dpager_evacuate figures = { };
	long long before, least;
	struct evacuation *evacuation;
	char path[64];
	int device;

	null_create("dpbig", &setup, path);
	device = block_open(path, O_RDWR);
	store = dp_store(pager, -1, 0, NULL);
	segment = dp_segment(store, device, 0, BIG_MB * MiB);
	close(device);
	tenant_open(&tenant, pager, PAGES);
	tenant_drop(&tenant, 0, HALF);
	evacuation = slow(HALF);
	before = proc_figure("/proc/meminfo", "MemAvailable");
	least = least_available(start(evacuation));
	ok_errno(evacuation->error, 0, "a huge segment shrinks");
	ok_equal(dp_segment_now(store, segment).pages, HALF, "it has shrunk");
	if (!ok(before - least < BIG_MEMORY, "it takes little memory meanwhile"))
		diag("available: %lld kB before, %lld kB at least", before, least);
	ok_errno(dp_resize_with(store, segment, 0, 0, &figures, NULL), 0, "and back");
	ok_equal(dp_segment_now(store, segment).pages, BIG_MB * MiB / PAGE, "it is huge again");
	tenant_renew(&tenant, "huge again");
	close_scene();
	null_remove("dpbig");
}

int main(void)
{
	pager = dp_pager();
	used_meanwhile();
	interrupted();
	interrupted_and_used();
	big();
	return tap_done();
}
