// SPDX-License-Identifier: GPL-2.0
/*
 * A disk writes to a page by direct I/O after the object has been cut before it.
 * The page lies in a folio with pages that stay; what the disk wrote there must not
 * come back when the object grows.
 *
 * guest: kmod=dm-mod
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/kernel-page-flags.h>
#include <string.h>
#include <unistd.h>

#include "block.h"
#include "cgroup.h"
#include "dp.h"
#include "proc.h"

#define PAGES	128UL
#define CUT	69UL
/* Where the disk writes, and how much. */
#define LATE	71UL
#define COUNT	4UL
#define DISK	"dplate"

static struct dp_area area;
static int disk;

static int read_direct(void *unused)
{
	(void)unused;
	return pread(disk, area.map + LATE * PAGE, COUNT * PAGE, 0) != COUNT * PAGE;
}

/* One number of a table that has one of a page. */
static uint64_t table_entry(const char *path, uint64_t index)
{
	int fd = open(path, O_RDONLY);
	uint64_t entry;

	if (pread(fd, &entry, sizeof(entry), index * sizeof(entry)) != sizeof(entry))
		bail("%s", path);
	close(fd);
	return entry;
}

/* Does a page that is mapped lie in a folio with one before it? */
static bool larger(const char *page)
{
	uint64_t frame = table_entry("/proc/self/pagemap", (uintptr_t)page / PAGE);

	return table_entry("/proc/kpageflags", frame & ((1ULL << 55) - 1)) >> KPF_COMPOUND_TAIL & 1;
}

/* Out, and in again, as larger folios. */
static void bring(void)
{
	stamp_fill(area.map, area.id, 0, PAGES, 1);
	dp_page_out(area.fd);
	dp_control(area.fd, DPAGER_CONTROL_PAGE_IN, 0, 0, NULL);
	if (probe_read(area.map + LATE * PAGE))
		bail("a page cannot be read");
	ok(larger(area.map + LATE * PAGE), "it lies in a larger folio");
}

/* The object ends at CUT, and the disk has written behind that. */
static void cut(void)
{
	int status;
	pid_t pid;

	bring();
	dm_suspend(DISK);
	pid = proc_start(read_direct, NULL);
	ok(!proc_ended(pid, 300, &status), "a read is under way");
	ok_errno(ftruncate(area.fd, CUT * PAGE) ? errno : 0, 0, "cut before it");
	dm_resume(DISK);
	ok_equal(proc_wait(pid), 0, "it ends");
}

/* Reclaim takes whole folios; PAGE_OUT ends where the object does. */
static void leave(void)
{
	int reclaim = open("/sys/fs/cgroup/late/memory.reclaim", O_WRONLY), tries;
	struct dpager_object_info info;

	for (tries = 0; tries < 100; tries++) {
		/* It fails where there was less. */
		if (write(reclaim, "16M", 3) != 3 && errno != EAGAIN)
			bail("memory.reclaim");
		if (dp_object_info(area.fd, &info))
			bail("OBJECT_INFO");
		if (!info.resident)
			break;
		usleep(10000);
	}
	close(reclaim);
	ok_equal(info.resident, 0, "none of it is in memory");
}

static void zeros(void)
{
	ok_equal(stamp_verify(area.map, area.id, 0, CUT, 1), 0, "pages before it");
	ok_equal(pages_not_zero(area.map, CUT + 1, PAGES - CUT - 1), 0, "zeros behind");
	dp_page_out(area.fd);
	ok_equal(pages_not_zero(area.map, CUT + 1, PAGES - CUT - 1), 0,
		 "and when they come back");
}

static void grows(bool out)
{
	cut();
	if (out)
		leave();
	ok_errno(ftruncate(area.fd, PAGES * PAGE) ? errno : 0, 0, "it grows%s",
		 out ? ", paged out" : "");
	ok_equal(pages_not_zero(area.map, CUT, 1), 0, "zeros at the end");
	zeros();
}

static void written(bool out)
{
	char bytes[100];

	memset(bytes, 7, sizeof(bytes));
	cut();
	if (out)
		leave();
	ok_equal(pwrite(area.fd, bytes, sizeof(bytes), CUT * PAGE), (ssize_t)sizeof(bytes),
		 "it is written to at its end%s", out ? ", paged out" : "");
	if (ftruncate(area.fd, PAGES * PAGE))
		bail("ftruncate");
	ok(!memcmp(area.map + CUT * PAGE, bytes, sizeof(bytes)), "what was written");
	ok_equal(area.map[CUT * PAGE + sizeof(bytes)], 0, "and zeros");
	zeros();
}

int main(void)
{
	struct dp_scene scene;
	char path[64];

	cgroup_need_memory();
	cgroup_create("late", 0);
	cgroup_enter("late", getpid());
	dp_scene_open(&scene, "/dev/vda", 16 * MiB);
	block_fill("/dev/vdb", 0, COUNT * PAGE, 0xab);
	dm_create(DISK, COUNT * PAGE / 512, "linear", "/dev/vdb 0", path);
	disk = block_open(path, O_RDONLY | O_DIRECT);
	dp_area_open(&area, scene.store, PAGES);
	grows(false);
	grows(true);
	written(false);
	written(true);
	dp_area_close(&area);
	close(disk);
	dm_remove(DISK);
	dp_settle(scene.pager);
	dp_scene_close(&scene);
	cgroup_leave(getpid());
	cgroup_remove("late");
	return tap_done();
}
