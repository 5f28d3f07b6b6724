/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An object's page map: page -> place on backing store. Pure: the owner of
 * the entries locks (see the lock order and the rule below), and gives the
 * leaves.
 *
 * A leaf covers DPAGER_LEAF_PAGES pages and exists from the first fault on
 * one of them; the map needs 0 bytes for what was never touched. Entry i is
 * used for I/O, changed or freed only by who holds the locked folio at i in
 * the object's mapping, or by punch and truncate under invalidate_lock (write)
 * after the folios are gone. Words that entries of a leaf share are under
 * cluster->lock.
 *
 * Folding: a leaf none of whose pages is in memory, and whose places make up
 * one run, is replaced in the index by that run, a number; one without places
 * by nothing. So what was paged out in a row costs 9 bytes a leaf. Folding
 * changes no entry, only how it is kept: dpager_map_next() and the counts do
 * not see it. The owner of the leaf folds it (see cluster.h) and unfolds it by
 * inserting a leaf where the run is.
 *
 * Fixed placement: a map may have a base, a place where its page 0 lies; page
 * i of the first @fixed_pages pages is then at base + i although it has no
 * entry of its own (it exists on the backing only). An entry goes before it.
 */
#ifndef _DPAGER_MAP_H
#define _DPAGER_MAP_H

#include <linux/types.h>
#include <linux/bits.h>
#include <linux/xarray.h>

/* Pages a leaf covers: a cluster of default size. */
#define DPAGER_LEAF_SHIFT	5
#define DPAGER_LEAF_PAGES	32U
#define DPAGER_LEAF_MASK	(DPAGER_LEAF_PAGES - 1)

/*
 * A place: segment index and slot in one word. The slot is in the low 40 bits
 * (4 PiB of pages), the segment in the next 16.
 */
typedef u64 dpager_place_t;

#define DPAGER_PLACE_SLOT_BITS	40
#define DPAGER_PLACE_NONE	U64_MAX

static inline dpager_place_t dpager_place(u16 segment, u64 slot)
{
	return ((u64)segment << DPAGER_PLACE_SLOT_BITS) | slot;
}

static inline u16 dpager_place_segment(dpager_place_t place)
{
	return place >> DPAGER_PLACE_SLOT_BITS;
}

static inline u64 dpager_place_slot(dpager_place_t place)
{
	return place & GENMASK_ULL(DPAGER_PLACE_SLOT_BITS - 1, 0);
}

/* Is @next @n slots behind @place, on the same segment? */
static inline bool dpager_place_follows(dpager_place_t place, u32 n,
					dpager_place_t next)
{
	return next == place + n &&
	       dpager_place_segment(next) == dpager_place_segment(place);
}

/* Is @place on the segment of @from, at its slot or behind? */
static inline bool dpager_place_behind(dpager_place_t place,
				       dpager_place_t from)
{
	return place >= from &&
	       dpager_place_segment(place) == dpager_place_segment(from);
}

/**
 * struct dpager_leaf - the entries of DPAGER_LEAF_PAGES pages in a row
 * @present: bit i: page i has a place of its own
 * @spoilt: bit i: what lies at that place is not the page: its write failed.
 *	The page is in memory and dirty; a read would be wrong and must fail
 * @dropped: bit i (fixed placement only): page i reads as zeros, although the
 *	map has a base
 * @counted: bit i: page i counts against the object's limit, if it has one (see
 *	limit.h). The map only says so of the pages of a run that it unfolds
 * @place: the places of present pages
 */
struct dpager_leaf {
	u32 present;
	u32 spoilt;
	u32 dropped;
	u32 counted;
	dpager_place_t place[DPAGER_LEAF_PAGES];
};

/* The first run of pages in a mask of a leaf's, which is not 0. Its length. */
static inline u32 dpager_leaf_run(u32 pages, u32 *first)
{
	u32 rest;

	*first = __ffs(pages);
	rest = ~(pages >> *first);
	return rest ? __ffs(rest) : DPAGER_LEAF_PAGES;
}

