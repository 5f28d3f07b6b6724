// SPDX-License-Identifier: GPL-2.0
/* Checksums of pages. */
#include <linux/highmem.h>
#include <linux/rcupdate.h>

#include "compat.h"
#include "dpager.h"
#include "segment.h"
#include "store.h"
#include "sum.h"

/* Made ready with the first store that wants it; then it stays. */
static struct dpager_crc32c sum_crc32c;

int dpager_sum_prepare(void)
{
	lockdep_assert_held(&dpager_admin);
	return dpager_crc32c_get(&sum_crc32c);
}

static u32 sum_page(struct page *page)
{
	void *data = kmap_local_page(page);
	u32 sum = dpager_crc32c(&sum_crc32c, data, PAGE_SIZE);

	kunmap_local(data);
	return sum;
}

/*
 * Where the checksum of a slot in use is kept. A segment that grows gets another
 * array of groups, an RCU grace period before the old one goes.
 */
static u32 *sum_of(struct dpager_segment *segment, u64 slot)
{
	const struct dpager_slot_group *groups =
		READ_ONCE(segment->slots.groups);

	return &groups[slot / DPAGER_GROUP_SLOTS].memory.sums[slot %
		DPAGER_GROUP_SLOTS];
}

void dpager_sum_note(struct dpager_segment *segment, u64 slot,
		     struct page *page)
{
	u32 sum = sum_page(page);

	rcu_read_lock();
	*sum_of(segment, slot) = sum;
	rcu_read_unlock();
}

bool dpager_sum_matches(struct dpager_segment *segment, u64 slot,
			struct page *page)
{
	u32 sum;

	rcu_read_lock();
	sum = *sum_of(segment, slot);
	rcu_read_unlock();
	return sum == sum_page(page);
}

bool dpager_sum_matches_folio(struct dpager_segment *segment, u64 slot,
			      struct folio *folio)
{
	unsigned int i;

	for (i = 0; i < folio_nr_pages(folio); i++)
		if (!dpager_sum_matches(segment, slot + i,
					folio_page(folio, i)))
			return false;
	return true;
}

void dpager_sum_exit(void)
{
	dpager_crc32c_put(&sum_crc32c);
}
