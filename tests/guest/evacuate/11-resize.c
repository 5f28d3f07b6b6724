// SPDX-License-Identifier: GPL-2.0
/*
 * RESIZE_SEGMENT: what grows is used, what shrinks is emptied first: to its own
 * beginning, to other segments, to memory; or nothing changes.
 *
 * guest: timeout=240
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "block.h"
#include "dp.h"
#include "evacuation.h"
#include "tenant.h"

#define PAGES	1024UL
#define HALF	(PAGES / 2)
#define GROUP	32768UL

static int pager, store;
static uint64_t segment;
static struct tenant tenant;

static uint64_t add(int to, const char *path, uint64_t offset, uint64_t pages)
{
	return dp_segment_on(to, path, offset, pages * PAGE);
}

static void open_store(uint64_t slots)
{
	store = dp_store(pager, 10, 0, NULL);
	segment = add(store, "/dev/vda", 0, slots);
}

static void close_store(void)
{
	dp_settle(pager);
	ok_errno(dp_delete_wait(store), 0, "delete the store");
	close(store);
}

/* With as many pages, all of them out. */
static void open_scene(uint64_t slots, uint64_t pages)
{
	open_store(slots);
	tenant_open(&tenant, pager, pages);
}

static void close_scene(void)
{
	tenant_close(&tenant);
	close_store();
}

static int resize(uint64_t bytes, uint32_t flags, struct dpager_evacuate *figures)
{
	memset(figures, 0, sizeof(*figures));
	return dp_resize_with(store, segment, bytes, flags, figures, NULL);
}

static void ok_size(uint64_t pages, const char *when)
{
	struct dpager_segment_entry entry = dp_segment_now(store, segment);

	ok_equal(entry.pages, pages, "%s: pages of the segment", when);
	ok_usable(store, segment, when);
}

/* It succeeds with so many pages; nothing had to be moved. */
static void ok_resized(uint64_t bytes, uint64_t pages, const char *what)
{
	struct dpager_evacuate figures = { };
	uint64_t answered;

	ok_dp(dp_resize_with(store, segment, bytes, 0, &figures, &answered), 0,
	      DPAGER_DETAIL_NONE, "%s", what);
	ok_equal(answered, pages, "%s: it answers the pages", what);
	ok(!figures.pages && !figures.moved && !figures.lost, "%s: nothing was in use there", what);
	ok_size(pages, what);
}

/* It is refused, and nothing changes. */
static void refused(uint64_t bytes, uint32_t flags, int error, uint32_t detail, const char *what)
{
	struct dpager_segment_entry before = dp_segment_now(store, segment), after;
	struct dpager_info info_before, info_after;
	struct dpager_evacuate figures;

	dp_info(pager, &info_before);
	ok_dp(resize(bytes, flags, &figures), error, detail, "%s", what);
	if (detail != DPAGER_DETAIL_FLAGS)
		ok(!figures.moved && !figures.lost, "%s: none is moved", what);
	dp_info(pager, &info_after);
	after = dp_segment_now(store, segment);
	ok(!memcmp(&before, &after, sizeof(before)), "%s: the segment is as it was", what);
	ok(info_before.free == info_after.free && info_before.total == info_after.total &&
	   info_before.pages_out == info_after.pages_out &&
	   info_before.pages_in == info_after.pages_in, "%s: so are all figures", what);
}

/* --- arguments ---------------------------------------------------------- */

static void bad_structs(void)
{
	struct dpager_resize_segment good = { .id = segment, .bytes = HALF * PAGE }, bad;

	bad = good;
	bad.reserved = 1;
	ok_dp(dp_call(store, DPAGER_IOC_RESIZE_SEGMENT, &bad, sizeof(bad)), EINVAL,
	      DPAGER_DETAIL_RESERVED, "a reserved field");
	bad = good;
	bad.evacuate.reserved = 1;
	ok_dp(dp_call(store, DPAGER_IOC_RESIZE_SEGMENT, &bad, sizeof(bad)), EINVAL,
	      DPAGER_DETAIL_RESERVED, "the reserved field behind the deadline");
	bad = good;
	ok_dp(dp_call(store, DPAGER_IOC_RESIZE_SEGMENT, &bad, sizeof(bad) - 8), EINVAL,
	      DPAGER_DETAIL_SIZE, "without the deadline");
	bad = good;
	bad.id = segment + 1000;
	ok_dp(dp_call(store, DPAGER_IOC_RESIZE_SEGMENT, &bad, sizeof(bad)), ENOENT,
	      DPAGER_DETAIL_ID, "no such segment");
	ok_errno(dp_call(pager, DPAGER_IOC_RESIZE_SEGMENT, &good, sizeof(good)), ENOTTY,
		 "on the pager");
}

