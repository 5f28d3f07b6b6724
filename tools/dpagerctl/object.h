/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DPAGERCTL_OBJECT_H
#define DPAGERCTL_OBJECT_H

#include <stddef.h>
#include <stdint.h>
#include <linux/dpager.h>

#include "table.h"

extern const struct column object_columns[];

const char *object_user(uint32_t uid, char *number, size_t room);
void object_row(struct table *table, const struct dpager_object_entry *entry,
		const struct dpager_store_entry *stores, size_t store_count);

#endif
