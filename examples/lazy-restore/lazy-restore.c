// SPDX-License-Identifier: GPL-2.0
/*
 * lazy-restore: memory whose content is in a file, and comes when it is touched.
 *
 * A snapshot is restored the same way: the program runs at once, and one thread
 * brings each page when somebody waits for it, with a few that follow. Here the
 * object may be larger than memory, since what was brought is paged to dpager's
 * segments like everything else; a page that is out is not missing.
 *
 *   lazy-restore [--store NAME] [--native] [--threads N] FILE
 *
 * Threads touch all pages in random order and compare them with the file. Then it
 * says how long their faults took. --native does it with a memfd and the kernel's
 * own userfaultfd: nothing but where the two descriptors come from is different.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <linux/dpager.h>
#include <linux/userfaultfd.h>

#ifndef USERFAULTFD_IOC_NEW
#define USERFAULTFD_IOC_NEW	_IO(0xAA, 0x00)
#endif

#define PAGE		4096UL
#define BATCH		16		/* pages that are brought at a time */
#define BUCKETS		24		/* of the histogram: powers of two of microseconds */
#define THREADS_MAX	64

/* What one thread saw. */
struct toucher {
	pthread_t thread;
	unsigned int number;
	uint64_t wrong;
	uint64_t buckets[BUCKETS];
	uint64_t longest;
};

static struct {
	const char *path;	/* of the file */
	const char *store;
	bool native;
	unsigned int threads;
	int file;
	int object;
	int uffd;
	int stop;		/* an eventfd: the handler ends */
	size_t pages;
	char *map;
	uint64_t faults;
	uint64_t brought;
	uint64_t there;		/* pages that somebody else had brought */
} restore = { .threads = 2 };

static void die(const char *what, const char *hint)
{
	fprintf(stderr, "lazy-restore: %s: %s%s%s\n", what, strerror(errno), hint ? "; " : "",
		hint ? hint : "");
	exit(1);
}

static uint64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000ULL + now.tv_nsec / 1000;
}

/* --- the two descriptors ------------------------------------------------ */

static int open_pager(void)
{
	int pager = open("/dev/dpager", O_RDWR | O_CLOEXEC);

	if (pager < 0)
		die("/dev/dpager", "is the module loaded, and are you in the group dpager?");
	return pager;
}

/* A store that pages of objects made by its descriptor go to. */
static int open_store(int pager, const char *name)
{
	struct dpager_store_open call = { .size = sizeof(call) };

	if (strlen(name) >= sizeof(call.name)) {
		errno = EINVAL;
		die(name, "a store's name has at most 63 characters");
	}
	strcpy(call.name, name);
	if (ioctl(pager, DPAGER_IOC_STORE_OPEN, &call))
		die(name, "`dpagerctl store list` shows which stores there are");
	return call.fd;
}

static void make_object(void)
{
	struct dpager_object_create create = {
		.size = sizeof(create),
		.bytes = restore.pages * PAGE,
	};
	int pager = open_pager();
	int maker = restore.store ? open_store(pager, restore.store) : pager;

	if (ioctl(maker, DPAGER_IOC_OBJECT_CREATE, &create))
		die("an object", "`dpagerctl` shows what space there is");
	restore.object = create.fd;
	restore.uffd = ioctl(pager, USERFAULTFD_IOC_NEW, O_CLOEXEC | O_NONBLOCK);
	if (restore.uffd < 0)
		die("a userfaultfd of /dev/dpager", "it needs CAP_SYS_PTRACE");
	close(pager);
	if (maker != pager)
		close(maker);
}

static void make_memfd(void)
{
	restore.object = memfd_create("lazy-restore", MFD_CLOEXEC);
	if (restore.object < 0 || ftruncate(restore.object, restore.pages * PAGE))
		die("a memfd", NULL);
	restore.uffd = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
	if (restore.uffd < 0)
		die("userfaultfd(2)", "it needs CAP_SYS_PTRACE, or vm.unprivileged_userfaultfd");
}

/* From here on it does not matter whose they are. */
static void begin(void)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register reg = { .mode = UFFDIO_REGISTER_MODE_MISSING };

	restore.map = mmap(NULL, restore.pages * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED,
			   restore.object, 0);
	if (restore.map == MAP_FAILED)
		die("mmap", NULL);
	if (ioctl(restore.uffd, UFFDIO_API, &api))
		die("UFFDIO_API", NULL);
	reg.range.start = (uintptr_t)restore.map;
	reg.range.len = restore.pages * PAGE;
	if (ioctl(restore.uffd, UFFDIO_REGISTER, &reg))
		die("UFFDIO_REGISTER", NULL);
}

