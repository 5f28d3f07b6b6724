// SPDX-License-Identifier: GPL-2.0
/*
 * An object larger than memory by calls alone: two processes write, read back in
 * order and at random, rewrite parts of pages, and send it to a file's worth of
 * pipe; every page is verified.
 *
 * guest: mem=256 timeout=400
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dp.h"
#include "proc.h"

#define PAGES	(384 * MiB / PAGE)
#define HALF	(PAGES / 2)
#define CHUNK	32

static struct dp_scene scene;
static int object;
static uint64_t id;

static int write_half(uint64_t first, uint64_t generation)
{
	static char pages[CHUNK * PAGE];
	uint64_t page, i;

	for (page = first; page < first + HALF; page += CHUNK) {
		for (i = 0; i < CHUNK; i++)
			stamp_write(pages + i * PAGE, (struct stamp){ id, page + i, generation });
		if (pwrite(object, pages, sizeof(pages), page * PAGE) != (ssize_t)sizeof(pages))
			return 1;
	}
	return 0;
}

static int read_half(uint64_t first, uint64_t generation)
{
	static char pages[CHUNK * PAGE];
	uint64_t page, i;

	for (page = first; page < first + HALF; page += CHUNK) {
		if (pread(object, pages, sizeof(pages), page * PAGE) != (ssize_t)sizeof(pages))
			return 2;
		for (i = 0; i < CHUNK; i++)
			if (stamp_check(pages + i * PAGE,
					(struct stamp){ id, page + i, generation }) != STAMP_GOOD)
				return 3;
	}
	return 0;
}

/* In two parts, so that it has to be read first. */
static int rewrite_some(uint64_t first, uint64_t generation)
{
	uint64_t state = first + 5, i, page;
	char stamp[PAGE], found[PAGE];

	for (i = 0; i < 3000; i++) {
		page = first + random_next(&state) % HALF;
		stamp_write(stamp, (struct stamp){ id, page, generation });
		if (pwrite(object, stamp, 1001, page * PAGE) != 1001 ||
		    pwrite(object, stamp + 1001, PAGE - 1001, page * PAGE + 1001) != PAGE - 1001)
			return 4;
		if (pread(object, found, PAGE, page * PAGE) != PAGE ||
		    stamp_check(found, (struct stamp){ id, page, generation }) != STAMP_GOOD)
			return 5;
	}
	return 0;
}

static int work(void *argument)
{
	uint64_t first = (uintptr_t)argument;
	int error;

	error = write_half(first, 1);
	if (!error)
		error = read_half(first, 1);
	if (!error)
		error = rewrite_some(first, 1);
	if (!error)
		error = read_half(first, 1);
	if (!error)
		error = write_half(first, 2);
	if (!error)
		error = read_half(first, 2);
	return error;
}

int main(void)
{
	struct dpager_object_info info;
	struct stat stat;
	pid_t pids[2];
	unsigned int i;

	dp_scene_open(&scene, "/dev/vda", 512 * MiB);
	object = dp_object(scene.store, PAGES * PAGE, &id);
	for (i = 0; i < 2; i++)
		pids[i] = proc_start(work, (void *)(uintptr_t)(i * HALF));
	for (i = 0; i < 2; i++)
		ok_equal(proc_wait(pids[i]), 0, "process %u finds what it has written", i);
	dp_object_info(object, &info);
	ok(info.pages_out > PAGES && info.pages_in > HALF, "pages went out, and came in");
	fstat(object, &stat);
	ok_equal(stat.st_blocks, PAGES * (PAGE / 512), "all of it has blocks");
	ok_equal(lseek(object, 0, SEEK_HOLE), PAGES * PAGE, "and is data");
	close(object);
	dp_settle(scene.pager);
	dp_scene_close(&scene);
	return tap_done();
}
