// SPDX-License-Identifier: GPL-2.0
#include "crowd.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "area.h"
#include "mark.h"
#include "pager.h"

static bool object_out(const struct crowd *crowd, struct area *area)
{
	int object = crowd->engine->object(crowd->bytes);
	int64_t pages;

	if (object < 0 || !area_attach(area, object, crowd->bytes))
		return false;
	area_walk(area, ACCESS_WRITE, NULL, 0, area->pages);
	pages = pager_page_out(object, 0, 0);
	close(object);
	return pages >= 0;
}

static bool anonymous_out(const struct crowd *crowd, struct area *area)
{
	if (!area_anonymous(area, crowd->bytes))
		return false;
	area_walk(area, ACCESS_WRITE, NULL, 0, area->pages);
	if (!madvise(area->memory, crowd->bytes, MADV_PAGEOUT))
		return true;
	perror("bench: page out");
	return false;
}

static bool member_work(struct crew *crew, void *argument)
{
	const struct crowd *crowd = argument;
	struct area area;

	if (!(crowd->engine ? object_out(crowd, &area) : anonymous_out(crowd, &area)))
		return false;
	crew_wait(crew);
	area_walk(&area, ACCESS_READ, NULL, 0, area.pages);
	return area_fine(&area, crowd->engine ? crowd->engine->name : "anonymous memory");
}

bool crowd_gather(struct crowd *crowd, const struct engine *engine, size_t bytes)
{
	int i;

	crowd->engine = engine;
	crowd->bytes = bytes / CROWD_SIZE / PAGE * PAGE;
	if (!crew_open(&crowd->crew))
		return false;
	for (i = 0; i < CROWD_SIZE; i++)
		crew_add(&crowd->crew, member_work, crowd);
	if (crew_gather(&crowd->crew))
		return true;
	fprintf(stderr, "bench: not all processes have their memory paged out\n");
	return false;
}

size_t crowd_bytes(const struct crowd *crowd)
{
	return CROWD_SIZE * crowd->bytes;
}

bool crowd_verify(struct crowd *crowd)
{
	bool fine = true;
	int i;

	crew_begin(&crowd->crew);
	for (i = 0; i < CROWD_SIZE; i++)
		fine &= crew_join(&crowd->crew, i, "a process of the crowd") == FATE_FINE;
	return fine;
}
