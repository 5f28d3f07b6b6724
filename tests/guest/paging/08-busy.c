// SPDX-License-Identifier: GPL-2.0
/*
 * The module cannot be unloaded while a pager, store or object descriptor or a
 * mapping lives; it can with stores that nobody holds, and releases their disks.
 *
 * guest: nomodule timeout=60
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include "block.h"
#include "dp.h"
#include "proc.h"

/* Refused means refused: a try a moment later must not succeed either. */
static void refused(const char *what)
{
	int first = dp_unload(), second;

	usleep(100000);
	second = dp_unload();
	ok(first == EWOULDBLOCK && second == EWOULDBLOCK, "refused: %s", what);
	if (first != EWOULDBLOCK || second != EWOULDBLOCK)
		diag("errno %d, then %d", first, second);
	if (!first || !second)
		bail("the module is gone");
}

/* The last reference of an object ends in a worker, a moment later. */
static void accepted(const char *what)
{
	int tries, error = 0;

	for (tries = 0; tries < 500; tries++) {
		error = dp_unload();
		if (!error)
			break;
		usleep(10000);
	}
	ok_errno(error, 0, "accepted: %s", what);
	if (error)
		bail("the module stays");
}

static int holder(void *argument)
{
	(void)argument;
	pause();
	return 0;
}

static void descriptors(void)
{
	int pager, store, object;
	char *map;

	dp_load();
	pager = dp_pager();
	refused("a pager descriptor");
	store = dp_store(pager, -1, 0, NULL);
	close(pager);
	refused("a store descriptor");
	object = dp_object(store, MiB, NULL);
	close(store);
	refused("an object descriptor");
	map = dp_map(object, MiB);
	map[0] = 1;
	close(object);
	refused("a mapping");
	ok_equal(map[0], 1, "the mapping works");
	map[PAGE] = 2;
	munmap(map, MiB);
	accepted("all are gone");
}

static void passed_to_a_child(void)
{
	pid_t pid;
	char *map;
	int object, pager;

	dp_load();
	pager = dp_pager();
	object = dp_object(pager, MiB, NULL);
	close(pager);
	map = dp_map(object, MiB);
	map[0] = 1;
	pid = proc_start(holder, NULL);
	munmap(map, MiB);
	close(object);
	refused("a child has the mapping");
	kill(pid, SIGKILL);
	proc_wait(pid);
	accepted("the child was killed");
}

static void idle_store_with_segment(void)
{
	int pager, store, disk = block_open("/dev/vda", O_RDWR), held;

	dp_load();
	pager = dp_pager();
	store = dp_store(pager, -1, 0, NULL);
	dp_segment(store, disk, 0, 8 * MiB);
	close(disk);
	close(store);
	close(pager);
	accepted("a store with a segment, held by nobody");
	held = open("/dev/vda", O_RDWR | O_EXCL);
	ok(held >= 0, "its disk is released");
	close(held);
}

/* Unloading right after the last close, with dirty pages and pages out. */
static void at_once(void)
{
	int pager, store, disk = block_open("/dev/vda", O_RDWR), object, i;
	char *map;

	for (i = 0; i < 10; i++) {
		dp_load();
		pager = dp_pager();
		store = dp_store(pager, -1, 0, NULL);
		dp_segment(store, disk, 0, 8 * MiB);
		object = dp_object(store, 4 * MiB, NULL);
		map = dp_map(object, 4 * MiB);
		stamp_fill(map, 1, 0, 1024, 1);
		if (i % 2)
			dp_page_out(object);
		stamp_fill(map, 1, 0, 512, 2);
		close(object);
		close(store);
		close(pager);
		munmap(map, 4 * MiB);
		accepted("right after the last munmap");
	}
	close(disk);
}

int main(void)
{
	descriptors();
	passed_to_a_child();
	idle_store_with_segment();
	at_once();
	return tap_done();
}
