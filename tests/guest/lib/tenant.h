/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An object that remembers what each of its pages must be, so that pages can be
 * rewritten, zeroed and verified here and there, by several processes.
 */
#ifndef TENANT_H
#define TENANT_H

#include <stdint.h>

struct tenant {
	int object;
	uint64_t id;
	uint64_t pages;
	char *map;
	uint32_t *age;		/* of each page: its write's generation; shared */
};

/* Every page is stamped and out, or bail out. */
void tenant_open(struct tenant *tenant, int pager_or_store, uint64_t pages);
void tenant_close(struct tenant *tenant);

/* How many of those pages are not what they must be. */
uint64_t tenant_wrong(const struct tenant *tenant, uint64_t first, uint64_t count);
/* The same; each is rewritten after it was looked at. */
uint64_t tenant_rewrite(struct tenant *tenant, uint64_t first, uint64_t count);
/* They become zeros, by writing them; or have been dropped by the caller. */
void tenant_zero(struct tenant *tenant, uint64_t first, uint64_t count);
void tenant_dropped(struct tenant *tenant, uint64_t first, uint64_t count);
/* They are dropped, or bail out. */
void tenant_drop(struct tenant *tenant, uint64_t first, uint64_t count);
/* Pages that are not zeros. */
uint64_t tenant_stamped(const struct tenant *tenant);

/*
 * Results: every page is right; and right again when all were rewritten and went
 * out, as far as there is room.
 */
void tenant_renew(struct tenant *tenant, const char *when);

#endif
