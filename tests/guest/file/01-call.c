// SPDX-License-Identifier: GPL-2.0
/*
 * Calls on an object's descriptor, one by one, and what a memfd answers to the
 * same: reading, writing, splicing, seeking, advice, locks, times.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <linux/falloc.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "dp.h"
#include "twin.h"

#define BYTES	(10 * PAGE + 100)
#define ROOM	(64 * PAGE)

#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ	22
#define MADV_POPULATE_WRITE	23
#endif
#ifndef MADV_COLD
#define MADV_COLD	20
#define MADV_PAGEOUT	21
#endif

static struct twin twin;
static char buffer[2][ROOM], text[ROOM];

struct range {
	off_t at;
	size_t bytes;
	int flags;
};

static long do_read(struct twin *t, int which, void *argument)
{
	struct range *r = argument;
	long got = twin_answer(pread(t->fd[which], buffer[which], r->bytes, r->at));

	return got;
}

static long do_write(struct twin *t, int which, void *argument)
{
	struct range *r = argument;

	return twin_answer(pwrite(t->fd[which], text + 3, r->bytes, r->at));
}

/* Half of the buffer is no memory. */
static char *torn(void)
{
	static char *map;

	if (!map) {
		map = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		memset(map, 't', 4 * PAGE);
		munmap(map + 2 * PAGE, 2 * PAGE);
	}
	return map;
}

static long read_torn(struct twin *t, int which, void *argument)
{
	struct range *r = argument;

	return twin_answer(pread(t->fd[which], torn() + PAGE, r->bytes, r->at));
}

static long write_torn(struct twin *t, int which, void *argument)
{
	struct range *r = argument;

	return twin_answer(pwrite(t->fd[which], torn() + PAGE + 96, r->bytes, r->at));
}

static long write_vector(struct twin *t, int which, void *argument)
{
	struct iovec vector[] = { { text, 5 }, { text + 9, PAGE }, { text, 0 }, { text + 1, 77 } };

	return twin_answer(pwritev(t->fd[which], vector, 4, *(off_t *)argument));
}

static long read_vector(struct twin *t, int which, void *argument)
{
	struct iovec vector[] = { { buffer[which], 5 }, { buffer[which] + 9, 2 * PAGE } };

	return twin_answer(preadv(t->fd[which], vector, 2, *(off_t *)argument));
}

/* From its own mapping, of the same page and of another. */
static long write_own(struct twin *t, int which, void *argument)
{
	struct range *r = argument;

	return twin_answer(pwrite(t->fd[which], t->map[which] + r->flags, r->bytes, r->at));
}

static long read_own(struct twin *t, int which, void *argument)
{
	struct range *r = argument;

	return twin_answer(pread(t->fd[which], t->map[which] + r->flags, r->bytes, r->at));
}

static long write_append(struct twin *t, int which, void *argument)
{
	int flags = fcntl(t->fd[which], F_GETFL);
	long answer;

	fcntl(t->fd[which], F_SETFL, flags | O_APPEND);
	lseek(t->fd[which], 5, SEEK_SET);
	answer = twin_answer(write(t->fd[which], text, *(size_t *)argument));
	fcntl(t->fd[which], F_SETFL, flags);
	return answer < 0 ? answer : lseek(t->fd[which], 0, SEEK_CUR);
}

static long write_limited(struct twin *t, int which, void *argument)
{
	struct rlimit limit = { BYTES + PAGE, RLIM_INFINITY }, none;
	struct range *r = argument;
	long answer;

	getrlimit(RLIMIT_FSIZE, &none);
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &limit);
	answer = r->flags ? twin_answer(ftruncate(t->fd[which], r->at)) :
		 twin_answer(pwrite(t->fd[which], text, r->bytes, r->at));
	setrlimit(RLIMIT_FSIZE, &none);
	return answer;
}

/* By a pipe, there and back; or to a file. */
static long do_splice(struct twin *t, int which, void *argument)
{
	struct range *r = argument;
	off_t at = r->at, to = 30 * PAGE + 7;
	long in, out = 0;
	int pipes[2];

	if (pipe(pipes))
		bail("no pipe");
	in = twin_answer(splice(t->fd[which], &at, pipes[1], NULL, r->bytes, 0));
	if (in > 0)
		out = twin_answer(splice(pipes[0], NULL, t->fd[which], &to, in, 0));
	close(pipes[0]);
	close(pipes[1]);
	return in < 0 ? in : in * 1000000 + out;
}

static long do_sendfile(struct twin *t, int which, void *argument)
{
	int file = open("/tmp/sent", O_RDWR | O_CREAT | O_TRUNC, 0600);
	struct range *r = argument;
	off_t at = r->at;
	long sent = twin_answer(sendfile(file, t->fd[which], &at, r->bytes));

	if (sent > 0 && pread(file, buffer[which], sent, 0) != sent)
		bail("/tmp/sent is short");
	close(file);
	unlink("/tmp/sent");
	return sent;
}

