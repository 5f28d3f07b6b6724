/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A limit: how many pages and files a mount may have, and how many it has.
 *
 * A page counts from the moment it enters memory for the first time, in
 * dpager_folio_insert(), and until it is punched, its object ends, or it is
 * zeros that are neither in memory nor on backing store when its cluster is
 * folded. Which pages count is in the leaves of the page map (@counted); of a
 * folded run all do. Objects without a limit pay one look at a pointer.
 *
 * Life: of its mount, or longer, of its last object.
 */
#ifndef _DPAGER_LIMIT_H
#define _DPAGER_LIMIT_H

#include <linux/atomic.h>
#include <linux/refcount.h>
#include <linux/slab.h>

/**
 * struct dpager_limit - what a mount may have
 * @ref: the mount, and its objects
 * @pages: pages that count
 * @files: inodes, and names beyond an inode's first
 * @most_pages: most pages; 0: any number
 * @most_files: most files; 0: any number
 */
struct dpager_limit {
	refcount_t ref;
	atomic64_t pages;
	atomic64_t files;
	u64 most_pages;
	u64 most_files;
};

static inline struct dpager_limit *dpager_limit_new(u64 pages, u64 files)
{
	struct dpager_limit *limit = kzalloc(sizeof(*limit), GFP_KERNEL);

	if (limit) {
		refcount_set(&limit->ref, 1);
		limit->most_pages = pages;
		limit->most_files = files;
	}
	return limit;
}

static inline struct dpager_limit *dpager_limit_get(struct dpager_limit *limit)
{
	refcount_inc(&limit->ref);
	return limit;
}

/* It may be NULL. */
static inline void dpager_limit_put(struct dpager_limit *limit)
{
	if (limit && refcount_dec_and_test(&limit->ref))
		kfree(limit);
}

/*
 * Never more than there may be, not even for a moment: who asks for few must not
 * fail because of who asked for too many.
 */
static inline bool dpager_limit_take(atomic64_t *used, const u64 *most, u64 more)
{
	s64 limit = READ_ONCE(*most);
	s64 old = atomic64_read(used);

	do {
		if (limit && old + (s64)more > limit)
			return false;
	} while (!atomic64_try_cmpxchg(used, &old, old + more));
	return true;
}

static inline bool dpager_limit_take_pages(struct dpager_limit *limit, u64 more)
{
	return dpager_limit_take(&limit->pages, &limit->most_pages, more);
}

static inline bool dpager_limit_take_file(struct dpager_limit *limit)
{
	return dpager_limit_take(&limit->files, &limit->most_files, 1);
}

/* May pages come that nobody has asked for? While half of them are free. */
static inline bool dpager_limit_roomy(const struct dpager_limit *limit)
{
	s64 most = READ_ONCE(limit->most_pages);

	return !most || atomic64_read(&limit->pages) < most / 2;
}

#endif /* _DPAGER_LIMIT_H */
