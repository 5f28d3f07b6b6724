// SPDX-License-Identifier: GPL-2.0
/*
 * A private store is for the objects made on its descriptor: others leave it
 * out though all else is full, and so does what leaves other stores.
 *
 * guest: timeout=120
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "dp.h"
#include "evacuation.h"
#include "proc.h"
#include "tenant.h"

#define PAGES	256ULL

static int pager, public, private;
static uint64_t of_public, of_private;

static uint64_t add(int store, const char *path, uint64_t offset, uint64_t pages)
{
	return dp_segment_on(store, path, offset, pages * PAGE);
}

/* The private one has the higher priority, and much room. */
static void open_stores(uint64_t pages)
{
	private = dp_store_private(pager, 1000, "secret");
	public = dp_store(pager, 0, 0, "open");
	of_private = add(private, "/dev/vda", 0, 4 * PAGES);
	of_public = add(public, "/dev/vdb", 0, pages);
}

static void delete(int store, const char *what)
{
	ok_errno(dp_delete_wait(store), 0, "delete %s", what);
	close(store);
}

static void close_stores(void)
{
	dp_settle(pager);
	delete(private, "the private store");
	delete(public, "the public store");
}

static void untouched(const char *when)
{
	struct dpager_segment_entry entry = dp_segment_now(private, of_private);

	ok(entry.pages_free == entry.pages && !entry.pages_out,
	   "%s: no page went to the private store", when);
}

/* --- what it says ------------------------------------------------------- */

static void listed(void)
{
	struct dpager_store_entry entries[2];
	struct dpager_list list = {
		.entry_size = sizeof(*entries),
		.array = (uintptr_t)entries,
		.room = 2,
	};

	memset(entries, 0, sizeof(entries));
	ok_errno(dp_list(pager, DPAGER_IOC_STORES, &list), 0, "list the stores");
	ok_equal(list.count, 2, "both");
	ok(!strcmp(entries[0].name, "secret") && entries[0].flags == DPAGER_STORE_PRIVATE,
	   "the list says that one is private");
	ok(!strcmp(entries[1].name, "open") && !entries[1].flags, "and the other not");
}

static void says_so(void)
{
	struct dpager_store_create create = { .flags = 1U << 31, .priority = -1 };
	struct dpager_store_info info;

	ok_dp(dp_store_create(pager, &create), EINVAL, DPAGER_DETAIL_FLAGS, "an unknown flag");
	open_stores(PAGES);
	listed();
	ok_errno(dp_store_info(private, &info), 0, "figures of the private store");
	ok_equal(info.attributes, DPAGER_STORE_PRIVATE, "it says that it is private");
	ok_errno(dp_store_info(public, &info), 0, "figures of the other");
	ok_equal(info.attributes, 0, "it says that it is not");
	close_stores();
}

/* --- who uses it -------------------------------------------------------- */

/* Lines of the log about a full store of that name. */
static int lines(const char *name)
{
	char text[80];

	snprintf(text, sizeof(text), "store %s is full", name);
	return kernel_log_count(text);
}

/* How many of it were written. */
static uint64_t write_out(struct dp_area *object, uint64_t generation, int error, const char *what)
{
	uint64_t pages;

	stamp_fill(object->map, object->id, 0, object->pages, generation);
	ok_dp(dp_control(object->fd, DPAGER_CONTROL_PAGE_OUT, 0, 0, &pages), error,
	      error ? DPAGER_DETAIL_NO_SPACE : DPAGER_DETAIL_NONE, "%s", what);
	ok_equal(stamp_verify(object->map, object->id, 0, object->pages, generation), 0,
		 "%s: every page is right", what);
	return pages;
}

static void others_do_not(void)
{
	int secret = lines("secret"), open = lines("open");
	struct dp_area object;

	open_stores(PAGES);
	dp_area_open(&object, pager, 2 * PAGES);
	ok_equal(write_out(&object, 1, ENOSPC, "of the pager"), PAGES,
		 "the public store is full");
	untouched("of the pager");
	write_out(&object, 2, ENOSPC, "rewritten");
	untouched("rewritten");
	ok_equal(lines("open") - open, 1, "the log says that the public store is full, once");
	ok_equal(lines("secret") - secret, 0, "and says nothing of the private one");
	add(public, "/dev/vdb", 64 * MiB, PAGES);
	write_out(&object, 3, 0, "the public store gets more");
	untouched("more room");
	dp_area_close(&object);
	close_stores();
}

static void its_own_do(void)
{
	int secret = lines("secret"), open = lines("open");
	struct dp_area object;

	open_stores(PAGES);
	dp_area_open(&object, private, 5 * PAGES);
	ok_equal(write_out(&object, 1, ENOSPC, "of the private store"), 4 * PAGES,
		 "it is full");
	ok_equal(dp_segment_used(private, of_private), 4 * PAGES, "all is there");
	ok_equal(dp_segment_now(public, of_public).pages_out, 0, "nothing went elsewhere");
	ok_equal(lines("secret") - secret, 1, "the log says that it is full");
	ok_equal(lines("open") - open, 0, "and says nothing of the public one");
	dp_area_close(&object);
	close_stores();
}

