// SPDX-License-Identifier: GPL-2.0
/*
 * Makes shared memory in each of the ways that libdpager-preload.so knows, dynamic, for
 * tests of that library. It must print the same with the library and without it.
 * usage: shares memfd | mapping | shm	what each call and those that follow it answer
 *	  shares differs		and what a memfd's answer differently
 *	  shares kinds BYTES		what a memfd, a mapping and a shm_open file are
 *	  shares larger MIB		two processes write and verify so much, twice
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "proc.h"
#include "stamp.h"
#include "tap.h"

#define MIB		(1UL << 20)
#define RW		(PROT_READ | PROT_WRITE)
#define ANONYMOUS	(MAP_SHARED | MAP_ANONYMOUS)
#define THREADS		4
#define ROUNDS		50
#define NAME		"/shares"

#define MAGIC_TMPFS	0x01021994
#define MAGIC_OBJECT	0x64706772
#define MAGIC_DPAGERFS	0x64706673

static void say(const char *what, long long result)
{
	if (result < 0)
		printf("%s: %s\n", what, strerrorname_np(errno));
	else
		printf("%s: %lld\n", what, result);
}

/* Also whether errno is left as it was. */
static void say_fd(const char *what, int fd, int least)
{
	if (fd < 0)
		printf("%s: %s\n", what, strerrorname_np(errno));
	else
		printf("%s: descriptor +%d, errno %d\n", what, fd - least, errno);
	errno = 0;
}

static int lowest(void)
{
	int fd = dup(STDIN_FILENO);

	close(fd);
	errno = 0;
	return fd;
}

static void say_file(int fd)
{
	struct stat st;

	if (fstat(fd, &st))
		bail("fstat");
	printf("file: %o, %u links, %lld bytes, %lld blocks, uid %u, flags %x, exec %d\n",
	       st.st_mode, (unsigned int)st.st_nlink, (long long)st.st_size,
	       (long long)st.st_blocks, st.st_uid, fcntl(fd, F_GETFL) & O_ACCMODE,
	       !(fcntl(fd, F_GETFD) & FD_CLOEXEC));
}

static void *say_map(const char *what, void *area)
{
	printf("%s: %s, errno %d\n", what,
	       area == MAP_FAILED ? strerrorname_np(errno) : "mapped",
	       area == MAP_FAILED ? 0 : errno);
	errno = 0;
	return area;
}

static int write_first(void *area)
{
	strcpy(area, "child");
	return 0;
}

/* Of a mapping of two pages and a bit: what faults, what is shared. */
static void say_area(char *area, size_t bytes)
{
	printf("zeros: %d, write %d, last byte %d\n", page_is_zero(area), probe_write(area),
	       probe_write(area + bytes - 1));
	say("child", proc_run(write_first, area));
	printf("shared: %s\n", area);
	say("MADV_DONTNEED", madvise(area, PAGE, MADV_DONTNEED));
	printf("kept: %s\n", area);
	say("MADV_REMOVE", madvise(area, PAGE, MADV_REMOVE));
	printf("zeros: %d\n", page_is_zero(area));
	say("MADV_FREE", madvise(area, PAGE, MADV_FREE));
	say("msync", msync(area, PAGE, MS_SYNC));
	say("mlock", mlock(area, PAGE));
	say("munlock", munlock(area, PAGE));
	say("read only", mprotect(area, PAGE, PROT_READ));
	say("to be run", mprotect(area, PAGE, RW | PROT_EXEC));
}

/* --- memfd_create ------------------------------------------------------- */

static void memfd_refusals(void)
{
	char name[251];
	int least = lowest();

	memset(name, 'n', 250);
	name[250] = 0;
	say_fd("name of 250", memfd_create(name, 0), least);
	say_fd("name nowhere", memfd_create((void *)8, 0), least);
	say_fd("unknown flag", memfd_create("flag", 0x4000), least);
	say_fd("close-on-exec and an unknown one", memfd_create("flag", 0x4001), least);
}

