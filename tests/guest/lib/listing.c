// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "dp.h"
#include "listing.h"

#define UNTOUCHED	0xa5
#define LONGER		24

static unsigned char room_for[LISTING_MOST * (LISTING_ENTRY_MOST + LONGER)];
static unsigned char whole[LISTING_MOST * LISTING_ENTRY_MOST];

static int list_from(const struct listing *listing, struct dpager_list *list,
		     uint64_t next, unsigned int room, uint32_t entry_size)
{
	memset(room_for, UNTOUCHED, sizeof(room_for));
	*list = (struct dpager_list){
		.entry_size = entry_size,
		.array = (uintptr_t)room_for,
		.room = room,
		.next = next,
	};
	return dp_list(listing->fd, listing->request, list);
}

static bool untouched_from(size_t at)
{
	for (; at < sizeof(room_for); at++)
		if (room_for[at] != UNTOUCHED)
			return false;
	return true;
}

static void whole_list(const struct listing *listing)
{
	unsigned int n = listing->entries;
	struct dpager_list list;

	ok_dp(list_from(listing, &list, 0, LISTING_MOST, listing->entry_size), 0,
	      DPAGER_DETAIL_NONE, "%s: list", listing->name);
	ok_equal(list.count, n, "%s: entries", listing->name);
	ok(list.total == listing->total && !list.next, "%s: total, complete", listing->name);
	ok(untouched_from(n * listing->entry_size),
	   "%s: nothing is written behind them", listing->name);
	memcpy(whole, room_for, n * listing->entry_size);
}

static void rooms(const struct listing *listing)
{
	unsigned int n = listing->entries;
	struct dpager_list list;
	uint64_t id;

	ok_dp(list_from(listing, &list, 0, 0, listing->entry_size), 0,
	      DPAGER_DETAIL_NONE, "%s: room 0", listing->name);
	ok(!list.count && list.total == listing->total && untouched_from(0),
	   "%s: only the total is answered", listing->name);
	list_from(listing, &list, 0, n, listing->entry_size);
	ok(list.count == n && !list.next && !memcmp(room_for, whole, n * listing->entry_size),
	   "%s: exact room: complete, and it says so", listing->name);
	list_from(listing, &list, 0, n - 1, listing->entry_size);
	memcpy(&id, whole + (n - 1) * listing->entry_size, sizeof(id));
	ok(list.count == n - 1 && list.next, "%s: one short: it can be resumed", listing->name);
	ok(untouched_from((n - 1) * listing->entry_size),
	   "%s: one short: no overrun", listing->name);
	list_from(listing, &list, list.next, n, listing->entry_size);
	ok(list.count == 1 && !list.next && !memcmp(room_for, &id, sizeof(id)),
	   "%s: the last one is the rest", listing->name);
}

static void one_by_one(const struct listing *listing)
{
	unsigned int n = listing->entries, i, wrong = 0;
	struct dpager_list list = { };

	for (i = 0; i < n; i++) {
		list_from(listing, &list, list.next, 1, listing->entry_size);
		wrong += list.count != 1 || !list.next != (i == n - 1) ||
			 memcmp(room_for, whole + i * listing->entry_size, listing->entry_size);
	}
	ok_equal(wrong, 0, "%s: one by one", listing->name);
}

/* A shorter entry is cut, a longer one filled with zeros. */
static void entry_sizes(const struct listing *listing)
{
	unsigned int n = listing->entries, size = listing->entry_size, i, wrong = 0;
	static const unsigned char zeros[LONGER];
	struct dpager_list list;

	ok_dp(list_from(listing, &list, 0, n, 8), 0, DPAGER_DETAIL_NONE,
	      "%s: entries of 8 bytes", listing->name);
	for (i = 0; i < n; i++)
		wrong += memcmp(room_for + i * 8, whole + i * size, 8) != 0;
	ok(!wrong && list.count == n && untouched_from(n * 8),
	   "%s: they are cut", listing->name);
	list_from(listing, &list, 0, n, size + LONGER);
	for (i = wrong = 0; i < n; i++)
		wrong += memcmp(room_for + i * (size + LONGER), whole + i * size, size) ||
			 memcmp(room_for + i * (size + LONGER) + size, zeros, LONGER);
	ok(!wrong && list.count == n, "%s: longer entries are filled with zeros", listing->name);
}

/* One entry of 4 GiB has no room in front of the guard page. */
static int array_of_all_memory(const struct listing *listing)
{
	char *page = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct dpager_list list = {
		.entry_size = -1U, .array = (uintptr_t)page, .room = -1U,
	};
	int error;

	mprotect(page + PAGE, PAGE, PROT_NONE);
	error = dp_list(listing->fd, listing->request, &list);
	munmap(page, 2 * PAGE);
	return error;
}

static void bad_arguments(const struct listing *listing)
{
	struct dpager_list list;
	int error;

	ok_dp(list_from(listing, &list, 0, 1, 0), EINVAL, DPAGER_DETAIL_ENTRY,
	      "%s: entries of 0 bytes", listing->name);
	ok_dp(list_from(listing, &list, 0, 1, 7), EINVAL, DPAGER_DETAIL_ENTRY,
	      "%s: entries of 7 bytes", listing->name);
	list = (struct dpager_list){
		.entry_size = listing->entry_size, .array = 1, .room = 4,
	};
	error = dp_list(listing->fd, listing->request, &list);
	ok_errno(error, EFAULT, "%s: an array that is not mapped", listing->name);
	list = (struct dpager_list){
		.entry_size = listing->entry_size, .array = 1ULL << 63, .room = 4,
	};
	error = dp_list(listing->fd, listing->request, &list);
	ok_errno(error, EFAULT, "%s: an array of the kernel's", listing->name);
	ok_errno(array_of_all_memory(listing), EFAULT, "%s: an array of 2^64 bytes",
		 listing->name);
	list_from(listing, &list, -1ULL, 4, listing->entry_size);
	ok(!list.count && !list.next, "%s: from behind the last one: nothing", listing->name);
}

void listing_rules(const struct listing *listing)
{
	whole_list(listing);
	rooms(listing);
	one_by_one(listing);
	entry_sizes(listing);
	bad_arguments(listing);
}
