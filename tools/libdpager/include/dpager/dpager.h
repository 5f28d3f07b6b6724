/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libdpager: the calls of dpager, private swap after Mach's default pager.
 *
 * One function for each call of <linux/dpager.h>, whose structs are used here
 * too and whose comments say what each field means and each errno of a call.
 * The library sets the size of a struct and its reserved fields; the caller
 * sets what is marked as in.
 *
 * What they answer. 0, or a new descriptor where one is made, or -1 with errno;
 * then dpager_detail() says which rule it was. When a call fails nothing has
 * changed. No call is repeated by the library: EINTR is answered.
 *
 * Descriptors are close-on-exec, and all of them are closed with close(2). An
 * object's is mapped with mmap(2).
 *
 * Offsets, lengths and sizes are bytes. Counts of pages are in units of
 * page_size (see dpager_info()), and those of records say so.
 *
 * Errors of every call, beside its own:
 *
 *   ENOTTY   no such call in this module, or another kind of descriptor
 *   EBADF    not an open descriptor
 *   EPERM    privilege is missing; "privileged" below: CAP_SYS_ADMIN in the
 *            initial user namespace, of the caller and of who opened
 *   EACCES   the descriptor is not open for what the call needs
 *   ESTALE   the store was deleted
 *   EINTR    a signal came first
 *   ENOMEM   no memory
 *   E2BIG    the library is newer than the module, and uses what that lacks
 *
 * All functions are safe to be called by several threads at once.
 */
#ifndef DPAGER_DPAGER_H
#define DPAGER_DPAGER_H

#include <stddef.h>
#include <stdint.h>

#include <linux/dpager.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)
#pragma GCC diagnostic push
/* Calls have the names of their structs, as stat(2) does: in C++ say "struct". */
#pragma GCC diagnostic ignored "-Wshadow"

#define DPAGER_DEVICE		"/dev/dpager"

/* For dpager_store_create(): below all others. */
#define DPAGER_PRIORITY_DEFAULT	(-1)
/* For dpager_quota(). */
#define DPAGER_QUOTA_UNLIMITED	(~(uint64_t)0)

/* What went wrong ------------------------------------------------------- */

/**
 * dpager_detail - which rule made this thread's last call fail
 *
 * Returns enum dpager_detail: DPAGER_DETAIL_NONE after a success, and where
 * errno says all there is to say.
 */
uint32_t dpager_detail(void);

/**
 * dpager_explain - a detail in words
 * @detail: enum dpager_detail
 *
 * Returns half a sentence in English, without a full stop, never NULL. For a
 * detail that this library does not know, it says so.
 */
const char *dpager_explain(uint32_t detail);

/**
 * dpager_call - make any call of <linux/dpager.h>
 * @fd: a pager, store or object
 * @request: DPAGER_IOC_*
 * @argument: its struct, its size set by the caller
 *
 * For calls that a later module knows and this library does not, and for lists
 * that are to be read in steps (struct dpager_list, @next). Keeps the detail.
 */
int dpager_call(int fd, unsigned long request, void *argument);

/* The pager ------------------------------------------------------------- */

/**
 * dpager_open - open the pager, Mach's default pager port
 * @flags: O_RDONLY: to get information; O_RDWR: to make objects, stores, ...;
 *	O_NONBLOCK: dpager_event() does not wait
 *
 * Returns a descriptor. ENOENT, ENXIO: the module is not loaded.
 */
int dpager_open(int flags);

/**
 * dpager_info - figures of the whole pager
 * @pager: a pager
 * @info: out
 *
 * Mirrors default_pager_info and default_pager_info_64.
 */
int dpager_info(int pager, struct dpager_info *info);

/**
 * dpager_check - do the books balance?
 * @pager: a pager
 * @check: out, when it fails, too
 *
 * Privileged. EAGAIN: something changed meanwhile, ask again. EUCLEAN
 * (ACCOUNTS): they do not; the kernel's log says where.
 */
int dpager_check(int pager, struct dpager_check *check);

/* Stores ---------------------------------------------------------------- */

/**
 * dpager_store_create - make a store, without space at first
 * @pager: a pager
 * @create: in: @flags (DPAGER_STORE_*), @priority (0 to 32767, the higher is
 *	used first, or DPAGER_PRIORITY_DEFAULT), @cluster (bytes, at most
 *	2 MiB, 0: default), @name (empty: default); out: all of it
 *
 * Privileged. The store lives until dpager_store_delete().
 * Mirrors default_pager_backing_store_create.
 *
 * Returns the store's descriptor. EINVAL (PRIORITY, CLUSTER, NAME), EEXIST
 * (NAME_TAKEN), EOPNOTSUPP (CHECKSUM), EMFILE, ENFILE.
 */
int dpager_store_create(int pager, struct dpager_store_create *create);

