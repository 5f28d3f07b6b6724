/* SPDX-License-Identifier: GPL-2.0 */
/* Pages of an object in a row, taken leaf by leaf. */
#ifndef _DPAGER_SPAN_H
#define _DPAGER_SPAN_H

#include <linux/bits.h>
#include <linux/fs.h>
#include <linux/types.h>

#include "map.h"

struct dpager_object;
struct folio;

/* The last page that an object can have. */
#define DPAGER_SPAN_LAST	((pgoff_t)(MAX_LFS_FILESIZE >> PAGE_SHIFT))

/**
 * struct dpager_span - pages of an object
 * @first: first page
 * @last: last page
 */
struct dpager_span {
	pgoff_t first;
	pgoff_t last;
};

static inline u32 dpager_span_mask(struct dpager_span r)
{
	return GENMASK(r.last & DPAGER_LEAF_MASK, r.first & DPAGER_LEAF_MASK);
}

/* Is all of a folio in it? */
bool dpager_span_holds(struct dpager_span r, struct folio *folio);

/* What of it lies in the leaf of @index. */
struct dpager_span dpager_span_in_leaf(struct dpager_span r, pgoff_t index);

/**
 * dpager_span_next_placed() - the next pages that are on backing store
 * @object: the object
 * @from: first page to look at
 * @end: first page not to look at
 * @first: out: the first of them
 * @count: out: how many, all of one leaf; others may continue them
 *
 * Gives way inside long stretches where leaves are but no page is paged out.
 *
 * Return: 1, 0: there are none, -EINTR.
 */
int dpager_span_next_placed(struct dpager_object *object, u64 from, u64 end,
			    u64 *first, u64 *count);

/**
 * dpager_span_next() - the next leaf that there is, folded or not
 * @object: the object
 * @r: the span
 * @index: from where on; moves behind that leaf
 * @in: out: what of @r lies in it
 *
 * Return: false when there is none.
 */
bool dpager_span_next(struct dpager_object *object, struct dpager_span r,
		      pgoff_t *index, struct dpager_span *in);

/*
 * The same, of leaves that are not folded: of the others nothing is in memory.
 * Ends early for a task that is being killed.
 */
bool dpager_span_next_unfolded(struct dpager_object *object,
			       struct dpager_span r, pgoff_t *index,
			       struct dpager_span *in);

/* Fold what of it can be folded. */
void dpager_span_fold(struct dpager_object *object, struct dpager_span r);

#endif /* _DPAGER_SPAN_H */