static void arguments(void)
{
	int other = dp_store(pager, 0, 0, NULL);
	struct dpager_evacuate figures = { };
	uint64_t foreign = add(other, "/dev/vdb", 0, PAGES);

	open_store(PAGES);
	bad_structs();
	refused(HALF * PAGE, 1U << 4, EINVAL, DPAGER_DETAIL_FLAGS, "an unknown flag");
	refused(HALF * PAGE, 1U << 31, EINVAL, DPAGER_DETAIL_FLAGS, "the highest flag");
	ok_dp(dp_resize_with(store, foreign, HALF * PAGE, 0, &figures, NULL), ENOENT,
	      DPAGER_DETAIL_ID, "a segment of another store");
	ok_equal(dp_segment_now(other, foreign).pages, PAGES, "which is as it was");
	refused(1, 0, ENOSPC, DPAGER_DETAIL_TOO_SMALL, "one byte");
	refused(PAGE - 1, 0, ENOSPC, DPAGER_DETAIL_TOO_SMALL, "one byte less than a page");
	refused(1ULL << 63, 0, EOVERFLOW, DPAGER_DETAIL_OVERFLOW, "2^63 bytes");
	refused(~0ULL, 0, EOVERFLOW, DPAGER_DETAIL_OVERFLOW, "all bytes there are");
	refused((1ULL << 63) - 1, 0, ENXIO, DPAGER_DETAIL_BEYOND_END, "2^63 - 1 bytes");
	ok_resized(PAGE, 1, "a page");
	ok_resized(PAGES * PAGE, PAGES, "all of them again");
	ok_errno(dp_store_delete(other, NULL), 0, "delete the other store");
	close(other);
	close_store();
}

/* --- how far it can grow ------------------------------------------------ */

/* One owns the bytes that are no whole page, too. */
static void parts_of_pages(int disk)
{
	const uint64_t bytes = PAGES * PAGE;

	ok_resized(bytes + 100, PAGES, "100 bytes more");
	ok_dp(dp_add_bytes(store, disk, bytes, PAGE, 512, NULL), EEXIST, DPAGER_DETAIL_OVERLAP,
	      "a segment that begins there");
	ok_resized(bytes + PAGE - 1, PAGES, "a byte less than a page more");
	ok_resized(bytes + PAGE, PAGES + 1, "a page more");
	ok_resized(bytes, PAGES, "as before");
}

static void neighbour(int disk)
{
	uint64_t next = dp_segment(store, disk, 2 * PAGES * PAGE, PAGE);

	refused(2 * PAGES * PAGE + 1, 0, EEXIST, DPAGER_DETAIL_OVERLAP, "a byte into the next");
	refused(3 * PAGES * PAGE, 0, EEXIST, DPAGER_DETAIL_OVERLAP, "over the next");
	refused(0, 0, EEXIST, DPAGER_DETAIL_OVERLAP, "to the end, over the next");
	ok_resized(2 * PAGES * PAGE, 2 * PAGES, "up to the next");
	ok_errno(dp_remove(store, next, NULL), 0, "the next goes");
}

static void how_far(void)
{
	int disk = block_open("/dev/vda", O_RDWR);
	uint64_t end = block_bytes(disk);

	open_store(PAGES);
	parts_of_pages(disk);
	neighbour(disk);
	refused(end + 1, 0, ENXIO, DPAGER_DETAIL_BEYOND_END, "a byte behind the device");
	refused(end + PAGE, DPAGER_EVACUATE_DRY_RUN, ENXIO, DPAGER_DETAIL_BEYOND_END,
		"a page behind the device, dry");
	ok_resized(0, end / PAGE, "to the end");
	ok_resized(0, end / PAGE, "to the end, where it is");
	ok_resized(PAGES * PAGE, PAGES, "back");
	ok_resized(end, end / PAGE, "to the end, in bytes");
	close_store();
	close(disk);
}

#define START	(8 * MiB)

