// SPDX-License-Identifier: GPL-2.0
/*
 * Each call on a descriptor has the next number, whoever makes it and whatever
 * comes of it; INFO and OBJECT_CREATE tell theirs.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "dp.h"
#include "proc.h"

static uint64_t info_number(int pager)
{
	struct dpager_info info;

	if (dp_info(pager, &info))
		bail("cannot ask for information");
	return info.sequence;
}

static uint64_t create_number(int fd)
{
	struct dpager_object_create create;

	if (dp_object_create(fd, PAGE, 0, &create))
		bail("cannot create an object");
	close(create.fd);
	return create.sequence;
}

static void failed_calls_count(int pager)
{
	struct dpager_object_create create;
	uint64_t before = info_number(pager);

	dp_object_create(pager, 0, 0, &create);
	ok_equal(info_number(pager), before + 2, "behind a call that was refused");
	dp_object_create(pager, PAGE, 1U << 31, &create);
	ok_equal(info_number(pager), before + 4, "behind an unknown flag");
	ok(ioctl(pager, DPAGER_IOC_INFO, NULL) < 0 && errno == EFAULT, "a bad pointer");
	ok_equal(info_number(pager), before + 6, "behind a bad pointer");
	ok(ioctl(pager, DPAGER_IOC_STORE_INFO, NULL) < 0 && errno == ENOTTY, "a wrong kind");
	ok_equal(info_number(pager), before + 8, "behind an unknown call");
}

static void of_a_pager(int pager)
{
	int other = dp_pager();

	ok_equal(info_number(pager), 1, "the first call is number 1");
	ok_equal(create_number(pager), 2, "the second, of another kind, is number 2");
	ok_equal(info_number(other), 1, "another descriptor counts for itself");
	ok_equal(info_number(pager), 3, "and not for this one");
	failed_calls_count(pager);
	close(other);
}

static void of_a_store(int pager)
{
	int store = dp_store(pager, -1, 0, "counted"), again;
	struct dpager_store_info info;

	ok_equal(create_number(store), 1, "the first call on a store");
	dp_store_info(store, &info);
	ok_equal(create_number(store), 3, "behind a call that tells no number");
	dp_store_open(pager, 0, "counted", &again);
	ok_equal(create_number(again), 1, "another descriptor of the store");
	close(again);
	ok_errno(dp_delete_wait(store), 0, "delete the store");
	close(store);
}

/* A caller of an older version has no room for it. */
static void of_an_older_caller(int pager)
{
	struct dpager_object_create create = { .bytes = PAGE, .sequence = 0xabcd };

	ok_errno(dp_call(pager, DPAGER_IOC_OBJECT_CREATE, &create,
			 offsetof(struct dpager_object_create, sequence)), 0,
		 "OBJECT_CREATE as first published");
	ok_equal(create.sequence, 0xabcd, "nothing is written behind it");
	close(create.fd);
}

static int inherited(void *pager)
{
	return info_number(*(int *)pager) & 0x7f;
}

static void of_a_child(int pager)
{
	uint64_t before = info_number(pager);

	ok_equal(proc_run(inherited, &pager), (before + 1) & 0x7f, "a child goes on counting");
	ok_equal(info_number(pager), before + 2, "and so does its parent");
}

#define CALLS	20000UL

struct counter {
	int pager;
	uint64_t numbers[CALLS];
};

static void *counts(void *argument)
{
	struct counter *counter = argument;
	unsigned long i;

	for (i = 0; i < CALLS; i++)
		counter->numbers[i] = i % 64 ? info_number(counter->pager) :
				      create_number(counter->pager);
	return NULL;
}

static unsigned long seen_twice(const struct counter *counter, unsigned char *seen,
				uint64_t base, unsigned long *beyond)
{
	unsigned long i, twice = 0;

	for (i = 0; i < CALLS; i++) {
		uint64_t number = counter->numbers[i] - base;

		if (number >= 2 * CALLS)
			++*beyond;
		else
			twice += seen[number]++;
	}
	return twice;
}

/* One thread's numbers grow. */
static bool grows(const struct counter *counter)
{
	unsigned long i;

	for (i = 1; i < CALLS; i++)
		if (counter->numbers[i] <= counter->numbers[i - 1])
			return false;
	return true;
}

static void of_two_threads(int pager)
{
	static struct counter one, other;
	static unsigned char seen[2 * CALLS];
	uint64_t base = info_number(pager) + 1;
	unsigned long twice, beyond = 0;
	pthread_t thread;

	one.pager = pager;
	other.pager = pager;
	if (pthread_create(&thread, NULL, counts, &other))
		bail("no thread");
	counts(&one);
	pthread_join(thread, NULL);
	twice = seen_twice(&one, seen, base, &beyond) + seen_twice(&other, seen, base, &beyond);
	ok_equal(twice, 0, "two threads: no number twice");
	ok_equal(beyond, 0, "two threads: no number left out");
	ok(grows(&one) && grows(&other), "two threads: each sees them grow");
}

int main(void)
{
	int pager = dp_pager();

	of_a_pager(pager);
	of_a_store(pager);
	of_an_older_caller(pager);
	of_a_child(pager);
	of_two_threads(pager);
	dp_settle(pager);
	return tap_done();
}
