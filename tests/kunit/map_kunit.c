// SPDX-License-Identifier: GPL-2.0
#include <kunit/test.h>
#include <linux/err.h>
#include <linux/slab.h>

#include "map.h"

#define LEAF	DPAGER_LEAF_PAGES
#define SLOTS	BIT_ULL(DPAGER_PLACE_SLOT_BITS)

static int map_test_init(struct kunit *test)
{
	struct dpager_map *map = kunit_kzalloc(test, sizeof(*map), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, map);
	dpager_map_init(map);
	test->priv = map;
	return 0;
}

static void map_test_exit(struct kunit *test)
{
	dpager_map_destroy(test->priv);
}

/* The leaf of @index, made when there is none. */
static struct dpager_leaf *leaf_of(struct kunit *test, pgoff_t index)
{
	struct dpager_leaf *leaf = dpager_map_leaf(test->priv, index);

	if (leaf)
		return leaf;
	leaf = kunit_kzalloc(test, sizeof(*leaf), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, leaf);
	KUNIT_ASSERT_PTR_EQ(test, leaf,
			    dpager_map_insert(test->priv, index, leaf,
					      GFP_KERNEL));
	return leaf;
}

static dpager_place_t set(struct kunit *test, pgoff_t index,
			  dpager_place_t place)
{
	return dpager_map_set(test->priv, leaf_of(test, index), index, place);
}

static dpager_place_t clear(struct kunit *test, pgoff_t index)
{
	return dpager_map_clear(test->priv, leaf_of(test, index), index);
}

/* The same, folded or not; the mask of its leaf says the same. */
static int get(struct kunit *test, pgoff_t index, dpager_place_t *place)
{
	u32 mask = dpager_map_mask(test->priv, index);
	int err = dpager_map_where(test->priv, index, place);

	KUNIT_EXPECT_EQ(test, err != -ENOENT,
			(bool)(mask & BIT(index & DPAGER_LEAF_MASK)));
	KUNIT_EXPECT_EQ(test, err == -ENOENT,
			dpager_map_nowhere(test->priv, index, 1));
	return err;
}

static void expect_place(struct kunit *test, pgoff_t index,
			 dpager_place_t expected)
{
	dpager_place_t place = 0;

	KUNIT_EXPECT_EQ(test, 0, get(test, index, &place));
	KUNIT_EXPECT_EQ(test, expected, place);
}

static void expect_none(struct kunit *test, pgoff_t index)
{
	dpager_place_t place;

	KUNIT_EXPECT_EQ(test, -ENOENT, get(test, index, &place));
}

static void expect_next(struct kunit *test, u64 from, u64 end, u64 first,
			u64 count)
{
	u64 found = 0;

	KUNIT_EXPECT_EQ(test, count,
			dpager_map_next(test->priv, from, end, &found));
	if (count)
		KUNIT_EXPECT_EQ(test, first, found);
}

static s64 present(struct kunit *test)
{
	struct dpager_map *map = test->priv;

	return atomic64_read(&map->present);
}

static void place_holds_segment_and_slot(struct kunit *test)
{
	dpager_place_t place = dpager_place(255, SLOTS - 1);

	KUNIT_EXPECT_EQ(test, 255, dpager_place_segment(place));
	KUNIT_EXPECT_EQ(test, SLOTS - 1, dpager_place_slot(place));
	KUNIT_EXPECT_NE(test, DPAGER_PLACE_NONE, place);
	/* XNU took its first cluster for "none" and never freed it */
	KUNIT_EXPECT_EQ(test, 0ULL, dpager_place(0, 0));
	KUNIT_EXPECT_NE(test, DPAGER_PLACE_NONE, dpager_place(0, 0));
}

static void map_get_when_empty(struct kunit *test)
{
	expect_none(test, 0);
	expect_none(test, ULONG_MAX);
	KUNIT_EXPECT_EQ(test, 0, present(test));
}

static void map_insert_when_taken(struct kunit *test)
{
	struct dpager_leaf *first = leaf_of(test, 40);
	struct dpager_leaf second = {};

	/* Any page of the leaf finds it. */
	KUNIT_EXPECT_PTR_EQ(test, first,
			    dpager_map_insert(test->priv, LEAF, &second,
					      GFP_KERNEL));
	KUNIT_EXPECT_PTR_EQ(test, first,
			    dpager_map_leaf(test->priv, 2 * LEAF - 1));
	KUNIT_EXPECT_NULL(test, dpager_map_leaf(test->priv, 2 * LEAF));
}

static void map_set_then_get(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, DPAGER_PLACE_NONE, set(test, 7, dpager_place(3, 9)));
	expect_place(test, 7, dpager_place(3, 9));
	/* A leaf without a place is as empty as no leaf. */
	expect_none(test, 6);
	KUNIT_EXPECT_EQ(test, 1, present(test));
}