static long do_copy_range(struct twin *t, int which, void *argument)
{
	struct range *r = argument;
	off_t from = r->at, to = 20 * PAGE + 11;

	return twin_answer(copy_file_range(t->fd[which], &from, t->fd[which], &to, r->bytes, 0));
}

static void same_bytes(const char *what)
{
	ok(!memcmp(buffer[0], buffer[1], ROOM), "%s: the same bytes", what);
}

static const struct range reads[] = {
	{ 0, 1, 0 }, { 0, PAGE, 0 }, { 1, PAGE, 0 }, { PAGE - 1, 2, 0 }, { 3 * PAGE, 2 * PAGE, 0 },
	{ 0, ROOM, 0 }, { BYTES - 1, 1, 0 }, { BYTES - 1, 2, 0 }, { BYTES, 1, 0 },
	{ BYTES + 1, 1, 0 }, { 1L << 40, 10, 0 }, { -1, 1, 0 }, { 0, 0, 0 }, { BYTES - 50, PAGE, 0 },
};

static void reading(const char *when)
{
	struct range *r;
	off_t at = PAGE - 7;
	unsigned int i;

	for (i = 0; i < sizeof(reads) / sizeof(*reads); i++) {
		r = (struct range *)&reads[i];
		ok_same(&twin, do_read, r, "%s: read %zu at %lld", when, r->bytes,
			(long long)r->at);
		ok_same(&twin, do_sendfile, r, "%s: sendfile", when);
		if (r->bytes)
			ok_same(&twin, do_splice, r, "%s: splice", when);
		ok_same(&twin, read_torn, r, "%s: read to torn memory", when);
	}
	same_bytes(when);
	ok_same(&twin, read_vector, &at, "%s: preadv", when);
	ok_same(&twin, do_copy_range, &(struct range){ 17, 3 * PAGE, 0 }, "%s: copy_file_range", when);
	ok_content(&twin, "%s: afterwards", when);
}

static const struct range writes[] = {
	{ 0, 1, 0 }, { 0, PAGE, 0 }, { PAGE - 1, 2, 0 }, { 5, 3 * PAGE, 0 }, { BYTES - 1, 1, 0 },
	{ 2 * PAGE, PAGE, 0 }, { BYTES, 9, 0 }, { BYTES + 20, 1, 0 }, { BYTES + 3 * PAGE, PAGE, 0 },
	{ 17 * PAGE, 2 * PAGE + 5, 0 }, { -1, 1, 0 }, { 3, 0, 0 }, { 0x7fffffffffffffff, 2, 0 },
};

static void writing(bool out)
{
	const char *when = out ? "out" : "in memory";
	size_t bytes = PAGE + 9;
	struct range *r;
	unsigned int i;
	off_t at = 77;

	for (i = 0; i < sizeof(writes) / sizeof(*writes); i++) {
		r = (struct range *)&writes[i];
		if (out)
			twin_out(&twin);
		ok_same(&twin, do_write, r, "%s: write %zu at %lld", when, r->bytes, (long long)r->at);
		ok_content(&twin, "%s: what is there then", when);
		if (out)
			twin_out(&twin);
		if (r->bytes && r->at < (off_t)BYTES)
			ok_same(&twin, write_torn, r, "%s: from torn memory", when);
	}
	/* A whole page of which only the first bytes can be copied. */
	ok_same(&twin, write_torn, &(struct range){ 6 * PAGE, PAGE, 0 }, "%s: torn, a whole page", when);
	ok_same(&twin, write_vector, &at, "%s: pwritev", when);
	ok_same(&twin, write_append, &bytes, "%s: append", when);
	ok_same(&twin, write_own, &(struct range){ PAGE + 10, 900, PAGE }, "%s: from the page itself", when);
	ok_same(&twin, write_own, &(struct range){ 0, 2 * PAGE, PAGE }, "%s: from its mapping", when);
	ok_same(&twin, read_own, &(struct range){ 5, 2 * PAGE, PAGE }, "%s: to its mapping", when);
	ok_content(&twin, "%s: all of it", when);
	ok(!memcmp(twin.map[0], twin.map[1], BYTES), "%s: and by the mappings", when);
}

static void limits(void)
{
	ok_same(&twin, write_limited, &(struct range){ BYTES, 2 * PAGE, 0 }, "to the file size limit");
	ok_same(&twin, write_limited, &(struct range){ BYTES + PAGE, 1, 0 }, "behind it");
	ok_same(&twin, write_limited, &(struct range){ 100 * PAGE, 0, 1 }, "ftruncate behind it");
	ok_content(&twin, "limits");
}

/* --- small calls -------------------------------------------------------- */

