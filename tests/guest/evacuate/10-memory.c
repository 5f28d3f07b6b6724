// SPDX-License-Identifier: GPL-2.0
/*
 * An object larger than memory: its pages cannot come back to it, so nothing is
 * moved; to another segment they go through the little memory that there is.
 *
 * guest: mem=256 timeout=400
 */
#include <errno.h>

#include "dp.h"
#include "evacuation.h"
#include "proc.h"
#include "tenant.h"

#define BYTES	GiB
/* More than all memory by so much. */
#define MORE	(32 * MiB)

static int pager, store;
static uint64_t segment;
static struct tenant tenant;

static uint64_t add(const char *path)
{
	return dp_segment_on(store, path, 0, BYTES);
}

/* Of the segment, or with 0 of its store. */
static void no_memory(uint64_t which, uint32_t flags, const char *what)
{
	uint64_t used = dp_segment_used(store, segment);
	struct dpager_evacuate figures;

	ok_dp(evacuate(store, which, DPAGER_EVACUATE_MEMORY | flags, &figures), ENOMEM,
	      DPAGER_DETAIL_NO_MEMORY, "%s", what);
	ok_equal(figures.pages, used, "%s: pages in use", what);
	ok_equal(figures.moved, 0, "%s: none is moved", what);
	ok_in_use(store, segment, used, what);
}

static void to_another_segment(void)
{
	struct dpager_evacuate figures;
	uint64_t used;

	add("/dev/vdb");
	dp_page_out(tenant.object);
	used = dp_segment_used(store, segment);
	ok_evacuated(evacuate(store, segment, DPAGER_EVACUATE_MEMORY, &figures), &figures, used,
		     "to another segment");
	ok_released("/dev/vda", "to another segment");
	tenant_renew(&tenant, "to another segment");
}

int main(void)
{
	uint64_t pages = (proc_figure("/proc/meminfo", "MemTotal") * 1024 + MORE) / PAGE;

	pager = dp_pager();
	store = dp_store(pager, -1, 0, NULL);
	segment = add("/dev/vda");
	tenant_open(&tenant, store, pages);
	no_memory(segment, DPAGER_EVACUATE_DRY_RUN, "remove it, dry");
	no_memory(segment, 0, "remove it");
	no_memory(0, DPAGER_EVACUATE_DRY_RUN, "delete its store, dry");
	no_memory(0, 0, "delete its store");
	ok_equal(tenant_wrong(&tenant, 0, pages), 0, "every page is right");
	to_another_segment();
	tenant_close(&tenant);
	dp_settle(pager);
	ok_errno(dp_delete_wait(store), 0, "delete the store");
	return tap_done();
}
