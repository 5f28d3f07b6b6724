// SPDX-License-Identifier: GPL-2.0
/* dpager: a store with one segment; a second one may take its place. */
#include <errno.h>
#include <fcntl.h>
#include <linux/dpager.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "disk.h"
#include "mark.h"
#include "peer/peers.h"

static const char *device = DISK_DPAGER;
static int store = -1;
static uint64_t segments[2];	/* by age; 0: none */

void engine_dpager_use(const char *other)
{
	device = other ? other : DISK_DPAGER;
}

static bool failed(const char *what, uint32_t detail)
{
	fprintf(stderr, "bench: dpager: %s: %s (detail %u)\n", what, strerror(errno), detail);
	return false;
}

static bool store_create(void)
{
	struct dpager_store_create create = { .size = sizeof(create), .priority = -1 };
	int pager = open("/dev/dpager", O_RDWR | O_CLOEXEC);

	if (pager < 0)
		return failed("open /dev/dpager", 0);
	if (ioctl(pager, DPAGER_IOC_STORE_CREATE, &create)) {
		failed("create store", create.detail);
		close(pager);
		return false;
	}
	close(pager);
	store = create.fd;
	return true;
}

static bool segment_add(const char *path)
{
	struct dpager_add_segment add = { .size = sizeof(add), .record_size = PAGE };
	off_t bytes;
	bool added;

	add.device = open(path, O_RDWR | O_CLOEXEC);
	bytes = add.device < 0 ? -1 : lseek(add.device, 0, SEEK_END);
	if (bytes < 0)
		return failed(path, 0);
	add.count = (uint64_t)bytes / PAGE;
	added = !ioctl(store, DPAGER_IOC_ADD_SEGMENT, &add);
	if (added)
		segments[segments[0] ? 1 : 0] = add.id;
	else
		failed("add segment", add.detail);
	close(add.device);
	return added;
}

static bool dpager_begin(void)
{
	segments[0] = 0;
	return store_create() && segment_add(device);
}

bool engine_dpager_extend(const char *other)
{
	return segment_add(other);
}

int64_t engine_dpager_evacuate(void)
{
	struct dpager_remove_segment remove = { .size = sizeof(remove), .id = segments[0] };

	if (ioctl(store, DPAGER_IOC_REMOVE_SEGMENT, &remove)) {
		failed("remove segment", remove.detail);
		return -1;
	}
	segments[0] = segments[1];
	return (int64_t)remove.evacuate.moved;
}

static int dpager_object(size_t bytes)
{
	struct dpager_object_create create = { .size = sizeof(create), .bytes = bytes };

	if (!ioctl(store, DPAGER_IOC_OBJECT_CREATE, &create))
		return create.fd;
	failed("create object", create.detail);
	return -1;
}

/* Slots of an object that just went away may be freed a little later. */
static bool dpager_end(void)
{
	struct dpager_store_delete delete = {
		.size = sizeof(delete),
		.flags = DPAGER_EVACUATE_NOTHING,
	};
	bool deleted = false;
	int tries;

	for (tries = 0; tries < 200 && !deleted; tries++) {
		deleted = !ioctl(store, DPAGER_IOC_STORE_DELETE, &delete);
		if (!deleted && errno != EBUSY)
			break;
		if (!deleted)
			usleep(50000);
	}
	if (!deleted)
		failed("delete store", delete.detail);
	close(store);
	store = -1;
	return deleted;
}

const struct engine peer_dpager = {
	.name = "dpager",
	.begin = dpager_begin,
	.object = dpager_object,
	.end = dpager_end,
	.traits = ENGINE_SHARED | ENGINE_CGROUP,
};
