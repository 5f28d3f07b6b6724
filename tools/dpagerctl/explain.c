// SPDX-License-Identifier: GPL-2.0
/* What went wrong and what to do about it, in a sentence for every errno and detail. */
#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "args.h"
#include "call.h"

#define VERSIONS	"dpagerctl and the loaded module do not fit together; " \
			"install both from one version of dpager"
#define DEVICE_OPEN	"the device could not be handed to the module; " \
			"this is a mistake in dpagerctl, please report it"

#define RESUME		"what is left is where it was and in use as before, and the same " \
			"command goes on with it"

/* By enum dpager_detail. */
static const char *const details[] = {
	[DPAGER_DETAIL_SIZE] = VERSIONS,
	[DPAGER_DETAIL_FLAGS] = VERSIONS,
	[DPAGER_DETAIL_RESERVED] = VERSIONS,
	[DPAGER_DETAIL_NAME] = "a name is 1 to 63 of the characters A-Z a-z 0-9 . _ -",
	[DPAGER_DETAIL_NAME_TAKEN] = "another store has this name; choose another name",
	[DPAGER_DETAIL_PRIORITY] = "a priority is 0 to 32767, or -1 for below all others",
	[DPAGER_DETAIL_CLUSTER] = "a cluster has at most 2M",
	[DPAGER_DETAIL_ID] = "it does not exist (any more)",
	[DPAGER_DETAIL_PRIVILEGE] =
		"CAP_SYS_ADMIN is needed, outside of containers' user namespaces; run it as root",
	[DPAGER_DETAIL_MODE] = "the descriptor is not open for writing",
	[DPAGER_DETAIL_DEVICE_FD] = DEVICE_OPEN,
	[DPAGER_DETAIL_DEVICE_KIND] =
		"it is not a block device; give a disk, a partition, a logical volume or a "
		"regular file",
	[DPAGER_DETAIL_DEVICE_MODE] = DEVICE_OPEN,
	[DPAGER_DETAIL_DEVICE_RDONLY] = "the device is read-only; choose another, or make it "
		"writable (\"blockdev --setrw DEVICE\", a switch on it, ...)",
	[DPAGER_DETAIL_RECORD_SIZE] = "a record is a power of two, at least the device's logical "
		"block (\"lsblk -o NAME,LOG-SEC\") and at most 1M",
	[DPAGER_DETAIL_COUNT] = "the range has no bytes; give a larger --size",
	[DPAGER_DETAIL_OVERFLOW] = "--offset and --size together do not fit in 63 bits",
	[DPAGER_DETAIL_BEYOND_END] = "the range ends behind the device; give a smaller --offset or "
		"--size (\"lsblk --bytes\" shows the device's size)",
	[DPAGER_DETAIL_TOO_SMALL] = "the range holds no whole page; give a larger one",
	[DPAGER_DETAIL_OVERLAP] = "some of its bytes belong to a segment already, perhaps through "
		"a partition or the whole disk; \"dpagerctl segment list\" shows which; choose "
		"another --offset and --size, or another device",
	[DPAGER_DETAIL_CLAIMED] = "the device is in use: mounted, swap, part of a RAID, LVM, ...; "
		"\"lsblk DEVICE\" shows by what; release it there, or choose another",
	[DPAGER_DETAIL_TABLE_FULL] = "there is no room for another segment; remove one first, or "
		"use fewer, larger ones",
	[DPAGER_DETAIL_IN_USE] = "pages of objects are on it; without --if-unused they are moved "
		"elsewhere, or end the programs that use them (\"dpagerctl object list\" shows "
		"the objects)",
	[DPAGER_DETAIL_OBJECT_SIZE] = "an object is larger than 0 and at most the largest file",
	[DPAGER_DETAIL_OPERATION] = VERSIONS,
	[DPAGER_DETAIL_ALIGNMENT] = "offset and length must be multiples of the page",
	[DPAGER_DETAIL_NO_SPACE] = "the other segments have no room for its pages (those that are "
		"draining take none, and those of objects confined to a store stay in that "
		"store); add a segment (\"dpagerctl segment add\"), use one that is draining "
		"(\"dpagerctl segment use\"), or let them come back to memory with --memory",
	[DPAGER_DETAIL_IO] = "the device failed; what is left could not be read, all else is safe; "
		"look at \"dmesg\" and try again, or give these pages up with --force",
	[DPAGER_DETAIL_ENTRY] = VERSIONS,
	[DPAGER_DETAIL_IN_PROGRESS] = "another command empties it right now (\"dpagerctl segment "
		"list\" shows how far it is); wait for it, or interrupt it",
	[DPAGER_DETAIL_NO_MEMORY] = "neither the other segments nor memory have room for its "
		"pages; add a segment (\"dpagerctl segment add\"), or free some memory",
	[DPAGER_DETAIL_DEADLINE] = "the time of --deadline is over; " RESUME,
	[DPAGER_DETAIL_FILE_KIND] = "it is neither a block device nor a regular file",
	[DPAGER_DETAIL_FILE_SYSTEM] = "its file system (network, stacked, copy-on-write, memory, "
		"...) cannot promise that the file stays where it is; put it on ext4 or xfs, or "
		"give a device",
	[DPAGER_DETAIL_FILE_HOLES] = "the file has holes, or blocks that were never written; make "
		"one with \"dpagerctl segment add --create --size SIZE STORE FILE\"",
	[DPAGER_DETAIL_FILE_FLAGS] = "the file is in use as swap or as a segment, or immutable or "
		"append-only (\"lsattr FILE\"); choose another",
	[DPAGER_DETAIL_CHECKSUM] = "the kernel has no crc32c; load it with \"modprobe "
		"crc32c_generic\", or leave out --checksum",
	[DPAGER_DETAIL_STATE] = VERSIONS,
	[DPAGER_DETAIL_LEVEL] = "--above must not be less than --below",
	[DPAGER_DETAIL_EVENTFD] = VERSIONS,
	[DPAGER_DETAIL_STORES] = "give 1 to 16 stores, each of them once",
	[DPAGER_DETAIL_QUOTA] = "that is above the user's quota on the store (\"dpagerctl store "
		"quota\")",
	[DPAGER_DETAIL_UID] = "there is no such user in this user namespace",
	[DPAGER_DETAIL_ACCOUNTS] = "the books do not balance; \"dmesg\" says where; please report "
		"it with what \"dmesg\" shows",
	[DPAGER_DETAIL_DISCARD] = "the device cannot discard (\"lsblk --discard DEVICE\"); leave "
		"out --discard",
	[DPAGER_DETAIL_DIRECTORY] = "name a directory of a dpagerfs that you may write to (\"mount "
		"-t dpagerfs\")",
	[DPAGER_DETAIL_ACCESS] = "the permissions of a file are 0 to 0777",
	[DPAGER_DETAIL_HELD] = "what is left is held in memory, or changes all the time; try "
		"again later, or end the programs that use it (\"dpagerctl object list\")",
};

