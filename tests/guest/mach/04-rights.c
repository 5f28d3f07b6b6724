// SPDX-License-Identifier: GPL-2.0
/*
 * KERN_PROTECTION_FAILURE: who may not. And KERN_RESOURCE_SHORTAGE: no descriptor left.
 */
#include <sys/resource.h>
#include <sys/stat.h>

#include "kern.h"
#include "proc.h"

static mach_port_t pager, store;
static int disk;

static bool refused(kern_return_t kern, const char *what)
{
	if (kern == KERN_PROTECTION_FAILURE && errno == EPERM &&
	    dpager_detail() == DPAGER_DETAIL_PRIVILEGE)
		return true;
	diag("%s: %d (%s)", what, kern, strerror(errno));
	return false;
}

static int unprivileged(void *unused)
{
	recnum_t runs[] = { 0, 64 };
	backing_store_basic_info_data_t info;
	mach_msg_type_number_t size = BACKING_STORE_BASIC_INFO_COUNT;
	mach_port_t port;
	bool good;

	(void)unused;
	good = refused(default_pager_backing_store_create(pager, -1, 0, &port), "create");
	good &= refused(default_pager_backing_store_delete(store), "delete");
	good &= refused(default_pager_backing_store_info(store, BACKING_STORE_BASIC_INFO,
							 (backing_store_info_t)&info, &size),
			"info");
	good &= refused(default_pager_add_segment(store, disk, 0, 64, 512), "add_segment");
	good &= refused(default_pager_paging_storage(pager, disk, runs, 2, "area", TRUE),
			"paging_storage");
	return !good;
}

static int objects_only(void *unused)
{
	memory_object_t object;

	(void)unused;
	if (default_pager_object_create(pager, &object, PAGE))
		return 1;
	return default_pager_object_create(store, &object, PAGE) ? 2 : 0;
}

/* /dev/dpager is root's. */
static int no_pager(void *unused)
{
	mach_port_t port = MACH_PORT_NULL;

	(void)unused;
	return host_default_memory_manager(mach_host_self(), &port, 0) != KERN_PROTECTION_FAILURE ||
	       port != MACH_PORT_NULL;
}

/* Who may only read it gets that. */
static int pager_to_read(void *unused)
{
	mach_port_t port = MACH_PORT_NULL;
	default_pager_info_t info;
	memory_object_t object;

	(void)unused;
	if (host_default_memory_manager(mach_host_self(), &port, 0))
		return 1;
	if (default_pager_info(port, &info))
		return 2;
	return default_pager_object_create(port, &object, PAGE) != KERN_PROTECTION_FAILURE;
}

static void manager(void)
{
	mach_port_t port = pager;

	ok_kern(host_default_memory_manager(mach_host_self(), &port, 0), KERN_FAILURE, EOPNOTSUPP,
		0, "the pager cannot be replaced");
	ok_equal(proc_run_as(PROC_NOBODY, no_pager, NULL), 0, "nobody gets no pager");
	if (chmod(DP_DEVICE, 0644))
		bail("chmod");
	ok_equal(proc_run_as(PROC_NOBODY, pager_to_read, NULL), 0,
		 "who may read gets one for reading");
	chmod(DP_DEVICE, 0600);
	ok_kern(default_pager_register_fileserver(pager, 1), KERN_FAILURE, EOPNOTSUPP, 0,
		"register_fileserver does nothing");
	ok_kern(default_pager_register_fileserver(1, 1), KERN_INVALID_ARGUMENT, ENOTTY, 0,
		"register_fileserver: no pager");
	ok_kern(default_pager_register_fileserver(pager, MACH_PORT_NULL), KERN_INVALID_ARGUMENT,
		EBADF, 0, "register_fileserver: no fileserver");
}

static void shortage(void)
{
	struct rlimit limit = { 0, 4096 };
	mach_port_t port;
	int next = dup(0);

	close(next);
	limit.rlim_cur = next;
	setrlimit(RLIMIT_NOFILE, &limit);
	ok_kern(default_pager_object_create(pager, &port, PAGE), KERN_RESOURCE_SHORTAGE, EMFILE, 0,
		"no descriptor for an object");
	ok_kern(default_pager_backing_store_create(pager, -1, 0, &port), KERN_RESOURCE_SHORTAGE,
		EMFILE, 0, "no descriptor for a store");
	limit.rlim_cur = 4096;
	setrlimit(RLIMIT_NOFILE, &limit);
}

int main(void)
{
	pager = kern_pager();
	store = kern_store(pager, -1);
	disk = block_open("/dev/vda", O_RDWR);
	ok_equal(proc_run_as(PROC_NOBODY, unprivileged, NULL), 0, "nobody may not");
	ok_equal(proc_run_userns(unprivileged, NULL), 0, "nor root of a user namespace");
	ok_equal(proc_run_as(PROC_NOBODY, objects_only, NULL), 0, "but for objects");
	manager();
	shortage();
	kern_delete(pager, store);
	return tap_done();
}
