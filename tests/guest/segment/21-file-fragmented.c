// SPDX-License-Identifier: GPL-2.0
/*
 * A file in thousands of pieces, whose neighbour has what is between them:
 * pages written in order and at random, over and over, in larger folios and
 * one by one, come back as they were; and nothing of the neighbour is touched.
 *
 * guest: kmod=ext4 timeout=300
 */
#include <sys/mman.h>
#include <unistd.h>

#include "block.h"
#include "dp.h"
#include "rounds.h"
#include "tenant.h"
#include "volume.h"

#define DISK	"/dev/vdb"
#define VOLUME	12

static int pager, store;

static void page_out(const struct tenant *tenant)
{
	dp_page_out(tenant->object);
	ok_equal(pages_in_memory(tenant->map, 0, tenant->pages), 0, "all pages are out");
}

/* Reading in order brings larger folios in, where slots lie in a row. */
static void in_order(struct tenant *tenant)
{
	uint64_t wrong = 0, pages;
	unsigned int i;

	for (i = 0; i < rounds(3); i++) {
		wrong += tenant_rewrite(tenant, 0, tenant->pages);
		page_out(tenant);
		wrong += tenant_wrong(tenant, 0, tenant->pages);
		dp_control(tenant->object, DPAGER_CONTROL_PAGE_OUT, 0, 0, &pages);
		dp_control(tenant->object, DPAGER_CONTROL_PAGE_IN, 0, 0, &pages);
		wrong += tenant_wrong(tenant, 0, tenant->pages);
	}
	ok_equal(wrong, 0, "pages that were wrong, in order");
}

/* Old slots and new ones in one folio, and holes in it. */
static void at_random(struct tenant *tenant)
{
	uint64_t seed = 7, wrong = 0, page;
	unsigned int i, j;

	for (i = 0; i < rounds(3); i++) {
		for (j = 0; j < tenant->pages / 3; j++) {
			page = random_next(&seed) % tenant->pages;
			if (seed & 7)
				wrong += tenant_rewrite(tenant, page, 1);
			else
				tenant_zero(tenant, page, 1);
		}
		dp_page_out(tenant->object);
		for (j = 0; j < tenant->pages / 3; j++)
			wrong += tenant_wrong(tenant, random_next(&seed) % tenant->pages, 1);
	}
	wrong += tenant_wrong(tenant, 0, tenant->pages);
	ok_equal(wrong, 0, "pages that were wrong, at random");
}

/* The slots that the other leaves, with no two pages that were next to each other. */
static void crossed(uint64_t pages)
{
	struct tenant a, b;
	uint64_t page, wrong = 0;

	tenant_open(&a, store, pages / 2);
	tenant_open(&b, store, pages / 2 - 64);
	for (page = 0; page < pages / 2; page += 3) {
		dp_control(a.object, DPAGER_CONTROL_DROP, page * PAGE, PAGE, NULL);
		tenant_dropped(&a, page, 1);
	}
	wrong += tenant_rewrite(&b, 0, b.pages);
	page_out(&b);
	wrong += tenant_rewrite(&a, 0, a.pages);
	page_out(&a);
	ok_equal(wrong + tenant_wrong(&b, 0, b.pages) + tenant_wrong(&a, 0, a.pages), 0,
		 "pages of two objects that were wrong");
	tenant_close(&a);
	tenant_close(&b);
	dp_settle(pager);
}

/* Not a slot is left. */
static void whole(uint64_t pages)
{
	struct dpager_store_info info;
	struct tenant tenant;

	tenant_open(&tenant, store, pages);
	in_order(&tenant);
	at_random(&tenant);
	ok_equal(tenant_rewrite(&tenant, 0, pages), 0, "pages that were wrong at the end");
	page_out(&tenant);
	dp_store_info(store, &info);
	ok(!info.pages_free && !info.pages_bad && !info.pages_out_failed &&
	   !info.pages_in_failed, "every slot is used and none has failed");
	tenant_close(&tenant);
	dp_settle(pager);
}

static void pieces(unsigned int most)
{
	struct dpager_add_file add;
	struct layout layout;
	struct mosaic mosaic;

	volume_open(DISK, 4096, VOLUME, true);
	mosaic_open(&mosaic, 4096, most);
	volume_layout(mosaic.file, mosaic.bytes, &layout);
	diag("pieces of 1 to %u pages: %llu pages, %llu extents", most,
	     (unsigned long long)layout.pages, (unsigned long long)layout.extents);
	ok(layout.extents > VOLUME * MiB / PAGE / (most + 1) / 3, "the file is in many pieces");
	ok_equal(mosaic_wrong(&mosaic), 0, "the neighbour is right before");
	ok_dp(dp_add_file(store, mosaic.file, 0, &add), 0, DPAGER_DETAIL_NONE, "add the file");
	ok_equal(add.pages, layout.pages, "all of its pages");
	whole(add.pages);
	crossed(add.pages);
	ok_equal(mosaic_wrong(&mosaic), 0, "the neighbour is right while it is used");
	ok_dp(dp_remove(store, add.id, NULL), 0, DPAGER_DETAIL_NONE, "remove it");
	ok_equal(mosaic_wrong(&mosaic), 0, "the neighbour is right afterwards");
	mosaic_close(&mosaic);
	ok_errno(volume_unmount(), 0, "unmount");
}

int main(void)
{
	pager = dp_pager();
	store = dp_store(pager, -1, 0, NULL);
	pieces(1);
	pieces(16);
	pieces(64);
	ok_errno(dp_store_delete(store, NULL), 0, "delete the store");
	return tap_done();
}
