// SPDX-License-Identifier: GPL-2.0
/*
 * The calls of a 32-bit process. There is no 32-bit libc to link with, so this
 * program enters the kernel where such a process would, by int 0x80 with
 * everything below 4 GiB: that is the compat ioctl.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "block.h"
#include "dp.h"

#define NR32_IOCTL	54
#define NR32_GETPID	20

static sigjmp_buf escape;

static void caught(int signal)
{
	siglongjmp(escape, signal);
}

static int call32(unsigned int number, unsigned int a, unsigned int b, unsigned int c)
{
	unsigned int result;

	asm volatile("int $0x80"
		     : "=a" (result)
		     : "a" (number), "b" (a), "c" (b), "d" (c)
		     : "memory", "r8", "r9", "r10", "r11");
	return result;
}

static bool have_compat(void)
{
	struct sigaction action = { .sa_handler = caught };

	sigaction(SIGSEGV, &action, NULL);
	if (sigsetjmp(escape, 1))
		return false;
	return call32(NR32_GETPID, 0, 0, 0) == getpid();
}

static int ioctl32(int fd, unsigned long request, void *argument)
{
	return -call32(NR32_IOCTL, fd, request, (uintptr_t)argument);
}

static void *low;

#define ON_LOW(type, ...)						\
	({ type value_ = { .size = sizeof(type), .detail = 99, __VA_ARGS__ };	\
	   (type *)memcpy(low, &value_, sizeof(value_)); })

static int store_calls(int pager)
{
	struct dpager_info *info = ON_LOW(struct dpager_info);
	struct dpager_store_create *create;
	struct dpager_triggers *triggers;
	struct dpager_event event;
	struct dpager_list *list;
	int store;

	ok_errno(ioctl32(pager, DPAGER_IOC_INFO, info), 0, "INFO");
	ok(info->page_size == PAGE && !info->detail, "its answers");
	create = ON_LOW(struct dpager_store_create, .priority = 7);
	ok_errno(ioctl32(pager, DPAGER_IOC_STORE_CREATE, create), 0, "STORE_CREATE");
	store = create->fd;
	ok(create->id && create->cluster == 128 * 1024, "its answers");
	list = ON_LOW(struct dpager_list, .entry_size = 64, .array = (uintptr_t)low + 2048,
		      .room = 4);
	ok_errno(ioctl32(pager, DPAGER_IOC_STORES, list), 0, "STORES");
	ok(list->count == 1 && list->total == 1, "its answers");
	triggers = ON_LOW(struct dpager_triggers, .eventfd = -1, .low = 5 * GiB,
			  .high = 6 * GiB);
	ok_errno(ioctl32(store, DPAGER_IOC_TRIGGERS, triggers), 0, "TRIGGERS");
	ok(!dp_event(store, &event) && event.kind == DPAGER_EVENT_LOW, "its event");
	triggers->high = 5 * GiB - 1;
	ok_errno(ioctl32(store, DPAGER_IOC_TRIGGERS, triggers), EINVAL, "TRIGGERS, wrong");
	ok_equal(triggers->detail, DPAGER_DETAIL_LEVEL, "its detail");
	return store;
}

static void object_calls(int store)
{
	struct dpager_object_create *create;
	struct dpager_object_control *control;
	struct dpager_add_segment *add;
	int object, disk = block_open("/dev/vda", O_RDWR);

	add = ON_LOW(struct dpager_add_segment, .device = disk,
		     .count = 256, .record_size = 4096);
	ok_errno(ioctl32(store, DPAGER_IOC_ADD_SEGMENT, add), 0, "ADD_SEGMENT");
	ok(add->pages == 256 && add->id, "its answers");
	ok_errno(ioctl32(store, DPAGER_IOC_ADD_SEGMENT, add), EEXIST, "ADD_SEGMENT again");
	ok_equal(add->detail, DPAGER_DETAIL_OVERLAP, "its detail");
	create = ON_LOW(struct dpager_object_create, .bytes = 5 * GiB + 1);
	ok_errno(ioctl32(store, DPAGER_IOC_OBJECT_CREATE, create), 0, "OBJECT_CREATE");
	object = create->fd;
	ok_equal(create->bytes, 5 * GiB + PAGE, "its answers, above 4 GiB");
	control = ON_LOW(struct dpager_object_control,
			 .operation = DPAGER_CONTROL_PAGE_OUT, .offset = 5 * GiB);
	ok_errno(ioctl32(object, DPAGER_IOC_OBJECT_CONTROL, control), 0, "OBJECT_CONTROL");
	ok_errno(ioctl32(object, DPAGER_IOC_INFO, control), ENOTTY, "a wrong kind");
	close(object);
	close(disk);
}

int main(void)
{
	int pager, store;

	if (!have_compat())
		tap_skip_all("the kernel has no 32-bit system calls");
	low = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	if (low == MAP_FAILED)
		bail("no memory below 4 GiB");
	pager = dp_pager();
	store = store_calls(pager);
	object_calls(store);
	dp_settle(pager);
	ok_errno(dp_store_delete(store, NULL), 0, "delete the store");
	return tap_done();
}
