// SPDX-License-Identifier: GPL-2.0
/* An object's page map. */
#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/bug.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/mm_types.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "dpager.h"
#include "map.h"

/*
 * A folded run as a value of the index: its first place in the low bits, then
 * which page of the leaf is at it, then how many pages it has, less one.
 */
#define RUN_SEGMENT_BITS	8
#define RUN_FIRST_SHIFT		(DPAGER_PLACE_SLOT_BITS + RUN_SEGMENT_BITS)
#define RUN_COUNT_SHIFT		(RUN_FIRST_SHIFT + DPAGER_LEAF_SHIFT)
#define RUN_BITS		(RUN_COUNT_SHIFT + DPAGER_LEAF_SHIFT)

static_assert(BIT(RUN_SEGMENT_BITS) >= DPAGER_SEGMENTS_MAX);
/* A value has a bit less than a pointer. */
static_assert(BITS_PER_LONG > RUN_BITS);

/**
 * struct map_run - pages of a leaf in a row, whose places are in a row
 * @place: where the first of them is
 * @first: which page of the leaf that is
 * @count: how many they are; 0: there are none
 */
struct map_run {
	dpager_place_t place;
	u32 first;
	u32 count;
};

/*
 * On every shelf: where they are sparse, a mark is found much faster than an
 * entry. It comes a moment after the shelf, so it is for who destroys the map.
 */
#define SHELF_MARK	XA_MARK_0

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
	BUILD_BUG_ON(DPAGER_SHELF_LEAVES != 1U << DPAGER_SHELF_SHIFT);
	xa_init_flags(&map->shelves, XA_FLAGS_ACCOUNT);
	map->base = base;
	map->fixed_pages = pages;
	atomic64_set(&map->present, 0);
}

void dpager_map_destroy(struct dpager_map *map)
{
	struct dpager_shelf *shelf;
	unsigned long i;

	xa_for_each_marked(&map->shelves, i, shelf, SHELF_MARK)
		kfree(shelf);
	xa_destroy(&map->shelves);
}

/* --- the index ---------------------------------------------------------- */

/* Returns what keeps it out, or NULL. */
static void *shelf_add(struct dpager_map *map, unsigned long number,
		       struct dpager_shelf *shelf, gfp_t gfp)
{
	void *old;

	xa_lock(&map->shelves);
	old = __xa_cmpxchg(&map->shelves, number, NULL, shelf, gfp);
	if (!old)
		__xa_set_mark(&map->shelves, number, SHELF_MARK);
	xa_unlock(&map->shelves);
	return old;
}

/* As dpager_map_entry(); NULL: no memory. */
static void **map_entry_make(struct dpager_map *map, pgoff_t index, gfp_t gfp)
{
	unsigned long number = index >> DPAGER_LEAF_SHIFT >> DPAGER_SHELF_SHIFT;
	void **entry = dpager_map_entry(map, index);
	struct dpager_shelf *shelf;

	if (entry)
		return entry;
	shelf = kzalloc(sizeof(*shelf), gfp | __GFP_ACCOUNT);
	if (!shelf)
		return NULL;
	/* Somebody else may have come first. */
	if (shelf_add(map, number, shelf, gfp))
		kfree(shelf);
	return dpager_map_entry(map, index);
}

/* The first entry of leaves *@number..@last, and its number; or NULL. */
static void *map_find(struct dpager_map *map, unsigned long *number,
		      unsigned long last)
{
	unsigned long i, n = *number, end;
	struct dpager_shelf *shelf;
	void *entry;

	xa_for_each_range(&map->shelves, i, shelf, n >> DPAGER_SHELF_SHIFT,
			  last >> DPAGER_SHELF_SHIFT) {
		n = max(n, i << DPAGER_SHELF_SHIFT);
		end = min(last, n | DPAGER_SHELF_MASK);
		for (; n <= end; n++) {
			entry = READ_ONCE(shelf->entry[n & DPAGER_SHELF_MASK]);
			if (!entry)
				continue;
			*number = n;
			return entry;
		}
	}
	return NULL;
}

