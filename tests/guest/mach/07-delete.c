// SPDX-License-Identifier: GPL-2.0
/*
 * default_pager_backing_store_delete with pages in use: moved to another store;
 * KERN_FAILURE without room and with a broken disk; KERN_ABORTED by a signal.
 *
 * guest: timeout=120 kmod=null_blk,dm-mod allow="I/O error|critical medium error"
 */
#include <signal.h>
#include <sys/mman.h>

#include "kern.h"
#include "proc.h"
#include "tenant.h"

#define PAGES	1024UL
#define SLOW	"dpslow"

static mach_port_t pager, store, other;
static struct tenant tenant;

static void no_room(void)
{
	store = kern_store(pager, 10);
	kern_segment(store, "/dev/vda", 8 * MiB);
	tenant_open(&tenant, pager, PAGES);
	ok_kern(default_pager_backing_store_delete(store), KERN_FAILURE, ENOSPC,
		DPAGER_DETAIL_NO_SPACE, "no other store: pages do not come back to memory");
	/* 100 pages are free elsewhere, which was enough for XNU to begin. */
	other = kern_store(pager, 0);
	kern_segment(other, "/dev/vdb", 100 * PAGE);
	ok_kern(default_pager_backing_store_delete(store), KERN_FAILURE, ENOSPC,
		DPAGER_DETAIL_NO_SPACE, "room for a part of them");
	tenant_renew(&tenant, "refused");
}

static void moved(void)
{
	int disk = block_open("/dev/vdb", O_RDWR);

	if (default_pager_add_segment(other, disk, 16384, 16384, 512))
		bail("no segment");
	close(disk);
	ok_kern(default_pager_backing_store_delete(store), KERN_SUCCESS, 0, 0,
		"with room, the pages are moved");
	ok_kern(default_pager_backing_store_delete(store), KERN_INVALID_ARGUMENT, ESTALE, 0,
		"the port is dead then");
	mach_port_deallocate(mach_task_self(), store);
	tenant_renew(&tenant, "moved");
}

/* A page that cannot be read is not given up. */
static void broken(void)
{
	static const struct null_setup setup = { .megabytes = 64, .memory = true };
	char path[64];

	null_create("dpbad", &setup, path);
	store = kern_store(pager, 20);
	kern_segment(store, path, 8 * MiB);
	tenant_rewrite(&tenant, 0, PAGES);
	dp_page_out(tenant.object);
	null_badblocks("dpbad", true, 0, 63);
	ok_kern(default_pager_backing_store_delete(store), KERN_FAILURE, EIO, DPAGER_DETAIL_IO,
		"a disk that cannot be read");
	null_badblocks("dpbad", false, 0, 63);
	ok_kern(default_pager_backing_store_delete(store), KERN_SUCCESS, 0, 0,
		"when it can again");
	close(store);
	null_remove("dpbad");
	tenant_renew(&tenant, "repaired");
}

static void ignore(int number)
{
	(void)number;
}

/* 0: KERN_ABORTED. */
static int delete_and_wait(void *unused)
{
	struct sigaction action = { .sa_handler = ignore };
	kern_return_t kern;

	(void)unused;
	sigaction(SIGUSR1, &action, NULL);
	kern = default_pager_backing_store_delete(store);
	if (kern == KERN_ABORTED && errno == EINTR)
		return 0;
	diag("got %d (%s)", kern, strerror(errno));
	return 1;
}

/* Sends signals until it has ended: the first may come before it waits. */
static int interrupt(pid_t pid)
{
	int tries, status;

	for (tries = 0; tries < 100; tries++) {
		if (proc_ended(pid, 100, &status))
			return status;
		kill(pid, SIGUSR1);
	}
	return -1;
}

static void interrupted(void)
{
	char path[64];
	pid_t pid;

	dm_create(SLOW, 64 * MiB / 512, "linear", "/dev/vda 0", path);
	store = kern_store(pager, 20);
	kern_segment(store, path, 8 * MiB);
	tenant_rewrite(&tenant, 0, PAGES);
	dp_page_out(tenant.object);
	dm_suspend(SLOW);
	pid = proc_start(delete_and_wait, NULL);
	usleep(500000);
	ok_equal(interrupt(pid), 0, "a signal while the disk hangs");
	dm_resume(SLOW);
	tenant_renew(&tenant, "interrupted");
	ok_kern(default_pager_backing_store_delete(store), KERN_SUCCESS, 0, 0, "the next goes on");
	close(store);
	dm_remove(SLOW);
	tenant_renew(&tenant, "in the end");
}

int main(void)
{
	pager = kern_pager();
	no_room();
	moved();
	broken();
	interrupted();
	tenant_close(&tenant);
	kern_delete(pager, other);
	return tap_done();
}
