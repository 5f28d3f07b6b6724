/* SPDX-License-Identifier: GPL-2.0 */
/* The check: do the books balance? */
#ifndef _DPAGER_CHECK_H
#define _DPAGER_CHECK_H

struct dpager_check;

/**
 * dpager_check() - walk everything, and compare
 * @check: out: figures
 *
 * Context: process, may sleep; takes dpager_admin.
 * Return: 0; -EAGAIN: something changed meanwhile; -EUCLEAN; -EINTR; -ENOMEM.
 */
int dpager_check(struct dpager_check *check);

#endif /* _DPAGER_CHECK_H */
