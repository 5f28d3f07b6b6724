// SPDX-License-Identifier: GPL-2.0
#include <kunit/test.h>

#include "spin.h"

#define US	1000U
#define MOST	(200 * US)

/* The time to spin after so many waits of the same length. */
static u32 learned(struct dpager_spin *spin, u64 waited, unsigned int waits)
{
	while (waits--)
		dpager_spin_learn(spin, waited, MOST);
	return spin->ns;
}

static void spin_begins_with_none(struct kunit *test)
{
	struct dpager_spin spin = { 0 };

	KUNIT_EXPECT_EQ(test, learned(&spin, 10 * MOST, 10), 0);
	KUNIT_EXPECT_GT(test, learned(&spin, 50 * US, 1), 0);
}

static void spin_grows_until_it_covers(struct kunit *test)
{
	struct dpager_spin spin = { 0 };
	u32 ns = learned(&spin, 50 * US, 10);

	KUNIT_EXPECT_GE(test, ns, 50 * US);
	KUNIT_EXPECT_LT(test, ns, 100 * US);
}

static void spin_is_limited(struct kunit *test)
{
	struct dpager_spin spin = { 0 };

	KUNIT_EXPECT_EQ(test, learned(&spin, MOST, 20), MOST);
	KUNIT_EXPECT_EQ(test, learned(&spin, 2 * MOST, 20), MOST);
	/* A lower limit counts from the next wait on. */
	dpager_spin_learn(&spin, MOST, MOST / 4);
	KUNIT_EXPECT_LE(test, spin.ns, MOST / 4);
}

static void spin_ends_on_slow_devices(struct kunit *test)
{
	struct dpager_spin spin = { 0 };

	learned(&spin, MOST, 20);
	KUNIT_EXPECT_EQ(test, learned(&spin, 2 * MOST + 1, 1), MOST / 2);
	KUNIT_EXPECT_EQ(test, learned(&spin, 2 * MOST + 1, 10), 0);
	KUNIT_EXPECT_EQ(test, learned(&spin, U64_MAX, 10), 0);
}

static void spin_forgives_an_exception(struct kunit *test)
{
	struct dpager_spin spin = { 0 };
	u32 before = learned(&spin, 100 * US, 20);

	learned(&spin, 10 * MOST, 1);
	KUNIT_EXPECT_EQ(test, learned(&spin, 100 * US, 1), before);
}

static void spin_can_be_turned_off(struct kunit *test)
{
	struct dpager_spin spin = { 0 };

	learned(&spin, MOST, 20);
	dpager_spin_learn(&spin, 0, 0);
	KUNIT_EXPECT_EQ(test, spin.ns, 0);
	dpager_spin_learn(&spin, US, 0);
	KUNIT_EXPECT_EQ(test, spin.ns, 0);
}

static struct kunit_case spin_cases[] = {
	KUNIT_CASE(spin_begins_with_none),
	KUNIT_CASE(spin_grows_until_it_covers),
	KUNIT_CASE(spin_is_limited),
	KUNIT_CASE(spin_ends_on_slow_devices),
	KUNIT_CASE(spin_forgives_an_exception),
	KUNIT_CASE(spin_can_be_turned_off),
	{ }
};

static struct kunit_suite spin_suite = {
	.name = "dpager_spin",
	.test_cases = spin_cases,
};

kunit_test_suites(&spin_suite);