/**
 * dpager_store_open - open a store by its name
 * @pager: a pager
 * @name: the store's name
 * @id: out: the store's id; may be NULL
 *
 * Privileged. Returns a descriptor. ENOENT (ID): there is none; EINVAL (NAME).
 */
int dpager_store_open(int pager, const char *name, uint64_t *id);

/**
 * dpager_store_open_id - open a store by its id
 * @pager: a pager
 * @id: the store's id
 *
 * Privileged. Returns a descriptor. ENOENT (ID): there is none.
 */
int dpager_store_open_id(int pager, uint64_t id);

/**
 * dpager_stores - all stores, in order of their ids
 * @pager: a pager
 * @stores: out: an array, to be freed with free(3); not NULL when it is empty
 * @count: out: its length
 *
 * Lists are read to their end, and never cut. What comes and goes meanwhile may
 * or may not be in it.
 */
int dpager_stores(int pager, struct dpager_store_entry **stores, size_t *count);

/**
 * dpager_store_info - figures of a store
 * @store: a store
 * @flavor: DPAGER_STORE_INFO_BASIC or DPAGER_STORE_INFO_DETAIL
 * @info: out
 *
 * Privileged. Mirrors default_pager_backing_store_info. EINVAL (OPERATION):
 * unknown flavor.
 */
int dpager_store_info(int store, uint32_t flavor, struct dpager_store_info *info);

/**
 * dpager_store_delete - move all pages elsewhere, release devices, be gone
 * @store: a store
 * @flags: DPAGER_EVACUATE_*
 * @evacuate: in: @rate, @deadline_ms; out, when it fails, too: the rest. NULL:
 *	as fast as it goes
 *
 * Privileged. All or nothing. Errors: struct dpager_evacuate. The descriptor
 * has to be closed still. Mirrors default_pager_backing_store_delete.
 */
int dpager_store_delete(int store, uint32_t flags, struct dpager_evacuate *evacuate);

/**
 * dpager_quota - limit what a user's objects take on a store
 * @store: a store
 * @uid: the user
 * @bytes: the most they may take; DPAGER_QUOTA_UNLIMITED: no limit
 * @used: out: bytes they take now; may be NULL
 *
 * Privileged. EINVAL (UID): not a user.
 */
int dpager_quota(int store, uint32_t uid, uint64_t bytes, uint64_t *used);

/**
 * dpager_quotas - users with a limit or pages on a store, in order of uid
 * @store: a store
 * @quotas: out: an array, to be freed with free(3)
 * @count: out: its length
 *
 * Privileged.
 */
int dpager_quotas(int store, struct dpager_quota **quotas, size_t *count);

/* Segments -------------------------------------------------------------- */

/**
 * dpager_segment_map - what is where on a segment
 * @store: a store
 * @id: the segment
 * @buckets: out: an array of *@count elements, the segment's slots in order in as many parts
 * @count: in: elements there is room for, at most 131072; out: elements written
 * @bucket_slots: out: slots of an element, the last may have fewer; may be NULL
 *
 * Privileged. Slots change hands meanwhile. ENOENT (ID); EINVAL (COUNT): no room, or too much.
 */
int dpager_segment_map(int store, uint64_t id, struct dpager_map_bucket *buckets, uint32_t *count,
		       uint64_t *bucket_slots);

/**
 * dpager_add_segment - give records of a block device to a store
 * @store: a store
 * @device: descriptor of the device, open for writing; may be closed after
 * @offset: first record
 * @count: number of records
 * @record_size: bytes of a record: a power of two, at least the device's
 *	logical block, at most 1 MiB
 * @flags: DPAGER_ADD_*
 * @id: out: the segment's id; may be NULL
 * @pages: out: pages it can hold; may be NULL
 *
 * Privileged. What is there is lost. Mirrors default_pager_add_segment. Errors,
 * in the order of the checks: struct dpager_add_segment.
 */
int dpager_add_segment(int store, int device, uint64_t offset, uint64_t count,
		       uint32_t record_size, uint32_t flags, uint64_t *id, uint64_t *pages);

/**
 * dpager_add_file - give a regular file to a store
 * @store: a store
 * @file: descriptor of the file, open for writing; may be closed after
 * @bytes: how much of it, from its beginning; 0: all of it
 * @flags: DPAGER_ADD_* but DISCARD
 * @id: out: the segment's id; may be NULL
 * @pages: out: pages it can hold; may be NULL
 *
 * Privileged. Mirrors default_pager_add_file. Errors, in the order of the
 * checks: struct dpager_add_file.
 */
int dpager_add_file(int store, int file, uint64_t bytes, uint32_t flags, uint64_t *id,
		    uint64_t *pages);

/**
 * dpager_segments - all segments of a store, in order of their ids
 * @store: a store
 * @segments: out: an array, to be freed with free(3)
 * @count: out: its length
 *
 * Privileged.
 */
