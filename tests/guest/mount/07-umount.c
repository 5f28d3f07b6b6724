// SPDX-License-Identifier: GPL-2.0
/*
 * Unmounting: refused while a file is open, mapped, or is somebody's directory;
 * else at once, whatever hangs; then the module can go.
 *
 * guest: kmod=dm-mod timeout=120
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <time.h>
#include <unistd.h>

#include "block.h"
#include "dp.h"
#include "mounted.h"
#include "proc.h"
#include "parity.h"

#define PLACE	"/mounted"
#define PAGES	64ULL

static struct dp_scene scene;

static void busy(void)
{
	struct dp_area area;
	int root;

	mounted(PLACE, "");
	mounted_area(&area, PLACE "/file", PAGES);
	stamp_fill(area.map, area.id, 0, PAGES, 1);
	ok_errno(parity_unmount(PLACE), EBUSY, "a file is open, and mapped");
	close(area.fd);
	ok_errno(parity_unmount(PLACE), EBUSY, "it is still mapped");
	ok_equal(stamp_verify(area.map, area.id, 0, PAGES, 1), 0, "and right");
	munmap(area.map, PAGES * PAGE);
	root = open(PLACE, O_RDONLY);
	ok_errno(parity_unmount(PLACE), EBUSY, "its root is open");
	close(root);
	ok_errno(dp_unload(), EAGAIN, "the module is in use");
	mounted_area_again(&area, PLACE "/file");
	ok_equal(stamp_verify(area.map, area.id, 0, PAGES, 1), 0, "opened again it is right");
	dp_area_close(&area);
	ok_errno(parity_unmount(PLACE), 0, "idle");
	dp_settle(scene.pager);
	ok(true, "its objects go with it");
}

/* Unlinked, or its mount gone, what is open or mapped stays. */
static void detached(void)
{
	struct dp_area area, other;

	mounted(PLACE, "");
	mounted_area(&area, PLACE "/open", PAGES);
	mounted_area(&other, PLACE "/mapped", PAGES);
	stamp_fill(area.map, area.id, 0, PAGES, 1);
	stamp_fill(other.map, other.id, 0, PAGES, 1);
	munmap(area.map, PAGES * PAGE);
	close(other.fd);
	unlink(PLACE "/open");
	unlink(PLACE "/mapped");
	dp_page_out(area.fd);
	ok_equal(stamp_verify(other.map, other.id, 0, PAGES, 1), 0, "unlinked, mapped");
	area.map = dp_map(area.fd, PAGES * PAGE);
	ok_equal(stamp_verify(area.map, area.id, 0, PAGES, 1), 0, "unlinked, open");
	ok_equal(mounted_room(PLACE).used, 2 * PAGES, "both count");
	ok_errno(umount2(PLACE, MNT_DETACH) ? errno : 0, 0, "detached");
	stamp_fill(other.map, other.id, 0, PAGES, 2);
	dp_page_out(area.fd);
	ok_equal(stamp_verify(other.map, other.id, 0, PAGES, 2), 0, "it goes on");
	ok_equal(stamp_verify(area.map, area.id, 0, PAGES, 1), 0, "and so does the other");
	munmap(other.map, PAGES * PAGE);
	dp_area_close(&area);
	dp_settle(scene.pager);
	ok(true, "with the last one all go");
}

/* The disk hangs with writes in flight; nobody waits for it to unmount. */
static void hangs(void)
{
	struct dp_area area;
	struct timespec from, to;
	uint64_t pages;
	char path[64];
	int store, status = -1;
	pid_t pid;

	dm_create("dpmount", 64 * MiB / 512, "linear", "/dev/vdb 0", path);
	store = dp_store(scene.pager, 5, 0, "hangs");
	dp_segment_on(store, path, 0, 32 * MiB);
	mounted(PLACE, "store=hangs");
	mounted_area(&area, PLACE "/file", 4 * PAGES);
	stamp_fill(area.map, area.id, 0, 4 * PAGES, 1);
	dm_suspend("dpmount");
	pid = fork();
	if (!pid)
		_exit(dp_control(area.fd, DPAGER_CONTROL_PAGE_OUT, 0, 0, &pages));
	ok(!proc_ended(pid, 500, &status), "writing waits for the disk");
	kill(pid, SIGKILL);
	ok(proc_ended(pid, 10000, &status), "and is killed");
	dp_area_close(&area);
	clock_gettime(CLOCK_MONOTONIC, &from);
	ok_errno(parity_unmount(PLACE), 0, "unmount does not wait");
	clock_gettime(CLOCK_MONOTONIC, &to);
	ok(to.tv_sec - from.tv_sec < 5, "not for long");
	dm_resume("dpmount");
	dp_settle(scene.pager);
	ok_errno(dp_delete_wait(store), 0, "delete its store");
	close(store);
	ok_errno(dm_remove("dpmount"), 0, "its disk is released");
}

static void unload(void)
{
	int tries, error;

	mounted(PLACE, "");
	parity_call(PLACE, "creat f 644");
	parity_call(PLACE, "mkdir d 755");
	parity_call(PLACE, "setx d trusted.x value");
	parity_call(PLACE, "symlink f s");
	ok_errno(dp_unload(), EAGAIN, "mounted: the module stays");
	ok_errno(parity_unmount(PLACE), 0, "unmounted");
	/* The objects' last moments hold it. */
	for (tries = 0; tries < 500; tries++) {
		error = dp_unload();
		if (!error)
			break;
		usleep(10000);
	}
	ok_errno(error, 0, "unloaded");
	ok_errno(parity_mount("dpagerfs", PLACE, ""), ENODEV, "no such file system any more");
	dp_load();
	ok_errno(parity_mount("dpagerfs", PLACE, ""), 0, "loaded again, mounted");
	ok_errno(parity_unmount(PLACE), 0, "and unmounted");
}

int main(void)
{
	dp_scene_open(&scene, "/dev/vda", 16 * MiB);
	busy();
	detached();
	hangs();
	dp_scene_close(&scene);
	close(scene.pager);
	unload();
	return tap_done();
}