void dpager_map_each(struct dpager_map *map,
		     void (*visit)(pgoff_t first, void *data), void *data)
{
	struct dpager_shelf *shelf;
	unsigned long i, n;

	xa_for_each_marked(&map->shelves, i, shelf, SHELF_MARK)
		for (n = 0; n < DPAGER_SHELF_LEAVES; n++)
			if (READ_ONCE(shelf->entry[n]))
				visit((i * DPAGER_SHELF_LEAVES + n) <<
				      DPAGER_LEAF_SHIFT, data);
}

/* --- folding ------------------------------------------------------------ */

/* An entry of the index, NULL without a run. */
static void *run_pack(const struct map_run *run)
{
	u64 value = run->place;

	if (!run->count)
		return NULL;
	value |= (u64)run->first << RUN_FIRST_SHIFT;
	value |= (u64)(run->count - 1) << RUN_COUNT_SHIFT;
	return xa_mk_value(value);
}

static struct map_run run_unpack(const void *entry)
{
	u64 value;

	if (!xa_is_value(entry))
		return (struct map_run) {};
	value = xa_to_value(entry);
	return (struct map_run) {
		.place = value & GENMASK_ULL(RUN_FIRST_SHIFT - 1, 0),
		.first = (value >> RUN_FIRST_SHIFT) & DPAGER_LEAF_MASK,
		.count = ((value >> RUN_COUNT_SHIFT) & DPAGER_LEAF_MASK) + 1,
	};
}

static u32 run_mask(const struct map_run *run)
{
	return run->count ? GENMASK(run->first + run->count - 1, run->first) :
			    0;
}

/* What of a run lies in pages @first..@last of its leaf. */
static struct map_run run_part(const struct map_run *run, u32 first, u32 last)
{
	u32 from = max(run->first, first);
	u32 end = min(run->first + run->count, last + 1);

	if (from >= end)
		return (struct map_run) {};
	return (struct map_run) {
		.place = run->place + from - run->first,
		.first = from,
		.count = end - from,
	};
}

/* What of a run lies before page @first of its leaf, and behind page @last. */
static struct map_run run_before(const struct map_run *run, u32 first)
{
	return first ? run_part(run, 0, first - 1) : (struct map_run) {};
}

static struct map_run run_behind(const struct map_run *run, u32 last)
{
	return run_part(run, last + 1, DPAGER_LEAF_MASK);
}

static void run_to_leaf(const struct map_run *run, struct dpager_leaf *leaf)
{
	u32 i;

	leaf->present = run_mask(run);
	leaf->spoilt = 0;
	leaf->dropped = 0;
	leaf->counted = leaf->present;
	for (i = 0; i < run->count; i++)
		leaf->place[run->first + i] = run->place + i;
}

/* False where the leaf has more than what one run can say. */
static bool run_of_leaf(const struct dpager_leaf *leaf, struct map_run *run)
{
	u32 i;

	*run = (struct map_run) {};
	if (leaf->spoilt || leaf->dropped)
		return false;
	if (!leaf->present)
		return true;
	run->count = dpager_leaf_run(leaf->present, &run->first);
	run->place = leaf->place[run->first];
	for (i = 1; i < run->count; i++)
		if (!dpager_place_follows(run->place, i,
					  leaf->place[run->first + i]))
			return false;
	return leaf->present == run_mask(run);
}

static struct map_run map_folded(struct dpager_map *map, pgoff_t index)
{
	return run_unpack(dpager_map_look(map, index));
}

const struct dpager_leaf *dpager_map_peek(struct dpager_map *map, pgoff_t index,
					  struct dpager_leaf *buffer)
{
	const void *entry = dpager_map_look(map, index);
	struct map_run run;

	if (!xa_is_value(entry))
		return entry;
	run = run_unpack(entry);
	run_to_leaf(&run, buffer);
	return buffer;
}

struct dpager_leaf *dpager_map_insert(struct dpager_map *map, pgoff_t index,
				      struct dpager_leaf *leaf, gfp_t gfp)
{
	void **entry = map_entry_make(map, index, gfp);
	void *was, *now;

