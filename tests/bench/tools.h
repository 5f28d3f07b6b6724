/* SPDX-License-Identifier: GPL-2.0 */
/* Debian's programs on the image that tools/lab/toolbox.py makes: mke2fs and fio. */
#ifndef TOOLS_H
#define TOOLS_H

#include <stdbool.h>

/*
 * Run a program of the image, with such arguments (NULL ends them); as
 * command_run(). The image is mounted where it is not yet.
 */
bool tools_run(const char *program, const char *const *arguments);

#endif