static void map_set_at_slot_0(struct kunit *test)
{
	set(test, 0, dpager_place(0, 0));
	expect_place(test, 0, dpager_place(0, 0));
	KUNIT_EXPECT_EQ(test, dpager_place(0, 0), clear(test, 0));
}

static void map_set_again(struct kunit *test)
{
	set(test, 7, dpager_place(3, 9));
	KUNIT_EXPECT_EQ(test, dpager_place(3, 9), set(test, 7, dpager_place(1, 2)));
	expect_place(test, 7, dpager_place(1, 2));
	KUNIT_EXPECT_EQ(test, 1, present(test));
}

static void map_set_at_the_last_index(struct kunit *test)
{
	set(test, ULONG_MAX, 77);
	expect_place(test, ULONG_MAX, 77);
	expect_none(test, ULONG_MAX - 1);
	expect_none(test, 0);
}

static void map_clear_gives_the_place_once(struct kunit *test)
{
	set(test, 7, 5);
	KUNIT_EXPECT_EQ(test, 5ULL, clear(test, 7));
	expect_none(test, 7);
	KUNIT_EXPECT_EQ(test, DPAGER_PLACE_NONE, clear(test, 7));
	KUNIT_EXPECT_EQ(test, 0, present(test));
}

static void map_spoil_until_set(struct kunit *test)
{
	dpager_place_t place;

	set(test, 7, 5);
	dpager_map_spoil(leaf_of(test, 7), 7);
	KUNIT_EXPECT_EQ(test, -EIO, get(test, 7, &place));
	/* The caller still has to free what it failed to write. */
	KUNIT_EXPECT_EQ(test, 5ULL, set(test, 7, 6));
	expect_place(test, 7, 6);
}

static void map_spoil_until_clear(struct kunit *test)
{
	set(test, 7, 5);
	dpager_map_spoil(leaf_of(test, 7), 7);
	KUNIT_EXPECT_EQ(test, 5ULL, clear(test, 7));
	expect_none(test, 7);
}

static void map_spoil_without_a_place(struct kunit *test)
{
	dpager_place_t place;

	/* The first write ever failed: the page must not read as zeros. */
	dpager_map_spoil(leaf_of(test, 7), 7);
	KUNIT_EXPECT_EQ(test, -EIO, get(test, 7, &place));
	KUNIT_EXPECT_EQ(test, DPAGER_PLACE_NONE, set(test, 7, 6));
	expect_place(test, 7, 6);
}

/* The run from a page on; where it begins must be where the page is. */
static u32 run(struct kunit *test, pgoff_t index)
{
	dpager_place_t place = DPAGER_PLACE_NONE, first;
	const struct dpager_leaf *leaf;
	struct dpager_leaf buffer;
	u32 pages;

	leaf = dpager_map_peek(test->priv, index, &buffer);
	pages = dpager_map_run(test->priv, leaf, index, LEAF, &place);
	if (pages) {
		KUNIT_EXPECT_EQ(test, 0, get(test, index, &first));
		KUNIT_EXPECT_EQ(test, first, place);
	}
	return pages;
}

static u32 hole(struct kunit *test, pgoff_t index)
{
	const struct dpager_leaf *leaf;
	struct dpager_leaf buffer;

	leaf = dpager_map_peek(test->priv, index, &buffer);
	return dpager_map_hole(test->priv, leaf, index, LEAF);
}

static void map_run_in_a_row(struct kunit *test)
{
	for (u32 i = 0; i < 8; i++)
		set(test, i, 100 + i);
	KUNIT_EXPECT_EQ(test, 8U, run(test, 0));
	KUNIT_EXPECT_EQ(test, 5U, run(test, 3));
	KUNIT_EXPECT_EQ(test, 0U, run(test, 8));
	KUNIT_EXPECT_EQ(test, 0U, run(test, LEAF));
}

static void map_run_is_broken(struct kunit *test)
{
	struct dpager_leaf *leaf = leaf_of(test, 0);

	set(test, 0, 100);
	set(test, 1, 102);	/* a gap on the device */
	set(test, 2, 101);	/* backwards */
	set(test, 3, 102);
	/* 4 has no place */
	set(test, 5, 104);
	set(test, 6, 105);
	dpager_map_spoil(leaf, 6);
	KUNIT_EXPECT_EQ(test, 1U, run(test, 0));
	KUNIT_EXPECT_EQ(test, 1U, run(test, 1));
	KUNIT_EXPECT_EQ(test, 2U, run(test, 2));
	KUNIT_EXPECT_EQ(test, 1U, run(test, 5));
	KUNIT_EXPECT_EQ(test, 0U, run(test, 6));
}

static void map_run_ends_with_the_segment(struct kunit *test)
{
	/* The last slot of one segment and the first of the next, as numbers. */
	set(test, 0, dpager_place(1, SLOTS - 1));
	set(test, 1, dpager_place(2, 0));
	KUNIT_EXPECT_EQ(test, 1U, run(test, 0));
}

