/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * dpager: private swap after Mach's default pager.
 *
 * This header is the manual of the ioctl interface.
 *
 * Descriptors are ports. Three kinds exist, all close-on-exec, all may be
 * passed over a socket, and holding one is the right to use it:
 *
 *   pager    open("/dev/dpager"). For reading: information. For writing:
 *            objects. Stores and segments need CAP_SYS_ADMIN in the initial
 *            user namespace, of the caller and of whoever opened the
 *            descriptor ("privileged" below).
 *   store    from DPAGER_IOC_STORE_CREATE and _STORE_OPEN. In the hands of an
 *            unprivileged program it creates objects that page to this store,
 *            and nothing else.
 *   object   from DPAGER_IOC_OBJECT_CREATE. mmap() it, shared or private.
 *            Anonymous memory: zeros at first, gone with its last reference
 *            (descriptor or mapping). Never persistent.
 *
 * Rules for every call
 *
 *   Each argument struct begins with its size, set by the caller to the
 *   sizeof it was compiled with. A size below the first published one is
 *   EINVAL; a longer struct than the kernel knows is accepted when the unknown
 *   tail is zero, else E2BIG. The size in the ioctl number is ignored.
 *   An unknown flag bit, or a reserved field that is not zero, is EINVAL.
 *   When a call fails, nothing has changed, and "detail" (written back on
 *   failure too, wherever the struct can be written) says which field or rule
 *   it was: enum dpager_detail. On success detail is 0.
 *
 *   ENOTTY   unknown call, or a call for another kind of descriptor
 *   EFAULT   a pointer could not be read or written
 *   EPERM    privilege is missing
 *   EACCES   the descriptor was not opened for what the call needs
 *   ESTALE   the store was deleted
 *   EINTR    a signal came first; the call can be repeated
 *   ENOMEM   no memory
 *
 * Offsets and lengths are bytes and "pages" are units of page_size (see
 * DPAGER_IOC_INFO) unless a field says otherwise.
 */
#ifndef _UAPI_LINUX_DPAGER_H
#define _UAPI_LINUX_DPAGER_H

#include <linux/ioctl.h>
#include <linux/types.h>

/* Room for a store's name, the terminating NUL included. */
#define DPAGER_NAME_SIZE	64

/**
 * enum dpager_detail - which field or rule made a call fail
 * @DPAGER_DETAIL_NONE: nothing to say beyond errno
 * @DPAGER_DETAIL_SIZE: the struct's size is too small or its tail not zero
 * @DPAGER_DETAIL_FLAGS: an unknown or unsuitable flag
 * @DPAGER_DETAIL_RESERVED: a reserved field is not zero
 * @DPAGER_DETAIL_NAME: not a name: 1 to 63 of A-Z a-z 0-9 . _ -
 * @DPAGER_DETAIL_NAME_TAKEN: another store has this name
 * @DPAGER_DETAIL_PRIORITY: not -1 and not 0..32767
 * @DPAGER_DETAIL_CLUSTER: cluster size above 2 MiB
 * @DPAGER_DETAIL_ID: no store, segment or object with this id (or name)
 * @DPAGER_DETAIL_PRIVILEGE: caller or opener lacks CAP_SYS_ADMIN
 * @DPAGER_DETAIL_MODE: the pager or object descriptor is not open for writing
 * @DPAGER_DETAIL_DEVICE_FD: the device descriptor is not an open descriptor
 * @DPAGER_DETAIL_DEVICE_KIND: it is not a block device
 * @DPAGER_DETAIL_DEVICE_MODE: it was not opened for writing
 * @DPAGER_DETAIL_DEVICE_RDONLY: the device is read-only
 * @DPAGER_DETAIL_RECORD_SIZE: not a power of two, below the device's logical
 *	block, or above 1 MiB
 * @DPAGER_DETAIL_COUNT: a count of zero
 * @DPAGER_DETAIL_OVERFLOW: offset, count or their bytes do not fit in 63 bits
 * @DPAGER_DETAIL_BEYOND_END: the range ends behind the device or the object
 * @DPAGER_DETAIL_TOO_SMALL: no whole page is left after rounding inwards
 * @DPAGER_DETAIL_OVERLAP: bytes of the range belong to a segment already
 * @DPAGER_DETAIL_CLAIMED: the device is in use: mounted, swap, RAID, ...
 * @DPAGER_DETAIL_TABLE_FULL: no room for another segment
 * @DPAGER_DETAIL_IN_USE: slots are in use
 * @DPAGER_DETAIL_OBJECT_SIZE: zero, or too large
 * @DPAGER_DETAIL_OPERATION: unknown operation or flavor
 * @DPAGER_DETAIL_ALIGNMENT: offset or length is not a multiple of the page
 * @DPAGER_DETAIL_NO_SPACE: the stores have no free slot for these pages
 * @DPAGER_DETAIL_IO: the device failed
 * @DPAGER_DETAIL_ENTRY: bad array: entry_size zero, or no room for one entry
 * @DPAGER_DETAIL_IN_PROGRESS: another call empties this segment, or deletes
 *	this store, right now
 * @DPAGER_DETAIL_NO_MEMORY: memory has no room for the pages that no other
 *	segment takes
 * @DPAGER_DETAIL_DEADLINE: the time given was over
 * @DPAGER_DETAIL_HELD: pages that somebody holds could not be moved
 * @DPAGER_DETAIL_FILE_KIND: it is not a regular file
 * @DPAGER_DETAIL_FILE_SYSTEM: its file system cannot promise that the file's
 *	blocks stay where they are, or has no block device of its own
 * @DPAGER_DETAIL_FILE_HOLES: the file has holes, or blocks never written
 * @DPAGER_DETAIL_FILE_FLAGS: immutable, append-only, or in use as a swap file
 * @DPAGER_DETAIL_CHECKSUM: the kernel has no crc32c
 * @DPAGER_DETAIL_STATE: not a state of a segment that can be set
 * @DPAGER_DETAIL_LEVEL: the upper level is below the lower one
 * @DPAGER_DETAIL_EVENTFD: not an eventfd
 * @DPAGER_DETAIL_STORES: no such list of stores: too long, one twice, or none
 * @DPAGER_DETAIL_QUOTA: above the quota of the user on the store
 * @DPAGER_DETAIL_UID: not a user
 * @DPAGER_DETAIL_ACCOUNTS: the books do not balance; the log says where
 * @DPAGER_DETAIL_DISCARD: the device cannot discard
 * @DPAGER_DETAIL_DIRECTORY: not a directory of a dpagerfs, or not writable
 * @DPAGER_DETAIL_ACCESS: not the permissions of a file
 */
