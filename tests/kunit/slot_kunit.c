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
	void *bitmap = kunit_kzalloc(test, PAGE_SIZE, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, bitmap);
	KUNIT_ASSERT_TRUE(test, dpager_slots_attach(s, bitmap));
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
		u32 got = dpager_slots_alloc_at(s, at, GROUP);

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

static void slot_alloc_at_when_free(struct kunit *test)
{
	struct dpager_slots *s = slots_of(test, GROUP + 10);

	KUNIT_EXPECT_EQ(test, 8U, dpager_slots_alloc_at(s, 100, 8));
	KUNIT_EXPECT_EQ(test, 0U, dpager_slots_alloc_at(s, 100, 8));
	/* up to what is taken */
	KUNIT_EXPECT_EQ(test, 10U, dpager_slots_alloc_at(s, 90, 32));
	/* across the border, up to the end */
	KUNIT_EXPECT_EQ(test, 15U, dpager_slots_alloc_at(s, GROUP - 5, 32));
	/* behind it, and far behind it */
	KUNIT_EXPECT_EQ(test, 0U, dpager_slots_alloc_at(s, GROUP + 10, 1));
	KUNIT_EXPECT_EQ(test, 0U, dpager_slots_alloc_at(s, 1ULL << 40, 1));
	KUNIT_EXPECT_EQ(test, 33ULL, s->used);
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
	KUNIT_EXPECT_EQ(test, 0U, dpager_slots_alloc_at(s, 1, 1));
}

static void slot_attach_in_steps(struct kunit *test)
{
	u32 groups = dpager_slots_groups(2 * GROUP + 7);
	struct dpager_slot_group array[3] = {};
	unsigned long open = 0;
	struct dpager_slots s;
	void *bitmap;

	KUNIT_ASSERT_EQ(test, 3U, groups);
	dpager_slots_init(&s, 2 * GROUP + 7, array, &open);
	KUNIT_EXPECT_EQ(test, 2ULL * GROUP + 7, dpager_slots_free_total(&s));
	expect_alloc(test, &s, 1, U64_MAX, 0);
	KUNIT_EXPECT_EQ(test, 0U, dpager_slots_alloc_at(&s, 0, 1));

	attach(test, &s);
	KUNIT_EXPECT_EQ(test, GROUP, dpager_slots_free_now(&s));
	/* A run ends where no bitmap is. */
	KUNIT_EXPECT_EQ(test, 5U, dpager_slots_alloc_at(&s, GROUP - 5, 32));
	KUNIT_EXPECT_EQ(test, 0U, dpager_slots_alloc_at(&s, GROUP, 32));

	attach(test, &s);
	KUNIT_EXPECT_EQ(test, 32U, dpager_slots_alloc_at(&s, GROUP, 32));
	attach(test, &s);
	/* The last group is short. */
	KUNIT_EXPECT_EQ(test, 7U, s.groups[2].free);
	KUNIT_EXPECT_EQ(test, dpager_slots_free_total(&s),
			dpager_slots_free_now(&s));

	bitmap = kunit_kzalloc(test, PAGE_SIZE, GFP_KERNEL);
	KUNIT_EXPECT_FALSE(test, dpager_slots_attach(&s, bitmap));
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
	struct dpager_slots s;
	unsigned long *full, *last, *open;
	u32 got;

	array = kvcalloc(groups, sizeof(*array), GFP_KERNEL);
	open = kvcalloc(BITS_TO_LONGS(groups), sizeof(*open), GFP_KERNEL);
	full = kunit_kzalloc(test, PAGE_SIZE, GFP_KERNEL);
	last = kunit_kzalloc(test, PAGE_SIZE, GFP_KERNEL);
	KUNIT_ASSERT_TRUE(test, array && open && full && last);

	dpager_slots_init(&s, (u64)groups * GROUP, array, open);
	/* Full groups look alike: one bitmap serves them all. */
	for (u32 i = 0; i < groups - 1; i++) {
		KUNIT_ASSERT_TRUE(test, dpager_slots_attach(&s, full));
		bitmap_zero(full, GROUP);
		KUNIT_ASSERT_EQ(test, GROUP,
				dpager_slots_alloc_at(&s, (u64)i * GROUP, GROUP));
	}
	KUNIT_ASSERT_TRUE(test, dpager_slots_attach(&s, last));

	KUNIT_EXPECT_EQ(test, 1U, bitmap_weight(open, groups));
	KUNIT_EXPECT_EQ(test, (u64)(groups - 1) * GROUP,
			dpager_slots_alloc(&s, 32, &got));
	KUNIT_EXPECT_EQ(test, 32U, got);
	kvfree(array);
	kvfree(open);
}

