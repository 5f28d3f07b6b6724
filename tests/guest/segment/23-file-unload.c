// SPDX-License-Identifier: GPL-2.0
/*
 * A store that nobody holds has a file: unloading the module releases it, and
 * with it its file system.
 *
 * guest: nomodule kmod=ext4 timeout=120
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "block.h"
#include "dp.h"
#include "volume.h"

#define DISK	"/dev/vdb"
#define PATH	VOLUME_PLACE "/file"
#define BYTES	(4 * MiB)

/* The last reference of an object ends in a worker, a moment later. */
static void unload(const char *when)
{
	int tries, error = 0;

	for (tries = 0; tries < 500; tries++) {
		error = dp_unload();
		if (!error)
			break;
		usleep(10000);
	}
	ok_errno(error, 0, "%s: unload", when);
	if (error)
		bail("the module stays");
}

static void add(int store)
{
	int file = block_open(PATH, O_RDWR);
	struct dpager_add_file add;

	ok_dp(dp_add_file(store, file, 0, &add), 0, DPAGER_DETAIL_NONE, "add the file");
	close(file);
}

static void use(int store)
{
	uint64_t id;
	int object = dp_object(store, BYTES, &id);
	char *map = dp_map(object, BYTES);

	stamp_fill(map, id, 0, BYTES / PAGE, 1);
	dp_page_out(object);
	stamp_fill(map, id, 0, BYTES / PAGE / 2, 2);
	munmap(map, BYTES);
	close(object);
}

static void round_of(bool used, const char *when)
{
	int pager, store;

	dp_load();
	pager = dp_pager();
	store = dp_store(pager, -1, 0, NULL);
	add(store);
	if (used)
		use(store);
	close(store);
	close(pager);
	ok_errno(volume_unmount(), EBUSY, "%s: the volume is in use", when);
	unload(when);
	ok_errno(volume_unmount(), 0, "%s: the volume is not in use any more", when);
	volume_mount(DISK);
}

int main(void)
{
	int file;

	volume_open(DISK, 4096, 64, true);
	close(volume_file(PATH, BYTES));
	round_of(false, "not used");
	round_of(true, "used");
	file = block_open(PATH, O_RDWR);
	ok(pwrite(file, "x", 1, 0) == 1 && !fsync(file), "the file can be written");
	close(file);
	ok_errno(unlink(PATH) ? errno : 0, 0, "and deleted");
	ok_errno(volume_unmount(), 0, "unmount");
	return tap_done();
}
