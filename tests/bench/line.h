/* SPDX-License-Identifier: GPL-2.0 */
/* A line of results: one JSON object, on stdout. */
#ifndef LINE_H
#define LINE_H

#include <stdint.h>

#include "turn.h"

void line_begin(const struct turn *turn, const char *workload, const char *step);
void line_real(const char *name, double value);
void line_count(const char *name, uint64_t value);
void line_signed(const char *name, int64_t value);
void line_end(void);

/* For whoever watches: a turn begins; a scenario is complete. */
void line_turn(const struct turn *turn);
void line_complete(const char *scenario);

#endif