/* Leaves that a shelf covers. */
#define DPAGER_SHELF_SHIFT	5
#define DPAGER_SHELF_LEAVES	32U
#define DPAGER_SHELF_MASK	(DPAGER_SHELF_LEAVES - 1)

/**
 * struct dpager_shelf - the leaves of DPAGER_SHELF_LEAVES in a row
 * @entry: struct dpager_leaf, a folded run as a value, or NULL. Read under RCU;
 *	changed by compare and exchange, so that no lock is needed
 *
 * Made for the first leaf, it stays as long as the map does. Nodes of an xarray
 * in its place would share their slabs with those of the page cache, which go
 * when pages are folded, and keep them from being freed.
 */
struct dpager_shelf {
	void *entry[DPAGER_SHELF_LEAVES];
};

/**
 * struct dpager_map - the page map of one object
 * @shelves: shelf number -> struct dpager_shelf
 * @base: where page 0 lies, or DPAGER_PLACE_NONE: pages are placed when paged
 *	out
 * @fixed_pages: pages that lie at @base
 * @present: number of entries with a place of their own
 */
struct dpager_map {
	struct xarray shelves;
	dpager_place_t base;
	u64 fixed_pages;
	atomic64_t present;
};

void dpager_map_init(struct dpager_map *map);
void dpager_map_init_fixed(struct dpager_map *map, dpager_place_t base,
			   u64 pages);
/* Frees the index only; leaves are the caller's and gone by now. */
void dpager_map_destroy(struct dpager_map *map);

/* Does page @index lie at the base unless its leaf says otherwise? */
static inline bool dpager_map_is_fixed(const struct dpager_map *map, u64 index)
{
	return map->base != DPAGER_PLACE_NONE && index < map->fixed_pages;
}

/* Where the index keeps what it has of the leaf of page @index, or NULL. */
static inline void **dpager_map_entry(struct dpager_map *map, pgoff_t index)
{
	unsigned long number = index >> DPAGER_LEAF_SHIFT;
	struct dpager_shelf *shelf = xa_load(&map->shelves,
					     number >> DPAGER_SHELF_SHIFT);

	return shelf ? &shelf->entry[number & DPAGER_SHELF_MASK] : NULL;
}

/* What it has there: a leaf, a folded run, or NULL. */
static inline void *dpager_map_look(struct dpager_map *map, pgoff_t index)
{
	void **entry = dpager_map_entry(map, index);

	return entry ? READ_ONCE(*entry) : NULL;
}

/*
 * The leaf that covers page @index, or NULL: there is none, or it is folded.
 * Caller: RCU, or what keeps the leaf from being folded.
 */
static inline struct dpager_leaf *dpager_map_leaf(struct dpager_map *map,
						  pgoff_t index)
{
	void *entry = dpager_map_look(map, index);

	return xa_is_value(entry) ? NULL : entry;
}

/* The same for who holds RCU for certain, and so need not take it once more. */
static inline struct dpager_leaf *dpager_map_leaf_rcu(struct dpager_map *map,
						      pgoff_t index)
{
	unsigned long number = index >> DPAGER_LEAF_SHIFT;
	XA_STATE(xas, &map->shelves, number >> DPAGER_SHELF_SHIFT);
	struct dpager_shelf *shelf;
	void *entry;

	do {
		shelf = xas_load(&xas);
	} while (xas_retry(&xas, shelf));
	if (!shelf)
		return NULL;
	entry = READ_ONCE(shelf->entry[number & DPAGER_SHELF_MASK]);
	return xa_is_value(entry) ? NULL : entry;
}

/**
 * dpager_map_peek() - the leaf that covers a page, folded or not
 * @map: the map
 * @index: the page
 * @buffer: where a folded run is unpacked; its other words are not set
 *
 * Context: RCU read lock. What is seen may be out of date at once.
 *
 * Return: the leaf, or @buffer, or NULL.
 */
const struct dpager_leaf *dpager_map_peek(struct dpager_map *map, pgoff_t index,
					  struct dpager_leaf *buffer);

