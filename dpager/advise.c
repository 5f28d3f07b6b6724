// SPDX-License-Identifier: GPL-2.0
/* posix_fadvise(2) of an object. */

#include <linux/fadvise.h>
#include <linux/fs.h>
#include <linux/pagemap.h>

#include "advise.h"
#include "map.h"
#include "object.h"
#include "readin.h"
#include "span.h"

/* Nobody waits: where that is not possible any more, the rest is left. */
static void advise_read(struct dpager_object *object, struct dpager_span r)
{
	pgoff_t index = r.first;
	struct dpager_span in;

	while (dpager_span_next(object, r, &index, &in)) {
		if (dpager_readin_range(object, in.first, in.last,
					DPAGER_READIN_AHEAD))
			break;
		cond_resched();
	}
}

/* The last byte of a range that may go to the end. */
static loff_t advise_last(loff_t offset, loff_t len)
{
	u64 end = (u64)offset + (u64)len;

	return !len || end > LLONG_MAX ? LLONG_MAX : end - 1;
}

/* For who reads by this file: nothing comes that was not asked for. */
static void advise_random(struct file *file, bool random)
{
	spin_lock(&file->f_lock);
	if (random)
		file->f_mode |= FMODE_RANDOM;
	else
		file->f_mode &= ~FMODE_RANDOM;
	spin_unlock(&file->f_lock);
}

int dpager_advise(struct file *file, loff_t offset, loff_t len, int advice)
{
	struct dpager_object *object = dpager_object_of(file_inode(file));
	loff_t last, size = i_size_read(object->inode);
	struct dpager_span r;
	int err;

	/* Without a device of its own that looks at the arguments only. */
	err = generic_fadvise(file, offset, len, advice);
	if (!err && advice <= POSIX_FADV_SEQUENTIAL)
		advise_random(file, advice == POSIX_FADV_RANDOM);
	if (err || offset < 0 || offset >= size)
		return err;
	last = min(advise_last(offset, len), size - 1);
	r.first = offset >> PAGE_SHIFT;
	r.last = last >> PAGE_SHIFT;
	if (advice == POSIX_FADV_WILLNEED)
		advise_read(object, r);
	if (advice != POSIX_FADV_DONTNEED)
		return 0;
	r.first += !!offset_in_page(offset);
	/* The last page counts as a whole where the object ends in it. */
	if (last != size - 1 && offset_in_page(last + 1)) {
		if (!r.last)
			return 0;
		r.last--;
	}
	if (r.first <= r.last)
		invalidate_mapping_pages(file->f_mapping, r.first, r.last);
	return 0;
}
