// SPDX-License-Identifier: GPL-2.0
/*
 * Descriptors: opened again by /proc/self/fd by its mode, for reading only, by
 * who may not, by one that keeps only the name; an unprivileged user's object.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dp.h"
#include "proc.h"

static struct dp_scene scene;

static int again(int fd, int flags)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return open(path, flags | O_CLOEXEC);
}

static int map_errno(int fd, int prot)
{
	void *map = mmap(NULL, PAGE, prot, MAP_SHARED, fd, 0);

	if (map == MAP_FAILED)
		return errno;
	munmap(map, PAGE);
	return 0;
}

static void for_reading(int object)
{
	int fd = again(object, O_RDONLY);
	char byte = 'b';

	ok(fd >= 0, "opened again for reading");
	ok_equal(pread(fd, &byte, 1, 0), 1, "it reads");
	ok(byte == 'a', "what the other has written");
	ok_errno(write(fd, &byte, 1) < 0 ? errno : 0, EBADF, "it does not write");
	ok_errno(map_errno(fd, PROT_READ), 0, "maps for reading");
	ok_errno(map_errno(fd, PROT_READ | PROT_WRITE), EACCES, "and not for writing");
	ok_errno(fallocate(fd, 0, 0, PAGE) ? errno : 0, EBADF, "nor allocates");
	close(fd);
	fd = again(object, O_WRONLY);
	ok_errno(read(fd, &byte, 1) < 0 ? errno : 0, EBADF, "for writing it does not read");
	close(fd);
	fd = again(object, O_RDWR | O_APPEND | O_DIRECT);
	ok(fd >= 0, "with O_APPEND and O_DIRECT");
	ok_equal(write(fd, "end", 3), 3, "it appends");
	ok_equal(lseek(fd, 0, SEEK_END), 4 * PAGE + 3, "at the end");
	close(fd);
}

/* It lives as long as one that is open for more than its name. */
static void lives_on(void)
{
	struct dpager_object_info info;
	uint64_t id;
	int first = dp_object(scene.pager, 4 * PAGE, &id), second, name;
	struct stat stat;
	char byte = 0;

	ok_equal(pwrite(first, "a", 1, 0), 1, "written");
	second = again(first, O_RDWR);
	name = again(second, O_PATH);
	close(first);
	usleep(20000);
	ok(!dp_object_info(second, &info) && info.id == id, "the second descriptor is the object's");
	ok(pread(second, &byte, 1, 0) == 1 && byte == 'a', "and reads it");
	close(second);
	dp_settle(scene.pager);
	ok_errno(again(name, O_RDWR) < 0 ? errno : 0, ESTALE, "its name alone does not keep it");
	ok(!fstat(name, &stat) && !stat.st_blocks, "fstat by the name");
	close(name);
}

static int try_open(void *argument)
{
	int fd = again(*(int *)argument, O_RDONLY);

	return fd < 0 ? errno : 0;
}

static int own_object(void *argument)
{
	int pager = *(int *)argument;
	struct dpager_object_create create;
	char page[PAGE];
	int fd;

	if (dp_object_create(pager, 8 * PAGE, 0, &create))
		return 1;
	memset(page, 'u', PAGE);
	if (pwrite(create.fd, page, PAGE, 9 * PAGE + 1) != PAGE)
		return 2;
	fd = again(create.fd, O_RDWR);
	if (fd < 0 || ftruncate(fd, PAGE + 1) || fallocate(fd, 3, 0, PAGE) || fchmod(fd, 0640))
		return 3;
	if (!fchown(fd, 0, 0) || errno != EPERM)
		return 4;
	return lseek(fd, 0, SEEK_END) != PAGE + 1;
}

/* Others may open what its mode lets them. */
static void permissions(int object)
{
	ok_errno(proc_run_as(PROC_NOBODY, try_open, &object), EACCES, "another user");
	ok_equal(fchmod(object, 0644), 0, "its mode is changed");
	ok_errno(proc_run_as(PROC_NOBODY, try_open, &object), 0, "then another user may read");
	ok_equal(fchmod(object, 0600), 0, "and back");
	ok_equal(proc_run_as(PROC_NOBODY, own_object, &scene.pager), 0,
		 "an unprivileged user's own object");
}

static void leases(int object)
{
	int fd = again(object, O_RDONLY), memfd = memfd_create("lease", MFD_CLOEXEC);
	const char *what = "a read lease of what counts as open for writing";

	if (fcntl(memfd, F_SETLEASE, F_RDLCK) && errno == EINVAL)
		tap_skip("the kernel has no leases", "%s", what);
	else
		ok_errno(fcntl(fd, F_SETLEASE, F_RDLCK) ? errno : 0, EAGAIN, "%s", what);
	close(memfd);
	close(fd);
}

int main(void)
{
	int object;

	dp_scene_open(&scene, "/dev/vda", 16 * MiB);
	object = dp_object(scene.pager, 4 * PAGE, NULL);
	ok_equal(pwrite(object, "a", 1, 0), 1, "written");
	for_reading(object);
	permissions(object);
	leases(object);
	close(object);
	dp_settle(scene.pager);
	lives_on();
	dp_scene_close(&scene);
	return tap_done();
}