/* For others that is as if there were no store at all. */
static void only_private(void)
{
	int before = kernel_log_count("no store has a segment"), secret = lines("secret");
	struct dp_area object;

	private = dp_store_private(pager, 0, "secret");
	of_private = add(private, "/dev/vda", 0, PAGES);
	dp_area_open(&object, pager, PAGES);
	ok_equal(write_out(&object, 1, ENOSPC, "only a private store"), 0, "nothing goes out");
	write_out(&object, 2, ENOSPC, "only a private store, again");
	untouched("only a private store");
	ok_equal(kernel_log_count("no store has a segment") - before, 1, "the log says it once");
	ok_equal(lines("secret") - secret, 0, "and says nothing of the private one");
	public = dp_store(pager, -1, 0, "open");
	add(public, "/dev/vdb", 0, PAGES);
	ok_equal(write_out(&object, 3, 0, "a public store comes"), PAGES, "all goes out");
	untouched("a public store comes");
	dp_area_close(&object);
	close_stores();
}

static int object_in_store(void *unused)
{
	struct dpager_object_create create;
	uint64_t pages;
	char *map;

	(void)unused;
	if (dp_object_create(private, PAGES * PAGE, 0, &create))
		return 1;
	map = dp_map(create.fd, PAGES * PAGE);
	stamp_fill(map, create.id, 0, PAGES, 1);
	if (dp_control(create.fd, DPAGER_CONTROL_PAGE_OUT, 0, 0, &pages) || pages != PAGES)
		return 2;
	return stamp_verify(map, create.id, 0, PAGES, 1) ? 3 : 0;
}

static void in_other_hands(void)
{
	open_stores(PAGES);
	ok_equal(proc_run_as(PROC_NOBODY, object_in_store, NULL), 0,
		 "an unprivileged holder of its descriptor uses it");
	ok_equal(dp_segment_now(private, of_private).pages_out, PAGES, "his pages were there");
	close_stores();
}

/* --- evacuations -------------------------------------------------------- */

static void no_room(int store, uint64_t segment, uint32_t flags, const char *what)
{
	struct dpager_evacuate figures;

	ok_dp(evacuate(store, segment, flags, &figures), ENOSPC, DPAGER_DETAIL_NO_SPACE, "%s",
	      what);
	ok_equal(figures.moved, 0, "%s: none is moved", what);
	ok_dp(evacuate(store, segment, flags | DPAGER_EVACUATE_DRY_RUN, &figures), ENOSPC,
	      DPAGER_DETAIL_NO_SPACE, "%s, dry", what);
}

/* What leaves a public store does not go to a private one. */
static void public_leaves(void)
{
	struct dpager_evacuate figures = { };
	struct tenant tenant;

	open_stores(PAGES);
	tenant_open(&tenant, pager, PAGES);
	no_room(public, of_public, 0, "remove a public segment");
	no_room(public, 0, 0, "delete a public store");
	ok_dp(dp_resize_with(public, of_public, PAGE, 0, &figures, NULL), ENOSPC,
	      DPAGER_DETAIL_NO_SPACE, "shrink a public segment");
	untouched("no room");
	ok_in_use(public, of_public, PAGES, "no room");
	add(public, "/dev/vdb", 64 * MiB, PAGES);
	ok_evacuated(evacuate(public, of_public, 0, &figures), &figures, PAGES,
		     "to another public segment");
	untouched("to another public segment");
	tenant_renew(&tenant, "to another public segment");
	tenant_close(&tenant);
	close_stores();
}

/* Nor what leaves the private store to a public one. */
static void private_leaves(void)
{
	struct dpager_evacuate figures = { };
	uint64_t second;
	struct tenant tenant;

	open_stores(4 * PAGES);
	tenant_open(&tenant, private, PAGES);
	no_room(private, of_private, 0, "remove the only private segment");
	no_room(private, 0, 0, "delete the private store");
	second = add(private, "/dev/vdb", 64 * MiB, PAGES);
	ok_evacuated(evacuate(private, of_private, 0, &figures), &figures, PAGES,
		     "to another private segment");
	ok_equal(dp_segment_used(private, second), PAGES, "all is there");
	ok_equal(dp_segment_now(public, of_public).pages_out, 0, "nothing went elsewhere");
	tenant_renew(&tenant, "to another private segment");
	dp_page_out(tenant.object);
	ok_evacuated(evacuate(private, 0, DPAGER_EVACUATE_MEMORY, &figures), &figures, PAGES,
		     "delete it, to memory");
	close(private);
	tenant_renew(&tenant, "deleted");
	ok_equal(dp_segment_now(public, of_public).pages_out, 0, "nothing went elsewhere, still");
	tenant_close(&tenant);
	dp_settle(pager);
	delete(public, "the public store");
}

int main(void)
{
	pager = dp_pager();
	says_so();
	others_do_not();
	its_own_do();
	only_private();
	in_other_hands();
	public_leaves();
	private_leaves();
	return tap_done();
}