int dpager_segments(int store, struct dpager_segment_entry **segments, size_t *count);

/**
 * dpager_set_segment - change a segment's state
 * @store: a store
 * @id: the segment's id
 * @set: DPAGER_SEGMENT_DRAINING, DPAGER_SEGMENT_RESERVE: what it gets
 * @clear: of the same: what it loses
 *
 * Privileged. ENOENT (ID), EINVAL (STATE), EBUSY (IN_PROGRESS).
 */
int dpager_set_segment(int store, uint64_t id, uint32_t set, uint32_t clear);

/**
 * dpager_resize_segment - let a segment grow or shrink at its end
 * @store: a store
 * @id: the segment's id
 * @bytes: its new length; 0: to the end of its device
 * @flags: DPAGER_EVACUATE_*
 * @pages: out: pages it can hold now; may be NULL
 * @evacuate: as of dpager_store_delete(), for what lies behind the new end
 *
 * Privileged. Mirrors chps of AIX. ENOENT (ID), ENOSPC (TOO_SMALL, NO_SPACE),
 * ENXIO (BEYOND_END), EEXIST (OVERLAP), EOPNOTSUPP (FILE_KIND).
 */
int dpager_resize_segment(int store, uint64_t id, uint64_t bytes, uint32_t flags,
			  uint64_t *pages, struct dpager_evacuate *evacuate);

/**
 * dpager_remove_segment - move its pages elsewhere, release the device
 * @store: a store
 * @id: the segment's id
 * @flags: DPAGER_EVACUATE_*
 * @evacuate: as of dpager_store_delete()
 *
 * Privileged. ENOENT (ID); others: struct dpager_evacuate. Mirrors Hurd's
 * default_pager_paging_storage with add = FALSE.
 */
int dpager_remove_segment(int store, uint64_t id, uint32_t flags,
			  struct dpager_evacuate *evacuate);

/* Objects --------------------------------------------------------------- */

/**
 * dpager_object_create - make a memory object: zeros, to be mapped
 * @fd: a pager open for writing: the object may use all stores that are not
 *	private; or a store: that one only
 * @bytes: its size, rounded up to whole pages
 * @flags: DPAGER_OBJECT_*
 * @id: out: its id; may be NULL
 *
 * Returns the object's descriptor. The object is gone with its last descriptor
 * and mapping. EINVAL, EFBIG (OBJECT_SIZE), ENOSPC (NO_SPACE), EDQUOT (QUOTA),
 * EMFILE, ENFILE. Mirrors default_pager_object_create.
 */
int dpager_object_create(int fd, uint64_t bytes, uint32_t flags, uint64_t *id);

/**
 * dpager_object_create_with - make a memory object, with all there is to say
 * @fd: a pager or a store, as above
 * @create: in: @bytes, @flags, and on a pager @stores and @nr_stores: ids of
 *	the stores that it is confined to; out: all of it, with the call's
 *	@sequence number on this descriptor
 *
 * Returns the object's descriptor. Beside the above: EINVAL (STORES), ENOENT
 * (ID), EPERM (PRIVILEGE). Mirrors seqnos_default_pager_object_create.
 */
int dpager_object_create_with(int fd, struct dpager_object_create *create);

/**
 * dpager_object_open - open an object by its id
 * @pager: a pager open for writing
 * @id: the object's id
 * @flags: 0 or DPAGER_OBJECT_RDONLY
 * @bytes: out: its size; may be NULL
 *
 * For who created it, and for the privileged. Returns a descriptor. ENOENT
 * (ID): there is none, or it is not yours; EMFILE, ENFILE.
 */
int dpager_object_open(int pager, uint64_t id, uint32_t flags, uint64_t *bytes);

/**
 * dpager_objects - all objects, in order of their ids
 * @pager: a pager
 * @objects: out: an array, to be freed with free(3)
 * @count: out: its length
 *
 * Without privilege, the caller's own. Mirrors default_pager_objects.
 */
int dpager_objects(int pager, struct dpager_object_entry **objects, size_t *count);

/**
 * dpager_object_info - figures of an object
 * @object: an object
 * @info: out
 */
int dpager_object_info(int object, struct dpager_object_info *info);

/**
 * dpager_object_pages - which pages are on backing store
 * @object: an object
 * @ranges: out: an array, to be freed with free(3)
 * @count: out: its length
 *
 * Mirrors default_pager_object_pages, in ranges.
 */
int dpager_object_pages(int object, struct dpager_page_range **ranges, size_t *count);

