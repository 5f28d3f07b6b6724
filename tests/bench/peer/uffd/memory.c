// SPDX-License-Identifier: GPL-2.0
#include "memory.h"

#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static int uffd = -1;
static char *start;
static size_t bytes;

static bool memory_register(void)
{
	struct uffdio_api api = {
		.api = UFFD_API,
		.features = UFFD_FEATURE_PAGEFAULT_FLAG_WP | UFFD_FEATURE_EVENT_UNMAP,
	};
	struct uffdio_register all = {
		.range = { (uintptr_t)start, bytes },
		.mode = UFFDIO_REGISTER_MODE_MISSING | UFFDIO_REGISTER_MODE_WP,
	};

	uffd = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
	return uffd >= 0 && !ioctl(uffd, UFFDIO_API, &api) && !ioctl(uffd, UFFDIO_REGISTER, &all);
}

void *memory_open(size_t groups)
{
	bytes = groups * GROUP_BYTES;
	start = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (start != MAP_FAILED && memory_register())
		return start;
	perror("bench: uffd: memory");
	return NULL;
}

void memory_unmap(void)
{
	munmap(start, bytes);
}

void memory_close(void)
{
	close(uffd);
}

static void check(bool done, const char *what)
{
	if (done)
		return;
	perror(what);
	_exit(1);
}

bool memory_wait(struct fault *fault)
{
	struct uffd_msg message;
	uint64_t flags;

	check(read(uffd, &message, sizeof(message)) == (ssize_t)sizeof(message), "uffd: read");
	if (message.event == UFFD_EVENT_UNMAP)
		return false;
	flags = message.arg.pagefault.flags;
	fault->group = (uint32_t)((message.arg.pagefault.address - (uintptr_t)start) / GROUP_BYTES);
	fault->write = flags & UFFD_PAGEFAULT_FLAG_WRITE;
	fault->protected = flags & UFFD_PAGEFAULT_FLAG_WP;
	return true;
}

void *memory_group(uint32_t group)
{
	return start + group * GROUP_BYTES;
}

static struct uffdio_range group_range(uint32_t group)
{
	return (struct uffdio_range){ (uintptr_t)memory_group(group), GROUP_BYTES };
}

void memory_copy(uint32_t group, const void *from, bool protect)
{
	struct uffdio_copy copy = {
		.dst = (uintptr_t)memory_group(group),
		.src = (uintptr_t)from,
		.len = GROUP_BYTES,
		.mode = protect ? UFFDIO_COPY_MODE_WP : 0,
	};

	check(!ioctl(uffd, UFFDIO_COPY, &copy), "uffd: copy");
}

void memory_zero(uint32_t group)
{
	struct uffdio_zeropage zero = { .range = group_range(group) };

	check(!ioctl(uffd, UFFDIO_ZEROPAGE, &zero), "uffd: zero");
}

void memory_protect(uint32_t group, bool protect)
{
	struct uffdio_writeprotect change = {
		.range = group_range(group),
		.mode = protect ? UFFDIO_WRITEPROTECT_MODE_WP : 0,
	};

	check(!ioctl(uffd, UFFDIO_WRITEPROTECT, &change), "uffd: protect");
}

void memory_wake(uint32_t group)
{
	struct uffdio_range range = group_range(group);

	check(!ioctl(uffd, UFFDIO_WAKE, &range), "uffd: wake");
}

void memory_drop(uint32_t group)
{
	check(!madvise(memory_group(group), GROUP_BYTES, MADV_DONTNEED), "uffd: drop");
}
