// SPDX-License-Identifier: GPL-2.0
/* An object's page map. */
#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/bug.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/mm_types.h>

#include "map.h"

static u32 map_bit(pgoff_t index)
{
	return BIT(index & DPAGER_LEAF_MASK);
}

void dpager_map_init(struct dpager_map *map)
{
	dpager_map_init_fixed(map, DPAGER_PLACE_NONE, 0);
}

void dpager_map_init_fixed(struct dpager_map *map, dpager_place_t base,
			   u64 pages)
{
	BUILD_BUG_ON(DPAGER_LEAF_PAGES != 1U << DPAGER_LEAF_SHIFT);
	xa_init(&map->leaves);
	map->base = base;
	map->fixed_pages = pages;
	atomic64_set(&map->present, 0);
}

void dpager_map_destroy(struct dpager_map *map)
{
	xa_destroy(&map->leaves);
}

struct dpager_leaf *dpager_map_insert(struct dpager_map *map, pgoff_t index,
				      struct dpager_leaf *leaf, gfp_t gfp)
{
	struct dpager_leaf *old;

	old = xa_cmpxchg(&map->leaves, index >> DPAGER_LEAF_SHIFT, NULL, leaf,
			 gfp);
	if (xa_is_err(old))
		return ERR_PTR(xa_err(old));
	return old ?: leaf;
}

/* Does page @index lie at the base unless its leaf says otherwise? */
static bool map_is_fixed(const struct dpager_map *map, u64 index)
{
	return map->base != DPAGER_PLACE_NONE && index < map->fixed_pages;
}

int dpager_map_get(const struct dpager_map *map, const struct dpager_leaf *leaf,
		   pgoff_t index, dpager_place_t *place)
{
	u32 bit = map_bit(index);

	if (leaf && (leaf->spoilt & bit))
		return -EIO;
	if (leaf && (leaf->present & bit))
		*place = leaf->place[index & DPAGER_LEAF_MASK];
	else if (map_is_fixed(map, index) && !(leaf && (leaf->dropped & bit)))
		*place = map->base + index;
	else
		return -ENOENT;
	return 0;
}

/* Take a page's own place out of its leaf. */
static dpager_place_t map_take(struct dpager_map *map, struct dpager_leaf *leaf,
			       pgoff_t index)
{
	u32 bit = map_bit(index);

	if (!(leaf->present & bit))
		return DPAGER_PLACE_NONE;
	leaf->present &= ~bit;
	atomic64_dec(&map->present);
	return leaf->place[index & DPAGER_LEAF_MASK];
}

dpager_place_t dpager_map_set(struct dpager_map *map, struct dpager_leaf *leaf,
			      pgoff_t index, dpager_place_t place)
{
	dpager_place_t old = map_take(map, leaf, index);
	u32 bit = map_bit(index);

	leaf->place[index & DPAGER_LEAF_MASK] = place;
	leaf->present |= bit;
	leaf->spoilt &= ~bit;
	leaf->dropped &= ~bit;
	atomic64_inc(&map->present);
	return old;
}

dpager_place_t dpager_map_clear(struct dpager_map *map,
				struct dpager_leaf *leaf, pgoff_t index)
{
	u32 bit = map_bit(index);

	leaf->spoilt &= ~bit;
	if (map_is_fixed(map, index))
		leaf->dropped |= bit;
	return map_take(map, leaf, index);
}

void dpager_map_spoil(struct dpager_leaf *leaf, pgoff_t index)
{
	leaf->spoilt |= map_bit(index);
}

static u32 map_most(pgoff_t index, u32 most)
{
	u32 left = DPAGER_LEAF_PAGES - (index & DPAGER_LEAF_MASK);

	return min(most, left);
}

u32 dpager_map_run(const struct dpager_map *map, const struct dpager_leaf *leaf,
		   pgoff_t index, u32 most, dpager_place_t *place)
{
	dpager_place_t next;
	u32 run = 1;

	most = map_most(index, most);
	if (dpager_map_get(map, leaf, index, place))
		return 0;
	while (run < most && !dpager_map_get(map, leaf, index + run, &next) &&
	       dpager_place_follows(*place, run, next))
		run++;
	return run;
}

u32 dpager_map_hole(const struct dpager_map *map,
		    const struct dpager_leaf *leaf, pgoff_t index, u32 most)
{
	dpager_place_t place;
	u32 run = 0;

	most = map_most(index, most);
	while (run < most &&
	       dpager_map_get(map, leaf, index + run, &place) == -ENOENT)
		run++;
	return run;
}

/* Pages of leaf @number that have a place, by base or of their own. */
static u32 map_leaf_mask(const struct dpager_map *map,
			 const struct dpager_leaf *leaf, unsigned long number)
{
	u64 first = (u64)number << DPAGER_LEAF_SHIFT;
	u32 fixed = 0;

	if (map_is_fixed(map, first))
		fixed = GENMASK(min_t(u64, map->fixed_pages - first,
				      DPAGER_LEAF_PAGES) - 1, 0);
	/* Readers of a list do not lock: an old answer is as good. */
	return (READ_ONCE(leaf->present) |
		(fixed & ~READ_ONCE(leaf->dropped))) &
	       ~READ_ONCE(leaf->spoilt);
}

/* The first range of pages @from..@last, all of one leaf, that have a place. */
static u64 map_leaf_next(u32 mask, u64 from, u64 last, u64 *first)
{
	u32 begin = from & DPAGER_LEAF_MASK;
	u32 end = last & DPAGER_LEAF_MASK;
	u32 found, count;

	mask &= GENMASK(end, begin);
	if (!mask)
		return 0;
	count = dpager_leaf_run(mask, &found);
	*first = from - begin + found;
	return count;
}

/* Pages @from..@end-1 have no leaf: those of the base come first. */
static u64 map_gap_next(const struct dpager_map *map, u64 from, u64 end,
			u64 *first)
{
	if (from >= end || !map_is_fixed(map, from))
		return 0;
	*first = from;
	return min(end, map->fixed_pages) - from;
}

u64 dpager_map_next(struct dpager_map *map, u64 from, u64 end, u64 *first)
{
	while (from < end) {
		unsigned long number = from >> DPAGER_LEAF_SHIFT;
		struct dpager_leaf *leaf;
		u64 start = end;
		u64 count, last;

		leaf = xa_find(&map->leaves, &number,
			       (end - 1) >> DPAGER_LEAF_SHIFT, XA_PRESENT);
		if (leaf)
			start = max(from, (u64)number << DPAGER_LEAF_SHIFT);
		count = map_gap_next(map, from, start, first);
		if (count || !leaf)
			return count;
		/* The leaf's end may lie behind the last index there is. */
		last = min(end - 1, start | DPAGER_LEAF_MASK);
		count = map_leaf_next(map_leaf_mask(map, leaf, number), start,
				      last, first);
		if (count)
			return count;
		from = last + 1;
	}
	return 0;
}

u64 dpager_map_skip(struct dpager_map *map, u64 from, u64 end)
{
	unsigned long number = from >> DPAGER_LEAF_SHIFT;

	if (from >= end)
		return end;
	if (map_is_fixed(map, from))
		return from;
	if (!xa_find(&map->leaves, &number, (end - 1) >> DPAGER_LEAF_SHIFT,
		     XA_PRESENT))
		return end;
	return max(from, (u64)number << DPAGER_LEAF_SHIFT);
}
