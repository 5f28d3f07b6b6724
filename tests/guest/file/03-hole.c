// SPDX-License-Identifier: GPL-2.0
/*
 * fallocate: punched and zeroed ranges give their slots back at once, with parts
 * of pages at their ends; SEEK_DATA and SEEK_HOLE, and fstat's blocks, tell what
 * there is, wherever it is; MADV_REMOVE; room for what has no place.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/falloc.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dp.h"
#include "twin.h"

#define PAGES	160UL
#define PUNCH	(FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE)
#define ZERO	FALLOC_FL_ZERO_RANGE

static struct dp_scene scene;
static struct twin twin;

static uint64_t used(void)
{
	return dp_segment_used(scene.store, scene.segment);
}

static int change(int mode, uint64_t at, uint64_t bytes)
{
	return fallocate(twin.fd[0], mode, at, bytes) ? errno : 0;
}

static uint64_t blocks(int which)
{
	struct stat stat;

	fstat(twin.fd[which], &stat);
	return stat.st_blocks / (PAGE / 512);
}

/* The map of data and holes, by lseek: a bit a page. */
static long data_map(struct twin *t, int which, void *argument)
{
	off_t at = 0, hole;
	long sum = 0;

	(void)argument;
	while ((at = lseek(t->fd[which], at, SEEK_DATA)) >= 0) {
		hole = lseek(t->fd[which], at, SEEK_HOLE);
		sum = sum * 31 + at / (long)PAGE * 1000 + hole / (long)PAGE;
		if (at % PAGE || hole <= at)
			return -1;
		at = hole;
	}
	return errno == ENXIO ? sum : -errno;
}

static long do_blocks(struct twin *t, int which, void *argument)
{
	(void)t;
	(void)argument;
	return blocks(which);
}

/* Here and there, so that nobody goes in order. */
static void scatter(void)
{
	static const unsigned int pages[] = { 3, 90, 31, 64, 5, 33, 120, 4, 32, 159, 63, 0 };
	char page[PAGE];
	unsigned int i, j;

	memset(page, 'p', sizeof(page));
	for (i = 0; i < sizeof(pages) / sizeof(*pages); i++)
		for (j = 0; j < 2; j++)
			if (pwrite(twin.fd[j], page, PAGE, pages[i] * PAGE) != PAGE)
				bail("cannot write");
}

static void seeking(void)
{
	ok_same(&twin, data_map, NULL, "an object that is all hole");
	ok_same(&twin, do_blocks, NULL, "has no blocks");
	scatter();
	ok_same(&twin, data_map, NULL, "data in memory");
	ok_same(&twin, do_blocks, NULL, "its blocks");
	twin_out(&twin);
	ok_same(&twin, data_map, NULL, "data that is out");
	ok_same(&twin, do_blocks, NULL, "its blocks");
	twin.map[0][64 * PAGE] = 'q';
	ok(probe_read(twin.map[0] + 5 * PAGE) == 0, "some of it comes in");
	twin.map[1][64 * PAGE] = 'q';
	ok_same(&twin, data_map, NULL, "some of it in memory");
	ok_same(&twin, do_blocks, NULL, "its blocks");
	ok_content(&twin, "all of it");
}

static const struct range {
	uint64_t at, bytes;
} ranges[] = {
	{ 3 * PAGE, PAGE }, { 4 * PAGE + 1, 10 }, { 5 * PAGE - 5, 10 }, { 31 * PAGE + 7, 2 * PAGE },
	{ 60 * PAGE, 40 * PAGE }, { 119 * PAGE + 9, 2 * PAGE }, { 100 * PAGE, 500 * PAGE },
	{ 32 * PAGE, 1 }, { 0, PAGE - 1 }, { 1000 * PAGE, PAGE },
};

static void cut(struct twin *t, int mode, const struct range *r, const char *what)
{
	ok_errno(change(mode, r->at, r->bytes), 0, "%s %llu at %llu", what,
		 (unsigned long long)r->bytes, (unsigned long long)r->at);
	ok(!fallocate(t->fd[1], PUNCH, r->at, r->bytes), "the memfd, too");
	ok_same(t, data_map, NULL, "data and holes");
	ok_same(t, do_blocks, NULL, "blocks");
	ok_content(t, "contents");
}

static void cutting(int mode, bool out, const char *what)
{
	unsigned int i;
	uint64_t before;

	scatter();
	for (i = 0; i < sizeof(ranges) / sizeof(*ranges); i++) {
		if (out)
			twin_out(&twin);
		before = blocks(0);
		cut(&twin, mode, &ranges[i], what);
		if (out && !(ranges[i].at % PAGE) && !(ranges[i].bytes % PAGE))
			ok(used() == blocks(0) && blocks(0) <= before, "slots are free at once");
	}
}

static void growing(void)
{
	struct stat stat;

	ok_errno(change(ZERO, (PAGES - 1) * PAGE + 100, 3 * PAGE), 0, "zeros across the end");
	fstat(twin.fd[0], &stat);
	ok_equal(stat.st_size, (PAGES + 2) * PAGE + 100, "make it larger");
	ok_errno(change(ZERO | FALLOC_FL_KEEP_SIZE, PAGES * PAGE, 10 * PAGE), 0, "or not");
	fstat(twin.fd[0], &stat);
	ok_equal(stat.st_size, (PAGES + 2) * PAGE + 100, "when the size is kept");
	ok_errno(change(0, 0, (PAGES + 9) * PAGE), 0, "fallocate");
	fstat(twin.fd[0], &stat);
	ok_equal(stat.st_size, (PAGES + 9) * PAGE, "makes it larger");
	ok_errno(change(FALLOC_FL_KEEP_SIZE, 0, 2000 * PAGE), 0, "room for more is there");
	fstat(twin.fd[0], &stat);
	ok_equal(stat.st_size, (PAGES + 9) * PAGE, "and the size is kept");
	ok_errno(change(0, 0, 4097 * PAGE), ENOSPC, "a page more than the store has");
	ok_errno(change(FALLOC_FL_KEEP_SIZE, 5 * PAGE, 5000 * PAGE), ENOSPC, "nor kept");
	fstat(twin.fd[0], &stat);
	ok_equal(stat.st_size, (PAGES + 9) * PAGE, "nothing has changed");
	ok_errno(ftruncate(twin.fd[0], PAGES * PAGE) ? errno : 0, 0, "as it was");
}

static void removing(void)
{
	uint64_t before;
	unsigned int i;

	for (i = 0; i < 2; i++)
		memset(twin.map[i], 'r', PAGES * PAGE);
	twin_out(&twin);
	before = used();
	for (i = 0; i < 2; i++)
		ok_errno(madvise(twin.map[i] + 20 * PAGE, 30 * PAGE, MADV_REMOVE) ? errno : 0, 0,
			 "MADV_REMOVE");
	ok_equal(used(), before - 30, "frees slots");
	ok_content(&twin, "contents");
	ok_same(&twin, data_map, NULL, "data and holes");
}

int main(void)
{
	dp_scene_open(&scene, "/dev/vda", 16 * MiB);
	twin_open(&twin, scene.store, PAGES * PAGE, PAGES * PAGE);
	seeking();
	cutting(PUNCH, false, "punch, in memory");
	cutting(PUNCH, true, "punch, out");
	cutting(ZERO | FALLOC_FL_KEEP_SIZE, true, "zero");
	growing();
	removing();
	twin_close(&twin);
	dp_settle(scene.pager);
	dp_scene_close(&scene);
	return tap_done();
}
