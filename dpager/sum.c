// SPDX-License-Identifier: GPL-2.0
/* Checksums of pages. */
#include <crypto/hash.h>
#include <linux/err.h>
#include <linux/highmem.h>
#include <linux/rcupdate.h>

#include "dpager.h"
#include "segment.h"
#include "store.h"
#include "sum.h"

/* Made with the first store that wants it; then it stays. */
static struct crypto_shash *sum_crc32c;

int dpager_sum_prepare(void)
{
	struct crypto_shash *made;

	lockdep_assert_held(&dpager_admin);
	if (sum_crc32c)
		return 0;
	made = crypto_alloc_shash("crc32c", 0, 0);
	if (IS_ERR(made))
		return PTR_ERR(made) == -ENOMEM ? -ENOMEM : -EOPNOTSUPP;
	sum_crc32c = made;
	return 0;
}

static u32 sum_page(struct page *page)
{
	SHASH_DESC_ON_STACK(desc, sum_crc32c);
	void *data = kmap_local_page(page);
	__le32 sum = 0;

	desc->tfm = sum_crc32c;
	/* Of a hash of 4 bytes that works at once nothing can fail. */
	crypto_shash_digest(desc, data, PAGE_SIZE, (u8 *)&sum);
	kunmap_local(data);
	return le32_to_cpu(sum);
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
		     struct folio *folio, unsigned int first,
		     unsigned int count)
{
	for (; count; count--, first++, slot++) {
		u32 sum = sum_page(folio_page(folio, first));

		rcu_read_lock();
		*sum_of(segment, slot) = sum;
		rcu_read_unlock();
	}
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
	if (sum_crc32c)
		crypto_free_shash(sum_crc32c);
}
