/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A tenant: a user who has objects, and the slots that these take, by segment.
 *
 * Life: from the user's first object to the end of the last; each object has a
 * reference.
 */
#ifndef _DPAGER_TENANT_H
#define _DPAGER_TENANT_H

#include <linux/atomic.h>
#include <linux/refcount.h>
#include <linux/uidgid.h>

#include "dpager.h"

/**
 * struct dpager_tenant - a user who has objects
 * @ref: objects
 * @uid: who; immutable
 * @used: slots of the user's objects on a segment, by its index
 */
struct dpager_tenant {
	refcount_t ref;
	kuid_t uid;
	atomic64_t used[DPAGER_SEGMENTS_MAX];
};

/* A user's tenant with a reference, or NULL without memory. May sleep. */
struct dpager_tenant *dpager_tenant_get(kuid_t uid);
void dpager_tenant_put(struct dpager_tenant *tenant);

/* Slots come and go. Any context. */
static inline void dpager_tenant_add(struct dpager_tenant *tenant, u16 segment,
				     s64 slots)
{
	atomic64_add(slots, &tenant->used[segment]);
}

/* The tenant with the lowest uid from @from on, with a reference, or NULL. */
struct dpager_tenant *dpager_tenant_next(u32 from);

/* No object is left. */
void dpager_tenant_exit(void);

#endif /* _DPAGER_TENANT_H */