static void map_run_ends_with_the_leaf(struct kunit *test)
{
	for (u32 i = 0; i < LEAF + 1; i++)
		set(test, i, i);
	KUNIT_EXPECT_EQ(test, LEAF, run(test, 0));
	KUNIT_EXPECT_EQ(test, 1U, run(test, LEAF - 1));
}

static void map_run_no_more_than_asked(struct kunit *test)
{
	struct dpager_leaf *leaf = leaf_of(test, 0);
	dpager_place_t place;

	for (u32 i = 0; i < 8; i++)
		set(test, i, 100 + i);
	KUNIT_EXPECT_EQ(test, 1U, dpager_map_run(test->priv, leaf, 2, 1, &place));
	KUNIT_EXPECT_EQ(test, 5U, dpager_map_run(test->priv, leaf, 2, 5, &place));
	KUNIT_EXPECT_EQ(test, 6U, dpager_map_run(test->priv, leaf, 2, 7, &place));
	KUNIT_EXPECT_EQ(test, 3U, dpager_map_hole(test->priv, leaf, 8, 3));
}

static void map_leaf_runs(struct kunit *test)
{
	u32 first = 0;

	KUNIT_EXPECT_EQ(test, LEAF, dpager_leaf_run(~0U, &first));
	KUNIT_EXPECT_EQ(test, 0U, first);
	KUNIT_EXPECT_EQ(test, 2U, dpager_leaf_run(0x18U, &first));
	KUNIT_EXPECT_EQ(test, 3U, first);
	KUNIT_EXPECT_EQ(test, 1U, dpager_leaf_run(BIT(LEAF - 1), &first));
	KUNIT_EXPECT_EQ(test, LEAF - 1, first);
}

static void map_hole(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, LEAF, hole(test, 0));
	KUNIT_EXPECT_EQ(test, LEAF - 3, hole(test, LEAF + 3));
	set(test, 5, 100);
	KUNIT_EXPECT_EQ(test, 5U, hole(test, 0));
	KUNIT_EXPECT_EQ(test, 0U, hole(test, 5));
	KUNIT_EXPECT_EQ(test, LEAF - 6, hole(test, 6));
	/* What is lost is no hole. */
	dpager_map_spoil(leaf_of(test, 0), 9);
	KUNIT_EXPECT_EQ(test, 3U, hole(test, 6));
}

static void map_next_when_empty(struct kunit *test)
{
	expect_next(test, 0, U64_MAX, 0, 0);
	leaf_of(test, 5);
	expect_next(test, 0, U64_MAX, 0, 0);
	expect_next(test, 9, 9, 0, 0);
	expect_next(test, 9, 3, 0, 0);
}

static void map_next_over_holes(struct kunit *test)
{
	set(test, 3, 1);
	set(test, 4, 9);
	set(test, 9, 2);
	set(test, 100 * LEAF + 1, 3);

	expect_next(test, 0, U64_MAX, 3, 2);
	expect_next(test, 4, U64_MAX, 4, 1);
	expect_next(test, 5, U64_MAX, 9, 1);
	expect_next(test, 10, U64_MAX, 100 * LEAF + 1, 1);
	expect_next(test, 100 * LEAF + 2, U64_MAX, 0, 0);
	/* the end cuts a range, and ends before one */
	expect_next(test, 0, 4, 3, 1);
	expect_next(test, 5, 9, 0, 0);
	expect_next(test, 10, 100 * LEAF + 1, 0, 0);
}

static void map_next_of_a_whole_leaf(struct kunit *test)
{
	for (u32 i = 0; i < 2 * LEAF; i++)
		set(test, LEAF + i, i);
	expect_next(test, 0, U64_MAX, LEAF, LEAF);
	expect_next(test, 2 * LEAF, U64_MAX, 2 * LEAF, LEAF);
	expect_next(test, 3 * LEAF, U64_MAX, 0, 0);
}

static void map_next_at_the_last_index(struct kunit *test)
{
	set(test, ULONG_MAX - 1, 1);
	expect_next(test, 0, ULONG_MAX, ULONG_MAX - 1, 1);
	expect_next(test, ULONG_MAX - 1, ULONG_MAX, ULONG_MAX - 1, 1);
	expect_next(test, 0, ULONG_MAX - 1, 0, 0);
}

static void map_skip_over_holes(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, 50ULL, dpager_map_skip(test->priv, 0, 50));
	/* A leaf may have a page; only its absence is sure. */
	leaf_of(test, 100 * LEAF + 5);
	KUNIT_EXPECT_EQ(test, 100ULL * LEAF,
			dpager_map_skip(test->priv, 0, U64_MAX));
	KUNIT_EXPECT_EQ(test, 100ULL * LEAF + 7,
			dpager_map_skip(test->priv, 100 * LEAF + 7, U64_MAX));
	KUNIT_EXPECT_EQ(test, U64_MAX,
			dpager_map_skip(test->priv, 101 * LEAF, U64_MAX));
	KUNIT_EXPECT_EQ(test, 60ULL, dpager_map_skip(test->priv, 0, 60));
	/* from behind the end */
	KUNIT_EXPECT_EQ(test, 60ULL, dpager_map_skip(test->priv, 70, 60));
}

