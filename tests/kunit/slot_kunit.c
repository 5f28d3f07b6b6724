// SPDX-License-Identifier: GPL-2.0
#include <kunit/test.h>
#include <linux/bitmap.h>
#include <linux/mm.h>
#include <linux/prandom.h>
#include <linux/slab.h>

#include "slot.h"

#define GROUP	((u32)DPAGER_GROUP_SLOTS)

static void attach(struct kunit *test, struct dpager_slots *s)
{
	struct dpager_slot_memory memory = {
		.taken = kunit_kzalloc(test, PAGE_SIZE, GFP_KERNEL),
		.bad = kunit_kzalloc(test, PAGE_SIZE, GFP_KERNEL),
	};

	KUNIT_ASSERT_NOT_NULL(test, memory.taken);
	KUNIT_ASSERT_NOT_NULL(test, memory.bad);
	KUNIT_ASSERT_TRUE(test, dpager_slots_attach(s, &memory));
}

/* What is free in a row from @at on, up to @want, is taken. */
static u32 take_at(struct dpager_slots *s, u64 at, u32 want)
{
	u64 cursor = s->cursor, found;
	u32 got;

	s->cursor = at;
	found = dpager_slots_alloc(s, want, &got);
	if (found != at) {
		if (got)
			dpager_slots_free(s, found, got);
		got = 0;
	}
	s->cursor = cursor;
	return got;
}

/* @total slots, all of them attached. */
static struct dpager_slots *slots_of(struct kunit *test, u64 total)
{
	u32 groups = dpager_slots_groups(total);
	struct dpager_slot_group *array;
	struct dpager_slots *s;
	unsigned long *open;

	s = kunit_kzalloc(test, sizeof(*s), GFP_KERNEL);
	array = kunit_kcalloc(test, groups, sizeof(*array), GFP_KERNEL);
	open = kunit_kcalloc(test, BITS_TO_LONGS(groups), sizeof(*open),
			     GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, s);
	KUNIT_ASSERT_NOT_NULL(test, array);
	KUNIT_ASSERT_NOT_NULL(test, open);
	dpager_slots_init(s, total, array, open);
	while (s->nr_attached < groups)
		attach(test, s);
	return s;
}

static void expect_alloc(struct kunit *test, struct dpager_slots *s, u32 want,
			 u64 at, u32 count)
{
	u32 got = ~0U;

	KUNIT_EXPECT_EQ(test, at, dpager_slots_alloc(s, want, &got));
	KUNIT_EXPECT_EQ(test, count, got);
}

/* Take every slot, then free those that are wanted free. */
static void fill(struct kunit *test, struct dpager_slots *s)
{
	u64 at = 0;

	while (at < s->total) {
		u32 got = take_at(s, at, GROUP);

		KUNIT_ASSERT_GT(test, got, 0U);
		at += got;
	}
	KUNIT_ASSERT_EQ(test, 0ULL, dpager_slots_free_now(s));
}

static void slot_groups_of_totals(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, 1U, dpager_slots_groups(1));
	KUNIT_EXPECT_EQ(test, 1U, dpager_slots_groups(GROUP));
	KUNIT_EXPECT_EQ(test, 2U, dpager_slots_groups(GROUP + 1));
	/* above 16 TiB of 4 KiB pages, and the most a place can number */
	KUNIT_EXPECT_EQ(test, (1U << 17) + 1,
			dpager_slots_groups(GROUP * (1ULL << 17) + 1));
	KUNIT_EXPECT_EQ(test, (u32)((1ULL << 40) / GROUP),
			dpager_slots_groups(1ULL << 40));
}

static void slot_alloc_goes_in_order(struct kunit *test)
{
	struct dpager_slots *s = slots_of(test, 1000);

	expect_alloc(test, s, 32, 0, 32);
	expect_alloc(test, s, 1, 32, 1);
	expect_alloc(test, s, 32, 33, 32);
	KUNIT_EXPECT_EQ(test, 65ULL, s->used);
	KUNIT_EXPECT_EQ(test, 935ULL, dpager_slots_free_total(s));
}

static void slot_alloc_of_one_slot_there_is(struct kunit *test)
{
	struct dpager_slots *s = slots_of(test, 1);

	expect_alloc(test, s, 32, 0, 1);
	expect_alloc(test, s, 32, U64_MAX, 0);
	dpager_slots_free(s, 0, 1);
	expect_alloc(test, s, 1, 0, 1);
}

