// SPDX-License-Identifier: GPL-2.0
/*
 * Two segments, over which pages are striped cluster by cluster, are removed at
 * once, by two processes, while two others verify and rewrite pages at random: both
 * become empty, and neither call ends since the other one has a page.
 *
 * guest: timeout=240
 */
#include "dp.h"
#include "evacuation.h"
#include "proc.h"
#include "rounds.h"
#include "tenant.h"
#include "writers.h"

#define PART	(64 * MiB)
#define PAGES	24576UL

static int pager, store;
static struct tenant tenant;

static void two_go(const uint64_t *segments, const char *when)
{
	struct evacuation *evacuations[2];
	struct dpager_evacuate *figures;
	pid_t movers[2];
	int i;

	for (i = 0; i < 2; i++) {
		ok(dp_segment_used(store, segments[i]), "%s: number %d has pages", when, i);
		evacuations[i] = evacuation_new(store, segments[i]);
	}
	for (i = 0; i < 2; i++)
		movers[i] = evacuation_start(evacuations[i]);
	for (i = 0; i < 2; i++) {
		proc_wait(movers[i]);
		figures = &evacuations[i]->evacuate;
		ok_equal(evacuations[i]->error, 0, "%s: number %d goes (detail %u)", when, i,
			 evacuations[i]->detail);
		ok(!evacuations[i]->error && !figures->lost, "%s: number %d lost nothing", when,
		   i);
		diag("%llu of %llu pages in %d ms", (unsigned long long)figures->moved,
		     (unsigned long long)figures->pages, evacuations[i]->milliseconds);
	}
}

/* Both halves of one disk go, while there is room on the other. */
static void halves_go(uint64_t *halves, const char *path, const char *other, const char *when)
{
	uint64_t next[2];

	next[0] = dp_segment_on(store, other, 0, PART);
	next[1] = dp_segment_on(store, other, PART, PART);
	two_go(halves, when);
	ok_released(path, when);
	halves[0] = next[0];
	halves[1] = next[1];
	/* So that there is something to read, whatever the writers did. */
	dp_page_out(tenant.object);
}

int main(void)
{
	struct dpager_store_info info;
	struct writers *writers;
	uint64_t halves[2];
	unsigned int i;

	pager = dp_pager();
	store = dp_store(pager, -1, 0, NULL);
	halves[0] = dp_segment_on(store, "/dev/vda", 0, PART);
	halves[1] = dp_segment_on(store, "/dev/vda", PART, PART);
	tenant_open(&tenant, pager, PAGES);
	writers = writers_start(&tenant, 1500);
	for (i = 0; i < rounds(3); i++) {
		halves_go(halves, "/dev/vda", "/dev/vdb", "there");
		halves_go(halves, "/dev/vdb", "/dev/vda", "back");
	}
	writers_stop(writers);
	tenant_renew(&tenant, "at the end");
	dp_store_info(store, &info);
	ok(!info.pages_in_failed && !info.pages_out_failed, "nothing failed");
	tenant_close(&tenant);
	dp_settle(pager);
	ok_errno(dp_delete_wait(store), 0, "delete the store");
	return tap_done();
}
