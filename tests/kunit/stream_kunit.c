// SPDX-License-Identifier: GPL-2.0
#include <kunit/test.h>

#include "map.h"
#include "stream.h"

#define LEAF	DPAGER_LEAF_PAGES
/* Far from where streams that are all zero believe to be. */
#define FAR	1000000UL
/* Pages that may lie together without being a stream. */
#define BLOCK	4UL

static int streams_init(struct kunit *test)
{
	test->priv = kunit_kzalloc(test, sizeof(struct dpager_streams),
				   GFP_KERNEL);
	return test->priv ? 0 : -ENOMEM;
}

static struct dpager_stream *fault(struct kunit *test, pgoff_t index)
{
	return dpager_stream_find(test->priv, index);
}

static struct dpager_stream *in_order(struct kunit *test, pgoff_t index)
{
	unsigned int i;

	for (i = 0; i < BLOCK; i++)
		fault(test, index + i);
	return fault(test, index + BLOCK);
}

static void stream_is_believed_late(struct kunit *test)
{
	pgoff_t i;

	for (i = 0; i < BLOCK; i++)
		KUNIT_EXPECT_NULL(test, fault(test, FAR + i));
	KUNIT_EXPECT_NOT_NULL(test, fault(test, FAR + BLOCK));
	KUNIT_EXPECT_NOT_NULL(test, fault(test, FAR + BLOCK + 1));
}

static void stream_of_the_same_fault(struct kunit *test)
{
	unsigned int i;

	/* A fault that is tried again is no step. */
	for (i = 0; i < 10; i++)
		KUNIT_EXPECT_NULL(test, fault(test, FAR));
}

static void stream_may_skip(struct kunit *test)
{
	struct dpager_stream *s = in_order(test, FAR);

	/* What was mapped around a fault comes without one. */
	KUNIT_EXPECT_PTR_EQ(test, s, fault(test, FAR + BLOCK + LEAF));
	KUNIT_EXPECT_NULL(test, fault(test, FAR + BLOCK + 2 * LEAF + 1));
	/* Nor does it go back. */
	KUNIT_EXPECT_NULL(test, fault(test, FAR));
}

static void stream_of_random_faults(struct kunit *test)
{
	pgoff_t index = FAR;
	unsigned int i;

	for (i = 0; i < 100; i++, index += 7 * LEAF)
		KUNIT_EXPECT_NULL(test, fault(test, index));
}

static void stream_peek_notes_nothing(struct kunit *test)
{
	struct dpager_stream *s;
	unsigned int i;

	for (i = 0; i < BLOCK; i++)
		fault(test, FAR + i);
	for (i = 0; i < 10; i++)
		KUNIT_EXPECT_NULL(test, dpager_stream_peek(test->priv,
							   FAR + BLOCK + i));
	s = fault(test, FAR + BLOCK);
	KUNIT_EXPECT_PTR_EQ(test, s,
			    dpager_stream_peek(test->priv, FAR + BLOCK + 1));
	KUNIT_EXPECT_PTR_EQ(test, s,
			    dpager_stream_peek(test->priv, FAR + BLOCK));
	/* None is forgotten for what is not in order. */
	for (i = 1; i < 2 * DPAGER_STREAMS; i++)
		KUNIT_EXPECT_NULL(test, dpager_stream_peek(test->priv,
							   9 * i * FAR));
	KUNIT_EXPECT_PTR_EQ(test, s, fault(test, FAR + BLOCK + 1));
}

static void streams_side_by_side(struct kunit *test)
{
	struct dpager_stream *s[DPAGER_STREAMS];
	unsigned int i, step;

	for (step = 0; step < 5; step++)
		for (i = 0; i < DPAGER_STREAMS; i++)
			s[i] = fault(test, (i + 1) * FAR + step);
	for (i = 0; i < DPAGER_STREAMS; i++) {
		KUNIT_EXPECT_NOT_NULL(test, s[i]);
		if (i)
			KUNIT_EXPECT_PTR_NE(test, s[i], s[i - 1]);
	}
	/* One more, and the oldest is forgotten, with what it read ahead. */
	dpager_stream_read(s[0], 2 * FAR);
	KUNIT_EXPECT_PTR_EQ(test, s[0], in_order(test, 9 * FAR));
	KUNIT_EXPECT_EQ(test, 0UL, dpager_stream_covered(s[0]));
	KUNIT_EXPECT_PTR_EQ(test, s[1], fault(test, 2 * FAR + 5));
}

