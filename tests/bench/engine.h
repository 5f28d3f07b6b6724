/* SPDX-License-Identifier: GPL-2.0 */
/* Who pages: dpager, or a peer that it is compared with. */
#ifndef ENGINE_H
#define ENGINE_H

#include <stdbool.h>
#include <stddef.h>

/**
 * struct engine - dpager or a peer
 * @name: as in the results
 * @begin: make its backing space ready, before a run
 * @object: a descriptor of that much memory, to be mapped shared; -1 on failure
 * @end: give the backing space back, when no process has an object any more
 *
 * Each says on stderr what went wrong.
 */
struct engine {
	const char *name;
	bool (*begin)(void);
	int (*object)(size_t bytes);
	bool (*end)(void);
};

extern const struct engine engine_dpager, engine_swap;

#endif
