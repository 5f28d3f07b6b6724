/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Mach's types and constants, as far as the default pager's calls need them.
 *
 * Ports are descriptors: what open(2) or a call of this library gave can be
 * passed as a mach_port_t and the other way round. There are two that are none:
 *
 *   MACH_PORT_NULL  0. No call of this library answers descriptor 0, so that
 *                   ports in zeroed memory are null, as on Mach.
 *   MACH_PORT_DEAD  -1 as an int, so that a failed open(2) is a dead port.
 *
 * A call on either is KERN_INVALID_ARGUMENT. The port of a store that was
 * deleted, which Mach makes a dead name, remains a descriptor to be closed; the
 * calls on it are KERN_INVALID_ARGUMENT.
 */
#ifndef DPAGER_MACH_TYPES_H
#define DPAGER_MACH_TYPES_H

#include <stdint.h>

typedef int kern_return_t;
typedef int boolean_t;
typedef int integer_t;
typedef unsigned int natural_t;

#ifndef TRUE
#define TRUE			1
#define FALSE			0
#endif

typedef unsigned long vm_size_t;
typedef unsigned long vm_offset_t;
typedef unsigned long vm_address_t;
typedef uint64_t memory_object_size_t;

/* Mach had 32 bits here, and wrapped. */
typedef uint64_t recnum_t;

typedef unsigned int mach_port_t;
typedef mach_port_t memory_object_t;
typedef mach_port_t memory_object_default_t;
typedef mach_port_t host_priv_t;
typedef natural_t mach_port_seqno_t;
typedef natural_t mach_msg_type_number_t;

#define MACH_PORT_NULL		((mach_port_t)0)
#define MACH_PORT_DEAD		((mach_port_t)~0U)
#define MACH_PORT_VALID(port)	((port) != MACH_PORT_NULL && (port) != MACH_PORT_DEAD)

/* A task and a host have no port here: everything is about the caller's own. */
#define mach_task_self()	MACH_PORT_NULL
#define mach_host_self()	MACH_PORT_NULL

#define KERN_SUCCESS			0
#define KERN_INVALID_ADDRESS		1
#define KERN_PROTECTION_FAILURE		2
#define KERN_NO_SPACE			3
#define KERN_INVALID_ARGUMENT		4
#define KERN_FAILURE			5
#define KERN_RESOURCE_SHORTAGE		6
#define KERN_MEMORY_ERROR		10
#define KERN_NAME_EXISTS		13
#define KERN_ABORTED			14
#define MACH_SEND_INVALID_DEST		0x10000003
#define MIG_BAD_ID			(-303)
#define MIG_ARRAY_TOO_LARGE		(-307)

/* default_pager_info */
typedef struct {
	vm_size_t dpi_total_space;	/* bytes of all segments */
	vm_size_t dpi_free_space;	/* of them free */
	vm_size_t dpi_page_size;	/* bytes of a page */
} default_pager_info_t;

typedef struct {
	memory_object_size_t dpi_total_space;
	memory_object_size_t dpi_free_space;
	vm_size_t dpi_page_size;
	int dpi_flags;			/* never DPI_ENCRYPTED here */
} default_pager_info_64_t;

#define DPI_ENCRYPTED		0x1

/* default_pager_objects */
typedef struct {
	vm_offset_t dpo_object;		/* the object's id */
	vm_size_t dpo_size;		/* bytes of it on backing store */
} default_pager_object_t;

/* default_pager_object_pages */
typedef struct {
	vm_offset_t dpp_offset;		/* in bytes, of a page on backing store */
} default_pager_page_t;

typedef default_pager_object_t *default_pager_object_array_t;
typedef default_pager_page_t *default_pager_page_array_t;
typedef mach_port_t *mach_port_array_t;
typedef recnum_t *recnum_array_t;
typedef vm_size_t *vm_size_array_t;
typedef const char *default_pager_filename_t;
typedef char *data_t;

/* default_pager_backing_store_info */
typedef int backing_store_flavor_t;
typedef integer_t *backing_store_info_t;

#define BACKING_STORE_BASIC_INFO	1

/* The first seven are of the whole pager; each word saturates at 2^31 - 1. */
typedef struct backing_store_basic_info {
	integer_t pageout_calls;
	integer_t pagein_calls;
	integer_t pages_in;
	integer_t pages_out;
	integer_t pages_unavail;
	integer_t pages_init;
	integer_t pages_init_writes;
	integer_t bs_pages_total;
	integer_t bs_pages_free;
	integer_t bs_pages_in;
	integer_t bs_pages_in_fail;
	integer_t bs_pages_out;
	integer_t bs_pages_out_fail;
	integer_t bs_priority;
	integer_t bs_clsize;		/* bytes */
} *backing_store_basic_info_t;

typedef struct backing_store_basic_info backing_store_basic_info_data_t;

#define BACKING_STORE_BASIC_INFO_COUNT \
	((mach_msg_type_number_t)(sizeof(backing_store_basic_info_data_t) / sizeof(integer_t)))

/* default_pager_triggers */
#define HI_WAT_ALERT			0x01
#define LO_WAT_ALERT			0x02
#define SWAP_ENCRYPT_ON			0x04
#define SWAP_ENCRYPT_OFF		0x08
#define SWAP_COMPACT_DISABLE		0x10
#define SWAP_COMPACT_ENABLE		0x20
#define PROC_RESUME			0x40
#define SWAP_FILE_CREATION_ERROR	0x80
#define USE_EMERGENCY_SWAP_FILE_FIRST	0x100

#endif /* DPAGER_MACH_TYPES_H */
