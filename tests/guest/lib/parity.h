/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Parity: a tmpfs and a dpagerfs. Each call is made in both, and they must answer
 * the same: errno, what the call tells, and after it every name, kind, mode,
 * owner, link count, size and link of the whole tree.
 */
#ifndef PARITY_H
#define PARITY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "tap.h"

#define PARITY_TMPFS	"/parity/tmpfs"
#define PARITY_DPAGER	"/parity/dpager"

/* Mount. Returns errno. */
int parity_mount(const char *type, const char *place, const char *options);
/* A place to mount at. */
void parity_place(const char *place);
/* Unmount: errno. */
int parity_unmount(const char *place);

/* Both, with these options and, of the second, a store (NULL: none). */
void parity_open(const char *options, const char *store);
/* Results: both can be unmounted. */
void parity_close(void);

/*
 * One call in both, words with blanks between them: VERB ARGUMENT..., after
 * "as UID" by another user. Verbs:
 *
 *  mkdir NAME MODE		rmdir NAME		creat NAME MODE
 *  mknod NAME KIND MODE	(KIND: p c b s f)
 *  link OLD NEW		unlink NAME		symlink TARGET NAME
 *  rename OLD NEW [FLAGS]	(n: NOREPLACE, x: EXCHANGE, w: WHITEOUT)
 *  chmod NAME MODE		chown NAME UID GID	read NAME, write NAME (open)
 *  tmpfile DIR [NAME]		with a name by linkat
 *  setx NAME KEY VALUE [c|r]	getx NAME KEY		listx NAME	rmx NAME KEY
 *  stat NAME			links NAME		list NAME
 *  umask MODE			(stays)
 *
 * Result: whether they agree.
 */
bool parity(const char *fmt, ...) TAP_PRINTF(1, 2);
/* The same, and what they must answer. */
bool parity_errno(int want, const char *fmt, ...) TAP_PRINTF(2, 3);
/* From now on the first, which cannot do this on this kernel, is not asked. */
void parity_only_ours(bool only);
/* Only in the second: what tmpfs does differs by kernel. */
bool parity_ours(int want, const char *fmt, ...) TAP_PRINTF(2, 3);

/* Without a result: errno of that call in a place. */
int parity_call(const char *place, const char *fmt, ...) TAP_PRINTF(2, 3);

#endif
