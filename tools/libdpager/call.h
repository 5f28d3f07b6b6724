/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LIBDPAGER_CALL_H
#define LIBDPAGER_CALL_H

#include <stddef.h>
#include <stdint.h>

/**
 * struct call_head - how every argument struct begins
 * @size: of the whole struct
 * @flags: of the call
 * @detail: out: enum dpager_detail
 */
struct call_head {
	uint32_t size;
	uint32_t flags;
	uint32_t detail;
};

int call_refuse(int error, uint32_t detail);
void call_detail(uint32_t detail);
void call_out(uint64_t *out, uint64_t value);

#endif
