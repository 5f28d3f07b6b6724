// SPDX-License-Identifier: GPL-2.0
/*
 * Stores and segments need privilege twice: the caller's, and that of whoever
 * opened the descriptor. An unprivileged user and root of a user namespace get
 * EPERM on every admin call, however they came by their descriptors.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "block.h"
#include "dp.h"
#include "proc.h"

static struct {
	int pager;		/* opened by root */
	int nobodys;		/* opened by an unprivileged user, or -1 */
	int store, disk;
	uint64_t store_id, segment;
} scene;

static bool refused(int error, const char *call)
{
	if (error == EPERM && dp_detail == DPAGER_DETAIL_PRIVILEGE)
		return true;
	diag("%s: errno %d, detail %u", call, error, dp_detail);
	return false;
}

/* Calls on the store that have no wrapper of their own. */
static bool refused_calls(void)
{
	struct dpager_add_file file = { .file = scene.disk };
	struct dpager_set_segment set = { .id = scene.segment };
	struct dpager_resize_segment resize = { .id = scene.segment };
	struct dpager_quota quota = { .bytes = ~0ULL };
	struct dpager_list list = { .entry_size = 8 };
	struct dpager_segment_map map = { .id = scene.segment };
	const struct {
		const char *name;
		unsigned long request;
		void *argument;
		size_t size;
	} calls[] = {
		{ "ADD_FILE", DPAGER_IOC_ADD_FILE, &file, sizeof(file) },
		{ "SET_SEGMENT", DPAGER_IOC_SET_SEGMENT, &set, sizeof(set) },
		{ "RESIZE_SEGMENT", DPAGER_IOC_RESIZE_SEGMENT, &resize, sizeof(resize) },
		{ "QUOTA", DPAGER_IOC_QUOTA, &quota, sizeof(quota) },
		{ "QUOTAS", DPAGER_IOC_QUOTAS, &list, sizeof(list) },
		{ "SEGMENT_MAP", DPAGER_IOC_SEGMENT_MAP, &map, sizeof(map) },
	};
	bool good = true;
	unsigned int i;

	for (i = 0; i < sizeof(calls) / sizeof(*calls); i++)
		good &= refused(dp_call(scene.store, calls[i].request, calls[i].argument,
					calls[i].size), calls[i].name);
	return good;
}

static bool check_refused(int pager)
{
	struct dpager_check check = {};

	return refused(dp_call(pager, DPAGER_IOC_CHECK, &check, sizeof(check)), "CHECK");
}

/* Every admin call, on that pager descriptor and on the store's. */
static bool all_refused(int pager)
{
	struct dpager_store_create create = { .priority = -1 };
	struct dpager_list list = { .entry_size = 8 };
	struct dpager_store_info info;
	bool good;
	int fd;

	good = refused(dp_store_create(pager, &create), "STORE_CREATE");
	good &= refused(dp_store_open(pager, scene.store_id, NULL, &fd), "STORE_OPEN by id");
	good &= refused(dp_store_open(pager, scene.store_id + 99, NULL, &fd), "STORE_OPEN, no such id");
	good &= refused(dp_store_open(pager, 0, "secret", &fd), "STORE_OPEN by name");
	good &= refused(dp_store_open(pager, 0, "no such", &fd), "STORE_OPEN, no such name");
	good &= check_refused(pager);
	if (pager != scene.pager)
		return good;
	good &= refused(dp_store_info(scene.store, &info), "STORE_INFO");
	good &= refused(dp_add_bytes(scene.store, scene.disk, MiB, MiB, 512, NULL), "ADD_SEGMENT");
	good &= refused(dp_list(scene.store, DPAGER_IOC_SEGMENTS, &list), "SEGMENTS");
	good &= refused(dp_triggers(scene.store, 0, -1, PAGE, 0), "TRIGGERS");
	good &= refused_calls();
	good &= refused(dp_remove(scene.store, scene.segment, NULL), "REMOVE_SEGMENT");
	good &= refused(dp_store_delete(scene.store, NULL), "STORE_DELETE");
	return good;
}

static int with_roots_descriptors(void *unused)
{
	(void)unused;
	return !all_refused(scene.pager);
}

static int with_its_own(void *unused)
{
	int pager = open(DP_DEVICE, O_RDWR);
	struct dpager_object_create create;

	(void)unused;
	if (pager < 0)
		return 9;
	if (!all_refused(pager))
		return 1;
	return dp_object_create(pager, PAGE, 0, &create) ? 2 : 0;
}

static int opens_and_sends(void *socket)
{
	int pager = open(DP_DEVICE, O_RDWR);

	if (pager < 0)
		return 1;
	fd_send(*(int *)socket, pager);
	return 0;
}

/* The confused deputy: root uses what another user opened for him. */
static void root_with_anothers(uid_t uid, bool namespace, const char *whose)
{
	struct dpager_object_create create;
	struct dpager_info info;
	int pair[2], pager, status;

	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, pair))
		bail("no socket pair");
	status = namespace ? proc_run_userns(opens_and_sends, &pair[0]) :
		 proc_run_as(uid, opens_and_sends, &pair[0]);
	if (status)
		bail("no descriptor of %s", whose);
	pager = fd_receive(pair[1]);
	ok(all_refused(pager), "root with a descriptor opened by %s", whose);
	ok_errno(dp_info(pager, &info), 0, "it gives information, %s", whose);
	ok_errno(dp_object_create(pager, PAGE, 0, &create), 0, "and objects, %s", whose);
	close(create.fd);
	close(pager);
	close(pair[0]);
	close(pair[1]);
}

static void unchanged(void)
{
	struct dpager_info info;

	dp_settle(scene.pager);
	dp_info(scene.pager, &info);
	ok(info.stores == 1 && info.segments == 1, "none of it changed anything");
}

int main(void)
{
	struct dpager_store_info info;

	scene.pager = dp_pager();
	scene.store = dp_store(scene.pager, -1, 0, "secret");
	scene.disk = block_open("/dev/vda", O_RDWR);
	scene.segment = dp_segment(scene.store, scene.disk, 0, MiB);
	dp_store_info(scene.store, &info);
	scene.store_id = info.id;
	ok_equal(proc_run_as(PROC_NOBODY, with_roots_descriptors, NULL), 0,
		 "an unprivileged user with root's descriptors");
	if (proc_run_userns(with_roots_descriptors, NULL) < 0)
		tap_skip("no user namespaces", "root of a user namespace with root's descriptors");
	else
		ok_equal(proc_run_userns(with_roots_descriptors, NULL), 0,
			 "root of a user namespace with root's descriptors");
	chmod(DP_DEVICE, 0666);
	ok_equal(proc_run_as(PROC_NOBODY, with_its_own, NULL), 0,
		 "mode 0666: an unprivileged user with his own");
	ok_equal(proc_run_userns(with_its_own, NULL), 0,
		 "mode 0666: root of a user namespace with his own");
	root_with_anothers(PROC_NOBODY, false, "an unprivileged user");
	root_with_anothers(0, true, "root of a user namespace");
	chmod(DP_DEVICE, 0600);
	unchanged();
	ok_errno(dp_store_delete(scene.store, NULL), 0, "root can: delete the store");
	return tap_done();
}
