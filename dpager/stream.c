// SPDX-License-Identifier: GPL-2.0
/* Who goes through an object in order. */
#include <linux/compiler.h>
#include <linux/math.h>
#include <linux/minmax.h>

#include "map.h"
#include "stream.h"

/*
 * Faults in order before a stream is believed: who reads blocks of 16 KiB at
 * random, as databases do, is none.
 */
#define STREAM_HITS		4
/* Pages read ahead: at first, and at most. */
#define AHEAD_MIN		DPAGER_LEAF_PAGES
#define AHEAD_MAX		256

static struct dpager_stream *stream_near(struct dpager_streams *streams,
					 pgoff_t index)
{
	unsigned int i;

	for (i = 0; i < DPAGER_STREAMS; i++) {
		struct dpager_stream *s = &streams->stream[i];

		/* The page before the next: the same fault, tried again. */
		if (index + 1 - READ_ONCE(s->next) <= DPAGER_LEAF_PAGES)
			return s;
	}
	return NULL;
}

static bool stream_believed(const struct dpager_stream *s)
{
	return READ_ONCE(s->hits) >= STREAM_HITS;
}

/* The oldest becomes one that may begin at @index. */
static void stream_begin(struct dpager_streams *streams, pgoff_t index)
{
	struct dpager_stream *s =
		&streams->stream[streams->hand++ % DPAGER_STREAMS];
	bool was = stream_believed(s), believed = false;
	unsigned int i;

	WRITE_ONCE(s->next, index + 1);
	WRITE_ONCE(s->ahead, 0);
	WRITE_ONCE(s->hits, 0);
	if (!was)
		return;
	for (i = 0; i < DPAGER_STREAMS; i++)
		believed |= stream_believed(&streams->stream[i]);
	WRITE_ONCE(streams->believed, believed);
}

struct dpager_stream *dpager_stream_find(struct dpager_streams *streams,
					 pgoff_t index)
{
	struct dpager_stream *s = stream_near(streams, index);

	if (!s) {
		stream_begin(streams, index);
		return NULL;
	}
	if (s->next != index + 1) {
		WRITE_ONCE(s->next, index + 1);
		if (s->hits < STREAM_HITS)
			WRITE_ONCE(s->hits, s->hits + 1);
	}
	if (!stream_believed(s))
		return NULL;
	if (!READ_ONCE(streams->believed))
		WRITE_ONCE(streams->believed, true);
	return s;
}

struct dpager_stream *dpager_stream_peek(struct dpager_streams *streams,
					 pgoff_t index)
{
	struct dpager_stream *s = NULL;

	if (READ_ONCE(streams->believed))
		s = stream_near(streams, index);
	return s && stream_believed(s) ? s : NULL;
}

void dpager_stream_passed(struct dpager_stream *stream, pgoff_t next)
{
	WRITE_ONCE(stream->next, next);
}

pgoff_t dpager_stream_covered(const struct dpager_stream *stream)
{
	pgoff_t ahead = READ_ONCE(stream->ahead);

	return ahead - min_t(pgoff_t, ahead, AHEAD_MIN);
}

/* How far ahead of @index the pages are to be in memory. */
static pgoff_t stream_distance(pgoff_t ahead, pgoff_t index)
{
	if (ahead <= index)
		return AHEAD_MIN;
	return clamp_t(pgoff_t, 2 * (ahead - index), AHEAD_MIN, AHEAD_MAX);
}

pgoff_t dpager_stream_window(const struct dpager_stream *stream, pgoff_t index,
			     pgoff_t end, pgoff_t *from)
{
	pgoff_t ahead = READ_ONCE(stream->ahead), to;

	*from = max(ahead, index + 1);
	to = min(index + 1 + stream_distance(ahead, index), end);
	return min(round_up(to, DPAGER_LEAF_PAGES), end);
}

void dpager_stream_read(struct dpager_stream *stream, pgoff_t ahead)
{
	WRITE_ONCE(stream->ahead, ahead);
}
