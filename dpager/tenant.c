// SPDX-License-Identifier: GPL-2.0
/* Tenants: their table. */
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/user_namespace.h>
#include <linux/xarray.h>

#include "tenant.h"

/* Held while tenants come and go. */
static DEFINE_MUTEX(tenant_lock);

/* By uid in the initial user namespace; under the lock. */
static DEFINE_XARRAY(tenants);

static u32 tenant_number(kuid_t uid)
{
	return from_kuid(&init_user_ns, uid);
}

static struct dpager_tenant *tenant_new(kuid_t uid)
{
	struct dpager_tenant *tenant;

	lockdep_assert_held(&tenant_lock);
	tenant = kzalloc(sizeof(*tenant), GFP_KERNEL_ACCOUNT);
	if (!tenant)
		return NULL;
	refcount_set(&tenant->ref, 1);
	tenant->uid = uid;
	if (!xa_err(xa_store(&tenants, tenant_number(uid), tenant,
			     GFP_KERNEL_ACCOUNT)))
		return tenant;
	kfree(tenant);
	return NULL;
}

struct dpager_tenant *dpager_tenant_get(kuid_t uid)
{
	struct dpager_tenant *tenant;

	mutex_lock(&tenant_lock);
	tenant = xa_load(&tenants, tenant_number(uid));
	if (tenant)
		refcount_inc(&tenant->ref);
	else
		tenant = tenant_new(uid);
	mutex_unlock(&tenant_lock);
	return tenant;
}

void dpager_tenant_put(struct dpager_tenant *tenant)
{
	if (!refcount_dec_and_mutex_lock(&tenant->ref, &tenant_lock))
		return;
	xa_erase(&tenants, tenant_number(tenant->uid));
	mutex_unlock(&tenant_lock);
	kfree(tenant);
}

struct dpager_tenant *dpager_tenant_next(u32 from)
{
	struct dpager_tenant *tenant;
	unsigned long number = from;

	mutex_lock(&tenant_lock);
	tenant = xa_find(&tenants, &number, ULONG_MAX, XA_PRESENT);
	if (tenant)
		refcount_inc(&tenant->ref);
	mutex_unlock(&tenant_lock);
	return tenant;
}

void dpager_tenant_exit(void)
{
	xa_destroy(&tenants);
}
