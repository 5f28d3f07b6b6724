// SPDX-License-Identifier: GPL-2.0
/*
 * A page that cannot be read: EIO for read, for a write and a punch of a part of
 * it, and for a truncation into it, which change nothing; what came before it is
 * answered; a write of all of it needs no reading.
 *
 * guest: timeout=240 kmod=null_blk allow="I/O error|critical medium error"
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/falloc.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "block.h"
#include "dp.h"

#define PAGES	256UL
#define BAD	101UL

static struct dp_area area;
static char path[64], page[PAGE], many[8 * PAGE];

static void set_bad(bool bad, uint64_t generation)
{
	static int64_t at;

	if (bad)
		at = block_find(path, 0, 8 * MiB, (struct stamp){ area.id, BAD, generation });
	if (at < 0)
		bail("the page is not on the disk");
	null_badblocks("dpbad", bad, at / 512, at / 512 + 7);
}

static int failed(ssize_t answer)
{
	return answer < 0 ? errno : 0;
}

static void refused(void)
{
	struct stat stat;
	off_t at = BAD * PAGE;
	int null = open("/dev/null", O_WRONLY);

	ok_errno(failed(pread(area.fd, page, PAGE, at)), EIO, "read");
	ok_errno(failed(pread(area.fd, page, 1, at)), EIO, "and again");
	ok_equal(pread(area.fd, many, sizeof(many), at - 2 * PAGE), 2 * PAGE, "what comes before it");
	ok_errno(failed(pread(area.fd, many, 6 * PAGE, at + PAGE)), 0, "and behind it");
	ok_errno(failed(sendfile(null, area.fd, &at, PAGE)), EIO, "sendfile");
	at = BAD * PAGE;
	ok_errno(failed(pwrite(area.fd, "x", 1, at + 5)), EIO, "a write to a part of it");
	ok_errno(failed(fallocate(area.fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, at - PAGE,
				  PAGE + 1)), EIO, "a hole that ends in it");
	ok_errno(failed(ftruncate(area.fd, at + 1)), EIO, "truncation into it");
	fstat(area.fd, &stat);
	ok_equal(stat.st_size, PAGES * PAGE, "changes nothing");
	ok_equal(lseek(area.fd, at, SEEK_DATA), at, "it is data");
	ok_equal(stamp_verify(area.map, area.id, 0, BAD, 1), 0, "pages before it are right");
	ok_equal(stamp_verify(area.map, area.id, BAD + 1, PAGES - BAD - 1, 1), 0, "and behind it");
	close(null);
}

static void written(void)
{
	struct dpager_object_info before, after;

	dp_object_info(area.fd, &before);
	stamp_write(page, (struct stamp){ area.id, BAD, 2 });
	ok_equal(pwrite(area.fd, page, PAGE, BAD * PAGE), PAGE, "all of it is written");
	dp_object_info(area.fd, &after);
	ok_equal(after.pages_in, before.pages_in, "without reading it");
	ok_equal(stamp_verify(area.map, area.id, BAD, 1, 2), 0, "and is there");
	set_bad(false, 1);
	dp_page_out(area.fd);
	ok_equal(stamp_verify(area.map, area.id, BAD, 1, 2), 0, "and comes back");
	dp_page_out(area.fd);
	set_bad(true, 2);
	ok_errno(failed(ftruncate(area.fd, BAD * PAGE)), 0, "truncation up to it");
	ok_errno(failed(ftruncate(area.fd, PAGES * PAGE)), 0, "and larger");
	ok_equal(pread(area.fd, page, PAGE, BAD * PAGE), PAGE, "is read");
	ok(page_is_zero(page), "as zeros");
	set_bad(false, 2);
}

int main(void)
{
	static const struct null_setup setup = { .megabytes = 64, .memory = true };
	int pager = dp_pager(), store = dp_store(pager, -1, 0, NULL), device;

	null_create("dpbad", &setup, path);
	device = block_open(path, O_RDWR);
	dp_segment(store, device, 0, 8 * MiB);
	close(device);
	dp_area_open(&area, store, PAGES);
	stamp_fill(area.map, area.id, 0, PAGES, 1);
	dp_page_out(area.fd);
	set_bad(true, 1);
	refused();
	dp_page_out(area.fd);
	refused();
	dp_page_out(area.fd);
	written();
	dp_area_close(&area);
	dp_settle(pager);
	ok_errno(dp_delete_wait(store), 0, "delete the store");
	null_remove("dpbad");
	return tap_done();
}