	if (!entry)
		return ERR_PTR(-ENOMEM);
	was = READ_ONCE(*entry);
	while (!was || xa_is_value(was)) {
		struct map_run run = run_unpack(was);

		run_to_leaf(&run, leaf);
		now = cmpxchg(entry, was, leaf);
		if (now == was)
			return leaf;
		was = now;
	}
	return was;
}

bool dpager_map_fold(struct dpager_map *map, pgoff_t index,
		     struct dpager_leaf *leaf)
{
	struct map_run run;

	if (map->base != DPAGER_PLACE_NONE || !run_of_leaf(leaf, &run))
		return false;
	/* In place of a pointer, so that no memory is needed. */
	return cmpxchg(dpager_map_entry(map, index), leaf, run_pack(&run)) ==
	       leaf;
}

bool dpager_map_splits(struct dpager_map *map, pgoff_t first, pgoff_t last)
{
	struct map_run run = map_folded(map, first);

	return run_before(&run, first & DPAGER_LEAF_MASK).count &&
	       run_behind(&run, last & DPAGER_LEAF_MASK).count;
}

u32 dpager_map_cut(struct dpager_map *map, pgoff_t first, pgoff_t last,
		   dpager_place_t *place)
{
	struct map_run run = map_folded(map, first), part, before, behind;

	part = run_part(&run, first & DPAGER_LEAF_MASK,
			last & DPAGER_LEAF_MASK);
	if (!part.count)
		return 0;
	before = run_before(&run, first & DPAGER_LEAF_MASK);
	behind = run_behind(&run, last & DPAGER_LEAF_MASK);
	/* Better to lose slots than to give one to two pages. */
	if (WARN_ON_ONCE(before.count && behind.count))
		return 0;
	cmpxchg(dpager_map_entry(map, first), run_pack(&run),
		run_pack(before.count ? &before : &behind));
	atomic64_sub(part.count, &map->present);
	*place = part.place;
	return part.count;
}

bool dpager_map_shift(struct dpager_map *map, pgoff_t index, u32 count,
		      dpager_place_t from, dpager_place_t to)
{
	struct map_run run = {
		.place = from,
		.first = index & DPAGER_LEAF_MASK,
		.count = count,
	};
	void **entry = dpager_map_entry(map, index), *was = run_pack(&run);

	run.place = to;
	return entry && count && cmpxchg(entry, was, run_pack(&run)) == was;
}

/* --- entries ------------------------------------------------------------ */

int dpager_map_where(struct dpager_map *map, pgoff_t index,
		     dpager_place_t *place)
{
	const struct dpager_leaf *leaf;
	struct dpager_leaf buffer;
	int err;

	rcu_read_lock();
	leaf = dpager_map_peek(map, index, &buffer);
	err = dpager_map_get(map, leaf, index, place);
	rcu_read_unlock();
	return err;
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
	dpager_place_t *at = &leaf->place[index & DPAGER_LEAF_MASK];
	dpager_place_t old = DPAGER_PLACE_NONE;
	u32 bit = map_bit(index);

	/* Who looks without a lock must not see it nowhere in between. */
	if (leaf->present & bit) {
		old = *at;
		WRITE_ONCE(*at, place);
	} else {
		WRITE_ONCE(*at, place);
		/* Its place is there before it is seen to have one. */
		smp_wmb();
		WRITE_ONCE(leaf->present, leaf->present | bit);
		atomic64_inc(&map->present);
	}
	leaf->spoilt &= ~bit;
	leaf->dropped &= ~bit;
	return old;
}

dpager_place_t dpager_map_clear(struct dpager_map *map,
				struct dpager_leaf *leaf, pgoff_t index)
{
	u32 bit = map_bit(index);

