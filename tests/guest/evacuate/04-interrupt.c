// SPDX-License-Identifier: GPL-2.0
/*
 * An evacuation that ends early (a signal, SIGKILL, its deadline) leaves a
 * working store, and the next one does the rest; while one runs, others are
 * refused.
 *
 * guest: timeout=240
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "block.h"
#include "dp.h"
#include "evacuation.h"
#include "proc.h"
#include "tenant.h"

#define PAGES	4096UL
#define BYTES	(32 * MiB)
/* Bytes a second: it would take 8 s. */
#define RATE	(2 * MiB)
#define DEADLINE	2000

/* The store on vda comes first: what is rewritten is there again. */
static int pager, store, other;
static uint64_t segment;
static struct tenant tenant;

static uint64_t add(int to, const char *path, uint64_t offset)
{
	return dp_segment_on(to, path, offset, BYTES);
}

static void open_scene(void)
{
	pager = dp_pager();
	store = dp_store(pager, 10, 0, NULL);
	segment = add(store, "/dev/vda", 0);
	tenant_open(&tenant, pager, PAGES);
	other = dp_store(pager, 0, 0, NULL);
	add(other, "/dev/vdb", 0);
}

static uint64_t used(void)
{
	struct dpager_store_info info;

	if (dp_store_info(store, &info))
		bail("the store is gone");
	return info.pages_total - info.pages_free - info.pages_bad;
}

/* It is as good as new: what is rewritten goes there again, all of it. */
static void works(const char *what)
{
	ok_usable(store, segment, what);
	tenant_renew(&tenant, what);
	dp_page_out(tenant.object);
	ok_equal(used(), PAGES, "%s: the store takes every page again", what);
}

static struct evacuation *slow(uint64_t which)
{
	struct evacuation *evacuation = evacuation_new(store, which);

	evacuation->evacuate.rate = RATE;
	return evacuation;
}

/* --- a signal ----------------------------------------------------------- */

/* What was not moved is there; but for what was on its way when it was counted. */
static void left(const struct evacuation *evacuation, uint64_t before, const char *what)
{
	ok_equal(evacuation->evacuate.pages, before, "%s: pages in use when it began", what);
	ok(used() <= before - evacuation->evacuate.moved, "%s: what was moved is not there", what);
}

static void interrupted(uint64_t which, const char *what)
{
	struct evacuation *evacuation = slow(which);
	uint64_t before = used();
	pid_t pid = evacuation_start(evacuation);

	evacuation_await(store, which);
	evacuation_interrupt(evacuation, pid, what);
	left(evacuation, before, what);
}

/* The second attempt has the rest to move. */
static void then_finished(uint64_t which, const char *what)
{
	struct dpager_evacuate figures;
	uint64_t rest = used();

	ok(rest > 0 && rest < PAGES, "%s: a part is left", what);
	ok_evacuated(evacuate(store, which, 0, &figures), &figures, rest, what);
	ok_released("/dev/vda", what);
	tenant_renew(&tenant, what);
}

/* --- SIGKILL, a deadline ------------------------------------------------ */

static void killed(uint64_t which, const char *what)
{
	struct evacuation *evacuation = slow(which);
	pid_t pid = evacuation_start(evacuation);
	int status = -1;

	evacuation_await(store, which);
	kill(pid, SIGKILL);
	if (!ok(proc_ended(pid, EVACUATION_PROMPT, &status) && status == 128 + SIGKILL,
		"%s: SIGKILL ends it", what))
		diag("status %d", status);
	evacuation_settle(store);
	ok(used() > 0 && used() < PAGES, "%s: a part was moved", what);
	works(what);
}

