/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The tables of the control interface: one row a call. The dispatcher in
 * ctl.c does what all calls share, in this order: the call's number; is it one
 * of this kind of descriptor; is the store alive; privilege and mode; copying in;
 * flags; whether the answer can be written; a new descriptor reserved; the
 * call; copying out; the new descriptor installed.
 */
#ifndef _DPAGER_CTL_TABLE_H
#define _DPAGER_CTL_TABLE_H

#include <linux/bits.h>
#include <linux/types.h>
#include <linux/dpager.h>

struct dpager_port;
struct dpager_store;
struct file;

/* What every argument begins with. */
struct dpager_ctl_head {
	__u32 size;
	__u32 flags;
	__u32 detail;
};

/* Room for any argument, as large as this kernel knows it. */
union dpager_ctl_arg {
	struct dpager_ctl_head head;
	struct dpager_list list;
	struct dpager_info info;
	struct dpager_store_create store_create;
	struct dpager_store_open store_open;
	struct dpager_store_info store_info;
	struct dpager_add_segment add_segment;
	struct dpager_add_file add_file;
	struct dpager_remove_segment remove_segment;
	struct dpager_store_delete store_delete;
	struct dpager_set_segment set_segment;
	struct dpager_quota quota;
	struct dpager_segment_map segment_map;
	struct dpager_check check;
	struct dpager_uffd_create uffd_create;
	struct dpager_uffd_attach uffd_attach;
	struct dpager_object_stores object_stores;
	struct dpager_resize_segment resize_segment;
	struct dpager_triggers triggers;
	struct dpager_object_create object_create;
	struct dpager_object_open object_open;
	struct dpager_object_link object_link;
	struct dpager_object_info object_info;
	struct dpager_object_control object_control;
};

/**
 * struct dpager_ctl_call - a call being answered
 * @file: the descriptor it came on
 * @port: its port when it is the pager's or a store's
 * @store: its store when it is a store's
 * @sequence: the call's number on @port
 * @arg: the argument, and the answer
 * @fd: with DPAGER_CTL_NEW_FD: the number reserved for a new descriptor
 * @made: with DPAGER_CTL_NEW_FD: out: the file to install there
 */
struct dpager_ctl_call {
	struct file *file;
	struct dpager_port *port;
	struct dpager_store *store;
	u64 sequence;
	union dpager_ctl_arg *arg;
	int fd;
	struct file *made;
};

/* What a call needs and gives. */
#define DPAGER_CTL_READ		BIT(0)		/* open for reading */
#define DPAGER_CTL_WRITE	BIT(1)		/* open for writing */
#define DPAGER_CTL_PRIVILEGED	BIT(2)		/* caller and opener privileged */
#define DPAGER_CTL_NEW_FD	BIT(3)		/* it makes a descriptor */
#define DPAGER_CTL_ANSWERS	BIT(4)		/* it answers on failure, too */

/**
 * struct dpager_ctl_row - a call
 * @number: _IOC_NR of its ioctl number
 * @needs: DPAGER_CTL_*
 * @first_size: size of the argument as first published
 * @size: as this kernel knows it
 * @flags: flag bits it knows
 * @run: 0 or -errno
 * @undo: takes back what @run did, when the answer could not be written
 *	although that was tried before; may be NULL
 */
struct dpager_ctl_row {
	unsigned int number;
	unsigned int needs;
	u32 first_size;
	u32 size;
	u32 flags;
	int (*run)(struct dpager_ctl_call *call);
	void (*undo)(struct dpager_ctl_call *call);
};

/* The fields of a row that follow from its argument's first and last shape. */
#define DPAGER_CTL_ARG(type, last_published)				\
	.first_size = offsetofend(struct type, last_published),		\
	.size = sizeof(struct type)

/* Calls by kind of descriptor; each table ends with an empty row. */
extern const struct dpager_ctl_row dpager_ctl_pager_rows[];
extern const struct dpager_ctl_row dpager_ctl_store_rows[];
extern const struct dpager_ctl_row dpager_ctl_object_rows[];

/**
 * dpager_ctl_dispatch() - answer an ioctl
 * @rows: the calls of this kind of descriptor
 * @file: the descriptor
 * @port: its port when it is the pager's or a store's, else NULL
 * @cmd: ioctl number
 * @arg: address of the argument
 *
 * Return: 0 or -errno.
 */
long dpager_ctl_dispatch(const struct dpager_ctl_row *rows, struct file *file,
			 struct dpager_port *port, unsigned int cmd,
			 unsigned long arg);

/* Say why, fail. */
static inline int dpager_ctl_fail(struct dpager_ctl_call *call, u32 detail,
				  int error)
{
	call->arg->head.detail = detail;
	return error;
}

/* Have caller and opener CAP_SYS_ADMIN in the initial user namespace? */
bool dpager_ctl_privileged(const struct file *file);

/* A new open file of a store; takes a reference. */
struct file *dpager_ctl_store_file(struct dpager_store *store);

/* A store as an entry of a list: as of dpager_ctl_list_put(). */
int dpager_ctl_list_store(struct dpager_ctl_call *call,
			  struct dpager_store *store);

/* OBJECT_CREATE and TRIGGERS are calls of the pager and of a store. */
int dpager_ctl_object_create(struct dpager_ctl_call *call);
int dpager_ctl_triggers(struct dpager_ctl_call *call);

/**
 * dpager_ctl_list_begin() - look at a list's argument, answer nothing yet
 * @call: the call
 * @from: out: where to begin
 *
 * Return: 0 or -EINVAL.
 */
int dpager_ctl_list_begin(struct dpager_ctl_call *call, u64 *from);

/**
 * dpager_ctl_list_put() - an entry of a list
 * @call: the call
 * @entry: the entry
 * @size: its size as this kernel knows it
 * @at: where a later call begins to get this entry
 *
 * Without room it is noted that the list goes on at @at.
 * Return: 0: go on; 1: no room; -EFAULT; -EINTR: the caller was killed.
 */
int dpager_ctl_list_put(struct dpager_ctl_call *call, const void *entry,
			size_t size, u64 at);

#endif /* _DPAGER_CTL_TABLE_H */