static long do_fsync(struct twin *t, int which, void *unused)
{
	(void)unused;
	return twin_answer(fsync(t->fd[which])) | twin_answer(fdatasync(t->fd[which])) |
	       twin_answer(sync_file_range(t->fd[which], 0, 0, SYNC_FILE_RANGE_WRITE |
					   SYNC_FILE_RANGE_WAIT_AFTER)) |
	       twin_answer(msync(t->map[which], PAGE, MS_SYNC)) |
	       twin_answer(msync(t->map[which], PAGE, MS_ASYNC | MS_INVALIDATE)) |
	       twin_answer(syncfs(t->fd[which]));
}

static long do_fadvise(struct twin *t, int which, void *argument)
{
	struct range *r = argument;

	return -posix_fadvise(t->fd[which], r->at, r->bytes, r->flags);
}

static long do_readahead(struct twin *t, int which, void *argument)
{
	return twin_answer(readahead(t->fd[which], 0, *(size_t *)argument));
}

static long do_madvise(struct twin *t, int which, void *argument)
{
	return twin_answer(madvise(t->map[which] + PAGE, 2 * PAGE, *(int *)argument));
}

static long do_seal(struct twin *t, int which, void *argument)
{
	return twin_answer(fcntl(t->fd[which], F_GETFD)) + 0 * *(int *)argument;
}

static long do_lock(struct twin *t, int which, void *argument)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 5, .l_len = 10 };

	return twin_answer(fcntl(t->fd[which], *(int *)argument, &lock));
}

static long do_flock(struct twin *t, int which, void *argument)
{
	return twin_answer(flock(t->fd[which], *(int *)argument));
}

static long do_seek(struct twin *t, int which, void *argument)
{
	struct range *r = argument;

	return twin_answer(lseek(t->fd[which], r->at, r->flags));
}

static long do_direct(struct twin *t, int which, void *argument)
{
	int flags = fcntl(t->fd[which], F_GETFL);
	long answer = twin_answer(fcntl(t->fd[which], F_SETFL, flags | O_DIRECT));

	fcntl(t->fd[which], F_SETFL, flags);
	(void)argument;
	return answer;
}

static long do_fallocate(struct twin *t, int which, void *argument)
{
	struct range *r = argument;

	return twin_answer(fallocate(t->fd[which], r->flags, r->at, r->bytes));
}

static long do_chmod(struct twin *t, int which, void *argument)
{
	struct stat stat;

	if (fchmod(t->fd[which], *(int *)argument) || fchown(t->fd[which], 7, 8))
		return -errno;
	fstat(t->fd[which], &stat);
	return stat.st_mode + stat.st_uid + stat.st_gid * 1000000L;
}

/* Which times a call changes: 1: of the content, 2: of the inode. */
static long times(struct twin *t, int which, int step)
{
	struct stat before, after;
	int fd = t->fd[which];

	fstat(fd, &before);
	usleep(30000);
	switch (step) {
	case 0: ok_errno(write(fd, "x", 1) == 1 ? 0 : errno, 0, "write"); break;
	case 1: if (ftruncate(fd, before.st_size)) return -errno; break;
	case 2: if (ftruncate(fd, before.st_size + 1)) return -errno; break;
	case 3: if (fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 1)) return -errno; break;
	case 4: t->map[which][9 * PAGE + 1] = 5; break;
	case 5: if (fchmod(fd, 0644)) return -errno; break;
	default: if (pread(fd, buffer[0], 1, 0) != 1) return -errno; break;
	}
	fstat(fd, &after);
	return (before.st_mtim.tv_nsec != after.st_mtim.tv_nsec ||
		before.st_mtim.tv_sec != after.st_mtim.tv_sec) +
	       2 * (before.st_ctim.tv_nsec != after.st_ctim.tv_nsec ||
		    before.st_ctim.tv_sec != after.st_ctim.tv_sec);
}

static long do_times(struct twin *t, int which, void *argument)
{
	return times(t, which, *(int *)argument);
}

static long do_utimes(struct twin *t, int which, void *argument)
{
	struct timespec when[2] = { { 5, 6 }, { 7, 8 } };
	struct stat stat;

	(void)argument;
	if (futimens(t->fd[which], when))
		return -errno;
	fstat(t->fd[which], &stat);
	return stat.st_mtim.tv_sec * 1000 + stat.st_mtim.tv_nsec;
}

