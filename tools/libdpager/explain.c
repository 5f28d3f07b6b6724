// SPDX-License-Identifier: LGPL-2.1-or-later
/* Details in words. */
#include <dpager/dpager.h>

#define UNLIKE	"the library and the module do not fit together"

static const char *const texts[] = {
	[DPAGER_DETAIL_NONE] = "errno says it",
	[DPAGER_DETAIL_SIZE] = UNLIKE " (size of the argument)",
	[DPAGER_DETAIL_FLAGS] = "a flag is not known, or does not go with this call",
	[DPAGER_DETAIL_RESERVED] = UNLIKE " (a reserved field is set)",
	[DPAGER_DETAIL_NAME] = "a store's name has 1 to 63 of A-Z a-z 0-9 . _ -",
	[DPAGER_DETAIL_NAME_TAKEN] = "there is a store of this name already",
	[DPAGER_DETAIL_PRIORITY] = "a priority is -1 or 0 to 32767",
	[DPAGER_DETAIL_CLUSTER] = "a cluster is not larger than 2 MiB",
	[DPAGER_DETAIL_ID] = "nothing has this id or name (any more)",
	[DPAGER_DETAIL_PRIVILEGE] =
		"CAP_SYS_ADMIN (for page faults CAP_SYS_PTRACE) is missing, here or "
		"where the descriptor was opened",
	[DPAGER_DETAIL_MODE] = "the descriptor does not allow writing",
	[DPAGER_DETAIL_DEVICE_FD] = "the device's or file's descriptor is not open",
	[DPAGER_DETAIL_DEVICE_KIND] = "this is not a block device",
	[DPAGER_DETAIL_DEVICE_MODE] = "the device or file was not opened for writing",
	[DPAGER_DETAIL_DEVICE_RDONLY] = "the device cannot be written",
	[DPAGER_DETAIL_RECORD_SIZE] =
		"a record is a power of two, from the device's logical block to 1 MiB",
	[DPAGER_DETAIL_COUNT] = "no records, no segment",
	[DPAGER_DETAIL_OVERFLOW] = "the range does not fit in 63 bits",
	[DPAGER_DETAIL_BEYOND_END] =
		"the range goes on behind the end of the device, file or object",
	[DPAGER_DETAIL_TOO_SMALL] = "the range has no whole page",
	[DPAGER_DETAIL_OVERLAP] = "a segment has bytes of the range already",
	[DPAGER_DETAIL_CLAIMED] = "somebody uses the device: a mount, swap, RAID or the like",
	[DPAGER_DETAIL_TABLE_FULL] = "there are as many segments as there can be",
	[DPAGER_DETAIL_IN_USE] = "objects have pages or space there",
	[DPAGER_DETAIL_OBJECT_SIZE] =
		"an object has at least a byte, and at most what a file can have",
	[DPAGER_DETAIL_OPERATION] = "there is no such operation or flavor",
	[DPAGER_DETAIL_ALIGNMENT] = "offset and length are whole pages",
	[DPAGER_DETAIL_NO_SPACE] = "the stores that may take these pages are full",
	[DPAGER_DETAIL_IO] = "the device failed",
	[DPAGER_DETAIL_ENTRY] =
		"the array of a list has no entries, or entries of less than 8 bytes",
	[DPAGER_DETAIL_IN_PROGRESS] = "another call is emptying it",
	[DPAGER_DETAIL_NO_MEMORY] = "neither other segments nor memory have room for the pages",
	[DPAGER_DETAIL_DEADLINE] = "the time that was given is over",
	[DPAGER_DETAIL_HELD] = "some pages are held, or change too often to be moved",
	[DPAGER_DETAIL_FILE_KIND] = "this works for regular files only, or not for files",
	[DPAGER_DETAIL_FILE_SYSTEM] =
		"the file system may move the file's blocks, or has no device",
	[DPAGER_DETAIL_FILE_HOLES] = "some blocks of the file do not exist or were never written",
	[DPAGER_DETAIL_FILE_FLAGS] = "the file is immutable, append-only, or in use for swap",
	[DPAGER_DETAIL_CHECKSUM] = "this kernel cannot compute crc32c",
	[DPAGER_DETAIL_STATE] = "such a state cannot be set or cleared",
	[DPAGER_DETAIL_LEVEL] = "the upper level is below the lower one",
	[DPAGER_DETAIL_EVENTFD] = "this is not an eventfd",
	[DPAGER_DETAIL_STORES] = "a list of stores has at most 16, none of them twice",
	[DPAGER_DETAIL_QUOTA] = "the user's quota on the store is used up",
	[DPAGER_DETAIL_UID] = "this is not a user here",
	[DPAGER_DETAIL_ACCOUNTS] = "the books do not balance, the kernel's log says where",
	[DPAGER_DETAIL_DISCARD] = "the device cannot discard",
	[DPAGER_DETAIL_DIRECTORY] = "this is not a directory of a dpagerfs that can be written to",
	[DPAGER_DETAIL_ACCESS] = "the permissions of a file are 0 to 0777",
};

const char *dpager_explain(uint32_t detail)
{
	if (detail < sizeof(texts) / sizeof(*texts) && texts[detail])
		return texts[detail];
	return "the module gives a reason that this library does not know";
}