static void slot_alloc_when_full(struct kunit *test)
{
	struct dpager_slots *s = slots_of(test, GROUP + 3);

	fill(test, s);
	expect_alloc(test, s, 1, U64_MAX, 0);
	dpager_slots_free(s, GROUP + 2, 1);
	expect_alloc(test, s, 32, GROUP + 2, 1);
	expect_alloc(test, s, 1, U64_MAX, 0);
}

static void slot_alloc_wraps_around(struct kunit *test)
{
	struct dpager_slots *s = slots_of(test, 100);

	expect_alloc(test, s, 96, 0, 96);
	dpager_slots_free(s, 0, 50);
	/* Four are left behind the cursor; the fifty are better. */
	expect_alloc(test, s, 32, 0, 32);
	KUNIT_EXPECT_EQ(test, 50U - 32 + 4, dpager_slots_free_now(s));
}

static void slot_alloc_takes_longest_when_none_is_long_enough(struct kunit *test)
{
	struct dpager_slots *s = slots_of(test, 200);

	fill(test, s);
	dpager_slots_free(s, 10, 3);
	dpager_slots_free(s, 50, 7);
	dpager_slots_free(s, 190, 5);
	expect_alloc(test, s, 32, 50, 7);
	expect_alloc(test, s, 32, 190, 5);
	expect_alloc(test, s, 2, 10, 2);
}

static void slot_alloc_runs_across_groups(struct kunit *test)
{
	struct dpager_slots *s = slots_of(test, 3 * GROUP);

	fill(test, s);
	dpager_slots_free(s, GROUP - 5, 32);
	expect_alloc(test, s, 32, GROUP - 5, 32);
	/* Both sides of the border count it. */
	KUNIT_EXPECT_EQ(test, 0U, s->groups[0].free);
	KUNIT_EXPECT_EQ(test, 0U, s->groups[1].free);

	dpager_slots_free(s, GROUP - 1, GROUP + 2);
	expect_alloc(test, s, GROUP + 2, GROUP - 1, GROUP + 2);
	KUNIT_EXPECT_EQ(test, 0ULL, dpager_slots_free_now(s));
}

static void slot_retire_is_for_ever(struct kunit *test)
{
	struct dpager_slots *s = slots_of(test, 3);

	expect_alloc(test, s, 3, 0, 3);
	dpager_slots_retire(s, 1);
	dpager_slots_free(s, 0, 1);
	dpager_slots_free(s, 2, 1);
	KUNIT_EXPECT_EQ(test, 0ULL, s->used);
	KUNIT_EXPECT_EQ(test, 1ULL, s->bad);
	KUNIT_EXPECT_EQ(test, 2ULL, dpager_slots_free_total(s));

	expect_alloc(test, s, 3, 0, 1);
	expect_alloc(test, s, 3, 2, 1);
	expect_alloc(test, s, 1, U64_MAX, 0);
	KUNIT_EXPECT_EQ(test, 1U, s->groups[0].nr_bad);
}

static void slot_attach_in_steps(struct kunit *test)
{
	u32 groups = dpager_slots_groups(2 * GROUP + 7);
	struct dpager_slot_group array[3] = {};
	unsigned long open = 0;
	struct dpager_slot_memory memory = {};
	struct dpager_slots s;

	KUNIT_ASSERT_EQ(test, 3U, groups);
	dpager_slots_init(&s, 2 * GROUP + 7, array, &open);
	KUNIT_EXPECT_EQ(test, 2ULL * GROUP + 7, dpager_slots_free_total(&s));
	expect_alloc(test, &s, 1, U64_MAX, 0);

	attach(test, &s);
	KUNIT_EXPECT_EQ(test, GROUP, dpager_slots_free_now(&s));
	/* A run ends where no bitmap is. */
	KUNIT_EXPECT_EQ(test, GROUP - 5, take_at(&s, 0, GROUP - 5));
	KUNIT_EXPECT_EQ(test, 5U, take_at(&s, GROUP - 5, 32));
	expect_alloc(test, &s, 1, U64_MAX, 0);

	attach(test, &s);
	KUNIT_EXPECT_EQ(test, 32U, take_at(&s, GROUP, 32));
	attach(test, &s);
	/* The last group is short. */
	KUNIT_EXPECT_EQ(test, 7U, s.groups[2].free);
	KUNIT_EXPECT_EQ(test, dpager_slots_free_total(&s),
			dpager_slots_free_now(&s));

	KUNIT_EXPECT_FALSE(test, dpager_slots_attach(&s, &memory));
}

