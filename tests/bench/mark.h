/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A page's mark: one word in each sector, made of the page's index and of how
 * often it was written. Little to compute, so that paging is what is measured,
 * and still no sector of a wrong or stale page is taken for the right one.
 */
#ifndef MARK_H
#define MARK_H

#include <stdbool.h>
#include <stdint.h>

#define PAGE	4096ul

void mark_write(void *page, uint64_t index, uint32_t generation);
bool mark_matches(const void *page, uint64_t index, uint32_t generation);

#endif