enum dpager_detail {
	DPAGER_DETAIL_NONE		= 0,
	DPAGER_DETAIL_SIZE		= 1,
	DPAGER_DETAIL_FLAGS		= 2,
	DPAGER_DETAIL_RESERVED		= 3,
	DPAGER_DETAIL_NAME		= 4,
	DPAGER_DETAIL_NAME_TAKEN	= 5,
	DPAGER_DETAIL_PRIORITY		= 6,
	DPAGER_DETAIL_CLUSTER		= 7,
	DPAGER_DETAIL_ID		= 8,
	DPAGER_DETAIL_PRIVILEGE		= 9,
	DPAGER_DETAIL_MODE		= 10,
	DPAGER_DETAIL_DEVICE_FD		= 11,
	DPAGER_DETAIL_DEVICE_KIND	= 12,
	DPAGER_DETAIL_DEVICE_MODE	= 13,
	DPAGER_DETAIL_DEVICE_RDONLY	= 14,
	DPAGER_DETAIL_RECORD_SIZE	= 15,
	DPAGER_DETAIL_COUNT		= 16,
	DPAGER_DETAIL_OVERFLOW		= 17,
	DPAGER_DETAIL_BEYOND_END	= 18,
	DPAGER_DETAIL_TOO_SMALL		= 19,
	DPAGER_DETAIL_OVERLAP		= 20,
	DPAGER_DETAIL_CLAIMED		= 21,
	DPAGER_DETAIL_TABLE_FULL	= 22,
	DPAGER_DETAIL_IN_USE		= 23,
	DPAGER_DETAIL_OBJECT_SIZE	= 24,
	DPAGER_DETAIL_OPERATION		= 25,
	DPAGER_DETAIL_ALIGNMENT		= 26,
	DPAGER_DETAIL_NO_SPACE		= 27,
	DPAGER_DETAIL_IO		= 28,
	DPAGER_DETAIL_ENTRY		= 29,
	DPAGER_DETAIL_IN_PROGRESS	= 30,
	DPAGER_DETAIL_NO_MEMORY		= 31,
	DPAGER_DETAIL_DEADLINE		= 32,
	DPAGER_DETAIL_HELD		= 33,
	DPAGER_DETAIL_FILE_KIND		= 34,
	DPAGER_DETAIL_FILE_SYSTEM	= 35,
	DPAGER_DETAIL_FILE_HOLES	= 36,
	DPAGER_DETAIL_FILE_FLAGS	= 37,
	DPAGER_DETAIL_CHECKSUM		= 38,
	DPAGER_DETAIL_STATE		= 39,
	DPAGER_DETAIL_LEVEL		= 40,
	DPAGER_DETAIL_EVENTFD		= 41,
	DPAGER_DETAIL_STORES		= 42,
	DPAGER_DETAIL_QUOTA		= 43,
	DPAGER_DETAIL_UID		= 44,
	DPAGER_DETAIL_ACCOUNTS		= 45,
	DPAGER_DETAIL_DISCARD		= 46,
	DPAGER_DETAIL_DIRECTORY		= 47,
	DPAGER_DETAIL_ACCESS		= 48,
};

/*
 * Lists. STORES, SEGMENTS, OBJECTS, OBJECT_PAGES and OBJECT_CONFINED fill an array
 * of the caller's and can be resumed; nothing is ever cut in silence.
 */

/**
 * struct dpager_list - argument of the listing calls
 * @size: sizeof(struct dpager_list)
 * @flags: must be 0
 * @detail: out: enum dpager_detail
 * @entry_size: bytes of one array element as the caller knows it; at least 8.
 *	Shorter than the kernel's: the entry is cut. Longer: zero-filled.
 * @array: address of the array
 * @room: elements the array can hold. 0: only @total is answered
 * @count: out: elements written
 * @next: in: where to begin (an id; for OBJECT_PAGES a page index), 0 at
 *	first. out: where to go on, or 0 when the list is complete
 * @total: out: elements there are in all (for OBJECT_PAGES: pages present on
 *	backing store from @next to the end), at this moment
 */
struct dpager_list {
	__u32 size;
	__u32 flags;
	__u32 detail;
	__u32 entry_size;
	__u64 array;
	__u32 room;
	__u32 count;
	__u64 next;
	__u64 total;
};

/**
 * struct dpager_info - argument of DPAGER_IOC_INFO
 * @size: sizeof(struct dpager_info)
 * @flags: in: must be 0; out: 0
 * @detail: out: enum dpager_detail
 * @page_size: out: bytes of a page
 * @total: out: bytes of all segments that can hold pages
 * @free: out: bytes of them that are free
 * @stores: out: number of stores
 * @segments: out: number of segments
 * @objects: out: number of objects
 * @resident: out: bytes of objects in memory
 * @dirty: out: bytes of them known to be dirty
 * @writeback: out: bytes being written now
 * @faults: out: page faults on objects that reached dpager
 * @major_faults: out: those that had to read
 * @pages_in: out: pages read from segments
 * @pages_out: out: pages written to segments
 * @reads: out: read requests issued
 * @writes: out: write requests issued
 * @pages_in_failed: out: pages that could not be read
 * @pages_out_failed: out: pages whose write failed (they stay in memory)
 * @full: out: times a page had to stay in memory because no slot was free
 * @sequence: out: this call's number on this descriptor, see
 *	struct dpager_object_create
 *
 * Mirrors default_pager_info and default_pager_info_64. Counters begin at 0
 * when the module is loaded and never go down.
 */
struct dpager_info {
	__u32 size;
	__u32 flags;
	__u32 detail;
	__u32 page_size;
	__u64 total;
	__u64 free;
	__u64 stores;
	__u64 segments;
	__u64 objects;
	__u64 resident;
	__u64 dirty;
	__u64 writeback;
	__u64 faults;
	__u64 major_faults;
	__u64 pages_in;
	__u64 pages_out;
	__u64 reads;
	__u64 writes;
	__u64 pages_in_failed;
	__u64 pages_out_failed;
	__u64 full;
	__u64 sequence;
};

/*
 * Attributes of a store, given at its creation.
 *
 * CHECKSUM  crc32c of each page is kept in memory (4 bytes a slot) when it is
 *           written, and compared when it is read. A page that differs is read
 *           once more; then its access fails as one that cannot be read, and
 *           it is counted and logged.
 * PRIVATE   only objects that are confined to the store use it: others, which
 *           may use every store, leave it out.
 */
#define DPAGER_STORE_CHECKSUM	(1U << 0)
#define DPAGER_STORE_PRIVATE	(1U << 1)

/**
 * struct dpager_store_create - argument of DPAGER_IOC_STORE_CREATE
 * @size: sizeof(struct dpager_store_create)
 * @flags: DPAGER_STORE_*
 * @detail: out: enum dpager_detail
 * @fd: out: the store's descriptor, close-on-exec
 * @priority: 0..32767, higher is used first; -1: default, below all others
 * @cluster: bytes of a cluster, rounded up to a power of two of pages; at
 *	most 2 MiB; 0: default (128 KiB). out: what is in force
 * @id: out: the store's id, never used again
 * @name: NUL-terminated; empty: "store" and the id. out: what is in force
 *
 * Privileged. A store lives until DPAGER_IOC_STORE_DELETE or until the module
 * is unloaded, whether or not a descriptor is open.
 * Mirrors default_pager_backing_store_create.
 *
 * EINVAL (PRIORITY, CLUSTER, NAME), EEXIST (NAME_TAKEN), EOPNOTSUPP
 * (CHECKSUM), EMFILE, ENFILE.
 */
