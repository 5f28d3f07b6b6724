// SPDX-License-Identifier: GPL-2.0
#include "order.h"

#include <math.h>
#include <stdlib.h>

#define EXPONENT	0.99

/* splitmix64, public domain (Vigna): good enough, and the same everywhere. */
static uint64_t random_next(uint64_t *state)
{
	uint64_t x = *state += 0x9e3779b97f4a7c15ull;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ull;
	x = (x ^ x >> 27) * 0x94d049bb133111ebull;
	return x ^ x >> 31;
}

static double random_unit(uint64_t *state)
{
	return (double)(random_next(state) >> 11) / 9007199254740992.0;
}

/* The integral of x^-EXPONENT from 1, and its inverse. */
static double weight_below(double x)
{
	return (pow(x, 1 - EXPONENT) - 1) / (1 - EXPONENT);
}

static double weight_inverse(double weight)
{
	return pow(1 + weight * (1 - EXPONENT), 1 / (1 - EXPONENT));
}

/*
 * A rank from 1 to pages with probability ~ rank^-EXPONENT, by rejection
 * (Hörmann and Derflinger 1996): draw under the curve, keep what falls into
 * its rank's bar.
 */
static uint32_t zipf_rank(uint64_t *state, uint32_t pages)
{
	double low = weight_below(0.5), high = weight_below(pages + 0.5);
	double weight, rank;

	do {
		weight = low + random_unit(state) * (high - low);
		rank = floor(weight_inverse(weight) + 0.5);
		if (rank < 1)
			rank = 1;
		else if (rank > pages)
			rank = pages;
	} while (weight < weight_below(rank + 0.5) - pow(rank, -EXPONENT));
	return (uint32_t)rank;
}

static uint64_t common_divisor(uint64_t a, uint64_t b)
{
	return b ? common_divisor(b, a % b) : a;
}

/* Ranks in a row must not be pages in a row: step by about the golden section. */
static uint64_t spread_step(uint32_t pages)
{
	uint64_t step = (uint64_t)(pages * 0.6180339887) | 1;

	while (common_divisor(step, pages) != 1)
		step += 2;
	return step;
}

/* Fisher and Yates's shuffle, as far as it is needed. */
static uint32_t *order_shuffled(size_t count, uint32_t pages, uint64_t seed)
{
	uint32_t *order = malloc(pages * sizeof(*order)), other, page;
	size_t i;

	for (i = 0; order && i < pages; i++)
		order[i] = (uint32_t)i;
	for (i = 0; order && i < count; i++) {
		other = (uint32_t)(i + random_next(&seed) % (pages - i));
		page = order[other];
		order[other] = order[i];
		order[i] = page;
	}
	return order;
}

uint32_t *order_make(enum pattern pattern, size_t count, uint32_t pages, uint64_t seed)
{
	uint64_t step = spread_step(pages);
	uint32_t *order;
	size_t i;

	if (pattern == PATTERN_SHUFFLED)
		return order_shuffled(count, pages, seed);
	order = malloc(count * sizeof(*order));
	for (i = 0; order && i < count; i++) {
		if (pattern == PATTERN_SEQUENTIAL)
			order[i] = (uint32_t)(i % pages);
		else if (pattern == PATTERN_UNIFORM)
			order[i] = (uint32_t)(random_next(&seed) % pages);
		else
			order[i] = (uint32_t)(zipf_rank(&seed, pages) * step % pages);
	}
	return order;
}
