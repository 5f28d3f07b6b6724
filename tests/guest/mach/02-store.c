// SPDX-License-Identifier: GPL-2.0
/*
 * default_pager_backing_store_create, _info, _delete; default_pager_info, _info_64.
 *
 * guest: kmod=null_blk
 */
#include <limits.h>

#include "kern.h"

#define PAGES	64UL

static mach_port_t pager;

struct row {
	const char *what;
	int priority;
	int clsize;
	kern_return_t kern;
	uint32_t detail;
	int in_force;
};

static const struct row rows[] = {
	{ "the defaults", -1, 0, KERN_SUCCESS, 0, 131072 },
	{ "priority 0", 0, 0, KERN_SUCCESS, 0, 131072 },
	{ "priority 4, Mach's highest", 4, 0, KERN_SUCCESS, 0, 131072 },
	{ "priority 32767", 32767, 0, KERN_SUCCESS, 0, 131072 },
	{ "priority 32768", 32768, 0, KERN_INVALID_ARGUMENT, DPAGER_DETAIL_PRIORITY, 0 },
	{ "priority -2", -2, 0, KERN_INVALID_ARGUMENT, DPAGER_DETAIL_PRIORITY, 0 },
	{ "the least priority", INT_MIN, 0, KERN_INVALID_ARGUMENT, DPAGER_DETAIL_PRIORITY, 0 },
	{ "clsize 1", -1, 1, KERN_SUCCESS, 0, 4096 },
	{ "clsize of 3 pages", -1, 12288, KERN_SUCCESS, 0, 16384 },
	{ "clsize of 2 MiB", -1, 2097152, KERN_SUCCESS, 0, 2097152 },
	{ "clsize of 2 MiB + 1", -1, 2097153, KERN_INVALID_ARGUMENT, DPAGER_DETAIL_CLUSTER, 0 },
	{ "clsize -1", -1, -1, KERN_INVALID_ARGUMENT, DPAGER_DETAIL_CLUSTER, 0 },
};

static kern_return_t basic_info(mach_port_t store, backing_store_basic_info_data_t *info)
{
	mach_msg_type_number_t size = BACKING_STORE_BASIC_INFO_COUNT;

	return default_pager_backing_store_info(store, BACKING_STORE_BASIC_INFO,
						(backing_store_info_t)info, &size);
}

static void try_row(const struct row *row)
{
	backing_store_basic_info_data_t info;
	mach_port_t store = 77;
	kern_return_t kern;

	kern = default_pager_backing_store_create(pager, row->priority, row->clsize, &store);
	ok_kern(kern, row->kern, row->kern ? EINVAL : 0, row->detail, "%s", row->what);
	if (kern) {
		ok_equal(store, 77, "%s: no port", row->what);
		return;
	}
	ok_kern(basic_info(store, &info), KERN_SUCCESS, 0, 0, "%s: info", row->what);
	ok(info.bs_priority == row->priority && info.bs_clsize == row->in_force,
	   "%s: is in force", row->what);
	ok_kern(default_pager_backing_store_delete(store), KERN_SUCCESS, 0, 0, "%s: delete",
		row->what);
	close(store);
}

static void wrong_ports(void)
{
	mach_port_t store = kern_store(pager, -1);
	mach_port_t other;

	ok_kern(default_pager_backing_store_create(store, -1, 0, &other), KERN_INVALID_ARGUMENT,
		ENOTTY, 0, "create: a store is no pager");
	ok_kern(default_pager_backing_store_create(MACH_PORT_NULL, -1, 0, &other),
		KERN_INVALID_ARGUMENT, EBADF, 0, "create: the null port");
	ok_kern(default_pager_backing_store_delete(pager), KERN_INVALID_ARGUMENT, ENOTTY, 0,
		"delete: the pager is no store");
	ok_kern(default_pager_backing_store_delete(MACH_PORT_NULL), KERN_INVALID_ARGUMENT, EBADF,
		0, "delete: the null port");
	ok_kern(default_pager_backing_store_delete(store), KERN_SUCCESS, 0, 0, "delete");
	ok_kern(default_pager_backing_store_delete(store), KERN_INVALID_ARGUMENT, ESTALE, 0,
		"delete it twice");
	ok_kern(default_pager_add_segment(store, 1, 0, 1, 512), KERN_INVALID_ARGUMENT, ESTALE, 0,
		"add_segment to a deleted store");
	ok_kern(default_pager_object_create(store, &other, PAGE), KERN_INVALID_ARGUMENT, ESTALE, 0,
		"object_create on a deleted store");
	close(store);
}

