// SPDX-License-Identifier: GPL-2.0
/*
 * A quota limits the slots that one user's objects take on one store: to the
 * slot, under any load, and nobody else's.
 *
 * guest: timeout=120
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "block.h"
#include "dp.h"
#include "proc.h"

#define PAGES	2048ULL
/* In whole units of memory, of which none is written in part. */
#define QUOTA	96ULL
#define USER	1000U

static struct dp_scene scene;

static int set_quota(uint32_t uid, uint64_t bytes, struct dpager_quota *quota)
{
	*quota = (struct dpager_quota) { .uid = uid, .bytes = bytes };
	return dp_call(scene.store, DPAGER_IOC_QUOTA, quota, sizeof(*quota));
}

/* The list's entry of a user; false: it has none. */
static bool entry_of(uint32_t uid, struct dpager_quota *entry)
{
	struct dpager_quota entries[8];
	struct dpager_list list = {
		.entry_size = sizeof(*entries),
		.array = (uintptr_t)entries,
		.room = 8,
	};
	uint32_t i;

	if (dp_list(scene.store, DPAGER_IOC_QUOTAS, &list))
		bail("QUOTAS");
	for (i = 0; i < list.count; i++) {
		if (entries[i].uid != uid)
			continue;
		*entry = entries[i];
		return true;
	}
	return false;
}

static uint64_t used_by(uint32_t uid)
{
	struct dpager_quota entry;

	return entry_of(uid, &entry) ? entry.used / PAGE : 0;
}

/* Some objects of a user, more than the quota in all; from several processes. */
static int user_pages(void *argument)
{
	uint64_t id, pages, age, wrong = 0, *want = argument;
	int object = dp_object(scene.store, PAGES / 4 * PAGE, &id), error = 0;
	char *map = dp_map(object, PAGES / 4 * PAGE);

	for (age = 1; age <= 4; age++) {
		stamp_fill(map, id, 0, PAGES / 4, age);
		error = dp_control(object, DPAGER_CONTROL_PAGE_OUT, 0, 0, &pages);
		wrong += stamp_verify(map, id, 0, PAGES / 4, age);
	}
	if (wrong || error != (int)*want)
		diag("%llu wrong pages, errno %d", (unsigned long long)wrong, error);
	return wrong || error != (int)*want;
}

static int user_crowd(void *argument)
{
	pid_t pids[4];
	int i, bad = 0;

	for (i = 0; i < 4; i++)
		pids[i] = proc_start(user_pages, argument);
	for (i = 0; i < 4; i++)
		bad |= proc_wait(pids[i]);
	return bad;
}

/* Holds an object whose pages are out as far as that goes, until told. */
struct holder {
	struct turn ready, done;
	int error;
};

static int user_holds(void *argument)
{
	struct holder *holder = argument;
	uint64_t id, pages;
	int object = dp_object(scene.store, PAGES / 4 * PAGE, &id);
	char *map = dp_map(object, PAGES / 4 * PAGE);

	stamp_fill(map, id, 0, PAGES / 4, 1);
	holder->error = dp_control(object, DPAGER_CONTROL_PAGE_OUT, 0, 0, &pages);
	turn_post(&holder->ready);
	turn_await(&holder->done);
	return stamp_verify(map, id, 0, PAGES / 4, 1) != 0;
}

static int user_holds_as(void *argument)
{
	proc_become(USER);
	return user_holds(argument);
}

static void limited(void)
{
	struct holder *holder = shared_memory(sizeof(*holder));
	struct dpager_quota quota;
	uint64_t want = ENOSPC;
	pid_t pid;

	ok_dp(set_quota(USER, QUOTA * PAGE + 17, &quota), 0, DPAGER_DETAIL_NONE, "a quota");
	ok_equal(quota.used, 0, "nothing is used yet");
	ok(entry_of(USER, &quota) && quota.bytes == QUOTA * PAGE, "it is in the list, in pages");

	turn_init(&holder->ready);
	turn_init(&holder->done);
	pid = proc_start(user_holds_as, holder);
	turn_await(&holder->ready);
	ok_errno(holder->error, ENOSPC, "pages above it stay in memory");
	ok_equal(used_by(USER), QUOTA, "it is used up, to the page");
	want = 0;
	ok_errno(proc_run(user_pages, &want), 0, "others are not limited");
	ok_balance(scene.pager, "with a user at the quota");

	ok_dp(set_quota(USER, 2 * QUOTA * PAGE, &quota), 0, DPAGER_DETAIL_NONE, "a larger one");
	ok_equal(quota.used, QUOTA * PAGE, "it says what is used");
	ok_dp(set_quota(USER, 0, &quota), 0, DPAGER_DETAIL_NONE, "one of nothing");
	ok_equal(used_by(USER), QUOTA, "what is there stays");
	turn_post(&holder->done);
	ok_equal(proc_wait(pid), 0, "and can be read");
	dp_settle(scene.pager);
	ok_equal(used_by(USER), 0, "it is free with the object");

	want = ENOSPC;
	ok_errno(proc_run_as(USER, user_pages, &want), 0, "then nothing goes out");
	ok_dp(set_quota(USER, QUOTA * PAGE, &quota), 0, DPAGER_DETAIL_NONE, "the first again");
	ok_errno(proc_run_as(USER, user_crowd, &want), 0, "four processes at the quota");
	ok_dp(set_quota(USER, ~0ULL, &quota), 0, DPAGER_DETAIL_NONE, "none");
	/* Slots are freed a moment after who had them ended. */
	dp_settle(scene.pager);
	ok(!entry_of(USER, &quota), "it is not in the list any more");
	want = 0;
	ok_errno(proc_run_as(USER, user_pages, &want), 0, "and limits nothing");
}

static int reserve_as_user(void *argument)
{
	uint64_t *pages = argument;
	struct dpager_object_create create;
	int error = dp_object_create(scene.store, *pages * PAGE, DPAGER_OBJECT_RESERVE, &create);

	if (*pages <= QUOTA)
		return error;
	return error != EDQUOT || dp_detail != DPAGER_DETAIL_QUOTA;
}

static void reserved(void)
{
	struct dpager_quota quota;
	uint64_t pages = QUOTA + 1;

	/* What was written before without a quota counts as long as it is there. */
	dp_settle(scene.pager);
	ok_dp(set_quota(USER, QUOTA * PAGE, &quota), 0, DPAGER_DETAIL_NONE, "a quota");
	ok_errno(proc_run_as(USER, reserve_as_user, &pages), 0,
		 "no more than the quota is set aside");
	pages = QUOTA;
	ok_errno(proc_run_as(USER, reserve_as_user, &pages), 0, "but that");
	dp_settle(scene.pager);
}

static int as_user(void *unused)
{
	struct dpager_quota quota;
	struct dpager_list list = { .entry_size = 8 };

	(void)unused;
	return set_quota(USER, 0, &quota) != EPERM ||
	       dp_list(scene.store, DPAGER_IOC_QUOTAS, &list) != EPERM;
}

static void refused(void)
{
	struct dpager_quota quota;

	ok_errno(proc_run_as(USER, as_user, NULL), 0, "users set and see none");
	ok_dp(set_quota(~0U, 0, &quota), EINVAL, DPAGER_DETAIL_UID, "not a user");
}

int main(void)
{
	dp_scene_open(&scene, "/dev/vda", PAGES * PAGE);
	limited();
	reserved();
	refused();
	dp_scene_close(&scene);
	return tap_done();
}
