// SPDX-License-Identifier: LGPL-2.1-or-later
/* Hurd's paging areas: the two calls, which differ in the type of their runs. */
#include <errno.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <sys/ioctl.h>

#include "paging.h"

/* For what is no block device add_segment has the right answer, whatever this is. */
static uint32_t device_record(int device)
{
	int size;

	return ioctl(device, BLKSSZGET, &size) ? 512 : size;
}

static struct paging *paging_new(mach_port_t pager, mach_port_t device, size_t count)
{
	struct paging *paging = calloc(1, sizeof(*paging));

	if (!paging)
		return NULL;
	paging->pager = port_fd(pager);
	paging->device = port_fd(device);
	paging->record_size = device_record(paging->device);
	paging->count = count;
	paging->runs = calloc(count, sizeof(*paging->runs));
	paging->ids = calloc(count, sizeof(*paging->ids));
	return paging;
}

static void paging_free(struct paging *paging)
{
	free(paging->runs);
	free(paging->ids);
	free(paging);
}

/* Pairs of either type; the other is NULL. */
static void fill(struct paging *paging, const recnum_t *records, const vm_size_t *sizes)
{
	size_t i;

	for (i = 0; i < paging->count; i++) {
		paging->runs[i].start = records ? records[2 * i] : sizes[2 * i];
		paging->runs[i].count = records ? records[2 * i + 1] : sizes[2 * i + 1];
	}
}

static kern_return_t change(struct paging *paging, const char *name, boolean_t add)
{
	if (name_encode(name, paging->name))
		return kern_fail(EINVAL, DPAGER_DETAIL_NAME);
	return (add ? paging_add(paging) : paging_remove(paging)) ? kern_last() : KERN_SUCCESS;
}

static kern_return_t paging_storage(mach_port_t pager, mach_port_t device,
				    const recnum_t *records, const vm_size_t *sizes,
				    mach_msg_type_number_t count, const char *name, boolean_t add)
{
	struct paging *paging;
	kern_return_t kern;

	kern = port_is_pager(pager);
	if (kern != KERN_SUCCESS)
		return kern;
	if (!count || count % 2)
		return kern_fail(EINVAL, DPAGER_DETAIL_COUNT);
	paging = paging_new(pager, device, count / 2);
	if (!paging)
		return kern_fail(ENOMEM, DPAGER_DETAIL_NONE);
	if (paging->runs && paging->ids) {
		fill(paging, records, sizes);
		kern = change(paging, name, add);
	} else {
		kern = kern_fail(ENOMEM, DPAGER_DETAIL_NONE);
	}
	paging_free(paging);
	return kern;
}

kern_return_t default_pager_paging_storage(mach_port_t pager, mach_port_t device,
					   recnum_array_t runs, mach_msg_type_number_t runsCnt,
					   default_pager_filename_t name, boolean_t add)
{
	return paging_storage(pager, device, runs, NULL, runsCnt, name, add);
}

kern_return_t default_pager_paging_storage_new(mach_port_t pager, mach_port_t device,
					       vm_size_array_t runs,
					       mach_msg_type_number_t runsCnt,
					       default_pager_filename_t name, boolean_t add)
{
	return paging_storage(pager, device, NULL, runs, runsCnt, name, add);
}
