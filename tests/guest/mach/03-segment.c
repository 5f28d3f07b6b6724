// SPDX-License-Identifier: GPL-2.0
/*
 * default_pager_add_segment: each answer of its manual page, and XNU's mistakes
 * in it: record sizes, wrapping sums, overlaps told in other records.
 *
 * guest: timeout=120
 */
#include <limits.h>

#include "kern.h"

#define RECORDS	(2 * GiB / 512)

static mach_port_t pager, store;
static int disk;

struct row {
	const char *what;
	recnum_t offset;
	recnum_t count;
	int record_size;
	int error;
	uint32_t detail;
};

#define RECORD	EINVAL, DPAGER_DETAIL_RECORD_SIZE
#define TAKEN	EEXIST, DPAGER_DETAIL_OVERLAP

/* All are KERN_INVALID_ARGUMENT. Records 2048 to 4095 of 512 bytes are taken. */
static const struct row rows[] = {
	{ "the same again", 2048, 2048, 512, TAKEN },
	{ "its first page", 2041, 16, 512, TAKEN },
	{ "its last page", 4088, 16, 512, TAKEN },
	{ "around it", 0, 8192, 512, TAKEN },
	{ "inside it", 2056, 8, 512, TAKEN },
	{ "the same bytes in records of 4096", 256, 256, 4096, TAKEN },
	{ "a record of 0", 0, 8, 0, RECORD },
	{ "a record of -512", 0, 8, -512, RECORD },
	{ "the least record", 0, 8, INT_MIN, RECORD },
	{ "a record of 1", 0, 8192, 1, RECORD },
	{ "a record of 1536", 0, 8, 1536, RECORD },
	{ "a record of 2 MiB", 0, 1, 2097152, RECORD },
	{ "no records", 0, 0, 512, EINVAL, DPAGER_DETAIL_COUNT },
	{ "offset and count wrap", ~0ULL, 8, 512, EOVERFLOW, DPAGER_DETAIL_OVERFLOW },
	{ "their bytes wrap", 1ULL << 55, 8, 512, EOVERFLOW, DPAGER_DETAIL_OVERFLOW },
	{ "32 bits wrap", 1ULL << 32, 8, 512, ENXIO, DPAGER_DETAIL_BEYOND_END },
	{ "one record behind the end", RECORDS - 7, 8, 512, ENXIO, DPAGER_DETAIL_BEYOND_END },
};

static void try_row(const struct row *row)
{
	ok_kern(default_pager_add_segment(store, disk, row->offset, row->count, row->record_size),
		KERN_INVALID_ARGUMENT, row->error, row->detail, "%s", row->what);
}

static void wrong_devices(void)
{
	int file = open("/tmp", O_RDONLY), rdonly = block_open("/dev/vda", O_RDONLY);

	ok_kern(default_pager_add_segment(store, MACH_PORT_NULL, 0, 8, 512), KERN_INVALID_ARGUMENT,
		EBADF, DPAGER_DETAIL_DEVICE_FD, "the null port for a device");
	ok_kern(default_pager_add_segment(store, file, 0, 8, 512), KERN_INVALID_ARGUMENT, ENOTBLK,
		DPAGER_DETAIL_DEVICE_KIND, "a folder for a device");
	ok_kern(default_pager_add_segment(store, rdonly, 0, 8, 512), KERN_PROTECTION_FAILURE,
		EACCES, DPAGER_DETAIL_DEVICE_MODE, "a device open for reading");
	ok_kern(default_pager_add_segment(MACH_PORT_NULL, disk, 0, 8, 512), KERN_INVALID_ARGUMENT,
		EBADF, 0, "the null port for a store");
	ok_kern(default_pager_add_segment(pager, disk, 0, 8, 512), KERN_INVALID_ARGUMENT, ENOTTY,
		0, "the pager for a store");
	close(file);
	close(rdonly);
}

static void failures(void)
{
	int other = block_open("/dev/vdb", O_RDWR), claim;

	ok_kern(default_pager_add_segment(store, disk, 0, 1, 512), KERN_FAILURE, ENOSPC,
		DPAGER_DETAIL_TOO_SMALL, "less than a page");
	claim = block_open("/dev/vdb", O_RDWR | O_EXCL);
	ok_kern(default_pager_add_segment(store, other, 0, 8, 512), KERN_FAILURE, EBUSY,
		DPAGER_DETAIL_CLAIMED, "a device that somebody uses");
	close(claim);
	close(other);
}

static void neighbours(void)
{
	ok_kern(default_pager_add_segment(store, disk, 4096, 8, 512), KERN_SUCCESS, 0, 0,
		"right behind a segment");
	ok_kern(default_pager_add_segment(store, disk, 255, 1, 4096), KERN_SUCCESS, 0, 0,
		"right before it, in other records");
}

/* Mach had 63, and so have we at least. */
static void table_full(void)
{
	kern_return_t kern = KERN_SUCCESS;
	unsigned int count;

	for (count = 0; count < 8192 && !kern; count++)
		kern = default_pager_add_segment(store, disk, 8192 + 8 * count, 8, 512);
	ok_kern(kern, KERN_RESOURCE_SHORTAGE, ENFILE, DPAGER_DETAIL_TABLE_FULL, "the table is full");
	ok(count >= 63, "with as many as Mach had");
}

int main(void)
{
	unsigned int i;

	pager = kern_pager();
	store = kern_store(pager, -1);
	disk = block_open("/dev/vda", O_RDWR);
	ok_kern(default_pager_add_segment(store, disk, 2048, 2048, 512), KERN_SUCCESS, 0, 0,
		"a megabyte");
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		try_row(&rows[i]);
	wrong_devices();
	failures();
	neighbours();
	table_full();
	ok_kern(default_pager_backing_store_delete(store), KERN_SUCCESS, 0, 0, "delete the store");
	return tap_done();
}
