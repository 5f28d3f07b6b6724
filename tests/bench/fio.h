/* SPDX-License-Identifier: GPL-2.0 */
/* fio: what the raw device can do. */
#ifndef FIO_H
#define FIO_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Write or read so many bytes in order, with 16 requests of 1 MiB under way and
 * no page cache; the content of the device is lost. The time is fio's own.
 */
bool fio_run(const char *device, bool write, size_t bytes, double *seconds);

#endif