static void slot_attach_makes_a_full_segment_usable(struct kunit *test)
{
	struct dpager_slot_group array[2] = {};
	unsigned long open = 0;
	struct dpager_slots s;

	dpager_slots_init(&s, 2 * GROUP, array, &open);
	attach(test, &s);
	expect_alloc(test, &s, GROUP, 0, GROUP);
	expect_alloc(test, &s, 1, U64_MAX, 0);
	attach(test, &s);
	expect_alloc(test, &s, 32, GROUP, 32);
}

static void slot_counts_of_ranges(struct kunit *test)
{
	struct dpager_slots *s = slots_of(test, 2 * GROUP + 5);
	u32 bad;

	expect_alloc(test, s, GROUP + 100, 0, GROUP + 100);
	dpager_slots_retire(s, GROUP + 7);
	dpager_slots_retire(s, GROUP + 8);
	dpager_slots_free(s, 10, 20);

	KUNIT_EXPECT_EQ(test, GROUP + 78, dpager_slots_count(s, 0, ~0U, &bad));
	KUNIT_EXPECT_EQ(test, 2U, bad);
	KUNIT_EXPECT_EQ(test, 5U, dpager_slots_count(s, 5, 10, &bad));
	KUNIT_EXPECT_EQ(test, 7U, dpager_slots_count(s, GROUP, 8, &bad));
	KUNIT_EXPECT_EQ(test, 1U, bad);
	KUNIT_EXPECT_EQ(test, 0U, dpager_slots_count(s, GROUP + 100, 50, &bad));

	KUNIT_EXPECT_EQ(test, s->used, dpager_slots_used_from(s, 0));
	KUNIT_EXPECT_EQ(test, 98ULL, dpager_slots_used_from(s, GROUP));
	KUNIT_EXPECT_EQ(test, 91ULL, dpager_slots_used_from(s, GROUP + 8));
	KUNIT_EXPECT_EQ(test, 0ULL, dpager_slots_used_from(s, 2 * GROUP));
	KUNIT_EXPECT_EQ(test, 20ULL, dpager_slots_free_below(s, GROUP));
	KUNIT_EXPECT_EQ(test, 5ULL, dpager_slots_free_below(s, 15));
	KUNIT_EXPECT_EQ(test, 21ULL, dpager_slots_free_below(s, GROUP + 101));
	KUNIT_EXPECT_EQ(test, dpager_slots_free_total(s),
			dpager_slots_free_below(s, s->total));
}

static void slot_limit_withholds_the_end(struct kunit *test)
{
	struct dpager_slots *s = slots_of(test, GROUP + 50);

	expect_alloc(test, s, 40, 0, 40);
	dpager_slots_limit(s, 60);
	KUNIT_EXPECT_EQ(test, 20ULL, dpager_slots_free_total(s));
	KUNIT_EXPECT_EQ(test, 60ULL, dpager_slots_usable(s));
	/* up to there, and what is free before it */
	expect_alloc(test, s, 32, 40, 20);
	expect_alloc(test, s, 1, U64_MAX, 0);
	dpager_slots_free(s, 3, 2);
	expect_alloc(test, s, 32, 3, 2);

	/* below what is in use: freed there, it is not free */
	dpager_slots_limit(s, 10);
	dpager_slots_free(s, 5, 10);
	KUNIT_EXPECT_EQ(test, 5ULL, dpager_slots_free_total(s));
	KUNIT_EXPECT_EQ(test, 55ULL, dpager_slots_usable(s));
	expect_alloc(test, s, 32, 5, 5);
	expect_alloc(test, s, 1, U64_MAX, 0);

	dpager_slots_limit(s, s->total);
	KUNIT_EXPECT_EQ(test, s->total, dpager_slots_usable(s));
	KUNIT_EXPECT_EQ(test, GROUP - 5, dpager_slots_free_now(s));
	expect_alloc(test, s, GROUP, 60, GROUP - 10);
}

