// SPDX-License-Identifier: GPL-2.0
/*
 * Overlap is a matter of bytes, across record sizes and across stores; Mach
 * compared record numbers, so the same bytes in two record sizes escaped.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "block.h"
#include "refuse.h"

#define OVERLAPS	EEXIST, DPAGER_DETAIL_OVERLAP

/* Against one segment: bytes 1 MiB to 2 MiB, in records 2048..4095 of 512. */
static const struct refuse_row rows[] = {
	{ "exact duplicate", 2048, 2048, 512, OVERLAPS },
	{ "overlap by a record's page at the head", 2040, 16, 512, OVERLAPS },
	{ "overlap by one record at the head", 2033, 16, 512, OVERLAPS },
	{ "overlap by one record at the tail", 4095, 17, 512, OVERLAPS },
	{ "adjacent before", 2032, 16, 512, 0, 0 },
	{ "adjacent behind", 4096, 16, 512, 0, 0 },
	{ "nested inside", 3000, 64, 512, OVERLAPS },
	{ "around it", 0, 8192, 512, OVERLAPS },
	{ "same begin, shorter", 2048, 8, 512, OVERLAPS },
	{ "same end, shorter", 4088, 8, 512, OVERLAPS },
	{ "the same bytes in records of 4096", 256, 256, 4096, OVERLAPS },
	{ "the same bytes in records of 1 MiB", 1, 1, 1 << 20, OVERLAPS },
	{ "the same record numbers, other bytes", 2048, 256, 4096, 0, 0 },
	{ "adjacent before in records of 1 MiB", 0, 1, 1 << 20, 0, 0 },
	{ "adjacent behind in records of 1 MiB", 2, 1, 1 << 20, 0, 0 },
};

static void second_descriptor(int pager, int store)
{
	int device = block_open("/dev/vda", O_RDWR);

	refuse_table(pager, store, device, rows, 1);
	close(device);
}

/* A refused range must not be remembered, a removed one neither. */
static void after_removal(int store, int device, uint64_t id)
{
	uint64_t again;

	ok_dp(dp_remove(store, id, NULL), 0, DPAGER_DETAIL_NONE, "remove the segment");
	ok_dp(dp_add_bytes(store, device, MiB, MiB, 512, &again), 0,
	      DPAGER_DETAIL_NONE, "its range can be added again");
	ok(again > id, "an id is never used again");
	dp_remove(store, again, NULL);
}

int main(void)
{
	int pager = dp_pager(), store = dp_store(pager, -1, 0, NULL);
	int other = dp_store(pager, 7, 0, NULL), second;
	int device = block_open("/dev/vda", O_RDWR);
	uint64_t id;

	ok_dp(dp_add_bytes(store, device, MiB, MiB, 512, &id), 0,
	      DPAGER_DETAIL_NONE, "a segment");
	refuse_table(pager, store, device, ROWS(rows));
	diag("from another store");
	refuse_table(pager, other, device, ROWS(rows));
	diag("by another descriptor of the disk");
	second_descriptor(pager, other);
	second = block_open("/dev/vdb", O_RDWR);
	ok_dp(dp_add_bytes(other, second, MiB, MiB, 512, NULL), 0,
	      DPAGER_DETAIL_NONE, "the same range of another disk");
	after_removal(store, device, id);
	ok_errno(dp_store_delete(store, NULL), 0, "delete the store");
	ok_errno(dp_store_delete(other, NULL), 0, "delete the other store");
	return tap_done();
}
