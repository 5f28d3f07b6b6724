// SPDX-License-Identifier: LGPL-2.1-or-later
/* Figures in Mach's spelling. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "mach.h"

kern_return_t default_pager_info(mach_port_t pager, default_pager_info_t *info)
{
	struct dpager_info figures;

	if (dpager_info(port_fd(pager), &figures))
		return kern_last();
	info->dpi_total_space = size_saturated(figures.total);
	info->dpi_free_space = size_saturated(figures.free);
	info->dpi_page_size = figures.page_size;
	return KERN_SUCCESS;
}

kern_return_t default_pager_info_64(mach_port_t pager, default_pager_info_64_t *info)
{
	struct dpager_info figures;

	if (dpager_info(port_fd(pager), &figures))
		return kern_last();
	memset(info, 0, sizeof(*info));
	info->dpi_total_space = figures.total;
	info->dpi_free_space = figures.free;
	info->dpi_page_size = figures.page_size;
	return KERN_SUCCESS;
}

static void basic_info(const struct dpager_store_info *store, backing_store_basic_info_t basic)
{
	basic->pageout_calls = word_saturated(store->pageout_calls);
	basic->pagein_calls = word_saturated(store->pagein_calls);
	basic->pages_in = word_saturated(store->all_pages_in);
	basic->pages_out = word_saturated(store->all_pages_out);
	basic->pages_unavail = word_saturated(store->pages_unavailable);
	basic->pages_init = word_saturated(store->pages_initial);
	basic->pages_init_writes = word_saturated(store->initial_writes);
	basic->bs_pages_total = word_saturated(store->pages_total);
	basic->bs_pages_free = word_saturated(store->pages_free);
	basic->bs_pages_in = word_saturated(store->pages_in);
	basic->bs_pages_in_fail = word_saturated(store->pages_in_failed);
	basic->bs_pages_out = word_saturated(store->pages_out);
	basic->bs_pages_out_fail = word_saturated(store->pages_out_failed);
	basic->bs_priority = store->priority;
	basic->bs_clsize = word_saturated(store->cluster);
}

kern_return_t default_pager_backing_store_info(mach_port_t backing_store,
					       backing_store_flavor_t flavor,
					       backing_store_info_t info,
					       mach_msg_type_number_t *size)
{
	backing_store_basic_info_data_t basic;
	struct dpager_store_info store;

	/* First of all it must be a store. */
	if (dpager_store_info(port_fd(backing_store), DPAGER_STORE_INFO_BASIC, &store))
		return kern_last();
	if (flavor != BACKING_STORE_BASIC_INFO)
		return kern_fail(EINVAL, DPAGER_DETAIL_OPERATION);
	if (*size < BACKING_STORE_BASIC_INFO_COUNT)
		return kern_fail(EINVAL, DPAGER_DETAIL_SIZE);
	basic_info(&store, &basic);
	memcpy(info, &basic, sizeof(basic));
	*size = BACKING_STORE_BASIC_INFO_COUNT;
	return KERN_SUCCESS;
}
