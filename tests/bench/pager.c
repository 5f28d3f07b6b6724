// SPDX-License-Identifier: GPL-2.0
#include "pager.h"

#include <fcntl.h>
#include <linux/dpager.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

static struct dpager_info pager_ask(int pager)
{
	struct dpager_info info = { .size = sizeof(info) };

	if (pager < 0 || ioctl(pager, DPAGER_IOC_INFO, &info))
		perror("bench: /dev/dpager");
	return info;
}

static struct dpager_info pager_info(void)
{
	int pager = open("/dev/dpager", O_RDONLY | O_CLOEXEC);
	struct dpager_info info = pager_ask(pager);

	if (pager >= 0)
		close(pager);
	return info;
}

/* Between looks; that much too long it may take. */
#define AWAIT_US	50

void pager_await(uint64_t objects)
{
	int pager = open("/dev/dpager", O_RDONLY | O_CLOEXEC);

	/* Each look costs some 2,000 instructions: not one after the other. */
	while (pager_ask(pager).objects > objects)
		usleep(AWAIT_US);
	if (pager >= 0)
		close(pager);
}

uint64_t pager_objects(void)
{
	return pager_info().objects;
}

uint64_t pager_slots(void)
{
	struct dpager_info info = pager_info();

	return info.page_size ? (info.total - info.free) / info.page_size : 0;
}

uint64_t pager_slots_all(void)
{
	struct dpager_info info = pager_info();

	return info.page_size ? info.total / info.page_size : 0;
}

uint64_t pager_pages_in(void)
{
	return pager_info().pages_in;
}

uint64_t pager_pages_out(void)
{
	return pager_info().pages_out;
}

int64_t pager_page_out(int object, size_t offset, size_t bytes)
{
	struct dpager_object_control control = {
		.size = sizeof(control),
		.operation = DPAGER_CONTROL_PAGE_OUT,
		.offset = offset,
		.length = bytes,
	};

	if (!ioctl(object, DPAGER_IOC_OBJECT_CONTROL, &control))
		return (int64_t)control.pages;
	perror("bench: page out");
	return -1;
}