/* For failures that came without a detail. */
static const struct {
	int error;
	const char *text;
} errors[] = {
	{ ENOTTY, "this is not dpager's device, or the loaded module is older than dpagerctl" },
	{ E2BIG, VERSIONS },
	{ EINVAL, VERSIONS },
	{ EPERM, "privilege is missing; run it as root" },
	{ EACCES, "the descriptor does not allow it; run it as root" },
	{ EBUSY, "it is in use" },
	{ ENOENT, "it does not exist (any more)" },
	{ ESTALE, "the store was deleted meanwhile" },
	{ ENOMEM, "the kernel has no memory for it; free some and try again" },
	{ EINTR, "interrupted; " RESUME },
	{ EMFILE, "too many files are open here; raise \"ulimit -n\"" },
	{ ENFILE, "too many files are open in the system; raise fs.file-max" },
};

/**
 * explain - why a call failed and what to do
 * @error: its errno
 * @detail: its enum dpager_detail; one that is not known falls back to @error
 */
const char *explain(int error, uint32_t detail)
{
	size_t i;

	if (detail < sizeof(details) / sizeof(*details) && details[detail])
		return details[detail];
	for (i = 0; i < sizeof(errors) / sizeof(*errors); i++)
		if (errors[i].error == error)
			return errors[i].text;
	return strerror(error);
}

static _Noreturn void device_missing(const char *path)
{
	if (!access("/sys/module/dpager", F_OK))
		args_fail("%s is missing although the module is loaded; is udev running, and "
			  "/dev a devtmpfs?", path);
	args_fail("%s is missing: the dpager module is not loaded; load it with "
		  "\"modprobe dpager\" as root", path);
}

/* Who may open the device: its group's members where the mode says so. */
static _Noreturn void device_denied(const char *path)
{
	struct stat stat_buf;
	struct group *group;

	if (stat(path, &stat_buf) || !(stat_buf.st_mode & S_IRGRP) || !stat_buf.st_gid)
		args_fail("%s: permission denied; only root may open it", path);
	group = getgrgid(stat_buf.st_gid);
	if (!group)
		args_fail("%s: permission denied; root and the members of group %lu may open it",
			  path, (unsigned long)stat_buf.st_gid);
	args_fail("%s: permission denied; root and the members of group \"%s\" may open it "
		  "(\"adduser USER %s\" as root makes one, from the next login on)",
		  path, group->gr_name, group->gr_name);
}

/**
 * explain_device - end the program because dpager's device could not be opened
 * @path: its path; errno says why
 */
void explain_device(const char *path)
{
	switch (errno) {
	case ENOENT:
		device_missing(path);
	case ENODEV:
	case ENXIO:
		args_fail("%s has no driver: the dpager module is not loaded; load it with "
			  "\"modprobe dpager\" as root", path);
	case EACCES:
	case EPERM:
		device_denied(path);
	}
	args_fail("%s: cannot open it: %s", path, strerror(errno));
}
