// SPDX-License-Identifier: GPL-2.0
/*
 * A page that cannot be read: all others are moved before the call says so; it
 * can be given up, then it is SIGBUS until it is dropped; and it is no trouble
 * while it is in memory.
 *
 * guest: timeout=240 kmod=null_blk allow="I/O error|critical medium error"
 */
#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "block.h"
#include "dp.h"
#include "evacuation.h"
#include "tenant.h"

#define PAGES	256UL
#define BAD	101UL
#define BYTES	(8 * MiB)
#define DEVICE	"dpbad"

/* The store comes first, so that what is rewritten is there again. */
static int pager, store, other;
static uint64_t segment;
static struct tenant tenant;
static char path[64];

static uint64_t add(int to, const char *disk_path)
{
	return dp_segment_on(to, disk_path, 0, BYTES);
}

static void open_scene(void)
{
	static const struct null_setup setup = { .megabytes = 64, .memory = true };

	null_create(DEVICE, &setup, path);
	store = dp_store(pager, 10, 0, NULL);
	segment = add(store, path);
	tenant_open(&tenant, pager, PAGES);
	other = dp_store(pager, 0, 0, NULL);
	add(other, "/dev/vdb");
}

/* The store is gone, or empty. */
static void close_scene(void)
{
	tenant_close(&tenant);
	dp_settle(pager);
	ok_errno(dp_delete_wait(other), 0, "delete the other store");
	close(other);
	close(store);
	null_remove(DEVICE);
}

/* The slot of the page as it is now; the answer is its first sector. */
static uint64_t make_bad(void)
{
	struct stamp stamp = { tenant.id, BAD, tenant.age[BAD] };
	int64_t at = block_find(path, 0, BYTES, stamp);

	if (at < 0)
		bail("page %lu is not on the disk", BAD);
	null_badblocks(DEVICE, true, at / 512, at / 512 + 7);
	return at / 512;
}

static void make_good(uint64_t sector)
{
	null_badblocks(DEVICE, false, sector, sector + 7);
}

static uint64_t others_wrong(void)
{
	return tenant_wrong(&tenant, 0, BAD) +
	       tenant_wrong(&tenant, BAD + 1, PAGES - BAD - 1);
}

/* What may go out goes out, and comes in again. */
static void renew_others(const char *when)
{
	uint64_t wrong = tenant_rewrite(&tenant, 0, BAD) +
			 tenant_rewrite(&tenant, BAD + 1, PAGES - BAD - 1);

	ok_equal(wrong, 0, "%s: the others are right", when);
	dp_page_out(tenant.object);
	ok_equal(others_wrong(), 0, "%s: and when they are rewritten", when);
}

static void is_sigbus(const char *when)
{
	uint64_t pages;

	ok_equal(probe_read(tenant.map + BAD * PAGE), SIGBUS, "%s: the page is SIGBUS", when);
	ok_equal(probe_write(tenant.map + BAD * PAGE), SIGBUS, "%s: to a write, too", when);
	ok_dp(dp_control(tenant.object, DPAGER_CONTROL_PAGE_IN, 0, 0, &pages), EIO,
	      DPAGER_DETAIL_IO, "%s: PAGE_IN", when);
}

static void fails(uint64_t which, uint64_t used, const char *what)
{
	struct dpager_evacuate figures;

	ok_dp(evacuate(store, which, 0, &figures), EIO, DPAGER_DETAIL_IO, "%s", what);
	ok_equal(figures.pages, used, "%s: pages in use", what);
	ok_equal(figures.moved, used - 1, "%s: all others are moved", what);
	ok_equal(figures.lost, 0, "%s: none is given up", what);
	ok_in_use(store, segment, 1, what);
}

static void given_up(uint64_t which, uint64_t used, const char *what)
{
	struct dpager_evacuate figures;

	ok_dp(evacuate(store, which, DPAGER_EVACUATE_LOSE, &figures), 0, DPAGER_DETAIL_NONE, "%s",
	      what);
	ok_equal(figures.pages, used, "%s: pages in use", what);
	ok_equal(figures.moved, used, "%s: none of them is there", what);
	ok_equal(figures.lost, 1, "%s: one is lost", what);
	ok_released(path, what);
}

