/* SPDX-License-Identifier: GPL-2.0 */
/* An area: memory of which it is known what each page must hold. */
#ifndef AREA_H
#define AREA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine.h"

enum access {
	ACCESS_WRITE,
	ACCESS_READ,		/* and verify */
	ACCESS_UPDATE,		/* verify, then write */
};

/**
 * struct area - memory of which it is known what each page must hold
 * @memory: where it is
 * @pages: its pages
 * @generations: how often each page was written
 * @wrong: touches that found something else
 */
struct area {
	char *memory;
	size_t pages;
	uint16_t *generations;
	uint64_t wrong;
};

/* A new object of the engine's, mapped. */
bool area_map(struct area *area, const struct engine *engine, size_t bytes);

/* An object, mapped; the descriptor stays the caller's. */
bool area_attach(struct area *area, int object, size_t bytes);

/* Private memory that no engine has to do with. */
bool area_anonymous(struct area *area, size_t bytes);

/* Part @number of @parts of an area that was not written yet, to be used instead of the whole. */
bool area_part(struct area *part, const struct area *whole, size_t number, size_t parts);

/* Whether no touch found a wrong page; else it is said on stderr. */
bool area_fine(const struct area *area, const char *peer);

void area_touch(struct area *area, uint64_t index, enum access access);

/* Touches @first to @first + @count of an order; NULL: in order, around and around. */
void area_walk(struct area *area, enum access access, const uint32_t *order, size_t first,
	       size_t count);

#endif
