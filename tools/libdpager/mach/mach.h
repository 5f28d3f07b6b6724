/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of Mach's spelling share. */
#ifndef LIBDPAGER_MACH_H
#define LIBDPAGER_MACH_H

#include <stddef.h>

#include <dpager/dpager.h>
#include <dpager/mach.h>

#include "../call.h"

/* kern.c */
kern_return_t kern_last(void);
kern_return_t kern_fail(int error, uint32_t detail);

/* port.c */
int port_fd(mach_port_t port);
kern_return_t port_answer(int fd, mach_port_t *port);
kern_return_t port_is_pager(mach_port_t port);

/* array.c */
kern_return_t array_new(size_t elements, size_t size, void *array);
void array_delete(void *array, size_t elements, size_t size);

/* size.c */
vm_size_t size_saturated(uint64_t bytes);
integer_t word_saturated(uint64_t value);

/* name.c */
int name_encode(const char *name, char store[DPAGER_NAME_SIZE]);
size_t name_decode(const char *store, char name[DPAGER_NAME_SIZE]);

#endif