/* A partition's end is its device's. */
static void partition(void)
{
	int disk = block_open("/dev/vdb", O_RDWR), part, next;

	errno = partition_add(disk, 1, START, START) ?: partition_add(disk, 2, 2 * START, START);
	if (errno)
		bail("cannot add partitions");
	part = block_open("/dev/vdb1", O_RDWR);
	next = block_open("/dev/vdb2", O_RDWR);
	store = dp_store(pager, -1, 0, NULL);
	segment = dp_segment(store, part, PAGE, MiB);
	dp_segment(store, next, 0, MiB);
	refused(START, 0, ENXIO, DPAGER_DETAIL_BEYOND_END, "behind the partition");
	ok_resized(0, START / PAGE - 1, "to the partition's end");
	close(part);
	close(next);
	close_store();
	errno = partition_delete(disk, 1) ?: partition_delete(disk, 2);
	ok_errno(errno, 0, "the partitions are released");
	close(disk);
}

/* --- growing ------------------------------------------------------------ */

static void full_grows(void)
{
	int object = dp_object(pager, 2 * PAGES * PAGE, NULL);
	char *map = dp_map(object, 2 * PAGES * PAGE);
	struct dpager_evacuate figures;
	uint64_t pages;

	open_store(PAGES);
	stamp_fill(map, 7, 0, 2 * PAGES, 1);
	ok_dp(dp_control(object, DPAGER_CONTROL_PAGE_OUT, 0, 0, &pages), ENOSPC,
	      DPAGER_DETAIL_NO_SPACE, "more than fits");
	ok_equal(pages, PAGES, "it is full");
	ok_dp(resize(2 * PAGES * PAGE, DPAGER_EVACUATE_DRY_RUN, &figures), 0, DPAGER_DETAIL_NONE,
	      "grow, dry");
	ok_size(PAGES, "grow, dry");
	ok_resized(2 * PAGES * PAGE, 2 * PAGES, "a full one grows");
	ok_dp(dp_control(object, DPAGER_CONTROL_PAGE_OUT, 0, 0, &pages), 0, DPAGER_DETAIL_NONE,
	      "what stayed in memory goes out");
	ok_equal(pages, PAGES, "all of it");
	ok_equal(pages_in_memory(map, 0, 2 * PAGES), 0, "nothing is in memory");
	ok_equal(dp_segment_used(store, segment), 2 * PAGES, "it is full again");
	ok_equal(stamp_renew(map, 7, 0, 2 * PAGES, 2), 0, "every page is right");
	dp_control(object, DPAGER_CONTROL_PAGE_OUT, 0, 0, &pages);
	ok_equal(stamp_verify(map, 7, 0, 2 * PAGES, 2), 0, "every page is right when rewritten");
	munmap(map, 2 * PAGES * PAGE);
	close(object);
	close_store();
}

/* What others wrote there, through the device's page cache, comes no more. */
static void others_wrote(void)
{
	int disk = block_open("/dev/vda", O_RDWR);
	char *other = block_buffer(PAGES * PAGE);

	open_scene(PAGES, PAGES);
	memset(other, 'o', PAGES * PAGE);
	if (!block_write(disk, PAGES * PAGE, other, PAGES * PAGE))
		bail("cannot write to the disk");
	ok_resized(2 * PAGES * PAGE, 2 * PAGES, "it grows over what others wrote");
	tenant_drop(&tenant, 0, PAGES);
	tenant_close(&tenant);
	dp_settle(pager);
	tenant_open(&tenant, pager, 2 * PAGES);
	/* Those writes would happen now. */
	if (fsync(disk))
		bail("cannot sync the disk");
	ok_equal(tenant_wrong(&tenant, 0, 2 * PAGES), 0, "every page is ours");
	free(other);
	close(disk);
	close_scene();
}

/* --- shrinking ---------------------------------------------------------- */

/* A dry run of it, and then the call; so many pages lie behind the new end. */
static void shrinks(uint64_t slots, uint32_t flags, uint64_t behind, const char *what)
{
	struct dpager_segment_entry before = dp_segment_now(store, segment), after;
	struct dpager_evacuate figures = { };
	struct dpager_info was, is;
	uint64_t pages;

	dp_info(pager, &was);
	ok_evacuated(resize(slots * PAGE, flags | DPAGER_EVACUATE_DRY_RUN, &figures), &figures,
		     behind, what);
	after = dp_segment_now(store, segment);
	dp_info(pager, &is);
	ok(!memcmp(&before, &after, sizeof(before)) && was.total == is.total &&
	   was.free == is.free && was.pages_in == is.pages_in && was.pages_out == is.pages_out,
	   "%s: a dry run changes nothing", what);
	memset(&figures, 0, sizeof(figures));
	ok_evacuated(dp_resize_with(store, segment, slots * PAGE, flags, &figures, &pages),
		     &figures, behind, what);
	ok_equal(pages, slots, "%s: it answers the pages", what);
	ok_size(slots, what);
}

