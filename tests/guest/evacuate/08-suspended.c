// SPDX-License-Identifier: GPL-2.0
/*
 * The disk hangs while it is evacuated: figures and lists are answered, pages in
 * memory and other stores go on, a signal ends the call; when the disk is back,
 * every page is right.
 *
 * guest: kmod=dm-mod timeout=240
 */
#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "block.h"
#include "dp.h"
#include "evacuation.h"
#include "proc.h"
#include "tenant.h"

#define PAGES	8192UL
#define BYTES	(64 * MiB)
#define SECTORS	(256 * MiB / 512)
/* In memory when the disk begins to hang. */
#define NEAR	64UL
/* Bytes a second: it would take 16 s. */
#define RATE	(2 * MiB)
/* For reads to be under way; us. */
#define A_WHILE	1000000
#define DISK	"dphang"

static int pager, store;
static uint64_t segment;
static struct tenant tenant;

static uint64_t add(int to, const char *path, uint64_t offset)
{
	return dp_segment_on(to, path, offset, BYTES);
}

static void open_scene(void)
{
	char path[64];

	pager = dp_pager();
	dm_create(DISK, SECTORS, "linear", "/dev/vda 0", path);
	store = dp_store(pager, 10, 0, NULL);
	segment = add(store, path, 0);
	tenant_open(&tenant, store, PAGES);
	ok_equal(tenant_wrong(&tenant, 0, NEAR), 0, "some come into memory");
	add(store, "/dev/vdb", 0);
}

/* --- what must go on ---------------------------------------------------- */

static int store_info(void *unused)
{
	struct dpager_store_info info;

	(void)unused;
	return dp_store_info(store, &info);
}

static int pager_info(void *unused)
{
	struct dpager_info info;

	(void)unused;
	return dp_info(pager, &info);
}

static int segments(void *unused)
{
	struct dpager_segment_entry entry;

	(void)unused;
	return !dp_segment_entry(store, segment, &entry) ||
	       !(entry.flags & DPAGER_SEGMENT_EVACUATING) ||
	       !(entry.flags & DPAGER_SEGMENT_DRAINING);
}

static int listed(unsigned long request, uint32_t entry_size, void *entries)
{
	struct dpager_list list = {
		.entry_size = entry_size,
		.array = (uintptr_t)entries,
		.room = 8,
	};

	return dp_list(pager, request, &list) || !list.count;
}

static int objects(void *unused)
{
	struct dpager_object_entry entries[8];

	(void)unused;
	return listed(DPAGER_IOC_OBJECTS, sizeof(*entries), entries);
}

static int stores(void *unused)
{
	struct dpager_store_entry entries[8];

	(void)unused;
	return listed(DPAGER_IOC_STORES, sizeof(*entries), entries);
}

static int object_info(void *unused)
{
	struct dpager_object_info info;

	(void)unused;
	return dp_object_info(tenant.object, &info);
}

/* A new process: it must fault each page in. */
static int resident_pages(void *unused)
{
	(void)unused;
	return tenant_rewrite(&tenant, 0, NEAR) || tenant_wrong(&tenant, 0, NEAR);
}

static int another_object(void *unused)
{
	struct tenant another;
	int wrong;

	(void)unused;
	tenant_open(&another, store, NEAR);
	wrong = tenant_wrong(&another, 0, NEAR) != 0;
	tenant_close(&another);
	return wrong;
}

/* Create, add, page out, delete; twice, with and without pages in use. */
static int another_store(void *unused)
{
	int another = dp_store(pager, 20, 0, NULL), error;
	struct dpager_evacuate figures;
	struct tenant in_it;
	uint64_t wrong;

	(void)unused;
	add(another, "/dev/vdb", GiB);
	error = evacuate(another, 0, 0, &figures);
	close(another);
	if (error)
		return error;
	another = dp_store(pager, 20, 0, NULL);
	add(another, "/dev/vdb", GiB);
	tenant_open(&in_it, pager, NEAR);
	error = evacuate(another, 0, 0, &figures);
	wrong = tenant_wrong(&in_it, 0, NEAR);
	tenant_close(&in_it);
	close(another);
	return error ?: wrong != 0;
}

static const struct {
	const char *name;
	proc_fn run;
} calls[] = {
	{ "STORE_INFO", store_info },
	{ "INFO", pager_info },
	{ "SEGMENTS", segments },
	{ "OBJECTS", objects },
	{ "STORES", stores },
	{ "OBJECT_INFO", object_info },
	{ "pages in memory", resident_pages },
	{ "a new object of the store", another_object },
	{ "another store", another_store },
};