/* --- the handler -------------------------------------------------------- */

/* Pages of the file; what is behind its end is zeros. */
static void read_pages(char *to, size_t first, size_t count)
{
	size_t done = 0;
	ssize_t got;

	while (done < count * PAGE) {
		got = pread(restore.file, to + done, count * PAGE - done, first * PAGE + done);
		if (got < 0 && errno != EINTR)
			die(restore.path, NULL);
		if (!got)
			break;
		done += got > 0 ? got : 0;
	}
	memset(to + done, 0, count * PAGE - done);
}

/*
 * Copy until something is there already. EAGAIN says how far it came; EEXIST that
 * the first page is there, which who waits for it does not know.
 */
static void bring(size_t first, size_t count, const char *from)
{
	struct uffdio_copy copy;
	struct uffdio_range range;

	while (count) {
		copy = (struct uffdio_copy){
			.dst = (uintptr_t)restore.map + first * PAGE,
			.src = (uintptr_t)from,
			.len = count * PAGE,
		};
		if (!ioctl(restore.uffd, UFFDIO_COPY, &copy)) {
			restore.brought += count;
			return;
		}
		if (errno == EAGAIN && copy.copy > 0) {
			restore.brought += copy.copy / PAGE;
			first += copy.copy / PAGE;
			from += copy.copy;
			count -= copy.copy / PAGE;
			continue;
		}
		if (errno != EEXIST)
			die("UFFDIO_COPY", NULL);
		restore.there++;
		range.start = copy.dst;
		range.len = PAGE;
		ioctl(restore.uffd, UFFDIO_WAKE, &range);
		first++;
		from += PAGE;
		count--;
	}
}

static void handle_faults(char *buffer)
{
	struct uffd_msg msg;
	size_t page, count;

	while (read(restore.uffd, &msg, sizeof(msg)) == sizeof(msg)) {
		page = (msg.arg.pagefault.address - (uintptr_t)restore.map) / PAGE;
		count = restore.pages - page < BATCH ? restore.pages - page : BATCH;
		read_pages(buffer, page, count);
		bring(page, count, buffer);
		restore.faults++;
	}
	if (errno != EAGAIN && errno != EINTR)
		die("a userfaultfd", NULL);
}

static void *handler(void *unused)
{
	char *buffer = malloc(BATCH * PAGE);
	struct pollfd polled[2] = {
		{ .fd = restore.uffd, .events = POLLIN },
		{ .fd = restore.stop, .events = POLLIN },
	};

	if (!buffer)
		die("memory", NULL);
	while (!polled[1].revents) {
		if (poll(polled, 2, -1) < 0 && errno != EINTR)
			die("poll", NULL);
		if (polled[0].revents & POLLIN)
			handle_faults(buffer);
	}
	free(buffer);
	return unused;
}

/* --- who touches -------------------------------------------------------- */

/* Every page once, each thread in an order of its own. */
static uint32_t *order(unsigned int seed)
{
	uint32_t *pages = malloc(restore.pages * sizeof(*pages)), swap;
	size_t i, j;

	if (!pages)
		die("memory", NULL);
	for (i = 0; i < restore.pages; i++)
		pages[i] = i;
	for (i = restore.pages - 1; i > 0; i--) {
		j = (((uint64_t)rand_r(&seed) << 31) ^ rand_r(&seed)) % (i + 1);
		swap = pages[i];
		pages[i] = pages[j];
		pages[j] = swap;
	}
	return pages;
}

static void note(struct toucher *t, uint64_t us)
{
	unsigned int bucket = 0;

	while (bucket < BUCKETS - 1 && us >> (bucket + 1))
		bucket++;
	t->buckets[bucket]++;
	if (us > t->longest)
		t->longest = us;
}

static void *touch(void *argument)
{
	struct toucher *t = argument;
	uint32_t *pages = order(t->number + 1);
	char *wanted = malloc(PAGE);
	uint64_t start;
	size_t i;

	if (!wanted)
		die("memory", NULL);
	for (i = 0; i < restore.pages; i++) {
		start = now_us();
		(void)*(volatile char *)(restore.map + pages[i] * PAGE);
		note(t, now_us() - start);
		read_pages(wanted, pages[i], 1);
		if (memcmp(wanted, restore.map + pages[i] * PAGE, PAGE))
			t->wrong++;
	}
	free(wanted);
	free(pages);
	return NULL;
}

/* --- what came of it ---------------------------------------------------- */