	leaf->spoilt &= ~bit;
	if (dpager_map_is_fixed(map, index))
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

/* Pages of the leaf of page @first that have a place, by base or of their own. */
static u32 map_leaf_mask(const struct dpager_map *map,
			 const struct dpager_leaf *leaf, u64 first)
{
	u32 fixed = 0;

	if (dpager_map_is_fixed(map, first))
		fixed = GENMASK(min_t(u64, map->fixed_pages - first,
				      DPAGER_LEAF_PAGES) - 1, 0);
	/* Readers of a list do not lock: an old answer is as good. */
	return (READ_ONCE(leaf->present) |
		(fixed & ~READ_ONCE(leaf->dropped))) &
	       ~READ_ONCE(leaf->spoilt);
}

u32 dpager_map_mask(struct dpager_map *map, pgoff_t index)
{
	static const struct dpager_leaf none;
	const struct dpager_leaf *leaf;
	struct dpager_leaf buffer;
	u32 mask;

	rcu_read_lock();
	leaf = dpager_map_peek(map, index, &buffer) ?: &none;
	mask = map_leaf_mask(map, leaf, index & ~(pgoff_t)DPAGER_LEAF_MASK) |
	       READ_ONCE(leaf->spoilt);
	rcu_read_unlock();
	return mask;
}

bool dpager_map_nowhere(struct dpager_map *map, pgoff_t index, u32 count)
{
	u32 first = index & DPAGER_LEAF_MASK;

	return !(dpager_map_mask(map, index) & GENMASK(first + count - 1, first));
}

/* The same by what the index holds: a leaf, or a folded run. */
static u32 map_entry_mask(const struct dpager_map *map, const void *entry,
			  u64 first)
{
	struct map_run run;

	if (!xa_is_value(entry))
		return map_leaf_mask(map, entry, first);
	run = run_unpack(entry);
	return run_mask(&run);
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
	if (from >= end || !dpager_map_is_fixed(map, from))
		return 0;
	*first = from;
	return min(end, map->fixed_pages) - from;
}

u64 dpager_map_next(struct dpager_map *map, u64 from, u64 end, u64 *first)
{
	while (from < end) {
		unsigned long number = from >> DPAGER_LEAF_SHIFT;
		u64 start = end;
		u64 count, last;
		void *entry;

		entry = map_find(map, &number, (end - 1) >> DPAGER_LEAF_SHIFT);
		if (entry)
			start = max(from, (u64)number << DPAGER_LEAF_SHIFT);
		count = map_gap_next(map, from, start, first);
		if (count || !entry)
			return count;
		/* The leaf's end may lie behind the last index there is. */
		last = min(end - 1, start | DPAGER_LEAF_MASK);
		count = map_leaf_next(map_entry_mask(map, entry,
						     start & ~(u64)DPAGER_LEAF_MASK),
				      start, last, first);
		if (count)
			return count;
		from = last + 1;
	}
	return 0;
}

u32 dpager_leaf_on(const struct dpager_leaf *leaf, dpager_place_t from,
		   u32 pages, u64 *slot)
{
	dpager_place_t place;
	u32 on = 0, i;

	*slot = U64_MAX;
	pages &= READ_ONCE(leaf->present);
	for (; pages; pages &= pages - 1) {
		i = __ffs(pages);
		place = READ_ONCE(leaf->place[i]);
		if (!dpager_place_behind(place, from))
			continue;
		on |= BIT(i);
		*slot = min(*slot, dpager_place_slot(place));
	}
	return on;
}

u32 dpager_map_next_on(struct dpager_map *map, dpager_place_t place, u64 from,
		       u64 end, u64 *first, u64 *slot)
{
	const struct dpager_leaf *leaf;
	struct dpager_leaf buffer;
	u32 on = 0;
	u64 last;

	while (!on) {
		from = dpager_map_skip(map, from, end);
		if (from >= end)
			break;
		last = min(end - 1, from | DPAGER_LEAF_MASK);
		leaf = dpager_map_peek(map, from, &buffer);
		if (leaf)
			on = dpager_leaf_on(leaf, place,
					    GENMASK(last & DPAGER_LEAF_MASK,
						    from & DPAGER_LEAF_MASK),
					    slot);
		*first = from & ~(u64)DPAGER_LEAF_MASK;
		from = last + 1;
	}
	return on;
}

u64 dpager_map_skip(struct dpager_map *map, u64 from, u64 end)
{
	unsigned long number = from >> DPAGER_LEAF_SHIFT;

	if (from >= end)
		return end;
	if (dpager_map_is_fixed(map, from))
		return from;
	if (!map_find(map, &number, (end - 1) >> DPAGER_LEAF_SHIFT))
		return end;
	return max(from, (u64)number << DPAGER_LEAF_SHIFT);
}
