/* SPDX-License-Identifier: GPL-2.0 */
/* What the tests of Mach's spelling share. */
#ifndef KERN_H
#define KERN_H

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <dpager/dpager.h>
#include <mach/mach.h>

#include "block.h"
#include "dp.h"

/* A failure's errno and detail are what they must be, too. */
__attribute__((format(printf, 5, 6)))
static inline bool ok_kern(kern_return_t got, kern_return_t want, int error, uint32_t detail,
			   const char *fmt, ...)
{
	uint32_t found = dpager_detail();
	int why = got ? errno : 0;
	char text[256];
	va_list args;
	bool good;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	good = ok(got == want && why == error && (!got || found == detail), "%s", text);
	if (!good)
		diag("got %d (%s, %s), wanted %d (%s, %s)", got, strerror(why),
		     dpager_explain(found), want, strerror(error), dpager_explain(detail));
	return good;
}

/* These return a port, or bail out. */
static inline mach_port_t kern_pager(void)
{
	mach_port_t pager = MACH_PORT_NULL;

	if (host_default_memory_manager(mach_host_self(), &pager, 0))
		bail("no pager");
	return pager;
}

static inline mach_port_t kern_store(mach_port_t pager, int priority)
{
	mach_port_t store;

	if (default_pager_backing_store_create(pager, priority, 0, &store))
		bail("no store");
	return store;
}

/* The first bytes of the disk become a segment. */
static inline void kern_segment(mach_port_t store, const char *path, uint64_t bytes)
{
	int disk = block_open(path, O_RDWR);

	if (default_pager_add_segment(store, disk, 0, bytes / 512, 512))
		bail("no segment: %s", dpager_explain(dpager_detail()));
	close(disk);
}

static inline memory_object_t kern_object(mach_port_t pager, vm_size_t bytes)
{
	memory_object_t object;

	if (default_pager_object_create(pager, &object, bytes))
		bail("no object");
	return object;
}

/* Every page of it is stamped and written to a store. */
static inline void kern_page_out(memory_object_t object, uint64_t pages)
{
	char *map = dp_map(object, pages * PAGE);

	stamp_fill(map, object, 0, pages, 1);
	munmap(map, pages * PAGE);
	dp_page_out(object);
}

/* Deletes the store when its dead objects are gone. */
static inline void kern_delete(mach_port_t pager, mach_port_t store)
{
	dp_settle(pager);
	ok_errno(dp_delete_wait(store), 0, "the store can be deleted at the end");
	mach_port_deallocate(mach_task_self(), store);
}

#endif
