// SPDX-License-Identifier: GPL-2.0
/*
 * REMOVE_SEGMENT moves pages to the other segment, whether they are out, in
 * memory, dirty, or became zeros; a dry run says so and moves nothing; then the
 * disk is free.
 *
 * guest: timeout=120
 */
#include <errno.h>

#include "dp.h"
#include "evacuation.h"
#include "tenant.h"

#define PAGES	2048UL
#define PART	(PAGES / 8)
#define BYTES	(16 * MiB)

static const char *const disks[] = { "/dev/vda", "/dev/vdb" };

static int pager, store;
static struct tenant tenant;

static void control(uint32_t operation, uint64_t first, uint64_t count)
{
	uint64_t pages;

	errno = dp_control(tenant.object, operation, first * PAGE, count * PAGE, &pages);
	if (errno)
		bail("control %u", operation);
}

static void nothing(void)
{
}

static void half_clean(void)
{
	control(DPAGER_CONTROL_PAGE_IN, 0, PAGES / 2);
}

static void all_clean(void)
{
	control(DPAGER_CONTROL_PAGE_IN, 0, PAGES);
}

static void rewrite(uint64_t first, uint64_t count)
{
	ok_equal(tenant_rewrite(&tenant, first, count), 0, "pages are right before");
}

static void half_dirty(void)
{
	rewrite(PAGES / 4, PAGES / 2);
}

/* Every second page: neighbours in one cluster differ. */
static void each_second_dirty(void)
{
	uint64_t page, wrong = 0;

	for (page = 0; page < PAGES; page += 2)
		wrong += tenant_rewrite(&tenant, page, 1);
	ok_equal(wrong, 0, "pages are right before");
}

/* Their slots hold what they were. */
static void half_zeros(void)
{
	tenant_zero(&tenant, PAGES / 2, PAGES / 2);
}

static void of_each(void)
{
	rewrite(0, PART);
	tenant_zero(&tenant, PART, PART);
	control(DPAGER_CONTROL_DROP, 2 * PART, PART);
	tenant_dropped(&tenant, 2 * PART, PART);
	control(DPAGER_CONTROL_PAGE_IN, 3 * PART, PART);
	/* Zeros that take no slot, in memory, beside what is out. */
	tenant_zero(&tenant, 4 * PART, PART);
	control(DPAGER_CONTROL_PAGE_OUT, 4 * PART, PART);
	ok_equal(tenant_wrong(&tenant, 4 * PART, PART / 2), 0, "zeros are right before");
}

static const struct {
	const char *name;
	void (*prepare)(void);
} states[] = {
	{ "paged out", nothing },
	{ "half in memory", half_clean },
	{ "all in memory", all_clean },
	{ "half dirty", half_dirty },
	{ "each second dirty", each_second_dirty },
	{ "half became zeros", half_zeros },
	{ "some of each", of_each },
};

#define STATES	(sizeof(states) / sizeof(*states))

static uint64_t add(const char *path)
{
	return dp_segment_on(store, path, 0, BYTES);
}

static void dry_run(uint64_t from, uint64_t to, uint64_t used, const char *what)
{
	uint64_t there = dp_segment_used(store, to);
	struct dpager_evacuate figures;

	ok_dp(evacuate(store, from, DPAGER_EVACUATE_DRY_RUN, &figures), 0, DPAGER_DETAIL_NONE,
	      "%s: a dry run", what);
	ok_equal(figures.pages, used, "%s: it says how many pages", what);
	ok_equal(figures.moved, used, "%s: it says that all would be moved", what);
	ok_in_use(store, from, used, what);
	ok_equal(dp_segment_used(store, to), there, "%s: the other has no more", what);
}

/* What is left is the other segment, with all that is not zeros. */
static void moved_to(uint64_t to, uint64_t from, const char *what)
{
	struct dpager_object_info object;
	struct dpager_store_info info;
	struct dpager_evacuate figures;
	uint64_t stamped = tenant_stamped(&tenant);

	dp_store_info(store, &info);
	ok(info.segments == 1 && info.pages_total == BYTES / PAGE, "%s: one segment is left", what);
	ok(!info.pages_in_failed && !info.pages_out_failed && !info.pages_bad,
	   "%s: nothing failed", what);
	ok_equal(tenant_wrong(&tenant, 0, PAGES), 0, "%s: every page is right", what);
	dp_page_out(tenant.object);
	ok_equal(dp_segment_used(store, to), stamped, "%s: the other has them all", what);
	dp_object_info(tenant.object, &object);
	ok_equal(object.paged_out, stamped * PAGE, "%s: pages paged out", what);
	ok_dp(evacuate(store, from, 0, &figures), ENOENT, DPAGER_DETAIL_ID, "%s: remove it again",
	      what);
}

/* All is on @from, and goes to the other disk, whose segment is the answer. */
static uint64_t move(uint64_t from, const char *path, const char *other, unsigned int state)
{
	const char *what = states[state].name;
	struct dpager_evacuate figures;
	uint64_t to, used;

	states[state].prepare();
	to = add(other);
	used = dp_segment_used(store, from);
	dry_run(from, to, used, what);
	ok_evacuated(evacuate(store, from, 0, &figures), &figures, used, what);
	ok_released(path, what);
	moved_to(to, from, what);
	tenant_renew(&tenant, what);
	dp_page_out(tenant.object);
	return to;
}

static void empty(uint64_t from)
{
	struct dpager_evacuate figures;

	ok_evacuated(evacuate(store, from, DPAGER_EVACUATE_DRY_RUN | DPAGER_EVACUATE_NOTHING,
			      &figures), &figures, 0, "dry run of an empty segment");
	ok_in_use(store, from, 0, "dry run of an empty segment");
	ok_evacuated(evacuate(store, from, 0, &figures), &figures, 0, "an empty segment");
}

int main(void)
{
	uint64_t segment;
	unsigned int i;

	pager = dp_pager();
	store = dp_store(pager, -1, 0, NULL);
	segment = add(disks[0]);
	tenant_open(&tenant, pager, PAGES);
	for (i = 0; i < STATES; i++)
		segment = move(segment, disks[i % 2], disks[(i + 1) % 2], i);
	tenant_close(&tenant);
	dp_settle(pager);
	empty(segment);
	ok_errno(dp_store_delete(store, NULL), 0, "delete the store");
	return tap_done();
}
