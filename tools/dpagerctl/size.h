/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DPAGERCTL_SIZE_H
#define DPAGERCTL_SIZE_H

#include <stddef.h>
#include <stdint.h>

/* Room for any size that size_print() writes. */
#define SIZE_TEXT	24

/* Room for any number of pages that size_print_pages() writes, its unit of 16 letters at most. */
#define SIZE_PAGES_TEXT	64

int size_parse(const char *text, uint64_t *bytes);
void size_print(char *text, size_t room, uint64_t bytes);
const char *size_print_pages(char *text, size_t room, uint64_t pages, const char *unit,
			     uint64_t page_size);
uint64_t size_of_pages(uint64_t pages, uint64_t page_size);
uint64_t size_used(uint64_t pages, uint64_t free, uint64_t bad);
int64_t size_percent(uint64_t part, uint64_t whole);

#endif
