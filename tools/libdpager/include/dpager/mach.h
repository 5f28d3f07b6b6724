/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The calls of Mach's default pager, and those that Hurd added, in Mach's
 * spelling and order of arguments. Descriptors are ports: see mach_types.h.
 *
 * What they answer:
 *
 *   KERN_SUCCESS             done
 *   KERN_INVALID_ARGUMENT    EINVAL, EBADF, ENOTTY (another kind of port), ESTALE
 *                            (a deleted store), EEXIST (overlap), ETXTBSY (the same
 *                            file twice), ENOTBLK, ENXIO, EFBIG, EOVERFLOW, ERANGE,
 *                            ENOENT
 *   KERN_NAME_EXISTS         EEXIST: the store's name is taken
 *   KERN_FAILURE             EOPNOTSUPP, ENOSPC, EAGAIN, EIO, EBUSY, EALREADY,
 *                            ETIMEDOUT, and any other
 *   KERN_RESOURCE_SHORTAGE   ENOMEM, ENFILE, EMFILE, EDQUOT
 *   KERN_PROTECTION_FAILURE  EACCES, EPERM, EROFS
 *   KERN_INVALID_ADDRESS     EFAULT
 *   KERN_ABORTED             EINTR
 *   MIG_ARRAY_TOO_LARGE      EMSGSIZE: an array has more elements than
 *                            mach_msg_type_number_t can count
 *
 * After a failure errno and dpager_detail() say more. When a call fails nothing
 * has changed, but where it says otherwise. Out arguments are set on success
 * only.
 *
 * Arrays that a call answers are the caller's, and are given back with
 * vm_deallocate(mach_task_self(), (vm_address_t)array, count * sizeof(*array)),
 * not with free(3). An empty array is NULL.
 *
 * Privileged: as of <dpager/dpager.h>.
 */
#ifndef DPAGER_MACH_H
#define DPAGER_MACH_H

#include <stdint.h>

#include <dpager/mach_types.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/**
 * dpager_kern_return - an errno of dpager as Mach would say it
 * @error: errno; 0: success
 * @detail: enum dpager_detail, or 0
 */
kern_return_t dpager_kern_return(int error, uint32_t detail);

/**
 * dpager_mach_seqno - the number of the message that made an object
 *
 * Returns the number that this thread's last successful
 * default_pager_object_create() or seqnos_default_pager_object_create() got on
 * its port: 1 for the first call on a descriptor, whoever makes it. After 2^32
 * calls it begins again, as Mach's.
 */
mach_port_seqno_t dpager_mach_seqno(void);

/* Objects --------------------------------------------------------------- */

/**
 * default_pager_object_create - make a memory object
 * @pager: the pager, or a store: then it uses that one only
 * @memory_object: out: its port, to be mapped with mmap(2)
 * @object_size: bytes, rounded up to whole pages; not 0
 */
kern_return_t default_pager_object_create(mach_port_t pager, memory_object_t *memory_object,
					  vm_size_t object_size);

/**
 * seqnos_default_pager_object_create - the same, for who numbers messages
 * @pager: as above
 * @seqno: not looked at, as Mach's pagers did not. The number that the call
 *	really had is dpager_mach_seqno()
 * @memory_object: out
 * @object_size: as above
 */
kern_return_t seqnos_default_pager_object_create(mach_port_t pager, mach_port_seqno_t seqno,
						 memory_object_t *memory_object,
						 vm_size_t object_size);

/**
 * default_pager_objects - all objects of the caller, with ports
 * @pager: the pager, open for writing
 * @objects: out: an array
 * @objectsCnt: out: its length
 * @ports: out: an array: a port of each, to be closed; MACH_PORT_NULL: the
 *	object was gone already
 * @portsCnt: out: its length, the same
 *
 * The privileged see those of all users.
 */
kern_return_t default_pager_objects(mach_port_t pager, default_pager_object_array_t *objects,
				    mach_msg_type_number_t *objectsCnt, mach_port_array_t *ports,
				    mach_msg_type_number_t *portsCnt);

/**
 * default_pager_object_pages - which pages are on backing store
 * @pager: the pager
 * @memory_object: an object
 * @pages: out: an array
 * @pagesCnt: out: its length
 */
kern_return_t default_pager_object_pages(mach_port_t pager, mach_port_t memory_object,
					 default_pager_page_array_t *pages,
					 mach_msg_type_number_t *pagesCnt);

