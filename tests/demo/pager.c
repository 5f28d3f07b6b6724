// SPDX-License-Identifier: GPL-2.0
#include "pager.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/dpager.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define RECORD	4096

static bool failed(const char *what, const char *whose, uint32_t detail)
{
	fprintf(stderr, "demo: %s%s%s: %s", what, *whose ? " " : "", whose, strerror(errno));
	if (detail)
		fprintf(stderr, " (detail %u)", detail);
	fprintf(stderr, "\n");
	return false;
}

static bool store_create(struct pager *pager)
{
	struct dpager_store_create store = {
		.size = sizeof(store),
		.priority = -1,
		.name = "demo",
	};

	if (ioctl(pager->control, DPAGER_IOC_STORE_CREATE, &store))
		return failed("create store", store.name, store.detail);
	pager->store = store.fd;
	return true;
}

static bool segment_add(struct pager *pager, const char *disk)
{
	struct dpager_add_segment segment = {
		.size = sizeof(segment),
		.record_size = RECORD,
	};
	off_t bytes;

	segment.device = open(disk, O_RDWR | O_CLOEXEC);
	if (segment.device < 0)
		return failed("open", disk, 0);
	bytes = lseek(segment.device, 0, SEEK_END);
	segment.count = bytes < 0 ? 0 : (uint64_t)bytes / RECORD;
	if (ioctl(pager->store, DPAGER_IOC_ADD_SEGMENT, &segment)) {
		failed("add segment", disk, segment.detail);
		close(segment.device);
		return false;
	}
	close(segment.device);
	pager->room += segment.pages * RECORD;
	return true;
}

static bool object_create(struct pager *pager, size_t bytes)
{
	struct dpager_object_create object = {
		.size = sizeof(object),
		.bytes = bytes,
	};

	if (ioctl(pager->store, DPAGER_IOC_OBJECT_CREATE, &object))
		return failed("create object", "", object.detail);
	pager->object = object.fd;
	return true;
}

static bool memfd_object(struct pager *pager, size_t bytes)
{
	pager->object = memfd_create("demo", MFD_CLOEXEC);
	if (pager->object < 0 || ftruncate(pager->object, (off_t)bytes))
		return failed("memfd", "", 0);
	return true;
}

bool pager_create(struct pager *pager, size_t bytes)
{
	int i;

	pager->store = pager->object = pager->control = -1;
	if (pager->memfd)
		return memfd_object(pager, bytes);
	pager->control = open("/dev/dpager", O_RDWR | O_CLOEXEC);
	if (pager->control < 0)
		return failed("open", "/dev/dpager", 0);
	if (!store_create(pager))
		return false;
	for (i = 0; i < PAGER_DISKS; i++) {
		if (!segment_add(pager, pager->disks[i]))
			return false;
	}
	return object_create(pager, bytes);
}

/* What a memfd holds is all that can be said of it. */
static bool memfd_figures(const struct pager *pager, struct figures *figures)
{
	struct stat status;

	if (fstat(pager->object, &status))
		return failed("fstat", "memfd", 0);
	figures->resident = (uint64_t)status.st_blocks * 512;
	return true;
}

bool pager_figures(const struct pager *pager, struct figures *figures)
{
	struct dpager_object_info object = { .size = sizeof(object) };
	struct dpager_info info = { .size = sizeof(info) };

	memset(figures, 0, sizeof(*figures));
	if (pager->memfd)
		return memfd_figures(pager, figures);
	if (ioctl(pager->object, DPAGER_IOC_OBJECT_INFO, &object))
		return failed("object info", "", object.detail);
	if (ioctl(pager->control, DPAGER_IOC_INFO, &info))
		return failed("info", "", info.detail);
	figures->resident = object.resident;
	figures->paged_out = object.paged_out;
	figures->major_faults = object.major_faults;
	figures->pages_in = object.pages_in;
	figures->pages_out = object.pages_out;
	figures->requests = info.reads + info.writes;
	return true;
}

/* The object's last reference is gone, but its slots are freed behind our back. */
static bool store_delete(struct pager *pager)
{
	struct dpager_store_delete store = {
		.size = sizeof(store),
		.flags = DPAGER_EVACUATE_NOTHING,
	};
	int tries;

	for (tries = 0; tries < 200; tries++) {
		if (!ioctl(pager->store, DPAGER_IOC_STORE_DELETE, &store))
			return true;
		if (errno != EBUSY && errno != EINTR)
			break;
		usleep(50000);
	}
	return failed("delete store", "demo", store.detail);
}

bool pager_delete(struct pager *pager)
{
	bool deleted = true;

	if (pager->object >= 0)
		close(pager->object);
	if (pager->store >= 0) {
		deleted = store_delete(pager);
		close(pager->store);
	}
	if (pager->control >= 0)
		close(pager->control);
	pager->store = pager->object = pager->control = -1;
	return deleted;
}
