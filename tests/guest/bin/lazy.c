// SPDX-License-Identifier: GPL-2.0
/*
 * A program as there are many: a memfd, and a userfaultfd by the system call, or by a
 * device. It says what it read, and what its descriptor is. Dynamic, for
 * libdpager-preload.so. usage: lazy [DEVICE]
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef USERFAULTFD_IOC_NEW
#define USERFAULTFD_IOC_NEW	_IO(0xAA, 0x00)
#endif

#define BYTES	(16 * 4096UL)

static char page[4096] = "lazy";
static int uffd;

static void *serve(void *unused)
{
	struct uffdio_copy copy = { .src = (uintptr_t)page, .len = sizeof(page) };
	struct uffd_msg msg;

	if (read(uffd, &msg, sizeof(msg)) == sizeof(msg)) {
		copy.dst = msg.arg.pagefault.address & -4096UL;
		ioctl(uffd, UFFDIO_COPY, &copy);
	}
	return unused;
}

/* By the system call, or by a device that somebody names. */
static int open_uffd(const char *device)
{
	int fd = device ? open(device, O_RDWR | O_CLOEXEC) : -1;

	return device ? ioctl(fd, USERFAULTFD_IOC_NEW, O_CLOEXEC) :
			(int)syscall(SYS_userfaultfd, O_CLOEXEC);
}

int main(int argc, char **argv)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register reg = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	int memfd = memfd_create("lazy", MFD_CLOEXEC);
	char *map, link[64] = "", path[32];
	pthread_t server;

	if (ftruncate(memfd, BYTES))
		return perror("lazy: memfd"), 1;
	map = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, memfd, 0);
	uffd = open_uffd(argc > 1 ? argv[1] : NULL);
	if (uffd < 0 || ioctl(uffd, UFFDIO_API, &api))
		return perror("lazy: userfaultfd"), 1;
	reg.range.start = (uintptr_t)map;
	reg.range.len = BYTES;
	if (ioctl(uffd, UFFDIO_REGISTER, &reg))
		return perror("lazy: register"), 1;
	pthread_create(&server, NULL, serve, NULL);
	printf("%s", map + 4096);
	pthread_join(server, NULL);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", uffd);
	if (readlink(path, link, sizeof(link) - 1) < 0)
		return perror("lazy: readlink"), 1;
	printf(" %s\n", link);
	return 0;
}
