/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Streams: who goes through an object in order, recognised by the trend of the
 * faults, and how far to read ahead of them. Pure. All of it is a guess, which
 * is read and written without a lock.
 */
#ifndef _DPAGER_STREAM_H
#define _DPAGER_STREAM_H

#include <linux/types.h>

/* Positions that are remembered of an object. */
#define DPAGER_STREAMS		4

/**
 * struct dpager_stream - one reader or writer
 * @next: the page expected next
 * @ahead: first page not read ahead yet
 * @hits: faults in order so far
 */
struct dpager_stream {
	pgoff_t next;
	pgoff_t ahead;
	unsigned int hits;
};

/**
 * struct dpager_streams - those of one object; all zero at first
 * @stream: each
 * @hand: the one to be forgotten next
 * @believed: one of them may be believed: nobody has to look when there is none
 */
struct dpager_streams {
	struct dpager_stream stream[DPAGER_STREAMS];
	unsigned int hand;
	bool believed;
};

/**
 * dpager_stream_find() - note a fault, and find its stream
 * @streams: the object's
 * @index: the page
 *
 * Return: the stream, or NULL: it is not one that goes in order (yet).
 */
struct dpager_stream *dpager_stream_find(struct dpager_streams *streams,
					 pgoff_t index);

/* The same, but nothing is noted: the fault may come. */
struct dpager_stream *dpager_stream_peek(struct dpager_streams *streams,
					 pgoff_t index);

/* Pages up to @next have been mapped without a fault. */
void dpager_stream_passed(struct dpager_stream *stream, pgoff_t next);

/*
 * The first page that is not to be mapped just so: behind it too little is read
 * ahead.
 */
pgoff_t dpager_stream_covered(const struct dpager_stream *stream);

/**
 * dpager_stream_window() - what to read ahead
 * @stream: the stream
 * @index: where it is
 * @end: the end of the object
 * @from: out: the first page to read
 *
 * Windows double from fault to fault up to 1 MiB, and end with leaves: few
 * requests.
 *
 * Return: the first page not to read; not above @from: nothing.
 */
pgoff_t dpager_stream_window(const struct dpager_stream *stream, pgoff_t index,
			     pgoff_t end, pgoff_t *from);

/* Pages up to @ahead are in memory or on their way. */
void dpager_stream_read(struct dpager_stream *stream, pgoff_t ahead);

#endif /* _DPAGER_STREAM_H */
