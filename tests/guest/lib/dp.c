// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "block.h"
#include "dp.h"

/* A value that the kernel never answers: a detail that was not written shows. */
#define DETAIL_UNWRITTEN	0xdeadU

__thread uint32_t dp_detail;

struct dp_head {
	uint32_t size;
	uint32_t flags;
	uint32_t detail;
};

int dp_call(int fd, unsigned long request, void *argument, size_t size)
{
	struct dp_head *head = argument;
	int error;

	head->size = size;
	head->detail = DETAIL_UNWRITTEN;
	error = ioctl(fd, request, argument) < 0 ? errno : 0;
	dp_detail = head->detail;
	return error;
}

static const char *detail_name(uint32_t detail)
{
	static const char *const names[] = {
		"NONE", "SIZE", "FLAGS", "RESERVED", "NAME", "NAME_TAKEN",
		"PRIORITY", "CLUSTER", "ID", "PRIVILEGE", "MODE", "DEVICE_FD",
		"DEVICE_KIND", "DEVICE_MODE", "DEVICE_RDONLY", "RECORD_SIZE",
		"COUNT", "OVERFLOW", "BEYOND_END", "TOO_SMALL", "OVERLAP",
		"CLAIMED", "TABLE_FULL", "IN_USE", "OBJECT_SIZE", "OPERATION",
		"ALIGNMENT", "NO_SPACE", "IO", "ENTRY", "IN_PROGRESS",
		"NO_MEMORY", "DEADLINE", "HELD", "FILE_KIND", "FILE_SYSTEM",
		"FILE_HOLES", "FILE_FLAGS", "CHECKSUM", "STATE", "LEVEL",
		"EVENTFD", "STORES", "QUOTA", "UID", "ACCOUNTS", "DISCARD",
	};

	if (detail == DETAIL_UNWRITTEN)
		return "(not written)";
	return detail < sizeof(names) / sizeof(*names) ? names[detail] : "(unknown)";
}

bool ok_dp(int got, int want, uint32_t detail, const char *fmt, ...)
{
	uint32_t found = dp_detail;
	char text[256];
	va_list args;
	bool good;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	good = ok(got == want && found == detail, "%s", text);
	if (!good)
		diag("got %s %s, wanted %s %s",
		     got ? strerrorname_np(got) : "success", detail_name(found),
		     want ? strerrorname_np(want) : "success", detail_name(detail));
	return good;
}

static int pager_open(int mode)
{
	int fd = open(DP_DEVICE, mode | O_CLOEXEC);

	if (fd < 0)
		bail("cannot open " DP_DEVICE);
	return fd;
}

int dp_pager(void)
{
	return pager_open(O_RDWR);
}

int dp_pager_rdonly(void)
{
	return pager_open(O_RDONLY);
}

int dp_info(int pager, struct dpager_info *info)
{
	memset(info, 0, sizeof(*info));
	return dp_call(pager, DPAGER_IOC_INFO, info, sizeof(*info));
}

int dp_store_create(int pager, struct dpager_store_create *create)
{
	return dp_call(pager, DPAGER_IOC_STORE_CREATE, create, sizeof(*create));
}

static int store_with(int pager, int priority, uint32_t cluster, uint32_t flags, const char *name)
{
	struct dpager_store_create create = {
		.priority = priority,
		.cluster = cluster,
		.flags = flags,
	};

	if (name)
		snprintf(create.name, sizeof(create.name), "%s", name);
	errno = dp_store_create(pager, &create);
	if (errno)
		bail("cannot create a store: %s", detail_name(dp_detail));
	return create.fd;
}

int dp_store(int pager, int priority, uint32_t cluster, const char *name)
{
	return store_with(pager, priority, cluster, 0, name);
}

int dp_store_private(int pager, int priority, const char *name)
{
	return store_with(pager, priority, 0, DPAGER_STORE_PRIVATE, name);
}

