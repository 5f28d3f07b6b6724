/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A confinement: the stores that an object's pages may go to. NULL stands for
 * every store that is not private.
 *
 * It never changes: an object gets another one. Who looks at an object's
 * without holding it off does so under RCU.
 */
#ifndef _DPAGER_CONFINE_H
#define _DPAGER_CONFINE_H

#include <linux/rcupdate.h>
#include <linux/types.h>

struct dpager_store;

/**
 * struct dpager_confine - a set of stores
 * @rcu: how it is freed
 * @count: their number, at least 1
 * @stores: each with a reference
 */
struct dpager_confine {
	struct rcu_head rcu;
	u32 count;
	struct dpager_store *stores[] __counted_by(count);
};

/* One store alone. NULL: no memory. */
struct dpager_confine *dpager_confine_one(struct dpager_store *store);

/**
 * dpager_confine_list() - stores by their ids
 * @ids: address, in user memory, of as many __u64
 * @count: 1 to DPAGER_OBJECT_STORES
 * @privileged: private ones may be among them
 * @detail: out: enum dpager_detail when it fails
 *
 * Return: the confinement or ERR_PTR(-EINVAL, -ENOENT, -EPERM, -EFAULT,
 * -ENOMEM).
 */
struct dpager_confine *dpager_confine_list(u64 ids, u32 count, bool privileged,
					   u32 *detail);

/**
 * dpager_confine_named() - stores by their names
 * @names: one or more, with ":" between them; is written to
 * @bad: out: the name that is to blame, or NULL
 *
 * Private ones may be among them.
 *
 * Return: the confinement or ERR_PTR(-EINVAL: too many, or one twice; -ENOENT;
 * -ENOMEM).
 */
struct dpager_confine *dpager_confine_named(char *names, const char **bad);

/* The same again. NULL: no memory, or of NULL. */
struct dpager_confine *dpager_confine_copy(const struct dpager_confine *confine);

/* Are all its stores deleted? */
bool dpager_confine_dead(const struct dpager_confine *confine);

/* Nobody uses it any more but under RCU. It may be NULL. */
void dpager_confine_free(struct dpager_confine *confine);

/* May pages go to this store? */
bool dpager_confine_has(const struct dpager_confine *confine,
			const struct dpager_store *store);

/* The store, when there is only one; or NULL. */
static inline struct dpager_store *
dpager_confine_only(const struct dpager_confine *confine)
{
	return confine && confine->count == 1 ? confine->stores[0] : NULL;
}

#endif /* _DPAGER_CONFINE_H */
