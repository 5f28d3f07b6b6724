// SPDX-License-Identifier: GPL-2.0
/*
 * O_DIRECT between a disk and an object's mapping: the device writes to pages
 * that are pinned, while they are paged out again and again.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "block.h"
#include "dp.h"

#define PAGES		64UL
#define AREA		(512 * MiB)
#define ROUNDS		40UL
#define SOURCE		77

static int object;
static uint64_t id;
static char *map;
static atomic_bool stop;

static void *page_out_always(void *unused)
{
	uint64_t pages;

	while (!stop)
		dp_control(object, DPAGER_CONTROL_PAGE_OUT, 0, 0, &pages);
	return unused;
}

/* A disk area of stamps, one generation after the other. */
static void prepare(int disk)
{
	char *buffer = block_buffer(PAGES * PAGE);
	uint64_t generation;

	for (generation = 0; generation < ROUNDS; generation++) {
		stamp_fill(buffer, SOURCE, 0, PAGES, generation);
		if (!block_write(disk, AREA + generation * PAGES * PAGE, buffer, PAGES * PAGE))
			bail("cannot prepare the disk");
	}
	free(buffer);
}

static void read_into_object(int disk)
{
	uint64_t generation, wrong = 0, failed = 0;

	for (generation = 0; generation < ROUNDS; generation++) {
		failed += !block_read(disk, AREA + generation * PAGES * PAGE, map, PAGES * PAGE);
		wrong += stamp_verify(map, SOURCE, 0, PAGES, generation);
	}
	ok_equal(failed, 0, "O_DIRECT reads into the object");
	ok_equal(wrong, 0, "what they brought is there, whatever was paged out");
}

static void write_from_object(int disk)
{
	char *buffer = block_buffer(PAGES * PAGE);
	uint64_t generation, wrong = 0, failed = 0;

	for (generation = 100; generation < 100 + ROUNDS; generation++) {
		stamp_fill(map, id, 0, PAGES, generation);
		failed += !block_write(disk, AREA, map, PAGES * PAGE);
		failed += !block_read(disk, AREA, buffer, PAGES * PAGE);
		wrong += stamp_verify(buffer, id, 0, PAGES, generation);
	}
	ok_equal(failed, 0, "O_DIRECT writes from the object");
	ok_equal(wrong, 0, "what they took was right");
	free(buffer);
}

/* read(2) and write(2) of a pipe copy from kernel mode, with page faults. */
static void copies_of_the_kernel(void)
{
	int pair[2], i, failed = 0;
	char page[PAGE];

	if (pipe(pair))
		bail("no pipe");
	for (i = 0; i < 200; i++) {
		stamp_write(page, (struct stamp){ id, 0, i });
		failed += write(pair[1], page, PAGE) != PAGE;
		failed += read(pair[0], map + i % PAGES * PAGE, PAGE) != PAGE;
		failed += write(pair[1], map + i % PAGES * PAGE, PAGE) != PAGE;
		failed += read(pair[0], page, PAGE) != PAGE;
		failed += stamp_check(page, (struct stamp){ id, 0, i }) != STAMP_GOOD;
	}
	ok_equal(failed, 0, "the kernel copies to and from the object");
	close(pair[0]);
	close(pair[1]);
}

int main(void)
{
	struct dp_scene scene;
	pthread_t thread;
	int disk;

	dp_scene_open(&scene, "/dev/vda", 16 * MiB);
	disk = block_open("/dev/vdb", O_RDWR | O_DIRECT);
	prepare(disk);
	object = dp_object(scene.pager, PAGES * PAGE, &id);
	map = dp_map(object, PAGES * PAGE);
	pthread_create(&thread, NULL, page_out_always, NULL);
	read_into_object(disk);
	write_from_object(disk);
	copies_of_the_kernel();
	stop = true;
	pthread_join(thread, NULL);
	munmap(map, PAGES * PAGE);
	close(object);
	close(disk);
	dp_settle(scene.pager);
	dp_scene_close(&scene);
	return tap_done();
}
