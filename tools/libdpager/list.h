/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LIBDPAGER_LIST_H
#define LIBDPAGER_LIST_H

#include <stddef.h>

int list_all(int fd, unsigned long request, size_t entry_size, void *array, size_t *count);

#endif
