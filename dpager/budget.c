// SPDX-License-Identifier: GPL-2.0
/* Budgets: space set aside for objects, quotas of users. */
#include <linux/limits.h>
#include <linux/user_namespace.h>

#include "budget.h"
#include "dpager.h"
#include "object.h"
#include "store.h"
#include "tenant.h"

void dpager_budget_init(struct dpager_budget *budget)
{
	INIT_LIST_HEAD(&budget->reserved);
	xa_init(&budget->quotas);
}

void dpager_budget_destroy(struct dpager_budget *budget)
{
	WARN_ON_ONCE(!list_empty(&budget->reserved));
	xa_destroy(&budget->quotas);
}

/* --- space set aside ---------------------------------------------------- */

/* Pages of an object with space set aside that have no slot yet. */
static u64 budget_outstanding(const struct dpager_object *object)
{
	return dpager_over(object->reserved_pages,
			   atomic64_read(&object->map.present));
}

/* But for those of one object, and of one user, or all (NULL). */
static u64 budget_promised(const struct dpager_store *store,
			   const struct dpager_object *but,
			   const struct dpager_tenant *tenant)
{
	const struct dpager_object *object;
	u64 pages = 0;

	lockdep_assert_held(&dpager_space);
	list_for_each_entry(object, &store->budget.reserved, reserved_link)
		if (object != but && (!tenant || object->tenant == tenant))
			pages += budget_outstanding(object);
	return pages;
}

u64 dpager_budget_promised(const struct dpager_store *store)
{
	return budget_promised(store, NULL, NULL);
}

u64 dpager_budget_free(struct dpager_store *store)
{
	struct dpager_segment *segment;
	struct dpager_figures sum = {};

	lockdep_assert_held(&dpager_space);
	list_for_each_entry(segment, &store->segments, store_link)
		dpager_space_add_figures(segment, &sum);
	return sum.pages_free;
}

/* --- quotas ------------------------------------------------------------- */

static u64 budget_quota(const struct dpager_store *store, u32 uid)
{
	void *entry = xa_load((struct xarray *)&store->budget.quotas, uid);

	return entry ? xa_to_value(entry) : U64_MAX;
}

/* Slots of a user; @staying: only on segments that are not being emptied. */
static u64 budget_used(const struct dpager_store *store,
		       const struct dpager_tenant *tenant, bool staying)
{
	struct dpager_segment *segment;
	s64 used = 0;

	lockdep_assert_held(&dpager_space);
	list_for_each_entry(segment, &store->segments, store_link)
		if (!staying || !(segment->draining || segment->evacuating))
			used += atomic64_read(&tenant->used[segment->index]);
	return max(used, 0LL);
}

/*
 * What a user may still take, by the quota. To move a page off a segment must
 * not fail for it, so that such pages do not count.
 */
static u64 budget_quota_left(const struct dpager_store *store,
			     const struct dpager_tenant *tenant)
{
	u64 quota;

	quota = budget_quota(store, from_kuid(&init_user_ns, tenant->uid));
	if (quota == U64_MAX)
		return U64_MAX;
	return dpager_over(quota, budget_used(store, tenant, true) +
			   budget_promised(store, NULL, tenant));
}

/* What is set aside was within the quota when that was done. */
u64 dpager_budget_room(struct dpager_store *store, struct dpager_object *object,
		       bool *quota)
{
	u64 room, left = U64_MAX;

	lockdep_assert_held(&dpager_space);
	*quota = false;
	if (!dpager_budget_limits(&store->budget))
		return U64_MAX;
	room = dpager_over(dpager_budget_free(store),
			   budget_promised(store, object, NULL));
	if (list_empty(&object->reserved_link))
		left = budget_quota_left(store, object->tenant);
	*quota = room && !left;
	return min(room, left);
}

static void budget_list(struct dpager_budget *budget,
			struct dpager_object *object)
{
	lockdep_assert_held(&dpager_space);
	list_add_tail(&object->reserved_link, &budget->reserved);
	WRITE_ONCE(budget->nr_reserved, budget->nr_reserved + 1);
}

static void budget_unlist(struct dpager_budget *budget,
			  struct dpager_object *object)
{
	lockdep_assert_held(&dpager_space);
	list_del_init(&object->reserved_link);
	WRITE_ONCE(budget->nr_reserved, budget->nr_reserved - 1);
}

/* The object is listed. Is there enough for it besides what others have? */
static int budget_try(struct dpager_store *store, struct dpager_object *object,
		      u64 quota, u32 *detail)
{
	u64 pages = budget_outstanding(object);

	if (dpager_over(dpager_budget_free(store),
			budget_promised(store, object, NULL)) < pages)
		return dpager_fail(detail, DPAGER_DETAIL_NO_SPACE, -ENOSPC);
	if (quota < pages)
		return dpager_fail(detail, DPAGER_DETAIL_QUOTA, -EDQUOT);
	return 0;
}

