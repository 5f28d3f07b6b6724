// SPDX-License-Identifier: GPL-2.0
#include "line.h"

#include <inttypes.h>
#include <stdio.h>

void line_begin(const struct turn *turn, const char *workload, const char *step)
{
	printf("{\"scenario\": \"%s\", \"workload\": \"%s\", \"step\": \"%s\", \"peer\": \"%s\", "
	       "\"run\": %d", turn->scenario, workload, step, turn->peer, turn->number);
}

void line_real(const char *name, double value)
{
	printf(", \"%s\": %.9f", name, value);
}

void line_count(const char *name, uint64_t value)
{
	printf(", \"%s\": %" PRIu64, name, value);
}

void line_signed(const char *name, int64_t value)
{
	printf(", \"%s\": %" PRId64, name, value);
}

void line_end(void)
{
	printf("}\n");
	fflush(stdout);
}

void line_turn(const struct turn *turn)
{
	printf("{\"scenario\": \"%s\", \"peer\": \"%s\", \"run\": %d, \"begin\": true",
	       turn->scenario, turn->peer, turn->number);
	line_end();
}

void line_complete(const char *scenario)
{
	printf("{\"scenario\": \"%s\", \"complete\": true", scenario);
	line_end();
}