static void memfd_seals(void)
{
	int fd = memfd_create("seals", MFD_ALLOW_SEALING), least = lowest();

	say("may be sealed", fcntl(fd, F_GET_SEALS));
	say("seal", fcntl(fd, F_ADD_SEALS, F_SEAL_GROW));
	say("sealed", ftruncate(fd, PAGE));
	close(fd);
	fd = memfd_create("huge", MFD_HUGETLB);
	say_fd("huge", fd, least - 1);
	if (fd >= 0)
		close(fd);
}

static void memfd_sizes(int fd)
{
	char page[PAGE];

	say("negative", ftruncate(fd, -1));
	say("longer", ftruncate(fd, 10000));
	say_file(fd);
	say("hole", lseek(fd, 0, SEEK_HOLE));
	say("no data", lseek(fd, 0, SEEK_DATA));
	say("write behind the end", pwrite(fd, "end", 3, 5 * PAGE));
	say_file(fd);
	say("data", lseek(fd, 0, SEEK_DATA));
	say("read at the end", pread(fd, page, PAGE, 5 * PAGE));
	say("read behind it", pread(fd, page, PAGE, 6 * PAGE));
	say("allocate", fallocate(fd, 0, 6 * PAGE, PAGE));
	say("punch", fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 5 * PAGE,
			       2 * PAGE));
	say("punch and grow", fallocate(fd, FALLOC_FL_PUNCH_HOLE, 0, PAGE));
	say("collapse", fallocate(fd, FALLOC_FL_COLLAPSE_RANGE, 0, PAGE));
	say_file(fd);
	say("shorter", ftruncate(fd, 3));
	say("append", lseek(fd, 0, SEEK_END));
	say("write", write(fd, "text", 4));
	say_file(fd);
}

static void memfd_maps(int fd)
{
	char path[64];
	char *area;
	int again;

	say("two pages and a bit", ftruncate(fd, 2 * PAGE + 5));
	say("punch all", fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 3 * PAGE));
	area = say_map("shared", mmap(NULL, 4 * PAGE, RW, MAP_SHARED, fd, 0));
	say_area(area, 3 * PAGE);
	printf("behind the end: %d\n", probe_read(area + 3 * PAGE));
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	again = open(path, O_RDONLY | O_CLOEXEC);
	say("opened again", again >= 0 ? 0 : -1);
	say_map("of a reader", mmap(NULL, PAGE, RW, MAP_SHARED, again, 0));
	say_map("private", mmap(NULL, PAGE, RW | PROT_EXEC, MAP_PRIVATE, again, 0));
	say("write of a reader", write(again, "x", 1));
	close(again);
	munmap(area, 4 * PAGE);
}

static void memfd_copies(int fd)
{
	int other = memfd_create("other", MFD_CLOEXEC), pair[2];
	off_t from = 0;

	say("sendfile", sendfile(other, fd, &from, 2 * PAGE));
	say_file(other);
	if (pipe(pair))
		bail("pipe");
	from = 0;
	say("splice", splice(fd, &from, pair[1], NULL, PAGE, 0));
	say("lock", flock(other, LOCK_EX));
	close(pair[0]);
	close(pair[1]);
	close(other);
}

static int memfd_say(void)
{
	int least = lowest(), fd = memfd_create("name", 0);

	say_fd("memfd_create", fd, least);
	say_file(fd);
	memfd_sizes(fd);
	memfd_maps(fd);
	memfd_copies(fd);
	close(fd);
	fd = memfd_create("name", MFD_CLOEXEC);
	say_fd("close-on-exec", fd, least);
	say_file(fd);
	close(fd);
	memfd_refusals();
	memfd_seals();
	printf("descriptors left: %d\n", lowest() - least);
	return 0;
}

static int memfd_run(void *fd)
{
	char *words[] = { NULL };

	fexecve(*(int *)fd, words, words);
	return errno;
}

static void memfd_copy_self(int to)
{
	int from = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	struct stat st;

	if (from < 0 || fstat(from, &st) || sendfile(to, from, NULL, st.st_size) != st.st_size)
		bail("cannot copy the program");
	close(from);
}

