// SPDX-License-Identifier: GPL-2.0
/*
 * OBJECT_OPEN: another descriptor of an object that exists, for its creator and
 * the privileged; it holds the object as the first one does.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dp.h"
#include "proc.h"

#define PAGES	64ULL
#define BYTES	(PAGES * PAGE)

static struct dp_scene scene;

static int object_open(int pager, uint64_t id, uint32_t flags, struct dpager_object_open *open)
{
	*open = (struct dpager_object_open){ .id = id, .flags = flags, .fd = -1 };
	return dp_call(pager, DPAGER_IOC_OBJECT_OPEN, open, sizeof(*open));
}

static void refused(void)
{
	struct dpager_object_open open;
	uint64_t id;
	int object = dp_object(scene.pager, BYTES, &id), rdonly = dp_pager_rdonly();

	ok_dp(object_open(scene.pager, id + 1, 0, &open), ENOENT, DPAGER_DETAIL_ID,
	      "an id that is not given yet");
	ok_dp(object_open(scene.pager, 0, 0, &open), ENOENT, DPAGER_DETAIL_ID, "id 0");
	ok_dp(object_open(scene.pager, id, 2, &open), EINVAL, DPAGER_DETAIL_FLAGS,
	      "an unknown flag");
	ok_dp(object_open(rdonly, id, 0, &open), EACCES, DPAGER_DETAIL_MODE,
	      "a pager that is open for reading only");
	close(rdonly);
	close(object);
	dp_settle(scene.pager);
	ok_dp(object_open(scene.pager, id, 0, &open), ENOENT, DPAGER_DETAIL_ID,
	      "an object that is gone");
}

/* What one writes, the other reads, in memory and out. */
static void shared(void)
{
	struct dpager_object_open open;
	struct dpager_object_info info;
	char *map, *other;
	uint64_t id;
	int object = dp_object(scene.pager, BYTES, &id);

	ok_dp(object_open(scene.pager, id, 0, &open), 0, DPAGER_DETAIL_NONE, "open it");
	ok(open.bytes == BYTES && open.fd >= 0 && open.fd != object, "size and descriptor");
	ok_equal(fcntl(open.fd, F_GETFD), FD_CLOEXEC, "close-on-exec");
	dp_object_info(open.fd, &info);
	ok_equal(info.id, id, "it is that object");
	map = dp_map(object, BYTES);
	other = dp_map(open.fd, BYTES);
	stamp_fill(map, id, 0, PAGES, 1);
	ok_equal(stamp_verify(other, id, 0, PAGES, 1), 0, "written by one, read by the other");
	dp_page_out(open.fd);
	stamp_fill(other, id, 0, PAGES, 2);
	dp_page_out(object);
	ok_equal(stamp_verify(map, id, 0, PAGES, 2), 0, "and back, from backing store");
	munmap(map, BYTES);
	close(object);
	ok_equal(stamp_verify(other, id, 0, PAGES, 2), 0, "the first descriptor goes, it stays");
	munmap(other, BYTES);
	close(open.fd);
	dp_settle(scene.pager);
	ok(true, "with the last one it goes");
}

static void read_only(void)
{
	struct dpager_object_open open;
	uint64_t id, pages;
	char *map;
	int object = dp_object(scene.pager, BYTES, &id);

	if (object_open(scene.pager, id, DPAGER_OBJECT_RDONLY, &open))
		bail("open read-only");
	map = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, open.fd, 0);
	ok_errno(map == MAP_FAILED ? errno : 0, EACCES, "read-only: mapped writable");
	map = mmap(NULL, BYTES, PROT_READ, MAP_SHARED, open.fd, 0);
	ok(map != MAP_FAILED, "read-only: mapped for reading");
	ok_errno(mprotect(map, BYTES, PROT_READ | PROT_WRITE) ? errno : 0, EACCES,
		 "read-only: made writable");
	ok_dp(dp_control(open.fd, DPAGER_CONTROL_DROP, 0, 0, &pages), EACCES, DPAGER_DETAIL_MODE,
	      "read-only: drop");
	munmap(map, BYTES);
	close(open.fd);
	close(object);
	dp_settle(scene.pager);
}

/* --- who may ------------------------------------------------------------ */

struct visit {
	uint64_t id;
	int want;
};

static int visit(void *argument)
{
	struct visit *v = argument;
	struct dpager_object_open opened;
	int error = object_open(scene.pager, v->id, 0, &opened);

	if (error != v->want)
		diag("object %llu: errno %d", (unsigned long long)v->id, error);
	return error != v->want;
}

struct owner {
	uint64_t *id;
	struct turn made, seen;
};

static int owns(void *argument)
{
	struct owner *owner = argument;
	struct visit own;
	int object = dp_object(scene.pager, BYTES, owner->id);
	char *map = dp_map(object, BYTES);

	stamp_fill(map, 5, 0, PAGES, 1);
	own = (struct visit){ *owner->id, 0 };
	if (visit(&own))
		return 1;
	turn_post(&owner->made);
	turn_await(&owner->seen);
	return stamp_verify(map, 5, 0, PAGES, 2) != 0;
}

static int owns_as_nobody(void *argument)
{
	proc_become(PROC_NOBODY);
	return owns(argument);
}

static void who(void)
{
	struct owner owner = { .id = shared_memory(sizeof(*owner.id)) };
	struct dpager_object_open opened;
	struct visit roots, anothers;
	uint64_t id;
	pid_t pid;
	char *map;
	int object = dp_object(scene.pager, BYTES, &id);

	roots = (struct visit){ id, ENOENT };
	ok_equal(proc_run_as(PROC_NOBODY, visit, &roots), 0, "nobody does not see root's");
	turn_init(&owner.made);
	turn_init(&owner.seen);
	pid = proc_start(owns_as_nobody, &owner);
	turn_await(&owner.made);
	anothers = (struct visit){ *owner.id, ENOENT };
	ok_equal(proc_run_as(1000, visit, &anothers), 0, "nor does another user nobody's");
	ok_dp(object_open(scene.pager, *owner.id, 0, &opened), 0, DPAGER_DETAIL_NONE,
	      "root sees nobody's");
	map = dp_map(opened.fd, BYTES);
	ok_equal(stamp_verify(map, 5, 0, PAGES, 1), 0, "and reads it");
	stamp_fill(map, 5, 0, PAGES, 2);
	turn_post(&owner.seen);
	ok_equal(proc_wait(pid), 0, "nobody opened it, too, and reads what root wrote");
	munmap(map, BYTES);
	close(opened.fd);
	close(object);
	dp_settle(scene.pager);
}

int main(void)
{
	dp_scene_open(&scene, "/dev/vda", 16 * MiB);
	refused();
	shared();
	read_only();
	who();
	dp_scene_close(&scene);
	return tap_done();
}
