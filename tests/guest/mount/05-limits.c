// SPDX-License-Identifier: GPL-2.0
/*
 * size= and nr_inodes=: as many pages and files as tmpfs allows, SIGBUS and ENOSPC
 * beyond, and what is given up can be used again at once.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dp.h"
#include "mounted.h"
#include "parity.h"

#define MOST	256ULL
#define PAGES	(2 * MOST)

static const char *const places[] = { PARITY_TMPFS, PARITY_DPAGER };

/* Pages of a mapping, from @first on, every @step-th, until one raises SIGBUS. */
static uint64_t fill(char *map, uint64_t first, uint64_t step, bool write)
{
	uint64_t count = 0, i;

	for (i = first; i < PAGES; i += step, count++)
		if (write ? probe_write(map + i * PAGE) : probe_read(map + i * PAGE))
			break;
	return count;
}

/* In both as many pages of a file can be had, and @used then. */
static void fills(uint64_t step, bool write, uint64_t count, uint64_t used, const char *what)
{
	struct room room;
	char path[64], *map;
	unsigned int i;

	for (i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "%s/file", places[i]);
		map = mounted_map(path, PAGES);
		ok_equal(fill(map, 0, step, write), count, "%s: %s", places[i], what);
		room = mounted_room(places[i]);
		ok_equal(room.all, MOST, "%s: statfs: all", places[i]);
		ok_equal(room.used, used, "%s: statfs: used", places[i]);
		munmap(map, PAGES * PAGE);
		ok_equal(mounted_room(places[i]).used, used, "%s: unmapped, as many",
			 places[i]);
		unlink(path);
		ok_equal(mounted_room(places[i]).used, 0, "%s: unlinked, none", places[i]);
	}
}

static void pages(void)
{
	fills(1, true, MOST, MOST, "written in order");
	fills(1, false, MOST, MOST, "read in order");
	fills(2, true, MOST, MOST, "every second one written");
	fills(16, true, PAGES / 16, PAGES / 16, "few");
}

/* Two files share what there is. */
static void two_files(void)
{
	char path[2][64], *map[2];
	unsigned int i;

	for (i = 0; i < 2; i++) {
		snprintf(path[0], sizeof(path[0]), "%s/one", places[i]);
		snprintf(path[1], sizeof(path[1]), "%s/other", places[i]);
		map[0] = mounted_map(path[0], PAGES);
		map[1] = mounted_map(path[1], PAGES);
		for (uint64_t page = 0; page < MOST / 2; page++)
			map[0][page * PAGE] = 1;
		ok_equal(fill(map[1], 0, 1, true), MOST / 2, "%s: the other half", places[i]);
		ok(probe_write(map[0] + MOST * PAGE), "%s: and no more of the first", places[i]);
		ok(!probe_write(map[0]), "%s: but what is there", places[i]);
		munmap(map[0], PAGES * PAGE);
		unlink(path[0]);
		ok_equal(fill(map[1], MOST / 2, 1, true), MOST / 2, "%s: the rest, unlinked",
			 places[i]);
		munmap(map[1], PAGES * PAGE);
		unlink(path[1]);
	}
}

static uint64_t blocks(int fd)
{
	struct stat st;

	fstat(fd, &st);
	return st.st_blocks / (PAGE / 512);
}

/* A page counts wherever it is. */
static void paged_out(void)
{
	struct dp_area area;
	uint64_t dropped;

	mounted_area(&area, PARITY_DPAGER "/out", PAGES);
	stamp_fill(area.map, area.id, 0, MOST, 1);
	dp_page_out(area.fd);
	ok_equal(mounted_room(PARITY_DPAGER).used, MOST, "paged out they count");
	ok_equal(blocks(area.fd), MOST, "as blocks of the file, too");
	ok(probe_write(area.map + MOST * PAGE), "no page more");
	ok_equal(stamp_verify(area.map, area.id, 0, MOST, 1), 0, "paged in, all are right");
	ok_equal(mounted_room(PARITY_DPAGER).used, MOST, "and count once");
	dp_page_out(area.fd);
	ok_errno(dp_control(area.fd, DPAGER_CONTROL_DROP, 64 * PAGE, 32 * PAGE, &dropped), 0,
		 "drop a cluster");
	ok_equal(mounted_room(PARITY_DPAGER).used, MOST - 32, "they count no more");
	ok_errno(dp_control(area.fd, DPAGER_CONTROL_DROP, 101 * PAGE, 3 * PAGE, &dropped), 0,
		 "drop three pages");
	ok_equal(blocks(area.fd), MOST - 35, "nor do these");
	ok_equal(fill(area.map, MOST, 1, true), 35, "as many others");
	ok_equal(stamp_verify(area.map, area.id, 104, MOST - 104, 1), 0, "the rest is right");
	dp_page_out(area.fd);
	ok_equal(stamp_verify(area.map, area.id, 0, 64, 1), 0, "and what is before");
	dp_area_close(&area);
	unlink(PARITY_DPAGER "/out");
	ok_equal(mounted_room(PARITY_DPAGER).used, 0, "unlinked, none");
}

