/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A store's budget: how many of its free slots an object may take. Some are set
 * aside for objects with DPAGER_OBJECT_RESERVE; users may have quotas.
 */
#ifndef _DPAGER_BUDGET_H
#define _DPAGER_BUDGET_H

#include <linux/list.h>
#include <linux/types.h>
#include <linux/xarray.h>

struct dpager_object;
struct dpager_store;

/* Objects with space set aside on one store: each is looked at for each write. */
#define DPAGER_RESERVED_MAX	256U

/**
 * struct dpager_budget - of one store
 * @reserved: objects with space set aside; dpager_space
 * @nr_reserved: their number, at most DPAGER_RESERVED_MAX; likewise
 * @quotas: uid in the initial user namespace -> most slots, a value; written
 *	under dpager_admin and dpager_space, read under either
 * @said: the log says that a user is at the quota; dpager_space
 */
struct dpager_budget {
	struct list_head reserved;
	u32 nr_reserved;
	struct xarray quotas;
	bool said;
};

void dpager_budget_init(struct dpager_budget *budget);
/* No object uses the store any more. */
void dpager_budget_destroy(struct dpager_budget *budget);

/* Is anything limited at all? A look without a lock. */
static inline bool dpager_budget_limits(const struct dpager_budget *budget)
{
	return !xa_empty(&budget->quotas) || READ_ONCE(budget->nr_reserved);
}

/* Is space set aside? Under a slot lock, no allocation misses that. */
static inline bool dpager_budget_reserves(const struct dpager_budget *budget)
{
	return READ_ONCE(budget->nr_reserved);
}

/**
 * dpager_budget_room() - slots that an object may take now
 * @store: where
 * @object: the object
 * @quota: out: whether that is 0 because of the user's quota
 *
 * Context: dpager_space held; takes slot locks.
 * Return: that; U64_MAX: nothing is limited.
 */
u64 dpager_budget_room(struct dpager_store *store, struct dpager_object *object,
		       bool *quota);

/* Slots set aside and not in use yet. Context: dpager_space held. */
u64 dpager_budget_promised(const struct dpager_store *store);

/* Slots that are free, and may be used. Context: dpager_space held. */
u64 dpager_budget_free(struct dpager_store *store);

/**
 * dpager_budget_reserve() - set an object's size aside
 * @store: where
 * @object: the object, which nobody knows yet
 * @detail: out: enum dpager_detail when it fails
 *
 * Return: 0, -ENOSPC, -EDQUOT.
 */
int dpager_budget_reserve(struct dpager_store *store,
			  struct dpager_object *object, u32 *detail);

/**
 * dpager_budget_resize() - set more aside for an object, or less
 * @store: where
 * @object: the object, which has space set aside there
 * @pages: its size from now on
 * @detail: out: enum dpager_detail when it fails
 *
 * Return: 0; when it is to be more: -ENOSPC, -EDQUOT, and nothing is changed.
 */
int dpager_budget_resize(struct dpager_store *store,
			 struct dpager_object *object, u64 pages, u32 *detail);

/*
 * The object ends; what is left is free for others. @store is looked at only
 * when space is set aside.
 */
void dpager_budget_release(struct dpager_store *store,
			   struct dpager_object *object);

/**
 * dpager_budget_set_quota() - limit a user
 * @store: where
 * @uid: who, in the initial user namespace
 * @pages: most slots; U64_MAX: no limit
 *
 * Context: dpager_admin held; may sleep.
 * Return: 0 or -ENOMEM.
 */
int dpager_budget_set_quota(struct dpager_store *store, u32 uid, u64 pages);

/* Slots that a user's objects have there. Context: may sleep. */
u64 dpager_budget_used(struct dpager_store *store, u32 uid);

/**
 * dpager_budget_next() - the next user who has a quota, or pages there
 * @store: where
 * @uid: in: the first to look at; out: who it is
 * @pages: out: the quota in slots, or U64_MAX
 * @used: out: slots in use
 *
 * Context: may sleep.
 * Return: false when there is none.
 */
bool dpager_budget_next(struct dpager_store *store, u32 *uid, u64 *pages,
			u64 *used);

#endif /* _DPAGER_BUDGET_H */
