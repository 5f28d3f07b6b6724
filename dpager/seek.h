/* SPDX-License-Identifier: GPL-2.0 */
/* What of an object is data: pages in memory, or on backing store, or lost. */
#ifndef _DPAGER_SEEK_H
#define _DPAGER_SEEK_H

#include <linux/types.h>

struct dpager_object;

/**
 * dpager_seek() - the next data, or hole
 * @object: the object; its i_rwsem is held
 * @offset: where to begin
 * @whence: SEEK_DATA or SEEK_HOLE
 *
 * Return: where it begins; -ENXIO: behind the end, or no data is left; -EINTR.
 */
loff_t dpager_seek(struct dpager_object *object, loff_t offset, int whence);

/* Pages that are data. Looks at each folio in memory; killed: less. */
u64 dpager_seek_pages(struct dpager_object *object);

#endif /* _DPAGER_SEEK_H */
