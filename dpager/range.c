// SPDX-License-Identifier: GPL-2.0
/* Size arithmetic on what users give us. */
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/limits.h>
#include <linux/log2.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/sizes.h>

#include "dpager.h"
#include "map.h"
#include "range.h"

static bool range_record_fits(u32 record_size, u32 logical_block)
{
	return is_power_of_2(record_size) && record_size >= logical_block &&
	       record_size <= SZ_1M;
}

/*
 * The end bounds the offset and the count, and its bytes bound theirs: one
 * test covers all that could leave 63 bits.
 */
static bool range_end(u64 offset, u64 count, u32 unit, u64 *end)
{
	u64 units;

	return !check_add_overflow(offset, count, &units) &&
	       !check_mul_overflow(units, (u64)unit, end) && *end <= S64_MAX;
}

int dpager_range_from_records(struct dpager_range *range, u64 offset, u64 count,
			      u32 record_size, u32 logical_block,
			      u64 device_bytes, u32 *detail)
{
	u64 first, end;

	if (!range_record_fits(record_size, logical_block))
		return dpager_fail(detail, DPAGER_DETAIL_RECORD_SIZE, -EINVAL);
	if (!count)
		return dpager_fail(detail, DPAGER_DETAIL_COUNT, -EINVAL);
	if (!range_end(offset, count, record_size, &end))
		return dpager_fail(detail, DPAGER_DETAIL_OVERFLOW, -EOVERFLOW);
	if (end > device_bytes)
		return dpager_fail(detail, DPAGER_DETAIL_BEYOND_END, -ENXIO);

	first = round_up(offset * record_size, PAGE_SIZE);
	end = round_down(end, PAGE_SIZE);
	if (first >= end)
		return dpager_fail(detail, DPAGER_DETAIL_TOO_SMALL, -ENOSPC);

	range->given_first = offset * record_size;
	range->given_bytes = count * record_size;
	range->first = first;
	/* More than a place can number stays unused, and @pages shows it. */
	range->pages = min((end - first) >> PAGE_SHIFT,
			   BIT_ULL(DPAGER_PLACE_SLOT_BITS));
	return 0;
}

int dpager_range_resized(const struct dpager_range *range, u64 *bytes,
			 u64 device_bytes, u64 *pages, u32 *detail)
{
	u64 end;

	if (!*bytes)
		*bytes = device_bytes - min(device_bytes, range->given_first);
	if (!range_end(range->given_first, *bytes, 1, &end))
		return dpager_fail(detail, DPAGER_DETAIL_OVERFLOW, -EOVERFLOW);
	if (end > device_bytes)
		return dpager_fail(detail, DPAGER_DETAIL_BEYOND_END, -ENXIO);
	end = round_down(end, PAGE_SIZE);
	if (end <= range->first)
		return dpager_fail(detail, DPAGER_DETAIL_TOO_SMALL, -ENOSPC);
	*pages = min((end - range->first) >> PAGE_SHIFT,
		     BIT_ULL(DPAGER_PLACE_SLOT_BITS));
	return 0;
}

bool dpager_range_overlaps(u64 a, u64 a_bytes, u64 b, u64 b_bytes)
{
	return a_bytes && b_bytes && a < b + b_bytes && b < a + a_bytes;
}

u32 dpager_cluster_bytes(u32 asked)
{
	if (!asked)
		return DPAGER_CLUSTER_DEFAULT;
	if (asked > DPAGER_CLUSTER_MAX)
		return 0;
	return max_t(u32, roundup_pow_of_two(asked), PAGE_SIZE);
}

int dpager_object_bytes(u64 *bytes)
{
	if (!*bytes)
		return -EINVAL;
	/* Rounded up it must still be a file size. */
	if (*bytes > round_down((u64)MAX_LFS_FILESIZE, PAGE_SIZE))
		return -EFBIG;
	*bytes = round_up(*bytes, PAGE_SIZE);
	return 0;
}

int dpager_control_range(u64 offset, u64 length, u64 object_bytes,
			 u64 *first, u64 *count, u32 *detail)
{
	u64 end;

	if (!PAGE_ALIGNED(offset) || !PAGE_ALIGNED(length))
		return dpager_fail(detail, DPAGER_DETAIL_ALIGNMENT, -EINVAL);
	if (!range_end(offset, length, 1, &end))
		return dpager_fail(detail, DPAGER_DETAIL_OVERFLOW, -EOVERFLOW);
	if (offset >= object_bytes || end > object_bytes)
		return dpager_fail(detail, DPAGER_DETAIL_BEYOND_END, -ENXIO);

	if (!length)
		end = object_bytes;
	*first = offset >> PAGE_SHIFT;
	*count = (end - offset) >> PAGE_SHIFT;
	return 0;
}