static void map_next_skips_spoilt(struct kunit *test)
{
	set(test, 1, 1);
	set(test, 2, 2);
	dpager_map_spoil(leaf_of(test, 1), 1);
	expect_next(test, 0, U64_MAX, 2, 1);
}

/* --- folding ------------------------------------------------------------ */

static void set_run(struct kunit *test, pgoff_t index, u32 count,
		    dpager_place_t place)
{
	while (count--)
		set(test, index++, place++);
}

static bool fold(struct kunit *test, pgoff_t index)
{
	return dpager_map_fold(test->priv, index,
			       dpager_map_leaf(test->priv, index));
}

static void *entry(struct kunit *test, pgoff_t index)
{
	return dpager_map_look(test->priv, index);
}

/* Of the leaf of @index, these pages and no others are in a row from @place. */
static void expect_run(struct kunit *test, pgoff_t index, u32 count,
		       dpager_place_t place)
{
	pgoff_t leaf = index & ~(pgoff_t)DPAGER_LEAF_MASK, i;

	for (i = leaf; i < leaf + LEAF; i++) {
		if (i >= index && i < index + count)
			expect_place(test, i, place + i - index);
		else
			expect_none(test, i);
	}
	expect_next(test, leaf, leaf + LEAF, index, count);
}

/* A leaf of these pages is folded, found, and unfolded again. */
static void fold_and_unfold(struct kunit *test, pgoff_t index, u32 count,
			    dpager_place_t place)
{
	set_run(test, index, count, place);
	KUNIT_EXPECT_TRUE(test, fold(test, index));
	KUNIT_EXPECT_NULL(test, dpager_map_leaf(test->priv, index));
	KUNIT_EXPECT_TRUE(test, xa_is_value(entry(test, index)));
	KUNIT_EXPECT_EQ(test, count, present(test));
	expect_run(test, index, count, place);
	KUNIT_EXPECT_EQ(test, count, run(test, index));

	KUNIT_EXPECT_NOT_NULL(test, leaf_of(test, index));
	KUNIT_EXPECT_FALSE(test, xa_is_value(entry(test, index)));
	KUNIT_EXPECT_EQ(test, count, present(test));
	expect_run(test, index, count, place);
	while (count--)
		clear(test, index++);
	KUNIT_EXPECT_EQ(test, 0, present(test));
}

static void map_fold_every_run(struct kunit *test)
{
	for (u32 first = 0; first < LEAF; first++)
		for (u32 count = 1; count <= LEAF - first; count++)
			fold_and_unfold(test, 5 * LEAF + first, count,
					dpager_place(3, 7000));
}

static void map_fold_extreme_places(struct kunit *test)
{
	fold_and_unfold(test, 0, 1, dpager_place(0, 0));
	fold_and_unfold(test, 0, LEAF, dpager_place(0, 0));
	fold_and_unfold(test, 0, LEAF, dpager_place(255, SLOTS - LEAF));
	fold_and_unfold(test, LEAF - 1, 1, dpager_place(255, SLOTS - 1));
	fold_and_unfold(test, 7, 1, dpager_place(255, 0));
	/* The leaf before the last, whose end is no index. */
	fold_and_unfold(test, ULONG_MAX - LEAF, 1, dpager_place(255, SLOTS - 1));
}

static void map_fold_without_a_place(struct kunit *test)
{
	leaf_of(test, 5);
	KUNIT_EXPECT_TRUE(test, fold(test, 5));
	KUNIT_EXPECT_NULL(test, entry(test, 5));
	expect_none(test, 5);
	KUNIT_EXPECT_EQ(test, LEAF, hole(test, 0));
}

static void expect_stays(struct kunit *test, pgoff_t index)
{
	struct dpager_leaf *leaf = leaf_of(test, index);

	KUNIT_EXPECT_FALSE(test, fold(test, index));
	KUNIT_EXPECT_PTR_EQ(test, leaf, dpager_map_leaf(test->priv, index));
}

static void map_fold_only_one_run(struct kunit *test)
{
	/* two runs of pages, in one of places */
	set_run(test, 0, 2, 100);
	set_run(test, 3, 2, 102);
	expect_stays(test, 0);
	/* one run of pages, in two of places */
	set_run(test, LEAF, 2, 200);
	set_run(test, LEAF + 2, 2, 203);
	expect_stays(test, LEAF);
	/* the end of one segment and the start of the next */
	set(test, 2 * LEAF, dpager_place(1, SLOTS - 1));
	set(test, 2 * LEAF + 1, dpager_place(2, 0));
	expect_stays(test, 2 * LEAF);
	/* the first page and the last */
	set(test, 3 * LEAF, 300);
	set(test, 4 * LEAF - 1, 331);
	expect_stays(test, 3 * LEAF);
	clear(test, 4 * LEAF - 1);
	KUNIT_EXPECT_TRUE(test, fold(test, 3 * LEAF));
}