/**
 * dpager_map_insert() - give the map a leaf
 * @map: the map
 * @index: any page the leaf covers
 * @leaf: zeroed; a folded run is unpacked into it
 * @gfp: for the index
 *
 * Return: the leaf in the map (somebody else's when they came first; @leaf is
 * then still the caller's), or ERR_PTR(-ENOMEM).
 */
struct dpager_leaf *dpager_map_insert(struct dpager_map *map, pgoff_t index,
				      struct dpager_leaf *leaf, gfp_t gfp);

/**
 * dpager_map_fold() - take a leaf out of the map, and leave its run there
 * @map: the map
 * @index: any page the leaf covers
 * @leaf: the leaf. Nobody changes it, nor is about to
 *
 * Allocates nothing.
 *
 * Return: whether the leaf is out of the map. It is not when its places are
 * more than one run, a page of it is spoilt, or the map has a base.
 */
bool dpager_map_fold(struct dpager_map *map, pgoff_t index,
		     struct dpager_leaf *leaf);

/**
 * dpager_map_splits() - would dpager_map_cut() leave two runs?
 * @map: the map
 * @first: first page
 * @last: last page, of the same leaf
 *
 * Two need a leaf: who wants to cut there unfolds it first.
 *
 * Return: whether it would. It would not where the leaf is not folded.
 */
bool dpager_map_splits(struct dpager_map *map, pgoff_t first, pgoff_t last);

/**
 * dpager_map_cut() - pages of a folded run read as zeros from now on
 * @map: the map
 * @first: first page
 * @last: last page, of the same leaf
 * @place: out: where the first of them was that had a place
 *
 * Context: nobody else unfolds or cuts the leaf. Allocates nothing.
 *
 * Return: how many had a place, in a row, which the caller frees. 0 also where
 * the leaf is not folded.
 */
u32 dpager_map_cut(struct dpager_map *map, pgoff_t first, pgoff_t last,
		   dpager_place_t *place);

/**
 * dpager_map_shift() - a folded run has other places from now on
 * @map: the map
 * @index: its first page
 * @count: how many pages it has
 * @from: where the first of them is
 * @to: where that is from now on; the others follow
 *
 * Context: nobody else unfolds or cuts the leaf. Allocates nothing.
 *
 * Return: whether there was such a run, all of its leaf.
 */
bool dpager_map_shift(struct dpager_map *map, pgoff_t index, u32 count,
		      dpager_place_t from, dpager_place_t to);

/**
 * dpager_map_each() - visit what the index has, in order
 * @map: the map; nobody inserts
 * @visit: gets the first page of each leaf there is, folded or not
 * @data: handed to @visit
 *
 * Context: @visit may sleep.
 */
void dpager_map_each(struct dpager_map *map,
		     void (*visit)(pgoff_t first, void *data), void *data);

/**
 * dpager_map_get() - where a page is
 * @map: the map
 * @leaf: its leaf, may be NULL
 * @index: the page
 * @place: out, when 0 is returned
 *
 * Return: 0, -ENOENT when the page is on no backing store (it is zeros), -EIO
 * when what is there is not the page.
 */
static inline int dpager_map_get(const struct dpager_map *map,
				 const struct dpager_leaf *leaf, pgoff_t index,
				 dpager_place_t *place)
{
	u32 bit = BIT(index & DPAGER_LEAF_MASK);

	if (leaf && (leaf->spoilt & bit))
		return -EIO;
	if (leaf && (leaf->present & bit))
		*place = leaf->place[index & DPAGER_LEAF_MASK];
	else if (dpager_map_is_fixed(map, index) &&
		 !(leaf && (leaf->dropped & bit)))
		*place = map->base + index;
	else
		return -ENOENT;
	return 0;
}

/**
 * dpager_map_where() - the same of who has no leaf, and nothing that keeps one
 * @map: the map
 * @index: the page
 * @place: out, when 0 is returned
 *
 * Return: as dpager_map_get(); it may be out of date at once.
 */
int dpager_map_where(struct dpager_map *map, pgoff_t index,
		     dpager_place_t *place);