static void advice(void)
{
	static const int kinds[] = { POSIX_FADV_NORMAL, POSIX_FADV_RANDOM, POSIX_FADV_SEQUENTIAL,
		POSIX_FADV_WILLNEED, POSIX_FADV_DONTNEED, POSIX_FADV_NOREUSE, 99 };
	static const int memory[] = { MADV_NORMAL, MADV_RANDOM, MADV_SEQUENTIAL, MADV_WILLNEED,
		MADV_DONTNEED, MADV_FREE, MADV_COLD, MADV_PAGEOUT, MADV_POPULATE_READ,
		MADV_POPULATE_WRITE, MADV_REMOVE, 99 };
	size_t bytes = BYTES;
	unsigned int i;

	for (i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		twin_out(&twin);
		ok_same(&twin, do_fadvise, &(struct range){ 0, 0, kinds[i] }, "fadvise %d", kinds[i]);
		ok_same(&twin, do_fadvise, &(struct range){ PAGE + 1, 5 * PAGE, kinds[i] }, "a part");
		ok_same(&twin, do_fadvise, &(struct range){ 0, -1, kinds[i] }, "a negative length");
	}
	for (i = 0; i < sizeof(memory) / sizeof(*memory); i++) {
		twin_out(&twin);
		ok_same(&twin, do_madvise, (void *)&memory[i], "madvise %d", memory[i]);
		ok_content(&twin, "madvise %d: contents", memory[i]);
	}
	ok_same(&twin, do_readahead, &bytes, "readahead");
	ok_content(&twin, "advice");
}

static void small(void)
{
	static const int locks[] = { F_SETLK, F_OFD_SETLK, F_GETLK };
	unsigned int i;
	int value;

	ok_same(&twin, do_fsync, NULL, "fsync and its kin");
	for (i = 0; i < 3; i++)
		ok_same(&twin, do_lock, (void *)&locks[i], "lock %d", locks[i]);
	value = LOCK_EX | LOCK_NB;
	ok_same(&twin, do_flock, &value, "flock");
	value = LOCK_UN;
	ok_same(&twin, do_flock, &value, "and off");
	ok_same(&twin, do_seal, &value, "F_GETFD");
	ok_errno(fcntl(twin.fd[0], F_ADD_SEALS, F_SEAL_SHRINK) ? errno : 0, EINVAL,
		 "seals are for memfds");
	ok_errno(-do_direct(&twin, 0, NULL), 0, "O_DIRECT is accepted");
	for (i = 0; i < 5; i++) {
		ok_same(&twin, do_seek, &(struct range){ 3, 0, (int)i }, "lseek 3, %u", i);
		ok_same(&twin, do_seek, &(struct range){ -1, 0, (int)i }, "lseek -1, %u", i);
		ok_same(&twin, do_seek, &(struct range){ 1L << 50, 0, (int)i }, "lseek far, %u", i);
	}
	lseek(twin.fd[0], 0, SEEK_SET);
	lseek(twin.fd[1], 0, SEEK_SET);
	ok_same(&twin, do_fallocate, &(struct range){ 0, 1, FALLOC_FL_COLLAPSE_RANGE }, "collapse");
	ok_same(&twin, do_fallocate, &(struct range){ 0, PAGE, FALLOC_FL_INSERT_RANGE }, "insert");
	ok_same(&twin, do_fallocate, &(struct range){ 0, 1, FALLOC_FL_PUNCH_HOLE }, "punch, growing");
	ok_same(&twin, do_fallocate, &(struct range){ 0, 0, 0 }, "no bytes");
	ok_same(&twin, do_fallocate, &(struct range){ 0x7fffffffffffffff, 2, 0 }, "too far");
	for (i = 0; i < 7; i++)
		ok_same(&twin, do_times, &(int){ i }, "times, %u", i);
	value = 0751;
	ok_same(&twin, do_chmod, &value, "fchmod, fchown");
	ok_same(&twin, do_utimes, NULL, "futimens");
	ok_content(&twin, "all that");
}

static void fresh(int store)
{
	unsigned int i;

	for (i = 0; i < ROOM; i++)
		text[i] = i % 251 + 1;
	twin_open(&twin, store, BYTES, ROOM);
}

int main(void)
{
	struct dpager_object_info info;
	struct dp_scene scene;

	dp_scene_open(&scene, "/dev/vda", 16 * MiB);
	fresh(scene.store);
	reading("a hole");
	twin_close(&twin);
	fresh(scene.store);
	do_read(&twin, 0, &(struct range){ 0, ROOM, 0 });
	dp_object_info(twin.fd[0], &info);
	ok_equal(info.resident, 0, "what is nowhere is read without memory");
	writing(false);
	reading("written");
	twin_out(&twin);
	reading("out");
	twin_close(&twin);
	fresh(scene.store);
	do_write(&twin, 0, &(struct range){ 0, BYTES, 0 });
	do_write(&twin, 1, &(struct range){ 0, BYTES, 0 });
	writing(true);
	twin_close(&twin);
	fresh(scene.store);
	limits();
	advice();
	small();
	twin_close(&twin);
	dp_settle(scene.pager);
	dp_scene_close(&scene);
	return tap_done();
}
