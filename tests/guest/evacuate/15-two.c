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

#define PART	(64 * MiB)
#define PAGES	24576UL
#define WRITERS	2

/* All of it is shared. */
static struct {
	volatile bool enough;
	volatile uint64_t accesses[WRITERS];
} *count;

static int pager, store;
static struct tenant tenant;

/* Neighbours belong to different processes. */
static int write_at_random(void *argument)
{
	uint64_t number = *(uint64_t *)argument;
	struct tenant_writer writer = {
		.number = number,
		.writers = WRITERS,
		.seed = 1500,
		.enough = &count->enough,
		.accesses = &count->accesses[number],
	};

	return tenant_write_at_random(&tenant, &writer) != 0;
}

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
	static uint64_t numbers[WRITERS] = { 0, 1 };
	struct dpager_store_info info;
	pid_t writers[WRITERS];
	uint64_t halves[2];
	unsigned int i;

	count = shared_memory(sizeof(*count));
	pager = dp_pager();
	store = dp_store(pager, -1, 0, NULL);
	halves[0] = dp_segment_on(store, "/dev/vda", 0, PART);
	halves[1] = dp_segment_on(store, "/dev/vda", PART, PART);
	tenant_open(&tenant, pager, PAGES);
	for (i = 0; i < WRITERS; i++)
		writers[i] = proc_start(write_at_random, &numbers[i]);
	for (i = 0; i < rounds(3); i++) {
		halves_go(halves, "/dev/vda", "/dev/vdb", "there");
		halves_go(halves, "/dev/vdb", "/dev/vda", "back");
	}
	count->enough = true;
	for (i = 0; i < WRITERS; i++)
		ok_equal(proc_wait(writers[i]), 0, "writer %u saw no wrong page", i);
	tenant_renew(&tenant, "at the end");
	dp_store_info(store, &info);
	ok(!info.pages_in_failed && !info.pages_out_failed, "nothing failed");
	tenant_close(&tenant);
	dp_settle(pager);
	ok_errno(dp_delete_wait(store), 0, "delete the store");
	return tap_done();
}