struct dpager_store_create {
	__u32 size;
	__u32 flags;
	__u32 detail;
	__s32 fd;
	__s32 priority;
	__u32 cluster;
	__u64 id;
	char name[DPAGER_NAME_SIZE];
};

/**
 * struct dpager_store_open - argument of DPAGER_IOC_STORE_OPEN
 * @size: sizeof(struct dpager_store_open)
 * @flags: must be 0
 * @detail: out: enum dpager_detail
 * @fd: out: a new descriptor of the store, close-on-exec
 * @id: the store's id, or 0: find it by @name. out: its id
 * @name: the store's name when @id is 0, else must be empty. out: its name
 *
 * Privileged. ENOENT (ID): no such store.
 */
struct dpager_store_open {
	__u32 size;
	__u32 flags;
	__u32 detail;
	__s32 fd;
	__u64 id;
	char name[DPAGER_NAME_SIZE];
};

/**
 * struct dpager_store_entry - an element of DPAGER_IOC_STORES
 * @id: the store's id
 * @total: bytes that can hold pages
 * @free: bytes of them that are free
 * @segments: number of segments
 * @priority: as given at creation
 * @cluster: bytes of a cluster
 * @flags: DPAGER_STORE_*
 * @name: the store's name
 */
struct dpager_store_entry {
	__u64 id;
	__u64 total;
	__u64 free;
	__u32 segments;
	__s32 priority;
	__u32 cluster;
	__u32 flags;
	char name[DPAGER_NAME_SIZE];
};

/*
 * Flavors of DPAGER_IOC_STORE_INFO. BASIC answers what Mach's does, up to
 * @initial_writes; DETAIL all of it.
 */
#define DPAGER_STORE_INFO_BASIC		1
#define DPAGER_STORE_INFO_DETAIL	2

/**
 * struct dpager_store_info - argument of DPAGER_IOC_STORE_INFO
 * @size: sizeof(struct dpager_store_info)
 * @flags: must be 0
 * @detail: out: enum dpager_detail
 * @flavor: DPAGER_STORE_INFO_*
 * @id: out: the store's id
 * @pages_total: out: pages its segments can hold
 * @pages_free: out: of them free
 * @pages_bad: out: of them never used again, since a write to them failed
 * @pages_in: out: pages read
 * @pages_in_failed: out: pages that could not be read
 * @pages_out: out: pages written
 * @pages_out_failed: out: pages whose write failed
 * @reads: out: read requests
 * @writes: out: write requests
 * @segments: out: number of segments
 * @priority: out: as given at creation
 * @cluster: out: bytes of a cluster
 * @attributes: out: DPAGER_STORE_* of its creation
 * @name: out: the store's name
 * @pagein_calls: out: of the whole pager: faults on pages that were not in
 *	memory
 * @pageout_calls: out: of the whole pager: clusters given to writers
 * @pages_unavailable: out: of the whole pager: pages that were on no backing
 *	store when they were asked for, and so zeros
 * @pages_initial: out: of the whole pager: pages written that had no slot yet
 * @initial_writes: out: of the whole pager: write requests with such pages
 * @pages_used_peak: out: most slots that were in use at one time
 * @pages_reserved: out: slots set aside for objects and not used yet
 * @pages_lost: out: pages given up by evacuations
 * @checksum_errors: out: pages read that were not what was written
 * @full: out: times a page had to stay in memory because no slot was free for
 *	it here
 * @pages_discarded: out: free slots that the device was told about
 * @all_pages_in: out: of the whole pager: pages read
 * @all_pages_out: out: of the whole pager: pages written
 *
 * Privileged. Mirrors default_pager_backing_store_info with
 * BACKING_STORE_BASIC_INFO; counters cover segments that were removed, too.
 * EINVAL (OPERATION): unknown flavor.
 */
struct dpager_store_info {
	__u32 size;
	__u32 flags;
	__u32 detail;
	__u32 flavor;
	__u64 id;
	__u64 pages_total;
	__u64 pages_free;
	__u64 pages_bad;
	__u64 pages_in;
	__u64 pages_in_failed;
	__u64 pages_out;
	__u64 pages_out_failed;
	__u64 reads;
	__u64 writes;
	__u32 segments;
	__s32 priority;
	__u32 cluster;
	__u32 attributes;
	char name[DPAGER_NAME_SIZE];
	__u64 pagein_calls;
	__u64 pageout_calls;
	__u64 pages_unavailable;
	__u64 pages_initial;
	__u64 initial_writes;
	__u64 pages_used_peak;
	__u64 pages_reserved;
	__u64 pages_lost;
	__u64 checksum_errors;
	__u64 full;
	__u64 pages_discarded;
	__u64 all_pages_in;
	__u64 all_pages_out;
};

/*
 * How a segment is added.
 *
 * RESERVE       it is used only when all other segments that an object may use
 *               are full (Mach's emergency segment); evacuating it is all there
 *               is to do when there is room again.
 * DISCARD_ONCE  tell the device first that it need not keep what the range has.
 *               When the call fails after that, it may be gone.
 * DISCARD       tell it about slots that have become free, some time later.
 *
 * Both as swapon's discard=once and discard=pages. EOPNOTSUPP (DISCARD): the
 * device cannot.
 */
#define DPAGER_ADD_RESERVE	(1U << 0)
#define DPAGER_ADD_DISCARD_ONCE	(1U << 1)
#define DPAGER_ADD_DISCARD	(1U << 2)

/**
 * struct dpager_add_segment - argument of DPAGER_IOC_ADD_SEGMENT
 * @size: sizeof(struct dpager_add_segment)
 * @flags: DPAGER_ADD_*
 * @detail: out: enum dpager_detail
 * @device: descriptor of a block device, open for writing
 * @offset: first record of the segment
 * @count: number of records
 * @record_size: bytes of a record: a power of two, at least the device's
 *	logical block, at most 1 MiB
 * @reserved: must be 0
 * @id: out: the segment's id, never used again
 * @pages: out: pages the segment can hold. The range is rounded inwards to
 *	pages of the device
 *
 * Privileged. What the range held before is lost. The device is claimed
 * exclusively, as mount and swapon do; several segments may lie on one
 * device. The descriptor may be closed afterwards.
 * Mirrors default_pager_add_segment.
 *
 * Checked in this order, and the first failure is the answer:
 *
 *   ESTALE                       the store was deleted
 *   EPERM     PRIVILEGE
 *   EBADF     DEVICE_FD
 *   ENOTBLK   DEVICE_KIND
 *   EACCES    DEVICE_MODE
 *   EROFS     DEVICE_RDONLY
 *   EINVAL    RECORD_SIZE
 *   EINVAL    COUNT
 *   EOVERFLOW OVERFLOW
 *   ENXIO     BEYOND_END
 *   ENOSPC    TOO_SMALL
 *   EEXIST    OVERLAP            compared in bytes of the whole disk, with
 *                                every segment of every store
 *   EBUSY     CLAIMED
 *   ENFILE    TABLE_FULL
 *   ENOMEM
 *   EOPNOTSUPP DISCARD
 */
