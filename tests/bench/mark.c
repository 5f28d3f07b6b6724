// SPDX-License-Identifier: GPL-2.0
#include "mark.h"

#include <stddef.h>

#define WORDS		(PAGE / sizeof(uint64_t))
#define SECTOR_WORDS	(512 / sizeof(uint64_t))

static uint64_t mark_word(uint64_t index, uint32_t generation)
{
	return ((index << 16) + generation + 1) * 0x9e3779b97f4a7c15ull;
}

void mark_write(void *page, uint64_t index, uint32_t generation)
{
	uint64_t word = mark_word(index, generation), *words = page;
	size_t i;

	for (i = 0; i < WORDS; i += SECTOR_WORDS)
		words[i] = word + i;
}

bool mark_matches(const void *page, uint64_t index, uint32_t generation)
{
	uint64_t word = mark_word(index, generation), wrong = 0;
	const uint64_t *words = page;
	size_t i;

	for (i = 0; i < WORDS; i += SECTOR_WORDS)
		wrong |= words[i] ^ (word + i);
	return !wrong;
}
