// SPDX-License-Identifier: GPL-2.0
/*
 * round: one life of the module between insmod and rmmod. Makes a store, pages
 * an object out and in, and then, by the round's number, leaves some of it to
 * the module's exit: a store with segments, or a descriptor closed just now.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "block.h"
#include "dp.h"

#define PAGES	64UL

/* What is verified: three generations, each paged out. */
static uint64_t page_around(int store)
{
	uint64_t id, generation, wrong = 0;
	int object = dp_object(store, PAGES * PAGE, &id);
	char *map = dp_map(object, PAGES * PAGE);

	for (generation = 1; generation <= 3; generation++) {
		stamp_fill(map, id, 0, PAGES, generation);
		dp_page_out(object);
		wrong += stamp_verify(map, id, 0, PAGES, generation);
	}
	munmap(map, PAGES * PAGE);
	close(object);
	return wrong;
}

int main(int count, char **arguments)
{
	int number = count > 1 ? atoi(arguments[1]) : 0, pager = dp_pager(), store, disk;

	store = dp_store(pager, -1, 0, NULL);
	disk = block_open("/dev/vda", O_RDWR);
	dp_segment(store, disk, (number % 7) * MiB, 16 * MiB);
	if (page_around(store))
		return 1;
	/* Odd rounds leave the store, and the last reference's work, to the exit. */
	if (number % 2)
		return 0;
	errno = dp_delete_wait(store);
	return errno != 0;
}