static void expect_window(struct kunit *test, struct dpager_stream *s,
			  pgoff_t index, pgoff_t end, pgoff_t from, pgoff_t to)
{
	pgoff_t got = 0;

	KUNIT_EXPECT_EQ(test, to, dpager_stream_window(s, index, end, &got));
	KUNIT_EXPECT_EQ(test, from, got);
}

static void stream_window_grows(struct kunit *test)
{
	struct dpager_stream s = { };
	pgoff_t index = 0, ahead = 0, from, to;
	unsigned int i;

	expect_window(test, &s, 0, FAR, 1, 2 * LEAF);
	for (i = 0; i < 20; i++) {
		to = dpager_stream_window(&s, index, FAR, &from);
		KUNIT_EXPECT_GE(test, to, ahead);
		KUNIT_EXPECT_EQ(test, 0UL, to % LEAF);
		dpager_stream_read(&s, to);
		ahead = to;
		index += LEAF;
	}
	/* At most 1 MiB, and the rest of a leaf. */
	KUNIT_EXPECT_LE(test, ahead - (index - LEAF), 256 + LEAF);
	KUNIT_EXPECT_GE(test, ahead - (index - LEAF), 256UL);
}

static void stream_window_ends_with_the_object(struct kunit *test)
{
	struct dpager_stream s = { };

	expect_window(test, &s, 3, 10, 4, 10);
	dpager_stream_read(&s, 10);
	expect_window(test, &s, 9, 10, 10, 10);
}

static void stream_covered(struct kunit *test)
{
	struct dpager_stream s = { };

	KUNIT_EXPECT_EQ(test, 0UL, dpager_stream_covered(&s));
	dpager_stream_read(&s, LEAF - 1);
	KUNIT_EXPECT_EQ(test, 0UL, dpager_stream_covered(&s));
	dpager_stream_read(&s, 3 * LEAF);
	KUNIT_EXPECT_EQ(test, 2UL * LEAF, dpager_stream_covered(&s));
}

/* While one of two is left, its pages are still looked for. */
static void stream_forgotten(struct kunit *test)
{
	struct dpager_streams *streams = test->priv;
	struct dpager_stream *s;
	unsigned int i;

	KUNIT_EXPECT_FALSE(test, streams->believed);
	in_order(test, FAR);
	s = in_order(test, 2 * FAR);
	KUNIT_EXPECT_TRUE(test, streams->believed);
	for (i = 0; i < DPAGER_STREAMS - 1; i++)
		fault(test, (i + 10) * FAR);
	KUNIT_EXPECT_TRUE(test, streams->believed);
	KUNIT_EXPECT_PTR_EQ(test, s, dpager_stream_peek(streams, s->next));
	fault(test, 20 * FAR);
	KUNIT_EXPECT_FALSE(test, streams->believed);
	in_order(test, 30 * FAR);
	KUNIT_EXPECT_TRUE(test, streams->believed);
}

static void stream_passed(struct kunit *test)
{
	struct dpager_stream *s = in_order(test, FAR);

	dpager_stream_passed(s, FAR + 500);
	KUNIT_EXPECT_PTR_EQ(test, s, fault(test, FAR + 500));
}

static struct kunit_case stream_cases[] = {
	KUNIT_CASE(stream_is_believed_late),
	KUNIT_CASE(stream_of_the_same_fault),
	KUNIT_CASE(stream_may_skip),
	KUNIT_CASE(stream_of_random_faults),
	KUNIT_CASE(stream_peek_notes_nothing),
	KUNIT_CASE(streams_side_by_side),
	KUNIT_CASE(stream_window_grows),
	KUNIT_CASE(stream_window_ends_with_the_object),
	KUNIT_CASE(stream_covered),
	KUNIT_CASE(stream_forgotten),
	KUNIT_CASE(stream_passed),
	{ }
};

static struct kunit_suite stream_suite = {
	.name = "dpager_stream",
	.init = streams_init,
	.test_cases = stream_cases,
};

kunit_test_suites(&stream_suite);
