/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Test Anything Protocol. The plan is printed by tap_done(), so a program that
 * dies early has no plan and counts as failed. Children must not print results:
 * they answer by exit status (proc.h).
 */
#ifndef TAP_H
#define TAP_H

#include <stdbool.h>

#define TAP_PRINTF(fmt, args)	__attribute__((format(printf, fmt, args)))

/* One result. Returns @good, so that a caller can leave out what depends on it. */
bool ok(bool good, const char *fmt, ...) TAP_PRINTF(2, 3);

/* @got is the errno wanted (0: success); shows both by name where it is not. */
bool ok_errno(int got, int want, const char *fmt, ...) TAP_PRINTF(3, 4);

/* Two figures are equal; shows both where they are not. */
bool ok_equal(unsigned long long got, unsigned long long want,
	      const char *fmt, ...) TAP_PRINTF(3, 4);

/* A result that cannot be had, since the kernel truly lacks something. */
void tap_skip(const char *reason, const char *fmt, ...) TAP_PRINTF(2, 3);

/* The whole program cannot run here. */
void tap_skip_all(const char *reason) __attribute__((noreturn));

void diag(const char *fmt, ...) TAP_PRINTF(1, 2);

/* The test itself cannot go on (not: dpager did something wrong). */
void bail(const char *fmt, ...) TAP_PRINTF(1, 2) __attribute__((noreturn));

/* Prints the plan; the program's exit status. */
int tap_done(void);

#endif