struct dpager_add_segment {
	__u32 size;
	__u32 flags;
	__u32 detail;
	__s32 device;
	__u64 offset;
	__u64 count;
	__u32 record_size;
	__u32 reserved;
	__u64 id;
	__u64 pages;
};

/**
 * struct dpager_add_file - argument of DPAGER_IOC_ADD_FILE
 * @size: sizeof(struct dpager_add_file)
 * @flags: DPAGER_ADD_*, but not DISCARD
 * @detail: out: enum dpager_detail
 * @file: descriptor of a regular file, open for writing
 * @bytes: how much of it, from its beginning; 0: all of it
 * @id: out: the segment's id
 * @pages: out: pages the segment can hold
 *
 * Privileged. The file's blocks must all exist and have been written: it is
 * looked up once where they are, and pages go to and from the file system's
 * block device directly, as with a swap file. Until the segment is removed
 * nobody can write, truncate or delete the file (ETXTBSY, EPERM), nor can its
 * file system be unmounted. The descriptor may be closed afterwards.
 * Mirrors default_pager_add_file.
 *
 * Checked in this order:
 *
 *   ESTALE                       the store was deleted
 *   EPERM     PRIVILEGE
 *   EBADF     DEVICE_FD          not an open descriptor
 *   EINVAL    FILE_KIND          not a regular file
 *   EACCES    DEVICE_MODE        not open for writing
 *   ETXTBSY   FILE_FLAGS         a swap file, or a segment, already
 *   EPERM     FILE_FLAGS         immutable or append-only
 *   EOPNOTSUPP FILE_SYSTEM       network, stacked, copy-on-write, ...
 *   ENXIO     BEYOND_END         the file is shorter
 *   ENOSPC    TOO_SMALL          less than a page
 *   EINVAL    FILE_HOLES
 *   ENFILE    TABLE_FULL
 *   ENOMEM
 */
struct dpager_add_file {
	__u32 size;
	__u32 flags;
	__u32 detail;
	__s32 file;
	__u64 bytes;
	__u64 id;
	__u64 pages;
};

/*
 * States of a segment. DRAINING and RESERVE can be set and cleared by
 * DPAGER_IOC_SET_SEGMENT.
 */
#define DPAGER_SEGMENT_DRAINING		(1U << 0)	/* nothing new is placed on it */
#define DPAGER_SEGMENT_EVACUATING	(1U << 1)	/* a call empties it now */
#define DPAGER_SEGMENT_FAILING		(1U << 2)	/* the last write to it failed */
#define DPAGER_SEGMENT_RESERVE		(1U << 3)	/* used when all else is full */
#define DPAGER_SEGMENT_DISCARD		(1U << 4)	/* the device hears of free slots */
#define DPAGER_SEGMENT_FILE		(1U << 5)	/* it is a file */

/**
 * struct dpager_segment_entry - an element of DPAGER_IOC_SEGMENTS
 * @id: the segment's id
 * @offset: bytes from the device's beginning to the first page
 * @pages: pages it can hold
 * @pages_free: of them free
 * @pages_bad: of them never used again, since a write to them failed
 * @pages_in: pages read
 * @pages_in_failed: pages that could not be read
 * @pages_out: pages written
 * @pages_out_failed: pages whose write failed
 * @reads: read requests
 * @writes: write requests
 * @major: the device's number
 * @minor: the device's number
 * @pages_planned: while it is evacuated: pages in use when that began, else 0;
 *	while it shrinks: of them those behind the new end
 * @flags: DPAGER_SEGMENT_*
 * @reserved: 0
 * @pages_left: what is left of @pages_planned
 * @inode: the file's number on its file system, else 0
 */
struct dpager_segment_entry {
	__u64 id;
	__u64 offset;
	__u64 pages;
	__u64 pages_free;
	__u64 pages_bad;
	__u64 pages_in;
	__u64 pages_in_failed;
	__u64 pages_out;
	__u64 pages_out_failed;
	__u64 reads;
	__u64 writes;
	__u32 major;
	__u32 minor;
	__u64 pages_planned;
	__u32 flags;
	__u32 reserved;
	__u64 pages_left;
	__u64 inode;
};

/**
 * struct dpager_set_segment - argument of DPAGER_IOC_SET_SEGMENT
 * @size: sizeof(struct dpager_set_segment)
 * @flags: must be 0
 * @detail: out: enum dpager_detail
 * @set: DPAGER_SEGMENT_* that it gets
 * @clear: DPAGER_SEGMENT_* that it loses
 * @reserved: must be 0
 * @id: the segment's id
 *
 * Privileged. A segment that is draining empties as its pages are rewritten or
 * freed; nothing is moved for that. What was under way to it may still arrive.
 *
 * ENOENT (ID). EINVAL (STATE): others than DRAINING and RESERVE, or one both set
 * and cleared. ENOSPC (NO_SPACE): what is set aside for objects would not be
 * free any more. EBUSY (IN_PROGRESS): it is evacuated.
 */
struct dpager_set_segment {
	__u32 size;
	__u32 flags;
	__u32 detail;
	__u32 set;
	__u32 clear;
	__u32 reserved;
	__u64 id;
};

/*
 * Evacuation: REMOVE_SEGMENT and STORE_DELETE move what is in use elsewhere,
 * while objects are in use, and then release the devices.
 *
 * From the beginning nothing new is placed on the segments. Pages go where the
 * objects concerned may have them: those of an object confined to a store to
 * other segments of that store, all others to any. It is counted first, and
 * when they do not fit nothing is moved. Pages that are not in memory are
 * copied in the order in which they lie on the device, through 6 to 14 MiB of
 * buffers that the call takes for a segment; those in memory are written from
 * there. A fault waits for its own page only.
 *
 * What cannot be copied (it cannot be read with others, finds no other place, or
 * there is no memory for the buffers) comes into memory, which is charged to the
 * caller's cgroup.
 *
 * A call that fails or is interrupted leaves the segments in use again; what
 * was moved stays where it is now, and the next call goes on with the rest.
 */

/* Change nothing: answer what the call without this flag would, as it looks. */
#define DPAGER_EVACUATE_DRY_RUN	(1U << 0)
/* Pages that no segment takes come back to memory, where they fit. */
#define DPAGER_EVACUATE_MEMORY	(1U << 1)
/* Give up pages that cannot be read: they answer SIGBUS until they are dropped. */
#define DPAGER_EVACUATE_LOSE	(1U << 2)
/* Move nothing: EBUSY (IN_USE) when pages of objects are on it. */
#define DPAGER_EVACUATE_NOTHING	(1U << 3)

