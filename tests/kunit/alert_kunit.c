// SPDX-License-Identifier: GPL-2.0
#include <kunit/test.h>

#include <linux/limits.h>

#include "alert.h"

#define TOTAL	1000U
#define LOW	100U
#define HIGH	300U

static int alert_test_init(struct kunit *test)
{
	test->priv = kunit_kzalloc(test, sizeof(struct dpager_alert),
				   GFP_KERNEL);
	return test->priv ? 0 : -ENOMEM;
}

/* What a look with so much free says. */
static u32 look(struct kunit *test, u64 free)
{
	return dpager_alert_look(test->priv, free, TOTAL);
}

/* What there is to read, once; 0: nothing. */
static struct dpager_event take(struct kunit *test)
{
	struct dpager_event event;
	u64 serial;

	if (!dpager_alert_peek(test->priv, &event, &serial))
		return (struct dpager_event) {};
	KUNIT_EXPECT_TRUE(test, dpager_alert_consume(test->priv, serial));
	KUNIT_EXPECT_FALSE(test, dpager_alert_consume(test->priv, serial));
	return event;
}

static void alert_of_nothing(struct kunit *test)
{
	KUNIT_EXPECT_FALSE(test, dpager_alert_is_set(test->priv));
	KUNIT_EXPECT_EQ(test, 0U, look(test, 0));
	KUNIT_EXPECT_EQ(test, 0U, take(test).kind);
}

static void alert_says_each_crossing_once(struct kunit *test)
{
	struct dpager_event event;

	dpager_alert_set(test->priv, LOW, HIGH, false);
	KUNIT_EXPECT_EQ(test, 0U, look(test, TOTAL));
	KUNIT_EXPECT_EQ(test, 0U, look(test, LOW));
	KUNIT_EXPECT_EQ(test, DPAGER_EVENT_LOW, (int)look(test, LOW - 1));
	KUNIT_EXPECT_EQ(test, 0U, look(test, 0));
	event = take(test);
	KUNIT_EXPECT_EQ(test, sizeof(event), (size_t)event.size);
	KUNIT_EXPECT_EQ(test, DPAGER_EVENT_LOW, (int)event.kind);
	KUNIT_EXPECT_EQ(test, 1ULL, event.sequence);
	KUNIT_EXPECT_EQ(test, LOW - 1ULL, event.free);
	KUNIT_EXPECT_EQ(test, (u64)TOTAL, event.total);
	KUNIT_EXPECT_EQ(test, DPAGER_EVENT_ROOM, (int)look(test, HIGH));
	KUNIT_EXPECT_EQ(test, 0U, look(test, TOTAL));
	event = take(test);
	KUNIT_EXPECT_EQ(test, DPAGER_EVENT_ROOM, (int)event.kind);
	KUNIT_EXPECT_EQ(test, 2ULL, event.sequence);
	KUNIT_EXPECT_EQ(test, (u64)HIGH, event.free);
	KUNIT_EXPECT_EQ(test, 0U, take(test).kind);
}

static void alert_between_the_levels_is_silent(struct kunit *test)
{
	dpager_alert_set(test->priv, LOW, HIGH, false);
	KUNIT_EXPECT_EQ(test, 0U, look(test, HIGH - 1));
	KUNIT_EXPECT_EQ(test, 0U, look(test, LOW));
	KUNIT_EXPECT_EQ(test, DPAGER_EVENT_LOW, (int)look(test, LOW - 1));
	KUNIT_EXPECT_EQ(test, 0U, look(test, LOW));
	KUNIT_EXPECT_EQ(test, 0U, look(test, HIGH - 1));
	KUNIT_EXPECT_EQ(test, 0U, look(test, 0));
	KUNIT_EXPECT_EQ(test, 1ULL, take(test).sequence);
}

/* With one level for both there is nothing between them. */
static void alert_of_one_level(struct kunit *test)
{
	dpager_alert_set(test->priv, LOW, LOW, false);
	KUNIT_EXPECT_EQ(test, DPAGER_EVENT_LOW, (int)look(test, LOW - 1));
	KUNIT_EXPECT_EQ(test, DPAGER_EVENT_ROOM, (int)look(test, LOW));
	KUNIT_EXPECT_EQ(test, DPAGER_EVENT_LOW, (int)look(test, LOW - 1));
}

static void alert_of_the_extremes(struct kunit *test)
{
	dpager_alert_set(test->priv, 1, U64_MAX, false);
	KUNIT_EXPECT_EQ(test, 0U, look(test, 1));
	KUNIT_EXPECT_EQ(test, DPAGER_EVENT_LOW, (int)look(test, 0));
	KUNIT_EXPECT_EQ(test, 0U, look(test, U64_MAX - 1));
	dpager_alert_set(test->priv, U64_MAX, U64_MAX, false);
	KUNIT_EXPECT_EQ(test, DPAGER_EVENT_LOW, (int)look(test, U64_MAX - 1));
}