int dp_store_open(int pager, uint64_t id, const char *name, int *fd)
{
	struct dpager_store_open open = { .id = id };
	int error;

	if (name)
		snprintf(open.name, sizeof(open.name), "%s", name);
	error = dp_call(pager, DPAGER_IOC_STORE_OPEN, &open, sizeof(open));
	*fd = error ? -1 : open.fd;
	return error;
}

static int store_info(int store, uint32_t flavor, struct dpager_store_info *info)
{
	memset(info, 0, sizeof(*info));
	info->flavor = flavor;
	return dp_call(store, DPAGER_IOC_STORE_INFO, info, sizeof(*info));
}

int dp_store_info(int store, struct dpager_store_info *info)
{
	return store_info(store, DPAGER_STORE_INFO_BASIC, info);
}

int dp_store_detail(int store, struct dpager_store_info *info)
{
	return store_info(store, DPAGER_STORE_INFO_DETAIL, info);
}

int dp_add(int store, struct dpager_add_segment *add)
{
	return dp_call(store, DPAGER_IOC_ADD_SEGMENT, add, sizeof(*add));
}

int dp_add_bytes(int store, int device, uint64_t offset, uint64_t bytes,
		 uint32_t record_size, uint64_t *id)
{
	struct dpager_add_segment add = {
		.device = device,
		.offset = offset / record_size,
		.count = bytes / record_size,
		.record_size = record_size,
	};
	int error = dp_add(store, &add);

	if (id)
		*id = error ? 0 : add.id;
	return error;
}

int dp_add_file(int store, int file, uint64_t bytes, struct dpager_add_file *add)
{
	memset(add, 0, sizeof(*add));
	add->file = file;
	add->bytes = bytes;
	return dp_call(store, DPAGER_IOC_ADD_FILE, add, sizeof(*add));
}

uint64_t dp_segment(int store, int device, uint64_t offset, uint64_t bytes)
{
	uint64_t id;

	errno = dp_add_bytes(store, device, offset, bytes, 4096, &id);
	if (errno)
		bail("cannot add a segment: %s", detail_name(dp_detail));
	return id;
}

uint64_t dp_segment_reserve(int store, int device, uint64_t offset, uint64_t bytes)
{
	struct dpager_add_segment add = {
		.flags = DPAGER_ADD_RESERVE,
		.device = device,
		.offset = offset / PAGE,
		.count = bytes / PAGE,
		.record_size = PAGE,
	};

	errno = dp_add(store, &add);
	if (errno)
		bail("cannot add a segment in reserve: %s", detail_name(dp_detail));
	return add.id;
}

/* What is out only, but was not written, shows. */
static void evacuate_unwritten(struct dpager_evacuate *evacuate)
{
	evacuate->pages = DETAIL_UNWRITTEN;
	evacuate->moved = DETAIL_UNWRITTEN;
	evacuate->lost = DETAIL_UNWRITTEN;
}

int dp_remove_with(int store, uint64_t id, uint32_t flags, struct dpager_evacuate *evacuate)
{
	struct dpager_remove_segment remove = { .flags = flags, .id = id };
	int error;

	evacuate_unwritten(evacuate);
	remove.evacuate = *evacuate;
	error = dp_call(store, DPAGER_IOC_REMOVE_SEGMENT, &remove, sizeof(remove));
	*evacuate = remove.evacuate;
	return error;
}

int dp_store_delete_with(int store, uint32_t flags, struct dpager_evacuate *evacuate)
{
	struct dpager_store_delete delete = { .flags = flags };
	int error;

	evacuate_unwritten(evacuate);
	delete.evacuate = *evacuate;
	error = dp_call(store, DPAGER_IOC_STORE_DELETE, &delete, sizeof(delete));
	*evacuate = delete.evacuate;
	return error;
}

int dp_resize_with(int store, uint64_t id, uint64_t bytes, uint32_t flags,
		   struct dpager_evacuate *evacuate, uint64_t *pages)
{
	struct dpager_resize_segment resize = {
		.flags = flags,
		.id = id,
		.bytes = bytes,
		.pages = DETAIL_UNWRITTEN,
	};
	int error;

