/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DPAGERCTL_OBJECT_OPEN_H
#define DPAGERCTL_OBJECT_OPEN_H

#include <stdint.h>

uint64_t object_id(const char *text);
_Noreturn void object_missing(uint64_t id);
int object_open(int pager, uint64_t id, uint32_t flags, uint64_t *bytes);

#endif
