// SPDX-License-Identifier: GPL-2.0
/*
 * A partition and the disk it lies on are the same bytes: overlap is compared
 * in bytes of the whole disk.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "block.h"
#include "refuse.h"

#define OVERLAPS	EEXIST, DPAGER_DETAIL_OVERLAP
#define START		(8 * MiB)
#define LENGTH		(8 * MiB)

/* /dev/vda1 is bytes 8 to 16 MiB, vda2 16 to 24 MiB; vda1 is a segment. */
static const struct refuse_row disk_rows[] = {
	{ "disk: exactly the partition's bytes", 8, 8, 1 << 20, OVERLAPS },
	{ "disk: its last page", 4095, 1, 4096, OVERLAPS },
	{ "disk: its first page", 2048, 1, 4096, OVERLAPS },
	{ "disk: all of it", 0, 64, 1 << 20, OVERLAPS },
	{ "disk: up to one page inside", 0, 2049, 4096, OVERLAPS },
};

static void partition_then_disk(int pager, int store, int disk)
{
	int part = block_open("/dev/vda1", O_RDWR);
	int next = block_open("/dev/vda2", O_RDWR);
	const struct refuse_row rows[] = {
		{ "the other partition", 0, 8, 1 << 20, 0, 0 },
	};
	uint64_t id;

	ok_dp(dp_add_bytes(store, part, 0, LENGTH, 4096, &id), 0,
	      DPAGER_DETAIL_NONE, "a partition");
	refuse_table(pager, store, disk, ROWS(disk_rows));
	refuse_table(pager, store, next, ROWS(rows));
	dp_remove(store, id, NULL);
	close(part);
	close(next);
}

static void disk_then_partition(int pager, int store, int disk)
{
	static const struct refuse_row inside[] = {
		{ "partition: all of it", 0, 8, 1 << 20, OVERLAPS },
		{ "partition: the page in the disk's segment", 1024, 1, 4096, OVERLAPS },
		{ "partition: up to that page", 0, 1025, 4096, OVERLAPS },
	};
	int part = block_open("/dev/vda1", O_RDWR);
	uint64_t id = dp_segment(store, disk, START + 4 * MiB, PAGE);

	refuse_table(pager, store, part, ROWS(inside));
	dp_remove(store, id, NULL);
	close(part);
}

/* Where the segment lies is counted from the partition's beginning. */
static void data_stays_inside(int store)
{
	int part = block_open("/dev/vda2", O_RDWR), object;
	uint64_t id = dp_segment(store, part, PAGE, MiB), number;
	char *map;

	object = dp_object(store, MiB, &number);
	map = dp_map(object, MiB);
	stamp_fill(map, number, 0, 256, 1);
	ok_equal(dp_page_out(object), 256, "page out to a partition");
	ok(block_find("/dev/vda", START + LENGTH + PAGE, MiB,
		      (struct stamp){ number, 255, 1 }) >= 0,
	   "a page is found behind the partition's beginning");
	ok_equal(stamp_verify(map, number, 0, 256, 1), 0, "and is read back");
	munmap(map, MiB);
	close(object);
	close(part);
	while (dp_remove(store, id, NULL) == EBUSY)
		usleep(10000);
}

int main(void)
{
	int pager = dp_pager(), store = dp_store(pager, -1, 0, NULL);
	int disk = block_open("/dev/vda", O_RDWR);

	errno = partition_add(disk, 1, START, LENGTH) ?:
		partition_add(disk, 2, START + LENGTH, LENGTH);
	if (errno)
		bail("cannot add partitions");
	partition_then_disk(pager, store, disk);
	disk_then_partition(pager, store, disk);
	data_stays_inside(store);
	ok_errno(dp_delete_wait(store), 0, "delete the store");
	dp_settle(pager);
	ok_errno(partition_delete(disk, 1), 0, "the partitions are released");
	ok_errno(partition_delete(disk, 2), 0, "both");
	return tap_done();
}
