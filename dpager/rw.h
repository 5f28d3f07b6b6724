/* SPDX-License-Identifier: GPL-2.0 */
/* Reading and writing an object by system calls, coherent with its mappings. */
#ifndef _DPAGER_RW_H
#define _DPAGER_RW_H

#include <linux/fs.h>

/*
 * read_iter: takes no lock, as on tmpfs. What is nowhere is copied from zeros and
 * takes no memory. -EIO: a page cannot be read; what came before it is answered.
 */
ssize_t dpager_rw_read(struct kiocb *iocb, struct iov_iter *to);

/*
 * write_iter, under i_rwsem. A whole page replaces what is on backing store, or
 * is lost, unread; it is in memory, dirty, when this returns. Of an object with
 * space set aside the size grows only with that: -ENOSPC, -EDQUOT.
 */
ssize_t dpager_rw_write(struct kiocb *iocb, struct iov_iter *from);

#endif /* _DPAGER_RW_H */
