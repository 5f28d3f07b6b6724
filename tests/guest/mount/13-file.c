// SPDX-License-Identifier: GPL-2.0
/*
 * A file of a mount as programs use it: read, written, appended, copied, mapped,
 * truncated, locked, run; its times and size are those that tmpfs has.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "dp.h"
#include "mounted.h"
#include "parity.h"
#include "proc.h"

#define BYTES	100000

static const char *const places[] = { PARITY_TMPFS, PARITY_DPAGER };
static char text[BYTES], back[BYTES];

static const char *at(unsigned int place, const char *name)
{
	static char path[2][128];
	static int turn;

	turn = !turn;
	snprintf(path[turn], sizeof(path[turn]), "%s/%s", places[place], name);
	return path[turn];
}

static int open_at(unsigned int place, const char *name, int flags)
{
	int fd = open(at(place, name), flags | O_CLOEXEC, 0644);

	if (fd < 0)
		bail("cannot open %s", at(place, name));
	return fd;
}

static bool holds(int fd, uint64_t bytes)
{
	struct stat st;

	fstat(fd, &st);
	return st.st_size == (off_t)bytes && pread(fd, back, BYTES, 0) == (ssize_t)bytes &&
	       !memcmp(text, back, bytes);
}

static void content(unsigned int p)
{
	int fd = open_at(p, "f", O_CREAT | O_RDWR), copy;
	char *map;

	ok_equal(write(fd, text, BYTES - 10), BYTES - 10, "%s: written", places[p]);
	close(fd);
	fd = open_at(p, "f", O_RDWR | O_APPEND);
	ok_equal(write(fd, text + BYTES - 10, 10), 10, "appended");
	ok(holds(fd, BYTES), "read");
	map = mmap(NULL, BYTES, PROT_READ, MAP_SHARED, fd, 0);
	ok(!memcmp(map, text, BYTES), "mapped");
	munmap(map, BYTES);
	copy = open_at(p, "g", O_CREAT | O_RDWR);
	ok_equal(copy_file_range(fd, (off_t[]) { 0 }, copy, NULL, BYTES, 0), BYTES,
		 "copy_file_range");
	ok(holds(copy, BYTES), "the copy");
	ftruncate(copy, 0);
	lseek(copy, 0, SEEK_SET);
	ok_equal(sendfile(copy, fd, (off_t[]) { 0 }, BYTES), BYTES, "sendfile");
	ok(holds(copy, BYTES), "what it made");
	close(copy);
	ok_errno(truncate(at(p, "f"), 5000) ? errno : 0, 0, "truncate by name");
	ok(holds(fd, 5000), "what is left");
	close(fd);
	fd = open_at(p, "f", O_RDWR | O_TRUNC);
	ok(holds(fd, 0), "O_TRUNC");
	ok_equal(lseek(fd, 0, SEEK_END), 0, "its end");
	close(fd);
	unlink(at(p, "f"));
	unlink(at(p, "g"));
}

/* By a descriptor of the object itself, sizes and bytes are the same. */
static void two_ways(int pager)
{
	struct dpager_object_open open_ = { .fd = -1 };
	struct dpager_object_info info;
	int fd = open_at(1, "f", O_CREAT | O_RDWR);
	struct stat st;

	dp_object_info(fd, &info);
	open_.id = info.id;
	ok_errno(dp_call(pager, DPAGER_IOC_OBJECT_OPEN, &open_, sizeof(open_)), 0,
		 "open it as an object");
	ok_equal(write(open_.fd, text, 5000), 5000, "written there");
	ok(holds(fd, 5000), "read here");
	stat(at(1, "f"), &st);
	ok_equal(st.st_size, 5000, "its size by name");
	ftruncate(fd, 3000);
	ok(holds(open_.fd, 3000), "truncated here, shorter there");
	ftruncate(open_.fd, 1000);
	ok(holds(fd, 1000), "and the other way round");
	/* As between any two file systems: cp(1) then reads and writes. */
	ok_errno(copy_file_range(open_.fd, (off_t[]) { 0 }, fd, (off_t[]) { 2000 }, 1000, 0) < 0 ?
		 errno : 0, EXDEV, "copied from one to the other");
	close(open_.fd);
	close(fd);
	unlink(at(1, "f"));
}

