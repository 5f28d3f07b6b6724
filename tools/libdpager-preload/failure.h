/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What could not be done, for people: one line of a process. */
#ifndef FAILURE_H
#define FAILURE_H

#include <stdbool.h>

/**
 * failure - tell that the real call is made instead
 * @subject: what it is about
 * @name: of the subject, or ""
 * @advice: what to do about it
 *
 * On stderr, the first time in a process; nothing where DPAGER_PRELOAD_STRICT is 1.
 * Context: any. Does not change errno, allocates nothing.
 */
void failure(const char *subject, const char *name, const char *advice);

/* Is a variable bad? Then that is told, and errno is EINVAL. */
bool failure_of_settings(void);

#endif
