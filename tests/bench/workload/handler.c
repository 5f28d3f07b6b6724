// SPDX-License-Identifier: GPL-2.0
/*
 * Page faults that a program handles: instructions for one that a thread sees to,
 * and for each page that it brings 16 or 256 at a time. dpager's descriptor on an
 * object; with "swap" the kernel's own on a memfd.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "line.h"
#include "mark.h"
#include "sample.h"
#include "scale.h"
#include "workload/workloads.h"

#ifndef USERFAULTFD_IOC_NEW
#define USERFAULTFD_IOC_NEW	_IO(0xAA, 0x00)
#endif

#define FAULTS	4000
#define COPIES	8192
#define BATCH	256

/**
 * struct handled - a mapping and who handles its faults
 * @uffd: the descriptor
 * @map: the mapping
 * @pages: of it
 * @source: pages to be copied
 * @failed: a call failed
 */
struct handled {
	int uffd;
	char *map;
	size_t pages;
	char *source;
	volatile bool failed;
};

static int uffd_new(const struct turn *turn)
{
	int device, fd;

	if (!turn_is_dpager(turn))
		return syscall(SYS_userfaultfd, O_CLOEXEC);
	device = open("/dev/dpager", O_RDWR | O_CLOEXEC);
	fd = ioctl(device, USERFAULTFD_IOC_NEW, O_CLOEXEC);
	close(device);
	return fd;
}

static bool handled_open(struct handled *h, const struct turn *turn)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register reg = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	int object;

	h->failed = false;
	h->pages = scaled(FAULTS) + 2 * scaled(COPIES);
	object = turn->engine->object(h->pages * PAGE);
	h->map = mmap(NULL, h->pages * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, object, 0);
	h->source = malloc(BATCH * PAGE);
	h->uffd = uffd_new(turn);
	if (object < 0 || h->map == MAP_FAILED || !h->source || h->uffd < 0)
		return false;
	memset(h->source, 's', BATCH * PAGE);
	reg.range.start = (uintptr_t)h->map;
	reg.range.len = h->pages * PAGE;
	return !ioctl(h->uffd, UFFDIO_API, &api) && !ioctl(h->uffd, UFFDIO_REGISTER, &reg);
}

static bool copy(const struct handled *h, char *to, size_t pages)
{
	struct uffdio_copy call = {
		.dst = (uintptr_t)to,
		.src = (uintptr_t)h->source,
		.len = pages * PAGE,
	};

	return !ioctl(h->uffd, UFFDIO_COPY, &call);
}

static void *handle(void *argument)
{
	struct handled *h = argument;
	size_t left = scaled(FAULTS);
	struct uffd_msg msg;

	for (; left && !h->failed; left--)
		if (read(h->uffd, &msg, sizeof(msg)) != sizeof(msg) ||
		    !copy(h, (char *)(uintptr_t)msg.arg.pagefault.address, 1))
			h->failed = true;
	return NULL;
}

static void step_print(const struct turn *turn, const char *step, const struct sample *sample,
		       size_t touches)
{
	line_begin(turn, "handler", step);
	line_count("touches", touches);
	sample_print(sample);
	line_end();
}

/* Each page is one fault: what was not brought is not there. */
static bool round_trips(const struct turn *turn, struct handled *h)
{
	size_t faults = scaled(FAULTS), i;
	struct sample sample;
	pthread_t thread;

	if (pthread_create(&thread, NULL, handle, h))
		return false;
	sample = sample_take();
	for (i = 0; i < faults; i++)
		if (*(volatile char *)(h->map + i * PAGE) != 's')
			h->failed = true;
	sample = sample_since(&sample);
	pthread_join(thread, NULL);
	step_print(turn, "round trip", &sample, faults);
	return !h->failed;
}

static bool copies(const struct turn *turn, struct handled *h, size_t first, size_t batch,
		   const char *step)
{
	size_t pages = scaled(COPIES) / batch * batch, i;
	struct sample sample = sample_take();

	for (i = 0; i < pages; i += batch)
		if (!copy(h, h->map + (first + i) * PAGE, batch))
			return false;
	sample = sample_since(&sample);
	step_print(turn, step, &sample, pages);
	return true;
}

static bool handler_work(const struct turn *turn, const void *unused)
{
	size_t faults = scaled(FAULTS), first = faults + scaled(COPIES);
	struct handled h;

	(void)unused;
	if (handled_open(&h, turn) && round_trips(turn, &h) &&
	    copies(turn, &h, faults, 16, "copy 16") && copies(turn, &h, first, BATCH, "copy 256"))
		return true;
	fprintf(stderr, "bench: handler: %s\n", strerror(errno));
	return false;
}

static bool handler_run(const struct turn *turn)
{
	return turn_process(turn, handler_work, NULL);
}

const struct trial trial_handler = {
	.name = "handler",
	.boot = "icount",
	.workloads = { "handler" },
	.peers = { "dpager", "swap" },
	.run = handler_run,
};
