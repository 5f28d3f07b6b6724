/* SPDX-License-Identifier: GPL-2.0 */
/* posix_fadvise(2) and readahead(2) of an object. */
#ifndef _DPAGER_ADVISE_H
#define _DPAGER_ADVISE_H

#include <linux/types.h>

struct file;

/*
 * POSIX_FADV_WILLNEED begins to read what is on backing store; _DONTNEED drops
 * what is clean, nobody maps, and lies in the range with all of its page. Others
 * are accepted. -EINVAL: an unknown advice, or a negative length.
 */
int dpager_advise(struct file *file, loff_t offset, loff_t len, int advice);

#endif /* _DPAGER_ADVISE_H */
