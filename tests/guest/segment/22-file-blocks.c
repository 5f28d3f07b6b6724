// SPDX-License-Identifier: GPL-2.0
/*
 * Blocks smaller than a page: pages whose blocks do not lie in a row are left
 * out, and nothing is written where they are.
 *
 * guest: kmod=ext4 timeout=120
 */
#include <errno.h>
#include <unistd.h>

#include "block.h"
#include "dp.h"
#include "tenant.h"
#include "volume.h"

#define DISK	"/dev/vdb"

static int pager, store;

static void use(uint64_t pages)
{
	struct tenant tenant;
	unsigned int i;

	tenant_open(&tenant, store, pages);
	for (i = 0; i < 3; i++) {
		tenant_renew(&tenant, "in use");
		ok_equal(dp_page_out(tenant.object), 0, "all were written");
	}
	tenant_close(&tenant);
	dp_settle(pager);
}

static void pieces(unsigned int block, unsigned int most)
{
	struct dpager_add_file add;
	struct layout layout;
	struct mosaic mosaic;

	volume_open(DISK, block, 16, true);
	mosaic_open(&mosaic, block, most);
	volume_layout(mosaic.file, mosaic.bytes, &layout);
	diag("blocks of %u, pieces of 1 to %u: %llu of %llu pages, %llu extents", block, most,
	     (unsigned long long)layout.pages, (unsigned long long)mosaic.bytes / PAGE,
	     (unsigned long long)layout.extents);
	ok(layout.pages && layout.pages < mosaic.bytes / PAGE, "blocks of %u: some are left out",
	   block);
	ok_dp(dp_add_file(store, mosaic.file, 0, &add), 0, DPAGER_DETAIL_NONE,
	      "blocks of %u: add the file", block);
	ok_equal(add.pages, layout.pages, "blocks of %u: pages", block);
	use(add.pages);
	ok_dp(dp_remove(store, add.id, NULL), 0, DPAGER_DETAIL_NONE, "blocks of %u: remove it",
	      block);
	ok_equal(mosaic_wrong(&mosaic), 0, "blocks of %u: the neighbour is right", block);
	mosaic_close(&mosaic);
	ok_errno(volume_unmount(), 0, "unmount");
}

/* Of a page that is left out every block stays as it was. */
static void left_out(void)
{
	struct dpager_add_file add;
	struct mosaic mosaic;
	struct layout layout;

	volume_open(DISK, 1024, 16, true);
	mosaic_open(&mosaic, 1024, 1);
	volume_layout(mosaic.file, mosaic.bytes, &layout);
	if (layout.pages) {
		diag("%llu pages in a row", (unsigned long long)layout.pages);
		ok_dp(dp_add_file(store, mosaic.file, 0, &add), 0, DPAGER_DETAIL_NONE,
		      "hardly a page lies in a row");
		ok_equal(add.pages, layout.pages, "those are used");
		ok_dp(dp_remove(store, add.id, NULL), 0, DPAGER_DETAIL_NONE, "remove it");
	} else {
		ok_dp(dp_add_file(store, mosaic.file, 0, &add), ENOSPC, DPAGER_DETAIL_TOO_SMALL,
		      "no page lies in a row");
	}
	mosaic_close(&mosaic);
	ok_errno(volume_unmount(), 0, "unmount");
}

int main(void)
{
	pager = dp_pager();
	store = dp_store(pager, -1, 0, NULL);
	pieces(1024, 64);
	pieces(2048, 16);
	left_out();
	ok_errno(dp_store_delete(store, NULL), 0, "delete the store");
	return tap_done();
}