static void map_fold_nothing_spoilt(struct kunit *test)
{
	set_run(test, 0, LEAF, 100);
	dpager_map_spoil(leaf_of(test, 4), 4);
	expect_stays(test, 0);
	set(test, 4, 104);
	KUNIT_EXPECT_TRUE(test, fold(test, 0));
	/* Not even a place, and not zeros. */
	dpager_map_spoil(leaf_of(test, LEAF), LEAF);
	expect_stays(test, LEAF);
}

static void map_fold_no_leaf_of_another(struct kunit *test)
{
	struct dpager_leaf other = {};

	set_run(test, 0, 4, 100);
	KUNIT_EXPECT_FALSE(test, dpager_map_fold(test->priv, 0, &other));
	expect_run(test, 0, 4, 100);
}

static void map_insert_unpacks_over_all(struct kunit *test)
{
	struct dpager_leaf *leaf = kunit_kzalloc(test, sizeof(*leaf),
						 GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, leaf);
	set_run(test, 3, 4, 100);
	fold(test, 3);
	KUNIT_EXPECT_PTR_EQ(test, leaf,
			    dpager_map_insert(test->priv, 20, leaf, GFP_KERNEL));
	KUNIT_EXPECT_EQ(test, (u32)GENMASK(6, 3), leaf->present);
	KUNIT_EXPECT_EQ(test, 103ULL, leaf->place[6]);
	KUNIT_EXPECT_EQ(test, 4, present(test));
}

static void map_next_over_folded(struct kunit *test)
{
	set_run(test, 2, LEAF - 2, 100);		/* folded */
	set_run(test, LEAF, LEAF, 200);			/* folded */
	set(test, 2 * LEAF, 300);
	set(test, 2 * LEAF + 2, 302);			/* two runs */
	set_run(test, 100 * LEAF + 5, 3, 400);		/* folded */
	KUNIT_EXPECT_TRUE(test, fold(test, 0));
	KUNIT_EXPECT_TRUE(test, fold(test, LEAF));
	KUNIT_EXPECT_FALSE(test, fold(test, 2 * LEAF));
	KUNIT_EXPECT_TRUE(test, fold(test, 100 * LEAF));

	expect_next(test, 0, U64_MAX, 2, LEAF - 2);
	expect_next(test, 9, U64_MAX, 9, LEAF - 9);
	expect_next(test, 9, 11, 9, 2);
	expect_next(test, LEAF, U64_MAX, LEAF, LEAF);
	expect_next(test, 2 * LEAF, U64_MAX, 2 * LEAF, 1);
	expect_next(test, 2 * LEAF + 1, U64_MAX, 2 * LEAF + 2, 1);
	expect_next(test, 2 * LEAF + 3, U64_MAX, 100 * LEAF + 5, 3);
	expect_next(test, 2 * LEAF + 3, 100 * LEAF + 6, 100 * LEAF + 5, 1);
	expect_next(test, 2 * LEAF + 3, 100 * LEAF + 5, 0, 0);
	expect_next(test, 100 * LEAF + 8, U64_MAX, 0, 0);
	expect_next(test, 0, 2, 0, 0);
}

/* A folded run goes elsewhere, as a whole or not at all. */
static void map_shift(struct kunit *test)
{
	set_run(test, LEAF + 2, 5, 100);
	KUNIT_EXPECT_FALSE(test, dpager_map_shift(test->priv, LEAF + 2, 5, 100,
						  500));
	KUNIT_EXPECT_TRUE(test, fold(test, LEAF));
	KUNIT_EXPECT_FALSE(test, dpager_map_shift(test->priv, LEAF + 2, 4, 100,
						  500));
	KUNIT_EXPECT_FALSE(test, dpager_map_shift(test->priv, LEAF + 3, 4, 101,
						  500));
	KUNIT_EXPECT_FALSE(test, dpager_map_shift(test->priv, LEAF + 2, 5, 101,
						  500));
	KUNIT_EXPECT_FALSE(test, dpager_map_shift(test->priv, 9 * LEAF + 2, 5,
						  100, 500));
	KUNIT_EXPECT_FALSE(test, dpager_map_shift(test->priv, 2, 0, 0, 500));
	expect_run(test, LEAF + 2, 5, 100);
	KUNIT_EXPECT_TRUE(test, dpager_map_shift(test->priv, LEAF + 2, 5, 100,
						 dpager_place(255, SLOTS - 5)));
	expect_run(test, LEAF + 2, 5, dpager_place(255, SLOTS - 5));
	KUNIT_EXPECT_EQ(test, 5, present(test));
}

