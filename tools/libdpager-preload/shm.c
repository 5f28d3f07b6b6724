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

static int directory_check(int directory)
{
	struct statfs there;

	if (fstatfs(directory, &there))
		return -1;
	if (there.f_type == DPAGERFS_MAGIC)
		return 0;
	errno = ENODEV;
	return -1;
}

/* Returns a descriptor for paths only, or -1 once failure() has told why. */
static int directory_open(void)
{
	const char *path = settings()->directory;
	int directory, error;

	if (settings()->bad) {
		errno = EINVAL;
		failure(settings()->bad, "", "bad or missing, see libdpager-preload(7)");
		return -1;
	}
	directory = syscall(SYS_openat, AT_FDCWD, path, O_PATH | O_DIRECTORY | O_CLOEXEC, 0);
	if (directory >= 0 && !directory_check(directory))
		return directory;
	error = errno;
	if (directory >= 0)
		syscall(SYS_close, directory);
	errno = error;
	failure("DPAGER_SHM=", path, errno == ENODEV ? "mount a dpagerfs there" :
		strerrordesc_np(errno));
	return -1;
}

/* Without the slashes before it; NULL where no file can have it. */
static const char *file_name(const char *name)
{
	name += strspn(name, "/");
	return *name && !strchr(name, '/') ? name : NULL;
}

static int file_open(int directory, const char *name, int flags, mode_t mode)
{
	int fd;

	name = file_name(name);
	if (!name) {
		errno = EINVAL;
		return -1;
	}
	fd = syscall(SYS_openat, directory, name, flags | O_NOFOLLOW | O_CLOEXEC, mode);
	if (fd < 0 && errno == EISDIR)
		errno = EINVAL;
	return fd;
}

static int file_unlink(int directory, const char *name)
{
	int ret;

	name = file_name(name);
	if (!name) {
		errno = ENOENT;
		return -1;
	}
	ret = syscall(SYS_unlinkat, directory, name, 0);
	if (ret < 0 && errno == EPERM)
		errno = EACCES;
	return ret;
}

/* Ends a call: its errno is the file's, not that of close. */
static int done(int directory, int result)
{
	int error = errno;

	syscall(SYS_close, directory);
	errno = error;
	return result;
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
	int directory, error = errno;

	if (settings()->shm) {
		directory = directory_open();
		if (directory >= 0)
			return done(directory, file_open(directory, name, flags, mode));
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
	int directory, error = errno;

	if (settings()->shm) {
		directory = directory_open();
		if (directory >= 0)
			return done(directory, file_unlink(directory, name));
		if (settings()->strict)
			return -1;
		errno = error;
	}
	real = next("shm_unlink");
	return real ? real(name) : -1;
}