/**
 * dpager_object_control - page a range out or in, or drop it
 * @object: an object
 * @operation: DPAGER_CONTROL_*
 * @offset: first byte, a multiple of the page
 * @length: bytes, a multiple of the page; 0: to the end
 * @pages: out, on ENOSPC, EIO and EINTR too: pages written, read or freed; may
 *	be NULL
 *
 * EINVAL (OPERATION, ALIGNMENT), ENXIO (BEYOND_END), EOVERFLOW (OVERFLOW),
 * ENOSPC (NO_SPACE), EIO (IO), EACCES (MODE).
 */
int dpager_object_control(int object, uint32_t operation, uint64_t offset, uint64_t length,
			  uint64_t *pages);

/**
 * dpager_object_stores - confine an object to other stores from now on
 * @object: an object
 * @stores: ids of stores
 * @count: how many, at most DPAGER_OBJECT_STORES; 0: all that are not private
 *
 * Privileged. EINVAL (STORES), ENOENT (ID), EBUSY (IN_USE).
 */
int dpager_object_stores(int object, const uint64_t *stores, uint32_t count);

/**
 * dpager_object_confined - the stores that an object is confined to
 * @object: an object
 * @stores: address of a pointer, out: an array, to be freed with free(3)
 * @count: out: its length; 0: it may use all stores that are not private
 *
 * In the order of their ids. A store that was deleted is still among them.
 *
 * ENOMEM.
 */
int dpager_object_confined(int object, struct dpager_store_entry **stores, size_t *count);

/**
 * dpager_object_link - make an object a file of a dpagerfs, without copying
 * @object: an object, open for writing
 * @directory: a descriptor of a directory there
 * @mode: its permissions, 0 to 0777; less the umask
 *
 * Returns a descriptor of the file, which has no name yet: linkat(2) gives it one.
 *
 * EBADF, ENOTDIR, EACCES, EROFS (DIRECTORY), EINVAL (ACCESS), EBUSY (IN_USE),
 * ENOSPC (NO_SPACE), EACCES (MODE).
 */
int dpager_object_link(int object, int directory, uint32_t mode);

/* Faults ---------------------------------------------------------------- */

/**
 * dpager_userfaultfd - handle faults of mappings of objects
 * @pager: a pager open for writing
 * @create: in: @flags (DPAGER_UFFD_*), @on_death and @on_timeout (enum
 *	dpager_uffd_policy), @timeout (milliseconds, 0: no limit); out: all of it, @id
 *	with them. NULL: as userfaultfd(2) with no flags
 *
 * Returns a descriptor that speaks <linux/userfaultfd.h>, from UFFDIO_API on, for
 * the caller's address space. EPERM (PRIVILEGE): without DPAGER_UFFD_USER_MODE_ONLY
 * it takes CAP_SYS_PTRACE; EINVAL (OPERATION, DEADLINE), EMFILE, ENFILE.
 */
int dpager_userfaultfd(int pager, struct dpager_uffd_create *create);

/**
 * dpager_userfaultfd_attach - go on where a handler died
 * @pager: a pager open for writing
 * @id: from dpager_userfaultfd(), where @on_death was DPAGER_UFFD_HOLD
 * @flags: 0 or DPAGER_UFFD_NONBLOCK
 *
 * For who made it, and for the privileged (CAP_SYS_PTRACE). Returns a descriptor
 * with all registrations; faults that wait are told of again. UFFDIO_API is not to
 * be called again. ENOENT (ID): there is none, or its memory is gone; EBUSY
 * (IN_USE): it has a handler; EPERM (PRIVILEGE), EMFILE, ENFILE.
 */
int dpager_userfaultfd_attach(int pager, uint64_t id, uint32_t flags);

/* Triggers -------------------------------------------------------------- */

/**
 * dpager_triggers - be told when space becomes low, and enough again
 * @fd: a pager open for reading: the space of all stores; or a store
 *	(privileged): its own
 * @low: space is low below so many free bytes; 0: no trigger any more
 * @high: and enough from so many on, at least @low; 0: as @low
 * @eventfd: an eventfd(2) that is signalled, too; or -1
 * @flags: 0 or DPAGER_TRIGGER_ONCE
 *
 * One trigger for each open descriptor: a new one takes the old one's place.
 * When space is low already the event comes at once. Wait with poll(2)
 * (POLLIN), then dpager_event(). EINVAL (LEVEL, EVENTFD), EBADF (EVENTFD).
 * Mirrors default_pager_triggers.
 */
int dpager_triggers(int fd, uint64_t low, uint64_t high, int eventfd, uint32_t flags);

/**
 * dpager_event - the latest event of a descriptor's trigger
 * @fd: a pager or store with a trigger
 * @event: out
 *
 * Waits for one, but with O_NONBLOCK: EAGAIN. EINVAL: no trigger. Mirrors
 * default_pager_space_alert.
 */
int dpager_event(int fd, struct dpager_event *event);

#pragma GCC diagnostic pop
#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif /* DPAGER_DPAGER_H */
