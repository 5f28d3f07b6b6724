// SPDX-License-Identifier: GPL-2.0
/*
 * Two processes make, link, rename, remove, map, page out and remount at random
 * in the same few names; a third lists them. What is mapped is right, and nothing
 * is left.
 *
 * guest: timeout=300
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dp.h"
#include "mounted.h"
#include "proc.h"
#include "parity.h"

#define PLACE	"/mounted"
#define NAMES	8
#define PAGES	64ULL
#define STEPS	2000

static char *name_at(uint64_t *state, char *name)
{
	uint64_t random = random_next(state);

	sprintf(name, PLACE "/%s%llu", random & 64 ? "d/" : "",
		(unsigned long long)(random % NAMES));
	return name;
}

/* A file that no other process has a name of: its pages are this one's. */
static int own_file(uint64_t *state, const char *name)
{
	int fd = open(name, O_CREAT | O_EXCL | O_RDWR, 0644), wrong = 0;
	uint64_t id = random_next(state), pages;
	char *map;

	if (fd < 0)
		return 0;
	if (ftruncate(fd, PAGES * PAGE))
		return 1;
	map = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	stamp_fill(map, id, 0, PAGES, 1);
	dp_control(fd, DPAGER_CONTROL_PAGE_OUT, 0, 0, &pages);
	if (id & 1)
		unlink(name);
	close(fd);
	wrong = stamp_verify(map, id, 0, PAGES, 1) != 0;
	munmap(map, PAGES * PAGE);
	return wrong;
}

static int step(uint64_t *state)
{
	char name[64], other[64];
	struct stat st;
	int fd;

	name_at(state, name);
	name_at(state, other);
	switch (random_next(state) % 12) {
	case 0:
	case 1:
		return own_file(state, name);
	case 2:
		link(name, other);
		break;
	case 3:
	case 4:
		unlink(name);
		break;
	case 5:
		rename(name, other);
		break;
	case 6:
		renameat2(AT_FDCWD, name, AT_FDCWD, other, RENAME_EXCHANGE);
		break;
	case 7:
		renameat2(AT_FDCWD, name, AT_FDCWD, other, RENAME_WHITEOUT);
		break;
	case 8:
		if (!symlink(name, other))
			lstat(other, &st);
		break;
	case 9:
		fd = open(PLACE, O_TMPFILE | O_RDWR, 0600);
		if (fd >= 0) {
			linkat(fd, "", AT_FDCWD, name, AT_EMPTY_PATH);
			close(fd);
		}
		break;
	case 10:
		mounted_change(PLACE, random_next(state) & 1 ? "size=12m" : "size=16m");
		break;
	default:
		stat(name, &st);
	}
	return 0;
}

static int storms(void *seed)
{
	uint64_t state = *(uint64_t *)seed;
	unsigned int i;

	for (i = 0; i < STEPS; i++)
		if (step(&state))
			return 1;
	return 0;
}

static int lists(void *stop)
{
	struct dirent *entry;
	struct stat st;
	DIR *dir;

	while (!*(volatile int *)stop) {
		dir = opendir(PLACE);
		while ((entry = readdir(dir)))
			fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW);
		closedir(dir);
		mounted_room(PLACE);
	}
	return 0;
}

static void empty(const char *place)
{
	struct dirent *entry;
	DIR *dir = opendir(place);

	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			unlinkat(dirfd(dir), entry->d_name, 0);
	closedir(dir);
}

int main(void)
{
	static uint64_t seeds[2] = { 11, 22 };
	int *stop = shared_memory(sizeof(*stop));
	struct dp_scene scene;
	pid_t pid[3];
	unsigned int i;

	dp_scene_open(&scene, "/dev/vda", 64 * MiB);
	mounted(PLACE, "size=12m,nr_inodes=40");
	mkdir(PLACE "/d", 0755);
	pid[2] = proc_start(lists, stop);
	for (i = 0; i < 2; i++)
		pid[i] = proc_start(storms, &seeds[i]);
	for (i = 0; i < 2; i++)
		ok_equal(proc_wait(pid[i]), 0, "process %u", i);
	*stop = 1;
	ok_equal(proc_wait(pid[2]), 0, "and who lists");
	ok_balance(scene.pager, "after it");
	empty(PLACE "/d");
	rmdir(PLACE "/d");
	empty(PLACE);
	ok_equal(mounted_room(PLACE).used, 0, "no page counts");
	ok_equal(mounted_room(PLACE).files_used, 1, "no inode but the root");
	ok_errno(parity_unmount(PLACE), 0, "unmounted");
	dp_settle(scene.pager);
	dp_scene_close(&scene);
	return tap_done();
}
