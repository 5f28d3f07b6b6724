/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An object's size, in bytes. What lies behind it is zeros when it grows: the
 * rest of the last page, which a mapping reaches, is zeroed as it shrinks, and
 * as it grows again.
 *
 * All of these are called with i_rwsem held for writing.
 */
#ifndef _DPAGER_SIZE_H
#define _DPAGER_SIZE_H

#include <linux/types.h>

struct dpager_object;

/**
 * dpager_size_promise() - space for an object that is about to grow
 * @object: the object
 * @bytes: its size then; nothing happens when it is that already
 *
 * Space only where it is set aside. What was promised and not used is given back
 * by dpager_size_settle(). What lies behind the end is zeros from then on.
 *
 * Return: 0, -ENOSPC, -EDQUOT, -ENOMEM, -EINTR.
 */
int dpager_size_promise(struct dpager_object *object, loff_t bytes);
void dpager_size_settle(struct dpager_object *object);

/**
 * dpager_size_set() - make an object larger or smaller
 * @object: the object
 * @bytes: its size from now on
 *
 * Smaller: pages behind the end leave all page tables, memory and backing store.
 * Page faults meanwhile see the old end or the new one.
 *
 * Return: 0; -ENOSPC or -EDQUOT: space set aside cannot grow so much; -EIO: the
 * last page cannot be read, and so not be zeroed in part; -ENOMEM; -EINTR. On
 * error the size is what it was.
 */
int dpager_size_set(struct dpager_object *object, loff_t bytes);

#endif /* _DPAGER_SIZE_H */
