/* SPDX-License-Identifier: GPL-2.0 */
/* Places that pages of a leaf had, or would have got, to be freed in runs. */
#ifndef _DPAGER_PLACES_H
#define _DPAGER_PLACES_H

#include "map.h"

struct dpager_object;

/**
 * struct dpager_places - places
 * @place: where
 * @bad: bit i: the slot of place[i] is not to be used again
 * @count: how many
 */
struct dpager_places {
	dpager_place_t place[DPAGER_LEAF_PAGES];
	u32 bad;
	u32 count;
};

static inline void dpager_places_init(struct dpager_places *places)
{
	places->bad = 0;
	places->count = 0;
}

/* One more; DPAGER_PLACE_NONE: none. */
static inline void dpager_places_add(struct dpager_places *places,
				     dpager_place_t place, bool bad)
{
	if (place == DPAGER_PLACE_NONE)
		return;
	if (bad)
		places->bad |= BIT(places->count);
	places->place[places->count++] = place;
}

/*
 * Free them, which were those of an object's pages. Context: as
 * dpager_place_free().
 */
void dpager_places_free(const struct dpager_places *places,
			struct dpager_object *object);

#endif /* _DPAGER_PLACES_H */
