// SPDX-License-Identifier: GPL-2.0
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "stamp.h"
#include "tap.h"

#define STAMP_MAGIC	0x706d617473676470ULL
#define STAMP_HEADER	5
#define STAMP_SHOWN	5

static uint64_t mix(uint64_t x)
{
	x ^= x >> 32;
	x *= 0xd6e8feb86659fd93ULL;
	x ^= x >> 32;
	x *= 0xd6e8feb86659fd93ULL;
	return x ^ x >> 32;
}

uint64_t random_next(uint64_t *state)
{
	*state += 0x9e3779b97f4a7c15ULL;
	return mix(*state);
}

static uint64_t stamp_seed(struct stamp stamp)
{
	return mix(mix(mix(stamp.object) + stamp.index) + stamp.generation) | 1;
}

/*
 * The hash of the content is in the header: it is a function of the same three
 * numbers as every word behind it, so comparing all words checks it, too.
 */
static void stamp_header(uint64_t *head, struct stamp stamp, uint64_t seed)
{
	head[0] = STAMP_MAGIC;
	head[1] = stamp.object;
	head[2] = stamp.index;
	head[3] = stamp.generation;
	head[4] = seed * STAMP_WORDS ^ STAMP_MAGIC;
}

/* An odd step, different for each stamp: no two stamps agree in a whole sector. */
static uint64_t stamp_step(uint64_t seed)
{
	return seed << 1 | 1;
}

void stamp_write(void *page, struct stamp stamp)
{
	uint64_t seed = stamp_seed(stamp), step = stamp_step(seed);
	uint64_t *word = page;
	size_t i;

	stamp_header(word, stamp, seed);
	for (i = STAMP_HEADER; i < STAMP_WORDS; i++)
		word[i] = seed += step;
}

static bool stamp_matches(const uint64_t *word, struct stamp stamp)
{
	uint64_t seed = stamp_seed(stamp), step = stamp_step(seed);
	uint64_t head[STAMP_HEADER], wrong = 0;
	size_t i;

	stamp_header(head, stamp, seed);
	for (i = 0; i < STAMP_HEADER; i++)
		wrong |= word[i] ^ head[i];
	for (i = STAMP_HEADER; i < STAMP_WORDS; i++)
		wrong |= word[i] ^ (seed += step);
	return !wrong;
}

bool stamp_read(const void *page, struct stamp *stamp)
{
	const uint64_t *word = page;

	if (word[0] != STAMP_MAGIC)
		return false;
	stamp->object = word[1];
	stamp->index = word[2];
	stamp->generation = word[3];
	return stamp_matches(word, *stamp);
}

bool page_is_zero(const void *page)
{
	const uint64_t *word = page;
	uint64_t any = 0;
	size_t i;

	for (i = 0; i < STAMP_WORDS; i++)
		any |= word[i];
	return !any;
}

uint64_t pages_not_zero(const void *map, uint64_t first, uint64_t count)
{
	uint64_t wrong = 0;

	for (; count; count--, first++)
		wrong += !page_is_zero((const char *)map + first * PAGE);
	return wrong;
}

static enum stamp_kind stamp_classify(const void *page, struct stamp want)
{
	const uint64_t *word = page;
	struct stamp got;

	if (page_is_zero(page))
		return STAMP_ZERO;
	if (!stamp_read(page, &got))
		return word[0] == STAMP_MAGIC ? STAMP_TORN : STAMP_GARBAGE;
	if (got.object != want.object)
		return STAMP_OTHER_OBJECT;
	if (got.index != want.index)
		return STAMP_OTHER_INDEX;
	return got.generation < want.generation ? STAMP_STALE : STAMP_FUTURE;
}

enum stamp_kind stamp_check(const void *page, struct stamp stamp)
{
	if (stamp_matches(page, stamp))
		return STAMP_GOOD;
	return stamp_classify(page, stamp);
}

const char *stamp_name(enum stamp_kind kind)
{
	static const char *const names[STAMP_KINDS] = {
		"good", "zero", "other object", "other index",
		"stale", "future", "torn", "garbage",
	};

	return names[kind];
}

uint64_t pages_in_memory(const void *map, uint64_t first, uint64_t count)
{
	unsigned char *vector = malloc(count);
	uint64_t in = 0, i;

	if (!vector || mincore((char *)map + first * PAGE, count * PAGE, vector))
		bail("mincore");
	for (i = 0; i < count; i++)
		in += vector[i] & 1;
	free(vector);
	return in;
}

void stamp_fill(void *map, uint64_t object, uint64_t first, uint64_t count,
		uint64_t generation)
{
	struct stamp stamp = { object, first, generation };

	for (; count; count--, stamp.index++)
		stamp_write((char *)map + stamp.index * PAGE, stamp);
}

static void stamp_report(const void *page, struct stamp want, enum stamp_kind kind)
{
	const uint64_t *word = page;

	diag("page %#llx of object %llu, generation %llu: %s (found object %#llx index %#llx generation %#llx)",
	     (unsigned long long)want.index, (unsigned long long)want.object,
	     (unsigned long long)want.generation, stamp_name(kind),
	     (unsigned long long)word[1], (unsigned long long)word[2],
	     (unsigned long long)word[3]);
}

uint64_t stamp_verify(const void *map, uint64_t object, uint64_t first,
		      uint64_t count, uint64_t generation)
{
	struct stamp want = { object, first, generation };
	enum stamp_kind kind;
	uint64_t wrong = 0;
	const void *page;

	for (; count; count--, want.index++) {
		page = (const char *)map + want.index * PAGE;
		kind = stamp_check(page, want);
		if (kind != STAMP_GOOD && wrong++ < STAMP_SHOWN)
			stamp_report(page, want, kind);
	}
	return wrong;
}

uint64_t stamp_renew(void *map, uint64_t object, uint64_t first, uint64_t count,
		     uint64_t generation)
{
	uint64_t wrong = 0;

	for (; count; count--, first++) {
		wrong += stamp_verify(map, object, first, 1, generation - 1);
		stamp_fill(map, object, first, 1, generation);
	}
	return wrong;
}

static __thread sigjmp_buf probe_return;

static void probe_caught(int signal)
{
	siglongjmp(probe_return, signal);
}

static int probe(void (*touch)(void *), void *argument)
{
	struct sigaction catch = { .sa_handler = probe_caught }, bus, segv;
	int signal;

	sigaction(SIGBUS, &catch, &bus);
	sigaction(SIGSEGV, &catch, &segv);
	signal = sigsetjmp(probe_return, 1);
	if (!signal)
		touch(argument);
	sigaction(SIGBUS, &bus, NULL);
	sigaction(SIGSEGV, &segv, NULL);
	return signal;
}

static void touch_read(void *address)
{
	(void)*(volatile char *)address;
}

static void touch_write(void *address)
{
	volatile char *byte = address;

	*byte = *byte;
}

int probe_read(const void *address)
{
	return probe(touch_read, (void *)address);
}

int probe_write(void *address)
{
	return probe(touch_write, address);
}

void stamp_tally(const void *map, uint64_t object, uint64_t first,
		 uint64_t count, uint64_t generation, struct stamp_tally *tally)
{
	struct stamp want = { object, first, generation };
	const void *page;

	memset(tally, 0, sizeof(*tally));
	for (; count; count--, want.index++) {
		page = (const char *)map + want.index * PAGE;
		if (probe_read(page))
			tally->sigbus++;
		else
			tally->kind[stamp_check(page, want)]++;
	}
}
