// SPDX-License-Identifier: GPL-2.0
/* Confinements: sets of stores that an object's pages may go to. */
#include <linux/err.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "compat.h"
#include "confine.h"
#include "store.h"

static struct dpager_confine *confine_alloc(u32 count)
{
	struct dpager_confine *confine;

	confine = kzalloc(struct_size(confine, stores, count),
			  GFP_KERNEL_ACCOUNT);
	if (confine)
		confine->count = count;
	return confine;
}

struct dpager_confine *dpager_confine_one(struct dpager_store *store)
{
	struct dpager_confine *confine = confine_alloc(1);

	if (confine) {
		dpager_store_get(store);
		confine->stores[0] = store;
	}
	return confine;
}

void dpager_confine_free(struct dpager_confine *confine)
{
	u32 i;

	if (!confine)
		return;
	/* Who still looks does not look into the stores. */
	for (i = 0; i < confine->count; i++)
		if (confine->stores[i])
			dpager_store_put(confine->stores[i]);
	kfree_rcu(confine, rcu);
}

/* Is the @at-th store there already? */
static bool confine_twice(const struct dpager_confine *confine, u32 at)
{
	u32 i;

	for (i = 0; i < at; i++)
		if (confine->stores[i] == confine->stores[at])
			return true;
	return false;
}

/* The @at-th store of the list; not one that is there already. */
static int confine_add(struct dpager_confine *confine, u32 at, u64 id,
		       bool privileged, u32 *detail)
{
	struct dpager_store *store = id ? dpager_store_find(id, NULL) : NULL;

	if (!store)
		return dpager_fail(detail, DPAGER_DETAIL_ID, -ENOENT);
	confine->stores[at] = store;
	if ((store->flags & DPAGER_STORE_PRIVATE) && !privileged)
		return dpager_fail(detail, DPAGER_DETAIL_PRIVILEGE, -EPERM);
	if (confine_twice(confine, at))
		return dpager_fail(detail, DPAGER_DETAIL_STORES, -EINVAL);
	return 0;
}

static int confine_fill(struct dpager_confine *confine, u64 ids,
			bool privileged, u32 *detail)
{
	const u64 __user *user = u64_to_user_ptr(ids);
	u64 id;
	int err;
	u32 i;

	for (i = 0; i < confine->count; i++) {
		if (copy_from_user(&id, user + i, sizeof(id)))
			return -EFAULT;
		err = confine_add(confine, i, id, privileged, detail);
		if (err)
			return err;
	}
	return 0;
}

struct dpager_confine *dpager_confine_list(u64 ids, u32 count, bool privileged,
					   u32 *detail)
{
	struct dpager_confine *confine;
	int err;

	if (!count || count > DPAGER_OBJECT_STORES)
		return ERR_PTR(dpager_fail(detail, DPAGER_DETAIL_STORES,
					   -EINVAL));
	confine = confine_alloc(count);
	if (!confine)
		return ERR_PTR(-ENOMEM);
	err = confine_fill(confine, ids, privileged, detail);
	if (!err)
		return confine;
	dpager_confine_free(confine);
	return ERR_PTR(err);
}

static int confine_add_named(struct dpager_confine *confine, u32 at,
			     const char *name)
{
	struct dpager_store *store = *name ? dpager_store_find(0, name) : NULL;

	if (!store)
		return -ENOENT;
	confine->stores[at] = store;
	return confine_twice(confine, at) ? -EINVAL : 0;
}

struct dpager_confine *dpager_confine_named(char *names, const char **bad)
{
	struct dpager_confine *confine;
	u32 count = 1, at;
	const char *p;
	int err = 0;

	*bad = NULL;
	for (p = names; *p; p++)
		count += *p == ':';
	if (count > DPAGER_OBJECT_STORES)
		return ERR_PTR(-EINVAL);
	confine = confine_alloc(count);
	if (!confine)
		return ERR_PTR(-ENOMEM);
	for (at = 0; at < count && !err; at++) {
		*bad = strsep(&names, ":");
		err = confine_add_named(confine, at, *bad);
	}
	if (!err)
		return confine;
	dpager_confine_free(confine);
	return ERR_PTR(err);
}

struct dpager_confine *dpager_confine_copy(const struct dpager_confine *confine)
{
	struct dpager_confine *copy;
	u32 i;

	copy = confine ? confine_alloc(confine->count) : NULL;
	if (!copy)
		return NULL;
	for (i = 0; i < confine->count; i++) {
		dpager_store_get(confine->stores[i]);
		copy->stores[i] = confine->stores[i];
	}
	return copy;
}

bool dpager_confine_dead(const struct dpager_confine *confine)
{
	u32 i;

	for (i = 0; confine && i < confine->count; i++)
		if (!READ_ONCE(confine->stores[i]->dead))
			return false;
	return confine;
}

bool dpager_confine_has(const struct dpager_confine *confine,
			const struct dpager_store *store)
{
	u32 i;

	if (!confine)
		return !(store->flags & DPAGER_STORE_PRIVATE);
	for (i = 0; i < confine->count; i++)
		if (confine->stores[i] == store)
			return true;
	return false;
}
