// SPDX-License-Identifier: GPL-2.0
/*
 * Adding while another thread deletes the store: each add either is before the
 * deletion (and goes with it) or answers ESTALE; no claim of the disk is left.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "block.h"
#include "dp.h"

#define ROUNDS	30

struct adder {
	int store;
	int disk;
	atomic_uint added;
	atomic_int last;
};

/* Once more, while the store is being deleted: that may come to nothing. */
static int add(const struct adder *adder, unsigned int at)
{
	int error;

	do {
		error = dp_add_bytes(adder->store, adder->disk, at * 2 * PAGE, PAGE, 4096, NULL);
	} while (error == EBUSY && dp_detail == DPAGER_DETAIL_IN_PROGRESS);
	return error;
}

static void *add_until_stale(void *argument)
{
	struct adder *adder = argument;
	unsigned int at;

	for (at = 0; at < 100; at++) {
		adder->last = add(adder, at);
		if (adder->last)
			break;
		adder->added++;
	}
	return NULL;
}

static bool round_of(int pager, int disk, unsigned int wanted)
{
	struct adder adder = { .store = dp_store(pager, -1, 0, NULL), .disk = disk };
	pthread_t thread;
	int error;

	pthread_create(&thread, NULL, add_until_stale, &adder);
	while (adder.added < wanted && !adder.last)
		;
	error = dp_store_delete(adder.store, NULL);
	pthread_join(thread, NULL);
	close(adder.store);
	if (!error && (adder.last == ESTALE || adder.added == 100))
		return true;
	diag("delete %d, last add %d after %u", error, adder.last, adder.added);
	return false;
}

int main(void)
{
	int pager = dp_pager(), disk = block_open("/dev/vda", O_RDWR), holder;
	unsigned int i, bad = 0;
	struct dpager_info info;

	for (i = 0; i < ROUNDS; i++)
		bad += !round_of(pager, disk, i % 10);
	ok_equal(bad, 0, "each add is before the deletion or stale");
	dp_info(pager, &info);
	ok(!info.segments && !info.stores && !info.total, "nothing is left");
	close(disk);
	holder = open("/dev/vda", O_RDWR | O_EXCL);
	ok(holder >= 0, "the disk is released");
	close(holder);
	return tap_done();
}
