// SPDX-License-Identifier: GPL-2.0
/*
 * Pages that are held (by mlock, by a device that is reading into them, by a
 * pipe) leave the segment and stay in memory; what the device brings later is
 * what is paged out later.
 *
 * guest: kmod=dm-mod,null_blk timeout=240
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include "block.h"
#include "dp.h"
#include "evacuation.h"
#include "proc.h"
#include "tenant.h"

#define PAGES	512UL
#define BYTES	(8 * MiB)
/* The held ones, in a row: locked, pinned, in a pipe. */
#define LOCKED	64UL
#define PINNED	64UL
#define PIPED	16UL
#define PIN	LOCKED
#define PIPE	(PIN + PINNED)
#define HELD	(PIPE + PIPED)
/* Stamps on the disk that is read. */
#define SOURCE	77
#define SOURCE_SECTORS	(16 * MiB / 512)
#define DEVICE	"dpsource"
#define DISK	"dphang"
/* For the read to be under way; us. */
#define A_WHILE	500000

static const char *const disks[] = { "/dev/vda", "/dev/vdb" };

static int pager, store, pair[2];
static uint64_t generation;	/* of what is on the disk that is read */
static struct tenant tenant;
static char source[64];

static uint64_t add(const char *path)
{
	return dp_segment_on(store, path, 0, BYTES);
}

/* A disk that hangs when it should; each of its pages is stamped. */
static void open_source(void)
{
	static const struct null_setup setup = { .megabytes = 32, .memory = true };
	char path[64], table[80];

	null_create(DEVICE, &setup, path);
	snprintf(table, sizeof(table), "%s 0", path);
	dm_create(DISK, SOURCE_SECTORS, "linear", table, source);
}

static void stamp_source(void)
{
	int disk = block_open(source, O_RDWR | O_DIRECT);
	char *buffer = block_buffer(PINNED * PAGE);

	generation++;
	stamp_fill(buffer, SOURCE, 0, PINNED, generation);
	if (!block_write(disk, 0, buffer, PINNED * PAGE))
		bail("cannot write to %s", source);
	free(buffer);
	close(disk);
}

/* --- holding, and letting go -------------------------------------------- */

static int read_directly(void *argument)
{
	int disk = *(int *)argument;

	return !block_read(disk, 0, tenant.map + PIN * PAGE, PINNED * PAGE);
}

static pid_t pin(void)
{
	int disk = block_open(source, O_RDONLY | O_DIRECT), status = -1;
	pid_t pid;

	dm_suspend(DISK);
	pid = proc_start(read_directly, &disk);
	close(disk);
	usleep(A_WHILE);
	ok(!proc_ended(pid, 0, &status), "a device is reading");
	return pid;
}

static void fill_pipe(void)
{
	struct iovec vector = { tenant.map + PIPE * PAGE, PIPED * PAGE };

	if (pipe(pair) || fcntl(pair[1], F_SETPIPE_SZ, (int)(PIPED * PAGE)) < 0)
		bail("no pipe for %lu pages", PIPED);
	if (vmsplice(pair[1], &vector, 1, 0) != (ssize_t)(PIPED * PAGE))
		bail("vmsplice");
}

static void held(void)
{
	ok_equal(pages_in_memory(tenant.map, 0, HELD), HELD, "what is held is in memory");
	ok_equal(proc_figure("/proc/self/status", "VmLck"), LOCKED * PAGE / 1024,
		 "what is locked is locked");
	ok_equal(tenant_wrong(&tenant, 0, LOCKED), 0, "what is locked is right");
	ok_equal(tenant_wrong(&tenant, HELD, PAGES - HELD), 0, "what is not held is right");
}

/* The pipe has the very pages. */
static void empty_pipe(void)
{
	static char page[PAGE] __attribute__((aligned(8)));
	uint64_t i, wrong = 0;

	for (i = PIPE; i < PIPE + PIPED; i++) {
		struct stamp stamp = { tenant.id, i, tenant.age[i] };

		wrong += read(pair[0], page, PAGE) != PAGE;
		wrong += stamp_check(page, stamp) != STAMP_GOOD;
	}
	ok_equal(wrong, 0, "what is in the pipe is right");
	ok_equal(tenant_wrong(&tenant, PIPE, PIPED), 0, "and in the object");
	close(pair[0]);
	close(pair[1]);
}

static uint64_t source_wrong(void)
{
	return stamp_verify(tenant.map + PIN * PAGE, SOURCE, 0, PINNED, generation);
}

static void unpin(pid_t pid)
{
	uint64_t i;

	dm_resume(DISK);
	ok_equal(proc_wait(pid), 0, "the device has read");
	ok_equal(source_wrong(), 0, "what it brought is there");
	dp_page_out(tenant.object);
	ok_equal(pages_in_memory(tenant.map, PIN, PINNED), 0, "unpinned: it goes out");
	ok_equal(source_wrong(), 0, "and what comes in is what the device brought");
	for (i = PIN; i < PIN + PINNED; i++)
		stamp_fill(tenant.map, tenant.id, i, 1, tenant.age[i]);
}

/* --- the moves ---------------------------------------------------------- */

/* Everything is on @from. Some of what is held was rewritten, or nothing. */
static uint64_t move(uint64_t from, unsigned int number, bool dirty)
{
	const char *what = dirty ? "held and dirty" : "held";
	struct dpager_evacuate figures;
	uint64_t to, used;
	pid_t pid;

	stamp_source();
	if (mlock(tenant.map, LOCKED * PAGE))
		bail("mlock");
	if (dirty)
		ok_equal(tenant_rewrite(&tenant, 0, HELD), 0, "%s: right before", what);
	fill_pipe();
	pid = pin();
	to = add(disks[(number + 1) % 2]);
	used = dp_segment_used(store, from);
	ok_evacuated(evacuate(store, from, 0, &figures), &figures, used, what);
	ok_released(disks[number % 2], what);
	held();
	empty_pipe();
	unpin(pid);
	munlock(tenant.map, LOCKED * PAGE);
	dp_page_out(tenant.object);
	ok_equal(pages_in_memory(tenant.map, 0, PAGES), 0, "%s: let go, all goes out", what);
	ok_equal(dp_segment_used(store, to), PAGES, "%s: to the other segment", what);
	tenant_renew(&tenant, what);
	dp_page_out(tenant.object);
	return to;
}

int main(void)
{
	uint64_t segment;

	pager = dp_pager();
	open_source();
	store = dp_store(pager, -1, 0, NULL);
	segment = add(disks[0]);
	tenant_open(&tenant, pager, PAGES);
	segment = move(segment, 0, false);
	move(segment, 1, true);
	tenant_close(&tenant);
	dp_settle(pager);
	ok_errno(dp_delete_wait(store), 0, "delete the store");
	ok_errno(dm_remove(DISK), 0, "remove the disk that was read");
	null_remove(DEVICE);
	return tap_done();
}