static int differences_say(void)
{
	int fd = memfd_create("differs", MFD_CLOEXEC);

	say("seals", fcntl(fd, F_GET_SEALS));
	say("seal", fcntl(fd, F_ADD_SEALS, F_SEAL_GROW));
	/* This program answers 2 when it has no argument. */
	memfd_copy_self(fd);
	say("run", proc_run(memfd_run, &fd));
	return 0;
}

/* --- shared anonymous mmap ---------------------------------------------- */

static void mapping_refusals(void)
{
	void *taken = mmap(NULL, 2 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	errno = 0;
	say_map("nothing", mmap(NULL, 0, RW, ANONYMOUS, -1, 0));
	say_map("an offset", mmap(NULL, PAGE, RW, ANONYMOUS, -1, 1));
	say_map("4 EiB", mmap(NULL, 1UL << 62, RW, ANONYMOUS, -1, 0));
	say_map("1 EiB", mmap(NULL, 1UL << 60, RW, ANONYMOUS, -1, 0));
	say_map("256 TiB", mmap(NULL, 1UL << 48, RW, ANONYMOUS | MAP_NORESERVE, -1, 0));
	say_map("all", mmap(NULL, -1UL, RW, ANONYMOUS, -1, 0));
	say_map("taken", mmap(taken, PAGE, RW, ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0));
	say_map("odd", mmap(taken + 1, PAGE, RW, ANONYMOUS | MAP_FIXED, -1, 0));
	say_map("huge", mmap(NULL, PAGE, RW, ANONYMOUS | MAP_HUGETLB, -1, 0));
	say_map("growing down", mmap(NULL, PAGE, RW, ANONYMOUS | MAP_GROWSDOWN, -1, 0));
	say_map("validated", mmap(NULL, PAGE, RW, MAP_SHARED_VALIDATE | MAP_ANONYMOUS, -1, 0));
	say_map("neither", mmap(NULL, PAGE, RW, MAP_ANONYMOUS, -1, 0));
	munmap(taken, 2 * PAGE);
}

static void mapping_flags(void)
{
	void *area = mmap(NULL, 16 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	errno = 0;
	printf("in its place: %d\n",
	       mmap(area, 16 * PAGE, RW, ANONYMOUS | MAP_FIXED, -1, 0) == area);
	say_area(area, 16 * PAGE);
	area = say_map("populated", mmap(NULL, 16 * PAGE, RW, ANONYMOUS | MAP_POPULATE, -1, 0));
	printf("pages: %llu\n", (unsigned long long)pages_in_memory(area, 0, 16));
	area = say_map("locked", mmap(NULL, 16 * PAGE, RW, ANONYMOUS | MAP_LOCKED, -1, 0));
	printf("pages: %llu\n", (unsigned long long)pages_in_memory(area, 0, 16));
	area = say_map("not reserved", mmap(NULL, PAGE, RW, ANONYMOUS | MAP_NORESERVE, 99, PAGE));
	printf("zeros: %d\n", page_is_zero(area));
	area = say_map("to be read", mmap(NULL, PAGE, PROT_READ, ANONYMOUS, -1, 0));
	printf("write: %d\n", probe_write(area));
	say("now to be written", mprotect(area, PAGE, RW));
	printf("write: %d\n", probe_write(area));
	area = say_map("to be run", mmap(NULL, PAGE, RW | PROT_EXEC, ANONYMOUS, -1, 0));
	memcpy(area, "\xb8\x2a\0\0\0\xc3", 6);
	printf("run: %d\n", ((int (*)(void))area)());
}

static void mapping_moves(void)
{
	char *area = say_map("to move", mmap(NULL, 2 * PAGE + 5, RW, ANONYMOUS, -1, 0));
	char *twin;

	strcpy(area, "here");
	area = say_map("longer", mremap(area, 3 * PAGE, 5 * PAGE, MREMAP_MAYMOVE));
	printf("there: %s, %d, %d\n", area, probe_write(area + 3 * PAGE - 1),
	       probe_write(area + 3 * PAGE));
	area = say_map("shorter", mremap(area, 5 * PAGE, PAGE, 0));
	twin = say_map("twice", mremap(area, 0, PAGE, MREMAP_MAYMOVE));
	strcpy(twin, "both");
	printf("there: %s\n", area);
	say("half away", munmap(area, PAGE));
	printf("there: %s\n", twin);
}

static void *mapping_thread(void *seed)
{
	uintptr_t wrong = 0, number = (uintptr_t)seed;
	void *area;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		area = mmap(NULL, 16 * PAGE, RW, ANONYMOUS, -1, 0);
		if (area == MAP_FAILED)
			return (void *)1;
		stamp_fill(area, number, 0, 16, i);
		wrong += stamp_verify(area, number, 0, 16, i);
		munmap(area, 16 * PAGE);
	}
	return (void *)wrong;
}

static void mapping_threads(void)
{
	uintptr_t wrong = 0, i;
	pthread_t thread[THREADS];
	void *answer;

	for (i = 0; i < THREADS; i++)
		if (pthread_create(&thread[i], NULL, mapping_thread, (void *)i))
			bail("pthread_create");
	for (i = 0; i < THREADS; i++) {
		pthread_join(thread[i], &answer);
		wrong += (uintptr_t)answer;
	}
	say("wrong pages of threads", wrong);
}

static int mapping_say(void)
{
	int least = lowest();

	mapping_refusals();
	mapping_flags();
	mapping_moves();
	mapping_threads();
	printf("descriptors left: %d\n", lowest() - least);
	return 0;
}

/* --- shm_open ----------------------------------------------------------- */

static void shm_say_open(const char *what, const char *name, int flags, mode_t mode)
{
	int least = lowest(), fd = shm_open(name, flags, mode);

	say_fd(what, fd, least);
	if (fd < 0)
		return;
	say_file(fd);
	close(fd);
}

static int shm_stranger(void *unused)
{
	(void)unused;
	return shm_open(NAME, O_RDWR, 0) < 0 ? errno : 0;
}

static int shm_stranger_unlink(void *unused)
{
	(void)unused;
	return shm_unlink(NAME) ? errno : 0;
}

static int shm_child(void *unused)
{
	int fd = shm_open(NAME, O_RDWR, 0);

	(void)unused;
	return pwrite(fd, "child", 6, 0) != 6;
}

static void shm_names(void)
{
	char name[302];

	memset(name, 'n', sizeof(name));
	name[256] = 0;
	shm_say_open("name of 256", name, O_CREAT | O_RDWR, 0600);
	name[255] = 0;
	shm_say_open("name of 255", name, O_CREAT | O_RDWR, 0600);
	say("unlink it", shm_unlink(name));
	shm_say_open("no name", "", O_CREAT | O_RDWR, 0600);
	shm_say_open("a slash", "/", O_CREAT | O_RDWR, 0600);
	shm_say_open("a path", "/a/b", O_CREAT | O_RDWR, 0600);
	shm_say_open("a directory", ".", O_RDWR, 0);
	say("unlink no name", shm_unlink(""));
	say("unlink a path", shm_unlink("a/b"));
	say("unlink a directory", shm_unlink("."));
}

static int shm_say(void)
{
	char text[8] = "";
	int fd;

	shm_say_open("not there", NAME, O_RDWR, 0);
	umask(027);
	shm_say_open("created", NAME, O_CREAT | O_EXCL | O_RDWR, 0666);
	shm_say_open("there already", NAME, O_CREAT | O_EXCL | O_RDWR, 0600);
	shm_say_open("without the slash", "shares", O_CREAT | O_RDWR, 0600);
	shm_say_open("with three", "//" NAME, O_RDONLY, 0);
	fd = shm_open(NAME, O_RDWR, 0);
	say("size", ftruncate(fd, 10000));
	say_file(fd);
	say("child", proc_run(shm_child, NULL));
	say("read", pread(fd, text, sizeof(text), 0));
	printf("text: %s\n", text);
	say("a stranger", proc_run_as(1000, shm_stranger, NULL));
	say("a stranger's unlink", proc_run_as(1000, shm_stranger_unlink, NULL));
	shm_say_open("emptied", NAME, O_RDWR | O_TRUNC, 0);
	say("unlink", shm_unlink(NAME));
	say("unlink again", shm_unlink(NAME));
	say_file(fd);
	close(fd);
	shm_names();
	return 0;
}

/* --- what they are ------------------------------------------------------ */

static const char *kind_of_file(int fd)
{
	struct statfs there;

	if (fd < 0)
		return strerrorname_np(errno);
	if (fstatfs(fd, &there))
		bail("fstatfs");
	switch (there.f_type) {
	case MAGIC_TMPFS:
		return "kernel";
	case MAGIC_OBJECT:
		return "object";
	case MAGIC_DPAGERFS:
		return "dpagerfs";
	default:
		return "unknown";
	}
}

static const char *kind_of_map(const void *area)
{
	static char line[512];
	unsigned long start;
	const char *kind = "unknown";
	FILE *maps;

	if (area == MAP_FAILED)
		return strerrorname_np(errno);
	maps = fopen("/proc/self/maps", "re");
	while (fgets(line, sizeof(line), maps))
		if (sscanf(line, "%lx-", &start) == 1 && start == (unsigned long)area)
			kind = strstr(line, "/dev/zero") ? "kernel" :
				strstr(line, "dpager") ? "object" : line;
	fclose(maps);
	return kind;
}

static int kinds_say(size_t bytes)
{
	int memfd = memfd_create("kind", 0), shm;
	void *area;

	printf("memfd %s, ", kind_of_file(memfd));
	area = mmap(NULL, bytes, RW, ANONYMOUS, -1, 0);
	printf("mapping %s, ", kind_of_map(area));
	shm = shm_open("/kind", O_CREAT | O_RDWR, 0600);
	printf("shm %s\n", kind_of_file(shm));
	if (shm >= 0)
		shm_unlink("/kind");
	return 0;
}

/* --- larger than memory ------------------------------------------------- */

struct half {
	void *area;
	uint64_t object, first, count;
};

static int half_work(void *argument)
{
	const struct half *half = argument;

	stamp_fill(half->area, half->object, half->first, half->count, 1);
	return stamp_renew(half->area, half->object, half->first, half->count, 2) ||
		stamp_verify(half->area, half->object, half->first, half->count, 2);
}

/* Two processes, a half each; then each verifies the other's. */
static int area_work(void *area, uint64_t object, uint64_t pages)
{
	struct half lower = { area, object, 0, pages / 2 };
	struct half upper = { area, object, pages / 2, pages - pages / 2 };
	pid_t child = proc_start(half_work, &lower);
	int wrong = half_work(&upper);

	wrong |= proc_wait(child);
	return wrong || stamp_verify(area, object, 0, pages, 2);
}

static int larger(size_t bytes)
{
	int fd = memfd_create("larger", MFD_CLOEXEC), wrong;
	void *area = mmap(NULL, bytes, RW, ANONYMOUS, -1, 0), *file;

	if (fd < 0 || ftruncate(fd, bytes) || area == MAP_FAILED)
		bail("no memory");
	wrong = area_work(area, 1, bytes / PAGE);
	printf("mapping: %s\n", wrong ? "wrong" : "right");
	file = mmap(NULL, bytes, RW, MAP_SHARED, fd, 0);
	if (file == MAP_FAILED)
		bail("no mapping of the memfd");
	wrong |= area_work(file, 2, bytes / PAGE) | (stamp_verify(area, 1, 0, bytes / PAGE, 2) != 0);
	printf("memfd: %s\n", wrong ? "wrong" : "right");
	return wrong;
}

int main(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "";
	size_t figure = argc > 2 ? strtoull(argv[2], NULL, 10) : 0;

	if (!strcmp(verb, "memfd"))
		return memfd_say();
	if (!strcmp(verb, "differs"))
		return differences_say();
	if (!strcmp(verb, "mapping"))
		return mapping_say();
	if (!strcmp(verb, "shm"))
		return shm_say();
	if (!strcmp(verb, "kinds") && figure)
		return kinds_say(figure);
	if (!strcmp(verb, "larger") && figure)
		return larger(figure * MIB);
	return 2;
}