/**
 * struct dpager_evacuate - how to evacuate, and what came of it
 * @pages: out, when it fails, too: pages in use when the call began
 * @moved: out, when it fails, too: of them no longer in use there, lost ones
 *	included. Of what was under way when it ended some may follow
 * @lost: out, when it fails, too: pages given up
 * @rate: bytes read in a second, at most; 0: as fast as it goes
 * @deadline_ms: give up after so many milliseconds; 0: never
 * @reserved: must be 0
 *
 * EBUSY (IN_PROGRESS): another call is at it. ENOSPC (NO_SPACE): no room, no
 * room any more, or no other segment that can be written. ENOMEM (NO_MEMORY):
 * with DPAGER_EVACUATE_MEMORY, no room in memory either. EIO (IO): all but
 * @pages - @moved pages, which could not be read, are safe. EBUSY (HELD): what
 * is left stays held or hot. ETIMEDOUT (DEADLINE). EINTR: a signal came.
 */
struct dpager_evacuate {
	__u64 pages;
	__u64 moved;
	__u64 lost;
	__u64 rate;
	__u32 deadline_ms;
	__u32 reserved;
};

/**
 * struct dpager_remove_segment - argument of DPAGER_IOC_REMOVE_SEGMENT
 * @size: sizeof(struct dpager_remove_segment)
 * @flags: DPAGER_EVACUATE_*
 * @detail: out: enum dpager_detail
 * @reserved: must be 0
 * @id: the segment's id
 * @evacuate: see there
 *
 * Privileged. Evacuates the segment and releases the device. ENOENT (ID): the
 * store has no such segment. Mirrors Hurd's default_pager_paging_storage with
 * add = FALSE.
 */
struct dpager_remove_segment {
	__u32 size;
	__u32 flags;
	__u32 detail;
	__u32 reserved;
	__u64 id;
	struct dpager_evacuate evacuate;
};

/**
 * struct dpager_store_delete - argument of DPAGER_IOC_STORE_DELETE
 * @size: sizeof(struct dpager_store_delete)
 * @flags: DPAGER_EVACUATE_*
 * @detail: out: enum dpager_detail
 * @reserved: must be 0
 * @evacuate: see there; sums over its segments
 *
 * Privileged. All or nothing: evacuates and removes every segment, then the
 * store. Pages of objects confined to the store can only go to memory
 * (DPAGER_EVACUATE_MEMORY), where such objects live on. Other descriptors of
 * the store answer ESTALE when it is done.
 * Mirrors default_pager_backing_store_delete.
 */
struct dpager_store_delete {
	__u32 size;
	__u32 flags;
	__u32 detail;
	__u32 reserved;
	struct dpager_evacuate evacuate;
};

/**
 * struct dpager_resize_segment - argument of DPAGER_IOC_RESIZE_SEGMENT
 * @size: sizeof(struct dpager_resize_segment)
 * @flags: DPAGER_EVACUATE_*
 * @detail: out: enum dpager_detail
 * @reserved: must be 0
 * @id: the segment's id
 * @bytes: its new length, from where it begins; 0: as far as the device goes
 *	now (for a file, to its end)
 * @pages: out, when it fails, too: pages the segment can hold now
 * @evacuate: see there; for pages behind the new end
 *
 * Privileged. A segment grows and shrinks at its end, while it is in use. What
 * lies behind a new end is evacuated, to the rest of the segment, too. Mirrors
 * AIX's chps -s and -d.
 *
 * ENOENT (ID), ENOSPC (TOO_SMALL): not a page is left. To grow: ENXIO
 * (BEYOND_END), EEXIST (OVERLAP), EOPNOTSUPP (FILE_KIND) for a file, ENOMEM.
 */
struct dpager_resize_segment {
	__u32 size;
	__u32 flags;
	__u32 detail;
	__u32 reserved;
	__u64 id;
	__u64 bytes;
	__u64 pages;
	struct dpager_evacuate evacuate;
};

/**
 * struct dpager_map_bucket - an element of DPAGER_IOC_SEGMENT_MAP
 * @used: slots of the bucket that are in use
 * @bad: slots of it that are never used again, since a write to them failed
 *
 * The others are free.
 */
struct dpager_map_bucket {
	__u32 used;
	__u32 bad;
};

/**
 * struct dpager_segment_map - argument of DPAGER_IOC_SEGMENT_MAP
 * @size: sizeof(struct dpager_segment_map)
 * @flags: must be 0
 * @detail: out: enum dpager_detail
 * @buckets: in: elements the array can hold. out: elements written
 * @id: the segment's id
 * @array: address of an array of struct dpager_map_bucket
 * @slots: out: slots (pages) of the segment
 * @bucket_slots: out: slots of a bucket; the last one may have fewer
 *
 * Privileged. What is where on a segment: its slots in order, in as many
 * buckets of equal size as the array holds, or one for each slot where that
 * has more room. Slots change hands meanwhile: it is a picture, not a proof.
 * ENOENT (ID): the store has no such segment. EINVAL (COUNT): no buckets.
 */
struct dpager_segment_map {
	__u32 size;
	__u32 flags;
	__u32 detail;
	__u32 buckets;
	__u64 id;
	__u64 array;
	__u64 slots;
	__u64 bucket_slots;
};

/**
 * struct dpager_quota - argument of DPAGER_IOC_QUOTA, element of
 *	DPAGER_IOC_QUOTAS
 * @size: sizeof(struct dpager_quota); in a list: 0
 * @flags: must be 0
 * @detail: out: enum dpager_detail
 * @uid: a user, in the caller's user namespace
 * @bytes: most that pages of the user's objects may take on the store, in
 *	bytes; ~0: no limit
 * @used: out: what they take now
 *
 * Privileged. A page above the quota stays in memory, as with a full store.
 * The list has users with a limit, or with pages there, in order of @uid; its
 * @next is a uid + 1. EINVAL (UID).
 */
struct dpager_quota {
	__u32 size;
	__u32 flags;
	__u32 detail;
	__u32 uid;
	__u64 bytes;
	__u64 used;
};

/* One event, and then the trigger is gone; as Mach had it. */
#define DPAGER_TRIGGER_ONCE	(1U << 0)

/**
 * struct dpager_triggers - argument of DPAGER_IOC_TRIGGERS
 * @size: sizeof(struct dpager_triggers)
 * @flags: 0 or DPAGER_TRIGGER_ONCE
 * @detail: out: enum dpager_detail
 * @eventfd: an eventfd that is signalled with each event, or -1
 * @low: space is low when less than so many bytes are free
 * @high: and is so no more when so many are; at least @low. 0: @low
 *
 * On a pager descriptor (open for reading): the free space of all stores; on a
 * store descriptor (privileged): the store's. Free is what INFO and STORE_INFO
 * say. Each open descriptor has one trigger; setting it replaces it, @low = 0
 * removes it. When space is low already the event comes at once.
 *
 * Events are read(2) from the descriptor as struct dpager_event; only the
 * latest is kept, and its sequence number tells of others in between. poll(2):
 * POLLIN while one has not been read, POLLPRI while space is low. Levels are
 * looked at soon (10 ms) after a change; a shorter excursion may go unnoticed.
 *
 * Mirrors default_pager_triggers and default_pager_space_alert. EINVAL
 * (LEVEL), EBADF, EINVAL (EVENTFD).
 */