/*
 * Listed first, and then counted: whoever allocates without a look at budgets
 * has taken its slots before a slot lock is taken to count them, or sees under
 * it that there is something to look at.
 */
int dpager_budget_reserve(struct dpager_store *store,
			  struct dpager_object *object, u32 *detail)
{
	struct dpager_budget *budget = &store->budget;
	u64 quota;
	int err;

	spin_lock(&dpager_space);
	if (budget->nr_reserved < DPAGER_RESERVED_MAX) {
		quota = budget_quota_left(store, object->tenant);
		object->reserved_pages = dpager_object_end(object);
		budget_list(budget, object);
		err = budget_try(store, object, quota, detail);
		if (err)
			budget_unlist(budget, object);
	} else {
		err = dpager_fail(detail, DPAGER_DETAIL_NO_SPACE, -ENOSPC);
	}
	spin_unlock(&dpager_space);
	return err;
}

int dpager_budget_resize(struct dpager_store *store,
			 struct dpager_object *object, u64 pages, u32 *detail)
{
	u64 was, more, quota;
	int err = 0;

	spin_lock(&dpager_space);
	quota = budget_quota_left(store, object->tenant);
	was = object->reserved_pages;
	more = budget_outstanding(object);
	object->reserved_pages = pages;
	more = dpager_over(budget_outstanding(object), more);
	if (more && dpager_over(dpager_budget_free(store),
				budget_promised(store, object, NULL)) <
		    budget_outstanding(object))
		err = dpager_fail(detail, DPAGER_DETAIL_NO_SPACE, -ENOSPC);
	else if (more > quota)
		err = dpager_fail(detail, DPAGER_DETAIL_QUOTA, -EDQUOT);
	if (err)
		object->reserved_pages = was;
	spin_unlock(&dpager_space);
	return err;
}

void dpager_budget_release(struct dpager_store *store,
			   struct dpager_object *object)
{
	spin_lock(&dpager_space);
	if (!list_empty(&object->reserved_link))
		budget_unlist(&store->budget, object);
	spin_unlock(&dpager_space);
}

int dpager_budget_set_quota(struct dpager_store *store, u32 uid, u64 pages)
{
	struct dpager_budget *budget = &store->budget;
	bool limited = pages != U64_MAX;
	int err = 0;

	lockdep_assert_held(&dpager_admin);
	if (limited)
		err = xa_reserve(&budget->quotas, uid, GFP_KERNEL);
	if (err)
		return err;
	spin_lock(&dpager_space);
	if (limited)
		xa_store(&budget->quotas, uid, xa_mk_value(pages), GFP_ATOMIC);
	else
		xa_erase(&budget->quotas, uid);
	budget->said = false;
	spin_unlock(&dpager_space);
	return 0;
}

static u64 budget_used_by(struct dpager_store *store,
			  const struct dpager_tenant *tenant)
{
	u64 used;

	spin_lock(&dpager_space);
	used = budget_used(store, tenant, false);
	spin_unlock(&dpager_space);
	return used;
}

u64 dpager_budget_used(struct dpager_store *store, u32 uid)
{
	struct dpager_tenant *tenant = dpager_tenant_next(uid);
	u64 used = 0;

	if (!tenant)
		return 0;
	if (from_kuid(&init_user_ns, tenant->uid) == uid)
		used = budget_used_by(store, tenant);
	dpager_tenant_put(tenant);
	return used;
}

/* The next user from @uid on who has slots there, or U32_MAX. */
static u32 budget_next_user(struct dpager_store *store, u32 uid, u64 *used)
{
	struct dpager_tenant *tenant;

	*used = 0;
	while (!*used && (tenant = dpager_tenant_next(uid))) {
		uid = from_kuid(&init_user_ns, tenant->uid);
		*used = budget_used_by(store, tenant);
		dpager_tenant_put(tenant);
		if (!*used && uid++ == U32_MAX - 1)
			break;
	}
	return *used ? uid : U32_MAX;
}

bool dpager_budget_next(struct dpager_store *store, u32 *uid, u64 *pages,
			u64 *used)
{
	u32 user = budget_next_user(store, *uid, used);
	unsigned long limited = *uid;
	void *entry;

	entry = xa_find(&store->budget.quotas, &limited, U32_MAX - 1,
			XA_PRESENT);
	if (!entry && user == U32_MAX)
		return false;
	*pages = U64_MAX;
	if (entry && limited <= user)
		*pages = xa_to_value(entry);
	if (!entry || limited > user) {
		*uid = user;
		return true;
	}
	if (limited < user)
		*used = 0;
	*uid = limited;
	return true;
}