/* Zeros that are nowhere do not. */
static void zeros(void)
{
	struct dp_area area;

	mounted_area(&area, PARITY_DPAGER "/zeros", PAGES);
	ok_equal(fill(area.map, 0, 1, false), MOST, "holes are read");
	dp_page_out(area.fd);
	ok_equal(mounted_room(PARITY_DPAGER).used, 0, "dropped from memory they are nothing");
	ok_equal(blocks(area.fd), 0, "and no blocks");
	dp_area_close(&area);
	unlink(PARITY_DPAGER "/zeros");
}

/* Bytes that can be written, by 10,000 at a time, until it fails with @error. */
static uint64_t write_all(int fd, int *error)
{
	static char bytes[10000];
	uint64_t total = 0;
	ssize_t written;

	while ((written = write(fd, bytes, sizeof(bytes))) > 0)
		total += written;
	*error = written < 0 ? errno : 0;
	return total;
}

static int open_at(unsigned int place, const char *name)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", places[place], name);
	fd = open(path, O_CREAT | O_RDWR, 0644);
	if (fd < 0)
		bail("cannot make %s", path);
	unlink(path);
	return fd;
}

static void writes(void)
{
	unsigned int i;
	int fd, error;

	for (i = 0; i < 2; i++) {
		fd = open_at(i, "written");
		ok_equal(write_all(fd, &error), MOST * PAGE, "%s: bytes written", places[i]);
		ok_errno(error, ENOSPC, "%s: and then", places[i]);
		ok_equal(mounted_room(places[i]).used, MOST, "%s: in use", places[i]);
		ok_errno(ftruncate(fd, 10 * PAGE) ? errno : 0, 0, "%s: truncated", places[i]);
		ok_equal(mounted_room(places[i]).used, 10, "%s: in use", places[i]);
		lseek(fd, 0, SEEK_SET);
		ok_equal(write_all(fd, &error), MOST * PAGE, "%s: written again", places[i]);
		ok_errno(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 64 * PAGE,
				   32 * PAGE) ? errno : 0, 0, "%s: a hole", places[i]);
		ok_equal(mounted_room(places[i]).used, MOST - 32, "%s: in use", places[i]);
		ok_equal(write_all(fd, &error), 32 * PAGE, "%s: as much more", places[i]);
		close(fd);
		ok_equal(mounted_room(places[i]).used, 0, "%s: closed", places[i]);
	}
}

/* dpagerfs keeps nothing for it, but says whether there is room. */
static void reserves(void)
{
	unsigned int i;
	int fd, error;

	for (i = 0; i < 2; i++) {
		fd = open_at(i, "reserved");
		ok_errno(fallocate(fd, 0, 0, (MOST + 1) * PAGE) ? errno : 0, ENOSPC,
			 "%s: more than the size", places[i]);
		ok_errno(fallocate(fd, 0, 0, MOST * PAGE) ? errno : 0, 0, "%s: all of it",
			 places[i]);
		ok_equal(write_all(fd, &error), MOST * PAGE, "%s: written", places[i]);
		ok_errno(fallocate(fd, 0, 0, MOST * PAGE) ? errno : 0, 0, "%s: again", places[i]);
		close(fd);
	}
}

static void files(void)
{
	unsigned int i;

	for (i = 0; i < 5; i++)
		parity_errno(0, "creat f%u 644", i);
	parity_errno(0, "mkdir d 755");
	parity_errno(0, "symlink f0 s");
	parity_errno(0, "link f0 l");
	parity_errno(0, "mknod p p 644");
	parity_errno(ENOSPC, "creat f 644");
	parity_errno(ENOSPC, "mkdir e 755");
	parity_errno(ENOSPC, "symlink f0 t");
	parity_errno(ENOSPC, "link f0 m");
	parity_errno(ENOSPC, "tmpfile . t");
	parity_errno(ENOSPC, "rename f0 g w");
	parity_errno(0, "rename f0 f1");
	parity_errno(0, "creat f 644");
	parity_errno(ENOSPC, "creat g 644");
	parity_errno(0, "unlink l");
	parity_errno(0, "tmpfile . t");
	parity_errno(ENOSPC, "link f g");
	parity_errno(0, "unlink t");
	parity_errno(0, "link f g");
	parity_errno(ENOSPC, "link f h");
	parity_errno(0, "rename f2 g");
	parity_errno(0, "link g h");
	ok_equal(mounted_room(PARITY_DPAGER).files, 10, "statfs: files");
	ok_equal(mounted_room(PARITY_DPAGER).files_used, 10, "statfs: files in use");
}

int main(void)
{
	struct dp_scene scene;

	dp_scene_open(&scene, "/dev/vda", 16 * MiB);
	parity_open("size=1m,nr_inodes=10", NULL);
	pages();
	two_files();
	paged_out();
	zeros();
	writes();
	reserves();
	files();
	parity_close();
	dp_settle(scene.pager);
	dp_scene_close(&scene);
	return tap_done();
}