/* It can be used again. */
static void dropped(void)
{
	uint64_t pages;

	ok_errno(dp_control(tenant.object, DPAGER_CONTROL_DROP, BAD * PAGE, PAGE, &pages), 0,
		 "drop the lost page");
	tenant_dropped(&tenant, BAD, 1);
	ok_equal(probe_read(tenant.map + BAD * PAGE), 0, "it can be read");
	ok_equal(tenant_wrong(&tenant, BAD, 1), 0, "it is zeros");
	tenant_renew(&tenant, "dropped");
	dp_page_out(tenant.object);
	tenant_renew(&tenant, "dropped, and out once more");
	ok_errno(dp_control(tenant.object, DPAGER_CONTROL_PAGE_IN, 0, 0, &pages), 0, "PAGE_IN");
}

/* Twice in vain, then without it. */
static void removed(void)
{
	open_scene();
	make_bad();
	fails(segment, PAGES, "remove");
	is_sigbus("remove");
	ok_equal(others_wrong(), 0, "remove: the others are right");
	fails(segment, 1, "remove again");
	given_up(segment, 1, "remove, and lose it");
	is_sigbus("lost");
	renew_others("lost");
	dp_page_out(tenant.object);
	is_sigbus("lost, with the others out");
	dropped();
	ok_errno(dp_store_delete(store, NULL), 0, "delete the store");
	close_scene();
}

/* The store with it; given up at once; the object dies with its lost page. */
static void deleted(void)
{
	open_scene();
	make_bad();
	fails(0, PAGES, "delete");
	renew_others("delete");
	dp_page_out(tenant.object);
	given_up(0, dp_segment_used(store, segment), "delete, and lose it");
	is_sigbus("deleted");
	renew_others("deleted");
	close_scene();
}

/* Given up without another attempt; of what is well none is lost. */
static void given_up_at_once(void)
{
	struct dpager_evacuate figures;
	uint64_t sector;

	open_scene();
	sector = make_bad();
	given_up(segment, PAGES, "lose it at once");
	ok_equal(others_wrong(), 0, "lose it at once: the others are right");
	make_good(sector);
	is_sigbus("lost, and the disk repaired");
	segment = add(store, "/dev/vda");
	renew_others("lose it at once");
	dp_page_out(tenant.object);
	ok_evacuated(evacuate(store, segment, DPAGER_EVACUATE_LOSE, &figures), &figures, PAGES - 1,
		     "a disk that is well");
	is_sigbus("a lost page is on no disk");
	dropped();
	ok_errno(dp_store_delete(store, NULL), 0, "delete the store");
	close_scene();
}

/* Repaired between two attempts. */
static void repaired(void)
{
	struct dpager_evacuate figures;
	uint64_t sector;

	open_scene();
	sector = make_bad();
	fails(segment, PAGES, "before the repair");
	make_good(sector);
	ok_evacuated(evacuate(store, segment, 0, &figures), &figures, 1, "repaired");
	tenant_renew(&tenant, "repaired");
	ok_errno(dp_store_delete(store, NULL), 0, "delete the store");
	close_scene();
}

/* What is in memory is taken from there, not from the disk. */
static void in_memory(void)
{
	struct dpager_evacuate figures;

	open_scene();
	/* It is read before the disk goes bad, with whatever else. */
	ok_equal(tenant_wrong(&tenant, BAD, 1), 0, "the page comes into memory");
	make_bad();
	ok_evacuated(evacuate(store, segment, 0, &figures), &figures, PAGES, "it is in memory");
	dp_page_out(tenant.object);
	tenant_renew(&tenant, "it is in memory");
	ok_errno(dp_store_delete(store, NULL), 0, "delete the store");
	close_scene();
}

int main(void)
{
	pager = dp_pager();
	removed();
	deleted();
	given_up_at_once();
	repaired();
	in_memory();
	return tap_done();
}
