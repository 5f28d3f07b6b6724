// SPDX-License-Identifier: GPL-2.0
#include <kunit/test.h>

#include <linux/limits.h>

#include "plan.h"

#define ROOM	8U

static int plan_test_init(struct kunit *test)
{
	struct dpager_plan *plan = kunit_kzalloc(test, sizeof(*plan),
						 GFP_KERNEL);

	if (!plan)
		return -ENOMEM;
	plan->room = ROOM;
	plan->moves = kunit_kcalloc(test, ROOM, sizeof(*plan->moves),
				    GFP_KERNEL);
	test->priv = plan;
	return plan->moves ? 0 : -ENOMEM;
}

static void add(struct kunit *test, u64 slot)
{
	struct dpager_move move = { .slot = slot, .id = slot + 1, .pages = 1 };

	dpager_plan_add(test->priv, &move);
}

static void expect_slot(struct kunit *test, u32 i, u64 slot)
{
	struct dpager_plan *plan = test->priv;

	KUNIT_ASSERT_LT(test, i, plan->count);
	KUNIT_EXPECT_EQ(test, slot, plan->moves[i].slot);
	KUNIT_EXPECT_EQ(test, slot + 1, plan->moves[i].id);
}

static void plan_of_nothing(struct kunit *test)
{
	struct dpager_plan *plan = test->priv;

	dpager_plan_begin(plan, 0);
	KUNIT_EXPECT_EQ(test, U64_MAX, dpager_plan_end(plan));
	KUNIT_EXPECT_EQ(test, 0U, plan->count);
}

static void plan_puts_in_order(struct kunit *test)
{
	struct dpager_plan *plan = test->priv;

	dpager_plan_begin(plan, 5);
	add(test, 30);
	add(test, 10);
	add(test, 4);	/* below what is wanted */
	add(test, 5);
	add(test, 20);
	KUNIT_EXPECT_EQ(test, U64_MAX, dpager_plan_end(plan));
	KUNIT_EXPECT_EQ(test, 4U, plan->count);
	expect_slot(test, 0, 5);
	expect_slot(test, 1, 10);
	expect_slot(test, 2, 20);
	expect_slot(test, 3, 30);
}

static void plan_keeps_the_lowest(struct kunit *test)
{
	struct dpager_plan *plan = test->priv;
	u64 next;
	u32 i;

	dpager_plan_begin(plan, 0);
	for (i = 100; i; i--)
		add(test, i);
	next = dpager_plan_end(plan);
	KUNIT_EXPECT_LT(test, plan->count, ROOM);
	for (i = 0; i < plan->count; i++)
		expect_slot(test, i, i + 1);
	/* What comes next begins right where this ends. */
	KUNIT_EXPECT_EQ(test, plan->count + 1ULL, next);
}

/* Plan after plan nothing is left out, and nothing comes twice. */
static void plan_after_plan(struct kunit *test)
{
	struct dpager_plan *plan = test->priv;
	u64 from = 0, slot = 0;
	u32 i, plans = 0;

	while (from != U64_MAX) {
		dpager_plan_begin(plan, from);
		for (i = 0; i < 1000; i++)
			add(test, i * 7919 % 1000);
		from = dpager_plan_end(plan);
		for (i = 0; i < plan->count; i++)
			expect_slot(test, i, slot++);
		KUNIT_ASSERT_LT(test, plans++, 1000U);
	}
	KUNIT_EXPECT_EQ(test, 1000ULL, slot);
}

/* Pages that move about while it is looked may seem to lie at one slot. */
static void plan_of_one_slot(struct kunit *test)
{
	struct dpager_plan *plan = test->priv;
	u32 i;

	dpager_plan_begin(plan, 0);
	for (i = 0; i < ROOM - 1; i++)
		add(test, 9);
	KUNIT_EXPECT_EQ(test, U64_MAX, dpager_plan_end(plan));
	KUNIT_EXPECT_EQ(test, ROOM - 1, plan->count);
	dpager_plan_begin(plan, 0);
	add(test, 3);
	for (i = 0; i < 3 * ROOM; i++)
		add(test, 9);
	KUNIT_EXPECT_EQ(test, 9ULL, dpager_plan_end(plan));
	KUNIT_EXPECT_EQ(test, 1U, plan->count);
	expect_slot(test, 0, 3);
}

static struct kunit_case plan_cases[] = {
	KUNIT_CASE(plan_of_nothing),
	KUNIT_CASE(plan_puts_in_order),
	KUNIT_CASE(plan_keeps_the_lowest),
	KUNIT_CASE(plan_after_plan),
	KUNIT_CASE(plan_of_one_slot),
	{}
};

static struct kunit_suite plan_suite = {
	.name = "dpager_plan",
	.init = plan_test_init,
	.test_cases = plan_cases,
};

kunit_test_suite(plan_suite);