static void alert_for_one_event_is_gone_after_it(struct kunit *test)
{
	struct dpager_alert *alert = test->priv;

	dpager_alert_set(alert, LOW, HIGH, true);
	KUNIT_EXPECT_EQ(test, 0U, look(test, TOTAL));
	KUNIT_EXPECT_TRUE(test, dpager_alert_is_set(alert));
	KUNIT_EXPECT_EQ(test, DPAGER_EVENT_LOW, (int)look(test, 0));
	KUNIT_EXPECT_FALSE(test, dpager_alert_is_set(alert));
	KUNIT_EXPECT_FALSE(test, alert->is_low);
	KUNIT_EXPECT_EQ(test, 0U, look(test, TOTAL));
	KUNIT_EXPECT_EQ(test, 0U, look(test, 0));
	KUNIT_EXPECT_EQ(test, DPAGER_EVENT_LOW, (int)take(test).kind);
	KUNIT_EXPECT_EQ(test, 0U, take(test).kind);
}

/* Nobody reads: the latest is left, with the number it would have had. */
static void alert_keeps_the_latest(struct kunit *test)
{
	struct dpager_event event;
	int i;

	dpager_alert_set(test->priv, LOW, HIGH, false);
	for (i = 0; i < 5; i++) {
		look(test, i);
		look(test, HIGH + i);
	}
	event = take(test);
	KUNIT_EXPECT_EQ(test, DPAGER_EVENT_ROOM, (int)event.kind);
	KUNIT_EXPECT_EQ(test, 10ULL, event.sequence);
	KUNIT_EXPECT_EQ(test, HIGH + 4ULL, event.free);
	KUNIT_EXPECT_EQ(test, 0U, take(test).kind);
}

static void alert_set_anew_forgets(struct kunit *test)
{
	dpager_alert_set(test->priv, LOW, HIGH, false);
	look(test, 0);
	dpager_alert_set(test->priv, LOW, HIGH, false);
	KUNIT_EXPECT_EQ(test, 0U, take(test).kind);
	/* Low still, and it says so for itself. */
	KUNIT_EXPECT_EQ(test, DPAGER_EVENT_LOW, (int)look(test, 0));
	KUNIT_EXPECT_EQ(test, 1ULL, take(test).sequence);
	look(test, HIGH);
	dpager_alert_set(test->priv, 0, 0, false);
	KUNIT_EXPECT_EQ(test, 0U, take(test).kind);
	KUNIT_EXPECT_EQ(test, 0U, look(test, 0));
}

/* What was looked at, and then replaced, is not taken for what came later. */
static void alert_consumes_what_was_seen(struct kunit *test)
{
	struct dpager_alert *alert = test->priv;
	struct dpager_event event;
	u64 serial;

	dpager_alert_set(alert, LOW, HIGH, false);
	look(test, 0);
	KUNIT_EXPECT_TRUE(test, dpager_alert_peek(alert, &event, &serial));
	look(test, HIGH);
	KUNIT_EXPECT_FALSE(test, dpager_alert_consume(alert, serial));
	KUNIT_EXPECT_TRUE(test, dpager_alert_peek(alert, &event, &serial));
	KUNIT_EXPECT_EQ(test, 2ULL, event.sequence);
	/* The next one has an event of the same number. */
	dpager_alert_set(alert, LOW, HIGH, false);
	look(test, 0);
	look(test, HIGH);
	KUNIT_EXPECT_FALSE(test, dpager_alert_consume(alert, serial));
	KUNIT_EXPECT_EQ(test, 2ULL, take(test).sequence);
}

static struct kunit_case alert_cases[] = {
	KUNIT_CASE(alert_of_nothing),
	KUNIT_CASE(alert_says_each_crossing_once),
	KUNIT_CASE(alert_between_the_levels_is_silent),
	KUNIT_CASE(alert_of_one_level),
	KUNIT_CASE(alert_of_the_extremes),
	KUNIT_CASE(alert_for_one_event_is_gone_after_it),
	KUNIT_CASE(alert_keeps_the_latest),
	KUNIT_CASE(alert_set_anew_forgets),
	KUNIT_CASE(alert_consumes_what_was_seen),
	{}
};

static struct kunit_suite alert_suite = {
	.name = "dpager_alert",
	.init = alert_test_init,
	.test_cases = alert_cases,
};

kunit_test_suite(alert_suite);
