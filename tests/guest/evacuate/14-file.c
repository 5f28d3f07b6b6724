// SPDX-License-Identifier: GPL-2.0
/*
 * From a file in many pieces to a disk, and back: every page is right, the file
 * is an ordinary one when it is empty, and its neighbour was not touched.
 *
 * guest: kmod=ext4 timeout=180
 */
#include <errno.h>
#include <unistd.h>

#include "dp.h"
#include "evacuation.h"
#include "tenant.h"
#include "volume.h"

#define VOLUME	"/dev/vdb"
#define DISK	"/dev/vda"

static int pager, store;

static uint64_t add_file(const struct mosaic *mosaic, uint64_t *pages)
{
	struct dpager_add_file add;

	if (!ok_dp(dp_add_file(store, mosaic->file, 0, &add), 0, DPAGER_DETAIL_NONE,
		   "add the file"))
		bail("no segment");
	*pages = add.pages;
	return add.id;
}

static uint64_t add_disk(void)
{
	return dp_segment_on(store, DISK, 0, 32 * MiB);
}

/* Some of it out, some clean in memory, some dirty there. */
static void mix(struct tenant *tenant)
{
	uint64_t part = tenant->pages / 4, pages;

	dp_page_out(tenant->object);
	dp_control(tenant->object, DPAGER_CONTROL_PAGE_IN, 0, part * PAGE, &pages);
	ok_equal(tenant_rewrite(tenant, part, part), 0, "pages are right before");
}

static void move(struct tenant *tenant, uint64_t from, const char *what)
{
	uint64_t used = dp_segment_used(store, from);
	struct dpager_evacuate figures;

	ok_evacuated(evacuate(store, from, 0, &figures), &figures, used, what);
	ok_equal(tenant_wrong(tenant, 0, tenant->pages), 0, "%s: every page is right", what);
	tenant_renew(tenant, what);
}

static void there_and_back(struct mosaic *mosaic)
{
	uint64_t file, disk, pages;
	struct tenant tenant;

	file = add_file(mosaic, &pages);
	tenant_open(&tenant, pager, pages * 7 / 8);
	disk = add_disk();
	mix(&tenant);
	move(&tenant, file, "from the file");
	ok_equal(mosaic_wrong(mosaic), 0, "the neighbour is right");
	ok(pwrite(mosaic->file, "x", 1, 0) == 1 && !fsync(mosaic->file),
	   "the file can be written");
	file = add_file(mosaic, &pages);
	mix(&tenant);
	move(&tenant, disk, "to the file");
	ok_released(DISK, "to the file");
	dp_page_out(tenant.object);
	ok_equal(dp_segment_used(store, file), tenant_stamped(&tenant), "all are on the file");
	ok_equal(tenant_wrong(&tenant, 0, tenant.pages), 0, "and right");
	tenant_close(&tenant);
	dp_settle(pager);
}

int main(void)
{
	struct mosaic mosaic;

	pager = dp_pager();
	store = dp_store(pager, -1, 0, NULL);
	volume_open(VOLUME, 4096, 16, true);
	mosaic_open(&mosaic, 4096, 24);
	ok_equal(mosaic_wrong(&mosaic), 0, "the neighbour is right before");
	there_and_back(&mosaic);
	ok_errno(volume_unmount(), EBUSY, "the volume is in use");
	ok_errno(dp_store_delete(store, NULL), 0, "delete the store, with the file");
	ok_equal(mosaic_wrong(&mosaic), 0, "the neighbour is right at the end");
	mosaic_close(&mosaic);
	ok_errno(volume_unmount(), 0, "unmount");
	return tap_done();
}