static void map_skip_over_folded(struct kunit *test)
{
	set(test, 100 * LEAF + 5, 400);
	KUNIT_EXPECT_TRUE(test, fold(test, 100 * LEAF));
	KUNIT_EXPECT_EQ(test, 100ULL * LEAF,
			dpager_map_skip(test->priv, 0, U64_MAX));
	KUNIT_EXPECT_EQ(test, 100ULL * LEAF + 7,
			dpager_map_skip(test->priv, 100 * LEAF + 7, U64_MAX));
	KUNIT_EXPECT_EQ(test, U64_MAX,
			dpager_map_skip(test->priv, 101 * LEAF, U64_MAX));
}

/* Pages that a shelf of leaves covers. */
#define SHELF	((pgoff_t)DPAGER_SHELF_LEAVES * LEAF)

static void map_next_over_shelves(struct kunit *test)
{
	set(test, 2 * SHELF - 1, 10);
	/* a shelf without a leaf any more */
	leaf_of(test, 2 * SHELF + 40);
	KUNIT_EXPECT_TRUE(test, fold(test, 2 * SHELF + 40));
	set(test, 3 * SHELF, 20);
	set(test, 70 * SHELF + 3, 30);

	expect_next(test, 0, U64_MAX, 2 * SHELF - 1, 1);
	expect_next(test, 2 * SHELF, U64_MAX, 3 * SHELF, 1);
	expect_next(test, 2 * SHELF + 40, 3 * SHELF, 0, 0);
	expect_next(test, 3 * SHELF + 1, U64_MAX, 70 * SHELF + 3, 1);
	expect_next(test, 71 * SHELF, U64_MAX, 0, 0);
	KUNIT_EXPECT_EQ(test, 2ULL * SHELF - LEAF,
			dpager_map_skip(test->priv, 0, U64_MAX));
	KUNIT_EXPECT_EQ(test, 3ULL * SHELF,
			dpager_map_skip(test->priv, 2 * SHELF, U64_MAX));
	KUNIT_EXPECT_EQ(test, 3ULL * SHELF,
			dpager_map_skip(test->priv, 2 * SHELF, 3 * SHELF));
	KUNIT_EXPECT_EQ(test, 70ULL * SHELF,
			dpager_map_skip(test->priv, 3 * SHELF + LEAF, U64_MAX));
}

static void expect_from(struct kunit *test, dpager_place_t place, u64 from,
			u64 end, u64 first, u32 pages, u64 slot)
{
	u64 found = 0, lowest = 0;

	KUNIT_EXPECT_EQ(test, pages,
			dpager_map_next_on(test->priv, place, from, end,
					   &found, &lowest));
	if (!pages)
		return;
	KUNIT_EXPECT_EQ(test, first, found);
	KUNIT_EXPECT_EQ(test, slot, lowest);
}

static void expect_on(struct kunit *test, u16 segment, u64 from, u64 end,
		      u64 first, u32 pages, u64 slot)
{
	expect_from(test, dpager_place(segment, 0), from, end, first, pages,
		    slot);
}

static void map_next_on_segment(struct kunit *test)
{
	expect_on(test, 1, 0, U64_MAX, 0, 0, 0);
	/* pages of one segment between those of another */
	set_run(test, 0, 2, dpager_place(2, 50));
	set_run(test, 2, 3, dpager_place(1, 200));
	set_run(test, 5, 2, dpager_place(1, 100));
	set_run(test, 7, 1, dpager_place(2, 103));
	/* of two leaves */
	set_run(test, 2 * LEAF - 1, 2, dpager_place(1, 300));
	/* folded */
	set_run(test, 50 * SHELF + 4, 6, dpager_place(1, 400));
	KUNIT_EXPECT_TRUE(test, fold(test, 50 * SHELF));

	expect_on(test, 1, 0, U64_MAX, 0, 0x7c, 100);
	expect_on(test, 1, 4, U64_MAX, 0, 0x70, 100);
	expect_on(test, 1, 0, 5, 0, 0x1c, 200);
	expect_on(test, 1, 7, U64_MAX, LEAF, BIT(LEAF - 1), 300);
	expect_on(test, 1, 2 * LEAF, U64_MAX, 2 * LEAF, 1, 301);
	expect_on(test, 1, 2 * LEAF + 1, U64_MAX, 50 * SHELF, 0x3f0, 400);
	expect_on(test, 1, 50 * SHELF + 9, U64_MAX, 50 * SHELF, 0x200, 405);
	expect_on(test, 1, 50 * SHELF + 10, U64_MAX, 0, 0, 0);
	expect_on(test, 2, 0, U64_MAX, 0, 0x83, 50);
	expect_on(test, 2, 8, U64_MAX, 0, 0, 0);
	expect_on(test, 3, 0, U64_MAX, 0, 0, 0);
	expect_on(test, 1, 3, 3, 0, 0, 0);

	/* only from a slot on */
	expect_from(test, dpager_place(1, 101), 0, U64_MAX, 0, 0x5c, 101);
	expect_from(test, dpager_place(1, 203), 0, U64_MAX, LEAF,
		    BIT(LEAF - 1), 300);
	expect_from(test, dpager_place(1, 403), 0, U64_MAX, 50 * SHELF, 0x380,
		    403);
	expect_from(test, dpager_place(1, 406), 0, U64_MAX, 0, 0, 0);
}

