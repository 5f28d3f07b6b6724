// SPDX-License-Identifier: LGPL-2.1-or-later
/* Arrays that calls answer: mappings of their own, as Mach's messages made them. */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "mach.h"

/**
 * array_new - memory for an array
 * @elements: how many
 * @size: bytes of one
 * @array: address of a pointer, out: the array, or NULL for none
 */
kern_return_t array_new(size_t elements, size_t size, void *array)
{
	void *memory = NULL;
	size_t bytes;

	if (elements > (mach_msg_type_number_t)-1 ||
	    __builtin_mul_overflow(elements, size, &bytes))
		return kern_fail(EMSGSIZE, DPAGER_DETAIL_NONE);
	if (bytes) {
		memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			      -1, 0);
		if (memory == MAP_FAILED)
			return kern_fail(errno, DPAGER_DETAIL_NONE);
	}
	memcpy(array, &memory, sizeof(memory));
	return KERN_SUCCESS;
}

/**
 * array_delete - give one back
 * @array: of array_new()
 * @elements: as there
 * @size: as there
 */
void array_delete(void *array, size_t elements, size_t size)
{
	if (array)
		munmap(array, elements * size);
}

kern_return_t vm_deallocate(mach_port_t task, vm_address_t address, vm_size_t size)
{
	(void)task;
	call_detail(DPAGER_DETAIL_NONE);
	if (size && munmap((void *)address, size))
		return kern_last();
	return KERN_SUCCESS;
}