struct dpager_triggers {
	__u32 size;
	__u32 flags;
	__u32 detail;
	__s32 eventfd;
	__u64 low;
	__u64 high;
};

/* Kinds of events. */
#define DPAGER_EVENT_LOW	1	/* space has become low */
#define DPAGER_EVENT_ROOM	2	/* there is enough again */

/**
 * struct dpager_event - what read(2) on a pager or store descriptor gives
 * @size: sizeof(struct dpager_event)
 * @kind: DPAGER_EVENT_*
 * @sequence: 1 for the first event of this trigger
 * @free: bytes that were free
 * @total: of so many
 *
 * A buffer that is too small is EINVAL, as is a descriptor without a trigger
 * and without an event. EAGAIN with O_NONBLOCK when there is no event; else
 * read waits for one.
 */
struct dpager_event {
	__u32 size;
	__u32 kind;
	__u64 sequence;
	__u64 free;
	__u64 total;
};

/*
 * The object's descriptor is for reading only. Who may by the object's mode (0600
 * of its creator) can open it again for writing, by /proc/self/fd.
 */
#define DPAGER_OBJECT_RDONLY	(1U << 0)
/* Its space is set aside now, so that its pages can always be written. */
#define DPAGER_OBJECT_RESERVE	(1U << 1)

/* Stores that an object can be confined to. */
#define DPAGER_OBJECT_STORES	16

/**
 * struct dpager_object_create - argument of DPAGER_IOC_OBJECT_CREATE
 * @size: sizeof(struct dpager_object_create)
 * @flags: DPAGER_OBJECT_*
 * @detail: out: enum dpager_detail
 * @fd: out: the object's descriptor, close-on-exec
 * @bytes: the object's size, rounded up to whole pages. out: what is in force
 * @id: out: the object's id, never used again
 * @sequence: out: this call's number on this descriptor: each call gets the
 *	next one, from 1 on, whoever makes it
 * @stores: address of an array of __u64: ids of the stores that the object is
 *	confined to
 * @nr_stores: its length, at most DPAGER_OBJECT_STORES; 0: no list
 * @reserved: must be 0
 *
 * On a pager descriptor (open for writing, else EACCES MODE): the object may
 * use every store that is not private, by priority, or those in its list. On a
 * store descriptor: that store's space only, and no list. Without
 * DPAGER_OBJECT_RESERVE no space is set aside: with full stores, pages stay in
 * memory. With it, its size is set aside on the store it is confined to (which
 * must be one), and ENOSPC (NO_SPACE), EDQUOT (QUOTA) is the answer when there
 * is not enough, or when 256 objects have space set aside there.
 *
 * Mirrors default_pager_object_create and seqnos_default_pager_object_create.
 * The size can be changed, to the byte, by ftruncate(2), and by write(2) and
 * fallocate(2) behind the end; what is set aside follows it, or they fail with
 * ENOSPC, EDQUOT.
 *
 * EINVAL (OBJECT_SIZE): zero bytes. EFBIG (OBJECT_SIZE): above the largest
 * file offset. EINVAL (STORES); ENOENT (ID): no such store; EPERM
 * (PRIVILEGE): a private store in the list, without privilege. EMFILE, ENFILE.
 */
struct dpager_object_create {
	__u32 size;
	__u32 flags;
	__u32 detail;
	__s32 fd;
	__u64 bytes;
	__u64 id;
	__u64 sequence;
	__u64 stores;
	__u32 nr_stores;
	__u32 reserved;
};

/**
 * struct dpager_object_open - argument of DPAGER_IOC_OBJECT_OPEN
 * @size: sizeof(struct dpager_object_open)
 * @flags: 0 or DPAGER_OBJECT_RDONLY, of the new descriptor
 * @detail: out: enum dpager_detail
 * @fd: out: a new descriptor of the object, close-on-exec
 * @id: the object's id
 * @bytes: out: its size
 *
 * For who created the object (the same effective user) and for the privileged;
 * to others there is no such object. Needs a pager descriptor open for writing
 * (EACCES, MODE). Mirrors the ports that default_pager_objects gives.
 *
 * ENOENT (ID): no such object. EMFILE, ENFILE.
 */
struct dpager_object_open {
	__u32 size;
	__u32 flags;
	__u32 detail;
	__s32 fd;
	__u64 id;
	__u64 bytes;
};

/**
 * struct dpager_object_entry - an element of DPAGER_IOC_OBJECTS
 * @id: the object's id
 * @bytes: its size
 * @resident: bytes in memory
 * @paged_out: bytes present on backing store (they may be in memory, too)
 * @store: id of the store it is confined to, or 0
 * @uid: who created it, in the caller's user namespace
 * @reserved: 0
 *
 * Without privilege, only the caller's own objects (same user) are listed.
 * Mirrors default_pager_objects.
 */
struct dpager_object_entry {
	__u64 id;
	__u64 bytes;
	__u64 resident;
	__u64 paged_out;
	__u64 store;
	__u32 uid;
	__u32 reserved;
};

/**
 * struct dpager_object_info - argument of DPAGER_IOC_OBJECT_INFO
 * @size: sizeof(struct dpager_object_info)
 * @flags: in: must be 0; out: DPAGER_OBJECT_* of its creation
 * @detail: out: enum dpager_detail
 * @uid: out: who created it, in the caller's user namespace
 * @id: out: the object's id
 * @bytes: out: its size
 * @resident: out: bytes in memory
 * @dirty: out: bytes of them known to be dirty
 * @paged_out: out: bytes present on backing store
 * @store: out: id of the store it is confined to, or 0
 * @faults: out: faults on it that reached dpager
 * @major_faults: out: those that had to read
 * @pages_in: out: pages read
 * @pages_out: out: pages written
 */
struct dpager_object_info {
	__u32 size;
	__u32 flags;
	__u32 detail;
	__u32 uid;
	__u64 id;
	__u64 bytes;
	__u64 resident;
	__u64 dirty;
	__u64 paged_out;
	__u64 store;
	__u64 faults;
	__u64 major_faults;
	__u64 pages_in;
	__u64 pages_out;
};

/**
 * struct dpager_page_range - an element of DPAGER_IOC_OBJECT_PAGES
 * @first: index of the first page
 * @count: number of pages in a row that are present on backing store
 *
 * Mirrors default_pager_object_pages, in ranges.
 */
struct dpager_page_range {
	__u64 first;
	__u64 count;
};

