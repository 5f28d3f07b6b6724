// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "mounted.h"
#include "parity.h"

void mounted(const char *place, const char *options)
{
	if (parity_mount("dpagerfs", place, options))
		bail("cannot mount with %s", options);
}

int mounted_change(const char *place, const char *options)
{
	return mount("dpager", place, "dpagerfs", MS_REMOUNT, options) ? errno : 0;
}

static void area_open(struct dp_area *area, const char *path)
{
	struct dpager_object_info info;

	dp_object_info(area->fd, &info);
	area->id = info.id;
	area->map = mmap(NULL, area->pages * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, area->fd,
			 0);
	if (area->map == MAP_FAILED)
		bail("cannot map %s", path);
}

void mounted_area(struct dp_area *area, const char *path, uint64_t pages)
{
	area->pages = pages;
	area->fd = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0644);
	if (area->fd < 0 || ftruncate(area->fd, pages * PAGE))
		bail("cannot make %s", path);
	area_open(area, path);
}

void mounted_area_again(struct dp_area *area, const char *path)
{
	struct stat st;

	area->fd = open(path, O_RDWR | O_CLOEXEC);
	if (area->fd < 0 || fstat(area->fd, &st))
		bail("cannot open %s", path);
	area->pages = st.st_size / PAGE;
	area_open(area, path);
}

char *mounted_map(const char *path, uint64_t pages)
{
	int fd = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0644);
	char *map;

	if (fd < 0 || ftruncate(fd, pages * PAGE))
		bail("cannot make %s", path);
	map = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		bail("cannot map %s", path);
	close(fd);
	return map;
}

struct room mounted_room(const char *place)
{
	struct statfs fs;

	if (statfs(place, &fs))
		bail("statfs %s", place);
	return (struct room) {
		.all = fs.f_blocks,
		.used = fs.f_blocks - fs.f_bfree,
		.available = fs.f_bavail,
		.files = fs.f_files,
		.files_used = fs.f_files - fs.f_ffree,
	};
}