static void unused_tail(void)
{
	open_scene(2 * PAGES, PAGES);
	shrinks(PAGES + 1, 0, 0, "all but a page of the unused tail");
	shrinks(PAGES, 0, 0, "the unused tail");
	ok_equal(dp_segment_used(store, segment), PAGES, "it is full now");
	tenant_renew(&tenant, "the unused tail");
	ok_resized(2 * PAGES * PAGE, 2 * PAGES, "and back");
	refused(PAGES * PAGE / 2, DPAGER_EVACUATE_NOTHING, EBUSY, DPAGER_DETAIL_IN_USE,
		"only an unused tail, where it is in use");
	close_scene();
}

static void to_the_beginning(void)
{
	open_scene(PAGES, PAGES);
	tenant_drop(&tenant, 0, HALF);
	shrinks(HALF, 0, HALF, "to its beginning");
	ok_equal(dp_segment_used(store, segment), HALF, "it is full now");
	tenant_renew(&tenant, "to its beginning");
	ok_equal(dp_segment_used(store, segment), HALF, "and stays so");
	close_scene();
}

/* Every second slot is free, so that what goes there is scattered. */
static void to_gaps(void)
{
	uint64_t page;

	open_scene(PAGES, PAGES);
	for (page = 0; page < HALF; page += 2)
		tenant_drop(&tenant, page, 1);
	for (page = HALF; page < PAGES; page += 2)
		tenant_drop(&tenant, page, 1);
	shrinks(HALF, 0, HALF / 2, "to gaps");
	tenant_renew(&tenant, "to gaps");
	close_scene();
}

static void elsewhere(void)
{
	int other = dp_store(pager, 0, 0, NULL);
	uint64_t to;

	open_scene(PAGES, PAGES);
	to = add(other, "/dev/vdb", 0, PAGES);
	shrinks(HALF / 2, 0, PAGES - HALF / 2, "to another store");
	ok_equal(dp_segment_used(store, segment), HALF / 2, "what lay before the end is there");
	ok_equal(dp_segment_used(other, to), PAGES - HALF / 2, "the other has the rest");
	tenant_renew(&tenant, "to another store");
	close_scene();
	ok_errno(dp_delete_wait(other), 0, "delete the other store");
	close(other);
}

static void to_memory(void)
{
	struct dpager_object_info info;

	open_scene(PAGES, PAGES);
	refused(HALF * PAGE, DPAGER_EVACUATE_NOTHING, EBUSY, DPAGER_DETAIL_IN_USE,
		"move nothing");
	shrinks(HALF, DPAGER_EVACUATE_MEMORY, HALF, "to memory");
	dp_object_info(tenant.object, &info);
	ok(info.paged_out <= HALF * PAGE && info.resident >= HALF * PAGE,
	   "each page is before the end or in memory");
	tenant_renew(&tenant, "to memory");
	ok_resized(PAGES * PAGE, PAGES, "and back");
	tenant_renew(&tenant, "and back");
	dp_page_out(tenant.object);
	ok_equal(dp_segment_used(store, segment), PAGES, "all slots are used again");
	ok_equal(tenant_wrong(&tenant, 0, PAGES), 0, "every page is right");
	close_scene();
}

/* What does not fit is not begun. */
static void no_room(uint64_t slots, uint32_t flags, const char *what)
{
	refused(slots * PAGE, flags, ENOSPC, DPAGER_DETAIL_NO_SPACE, what);
	refused(slots * PAGE, flags | DPAGER_EVACUATE_DRY_RUN, ENOSPC, DPAGER_DETAIL_NO_SPACE,
		what);
}

static void does_not_fit(void)
{
	uint64_t second;

	open_scene(PAGES, PAGES);
	no_room(PAGES - 1, 0, "a page less, of a full one");
	no_room(1, 0, "all but a page");
	tenant_drop(&tenant, 0, HALF);
	no_room(HALF - 1, 0, "a page too little");
	second = add(store, "/dev/vdb", 0, HALF - 2);
	no_room(1, 0, "a page too little, with another segment");
	shrinks(2, 0, HALF, "just enough");
	ok_equal(dp_segment_used(store, segment) + dp_segment_used(store, second), HALF,
		 "both are full");
	tenant_renew(&tenant, "just enough");
	close_scene();
}

/* Objects confined to the store stay there. */
static void confined(void)
{
	int other = dp_store(pager, 0, 0, NULL);

	open_store(PAGES);
	add(other, "/dev/vdb", 0, 2 * PAGES);
	tenant_open(&tenant, store, PAGES);
	no_room(HALF, 0, "confined, another store is empty");
	tenant_drop(&tenant, 0, HALF);
	shrinks(HALF, 0, HALF, "confined, to its beginning");
	tenant_renew(&tenant, "confined");
	close_scene();
	ok_errno(dp_delete_wait(other), 0, "delete the other store");
	close(other);
}