/*
 * Operations of DPAGER_IOC_OBJECT_CONTROL.
 *
 * PAGE_OUT  write dirty pages of the range, and drop those in memory that
 *           nobody holds (mlock, pins). While there is a free slot, a page of
 *           zeros takes none and is not written. ENOSPC (NO_SPACE): some had no
 *           free slot and stay in memory; EIO (IO): some could not be written
 *           and stay in memory; the others are out. Pages that were written or
 *           read in order share units of memory of up to 64 KiB: a dirty unit
 *           that is partly in the range is written as a whole, and counted, and
 *           a unit that is partly in the range stays in memory.
 * PAGE_IN   read pages of the range that are paged out. EIO (IO): some could
 *           not be read.
 * DROP      forget the range: it reads as zeros, its slots are free. Needs a
 *           descriptor open for writing (EACCES, MODE).
 */
#define DPAGER_CONTROL_PAGE_OUT	1
#define DPAGER_CONTROL_PAGE_IN	2
#define DPAGER_CONTROL_DROP	3

/**
 * struct dpager_object_control - argument of DPAGER_IOC_OBJECT_CONTROL
 * @size: sizeof(struct dpager_object_control)
 * @flags: must be 0
 * @detail: out: enum dpager_detail
 * @operation: DPAGER_CONTROL_*
 * @offset: first byte, a multiple of the page size
 * @length: bytes, a multiple of the page size; 0: to the end of the object. A
 *	last page that is partly inside counts as a whole
 * @pages: out, on ENOSPC, EIO and EINTR too: pages written (PAGE_OUT), read
 *	(PAGE_IN), or slots freed (DROP)
 *
 * EINVAL (OPERATION, ALIGNMENT), ENXIO (BEYOND_END), EOVERFLOW (OVERFLOW).
 */
struct dpager_object_control {
	__u32 size;
	__u32 flags;
	__u32 detail;
	__u32 operation;
	__u64 offset;
	__u64 length;
	__u64 pages;
};

/**
 * struct dpager_object_stores - argument of DPAGER_IOC_OBJECT_STORES
 * @size: sizeof(struct dpager_object_stores)
 * @flags: must be 0
 * @detail: out: enum dpager_detail
 * @nr_stores: length of the array; 0: every store that is not private
 * @stores: address of an array of __u64: ids of stores
 *
 * Privileged. From now on the object's pages go to these stores; what is on
 * others stays there until it is written again. EINVAL (STORES), ENOENT (ID),
 * EBUSY (IN_USE): the object has space set aside.
 *
 * DPAGER_IOC_OBJECT_CONFINED lists them, as DPAGER_IOC_STORES lists all, in the
 * order of their ids; none: every store that is not private. One that was deleted
 * is still among them.
 */
struct dpager_object_stores {
	__u32 size;
	__u32 flags;
	__u32 detail;
	__u32 nr_stores;
	__u64 stores;
};

/**
 * struct dpager_object_link - argument of DPAGER_IOC_OBJECT_LINK
 * @size: sizeof(struct dpager_object_link)
 * @flags: must be 0
 * @detail: out: enum dpager_detail
 * @directory: a descriptor, not of O_PATH, of a directory of a dpagerfs
 * @mode: permissions of the file, 0 to 0777; less the umask
 * @fd: out: a descriptor of the file, for reading and writing, close-on-exec
 * @reserved: must be 0
 *
 * The object becomes a file there which has no name yet, as one of O_TMPFILE:
 * linkat(2) of @fd gives it one, with AT_EMPTY_PATH, or by /proc/self/fd. It is
 * the same memory, and nothing is copied; its pages count against the size of
 * the mount from now on, and go to the stores that they went to before. Whoever
 * has a descriptor of the object keeps it, but its own permissions are gone: it
 * is opened again by the file's (EACCES), and fchmod(2) of it is EPERM. For a
 * directory in which the caller may make files; needs a descriptor of the object
 * open for writing (EACCES, MODE).
 *
 * EBADF, ENOTDIR, EACCES, EROFS (DIRECTORY), EINVAL (ACCESS, RESERVED), EBUSY
 * (IN_USE): it is a file already, or was one of another mount; ENOSPC
 * (NO_SPACE): its pages are more than the mount may have, or a file more is;
 * EMFILE, ENFILE.
 */
struct dpager_object_link {
	__u32 size;
	__u32 flags;
	__u32 detail;
	__s32 directory;
	__u32 mode;
	__s32 fd;
	__u64 reserved;
};

/**
 * struct dpager_check - argument of DPAGER_IOC_CHECK
 * @size: sizeof(struct dpager_check)
 * @flags: must be 0
 * @detail: out: enum dpager_detail
 * @wrong: out, when it fails, too: how many figures were wrong
 * @slots_used: out: slots in use by the segments' counts
 * @slots_set: out: by their bitmaps
 * @slots_mapped: out: by the objects' page maps
 * @objects: out: objects looked at
 *
 * Privileged. Walks everything, and compares: of each segment its bitmap, its
 * counts, and what the page maps of all objects have there; of each object its
 * count of pages on backing store; of each user what quotas count. EAGAIN:
 * something changed while it looked; ask again when all is at rest. EUCLEAN
 * (ACCOUNTS): the books do not balance; the log says where.
 */
struct dpager_check {
	__u32 size;
	__u32 flags;
	__u32 detail;
	__u32 wrong;
	__u64 slots_used;
	__u64 slots_set;
	__u64 slots_mapped;
	__u64 objects;
};

/**
 * enum dpager_uffd_policy - what becomes of faults that nobody handles
 * @DPAGER_UFFD_NATIVE: what the kernel's own userfaultfd does. When the last
 *	descriptor is closed, everything is unregistered: who waits goes on as if
 *	nothing had ever been registered. Of a time limit: there is none
 * @DPAGER_UFFD_SIGBUS: who waits, or would wait later, gets SIGBUS; pages that are
 *	there remain
 * @DPAGER_UFFD_ZERO: who waits goes on, with a page of zeros where it was
 *	missing, and otherwise with the page as it is
 * @DPAGER_UFFD_HOLD: who waits goes on waiting (it can be killed). Faults are
 *	told again: to the next handler, by DPAGER_IOC_UFFD_ATTACH, or to the next
 *	reader
 */
enum dpager_uffd_policy {
	DPAGER_UFFD_NATIVE	= 0,
	DPAGER_UFFD_SIGBUS	= 1,
	DPAGER_UFFD_ZERO	= 2,
	DPAGER_UFFD_HOLD	= 3,
};

/* Flags of DPAGER_IOC_UFFD_CREATE, and of _ATTACH the first. */
#define DPAGER_UFFD_NONBLOCK		(1U << 0)	/* as O_NONBLOCK */
#define DPAGER_UFFD_USER_MODE_ONLY	(1U << 1)	/* as UFFD_USER_MODE_ONLY */

