// SPDX-License-Identifier: GPL-2.0
/*
 * ADD_FILE: how many pages fit, what the list says, pages go out and come back;
 * a file system whose device holds it refuses a segment there.
 *
 * guest: kmod=ext4
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "block.h"
#include "dp.h"
#include "volume.h"

#define DISK	"/dev/vdb"
#define PATH	VOLUME_PLACE "/swap"

struct row {
	const char *what;
	uint64_t file, bytes, pages;
};

static const struct row rows[] = {
	{ "a page", PAGE, 0, 1 },
	{ "all of a file", 3 * MiB, 0, 3 * MiB / PAGE },
	{ "all of a file that ends inside a page", 3 * PAGE + 100, 0, 3 },
	{ "the beginning of a file", MiB, 5 * PAGE, 5 },
	{ "bytes that are no whole page", MiB, 5 * PAGE - 1, 4 },
	{ "bytes up to the end", MiB, MiB, MiB / PAGE },
	{ "bytes up to an end inside a page", 3 * PAGE + 100, 3 * PAGE + 100, 3 },
};

static int pager, store;

static void listed(const struct row *row, const struct dpager_add_file *add)
{
	struct dpager_segment_entry entry;
	struct dpager_info info;
	struct stat disk;

	if (!ok(dp_segment_entry(store, add->id, &entry), "%s: it is listed", row->what))
		return;
	stat(DISK, &disk);
	ok_equal(add->pages, row->pages, "%s: pages", row->what);
	ok(entry.pages == row->pages && entry.pages_free == row->pages && !entry.pages_bad,
	   "%s: pages in the list", row->what);
	ok_equal(entry.flags, DPAGER_SEGMENT_FILE, "%s: flags", row->what);
	ok_equal(entry.offset, 0, "%s: offset", row->what);
	ok(entry.major == major(disk.st_rdev) && entry.minor == minor(disk.st_rdev),
	   "%s: its file system's device", row->what);
	dp_info(pager, &info);
	ok(info.segments == 1 && info.total == row->pages * PAGE && info.free == info.total,
	   "%s: the pager's figures", row->what);
}

static void add_row(const struct row *row)
{
	int file = volume_file(PATH, row->file);
	struct dpager_add_file add;

	if (ok_dp(dp_add_file(store, file, row->bytes, &add), 0, DPAGER_DETAIL_NONE, "add %s",
		  row->what)) {
		listed(row, &add);
		ok_dp(dp_remove(store, add.id, NULL), 0, DPAGER_DETAIL_NONE, "remove %s",
		      row->what);
	}
	close(file);
	unlink(PATH);
}

/* The descriptor may be closed; the file system's name in /proc/mounts is no matter. */
static void pages_go_out(const char *type)
{
	int file = volume_file(PATH, 4 * MiB), object;
	struct dpager_add_file add;
	uint64_t pages, id;
	char *map;

	ok_dp(dp_add_file(store, file, 0, &add), 0, DPAGER_DETAIL_NONE, "%s: add", type);
	close(file);
	object = dp_object(store, 2 * MiB, &id);
	map = dp_map(object, 2 * MiB);
	stamp_fill(map, id, 0, 512, 1);
	ok_equal(dp_page_out(object), 512, "%s: page out", type);
	ok_equal(pages_in_memory(map, 0, 512), 0, "%s: all are out", type);
	ok_dp(dp_remove(store, add.id, &pages), EBUSY, DPAGER_DETAIL_IN_USE, "%s: it is in use",
	      type);
	ok_equal(stamp_renew(map, id, 0, 512, 2), 0, "%s: and back", type);
	dp_page_out(object);
	ok_equal(stamp_verify(map, id, 0, 512, 2), 0, "%s: once more", type);
	munmap(map, 2 * MiB);
	close(object);
	dp_settle(pager);
	ok_dp(dp_remove(store, add.id, NULL), 0, DPAGER_DETAIL_NONE, "%s: remove", type);
	unlink(PATH);
}

static void device_is_claimed(void)
{
	int file = volume_file(PATH, MiB), disk = block_open(DISK, O_RDWR);
	struct dpager_add_file add;

	ok_dp(dp_add_file(store, file, 0, &add), 0, DPAGER_DETAIL_NONE, "add a file");
	ok_dp(dp_add_bytes(store, disk, 512 * MiB, MiB, 4096, NULL), EBUSY,
	      DPAGER_DETAIL_CLAIMED, "its device as a segment");
	ok_dp(dp_remove(store, add.id, NULL), 0, DPAGER_DETAIL_NONE, "remove the file");
	ok_dp(dp_add_bytes(store, disk, 512 * MiB, MiB, 4096, NULL), EBUSY,
	      DPAGER_DETAIL_CLAIMED, "its device, still mounted");
	close(disk);
	close(file);
}

int main(void)
{
	unsigned int i;

	pager = dp_pager();
	store = dp_store(pager, -1, 0, NULL);
	volume_open(DISK, 4096, 64, true);
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		add_row(&rows[i]);
	pages_go_out("ext4");
	device_is_claimed();
	ok_errno(volume_unmount(), 0, "unmount");
	volume_open(DISK, 4096, 64, false);
	pages_go_out("ext2");
	ok_errno(volume_unmount(), 0, "unmount");
	ok_errno(dp_store_delete(store, NULL), 0, "delete the store");
	return tap_done();
}