static void flavors(mach_port_t store)
{
	integer_t words[BACKING_STORE_BASIC_INFO_COUNT + 1];
	mach_msg_type_number_t size = BACKING_STORE_BASIC_INFO_COUNT - 1;

	ok_equal(BACKING_STORE_BASIC_INFO_COUNT, 15, "Mach's 15 words");
	ok_kern(default_pager_backing_store_info(store, BACKING_STORE_BASIC_INFO, words, &size),
		KERN_INVALID_ARGUMENT, EINVAL, DPAGER_DETAIL_SIZE, "info: a word too few");
	size = BACKING_STORE_BASIC_INFO_COUNT + 1;
	words[size - 1] = 77;
	ok_kern(default_pager_backing_store_info(store, 2, words, &size), KERN_INVALID_ARGUMENT,
		EINVAL, DPAGER_DETAIL_OPERATION, "info: another flavor");
	ok_kern(default_pager_backing_store_info(store, BACKING_STORE_BASIC_INFO, words, &size),
		KERN_SUCCESS, 0, 0, "info: a word more");
	ok(size == BACKING_STORE_BASIC_INFO_COUNT && words[size] == 77, "is not written");
	ok_kern(default_pager_backing_store_info(pager, BACKING_STORE_BASIC_INFO, words, &size),
		KERN_INVALID_ARGUMENT, ENOTTY, 0, "info: the pager is no store");
}

static void figures(mach_port_t store)
{
	backing_store_basic_info_data_t info;
	memory_object_t object = kern_object(pager, PAGES * PAGE);
	default_pager_info_64_t wide;
	default_pager_info_t small;

	kern_page_out(object, PAGES);
	ok_kern(basic_info(store, &info), KERN_SUCCESS, 0, 0, "info, with pages out");
	ok(info.bs_pages_total == 4096 && info.bs_pages_free == 4096 - (int)PAGES &&
	   info.bs_pages_out == (int)PAGES && info.pages_out == (int)PAGES && !info.bs_pages_in &&
	   !info.bs_pages_out_fail && !info.bs_pages_in_fail, "its figures");
	ok_kern(default_pager_info(pager, &small), KERN_SUCCESS, 0, 0, "default_pager_info");
	ok_kern(default_pager_info_64(pager, &wide), KERN_SUCCESS, 0, 0, "default_pager_info_64");
	ok(small.dpi_total_space == 16 * MiB && small.dpi_free_space == 16 * MiB - PAGES * PAGE &&
	   small.dpi_page_size == PAGE, "space of all stores");
	ok(wide.dpi_total_space == 16 * MiB && wide.dpi_free_space == small.dpi_free_space &&
	   wide.dpi_page_size == PAGE && !wide.dpi_flags, "the same in 64 bits");
	ok_kern(default_pager_info(store, &small), KERN_INVALID_ARGUMENT, ENOTTY, 0,
		"default_pager_info of a store");
	ok_kern(default_pager_info_64(MACH_PORT_DEAD, &wide), KERN_INVALID_ARGUMENT, EBADF, 0,
		"default_pager_info_64 of a dead port");
	close(object);
	dp_settle(pager);
}

/* A store of 20 TiB has more pages than a word of Mach's. */
static void saturated(void)
{
	static const struct null_setup setup = { .megabytes = 20ULL << 20 };
	mach_port_t store = kern_store(pager, -1);
	backing_store_basic_info_data_t info;
	char path[64];
	int disk;

	null_create("dphuge", &setup, path);
	disk = block_open(path, O_RDWR);
	ok_kern(default_pager_add_segment(store, disk, 0, 20ULL << 31, 512), KERN_SUCCESS, 0, 0,
		"a segment of 20 TiB, by more than 2^32 records");
	close(disk);
	ok_kern(basic_info(store, &info), KERN_SUCCESS, 0, 0, "info");
	ok(info.bs_pages_total == INT_MAX && info.bs_pages_free == INT_MAX, "saturates");
	ok_kern(default_pager_backing_store_delete(store), KERN_SUCCESS, 0, 0, "delete");
	close(store);
	null_remove("dphuge");
}

int main(void)
{
	mach_port_t store;
	unsigned int i;

	pager = kern_pager();
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		try_row(&rows[i]);
	wrong_ports();
	store = kern_store(pager, -1);
	kern_segment(store, "/dev/vda", 16 * MiB);
	flavors(store);
	figures(store);
	kern_delete(pager, store);
	saturated();
	return tap_done();
}