/* Cut pages out of a folded run, and look at what comes out, and what is left. */
static void cut_and_look(struct kunit *test, u32 first, u32 count, u32 from,
			 u32 last)
{
	u32 end = first + count, begin = max(first, from);
	u32 stop = min(end, last + 1), gone = begin < stop ? stop - begin : 0;
	dpager_place_t base = dpager_place(9, 500), place = DPAGER_PLACE_NONE;
	bool splits = gone && begin > first && stop < end;

	set_run(test, LEAF + first, count, base);
	KUNIT_ASSERT_TRUE(test, fold(test, LEAF));
	KUNIT_EXPECT_EQ(test, splits, dpager_map_splits(test->priv, LEAF + from,
							LEAF + last));
	if (splits) {
		dpager_map_cut(test->priv, LEAF, 2 * LEAF - 1, &place);
		return;
	}
	KUNIT_EXPECT_EQ(test, gone, dpager_map_cut(test->priv, LEAF + from,
						   LEAF + last, &place));
	KUNIT_EXPECT_EQ(test, gone ? base + begin - first : DPAGER_PLACE_NONE,
			place);
	KUNIT_EXPECT_EQ(test, count - gone, present(test));
	if (gone == count) {
		KUNIT_EXPECT_NULL(test, entry(test, LEAF));
		return;
	}
	if (gone && begin == first)
		expect_run(test, LEAF + stop, end - stop, base + stop - first);
	else
		expect_run(test, LEAF + first, count - gone, base);
	dpager_map_cut(test->priv, LEAF, 2 * LEAF - 1, &place);
	KUNIT_EXPECT_EQ(test, 0, present(test));
}

static void map_cut_every_range(struct kunit *test)
{
	for (u32 from = 0; from < LEAF; from++) {
		for (u32 last = from; last < LEAF; last++) {
			cut_and_look(test, 0, LEAF, from, last);
			cut_and_look(test, 11, 9, from, last);
			cut_and_look(test, LEAF - 1, 1, from, last);
		}
	}
}

static void map_cut_not_folded(struct kunit *test)
{
	dpager_place_t place;

	KUNIT_EXPECT_EQ(test, 0U, dpager_map_cut(test->priv, 0, 5, &place));
	KUNIT_EXPECT_FALSE(test, dpager_map_splits(test->priv, 5, 5));
	set_run(test, 0, LEAF, 100);
	KUNIT_EXPECT_EQ(test, 0U, dpager_map_cut(test->priv, 0, 5, &place));
	KUNIT_EXPECT_FALSE(test, dpager_map_splits(test->priv, 5, 5));
	expect_run(test, 0, LEAF, 100);
}

static void fixed_init(struct kunit *test, u64 pages)
{
	dpager_map_destroy(test->priv);
	dpager_map_init_fixed(test->priv, dpager_place(2, 1000), pages);
}

static void map_fixed_needs_no_leaf(struct kunit *test)
{
	fixed_init(test, 100);
	expect_place(test, 0, dpager_place(2, 1000));
	expect_place(test, 99, dpager_place(2, 1099));
	expect_none(test, 100);
	KUNIT_EXPECT_EQ(test, 0, present(test));
	KUNIT_EXPECT_EQ(test, LEAF, run(test, 0));
	/* Page 100 is behind the last. */
	KUNIT_EXPECT_EQ(test, 100 % LEAF, run(test, 96));
	KUNIT_EXPECT_EQ(test, 0U, hole(test, 96));
	KUNIT_EXPECT_EQ(test, LEAF - 4, hole(test, 100));
}

static void map_fixed_own_place_goes_first(struct kunit *test)
{
	fixed_init(test, 100);
	KUNIT_EXPECT_EQ(test, DPAGER_PLACE_NONE, set(test, 5, 7));
	expect_place(test, 5, 7);
	expect_place(test, 6, dpager_place(2, 1006));
}

static void map_fixed_cleared_is_zeros(struct kunit *test)
{
	fixed_init(test, 100);
	KUNIT_EXPECT_EQ(test, DPAGER_PLACE_NONE, clear(test, 5));
	expect_none(test, 5);
	set(test, 6, 7);
	KUNIT_EXPECT_EQ(test, 7ULL, clear(test, 6));
	expect_none(test, 6);
	set(test, 5, 8);
	expect_place(test, 5, 8);
}

