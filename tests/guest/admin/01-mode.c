// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/dpager: for root only by default (and the group dpager where there is
 * one); a pager descriptor open for reading gives information and no object.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "dp.h"
#include "proc.h"

static int open_errno(void *mode)
{
	int fd = open(DP_DEVICE, *(int *)mode);

	return fd < 0 ? errno : 0;
}

static void mode(void)
{
	int read_only = O_RDONLY, both = O_RDWR;
	struct stat stat_of;

	ok(!stat(DP_DEVICE, &stat_of) && S_ISCHR(stat_of.st_mode), "it is a character device");
	ok_equal(stat_of.st_mode & 07777, 0600, "its mode");
	ok(!stat_of.st_uid && !stat_of.st_gid, "its owner is root");
	ok_errno(proc_run_as(PROC_NOBODY, open_errno, &read_only), EACCES,
		 "an unprivileged open for reading");
	ok_errno(proc_run_as(PROC_NOBODY, open_errno, &both), EACCES,
		 "an unprivileged open for writing");
}

static void read_only(void)
{
	int pager = dp_pager_rdonly(), fd;
	struct dpager_store_create create_store = { .priority = -1 };
	struct dpager_list list = { .entry_size = 8 };
	struct dpager_object_create create;
	struct dpager_info info;

	ok_dp(dp_object_create(pager, PAGE, 0, &create), EACCES, DPAGER_DETAIL_MODE,
	      "open for reading: OBJECT_CREATE");
	ok_dp(dp_store_create(pager, &create_store), EACCES, DPAGER_DETAIL_MODE,
	      "open for reading: STORE_CREATE");
	ok_dp(dp_store_open(pager, 1, NULL, &fd), EACCES, DPAGER_DETAIL_MODE,
	      "open for reading: STORE_OPEN");
	ok_dp(dp_info(pager, &info), 0, 0, "open for reading: INFO");
	ok_dp(dp_list(pager, DPAGER_IOC_STORES, &list), 0, 0, "open for reading: STORES");
	ok_dp(dp_list(pager, DPAGER_IOC_OBJECTS, &list), 0, 0, "open for reading: OBJECTS");
	ok(!info.objects && !info.stores, "nothing was made");
	close(pager);
}

/* Writing alone is enough for objects. */
static void write_only(void)
{
	struct dpager_object_create create;
	int pager = open(DP_DEVICE, O_WRONLY | O_CLOEXEC);

	ok_errno(dp_object_create(pager, PAGE, 0, &create), 0, "open for writing: OBJECT_CREATE");
	close(create.fd);
	close(pager);
	/* INFO needs a descriptor open for reading. */
	pager = dp_pager();
	dp_settle(pager);
	close(pager);
}

static void no_file_operations(void)
{
	int pager = dp_pager();
	char byte = 0;

	ok(read(pager, &byte, 1) < 0, "read fails");
	ok(write(pager, &byte, 1) < 0, "write fails");
	close(pager);
}

int main(void)
{
	mode();
	read_only();
	write_only();
	no_file_operations();
	return tap_done();
}