static void slot_grow_lengthens_the_last_group(struct kunit *test)
{
	struct dpager_slot_group array[3] = {};
	struct dpager_slots *s = slots_of(test, 30);
	unsigned long open = 0;

	expect_alloc(test, s, 30, 0, 30);
	dpager_slots_grow(s, 2 * GROUP + 9, array, &open);
	KUNIT_EXPECT_EQ(test, GROUP - 30, dpager_slots_free_now(s));
	KUNIT_EXPECT_EQ(test, 2ULL * GROUP - 21, dpager_slots_free_total(s));
	expect_alloc(test, s, 32, 30, 32);
	attach(test, s);
	attach(test, s);
	KUNIT_EXPECT_EQ(test, 9U, s->groups[2].free);
	KUNIT_EXPECT_EQ(test, dpager_slots_free_total(s),
			dpager_slots_free_now(s));
}

static void slot_shrink_forgets_the_end(struct kunit *test)
{
	struct dpager_slots *s = slots_of(test, 3 * GROUP);
	struct dpager_slot_group array[3] = {};
	unsigned long open = 0;

	fill(test, s);
	for (u64 bad = 5; bad < s->total; bad += GROUP)
		dpager_slots_retire(s, bad);
	dpager_slots_free(s, 100, GROUP - 95);
	dpager_slots_free(s, GROUP + 6, GROUP - 1);
	dpager_slots_free(s, 2 * GROUP + 6, GROUP - 6);

	dpager_slots_shrink(s, 200);
	KUNIT_EXPECT_EQ(test, 1U, s->nr_attached);
	KUNIT_EXPECT_EQ(test, 99ULL, s->used);
	KUNIT_EXPECT_EQ(test, 1ULL, s->bad);
	KUNIT_EXPECT_EQ(test, 100ULL, dpager_slots_free_total(s));
	expect_alloc(test, s, 500, 100, 100);
	expect_alloc(test, s, 1, U64_MAX, 0);

	/* What was bad behind the end is tried again. */
	dpager_slots_grow(s, 3 * GROUP, array, &open);
	KUNIT_EXPECT_EQ(test, GROUP - 200, dpager_slots_free_now(s));
	attach(test, s);
	expect_alloc(test, s, GROUP + 1, 200, GROUP + 1);
}

static void slot_trim_of_free_chunks(struct kunit *test)
{
	struct dpager_slots *s = slots_of(test, GROUP + 3 * DPAGER_CHUNK_SLOTS + 9);
	u64 slot = 0;

	KUNIT_EXPECT_EQ(test, 0U, dpager_slots_trim(s, 0, &slot));
	fill(test, s);
	dpager_slots_free(s, 10, 2 * DPAGER_CHUNK_SLOTS);
	/* the second chunk only: the others are free in part */
	KUNIT_EXPECT_EQ(test, DPAGER_CHUNK_SLOTS, dpager_slots_trim(s, 0, &slot));
	KUNIT_EXPECT_EQ(test, (u64)DPAGER_CHUNK_SLOTS, slot);
	KUNIT_EXPECT_EQ(test, 0U, dpager_slots_trim(s, 0, &slot));
	KUNIT_EXPECT_EQ(test, 0U, dpager_slots_trim(s, 1, &slot));
	/* it is out of use until it is given back, and not trimmed again */
	KUNIT_EXPECT_EQ(test, (u64)DPAGER_CHUNK_SLOTS, dpager_slots_free_now(s));
	expect_alloc(test, s, DPAGER_CHUNK_SLOTS, 10, DPAGER_CHUNK_SLOTS - 10);
	dpager_slots_trimmed(s, DPAGER_CHUNK_SLOTS, DPAGER_CHUNK_SLOTS);
	KUNIT_EXPECT_EQ(test, 0U, dpager_slots_trim(s, 0, &slot));
	KUNIT_EXPECT_EQ(test, DPAGER_CHUNK_SLOTS + 10, dpager_slots_free_now(s));

	/* the last one is short; behind a limit there is none */
	dpager_slots_free(s, GROUP, 3 * DPAGER_CHUNK_SLOTS + 9);
	dpager_slots_limit(s, GROUP + DPAGER_CHUNK_SLOTS);
	KUNIT_EXPECT_EQ(test, DPAGER_CHUNK_SLOTS, dpager_slots_trim(s, 1, &slot));
	KUNIT_EXPECT_EQ(test, 0U, dpager_slots_trim(s, 1, &slot));
	dpager_slots_limit(s, GROUP);
	dpager_slots_trimmed(s, GROUP, DPAGER_CHUNK_SLOTS);
	KUNIT_EXPECT_EQ(test, DPAGER_CHUNK_SLOTS + 10, dpager_slots_free_now(s));
	dpager_slots_limit(s, s->total);
	KUNIT_EXPECT_EQ(test, DPAGER_CHUNK_SLOTS, dpager_slots_trim(s, 1, &slot));
	KUNIT_EXPECT_EQ(test, DPAGER_CHUNK_SLOTS, dpager_slots_trim(s, 1, &slot));
	KUNIT_EXPECT_EQ(test, 9U, dpager_slots_trim(s, 1, &slot));
	KUNIT_EXPECT_EQ(test, (u64)GROUP + 3 * DPAGER_CHUNK_SLOTS, slot);
}

