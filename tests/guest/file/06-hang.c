// SPDX-License-Identifier: GPL-2.0
/*
 * A disk that hangs: SIGKILL ends whoever reads, writes or punches a page that is
 * there, and what does not need the disk goes on; nothing is lost.
 *
 * guest: kmod=dm-mod timeout=240
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/falloc.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "block.h"
#include "dp.h"
#include "proc.h"

#define PAGES	2048UL
#define SECTORS	(64 * MiB / 512)

static struct dp_area area;

static int do_read(void *unused)
{
	char page[PAGE];

	(void)unused;
	return pread(area.fd, page, PAGE, PAGES / 2 * PAGE) != PAGE;
}

static int do_write(void *unused)
{
	(void)unused;
	return pwrite(area.fd, "x", 1, (PAGES / 2 + 100) * PAGE + 9) != 1;
}

static int do_punch(void *unused)
{
	(void)unused;
	return fallocate(area.fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
			 (PAGES / 2 + 200) * PAGE + 9, 10) != 0;
}

static int do_truncate(void *unused)
{
	(void)unused;
	return ftruncate(area.fd, (PAGES - 300) * PAGE + 9) != 0;
}

static void goes_on(void)
{
	char page[PAGE];

	stamp_write(page, (struct stamp){ area.id, 7, 2 });
	ok_equal(pwrite(area.fd, page, PAGE, 7 * PAGE), PAGE, "a whole page is written");
	ok_equal(pread(area.fd, page, PAGE, 7 * PAGE), PAGE, "and read");
	ok_equal(ftruncate(area.fd, (PAGES + 50) * PAGE), 0, "the object grows");
	ok_equal(pread(area.fd, page, PAGE, (PAGES + 5) * PAGE), PAGE, "its hole is read");
	ok_equal(lseek(area.fd, 0, SEEK_DATA), 0, "data");
	ok_equal(lseek(area.fd, 0, SEEK_HOLE), PAGES * PAGE, "and holes are told");
	ok_equal(posix_fadvise(area.fd, 0, PAGES * PAGE, POSIX_FADV_WILLNEED), 0, "fadvise");
}

int main(void)
{
	int pager = dp_pager(), store = dp_store(pager, -1, 0, "hangs");
	char path[64];

	dm_create("dphang", SECTORS, "linear", "/dev/vda 0", path);
	dp_segment_on(store, path, 0, 32 * MiB);
	dp_area_open(&area, store, PAGES);
	stamp_fill(area.map, area.id, 0, PAGES, 1);
	dp_page_out(area.fd);
	dm_suspend("dphang");
	proc_killed(do_read, "read");
	proc_killed(do_write, "a write to a part of a page");
	proc_killed(do_punch, "a punch in a page");
	proc_killed(do_truncate, "truncation into a page");
	goes_on();
	dm_resume("dphang");
	ok_equal(stamp_verify(area.map, area.id, 0, 7, 1), 0, "the disk is back: pages are right");
	ok_equal(stamp_verify(area.map, area.id, 7, 1, 2), 0, "the one that was written, too");
	ok_equal(stamp_verify(area.map, area.id, 8, PAGES - 8, 1), 0, "and what was not changed");
	dp_area_close(&area);
	dp_settle(pager);
	ok_errno(dp_delete_wait(store), 0, "delete the store");
	ok_errno(dm_remove("dphang"), 0, "its disk is released");
	return tap_done();
}