	evacuate_unwritten(evacuate);
	resize.evacuate = *evacuate;
	error = dp_call(store, DPAGER_IOC_RESIZE_SEGMENT, &resize, sizeof(resize));
	*evacuate = resize.evacuate;
	if (pages)
		*pages = resize.pages;
	return error;
}

int dp_set_segment(int store, uint64_t id, uint32_t set, uint32_t clear)
{
	struct dpager_set_segment states = { .set = set, .clear = clear, .id = id };

	return dp_call(store, DPAGER_IOC_SET_SEGMENT, &states, sizeof(states));
}

int dp_remove(int store, uint64_t id, uint64_t *pages)
{
	struct dpager_evacuate evacuate = { };
	int error = dp_remove_with(store, id, DPAGER_EVACUATE_NOTHING, &evacuate);

	if (pages)
		*pages = evacuate.pages;
	return error;
}

int dp_store_delete(int store, uint64_t *pages)
{
	struct dpager_evacuate evacuate = { };
	int error = dp_store_delete_with(store, DPAGER_EVACUATE_NOTHING, &evacuate);

	if (pages)
		*pages = evacuate.pages;
	return error;
}

bool dp_segment_entry(int store, uint64_t id, struct dpager_segment_entry *entry)
{
	struct dpager_list list = {
		.entry_size = sizeof(*entry),
		.array = (uintptr_t)entry,
		.room = 1,
		.next = id,
	};

	memset(entry, 0, sizeof(*entry));
	return !dp_list(store, DPAGER_IOC_SEGMENTS, &list) && list.count == 1 && entry->id == id;
}

struct dpager_segment_entry dp_segment_now(int store, uint64_t id)
{
	struct dpager_segment_entry entry;

	if (!dp_segment_entry(store, id, &entry))
		bail("the store has no segment %llu", (unsigned long long)id);
	return entry;
}

uint64_t dp_segment_used(int store, uint64_t id)
{
	struct dpager_segment_entry entry = dp_segment_now(store, id);

	return entry.pages - entry.pages_free - entry.pages_bad;
}

int dp_object_create(int fd, uint64_t bytes, uint32_t flags,
		     struct dpager_object_create *create)
{
	memset(create, 0, sizeof(*create));
	create->bytes = bytes;
	create->flags = flags;
	create->fd = -1;
	return dp_call(fd, DPAGER_IOC_OBJECT_CREATE, create, sizeof(*create));
}

int dp_object(int pager_or_store, uint64_t bytes, uint64_t *id)
{
	struct dpager_object_create create;

	errno = dp_object_create(pager_or_store, bytes, 0, &create);
	if (errno)
		bail("cannot create an object: %s", detail_name(dp_detail));
	if (id)
		*id = create.id;
	return create.fd;
}

uint64_t dp_segment_on(int store, const char *path, uint64_t offset, uint64_t bytes)
{
	int device = block_open(path, O_RDWR);
	uint64_t segment = dp_segment(store, device, offset, bytes);

	close(device);
	return segment;
}

void *dp_map(int object, uint64_t bytes)
{
	void *map = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, object, 0);

	if (map == MAP_FAILED)
		bail("cannot map an object of %llu bytes", (unsigned long long)bytes);
	return map;
}

int dp_object_info(int object, struct dpager_object_info *info)
{
	memset(info, 0, sizeof(*info));
	return dp_call(object, DPAGER_IOC_OBJECT_INFO, info, sizeof(*info));
}

int dp_control(int object, uint32_t operation, uint64_t offset,
	       uint64_t length, uint64_t *pages)
{
	struct dpager_object_control control = {
		.operation = operation,
		.offset = offset,
		.length = length,
	};
	int error;

	error = dp_call(object, DPAGER_IOC_OBJECT_CONTROL, &control, sizeof(control));
	if (pages)
		*pages = control.pages;
	return error;
}