/* The only slots behind the new end that were never freed are bad ones. */
static void slot_shrink_keeps_no_hint_behind_the_end(struct kunit *test)
{
	struct dpager_slots *s = slots_of(test, 200);
	struct dpager_slot_group array[1] = {};
	unsigned long open = 0;

	fill(test, s);
	dpager_slots_retire(s, 100);
	dpager_slots_free(s, 101, 99);

	dpager_slots_shrink(s, 100);
	dpager_slots_grow(s, 101, array, &open);
	KUNIT_EXPECT_EQ(test, 1ULL, dpager_slots_free_now(s));
	expect_alloc(test, s, 1, 100, 1);
}

/* 75 % full, every fourth slot free: no run is longer than 1. */
static void slot_search_is_bounded_when_fragmented(struct kunit *test)
{
	struct dpager_slots *s = slots_of(test, 8ULL * GROUP);
	u64 at, last = 0;
	u32 got;

	fill(test, s);
	for (at = 0; at < s->total; at += 4)
		dpager_slots_free(s, at, 1);
	/* The one long run is behind what a search may look at. */
	dpager_slots_free(s, 6ULL * GROUP + 1, 2);

	s->cursor = 0;
	at = dpager_slots_alloc(s, 32, &got);
	KUNIT_EXPECT_EQ(test, 1U, got);
	KUNIT_EXPECT_LT(test, at, (u64)GROUP);

	/* Each search begins behind the one before, so it is found one day. */
	for (u32 i = 0; got == 1 && i < 2 * GROUP; i++) {
		KUNIT_ASSERT_NE(test, U64_MAX, at);
		KUNIT_ASSERT_GE(test, at, last);
		last = at;
		at = dpager_slots_alloc(s, 32, &got);
	}
	KUNIT_EXPECT_EQ(test, 3U, got);
	KUNIT_EXPECT_EQ(test, 6ULL * GROUP, at);
}

/* 2^17 groups, of which only the last has a free slot. */
static void slot_search_skips_full_groups(struct kunit *test)
{
	u32 groups = 1U << 17;
	struct dpager_slot_group *array;
	struct dpager_slot_memory full = {}, last = {};
	struct dpager_slots s;
	unsigned long *open;
	u32 got;

	array = kvcalloc(groups, sizeof(*array), GFP_KERNEL);
	open = kvcalloc(BITS_TO_LONGS(groups), sizeof(*open), GFP_KERNEL);
	full.taken = kunit_kzalloc(test, PAGE_SIZE, GFP_KERNEL);
	last.taken = kunit_kzalloc(test, PAGE_SIZE, GFP_KERNEL);
	KUNIT_ASSERT_TRUE(test, array && open && full.taken && last.taken);

	dpager_slots_init(&s, (u64)groups * GROUP, array, open);
	/* Full groups look alike: one bitmap serves them all. */
	for (u32 i = 0; i < groups - 1; i++) {
		KUNIT_ASSERT_TRUE(test, dpager_slots_attach(&s, &full));
		bitmap_zero(full.taken, GROUP);
		KUNIT_ASSERT_EQ(test, GROUP,
				take_at(&s, (u64)i * GROUP, GROUP));
	}
	KUNIT_ASSERT_TRUE(test, dpager_slots_attach(&s, &last));

	KUNIT_EXPECT_EQ(test, 1U, bitmap_weight(open, groups));
	KUNIT_EXPECT_EQ(test, (u64)(groups - 1) * GROUP,
			dpager_slots_alloc(&s, 32, &got));
	KUNIT_EXPECT_EQ(test, 32U, got);
	kvfree(array);
	kvfree(open);
}

