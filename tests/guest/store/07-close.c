// SPDX-License-Identifier: GPL-2.0
/*
 * A store lives until it is deleted, whether or not a descriptor is open; a
 * descriptor that was passed on works when its first owner is gone.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "block.h"
#include "dp.h"
#include "proc.h"

static void close_all(void)
{
	int pager = dp_pager(), store = dp_store(pager, 3, 0, "kept");
	int disk = block_open("/dev/vda", O_RDWR);

	dp_segment(store, disk, 0, 8 * MiB);
	close(disk);
	close(store);
	close(pager);
}

static void is_still_there(void)
{
	int pager = dp_pager(), holder;
	struct dpager_info info;

	dp_info(pager, &info);
	ok(info.stores == 1 && info.segments == 1 && info.total == 8 * MiB,
	   "store and segment are there when every descriptor is closed");
	holder = open("/dev/vda", O_RDWR | O_EXCL);
	ok_errno(holder < 0 ? errno : 0, EBUSY, "and the disk is claimed");
	close(pager);
}

static void reopen_and_page(void)
{
	struct dpager_store_info info;
	int pager = dp_pager(), store, object;
	uint64_t id;
	char *map;

	ok_errno(dp_store_open(pager, 0, "kept", &store), 0, "open it again");
	dp_store_info(store, &info);
	ok(info.priority == 3 && info.segments == 1, "it is the same");
	object = dp_object(store, MiB, &id);
	close(store);
	map = dp_map(object, MiB);
	stamp_fill(map, id, 0, 256, 1);
	ok_equal(dp_page_out(object), 256, "page out to a store without descriptor");
	ok_equal(stamp_verify(map, id, 0, 256, 1), 0, "read it back");
	munmap(map, MiB);
	close(object);
	dp_settle(pager);
	close(pager);
}

static int creator(void *socket)
{
	int pager = dp_pager(), store = dp_store(pager, -1, 0, "passed");

	fd_send(*(int *)socket, store);
	return 0;
}

static void passed_over_a_socket(void)
{
	struct dpager_store_info info;
	int pair[2], store, disk = block_open("/dev/vdb", O_RDWR);

	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, pair))
		bail("no socket pair");
	ok_equal(proc_run(creator, &pair[0]), 0, "a process makes a store, passes it and exits");
	store = fd_receive(pair[1]);
	ok_errno(dp_store_info(store, &info), 0, "STORE_INFO on what was passed");
	ok_errno(dp_add_bytes(store, disk, 0, MiB, 4096, NULL), 0, "ADD_SEGMENT on it");
	ok_errno(dp_store_delete(store, NULL), 0, "STORE_DELETE on it");
	close(store);
}

int main(void)
{
	int pager, store;

	close_all();
	is_still_there();
	reopen_and_page();
	passed_over_a_socket();
	pager = dp_pager();
	dp_store_open(pager, 0, "kept", &store);
	ok_errno(dp_delete_wait(store), 0, "delete the store");
	return tap_done();
}
