// SPDX-License-Identifier: LGPL-2.1-or-later
/* Objects in Mach's spelling. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "mach.h"

static __thread mach_port_seqno_t last_seqno;

mach_port_seqno_t dpager_mach_seqno(void)
{
	return last_seqno;
}

kern_return_t default_pager_object_create(mach_port_t pager, memory_object_t *memory_object,
					  vm_size_t object_size)
{
	struct dpager_object_create create = { .bytes = object_size };
	kern_return_t kern;

	kern = port_answer(dpager_object_create_with(port_fd(pager), &create), memory_object);
	if (kern == KERN_SUCCESS)
		last_seqno = create.sequence;
	return kern;
}

kern_return_t seqnos_default_pager_object_create(mach_port_t pager, mach_port_seqno_t seqno,
						 memory_object_t *memory_object,
						 vm_size_t object_size)
{
	(void)seqno;
	return default_pager_object_create(pager, memory_object, object_size);
}

static void ports_close(mach_port_array_t ports, size_t count)
{
	while (count--)
		if (MACH_PORT_VALID(ports[count]))
			close(port_fd(ports[count]));
}

/* An object that has gone since it was listed has no port. */
static kern_return_t ports_open(int pager, const struct dpager_object_entry *entries,
				size_t count, mach_port_array_t ports)
{
	kern_return_t kern;
	size_t i;
	int fd;

	for (i = 0; i < count; i++) {
		ports[i] = MACH_PORT_NULL;
		fd = dpager_object_open(pager, entries[i].id, 0, NULL);
		if (fd < 0 && errno == ENOENT)
			continue;
		kern = port_answer(fd, &ports[i]);
		if (kern != KERN_SUCCESS) {
			ports_close(ports, i);
			return kern;
		}
	}
	return KERN_SUCCESS;
}

static void objects_fill(const struct dpager_object_entry *entries, size_t count,
			 default_pager_object_array_t objects)
{
	size_t i;

	for (i = 0; i < count; i++) {
		objects[i].dpo_object = entries[i].id;
		objects[i].dpo_size = size_saturated(entries[i].paged_out);
	}
}

/* Both arrays, or none. */
static kern_return_t objects_answer(int pager, const struct dpager_object_entry *entries,
				    size_t count, default_pager_object_array_t *objects,
				    mach_port_array_t *ports)
{
	default_pager_object_array_t new_objects;
	mach_port_array_t new_ports;
	kern_return_t kern;

	kern = array_new(count, sizeof(*new_objects), &new_objects);
	if (kern != KERN_SUCCESS)
		return kern;
	kern = array_new(count, sizeof(*new_ports), &new_ports);
	if (kern != KERN_SUCCESS)
		goto err_objects;
	kern = ports_open(pager, entries, count, new_ports);
	if (kern != KERN_SUCCESS)
		goto err_ports;
	objects_fill(entries, count, new_objects);
	*objects = new_objects;
	*ports = new_ports;
	return KERN_SUCCESS;

err_ports:
	array_delete(new_ports, count, sizeof(*new_ports));
err_objects:
	array_delete(new_objects, count, sizeof(*new_objects));
	return kern;
}

kern_return_t default_pager_objects(mach_port_t pager, default_pager_object_array_t *objects,
				    mach_msg_type_number_t *objectsCnt, mach_port_array_t *ports,
				    mach_msg_type_number_t *portsCnt)
{
	struct dpager_object_entry *entries;
	kern_return_t kern;
	size_t count;

	if (dpager_objects(port_fd(pager), &entries, &count))
		return kern_last();
	kern = objects_answer(port_fd(pager), entries, count, objects, ports);
	free(entries);
	if (kern == KERN_SUCCESS)
		*objectsCnt = *portsCnt = count;
	return kern;
}

static uint64_t pages_count(const struct dpager_page_range *ranges, size_t count)
{
	uint64_t pages = 0;

	while (count--)
		pages += ranges[count].count;
	return pages;
}

static void pages_fill(const struct dpager_page_range *ranges, size_t count, vm_size_t page_size,
		       default_pager_page_array_t pages)
{
	uint64_t i;

	for (; count; count--, ranges++)
		for (i = 0; i < ranges->count; i++)
			(pages++)->dpp_offset = (ranges->first + i) * page_size;
}

kern_return_t default_pager_object_pages(mach_port_t pager, mach_port_t memory_object,
					 default_pager_page_array_t *pages,
					 mach_msg_type_number_t *pagesCnt)
{
	struct dpager_page_range *ranges;
	struct dpager_info info;
	kern_return_t kern;
	uint64_t total;
	size_t count;

	if (dpager_info(port_fd(pager), &info) ||
	    dpager_object_pages(port_fd(memory_object), &ranges, &count))
		return kern_last();
	total = pages_count(ranges, count);
	kern = array_new(total, sizeof(**pages), pages);
	if (kern == KERN_SUCCESS) {
		pages_fill(ranges, count, info.page_size, *pages);
		*pagesCnt = total;
	}
	free(ranges);
	return kern;
}

kern_return_t default_pager_object_set_size(mach_port_t memory_object,
					    vm_size_t object_size_limit)
{
	struct dpager_object_info info;

	/* Nothing but an object: this must not cut a file. */
	if (dpager_object_info(port_fd(memory_object), &info))
		return kern_last();
	if (object_size_limit > LONG_MAX)
		return kern_fail(EFBIG, DPAGER_DETAIL_OBJECT_SIZE);
	/* To the system that is a bad argument. */
	if ((fcntl(port_fd(memory_object), F_GETFL) & O_ACCMODE) == O_RDONLY)
		return kern_fail(EACCES, DPAGER_DETAIL_MODE);
	return ftruncate(port_fd(memory_object), object_size_limit) ? kern_last() : KERN_SUCCESS;
}