#define MODEL_SLOTS	(2 * GROUP + 777)
#define MODEL_MOST	(4 * GROUP)
#define MODEL_STEPS	20000

struct model {
	struct dpager_slots *s;
	u8 *used;	/* a byte a slot: 0 free, 1 used, 2 bad */
	u64 total;
	u64 limit;
	u64 nr_used;
	u64 nr_bad;
	struct rnd_state rnd;
};

static void model_take(struct kunit *test, struct model *m, u64 at, u32 count)
{
	for (u64 i = at; i < at + count; i++) {
		KUNIT_ASSERT_LT(test, i, m->limit);
		KUNIT_ASSERT_EQ(test, 0, m->used[i]);
		m->used[i] = 1;
	}
	m->nr_used += count;
}

static u64 model_count(const struct model *m, u64 from, u64 to, u8 what)
{
	u64 count = 0;

	for (; from < to; from++)
		count += m->used[from] == what;
	return count;
}

static u64 model_free_below(const struct model *m, u64 end)
{
	return model_count(m, 0, end, 0);
}

static void model_alloc(struct kunit *test, struct model *m)
{
	u32 want = 1 + prandom_u32_state(&m->rnd) % 512;
	u32 got;
	u64 at = dpager_slots_alloc(m->s, want, &got);

	if (at == U64_MAX) {
		KUNIT_ASSERT_EQ(test, 0ULL, model_free_below(m, m->limit));
		return;
	}
	KUNIT_ASSERT_GT(test, got, 0U);
	KUNIT_ASSERT_LE(test, got, want);
	model_take(test, m, at, got);
}

static void model_free(struct kunit *test, struct model *m)
{
	u64 at = prandom_u32_state(&m->rnd) % m->total;
	u32 most = 1 + prandom_u32_state(&m->rnd) % 600;
	u32 count = 0;

	while (count < most && at + count < m->total &&
	       m->used[at + count] == 1)
		m->used[at + count++] = 0;
	if (!count)
		return;
	dpager_slots_free(m->s, at, count);
	m->nr_used -= count;
}

static void model_retire(struct kunit *test, struct model *m)
{
	u64 at = prandom_u32_state(&m->rnd) % m->total;

	if (m->used[at] != 1)
		return;
	dpager_slots_retire(m->s, at);
	m->used[at] = 2;
	m->nr_used--;
	m->nr_bad++;
}

static void model_limit(struct kunit *test, struct model *m)
{
	m->limit = 1 + prandom_u32_state(&m->rnd) % m->total;
	dpager_slots_limit(m->s, m->limit);
}

static void model_grow(struct kunit *test, struct model *m)
{
	struct dpager_slot_group *array;
	unsigned long *open;

	array = kunit_kcalloc(test, 4, sizeof(*array), GFP_KERNEL);
	open = kunit_kzalloc(test, sizeof(*open), GFP_KERNEL);
	KUNIT_ASSERT_TRUE(test, array && open);
	dpager_slots_limit(m->s, m->total);
	m->total += 1 + prandom_u32_state(&m->rnd) % (MODEL_MOST - m->total);
	m->limit = m->total;
	dpager_slots_grow(m->s, m->total, array, open);
	while (m->s->nr_attached < m->s->nr_groups)
		attach(test, m->s);
}

/* What is behind a limit is freed, and then cut off. */
static void model_shrink(struct kunit *test, struct model *m)
{
	model_limit(test, m);
	for (u64 i = m->limit; i < m->total; i++) {
		if (m->used[i] == 1) {
			dpager_slots_free(m->s, i, 1);
			m->nr_used--;
		} else if (m->used[i] == 2) {
			m->nr_bad--;
		}
		m->used[i] = 0;
	}
	KUNIT_ASSERT_EQ(test, 0ULL, dpager_slots_used_from(m->s, m->limit));
	m->total = m->limit;
	dpager_slots_shrink(m->s, m->total);
}