static void map_fixed_spoilt_base(struct kunit *test)
{
	dpager_place_t place;

	fixed_init(test, 100);
	dpager_map_spoil(leaf_of(test, 5), 5);
	KUNIT_EXPECT_EQ(test, -EIO, get(test, 5, &place));
	clear(test, 5);
	expect_none(test, 5);
}

static void map_fixed_is_not_folded(struct kunit *test)
{
	fixed_init(test, 100);
	/* Without a place of its own each page is at the base, or dropped. */
	expect_stays(test, 0);
	set_run(test, LEAF, LEAF, 500);
	expect_stays(test, LEAF);
	clear(test, 2 * LEAF);
	expect_stays(test, 2 * LEAF);
}

static void map_fixed_next(struct kunit *test)
{
	fixed_init(test, 100);
	expect_next(test, 0, U64_MAX, 0, 100);
	expect_next(test, 40, 60, 40, 20);
	KUNIT_EXPECT_EQ(test, 40ULL, dpager_map_skip(test->priv, 40, 60));
	expect_next(test, 100, U64_MAX, 0, 0);

	clear(test, 70);
	expect_next(test, 0, U64_MAX, 0, 2 * LEAF);
	expect_next(test, 2 * LEAF, U64_MAX, 2 * LEAF, 70 - 2 * LEAF);
	expect_next(test, 70, U64_MAX, 71, 3 * LEAF - 71);
	expect_next(test, 3 * LEAF, U64_MAX, 3 * LEAF, 100 - 3 * LEAF);

	/* An own place behind the fixed pages, in the leaf that they end in. */
	set(test, 110, 1);
	expect_next(test, 3 * LEAF, U64_MAX, 3 * LEAF, 100 - 3 * LEAF);
	expect_next(test, 100, U64_MAX, 110, 1);
}

static struct kunit_case map_cases[] = {
	KUNIT_CASE(place_holds_segment_and_slot),
	KUNIT_CASE(map_get_when_empty),
	KUNIT_CASE(map_insert_when_taken),
	KUNIT_CASE(map_set_then_get),
	KUNIT_CASE(map_set_at_slot_0),
	KUNIT_CASE(map_set_again),
	KUNIT_CASE(map_set_at_the_last_index),
	KUNIT_CASE(map_clear_gives_the_place_once),
	KUNIT_CASE(map_spoil_until_set),
	KUNIT_CASE(map_spoil_until_clear),
	KUNIT_CASE(map_spoil_without_a_place),
	KUNIT_CASE(map_run_in_a_row),
	KUNIT_CASE(map_run_is_broken),
	KUNIT_CASE(map_run_ends_with_the_segment),
	KUNIT_CASE(map_run_ends_with_the_leaf),
	KUNIT_CASE(map_run_no_more_than_asked),
	KUNIT_CASE(map_leaf_runs),
	KUNIT_CASE(map_hole),
	KUNIT_CASE(map_next_when_empty),
	KUNIT_CASE(map_next_over_holes),
	KUNIT_CASE(map_next_of_a_whole_leaf),
	KUNIT_CASE(map_next_at_the_last_index),
	KUNIT_CASE(map_skip_over_holes),
	KUNIT_CASE(map_next_skips_spoilt),
	KUNIT_CASE(map_fold_every_run),
	KUNIT_CASE(map_fold_extreme_places),
	KUNIT_CASE(map_fold_without_a_place),
	KUNIT_CASE(map_fold_only_one_run),
	KUNIT_CASE(map_fold_nothing_spoilt),
	KUNIT_CASE(map_fold_no_leaf_of_another),
	KUNIT_CASE(map_insert_unpacks_over_all),
	KUNIT_CASE(map_next_over_folded),
	KUNIT_CASE(map_shift),
	KUNIT_CASE(map_skip_over_folded),
	KUNIT_CASE(map_next_over_shelves),
	KUNIT_CASE(map_next_on_segment),
	KUNIT_CASE(map_cut_every_range),
	KUNIT_CASE(map_cut_not_folded),
	KUNIT_CASE(map_fixed_needs_no_leaf),
	KUNIT_CASE(map_fixed_own_place_goes_first),
	KUNIT_CASE(map_fixed_cleared_is_zeros),
	KUNIT_CASE(map_fixed_spoilt_base),
	KUNIT_CASE(map_fixed_is_not_folded),
	KUNIT_CASE(map_fixed_next),
	{}
};

static struct kunit_suite map_suite = {
	.name = "dpager_map",
	.init = map_test_init,
	.exit = map_test_exit,
	.test_cases = map_cases,
};

kunit_test_suites(&map_suite);

MODULE_DESCRIPTION("dpager: page map");
MODULE_LICENSE("GPL");