static void too_late(uint64_t which, const char *what)
{
	struct evacuation *evacuation = slow(which);
	uint64_t before = used();
	int status;

	evacuation->evacuate.deadline_ms = DEADLINE;
	if (!proc_ended(evacuation_start(evacuation), DEADLINE + EVACUATION_PROMPT, &status))
		bail("%s: it goes on", what);
	evacuation_settle(store);
	dp_detail = evacuation->detail;
	ok_dp(evacuation->error, ETIMEDOUT, DPAGER_DETAIL_DEADLINE, "%s", what);
	ok(evacuation->milliseconds >= DEADLINE - 50, "%s: not before", what);
	ok(evacuation->evacuate.moved < before, "%s: a part was moved at most", what);
	left(evacuation, before, what);
	works(what);
}

/* A deadline that is far enough is none. */
static void in_time(void)
{
	struct dpager_evacuate figures = { .rate = 512 * MiB, .deadline_ms = 100000 };
	uint64_t pages = used();

	ok_evacuated(dp_remove_with(store, segment, 0, &figures), &figures, pages, "in time");
	segment = add(store, "/dev/vda", 0);
	works("in time");
}

/* --- one at a time ------------------------------------------------------ */

static void refused(uint64_t which, uint32_t flags, const char *what)
{
	struct dpager_evacuate figures;

	ok_dp(evacuate(store, which, flags, &figures), EBUSY, DPAGER_DETAIL_IN_PROGRESS, "%s",
	      what);
	ok(!figures.moved && !figures.lost, "%s: it moves nothing", what);
}

static void while_removed(void)
{
	struct evacuation *evacuation = slow(segment);
	uint64_t before = used();
	pid_t pid = evacuation_start(evacuation);

	evacuation_await(store, segment);
	refused(segment, 0, "remove it a second time");
	refused(segment, DPAGER_EVACUATE_DRY_RUN, "remove it a second time, dry");
	refused(0, 0, "delete its store");
	refused(0, DPAGER_EVACUATE_MEMORY, "delete its store with memory");
	evacuation_interrupt(evacuation, pid, "the first");
	left(evacuation, before, "the first");
	works("refused while it was removed");
}

static void add_refused(void)
{
	int disk = block_open("/dev/vda", O_RDWR);
	struct dpager_store_info before, after;

	dp_store_info(store, &before);
	ok_dp(dp_add_bytes(store, disk, 4 * BYTES, BYTES, 4096, NULL), EBUSY,
	      DPAGER_DETAIL_IN_PROGRESS, "add a segment to it");
	dp_store_info(store, &after);
	ok_equal(after.segments, before.segments, "none is added");
	close(disk);
}

static void while_deleted(void)
{
	struct evacuation *evacuation = slow(0);
	uint64_t before = used();
	pid_t pid = evacuation_start(evacuation);

	evacuation_await(store, 0);
	refused(0, 0, "delete it a second time");
	refused(0, DPAGER_EVACUATE_DRY_RUN, "delete it a second time, dry");
	refused(segment, 0, "remove its segment");
	add_refused();
	evacuation_interrupt(evacuation, pid, "the deletion");
	left(evacuation, before, "the deletion");
	works("refused while it was deleted");
}

/* A second segment: the deletion fails for both, or for none. */
static void two_segments(void)
{
	uint64_t second = add(store, "/dev/vda", 2 * BYTES);

	works("two segments");
	interrupted(0, "delete two segments");
	ok_usable(store, second, "delete two segments");
	works("delete two segments");
	killed(0, "delete two segments, killed");
	ok_usable(store, second, "delete two segments, killed");
}

int main(void)
{
	open_scene();
	interrupted(segment, "remove");
	works("remove");
	killed(segment, "remove, killed");
	too_late(segment, "remove, deadline");
	in_time();
	while_removed();
	interrupted(segment, "remove again");
	then_finished(segment, "the rest of it");
	segment = add(store, "/dev/vda", 0);
	works("removed and added");
	interrupted(0, "delete");
	works("delete");
	too_late(0, "delete, deadline");
	while_deleted();
	two_segments();
	interrupted(0, "delete again");
	then_finished(0, "the rest of the store");
	tenant_close(&tenant);
	dp_settle(pager);
	ok_errno(dp_delete_wait(other), 0, "delete the other store");
	return tap_done();
}