/**
 * struct dpager_uffd_create - argument of DPAGER_IOC_UFFD_CREATE
 * @size: sizeof(struct dpager_uffd_create)
 * @flags: DPAGER_UFFD_*
 * @detail: out: enum dpager_detail
 * @fd: out: a descriptor that speaks <linux/userfaultfd.h> for mappings of
 *	objects in the caller's address space, close-on-exec
 * @on_death: enum dpager_uffd_policy: when its last descriptor is closed
 * @on_timeout: enum dpager_uffd_policy: of a fault that has waited for @timeout
 * @timeout: milliseconds, or 0: no limit, and @on_timeout is 0, too
 * @reserved: must be 0
 * @id: out: by which DPAGER_IOC_UFFD_ATTACH finds it; not to be guessed
 *
 * As USERFAULTFD_IOC_NEW, which the pager's descriptor answers as
 * /dev/userfaultfd does, with a say in what happens when the handler dies.
 * Faults of the kernel (a read(2) into a page that is missing) wait for a handler
 * only without DPAGER_UFFD_USER_MODE_ONLY, which needs CAP_SYS_PTRACE in the
 * initial user namespace (EPERM, PRIVILEGE), as the system call does.
 *
 * EACCES (MODE): the pager's descriptor is not open for writing. EINVAL
 * (OPERATION): no such policy; (DEADLINE): a limit without a policy, or a policy
 * without a limit. EMFILE, ENFILE.
 */
struct dpager_uffd_create {
	__u32 size;
	__u32 flags;
	__u32 detail;
	__s32 fd;
	__u32 on_death;
	__u32 on_timeout;
	__u32 timeout;
	__u32 reserved;
	__u64 id;
};

/**
 * struct dpager_uffd_attach - argument of DPAGER_IOC_UFFD_ATTACH
 * @size: sizeof(struct dpager_uffd_attach)
 * @flags: DPAGER_UFFD_NONBLOCK
 * @detail: out: enum dpager_detail
 * @fd: out: a descriptor of it, close-on-exec
 * @id: from DPAGER_IOC_UFFD_CREATE
 *
 * A new handler of what DPAGER_UFFD_HOLD keeps: its registrations, their features,
 * and the faults that wait, also those its last handler had read. ENOENT (ID):
 * there is none of this id, or its memory is gone; EBUSY (IN_USE): it has a
 * handler; EPERM (PRIVILEGE): the caller is neither the user who made it nor has
 * CAP_SYS_PTRACE; EACCES (MODE): the pager's descriptor is not open for writing.
 * EMFILE, ENFILE.
 */
struct dpager_uffd_attach {
	__u32 size;
	__u32 flags;
	__u32 detail;
	__s32 fd;
	__u64 id;
};

#define DPAGER_IOC_MAGIC	0xDA

/* on a pager descriptor */
#define DPAGER_IOC_INFO		_IOWR(DPAGER_IOC_MAGIC, 0x01, struct dpager_info)
#define DPAGER_IOC_STORE_CREATE	_IOWR(DPAGER_IOC_MAGIC, 0x02, struct dpager_store_create)
#define DPAGER_IOC_STORE_OPEN	_IOWR(DPAGER_IOC_MAGIC, 0x03, struct dpager_store_open)
#define DPAGER_IOC_STORES	_IOWR(DPAGER_IOC_MAGIC, 0x04, struct dpager_list)
#define DPAGER_IOC_OBJECTS	_IOWR(DPAGER_IOC_MAGIC, 0x05, struct dpager_list)
#define DPAGER_IOC_OBJECT_OPEN	_IOWR(DPAGER_IOC_MAGIC, 0x07, struct dpager_object_open)
#define DPAGER_IOC_CHECK	_IOWR(DPAGER_IOC_MAGIC, 0x09, struct dpager_check)
#define DPAGER_IOC_UFFD_CREATE	_IOWR(DPAGER_IOC_MAGIC, 0x0a, struct dpager_uffd_create)
#define DPAGER_IOC_UFFD_ATTACH	_IOWR(DPAGER_IOC_MAGIC, 0x0b, struct dpager_uffd_attach)
/* on a pager or a store descriptor */
#define DPAGER_IOC_OBJECT_CREATE _IOWR(DPAGER_IOC_MAGIC, 0x06, struct dpager_object_create)
#define DPAGER_IOC_TRIGGERS	_IOWR(DPAGER_IOC_MAGIC, 0x08, struct dpager_triggers)
/* on a store descriptor */
#define DPAGER_IOC_STORE_INFO	_IOWR(DPAGER_IOC_MAGIC, 0x20, struct dpager_store_info)
#define DPAGER_IOC_ADD_SEGMENT	_IOWR(DPAGER_IOC_MAGIC, 0x21, struct dpager_add_segment)
#define DPAGER_IOC_SEGMENTS	_IOWR(DPAGER_IOC_MAGIC, 0x22, struct dpager_list)
#define DPAGER_IOC_REMOVE_SEGMENT _IOWR(DPAGER_IOC_MAGIC, 0x23, struct dpager_remove_segment)
#define DPAGER_IOC_STORE_DELETE	_IOWR(DPAGER_IOC_MAGIC, 0x24, struct dpager_store_delete)
#define DPAGER_IOC_ADD_FILE	_IOWR(DPAGER_IOC_MAGIC, 0x25, struct dpager_add_file)
#define DPAGER_IOC_SET_SEGMENT	_IOWR(DPAGER_IOC_MAGIC, 0x26, struct dpager_set_segment)
#define DPAGER_IOC_RESIZE_SEGMENT _IOWR(DPAGER_IOC_MAGIC, 0x27, struct dpager_resize_segment)
#define DPAGER_IOC_QUOTA	_IOWR(DPAGER_IOC_MAGIC, 0x28, struct dpager_quota)
#define DPAGER_IOC_QUOTAS	_IOWR(DPAGER_IOC_MAGIC, 0x29, struct dpager_list)
#define DPAGER_IOC_SEGMENT_MAP	_IOWR(DPAGER_IOC_MAGIC, 0x2a, struct dpager_segment_map)
/* on an object descriptor */
#define DPAGER_IOC_OBJECT_INFO	_IOWR(DPAGER_IOC_MAGIC, 0x40, struct dpager_object_info)
#define DPAGER_IOC_OBJECT_PAGES	_IOWR(DPAGER_IOC_MAGIC, 0x41, struct dpager_list)
#define DPAGER_IOC_OBJECT_CONTROL _IOWR(DPAGER_IOC_MAGIC, 0x42, struct dpager_object_control)
#define DPAGER_IOC_OBJECT_STORES _IOWR(DPAGER_IOC_MAGIC, 0x43, struct dpager_object_stores)
#define DPAGER_IOC_OBJECT_LINK	_IOWR(DPAGER_IOC_MAGIC, 0x44, struct dpager_object_link)
#define DPAGER_IOC_OBJECT_CONFINED _IOWR(DPAGER_IOC_MAGIC, 0x45, struct dpager_list)

#endif /* _UAPI_LINUX_DPAGER_H */