/**
 * default_pager_object_set_size - change an object's size (Hurd)
 * @memory_object: an object
 * @object_size_limit: bytes
 *
 * As ftruncate(2) on the descriptor.
 */
kern_return_t default_pager_object_set_size(mach_port_t memory_object,
					    vm_size_t object_size_limit);

/* The pager ------------------------------------------------------------- */

/**
 * default_pager_info - space of all stores
 * @pager: the pager
 * @info: out; where vm_size_t has 32 bits, saturated
 */
kern_return_t default_pager_info(mach_port_t pager, default_pager_info_t *info);

/**
 * default_pager_info_64 - space of all stores
 * @pager: the pager
 * @info: out
 */
kern_return_t default_pager_info_64(mach_port_t pager, default_pager_info_64_t *info);

/**
 * default_pager_storage_info - space of each store (Hurd)
 * @pager: the pager
 * @size: out: an array: bytes of each
 * @sizeCnt: out: its length
 * @free_: out: an array: of them free
 * @freeCnt: out: its length, the same
 * @name: out: their names one after the other, each with its NUL
 * @nameCnt: out: bytes of that
 */
kern_return_t default_pager_storage_info(mach_port_t pager, vm_size_array_t *size,
					 mach_msg_type_number_t *sizeCnt, vm_size_array_t *free_,
					 mach_msg_type_number_t *freeCnt, data_t *name,
					 mach_msg_type_number_t *nameCnt);

/**
 * host_default_memory_manager - get the pager's port
 * @host_priv: not looked at; the mode of /dev/dpager says who may
 * @default_manager: in: MACH_PORT_NULL; another is KERN_FAILURE: dpager cannot
 *	be replaced so. out: the pager, open for writing, or for reading where
 *	the caller may only do that
 * @cluster_size: not looked at: each store has its own
 *
 * KERN_FAILURE: the module is not loaded. KERN_PROTECTION_FAILURE: no access.
 */
kern_return_t host_default_memory_manager(host_priv_t host_priv,
					  memory_object_default_t *default_manager,
					  vm_size_t cluster_size);

/**
 * default_pager_register_fileserver - does nothing on Hurd, nor here
 * @pager: the pager
 * @fileserver: its port
 *
 * KERN_FAILURE for good ports: files come as descriptors, to
 * default_pager_add_file().
 */
kern_return_t default_pager_register_fileserver(mach_port_t pager, mach_port_t fileserver);

/* Backing stores -------------------------------------------------------- */

/**
 * default_pager_backing_store_create - make a store, without space at first
 * @pager: the pager
 * @priority: 0 to 32767, the higher is used first; -1: below all others
 * @clsize: bytes of a cluster, rounded up to a power of two of pages, at most
 *	2 MiB; 0: default
 * @backing_store: out: its port
 *
 * Privileged.
 */
kern_return_t default_pager_backing_store_create(mach_port_t pager, int priority, int clsize,
						 mach_port_t *backing_store);

/**
 * default_pager_backing_store_delete - move all pages to other stores, be gone
 * @backing_store: a store
 *
 * Privileged. All or nothing. KERN_FAILURE: the others have no room (pages
 * never come back to memory by this call, as on Mach; dpager_store_delete() can
 * do that), or the device failed.
 */
kern_return_t default_pager_backing_store_delete(mach_port_t backing_store);

/**
 * default_pager_backing_store_info - figures of a store
 * @backing_store: a store
 * @flavor: BACKING_STORE_BASIC_INFO
 * @info: where to: a backing_store_basic_info_data_t
 * @size: in: words there are at @info, at least BACKING_STORE_BASIC_INFO_COUNT;
 *	out: words written
 *
 * Privileged. Every word saturates at 2^31 - 1, where Mach's wrapped;
 * dpager_store_info() has all 64 bits.
 */
kern_return_t default_pager_backing_store_info(mach_port_t backing_store,
					       backing_store_flavor_t flavor,
					       backing_store_info_t info,
					       mach_msg_type_number_t *size);

/**
 * default_pager_add_segment - give records of a device to a store
 * @backing_store: a store
 * @device: a block device, open for writing
 * @offset: first record
 * @count: number of records
 * @record_size: bytes of a record: a power of two, at least the device's
 *	logical block, at most 1 MiB
 *
 * Privileged. Overlaps are found in bytes, on whole disks.
 */
kern_return_t default_pager_add_segment(mach_port_t backing_store, mach_port_t device,
					recnum_t offset, recnum_t count, int record_size);

