// SPDX-License-Identifier: LGPL-2.1-or-later
/* memfd_create: an object instead of a file of the kernel's own tmpfs. */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "failure.h"
#include "object.h"
#include "settings.h"

/* As a new memfd is: empty, and with its permissions. */
static int object_like(int memfd)
{
	int object = object_create(1), error;
	struct stat st;

	if (object < 0)
		return -1;
	if (!syscall(SYS_ftruncate, object, 0) && !fstat(memfd, &st) &&
	    !fchmod(object, st.st_mode & 07777))
		return object;
	error = errno;
	failure("an object", "", "it cannot be made like a memfd");
	syscall(SYS_close, object);
	errno = error;
	return -1;
}

/* The object takes the descriptor's number. Returns it, or -1. */
static int replace(int memfd, int flags)
{
	int object = object_like(memfd), error = 0;

	if (object < 0)
		return -1;
	if (syscall(SYS_dup3, object, memfd, flags) < 0) {
		error = errno;
		failure("an object", "", "its descriptor cannot be copied");
	}
	syscall(SYS_close, object);
	if (!error)
		return memfd;
	errno = error;
	return -1;
}

/*
 * The real call comes first: what it refuses is refused as ever, and its descriptor is
 * there to fall back to. With flags beyond close-on-exec the program wants what
 * objects do not have: seals, huge pages, or to run it.
 */
int memfd_create(const char *name, unsigned int flags)
{
	int error = errno, memfd = syscall(SYS_memfd_create, name, flags);

	if (memfd < 0 || !settings()->memfd || (flags & ~MFD_CLOEXEC))
		return memfd;
	if (replace(memfd, flags & MFD_CLOEXEC ? O_CLOEXEC : 0) < 0 && settings()->strict) {
		error = errno;
		syscall(SYS_close, memfd);
		memfd = -1;
	}
	errno = error;
	return memfd;
}