int dp_list(int fd, unsigned long request, struct dpager_list *list)
{
	return dp_call(fd, request, list, sizeof(*list));
}

int dp_triggers(int fd, uint32_t flags, int eventfd, uint64_t low, uint64_t high)
{
	struct dpager_triggers triggers = {
		.flags = flags,
		.eventfd = eventfd,
		.low = low,
		.high = high,
	};

	return dp_call(fd, DPAGER_IOC_TRIGGERS, &triggers, sizeof(triggers));
}

int dp_event(int fd, struct dpager_event *event)
{
	ssize_t got = read(fd, event, sizeof(*event));

	if (got < 0)
		return errno;
	return got == sizeof(*event) ? 0 : EPROTO;
}

uint64_t dp_page_out(int object)
{
	uint64_t pages;

	errno = dp_control(object, DPAGER_CONTROL_PAGE_OUT, 0, 0, &pages);
	if (errno)
		bail("cannot page out: %s", detail_name(dp_detail));
	return pages;
}

void dp_area_open(struct dp_area *area, int pager_or_store, uint64_t pages)
{
	area->pages = pages;
	area->fd = dp_object(pager_or_store, pages * PAGE, &area->id);
	area->map = dp_map(area->fd, pages * PAGE);
}

void dp_area_close(struct dp_area *area)
{
	munmap(area->map, area->pages * PAGE);
	close(area->fd);
}

void dp_load(void)
{
	int fd = block_open("/dpager.ko", O_RDONLY), tries;

	if (syscall(SYS_finit_module, fd, "", 0))
		bail("cannot load the module");
	close(fd);
	for (tries = 0; tries < 100 && access(DP_DEVICE, F_OK); tries++)
		usleep(10000);
}

int dp_unload(void)
{
	return syscall(SYS_delete_module, "dpager", O_NONBLOCK) ? errno : 0;
}

int dp_delete_wait(int store)
{
	int error, tries;

	for (tries = 0; tries < 2000; tries++) {
		error = dp_store_delete(store, NULL);
		if (error != EBUSY)
			return error;
		usleep(10000);
	}
	return error;
}

void dp_settle_to(int pager, uint64_t objects)
{
	struct dpager_info info;
	int tries;

	for (tries = 0; tries < 2000; tries++) {
		if (!dp_info(pager, &info) && info.objects <= objects)
			return;
		usleep(10000);
	}
	ok(false, "no object is left over");
	diag("%llu objects live on", (unsigned long long)info.objects);
}

void dp_settle(int pager)
{
	dp_settle_to(pager, 0);
}

void dp_scene_open(struct dp_scene *scene, const char *device, uint64_t bytes)
{
	scene->pager = dp_pager();
	scene->store = dp_store(scene->pager, DP_DEFAULT_PRIORITY, 0, NULL);
	scene->device = open(device, O_RDWR | O_CLOEXEC);
	if (scene->device < 0)
		bail("cannot open %s", device);
	scene->segment = dp_segment(scene->store, scene->device, 0, bytes);
}

int dp_balance(int pager, struct dpager_check *check)
{
	int tries, error = EAGAIN;

	for (tries = 0; error == EAGAIN && tries < 100; tries++) {
		if (tries)
			usleep(100000);
		*check = (struct dpager_check) { .flags = 0 };
		error = dp_call(pager, DPAGER_IOC_CHECK, check, sizeof(*check));
	}
	return error;
}

bool ok_balance(int pager, const char *when)
{
	struct dpager_check check;

	return ok_dp(dp_balance(pager, &check), 0, DPAGER_DETAIL_NONE, "%s: the books balance",
		     when);
}

void dp_scene_close(struct dp_scene *scene)
{
	ok_balance(scene->pager, "at the end");
	ok_errno(dp_delete_wait(scene->store), 0, "the store can be deleted at the end");
	dp_settle(scene->pager);
	close(scene->device);
	close(scene->store);
	close(scene->pager);
}