static void model_another_end(struct kunit *test, struct model *m)
{
	if (m->limit < m->total) {
		m->limit = m->total;
		dpager_slots_limit(m->s, m->total);
	} else if (m->total < MODEL_SLOTS) {
		model_grow(test, m);
	} else if (prandom_u32_state(&m->rnd) % 2) {
		model_limit(test, m);
	} else {
		model_shrink(test, m);
	}
}

static void model_step(struct kunit *test, struct model *m)
{
	u32 what = prandom_u32_state(&m->rnd) % 1000;

	if (what < 550)
		model_alloc(test, m);
	else if (what < 985)
		model_free(test, m);
	else if (what < 995)
		model_retire(test, m);
	else
		model_another_end(test, m);
	KUNIT_ASSERT_EQ(test, m->nr_used, m->s->used);
	KUNIT_ASSERT_EQ(test, m->nr_bad, m->s->bad);
}

static void model_check_groups(struct kunit *test, struct model *m)
{
	u64 from = prandom_u32_state(&m->rnd) % m->total;

	KUNIT_ASSERT_EQ(test, model_free_below(m, m->limit),
			dpager_slots_free_total(m->s));
	KUNIT_ASSERT_EQ(test, model_free_below(m, from),
			dpager_slots_free_below(m->s, from));
	KUNIT_ASSERT_EQ(test, model_count(m, from, m->total, 1),
			dpager_slots_used_from(m->s, from));
	for (u32 group = 0; group < m->s->nr_groups; group++) {
		u64 at = (u64)group * GROUP;
		u32 free = 0;

		for (u32 i = 0; i < GROUP && at + i < m->total; i++) {
			if (m->used[at + i])
				continue;
			free++;
			KUNIT_ASSERT_GE(test, i, m->s->groups[group].hint);
		}
		KUNIT_ASSERT_EQ(test, free, m->s->groups[group].free);
		KUNIT_ASSERT_EQ(test, free > 0, test_bit(group, m->s->open));
	}
}

static void slot_random_against_a_model(struct kunit *test)
{
	struct model m = {
		.s = slots_of(test, MODEL_SLOTS),
		.total = MODEL_SLOTS,
		.limit = MODEL_SLOTS,
	};

	m.used = kunit_kzalloc(test, MODEL_MOST, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, m.used);
	prandom_seed_state(&m.rnd, 1991);
	for (u32 i = 0; i < MODEL_STEPS; i++) {
		model_step(test, &m);
		if (i % 100 == 0)
			model_check_groups(test, &m);
	}
	model_check_groups(test, &m);
}

static struct kunit_case slot_cases[] = {
	KUNIT_CASE(slot_groups_of_totals),
	KUNIT_CASE(slot_alloc_goes_in_order),
	KUNIT_CASE(slot_alloc_of_one_slot_there_is),
	KUNIT_CASE(slot_alloc_when_full),
	KUNIT_CASE(slot_alloc_wraps_around),
	KUNIT_CASE(slot_alloc_takes_longest_when_none_is_long_enough),
	KUNIT_CASE(slot_alloc_runs_across_groups),
	KUNIT_CASE(slot_counts_of_ranges),
	KUNIT_CASE(slot_limit_withholds_the_end),
	KUNIT_CASE(slot_grow_lengthens_the_last_group),
	KUNIT_CASE(slot_shrink_forgets_the_end),
	KUNIT_CASE(slot_shrink_keeps_no_hint_behind_the_end),
	KUNIT_CASE(slot_retire_is_for_ever),
	KUNIT_CASE(slot_attach_in_steps),
	KUNIT_CASE(slot_attach_makes_a_full_segment_usable),
	KUNIT_CASE(slot_trim_of_free_chunks),
	KUNIT_CASE(slot_search_is_bounded_when_fragmented),
	KUNIT_CASE(slot_search_skips_full_groups),
	KUNIT_CASE(slot_random_against_a_model),
	{}
};

static struct kunit_suite slot_suite = {
	.name = "dpager_slot",
	.test_cases = slot_cases,
};

kunit_test_suites(&slot_suite);

MODULE_DESCRIPTION("dpager: slots");
MODULE_LICENSE("GPL");