/* --- then --------------------------------------------------------------- */

/* What lies behind the new end is anybody's. */
static void free_for_others(void)
{
	int disk = block_open("/dev/vda", O_RDWR);
	struct tenant second;

	open_scene(PAGES, PAGES);
	tenant_drop(&tenant, 0, HALF);
	ok_dp(dp_add_bytes(store, disk, HALF * PAGE, HALF * PAGE, PAGE, NULL), EEXIST,
	      DPAGER_DETAIL_OVERLAP, "its end is its own");
	shrinks(HALF, 0, HALF, "shrink");
	add(store, "/dev/vda", HALF * PAGE, HALF);
	tenant_open(&second, store, HALF);
	tenant_renew(&tenant, "beside another segment");
	tenant_renew(&second, "in the other segment");
	ok_equal(tenant_wrong(&tenant, 0, PAGES), 0, "the first is right");
	refused(PAGES * PAGE, 0, EEXIST, DPAGER_DETAIL_OVERLAP, "grow back into it");
	tenant_close(&second);
	close_scene();
	close(disk);
}

/* So many pages in all; the first are free, what lies behind the end goes there. */
static void at_group(uint64_t slots)
{
	uint64_t behind = GROUP + 40 - slots;
	char what[32];

	snprintf(what, sizeof(what), "%llu slots", (unsigned long long)slots);
	shrinks(slots, 0, behind, what);
	ok_equal(dp_segment_used(store, segment), GROUP - 60, "%s: pages in use", what);
	ok_equal(tenant_wrong(&tenant, 0, GROUP + 40), 0, "%s: every page is right", what);
	ok_equal(tenant_rewrite(&tenant, 0, 100), 0, "%s: what is free is written", what);
	/* What does not fit stays in memory until it grows. */
	dp_control(tenant.object, DPAGER_CONTROL_PAGE_OUT, 0, 0, &behind);
	ok_equal(dp_segment_used(store, segment), slots, "%s: every slot is used", what);
	ok_resized((GROUP + 40) * PAGE, GROUP + 40, "and back");
	dp_page_out(tenant.object);
	ok_equal(dp_segment_used(store, segment), GROUP + 40, "%s: all slots are used again", what);
	ok_equal(tenant_rewrite(&tenant, 0, GROUP + 40), 0, "%s: every page is right again", what);
	dp_page_out(tenant.object);
}

static const uint64_t at_groups[] = { GROUP + 1, GROUP, GROUP - 1 };

static void groups(void)
{
	unsigned int i;

	open_store(GROUP + 40);
	for (i = 0; i < sizeof(at_groups) / sizeof(*at_groups); i++) {
		/* A new object fills the slots in order. */
		tenant_open(&tenant, pager, GROUP + 40);
		tenant_drop(&tenant, 0, 100);
		at_group(at_groups[i]);
		tenant_close(&tenant);
		dp_settle(pager);
	}
	close_store();
}

/* By and by down to a page, and up again. */
static void down_and_up(void)
{
	struct dpager_evacuate figures;
	uint64_t slots;

	open_scene(PAGES, PAGES);
	for (slots = HALF; slots; slots /= 2) {
		tenant_drop(&tenant, 0, PAGES - slots);
		ok_errno(resize(slots * PAGE, 0, &figures), 0, "down");
		ok_size(slots, "down");
		ok_equal(tenant_wrong(&tenant, 0, PAGES), 0, "down: every page is right");
	}
	for (slots = 2; slots <= PAGES; slots *= 2) {
		ok_resized(slots * PAGE, slots, "up");
		ok_equal(tenant_rewrite(&tenant, PAGES - slots, slots), 0,
			 "up: every page is right");
		dp_page_out(tenant.object);
		ok_equal(dp_segment_used(store, segment), slots, "up: every slot is used");
	}
	ok_equal(tenant_wrong(&tenant, 0, PAGES), 0, "every page is right at the end");
	close_scene();
}

int main(void)
{
	pager = dp_pager();
	arguments();
	how_far();
	partition();
	full_grows();
	others_wrote();
	unused_tail();
	to_the_beginning();
	to_gaps();
	elsewhere();
	to_memory();
	does_not_fit();
	confined();
	free_for_others();
	down_and_up();
	groups();
	return tap_done();
}