static void show_histogram(const uint64_t *buckets)
{
	uint64_t most = 1;
	int i, first = 0, last = BUCKETS - 1;

	while (first < last && !buckets[first])
		first++;
	while (last > first && !buckets[last])
		last--;
	for (i = first; i <= last; i++)
		most = buckets[i] > most ? buckets[i] : most;
	printf("microseconds   touches\n");
	for (i = first; i <= last; i++)
		printf("%8lu ..  %8llu %.*s\n", i ? 1UL << i : 0UL, (unsigned long long)buckets[i],
		       (int)(buckets[i] * 50 / most),
		       "##################################################");
}

static uint64_t show(const struct toucher *touchers)
{
	uint64_t buckets[BUCKETS] = { 0 }, wrong = 0, longest = 0;
	unsigned int i, j;

	for (i = 0; i < restore.threads; i++) {
		wrong += touchers[i].wrong;
		longest = touchers[i].longest > longest ? touchers[i].longest : longest;
		for (j = 0; j < BUCKETS; j++)
			buckets[j] += touchers[i].buckets[j];
	}
	show_histogram(buckets);
	printf("%s: %zu pages, %llu faults handled, %llu pages brought, %llu there already\n",
	       restore.native ? "native" : "dpager", restore.pages,
	       (unsigned long long)restore.faults, (unsigned long long)restore.brought,
	       (unsigned long long)restore.there);
	printf("longest touch %llu microseconds, %llu pages wrong\n", (unsigned long long)longest,
	       (unsigned long long)wrong);
	return wrong;
}

static uint64_t run(void)
{
	struct toucher touchers[THREADS_MAX] = { 0 };
	pthread_t server;
	unsigned int i;

	restore.stop = eventfd(0, EFD_CLOEXEC);
	if (restore.stop < 0 || pthread_create(&server, NULL, handler, NULL))
		die("the handler", NULL);
	for (i = 0; i < restore.threads; i++) {
		touchers[i].number = i;
		if (pthread_create(&touchers[i].thread, NULL, touch, &touchers[i]))
			die("a thread", NULL);
	}
	for (i = 0; i < restore.threads; i++)
		pthread_join(touchers[i].thread, NULL);
	eventfd_write(restore.stop, 1);
	pthread_join(server, NULL);
	return show(touchers);
}

static void usage(FILE *to)
{
	fprintf(to,
		"Usage: lazy-restore [OPTION]... FILE\n"
		"Serve memory from FILE, page by page, as it is touched; verify it; show how long\n"
		"touches took.\n\n"
		"  -s, --store=NAME   page to this store (default: to all that are not private)\n"
		"  -n, --native       a memfd and the kernel's own userfaultfd instead\n"
		"  -t, --threads=N    how many threads touch it, 1 to %d (default 2)\n"
		"  -h, --help         this\n", THREADS_MAX);
}

static unsigned int threads_of(const char *text)
{
	char *end;
	unsigned long threads = strtoul(text, &end, 10);

	if (*end || threads < 1 || threads > THREADS_MAX) {
		fprintf(stderr, "lazy-restore: --threads: \"%s\" is not 1 to %d\n", text,
			THREADS_MAX);
		exit(2);
	}
	return threads;
}

static void arguments(int argc, char **argv)
{
	static const struct option options[] = {
		{ "store", required_argument, NULL, 's' },
		{ "native", no_argument, NULL, 'n' },
		{ "threads", required_argument, NULL, 't' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 }
	};
	int option;

	while ((option = getopt_long(argc, argv, "s:nt:h", options, NULL)) != -1) {
		switch (option) {
		case 's':
			restore.store = optarg;
			break;
		case 'n':
			restore.native = true;
			break;
		case 't':
			restore.threads = threads_of(optarg);
			break;
		case 'h':
			usage(stdout);
			exit(0);
		default:
			usage(stderr);
			exit(2);
		}
	}
	if (optind != argc - 1) {
		usage(stderr);
		exit(2);
	}
	restore.path = argv[optind];
}

int main(int argc, char **argv)
{
	struct stat stat;

	arguments(argc, argv);
	restore.file = open(restore.path, O_RDONLY | O_CLOEXEC);
	if (restore.file < 0 || fstat(restore.file, &stat))
		die(restore.path, NULL);
	if (!S_ISREG(stat.st_mode) || !stat.st_size) {
		errno = EINVAL;
		die(restore.path, "a regular file that is not empty is wanted");
	}
	restore.pages = (stat.st_size + PAGE - 1) / PAGE;
	if (restore.native)
		make_memfd();
	else
		make_object();
	begin();
	return run() ? 1 : 0;
}
