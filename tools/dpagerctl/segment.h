/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DPAGERCTL_SEGMENT_H
#define DPAGERCTL_SEGMENT_H

#include <stddef.h>
#include <stdint.h>
#include <linux/dpager.h>

#include "table.h"

/* Room for any state that segment_state() writes. */
#define SEGMENT_STATE	48

extern const struct column segment_columns[];

void segment_state(char *text, size_t room, const struct dpager_segment_entry *entry);
void segment_row(struct table *table, const struct dpager_segment_entry *entry,
		 const char *store, uint64_t page_size);

/* segment_find.c: the segment that an operand names */
uint64_t segment_id(int store, const char *store_name, const char *segment);
_Noreturn void segment_missing(const char *store_name, uint64_t id);
void segment_get(int store, const char *store_name, uint64_t id,
		 struct dpager_segment_entry *entry);

#endif