struct times {
	bool atime, mtime, ctime;
};

static bool later(struct timespec one, struct timespec other)
{
	return one.tv_sec != other.tv_sec || one.tv_nsec != other.tv_nsec;
}

static struct times since(const struct stat *before, const char *path)
{
	struct stat st;

	stat(path, &st);
	return (struct times) {
		later(before->st_atim, st.st_atim), later(before->st_mtim, st.st_mtim),
		later(before->st_ctim, st.st_ctim),
	};
}

/* What has changed after @step, in both. */
static void times_after(void (*step)(unsigned int place), const char *what)
{
	struct times changed[2];
	struct stat before;
	unsigned int p;

	for (p = 0; p < 2; p++) {
		stat(at(p, "f"), &before);
		usleep(20000);
		step(p);
		changed[p] = since(&before, at(p, "f"));
	}
	if (!ok(!memcmp(&changed[0], &changed[1], sizeof(changed[0])), "times: %s", what))
		for (p = 0; p < 2; p++)
			diag("%s: atime %d mtime %d ctime %d", places[p], changed[p].atime,
			     changed[p].mtime, changed[p].ctime);
}

static void step_write(unsigned int p)
{
	int fd = open_at(p, "f", O_RDWR);

	write(fd, text, 10);
	close(fd);
}

static void step_read(unsigned int p)
{
	int fd = open_at(p, "f", O_RDWR);

	read(fd, back, 10);
	close(fd);
}

static void step_map(unsigned int p)
{
	int fd = open_at(p, "f", O_RDWR);
	char *map = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	*map = 1;
	munmap(map, PAGE);
	close(fd);
}

static void step_truncate(unsigned int p)
{
	truncate(at(p, "f"), 5);
}

static void step_same(unsigned int p)
{
	truncate(at(p, "f"), 5);
}

static void step_chmod(unsigned int p)
{
	chmod(at(p, "f"), 0600);
}

static void step_link(unsigned int p)
{
	link(at(p, "f"), at(p, "g"));
}

static void step_unlink(unsigned int p)
{
	unlink(at(p, "g"));
}

static void step_rename(unsigned int p)
{
	rename(at(p, "f"), at(p, "h"));
	rename(at(p, "h"), at(p, "f"));
}

static void step_open(unsigned int p)
{
	close(open_at(p, "f", O_RDONLY));
}

static void step_set(unsigned int p)
{
	utimensat(AT_FDCWD, at(p, "f"), (struct timespec[]) { { 1, 2 }, { 3, 4 } }, 0);
}

static void times(void)
{
	struct stat st;
	unsigned int p;

	for (p = 0; p < 2; p++)
		close(open_at(p, "f", O_CREAT | O_RDWR));
	times_after(step_write, "write");
	times_after(step_read, "read");
	times_after(step_read, "read again");
	times_after(step_map, "mapped and written");
	times_after(step_truncate, "truncated");
	times_after(step_same, "truncated to the same");
	times_after(step_chmod, "chmod");
	times_after(step_link, "link");
	times_after(step_unlink, "unlink");
	times_after(step_rename, "rename");
	times_after(step_open, "open");
	times_after(step_set, "utimensat");
	stat(at(1, "f"), &st);
	ok(st.st_atim.tv_sec == 1 && st.st_atim.tv_nsec == 2 && st.st_mtim.tv_sec == 3 &&
	   st.st_mtim.tv_nsec == 4, "as they were set");
	for (p = 0; p < 2; p++)
		unlink(at(p, "f"));
}