/**
 * default_pager_add_file - give a file to a store
 * @backing_store: a store
 * @vnode: a regular file, open for writing
 * @record_size: bytes of a record: a power of two, at most 1 MiB
 * @size: number of records, not 0
 *
 * Privileged.
 */
kern_return_t default_pager_add_file(mach_port_t backing_store, mach_port_t vnode,
				     int record_size, vm_size_t size);

/**
 * default_pager_paging_storage - add or remove areas of a device (Hurd)
 * @pager: the pager
 * @device: a block device, open for writing
 * @runs: pairs of first record and number of records, of the device's logical
 *	block
 * @runsCnt: elements of @runs: two for each run
 * @name: names the store with these areas. To add makes it where there is none;
 *	names that are none for a store are encoded, injectively: 1 byte for
 *	each of A-Z a-z 0-9 . -, 2 for _, 3 for any other, 5 more, 63 in all
 * @add: add, or remove
 *
 * Privileged. All or nothing, for all runs together: those that were added
 * before one fails are removed again, and the other way round. To remove wants
 * the runs of this device as they were added; the store goes with its last one.
 * Pages are moved to other stores first, see
 * default_pager_backing_store_delete(). KERN_INVALID_ARGUMENT: no runs, an odd
 * number of elements, no such store or runs, and as default_pager_add_segment().
 */
kern_return_t default_pager_paging_storage(mach_port_t pager, mach_port_t device,
					   recnum_array_t runs, mach_msg_type_number_t runsCnt,
					   default_pager_filename_t name, boolean_t add);

/**
 * default_pager_paging_storage_new - the same, with runs of vm_size_t
 * @pager: as above
 * @device: as above
 * @runs: as above
 * @runsCnt: as above
 * @name: as above
 * @add: as above
 */
kern_return_t default_pager_paging_storage_new(mach_port_t pager, mach_port_t device,
					       vm_size_array_t runs,
					       mach_msg_type_number_t runsCnt,
					       default_pager_filename_t name, boolean_t add);

/* Alerts ---------------------------------------------------------------- */

/**
 * default_pager_triggers - be told when space is low, or enough
 * @pager: the pager: space of all stores; or a store
 * @hi_wat: bytes
 * @lo_wat: bytes
 * @flags: one of:
 *	HI_WAT_ALERT: once, when less than @hi_wat bytes are free; 0: never;
 *	LO_WAT_ALERT: when more than @lo_wat bytes are free;
 *	HI_WAT_ALERT | LO_WAT_ALERT (not on Mach): each time it becomes low, and
 *	each time there is enough again, @lo_wat not below @hi_wat;
 *	SWAP_ENCRYPT_ON, SWAP_ENCRYPT_OFF: KERN_FAILURE, and a line on stderr;
 *	USE_EMERGENCY_SWAP_FILE_FIRST, SWAP_FILE_CREATION_ERROR: KERN_FAILURE
 * @trigger_port: an eventfd(2), or MACH_PORT_NULL
 *
 * Each descriptor has one trigger: setting one replaces the one before, and the
 * two alerts of Mach want two descriptors, or one call with both flags.
 *
 * LO_WAT_ALERT needs @trigger_port. When space is low at the call, it is
 * signalled for that too; default_pager_space_alert() tells them apart.
 */
kern_return_t default_pager_triggers(mach_port_t pager, int hi_wat, int lo_wat, int flags,
				     mach_port_t trigger_port);

/**
 * default_pager_space_alert - receive the latest alert
 * @alert_port: the pager or store that the trigger was set on
 * @flags: out: HI_WAT_ALERT: space is low; LO_WAT_ALERT: there is enough
 *
 * On Mach the pager sends this message, and the receiver has a function of this
 * name with @flags itself for its last argument. Waits for an alert, but with
 * O_NONBLOCK: KERN_FAILURE (EAGAIN).
 */
kern_return_t default_pager_space_alert(mach_port_t alert_port, int *flags);

/* What programs around these calls use ---------------------------------- */

/**
 * vm_deallocate - give back an array that a call answered
 * @task: mach_task_self()
 * @address: the array
 * @size: its bytes
 */
kern_return_t vm_deallocate(mach_port_t task, vm_address_t address, vm_size_t size);

/**
 * mach_port_deallocate - close a port
 * @task: mach_task_self()
 * @name: the port
 */
kern_return_t mach_port_deallocate(mach_port_t task, mach_port_t name);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif /* DPAGER_MACH_H */
