// SPDX-License-Identifier: GPL-2.0
#include "room.h"

#include "cgroup.h"
#include "line.h"
#include "mark.h"

void room_sample(struct room *room, size_t touches)
{
	size_t used;

	room->touched += touches;
	if (room->touched < room->limit / PAGE)
		return;
	used = cgroup_used();
	room->unused += used < room->limit ? (double)(room->limit - used) : 0;
	room->samples++;
}

void room_print(struct room *room)
{
	if (room->samples)
		line_real("unused_percent", room->unused / (double)room->samples * 100 /
			  (double)room->limit);
	room->unused = 0;
	room->samples = 0;
}