#define MODEL_SLOTS	(2 * GROUP + 777)
#define MODEL_STEPS	20000

struct model {
	struct dpager_slots *s;
	u8 *used;	/* a byte a slot: 0 free, 1 used, 2 bad */
	u64 nr_used;
	u64 nr_bad;
	struct rnd_state rnd;
};

static void model_take(struct kunit *test, struct model *m, u64 at, u32 count)
{
	for (u64 i = at; i < at + count; i++) {
		KUNIT_ASSERT_LT(test, i, (u64)MODEL_SLOTS);
		KUNIT_ASSERT_EQ(test, 0, m->used[i]);
		m->used[i] = 1;
	}
	m->nr_used += count;
}

static void model_alloc(struct kunit *test, struct model *m)
{
	u32 want = 1 + prandom_u32_state(&m->rnd) % 512;
	u32 got;
	u64 at = dpager_slots_alloc(m->s, want, &got);

	if (at == U64_MAX) {
		KUNIT_ASSERT_EQ(test, (u64)MODEL_SLOTS, m->nr_used + m->nr_bad);
		return;
	}
	KUNIT_ASSERT_GT(test, got, 0U);
	KUNIT_ASSERT_LE(test, got, want);
	model_take(test, m, at, got);
}

static void model_alloc_at(struct kunit *test, struct model *m)
{
	u64 at = prandom_u32_state(&m->rnd) % (MODEL_SLOTS + 10);
	u32 want = 1 + prandom_u32_state(&m->rnd) % 64;
	u32 got = dpager_slots_alloc_at(m->s, at, want);

	KUNIT_ASSERT_LE(test, got, want);
	model_take(test, m, at, got);
	/* It stopped for a reason. */
	if (got < want && at + got < MODEL_SLOTS)
		KUNIT_ASSERT_NE(test, 0, m->used[at + got]);
}

static void model_free(struct kunit *test, struct model *m)
{
	u64 at = prandom_u32_state(&m->rnd) % MODEL_SLOTS;
	u32 most = 1 + prandom_u32_state(&m->rnd) % 600;
	u32 count = 0;

	while (count < most && at + count < MODEL_SLOTS &&
	       m->used[at + count] == 1)
		m->used[at + count++] = 0;
	if (!count)
		return;
	dpager_slots_free(m->s, at, count);
	m->nr_used -= count;
}

static void model_retire(struct kunit *test, struct model *m)
{
	u64 at = prandom_u32_state(&m->rnd) % MODEL_SLOTS;

	if (m->used[at] != 1)
		return;
	dpager_slots_retire(m->s, at);
	m->used[at] = 2;
	m->nr_used--;
	m->nr_bad++;
}

static void model_step(struct kunit *test, struct model *m)
{
	u32 what = prandom_u32_state(&m->rnd) % 100;

	if (what < 45)
		model_alloc(test, m);
	else if (what < 55)
		model_alloc_at(test, m);
	else if (what < 99)
		model_free(test, m);
	else
		model_retire(test, m);
	KUNIT_ASSERT_EQ(test, m->nr_used, m->s->used);
	KUNIT_ASSERT_EQ(test, m->nr_bad, m->s->bad);
}

static void model_check_groups(struct kunit *test, struct model *m)
{
	for (u32 group = 0; group < m->s->nr_groups; group++) {
		u64 at = (u64)group * GROUP;
		u32 free = 0;

		for (u32 i = 0; i < GROUP && at + i < MODEL_SLOTS; i++) {
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
	struct model m = { .s = slots_of(test, MODEL_SLOTS) };

	m.used = kunit_kzalloc(test, MODEL_SLOTS, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, m.used);
	prandom_seed_state(&m.rnd, 1991);
	for (u32 i = 0; i < MODEL_STEPS; i++) {
		model_step(test, &m);
		if (i % 1000 == 0)
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
	KUNIT_CASE(slot_alloc_at_when_free),
	KUNIT_CASE(slot_retire_is_for_ever),
	KUNIT_CASE(slot_attach_in_steps),
	KUNIT_CASE(slot_attach_makes_a_full_segment_usable),
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
