/* SPDX-License-Identifier: GPL-2.0 */
/* Running a program of the guest. */
#ifndef COMMAND_H
#define COMMAND_H

#include <stdbool.h>

/*
 * Run it, its output on our stderr, and wait; true when its status was 0. The
 * first argument is the program; NULL ends them.
 */
bool command_run(const char *const *arguments);

#endif