/**
 * dpager_map_set() - a page has a new place
 * @map: the map
 * @leaf: its leaf
 * @index: the page
 * @place: where it is from now on
 *
 * Clears spoilt and dropped.
 *
 * Return: the old place of its own, which the caller frees, or
 * DPAGER_PLACE_NONE.
 */
dpager_place_t dpager_map_set(struct dpager_map *map, struct dpager_leaf *leaf,
			      pgoff_t index, dpager_place_t place);

/**
 * dpager_map_clear() - a page reads as zeros from now on
 * @map: the map
 * @leaf: its leaf
 * @index: the page
 *
 * With a base the page becomes dropped.
 *
 * Return: as dpager_map_set().
 */
dpager_place_t dpager_map_clear(struct dpager_map *map,
				struct dpager_leaf *leaf, pgoff_t index);

/* What lies at the page's place is not the page (its write failed). */
void dpager_map_spoil(struct dpager_leaf *leaf, pgoff_t index);

/**
 * dpager_map_run() - how many pages from @index on lie in a row on one segment
 * @map: the map
 * @leaf: the leaf of @index, may be NULL
 * @index: a page
 * @most: no more than these are counted
 * @place: out: where it is, when it is somewhere
 *
 * Never goes beyond the leaf.
 *
 * Return: 0 (nowhere, or what is there is not the page) or more.
 */
u32 dpager_map_run(const struct dpager_map *map, const struct dpager_leaf *leaf,
		   pgoff_t index, u32 most, dpager_place_t *place);

/**
 * dpager_map_hole() - how many pages from @index on are on no backing store
 * @map: the map
 * @leaf: the leaf of @index, may be NULL
 * @index: a page
 * @most: no more than these are counted
 *
 * Never goes beyond the leaf.
 *
 * Return: 0 (it has a place, or is lost) or more.
 */
u32 dpager_map_hole(const struct dpager_map *map,
		    const struct dpager_leaf *leaf, pgoff_t index, u32 most);

/*
 * Which pages of the leaf of page @index have a place or are lost: dpager_map_where()
 * of all of them.
 */
u32 dpager_map_mask(struct dpager_map *map, pgoff_t index);

/* Are @count pages of one leaf on no backing store? As dpager_map_where(). */
bool dpager_map_nowhere(struct dpager_map *map, pgoff_t index, u32 count);

/**
 * dpager_map_next() - the next range of pages present on backing store
 * @map: the map
 * @from: first page to look at
 * @end: first page not to look at
 * @first: out: first page of the range
 *
 * Context: RCU read lock. Spoilt pages are left out.
 *
 * Return: number of pages in the range (it may be continued by the next
 * range), or 0 when there is none.
 */
u64 dpager_map_next(struct dpager_map *map, u64 from, u64 end, u64 *first);

/*
 * Pages of a leaf, of @pages, that are on the segment of @from, at its slot or
 * behind; and their lowest slot.
 */
u32 dpager_leaf_on(const struct dpager_leaf *leaf, dpager_place_t from,
		   u32 pages, u64 *slot);

/**
 * dpager_map_next_on() - the next leaf of which pages lie on a segment
 * @map: the map
 * @place: the segment, and the slot from which on they lie there
 * @from: first page to look at
 * @end: first page not to look at
 * @first: out: first page of the leaf
 * @slot: out: the lowest slot of them
 *
 * Context: RCU read lock. What is seen may be out of date at once; spoilt pages
 * are among them. A base is not looked at.
 *
 * Return: those pages, as bits of the leaf, or 0 when there is none.
 */
u32 dpager_map_next_on(struct dpager_map *map, dpager_place_t place, u64 from,
		       u64 end, u64 *first, u64 *slot);

/**
 * dpager_map_skip() - leave out what certainly is on no backing store
 * @map: the map
 * @from: first page to look at
 * @end: first page not to look at
 *
 * dpager_map_next() looks at leaf after leaf; to give way in between, look at
 * few pages at a time, and skip long holes with this.
 *
 * Return: the first page from @from on that has a leaf, folded or not, or lies
 * at the base; or @end.
 */
u64 dpager_map_skip(struct dpager_map *map, u64 from, u64 end);

#endif /* _DPAGER_MAP_H */
