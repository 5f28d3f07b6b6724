// SPDX-License-Identifier: GPL-2.0
#include "refuse.h"

static bool unchanged(int pager, int store, const struct dpager_info *before)
{
	struct dpager_store_info store_info;
	struct dpager_info after;

	if (dp_info(pager, &after) || dp_store_info(store, &store_info))
		return false;
	return after.segments == before->segments && after.total == before->total &&
	       after.free == before->free && after.stores == before->stores;
}

static void refuse_row(int pager, int store, int device, const struct refuse_row *row)
{
	struct dpager_add_segment add = {
		.device = device,
		.offset = row->offset,
		.count = row->count,
		.record_size = row->record_size,
	};
	struct dpager_info before;
	int error;

	dp_info(pager, &before);
	error = dp_add(store, &add);
	ok_dp(error, row->error, row->detail, "%s", row->what);
	if (!error)
		ok_errno(dp_remove(store, add.id, NULL), 0, "%s: removed", row->what);
	ok(unchanged(pager, store, &before), "%s: nothing changed", row->what);
}

void refuse_table(int pager, int store, int device,
		  const struct refuse_row *rows, unsigned int count)
{
	for (; count; count--, rows++)
		refuse_row(pager, store, device, rows);
}
