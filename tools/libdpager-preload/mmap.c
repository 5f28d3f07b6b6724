// SPDX-License-Identifier: LGPL-2.1-or-later
/* Shared anonymous mmap: an object is mapped, which the mapping alone keeps. */
#include <errno.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "object.h"
#include "settings.h"

_Static_assert(sizeof(off_t) == sizeof(long), "mmap and mmap64 are one");

static void *kernel_mmap(void *address, size_t length, int protection, int flags, int fd,
			 off_t offset)
{
	return (void *)syscall(SYS_mmap, address, length, protection, flags, fd, offset);
}

/*
 * Of a length beyond any address space the kernel is to say so itself, as of an offset
 * that is not one of a page. Huge pages are its own.
 */
static bool wanted(size_t length, int flags, off_t offset)
{
	if ((flags & (MAP_TYPE | MAP_ANONYMOUS | MAP_HUGETLB)) != (MAP_SHARED | MAP_ANONYMOUS))
		return false;
	return settings()->mmap && length && length >= settings()->size &&
		length <= PTRDIFF_MAX / 2 && !(offset & (sysconf(_SC_PAGESIZE) - 1));
}

static void *object_mmap(int object, void *address, size_t length, int protection, int flags)
{
	void *area = kernel_mmap(address, length, protection, flags & ~MAP_ANONYMOUS, object, 0);
	int error = errno;

	syscall(SYS_close, object);
	errno = error;
	return area;
}

void *mmap(void *address, size_t length, int protection, int flags, int fd, off_t offset)
{
	int error = errno, object;

	if (wanted(length, flags, offset)) {
		object = object_create(length);
		if (object >= 0)
			return object_mmap(object, address, length, protection, flags);
		if (settings()->strict)
			return MAP_FAILED;
		errno = error;
	}
	return kernel_mmap(address, length, protection, flags, fd, offset);
}

/* Programs that were compiled for large files call it so. */
void *mmap64(void *address, size_t length, int protection, int flags, int fd, off64_t offset)
	__attribute__((alias("mmap")));