static void others_go_on(const char *when)
{
	int status = -1;
	unsigned int i;
	pid_t pid;

	for (i = 0; i < sizeof(calls) / sizeof(*calls); i++) {
		pid = proc_start(calls[i].run, NULL);
		if (!ok(proc_ended(pid, EVACUATION_PROMPT, &status) && !status, "%s: %s", when,
			calls[i].name)) {
			diag("status %d", status);
			kill(pid, SIGKILL);
		}
	}
}

/* --- the call itself ---------------------------------------------------- */

static void signalled(struct evacuation *evacuation, pid_t pid, const char *when)
{
	int status;

	kill(pid, SIGINT);
	if (!ok(proc_ended(pid, EVACUATION_PROMPT, &status) && !status, "%s: SIGINT ends it",
		when))
		bail("it hangs");
	dp_detail = evacuation->detail;
	ok_dp(evacuation->error, EINTR, DPAGER_DETAIL_NONE, "%s: EINTR", when);
	ok(evacuation->evacuate.moved < evacuation->evacuate.pages, "%s: not all were moved",
	   when);
	ok_usable(store, segment, when);
}

static void is_well_again(const char *when)
{
	dm_resume(DISK);
	tenant_renew(&tenant, when);
	dp_page_out(tenant.object);
	ok_equal(tenant_wrong(&tenant, 0, NEAR), 0, "%s: some come into memory", when);
	ok(dp_segment_used(store, segment) > 0, "%s: there is something to move", when);
}

/* The disk begins to hang when a part is moved. */
static void in_the_middle(void)
{
	struct evacuation *evacuation = evacuation_new(store, segment);
	pid_t pid;

	evacuation->evacuate.rate = RATE;
	pid = evacuation_start(evacuation);
	evacuation_await(store, segment);
	dm_suspend(DISK);
	/* What had been read before is not enough for so long. */
	usleep(4 * A_WHILE);
	others_go_on("hung in the middle");
	signalled(evacuation, pid, "hung in the middle");
	is_well_again("hung in the middle");
}

static void from_the_beginning(void)
{
	struct evacuation *evacuation = evacuation_new(store, segment);
	int status = -1;
	pid_t pid;

	dm_suspend(DISK);
	pid = evacuation_start(evacuation);
	usleep(A_WHILE);
	ok(!proc_ended(pid, 0, &status), "hung from the beginning: it waits");
	others_go_on("hung from the beginning");
	signalled(evacuation, pid, "hung from the beginning");
	/* While what was read then is still hung. */
	pid = evacuation_start(evacuation);
	usleep(A_WHILE);
	kill(pid, SIGKILL);
	ok(proc_ended(pid, EVACUATION_PROMPT, &status) && status == 128 + SIGKILL,
	   "once more: SIGKILL ends it");
	ok_usable(store, segment, "once more");
	is_well_again("hung from the beginning");
}

static void deadline(void)
{
	struct evacuation *evacuation = evacuation_new(store, segment);
	int status;

	dm_suspend(DISK);
	evacuation->evacuate.deadline_ms = 1000;
	if (!proc_ended(evacuation_start(evacuation), EVACUATION_PROMPT, &status))
		bail("the deadline is over");
	dp_detail = evacuation->detail;
	ok_dp(evacuation->error, ETIMEDOUT, DPAGER_DETAIL_DEADLINE, "a deadline");
	ok_usable(store, segment, "a deadline");
	is_well_again("a deadline");
}

/* Hung for a while, it goes on by itself. */
static void goes_on(void)
{
	struct evacuation *evacuation = evacuation_new(store, segment);
	uint64_t used = dp_segment_used(store, segment);
	int status;
	pid_t pid;

	dm_suspend(DISK);
	pid = evacuation_start(evacuation);
	usleep(A_WHILE);
	dm_resume(DISK);
	if (!proc_ended(pid, 60000, &status))
		bail("the disk is back, but it does not end");
	dp_detail = evacuation->detail;
	ok_evacuated(evacuation->error, &evacuation->evacuate, used, "the disk is back");
	tenant_renew(&tenant, "the disk is back");
	ok_errno(dm_remove(DISK), 0, "the disk is released");
}

int main(void)
{
	open_scene();
	in_the_middle();
	from_the_beginning();
	deadline();
	goes_on();
	tenant_close(&tenant);
	dp_settle(pager);
	ok_errno(dp_delete_wait(store), 0, "delete the store");
	return tap_done();
}
