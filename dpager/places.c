// SPDX-License-Identifier: GPL-2.0
/* Places are freed. */
#include "places.h"
#include "segment.h"

/* How many places from the @i-th on lie in a row, bad or all good. */
static u32 places_run(const struct dpager_places *places, u32 i)
{
	u32 n = 1;

	while (i + n < places->count &&
	       dpager_place_follows(places->place[i], n,
				    places->place[i + n]) &&
	       !(places->bad & BIT(i + n)) == !(places->bad & BIT(i)))
		n++;
	return n;
}

void dpager_places_free(const struct dpager_places *places,
			struct dpager_object *object)
{
	u32 i, n;

	for (i = 0; i < places->count; i += n) {
		n = places_run(places, i);
		dpager_place_free(object, places->place[i], n,
				  places->bad & BIT(i));
	}
}
