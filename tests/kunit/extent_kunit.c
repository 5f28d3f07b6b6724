// SPDX-License-Identifier: GPL-2.0
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/prandom.h>
#include <linux/sizes.h>

#include "extent.h"

#define ROOM	64

static struct dpager_extents *extents_new(struct kunit *test, u32 room)
{
	struct dpager_extents *e = kunit_kzalloc(test, sizeof(*e), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, e);
	e->extent = kunit_kcalloc(test, room, sizeof(*e->extent), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, e->extent);
	e->room = room;
	return e;
}

/* Blocks of that size, by number on the device; 0 ends the list. */
static struct dpager_extents *extents_of(struct kunit *test, u64 bytes,
					 const u64 *block)
{
	struct dpager_extents *e = extents_new(test, ROOM);

	for (; *block; block++)
		dpager_extents_add(e, *block * bytes, bytes);
	KUNIT_ASSERT_LE(test, e->count, e->room);
	return e;
}

static void expect_extent(struct kunit *test, const struct dpager_extents *e,
			  u32 i, u64 slot, u64 byte)
{
	KUNIT_EXPECT_EQ(test, slot, e->extent[i].slot);
	KUNIT_EXPECT_EQ(test, byte, e->extent[i].byte);
}

static void extents_of_no_block(struct kunit *test)
{
	static const u64 none[] = { 0 };
	struct dpager_extents *e = extents_of(test, SZ_4K, none);

	KUNIT_EXPECT_EQ(test, 0ULL, e->slots);
	KUNIT_EXPECT_EQ(test, 0U, e->count);
	KUNIT_EXPECT_EQ(test, 0U, dpager_extents_run(e, 0, 8));
}

static void extents_of_pages_in_a_row_are_one(struct kunit *test)
{
	static const u64 blocks[] = { 7, 8, 9, 10, 0 };
	struct dpager_extents *e = extents_of(test, SZ_4K, blocks);

	KUNIT_EXPECT_EQ(test, 4ULL, e->slots);
	KUNIT_ASSERT_EQ(test, 1U, e->count);
	expect_extent(test, e, 0, 0, 7 * SZ_4K);
}

static void extents_end_where_blocks_jump(struct kunit *test)
{
	/* forwards, backwards, the same direction but one left out */
	static const u64 blocks[] = { 100, 101, 50, 51, 52, 10, 12, 0 };
	struct dpager_extents *e = extents_of(test, SZ_4K, blocks);

	KUNIT_EXPECT_EQ(test, 7ULL, e->slots);
	KUNIT_ASSERT_EQ(test, 4U, e->count);
	expect_extent(test, e, 0, 0, 100 * SZ_4K);
	expect_extent(test, e, 1, 2, 50 * SZ_4K);
	expect_extent(test, e, 2, 5, 10 * SZ_4K);
	expect_extent(test, e, 3, 6, 12 * SZ_4K);
}

static void extents_byte_and_run_of_each_slot(struct kunit *test)
{
	static const u64 blocks[] = { 100, 101, 50, 51, 52, 10, 12, 0 };
	static const u32 run[] = { 2, 1, 3, 2, 1, 1, 1 };
	struct dpager_extents *e = extents_of(test, SZ_4K, blocks);

	for (u64 slot = 0; slot < e->slots; slot++) {
		KUNIT_EXPECT_EQ(test, blocks[slot] * SZ_4K,
				dpager_extents_byte(e, slot));
		KUNIT_EXPECT_EQ(test, run[slot],
				dpager_extents_run(e, slot, U32_MAX));
		KUNIT_EXPECT_EQ(test, 1U, dpager_extents_run(e, slot, 1));
	}
	KUNIT_EXPECT_EQ(test, 0U, dpager_extents_run(e, e->slots, 1));
	KUNIT_EXPECT_EQ(test, 0U, dpager_extents_run(e, U64_MAX, 1));
}

static void extents_of_small_blocks(struct kunit *test)
{
	/* a page need not be aligned on the device */
	static const u64 blocks[] = { 5, 6, 7, 8, 9, 10, 11, 12, 0 };
	struct dpager_extents *e = extents_of(test, SZ_1K, blocks);

	KUNIT_EXPECT_EQ(test, 2ULL, e->slots);
	KUNIT_ASSERT_EQ(test, 1U, e->count);
	expect_extent(test, e, 0, 0, 5 * SZ_1K);
}

