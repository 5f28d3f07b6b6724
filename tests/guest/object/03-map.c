// SPDX-License-Identifier: GPL-2.0
/* mmap: past the size, at odd offsets, protections, and a read-only object. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dp.h"
#include "proc.h"

static int map_errno(int fd, size_t bytes, int prot, int flags, off_t offset)
{
	void *map = mmap(NULL, bytes, prot, flags, fd, offset);

	if (map == MAP_FAILED)
		return errno;
	munmap(map, bytes);
	return 0;
}

static void zero_at_first(int pager)
{
	int object = dp_object(pager, 64 * PAGE, NULL);
	char *map = dp_map(object, 64 * PAGE);

	ok_equal(pages_not_zero(map, 0, 64), 0, "a new object is zeros");
	munmap(map, 64 * PAGE);
	close(object);
}

static void past_the_size(int pager)
{
	int object = dp_object(pager, 2 * PAGE, NULL);
	char *map = dp_map(object, 4 * PAGE);

	ok_equal(probe_write(map), 0, "the first page");
	ok_equal(probe_write(map + 2 * PAGE - 1), 0, "the last byte");
	ok_equal(probe_read(map + 2 * PAGE), SIGBUS, "reading past the size");
	ok_equal(probe_write(map + 3 * PAGE), SIGBUS, "writing past the size");
	ok_equal(probe_write(map), 0, "the first page still works");
	munmap(map, 4 * PAGE);
	ok_errno(map_errno(object, PAGE, PROT_READ, MAP_SHARED, 1), EINVAL, "an odd offset");
	ok_errno(map_errno(object, PAGE, PROT_READ, MAP_SHARED, 16 * PAGE), 0,
		 "a mapping that begins past the size");
	ok_errno(map_errno(object, 2 * PAGE, PROT_READ, MAP_SHARED, (1ULL << 63) - PAGE),
		 EOVERFLOW, "offset and length that overflow");
	close(object);
}

static void protections(int pager)
{
	int object = dp_object(pager, PAGE, NULL);
	char *map = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, object, 0);

	ok_equal(probe_read(map), 0, "PROT_READ: read");
	ok_equal(probe_write(map), SIGSEGV, "PROT_READ: write");
	ok_errno(mprotect(map, PAGE, PROT_READ | PROT_WRITE) ? errno : 0, 0, "mprotect to write");
	ok_equal(probe_write(map), 0, "then write");
	ok_errno(mprotect(map, PAGE, PROT_NONE) ? errno : 0, 0, "mprotect to nothing");
	ok_equal(probe_read(map), SIGSEGV, "then read");
	ok_errno(mprotect(map, PAGE, PROT_READ) ? errno : 0, 0, "mprotect to read");
	ok_equal(probe_read(map), 0, "then read");
	munmap(map, PAGE);
	close(object);
}

static void read_only_object(int pager)
{
	struct dpager_object_create create;
	struct dpager_object_info info;
	uint64_t pages;
	char *map;

	ok_errno(dp_object_create(pager, PAGE, DPAGER_OBJECT_RDONLY, &create), 0,
		 "a read-only object");
	dp_object_info(create.fd, &info);
	ok_equal(info.flags, DPAGER_OBJECT_RDONLY, "OBJECT_INFO says so");
	ok_errno(map_errno(create.fd, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, 0), EACCES,
		 "shared and writable");
	ok_errno(map_errno(create.fd, PAGE, PROT_WRITE, MAP_SHARED, 0), EACCES,
		 "shared and write-only");
	map = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, create.fd, 0);
	ok(map != MAP_FAILED && page_is_zero(map), "shared for reading: zeros");
	ok_errno(mprotect(map, PAGE, PROT_READ | PROT_WRITE) ? errno : 0, EACCES,
		 "mprotect to write");
	munmap(map, PAGE);
	map = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, create.fd, 0);
	ok(map != MAP_FAILED && !probe_write(map), "private and writable");
	munmap(map, PAGE);
	ok_dp(dp_control(create.fd, DPAGER_CONTROL_DROP, 0, 0, &pages), EACCES,
	      DPAGER_DETAIL_MODE, "DROP");
	ok_dp(dp_control(create.fd, DPAGER_CONTROL_PAGE_OUT, 0, 0, &pages), 0, 0, "PAGE_OUT");
	ok_dp(dp_control(create.fd, DPAGER_CONTROL_PAGE_IN, 0, 0, &pages), 0, 0, "PAGE_IN");
	close(create.fd);
}

/* By /proc/self/fd: its mode says who may open it for writing, as of a memfd. */
static int open_again(void *argument)
{
	int fd = open(argument, O_RDWR);

	return fd >= 0 ? 0 : errno;
}

static void reopening(int pager)
{
	struct dpager_object_create create;
	char path[64];
	int fd;

	dp_object_create(pager, PAGE, DPAGER_OBJECT_RDONLY, &create);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", create.fd);
	fd = open(path, O_RDONLY);
	ok_errno(map_errno(fd, PAGE, PROT_WRITE, MAP_SHARED, 0), EACCES,
		 "opened again for reading: it maps no writable page");
	close(fd);
	ok_errno(proc_run(open_again, path), 0, "its owner opens it for writing");
	ok_errno(proc_run_as(PROC_NOBODY, open_again, path), EACCES, "another user does not");
	close(create.fd);
}

int main(void)
{
	struct dp_scene scene;

	dp_scene_open(&scene, "/dev/vda", 16 * MiB);
	zero_at_first(scene.pager);
	past_the_size(scene.pager);
	protections(scene.pager);
	read_only_object(scene.pager);
	reopening(scene.pager);
	dp_settle(scene.pager);
	dp_scene_close(&scene);
	return tap_done();
}
