// SPDX-License-Identifier: LGPL-2.1-or-later
/* shm_open and shm_unlink: names in a directory of a dpagerfs, as libc's in /dev/shm. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "failure.h"
#include "settings.h"

#define DPAGERFS_MAGIC	0x64706673
#define FILE_PATH	(PATH_MAX + NAME_MAX + 2)

/* Returns 0, or -1 once failure() has told why. */
static int directory_check(void)
{
	const char *path = settings()->directory;
	struct statfs there;

	if (failure_of_settings())
		return -1;
	if (!statfs(path, &there)) {
		if (there.f_type == DPAGERFS_MAGIC)
			return 0;
		errno = ENODEV;
	}
	failure("DPAGER_SHM=", path, errno == ENODEV ? "mount a dpagerfs there" :
		strerrordesc_np(errno));
	return -1;
}

/*
 * The file of a name, in @path. By path, for the new descriptor is to be the lowest.
 * Returns -1 with ENAMETOOLONG, or with @none where no file can have the name.
 */
static int file_path(char path[FILE_PATH], const char *name, int none)
{
	name += strspn(name, "/");
	if (strlen(name) > NAME_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	if (!*name || strchr(name, '/')) {
		errno = none;
		return -1;
	}
	stpcpy(stpcpy(stpcpy(path, settings()->directory), "/"), name);
	return 0;
}

static int file_open(const char *name, int flags, mode_t mode)
{
	char path[FILE_PATH];
	int fd;

	if (file_path(path, name, EINVAL))
		return -1;
	fd = syscall(SYS_openat, AT_FDCWD, path, flags | O_NOFOLLOW | O_CLOEXEC, mode);
	if (fd < 0 && errno == EISDIR)
		errno = EINVAL;
	return fd;
}

static int file_unlink(const char *name)
{
	char path[FILE_PATH];
	int ret;

	if (file_path(path, name, ENOENT))
		return -1;
	ret = syscall(SYS_unlinkat, AT_FDCWD, path, 0);
	if (ret < 0 && errno == EPERM)
		errno = EACCES;
	return ret;
}

/* Looked up at each call: it is not called often, and never early. */
static void *next(const char *symbol)
{
	void *found = dlsym(RTLD_NEXT, symbol);

	if (!found)
		errno = ENOSYS;
	return found;
}

int shm_open(const char *name, int flags, mode_t mode)
{
	int (*real)(const char *name, int flags, mode_t mode);
	int error = errno;

	if (settings()->shm) {
		if (!directory_check())
			return file_open(name, flags, mode);
		if (settings()->strict)
			return -1;
		errno = error;
	}
	real = next("shm_open");
	return real ? real(name, flags, mode) : -1;
}

int shm_unlink(const char *name)
{
	int (*real)(const char *name);
	int error = errno;

	if (settings()->shm) {
		if (!directory_check())
			return file_unlink(name);
		if (settings()->strict)
			return -1;
		errno = error;
	}
	real = next("shm_unlink");
	return real ? real(name) : -1;
}