#define LOCKS	5

static void locks_at(unsigned int p, int *error)
{
	int one = open_at(p, "f", O_CREAT | O_RDWR), other = open_at(p, "f", O_RDWR);
	struct flock lock = { .l_type = F_WRLCK };

	error[0] = flock(one, LOCK_EX) ? errno : 0;
	error[1] = flock(other, LOCK_EX | LOCK_NB) ? errno : 0;
	error[2] = fcntl(one, F_OFD_SETLK, &lock) ? errno : 0;
	error[3] = fcntl(other, F_OFD_SETLK, &lock) ? errno : 0;
	close(one);
	error[4] = flock(other, LOCK_EX | LOCK_NB) ? errno : 0;
	close(other);
	unlink(at(p, "f"));
}

/* A kernel may have none at all. */
static void locks(void)
{
	static const char *const what[LOCKS] = {
		"flock", "and another", "a lock of the open file", "and another", "when it is closed",
	};
	int error[2][LOCKS];
	unsigned int i;

	for (i = 0; i < 2; i++)
		locks_at(i, error[i]);
	for (i = 0; i < LOCKS; i++)
		ok_errno(error[1][i], error[0][i], "locks: %s", what[i]);
}

/* A program is copied there and run; what it exits with, and who writes to it. */
static int runs_at(unsigned int p, int *error)
{
	int from = open("/bin/busybox", O_RDONLY), to = open_at(p, "true", O_CREAT | O_RDWR);
	const char *path = at(p, "true");
	struct stat st;
	pid_t pid;
	int status;

	fstat(from, &st);
	while (sendfile(to, from, NULL, st.st_size) > 0)
		;
	fchmod(to, 0755);
	close(to);
	close(from);
	/* The parent goes on when the program has begun. */
	pid = vfork();
	if (!pid) {
		execl(path, "sleep", "1", NULL);
		_exit(100);
	}
	to = open(path, O_RDWR);
	*error = to < 0 ? errno : 0;
	if (to >= 0)
		close(to);
	waitpid(pid, &status, 0);
	unlink(path);
	return status;
}

static void runs(void)
{
	int error[2], status = runs_at(0, &error[0]);

	ok_equal(runs_at(1, &error[1]), status, "a program runs: status %d", status);
	ok_errno(error[1], error[0], "and is written meanwhile: %s",
		 error[0] ? strerrorname_np(error[0]) : "yes");
}

/* Who may not, in spite of a file of the name. */
static int opens(void *path)
{
	int fd = open(path, O_RDWR);

	return fd < 0 ? errno : 0;
}

static void suid(unsigned int p)
{
	int fd = open_at(p, "s", O_CREAT | O_RDWR);
	struct stat st;

	fchmod(fd, 06777);
	close(fd);
	ok_errno(proc_run_as(PROC_NOBODY, opens, (void *)at(p, "s")), 0, "%s: opened", places[p]);
	chown(at(p, "s"), 1000, 1000);
	chmod(at(p, "s"), 0600);
	ok_errno(proc_run_as(PROC_NOBODY, opens, (void *)at(p, "s")), EACCES, "not any more");
	stat(at(p, "s"), &st);
	ok_equal(st.st_mode, S_IFREG | 0600, "its mode");
	unlink(at(p, "s"));
}

int main(void)
{
	struct dp_scene scene;
	unsigned int p, i;

	dp_scene_open(&scene, "/dev/vda", 64 * MiB);
	for (i = 0; i < BYTES; i++)
		text[i] = i * 7 + i / 251;
	parity_open("", NULL);
	for (p = 0; p < 2; p++)
		content(p);
	two_ways(scene.pager);
	times();
	locks();
	runs();
	for (p = 0; p < 2; p++)
		suid(p);
	parity_close();
	dp_settle(scene.pager);
	dp_scene_close(&scene);
	return tap_done();
}
