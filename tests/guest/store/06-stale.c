// SPDX-License-Identifier: GPL-2.0
/* Every call on a deleted store is ESTALE; only close is left. */
#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "block.h"
#include "dp.h"

static void all_are_stale(int store, int disk, const char *which)
{
	struct dpager_object_create create;
	struct dpager_store_info info;
	struct dpager_list list = { .entry_size = 8 };

	ok_dp(dp_store_info(store, &info), ESTALE, DPAGER_DETAIL_NONE, "STORE_INFO, %s", which);
	ok_dp(dp_add_bytes(store, disk, 0, MiB, 4096, NULL), ESTALE, DPAGER_DETAIL_NONE,
	      "ADD_SEGMENT, %s", which);
	ok_dp(dp_triggers(store, 0, -1, PAGE, 0), ESTALE, DPAGER_DETAIL_NONE, "TRIGGERS, %s",
	      which);
	ok_dp(dp_list(store, DPAGER_IOC_SEGMENTS, &list), ESTALE, DPAGER_DETAIL_NONE,
	      "SEGMENTS, %s", which);
	ok_dp(dp_remove(store, 1, NULL), ESTALE, DPAGER_DETAIL_NONE, "REMOVE_SEGMENT, %s", which);
	ok_dp(dp_store_delete(store, NULL), ESTALE, DPAGER_DETAIL_NONE, "STORE_DELETE, %s", which);
	ok_dp(dp_object_create(store, MiB, 0, &create), ESTALE, DPAGER_DETAIL_NONE,
	      "OBJECT_CREATE, %s", which);
	ok_errno(ioctl(store, DPAGER_IOC_INFO, &info) ? errno : 0, ENOTTY,
		 "a call for another kind is ENOTTY still, %s", which);
}

int main(void)
{
	int pager = dp_pager(), store = dp_store(pager, -1, 0, "gone"), again, successor;
	int disk = block_open("/dev/vda", O_RDWR);
	struct dpager_store_info old, info;
	struct dpager_info figures;

	dp_segment(store, disk, 0, MiB);
	dp_store_info(store, &old);
	dp_store_open(pager, 0, "gone", &again);
	ok_errno(dp_store_delete(store, NULL), 0, "delete the store");
	all_are_stale(store, disk, "the descriptor of the deletion");
	all_are_stale(again, disk, "another descriptor");
	successor = dp_store(pager, -1, 0, "gone");
	dp_store_info(successor, &info);
	ok(info.id > old.id, "a successor of the same name has another id");
	ok_dp(dp_store_info(store, &info), ESTALE, DPAGER_DETAIL_NONE,
	      "the old descriptor is not the successor's");
	ok_errno(close(store) ? errno : 0, 0, "close");
	ok_errno(close(again) ? errno : 0, 0, "close the other");
	ok_errno(dp_store_delete(successor, NULL), 0, "delete the successor");
	dp_info(pager, &figures);
	ok(!figures.stores && !figures.segments && !figures.total, "nothing is left");
	return tap_done();
}
