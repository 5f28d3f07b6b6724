// SPDX-License-Identifier: GPL-2.0
/*
 * default_pager_add_file: what is taken, and each answer to what is not.
 *
 * guest: kmod=ext4
 */
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "kern.h"

#define FOLDER	"/tmp/dp-files"
#define BYTES	(8 * MiB)

static mach_port_t pager, store;

static void mount_folder(void)
{
	if (system("mke2fs -m 0 -b 4096 /dev/vdb 16384 >/dev/null 2>&1") || mkdir(FOLDER, 0700) ||
	    mount("/dev/vdb", FOLDER, "ext4", 0, NULL))
		bail("no file system");
}

/* A file all of whose blocks were written. */
static int file_create(const char *name, uint64_t bytes)
{
	static const char block[MiB];
	int file = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	uint64_t at;

	if (file < 0)
		bail("no file %s", name);
	for (at = 0; at < bytes; at += MiB)
		if (write(file, block, MiB) != MiB)
			bail("cannot write %s", name);
	fsync(file);
	return file;
}

static void added(void)
{
	int file = file_create(FOLDER "/good", BYTES);
	memory_object_t object;
	struct dpager_info info;

	ok_kern(default_pager_add_file(store, file, 4096, BYTES / 4096), KERN_SUCCESS, 0, 0,
		"a file, in records of 4096");
	ok(!dpager_info(pager, &info) && info.total == BYTES, "has its space");
	ok_kern(default_pager_add_file(store, file, 512, BYTES / 512), KERN_INVALID_ARGUMENT,
		ETXTBSY, DPAGER_DETAIL_FILE_FLAGS, "the same file again");
	close(file);
	object = kern_object(pager, MiB);
	kern_page_out(object, MiB / PAGE);
	ok(!dpager_info(pager, &info) && info.free == BYTES - MiB, "and takes pages");
	close(object);
}

static void bad_files(void)
{
	int hollow = open(FOLDER "/hollow", O_RDWR | O_CREAT, 0600);
	int plain = open("/tmp/dp-plain", O_RDWR | O_CREAT, 0600), rdonly;
	int small = file_create(FOLDER "/small", MiB);

	if (ftruncate(hollow, MiB) || ftruncate(plain, MiB))
		bail("ftruncate");
	rdonly = open(FOLDER "/small", O_RDONLY);
	ok_kern(default_pager_add_file(store, hollow, 4096, 256), KERN_INVALID_ARGUMENT, EINVAL,
		DPAGER_DETAIL_FILE_HOLES, "a file of holes");
	ok_kern(default_pager_add_file(store, plain, 4096, 256), KERN_FAILURE, EOPNOTSUPP,
		DPAGER_DETAIL_FILE_SYSTEM, "a file in memory");
	ok_kern(default_pager_add_file(store, rdonly, 4096, 256), KERN_PROTECTION_FAILURE, EACCES,
		DPAGER_DETAIL_DEVICE_MODE, "a file open for reading");
	ok_kern(default_pager_add_file(store, small, 4096, 257), KERN_INVALID_ARGUMENT, ENXIO,
		DPAGER_DETAIL_BEYOND_END, "a record more than it has");
	ok_kern(default_pager_add_file(store, small, 512, 7), KERN_FAILURE, ENOSPC,
		DPAGER_DETAIL_TOO_SMALL, "less than a page");
	ok_kern(default_pager_add_file(store, store, 4096, 1), KERN_INVALID_ARGUMENT, EINVAL,
		DPAGER_DETAIL_FILE_KIND, "a store for a file");
	ok_kern(default_pager_add_file(store, MACH_PORT_NULL, 4096, 1), KERN_INVALID_ARGUMENT,
		EBADF, DPAGER_DETAIL_DEVICE_FD, "the null port for a file");
	close(hollow);
	close(plain);
	close(rdonly);
	close(small);
	unlink("/tmp/dp-plain");
}

/* The library's own checks: the module knows bytes only. */
static void bad_records(void)
{
	int file = file_create(FOLDER "/records", MiB);

	ok_kern(default_pager_add_file(store, file, 0, 1), KERN_INVALID_ARGUMENT, EINVAL,
		DPAGER_DETAIL_RECORD_SIZE, "a record of 0");
	ok_kern(default_pager_add_file(store, file, -4096, 1), KERN_INVALID_ARGUMENT, EINVAL,
		DPAGER_DETAIL_RECORD_SIZE, "a record of -4096");
	ok_kern(default_pager_add_file(store, file, 1536, 8), KERN_INVALID_ARGUMENT, EINVAL,
		DPAGER_DETAIL_RECORD_SIZE, "a record of 1536");
	ok_kern(default_pager_add_file(store, file, 2097152, 1), KERN_INVALID_ARGUMENT, EINVAL,
		DPAGER_DETAIL_RECORD_SIZE, "a record of 2 MiB");
	ok_kern(default_pager_add_file(store, file, 4096, 0), KERN_INVALID_ARGUMENT, EINVAL,
		DPAGER_DETAIL_COUNT, "no records");
	ok_kern(default_pager_add_file(store, file, 4096, 1UL << 52), KERN_INVALID_ARGUMENT,
		EOVERFLOW, DPAGER_DETAIL_OVERFLOW, "2^64 bytes");
	ok_kern(default_pager_add_file(store, file, 4096, 1UL << 51), KERN_INVALID_ARGUMENT,
		EOVERFLOW, DPAGER_DETAIL_OVERFLOW, "2^63 bytes");
	close(file);
}

int main(void)
{
	pager = kern_pager();
	store = kern_store(pager, -1);
	mount_folder();
	bad_records();
	bad_files();
	added();
	kern_delete(pager, store);
	ok_errno(umount(FOLDER) ? errno : 0, 0, "the file system is released");
	rmdir(FOLDER);
	return tap_done();
}
