/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DPAGERCTL_DURATION_H
#define DPAGERCTL_DURATION_H

#include <stddef.h>
#include <stdint.h>

/* Room for any duration that duration_print() writes. */
#define DURATION_TEXT	32

int duration_parse(const char *text, uint32_t *ms);
void duration_print(char *text, size_t room, uint64_t seconds);
uint64_t duration_now(void);

#endif
