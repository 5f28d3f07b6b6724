// SPDX-License-Identifier: GPL-2.0
/*
 * Where the struct of ADD_SEGMENT may lie: misaligned, across two pages, in
 * memory of an object that is paged out. Where it may not: nowhere, read-only.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "block.h"
#include "dp.h"

static int pager, store, disk;

static struct dpager_add_segment template(void)
{
	return (struct dpager_add_segment){
		.size = sizeof(struct dpager_add_segment),
		.detail = 99,
		.device = disk,
		.offset = 1024,
		.count = 16,
		.record_size = 4096,
	};
}

static int add_at(void *address)
{
	return ioctl(store, DPAGER_IOC_ADD_SEGMENT, address) ? errno : 0;
}

static unsigned long long segments(void)
{
	struct dpager_info info;

	dp_info(pager, &info);
	return info.segments;
}

static void works_at(char *address, const char *where)
{
	struct dpager_add_segment add = template();
	unsigned long long before = segments();

	memcpy(address, &add, sizeof(add));
	ok_errno(add_at(address), 0, "a struct %s", where);
	memcpy(&add, address, sizeof(add));
	ok(add.id && add.pages == 16 && !add.detail, "its answers, %s", where);
	ok_equal(segments(), before + 1, "a segment more, %s", where);
	ok_errno(dp_remove(store, add.id, NULL), 0, "remove it again, %s", where);
}

static void faults_at(void *address, const char *where)
{
	unsigned long long before = segments();

	ok_errno(add_at(address), EFAULT, "a struct %s", where);
	ok_equal(segments(), before, "nothing changed, %s", where);
}

static void bad_places(char *memory)
{
	struct dpager_add_segment add = template();

	faults_at(NULL, "at NULL");
	faults_at((void *)1, "at 1");
	faults_at((void *)-4096L, "at the end of memory");
	faults_at((void *)0xffff888000000000, "in the kernel");
	memcpy(memory, &add, sizeof(add));
	memcpy(memory + PAGE - 16, &add, 16);
	mprotect(memory + PAGE, PAGE, PROT_NONE);
	faults_at(memory + PAGE - 16, "whose end is not mapped");
	mprotect(memory, PAGE, PROT_READ);
	faults_at(memory, "that can only be read");
	mprotect(memory, 2 * PAGE, PROT_READ | PROT_WRITE);
}

/* The struct's pages must be read from the store that the call works on. */
static void paged_out(void)
{
	struct dpager_add_segment add = template();
	uint64_t id = dp_segment(store, disk, 0, MiB);
	int object = dp_object(store, 4 * PAGE, NULL);
	struct dpager_object_info info;
	char *map = dp_map(object, 4 * PAGE), *address = map + PAGE - 20;

	memcpy(address, &add, sizeof(add));
	ok_equal(dp_page_out(object), 2, "page out the struct");
	dp_object_info(object, &info);
	ok_equal(info.resident, 0, "it is not in memory");
	ok_errno(add_at(address), 0, "a struct that is paged out");
	memcpy(&add, address, sizeof(add));
	ok(add.id && add.pages == 16 && !add.detail, "its answers");
	dp_page_out(object);
	ok_errno(add_at(address), EEXIST, "once more, a refusal");
	memcpy(&add, address, sizeof(add));
	ok(add.detail == DPAGER_DETAIL_OVERLAP, "its detail");
	munmap(map, 4 * PAGE);
	close(object);
	dp_settle(pager);
	while (dp_remove(store, id, NULL) == EBUSY)
		usleep(10000);
}

int main(void)
{
	char *memory = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	pager = dp_pager();
	store = dp_store(pager, -1, 0, NULL);
	disk = block_open("/dev/vda", O_RDWR);
	works_at(memory, "that is aligned");
	works_at(memory + 1, "that is misaligned");
	works_at(memory + PAGE - 20, "across two pages");
	bad_places(memory);
	paged_out();
	ok_errno(dp_store_delete(store, NULL), 0, "delete the store");
	return tap_done();
}
