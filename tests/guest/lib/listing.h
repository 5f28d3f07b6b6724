/* SPDX-License-Identifier: GPL-2.0 */
/* The rules that every listing call follows, tried on one of them. */
#ifndef LISTING_H
#define LISTING_H

#include <stddef.h>
#include <stdint.h>

/* Entries begin with a 64-bit id, or with the first page of a range. */
#define LISTING_MOST		64
#define LISTING_ENTRY_MOST	256

struct listing {
	const char *name;
	int fd;
	unsigned long request;
	uint32_t entry_size;
	unsigned int entries;	/* that it has now, at least 2 */
	uint64_t total;		/* what it answers as total at first */
};

/* Room 0, exact, one short, one by one; short and long entries; bad arguments. */
void listing_rules(const struct listing *listing);

#endif