static void extents_leave_out_scattered_pages(struct kunit *test)
{
	static const u64 blocks[] = {
		5, 6, 7, 8,
		/* it jumps at its second, its last, and everywhere */
		9, 20, 21, 22,
		30, 31, 32, 40,
		50, 60, 70, 80,
		/* whole again, and where the first would have gone on */
		9, 10, 11, 12,
		/* in a row, but of two pages of the file */
		90, 91, 93, 94,
		95, 96, 97, 98,
		/* a page that is not complete is none */
		99, 100, 0
	};
	struct dpager_extents *e = extents_of(test, SZ_1K, blocks);

	KUNIT_EXPECT_EQ(test, 3ULL, e->slots);
	KUNIT_ASSERT_EQ(test, 2U, e->count);
	expect_extent(test, e, 0, 0, 5 * SZ_1K);
	expect_extent(test, e, 1, 2, 95 * SZ_1K);
}

static void extents_of_large_blocks(struct kunit *test)
{
	static const u64 blocks[] = { 4, 5, 9, 0 };
	struct dpager_extents *e = extents_of(test, SZ_64K, blocks);

	KUNIT_EXPECT_EQ(test, 48ULL, e->slots);
	KUNIT_ASSERT_EQ(test, 2U, e->count);
	expect_extent(test, e, 1, 32, 9 * SZ_64K);
	KUNIT_EXPECT_EQ(test, 9 * SZ_64K + 5 * SZ_4K,
			dpager_extents_byte(e, 37));
}

static void extents_far_out(struct kunit *test)
{
	/* bytes and slots that 32 bits do not hold */
	u64 far = 1ULL << 53, slots = 1ULL << 33;
	struct dpager_extent extent[] = { { 0, far }, { slots, SZ_4K } };
	struct dpager_extents of = {
		.extent = extent,
		.count = ARRAY_SIZE(extent),
		.slots = slots + 1,
	}, *e = &of;

	KUNIT_EXPECT_EQ(test, far + (slots << PAGE_SHIFT) - SZ_4K,
			dpager_extents_byte(e, slots - 1));
	KUNIT_EXPECT_EQ(test, (u64)SZ_4K, dpager_extents_byte(e, slots));
	KUNIT_EXPECT_EQ(test, 1U, dpager_extents_run(e, slots - 1, 32));
	KUNIT_EXPECT_EQ(test, 32U, dpager_extents_run(e, 1, 32));
}

#define MODEL	4096

/* Runs of random length at random places, against an array of bytes. */
static void extents_random_against_a_model(struct kunit *test)
{
	struct dpager_extents *e = extents_new(test, MODEL);
	u64 *model = kunit_kcalloc(test, MODEL, sizeof(*model), GFP_KERNEL);
	struct rnd_state random;
	u64 block = 0;

	KUNIT_ASSERT_NOT_NULL(test, model);
	prandom_seed_state(&random, 1);
	for (u32 i = 0; i < MODEL; i++) {
		block = prandom_u32_state(&random) % 8 ? block + 1 :
			1 + prandom_u32_state(&random) % (1U << 30);
		model[i] = block * SZ_4K;
		dpager_extents_add(e, model[i], SZ_4K);
	}
	KUNIT_ASSERT_EQ(test, (u64)MODEL, e->slots);
	for (u32 i = 0; i < MODEL; i++) {
		u32 run = 1;

		while (run < 32 && i + run < MODEL &&
		       model[i + run] == model[i] + run * SZ_4K)
			run++;
		KUNIT_ASSERT_EQ(test, model[i], dpager_extents_byte(e, i));
		KUNIT_ASSERT_EQ(test, run, dpager_extents_run(e, i, 32));
	}
}

static struct kunit_case extent_cases[] = {
	KUNIT_CASE(extents_of_no_block),
	KUNIT_CASE(extents_of_pages_in_a_row_are_one),
	KUNIT_CASE(extents_end_where_blocks_jump),
	KUNIT_CASE(extents_byte_and_run_of_each_slot),
	KUNIT_CASE(extents_of_small_blocks),
	KUNIT_CASE(extents_leave_out_scattered_pages),
	KUNIT_CASE(extents_of_large_blocks),
	KUNIT_CASE(extents_far_out),
	KUNIT_CASE(extents_random_against_a_model),
	{}
};

static struct kunit_suite extent_suite = {
	.name = "dpager_extent",
	.test_cases = extent_cases,
};

kunit_test_suites(&extent_suite);

MODULE_DESCRIPTION("dpager: extents");
MODULE_LICENSE("GPL");
