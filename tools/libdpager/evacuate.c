// SPDX-License-Identifier: LGPL-2.1-or-later
/* What the calls that evacuate take and answer. */
#include "evacuate.h"

/**
 * evacuate_in - how to evacuate
 * @argument: in the call's struct, all zeros
 * @wanted: the caller's, or NULL
 */
void evacuate_in(struct dpager_evacuate *argument, const struct dpager_evacuate *wanted)
{
	if (!wanted)
		return;
	argument->rate = wanted->rate;
	argument->deadline_ms = wanted->deadline_ms;
}

/**
 * evacuate_out - what came of it
 * @answer: the caller's, or NULL
 * @argument: in the call's struct, after the call
 */
void evacuate_out(struct dpager_evacuate *answer, const struct dpager_evacuate *argument)
{
	if (answer)
		*answer = *argument;
}
