/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Page contents that can be verified. Every 8 bytes of a page follow from the
 * object's id, the page's index and the write's generation, and every byte is
 * compared, so that a wrong page says what it is: zeros, another object's,
 * another index's, an older write's (stale), or a mixture (torn).
 */
#ifndef STAMP_H
#define STAMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PAGE		4096UL
#define STAMP_WORDS	(PAGE / sizeof(uint64_t))

enum stamp_kind {
	STAMP_GOOD,
	STAMP_ZERO,
	STAMP_OTHER_OBJECT,
	STAMP_OTHER_INDEX,
	STAMP_STALE,
	STAMP_FUTURE,
	STAMP_TORN,
	STAMP_GARBAGE,
	STAMP_KINDS,
};

struct stamp {
	uint64_t object;
	uint64_t index;
	uint64_t generation;
};

void stamp_write(void *page, struct stamp stamp);
enum stamp_kind stamp_check(const void *page, struct stamp stamp);

/* Any whole stamp (of whichever object): its identity in @stamp. */
bool stamp_read(const void *page, struct stamp *stamp);
const char *stamp_name(enum stamp_kind kind);
bool page_is_zero(const void *page);
/* How many of @count pages of a mapping that begins at page 0 are not zeros. */
uint64_t pages_not_zero(const void *map, uint64_t first, uint64_t count);
/* And how many of them are in memory. */
uint64_t pages_in_memory(const void *map, uint64_t first, uint64_t count);

/* Stamp, or verify, @count pages of a mapping that begins at page 0. */
void stamp_fill(void *map, uint64_t object, uint64_t first, uint64_t count,
		uint64_t generation);
/* Returns the number of wrong pages; says what the first few of them are. */
uint64_t stamp_verify(const void *map, uint64_t object, uint64_t first,
		      uint64_t count, uint64_t generation);
/* Page by page: verify the generation before, and write this one. */
uint64_t stamp_renew(void *map, uint64_t object, uint64_t first, uint64_t count,
		     uint64_t generation);

/* Verify with SIGBUS caught: how many pages of the range raised it. */
struct stamp_tally {
	uint64_t kind[STAMP_KINDS];
	uint64_t sigbus;
};

void stamp_tally(const void *map, uint64_t object, uint64_t first,
		 uint64_t count, uint64_t generation, struct stamp_tally *tally);

/* Touch one byte; 0, or the signal that it raised. */
int probe_read(const void *address);
int probe_write(void *address);

/* A cheap generator for random orders; never returns the same run for two seeds. */
uint64_t random_next(uint64_t *state);

#endif
