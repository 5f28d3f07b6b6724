// SPDX-License-Identifier: GPL-2.0
#include <kunit/test.h>
#include <linux/bits.h>
#include <linux/dpager.h>
#include <linux/fs.h>
#include <linux/limits.h>
#include <linux/mm.h>
#include <linux/sizes.h>

#include "range.h"

#define TiB	BIT_ULL(40)

struct records_row {
	const char *name;
	u64 offset;
	u64 count;
	u32 record;
	u32 block;
	u64 device;
	int error;
	u32 detail;
	u64 first;
	u64 pages;
};

#define RECORDS_OK(_name, _offset, _count, _record, _block, _device, _first, \
		   _pages)						\
	{ .name = _name, .offset = _offset, .count = _count,		\
	  .record = _record, .block = _block, .device = _device,	\
	  .first = _first, .pages = _pages }

#define RECORDS_BAD(_name, _offset, _count, _record, _block, _device, _error, \
		    _detail)						\
	{ .name = _name, .offset = _offset, .count = _count,		\
	  .record = _record, .block = _block, .device = _device,	\
	  .error = -(_error), .detail = DPAGER_DETAIL_##_detail }

static const struct records_row records_rows[] = {
	RECORDS_OK("whole_device", 0, 2048, 512, 512, SZ_1M, 0, 256),
	RECORDS_OK("one_page", 0, 8, 512, 512, SZ_4K, 0, 1),
	RECORDS_OK("offset_of_whole_pages", 8, 16, 512, 512, SZ_1M, SZ_4K, 2),
	/* 1..17 is 512..8704: the first page begins at 4096 */
	RECORDS_OK("both_ends_round_inwards", 1, 16, 512, 512, SZ_1M, SZ_4K, 1),
	/* the eighth record of the second page is not there */
	RECORDS_OK("odd_tail_is_cut", 0, 15, 512, 512, SZ_1M, 0, 1),
	RECORDS_OK("record_of_a_page", 3, 5, SZ_4K, 512, SZ_1M, 3 * SZ_4K, 5),
	RECORDS_OK("record_of_two_pages", 1, 2, SZ_8K, 512, SZ_1M, SZ_8K, 4),
	RECORDS_OK("record_of_1_MiB", 1, 1, SZ_1M, SZ_4K, SZ_2M, SZ_1M, 256),
	RECORDS_OK("record_of_1_byte_where_a_block_is", 0, SZ_4K, 1, 1,
		   SZ_4K, 0, 1),
	RECORDS_OK("block_of_a_page", 0, 4, SZ_4K, SZ_4K, 4 * SZ_4K, 0, 4),
	/* 32-bit pages and 32-bit records both end before this */
	RECORDS_OK("above_16_TiB", 17 * TiB / 512, TiB / 512, 512, 512,
		   18 * TiB, 17 * TiB, TiB / SZ_4K),
	RECORDS_OK("as_large_as_a_place_can_number", 0, 1ULL << 40, SZ_4K, 512,
		   S64_MAX, 0, 1ULL << 40),
	RECORDS_OK("larger_than_a_place_can_number", 0, 1ULL << 42, SZ_4K, 512,
		   S64_MAX, 0, 1ULL << 40),

	/* a division by zero in XNU */
	RECORDS_BAD("record_of_0", 0, 8, 0, 512, SZ_1M, EINVAL, RECORD_SIZE),
	RECORDS_BAD("record_of_1", 0, 8, 1, 512, SZ_1M, EINVAL, RECORD_SIZE),
	RECORDS_BAD("record_of_3", 0, 8, 3, 1, SZ_1M, EINVAL, RECORD_SIZE),
	RECORDS_BAD("record_of_511", 0, 8, 511, 1, SZ_1M, EINVAL, RECORD_SIZE),
	/* two of them are not a page, which XNU took them for */
	RECORDS_BAD("record_of_1536", 0, 8, 1536, 512, SZ_1M, EINVAL,
		    RECORD_SIZE),
	RECORDS_BAD("record_of_a_page_less_one", 0, 8, SZ_4K - 1, 512, SZ_1M,
		    EINVAL, RECORD_SIZE),
	RECORDS_BAD("record_of_2_MiB", 0, 1, SZ_2M, 512, SZ_4M, EINVAL,
		    RECORD_SIZE),
	RECORDS_BAD("record_of_2_GiB", 0, 1, 1U << 31, 512, TiB, EINVAL,
		    RECORD_SIZE),
	/* -1 and -512 as the old interface would have passed them */
	RECORDS_BAD("record_of_minus_1", 0, 1, U32_MAX, 512, TiB, EINVAL,
		    RECORD_SIZE),
	RECORDS_BAD("record_of_minus_512", 0, 1, -512, 512, TiB, EINVAL,
		    RECORD_SIZE),
	/* 512 byte records on a 4Kn device */
	RECORDS_BAD("record_below_the_block", 0, 8, 512, SZ_4K, SZ_1M, EINVAL,
		    RECORD_SIZE),
	RECORDS_BAD("count_of_0", 0, 0, 512, 512, SZ_1M, EINVAL, COUNT),
	/* the record size is looked at first */
	RECORDS_BAD("count_of_0_and_record_of_0", 0, 0, 0, 512, SZ_1M, EINVAL,
		    RECORD_SIZE),
	/* and the count before the overflow */
	RECORDS_BAD("count_of_0_at_u64_max", U64_MAX, 0, 512, 512, SZ_1M,
		    EINVAL, COUNT),
	RECORDS_BAD("end_wraps_u64", U64_MAX, 1, 512, 512, SZ_1M, EOVERFLOW,
		    OVERFLOW),
	RECORDS_BAD("end_wraps_u64_to_something_small", U64_MAX - 7, 16, 512,
		    512, SZ_1M, EOVERFLOW, OVERFLOW),
	RECORDS_BAD("count_of_u64_max", 0, U64_MAX, 1, 1, U64_MAX, EOVERFLOW,
		    OVERFLOW),
	RECORDS_BAD("end_wraps_s64", S64_MAX, 1, 1, 1, U64_MAX, EOVERFLOW,
		    OVERFLOW),
	RECORDS_BAD("offset_times_record_wraps", 1ULL << 55, 8, 512, 512,
		    SZ_1M, EOVERFLOW, OVERFLOW),
	RECORDS_BAD("count_times_record_wraps", 0, 1ULL << 55, 512, 512, SZ_1M,
		    EOVERFLOW, OVERFLOW),
	/* 2^63 bytes: one too many */
	RECORDS_BAD("bytes_need_64_bits", 0, 1ULL << 54, 512, 512, U64_MAX,
		    EOVERFLOW, OVERFLOW),
	RECORDS_BAD("bytes_need_63_bits_on_a_small_device", 0,
		    (1ULL << 54) - 1, 512, 512, SZ_1M, ENXIO, BEYOND_END),
	RECORDS_BAD("one_record_beyond", 0, 2049, 512, 512, SZ_1M, ENXIO,
		    BEYOND_END),
	RECORDS_BAD("begins_at_the_end", 2048, 1, 512, 512, SZ_1M, ENXIO,
		    BEYOND_END),
	RECORDS_BAD("device_one_byte_short", 0, 8, 512, 512, SZ_4K - 1, ENXIO,
		    BEYOND_END),
	RECORDS_BAD("device_of_size_0", 0, 8, 512, 512, 0, ENXIO, BEYOND_END),
	RECORDS_BAD("one_record_short_of_a_page", 0, 7, 512, 512, SZ_1M,
		    ENOSPC, TOO_SMALL),
	/* eight records, but of two pages */
	RECORDS_BAD("page_across_a_border", 4, 8, 512, 512, SZ_1M, ENOSPC,
		    TOO_SMALL),
	/* fifteen, and still none whole */
	RECORDS_BAD("almost_two_pages", 1, 14, 512, 512, SZ_1M, ENOSPC,
		    TOO_SMALL),
};

static void records_row_name(const struct records_row *row, char *name)
{
	strscpy(name, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(records, records_rows, records_row_name);

static void range_from_records(struct kunit *test)
{
	const struct records_row *row = test->param_value;
	struct dpager_range range = {};
	u32 detail = 0;

	if (PAGE_SIZE != SZ_4K)
		kunit_skip(test, "rows are for pages of 4 KiB");

	KUNIT_EXPECT_EQ(test, row->error,
			dpager_range_from_records(&range, row->offset,
						  row->count, row->record,
						  row->block, row->device,
						  &detail));
	KUNIT_EXPECT_EQ(test, row->detail, detail);
	KUNIT_EXPECT_EQ(test, row->first, range.first);
	KUNIT_EXPECT_EQ(test, row->pages, range.pages);
	if (row->error)
		return;
	KUNIT_EXPECT_EQ(test, row->offset * row->record, range.given_first);
	KUNIT_EXPECT_EQ(test, row->count * row->record, range.given_bytes);
}

struct overlap_row {
	u64 a, a_bytes, b, b_bytes;
	bool expected;
};

static const struct overlap_row overlap_rows[] = {
	{ 0, 4096, 0, 4096, true },		/* exact duplicate */
	{ 0, 4096, 4095, 4096, true },		/* one byte at the tail */
	{ 4096, 4096, 1, 4096, true },		/* one byte at the head */
	{ 0, 65536, 4096, 4096, true },		/* nested */
	{ 4096, 4096, 0, 65536, true },		/* nested the other way */
	{ 0, 4096, 4096, 4096, false },		/* adjacent */
	{ 4096, 4096, 0, 4096, false },		/* adjacent the other way */
	{ 0, 4096, 1 << 20, 4096, false },	/* far apart */
	{ 4096, 0, 0, 65536, false },		/* nothing overlaps nothing */
	{ 0, 65536, 4096, 0, false },
	{ 0, S64_MAX, S64_MAX - 1, 1, true },	/* at the far end */
	{ 0, S64_MAX, S64_MAX, 4096, false },
};

static void range_overlaps(struct kunit *test)
{
	for (size_t i = 0; i < ARRAY_SIZE(overlap_rows); i++) {
		const struct overlap_row *row = &overlap_rows[i];

		KUNIT_EXPECT_EQ_MSG(test, row->expected,
				    dpager_range_overlaps(row->a, row->a_bytes,
							  row->b, row->b_bytes),
				    "row %zu", i);
	}
}

struct cluster_row {
	u32 asked;
	u32 expected;
};

static const struct cluster_row cluster_rows[] = {
	{ 0, SZ_128K },			/* default */
	{ 1, SZ_4K },			/* XNU made 0 of it */
	{ 4095, SZ_4K },
	{ 4096, SZ_4K },
	{ 4097, SZ_8K },
	{ 3 * 4096, SZ_16K },		/* not a power of two */
	{ SZ_64K, SZ_64K },
	{ SZ_2M - 1, SZ_2M },
	{ SZ_2M, SZ_2M },
	{ SZ_2M + 1, 0 },		/* too large */
	{ 3 * SZ_1M, 0 },
	{ 1U << 31, 0 },
	{ U32_MAX, 0 },			/* rounding up would wrap */
};

static void range_cluster_bytes(struct kunit *test)
{
	if (PAGE_SIZE != SZ_4K)
		kunit_skip(test, "rows are for pages of 4 KiB");

	for (size_t i = 0; i < ARRAY_SIZE(cluster_rows); i++)
		KUNIT_EXPECT_EQ_MSG(test, cluster_rows[i].expected,
				    dpager_cluster_bytes(cluster_rows[i].asked),
				    "row %zu", i);
}

struct object_row {
	u64 bytes;
	int error;
	u64 expected;
};

static const struct object_row object_rows[] = {
	{ 0, -EINVAL, 0 },		/* XNU: an object of 2^30 clusters */
	{ 1, 0, PAGE_SIZE },
	{ PAGE_SIZE, 0, PAGE_SIZE },
	{ PAGE_SIZE + 1, 0, 2 * PAGE_SIZE },
	{ 1ULL << 32, 0, 1ULL << 32 },
	{ (1ULL << 32) + 1, 0, (1ULL << 32) + PAGE_SIZE },
};

static void range_object_bytes(struct kunit *test)
{
	for (size_t i = 0; i < ARRAY_SIZE(object_rows); i++) {
		u64 bytes = object_rows[i].bytes;

		KUNIT_EXPECT_EQ_MSG(test, object_rows[i].error,
				    dpager_object_bytes(&bytes), "row %zu", i);
		KUNIT_EXPECT_EQ_MSG(test, object_rows[i].expected, bytes,
				    "row %zu", i);
	}
}

static void range_object_bytes_at_the_largest_file(struct kunit *test)
{
	u64 largest = round_down((u64)MAX_LFS_FILESIZE, PAGE_SIZE);
	u64 bytes = largest - 1;

	KUNIT_EXPECT_EQ(test, 0, dpager_object_bytes(&bytes));
	KUNIT_EXPECT_EQ(test, largest, bytes);
	KUNIT_EXPECT_EQ(test, 0, dpager_object_bytes(&bytes));

	/* Rounded up it would not be a file size any more. */
	bytes = largest + 1;
	KUNIT_EXPECT_EQ(test, -EFBIG, dpager_object_bytes(&bytes));
	bytes = 1ULL << 63;
	KUNIT_EXPECT_EQ(test, -EFBIG, dpager_object_bytes(&bytes));
	bytes = U64_MAX;
	KUNIT_EXPECT_EQ(test, -EFBIG, dpager_object_bytes(&bytes));
}

struct control_row {
	u64 offset, length, object;
	int error;
	u32 detail;
	u64 first, count;
};

#define P	((u64)PAGE_SIZE)

static const struct control_row control_rows[] = {
	{ 0, 0, 8 * P, 0, 0, 0, 8 },
	{ 3 * P, 0, 8 * P, 0, 0, 3, 5 },
	{ 3 * P, 2 * P, 8 * P, 0, 0, 3, 2 },
	{ 7 * P, P, 8 * P, 0, 0, 7, 1 },
	{ 0, S64_MAX & ~(P - 1), S64_MAX & ~(P - 1), 0, 0, 0,
	  (S64_MAX & ~(P - 1)) / P },
	{ 1, P, 8 * P, -EINVAL, DPAGER_DETAIL_ALIGNMENT },
	{ P, P - 1, 8 * P, -EINVAL, DPAGER_DETAIL_ALIGNMENT },
	/* the end wraps to something inside */
	{ -P, 2 * P, 8 * P, -EOVERFLOW, DPAGER_DETAIL_OVERFLOW },
	{ 1ULL << 63, 0, 8 * P, -EOVERFLOW, DPAGER_DETAIL_OVERFLOW },
	{ 8 * P, P, 8 * P, -ENXIO, DPAGER_DETAIL_BEYOND_END },
	{ 7 * P, 2 * P, 8 * P, -ENXIO, DPAGER_DETAIL_BEYOND_END },
	/* to the end, and nothing is left */
	{ 8 * P, 0, 8 * P, -ENXIO, DPAGER_DETAIL_BEYOND_END },
};

static void range_of_control(struct kunit *test)
{
	for (size_t i = 0; i < ARRAY_SIZE(control_rows); i++) {
		const struct control_row *row = &control_rows[i];
		u64 first = 0, count = 0;
		u32 detail = 0;

		KUNIT_EXPECT_EQ_MSG(test, row->error,
				    dpager_control_range(row->offset,
							 row->length,
							 row->object, &first,
							 &count, &detail),
				    "row %zu", i);
		KUNIT_EXPECT_EQ_MSG(test, row->detail, detail, "row %zu", i);
		KUNIT_EXPECT_EQ_MSG(test, row->first, first, "row %zu", i);
		KUNIT_EXPECT_EQ_MSG(test, row->count, count, "row %zu", i);
	}
}

static struct kunit_case range_cases[] = {
	KUNIT_CASE_PARAM(range_from_records, records_gen_params),
	KUNIT_CASE(range_overlaps),
	KUNIT_CASE(range_cluster_bytes),
	KUNIT_CASE(range_object_bytes),
	KUNIT_CASE(range_object_bytes_at_the_largest_file),
	KUNIT_CASE(range_of_control),
	{}
};

static struct kunit_suite range_suite = {
	.name = "dpager_range",
	.test_cases = range_cases,
};

kunit_test_suites(&range_suite);

MODULE_DESCRIPTION("dpager: size arithmetic");
MODULE_LICENSE("GPL");
