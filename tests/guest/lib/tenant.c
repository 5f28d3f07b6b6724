// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dp.h"
#include "proc.h"
#include "tenant.h"

/* In an age: the page is zeros. It counts on, so that an older write is known. */
#define AGE_ZERO	0x80000000U

void tenant_open(struct tenant *tenant, int pager_or_store, uint64_t pages)
{
	tenant->object = dp_object(pager_or_store, pages * PAGE, &tenant->id);
	tenant->pages = pages;
	tenant->map = dp_map(tenant->object, pages * PAGE);
	tenant->age = shared_memory(pages * sizeof(*tenant->age));
	memset(tenant->age, 0, pages * sizeof(*tenant->age));
	tenant_dropped(tenant, 0, pages);
	if (tenant_rewrite(tenant, 0, pages))
		bail("a new object is not all zeros");
	dp_page_out(tenant->object);
}

void tenant_close(struct tenant *tenant)
{
	munmap(tenant->map, tenant->pages * PAGE);
	munmap(tenant->age, tenant->pages * sizeof(*tenant->age));
	close(tenant->object);
}

uint64_t tenant_wrong(const struct tenant *tenant, uint64_t first, uint64_t count)
{
	uint64_t wrong = 0;

	for (; count; count--, first++)
		wrong += tenant->age[first] & AGE_ZERO ?
			 pages_not_zero(tenant->map, first, 1) :
			 stamp_verify(tenant->map, tenant->id, first, 1, tenant->age[first]);
	return wrong;
}

uint64_t tenant_rewrite(struct tenant *tenant, uint64_t first, uint64_t count)
{
	uint64_t wrong = 0;

	for (; count; count--, first++) {
		wrong += tenant_wrong(tenant, first, 1);
		tenant->age[first] = (tenant->age[first] & ~AGE_ZERO) + 1;
		stamp_fill(tenant->map, tenant->id, first, 1, tenant->age[first]);
	}
	return wrong;
}

void tenant_dropped(struct tenant *tenant, uint64_t first, uint64_t count)
{
	for (; count; count--, first++)
		tenant->age[first] |= AGE_ZERO;
}

void tenant_zero(struct tenant *tenant, uint64_t first, uint64_t count)
{
	memset(tenant->map + first * PAGE, 0, count * PAGE);
	tenant_dropped(tenant, first, count);
}

void tenant_drop(struct tenant *tenant, uint64_t first, uint64_t count)
{
	uint64_t pages;

	errno = dp_control(tenant->object, DPAGER_CONTROL_DROP, first * PAGE, count * PAGE, &pages);
	if (errno)
		bail("cannot drop");
	tenant_dropped(tenant, first, count);
}

uint64_t tenant_stamped(const struct tenant *tenant)
{
	uint64_t page, stamped = 0;

	for (page = 0; page < tenant->pages; page++)
		stamped += !(tenant->age[page] & AGE_ZERO);
	return stamped;
}

void tenant_renew(struct tenant *tenant, const char *when)
{
	uint64_t pages;
	int error, pager;

	ok_equal(tenant_rewrite(tenant, 0, tenant->pages), 0, "%s: every page is right", when);
	error = dp_control(tenant->object, DPAGER_CONTROL_PAGE_OUT, 0, 0, &pages);
	if (error)
		diag("%s: page out: errno %d after %llu pages", when, error,
		     (unsigned long long)pages);
	ok_equal(tenant_wrong(tenant, 0, tenant->pages), 0, "%s: and when it is rewritten", when);
	pager = dp_pager();
	ok_balance(pager, when);
	close(pager);
}
