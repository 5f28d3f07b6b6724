/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DPAGERCTL_STORE_H
#define DPAGERCTL_STORE_H

#include <stddef.h>
#include <stdint.h>
#include <linux/dpager.h>

#include "table.h"

#define STORE_ATTRIBUTES_HELP	"checksum, private, or none"

extern const struct column store_columns[];

const char *store_attributes(uint32_t flags);
void store_print(const struct dpager_store_entry *entries, size_t count);

#endif
