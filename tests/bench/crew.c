// SPDX-License-Identifier: GPL-2.0
#include "crew.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

/**
 * struct hand - what a member is told
 */
struct hand {
	struct crew *crew;
	bool (*work)(struct crew *crew, void *argument);
	void *argument;
};

bool crew_open(struct crew *crew)
{
	crew->count = 0;
	crew->gathered = 0;
	if (!pipe2(crew->ready, O_CLOEXEC) && !pipe2(crew->gate, O_CLOEXEC))
		return true;
	perror("bench: pipe");
	return false;
}

static bool hand_work(void *argument)
{
	struct hand *hand = argument;

	close(hand->crew->ready[0]);
	close(hand->crew->gate[1]);
	return hand->work(hand->crew, hand->argument);
}

void crew_add(struct crew *crew, bool (*work)(struct crew *crew, void *argument), void *argument)
{
	struct hand hand = { crew, work, argument };

	crew->pids[crew->count++] = process_start(hand_work, &hand);
}

void crew_wait(struct crew *crew)
{
	char byte = 0;

	if (write(crew->ready[1], &byte, 1) != 1)
		perror("bench: crew");
	close(crew->ready[1]);
	/* Nothing is ever written to the gate: this returns when its last writer closes it. */
	if (read(crew->gate[0], &byte, 1))
		perror("bench: crew");
}

bool crew_gather(struct crew *crew)
{
	char byte;

	if (crew->ready[1] >= 0)
		close(crew->ready[1]);
	crew->ready[1] = -1;
	while (crew->gathered < crew->count && read(crew->ready[0], &byte, 1) == 1)
		crew->gathered++;
	return crew->gathered == crew->count;
}

void crew_begin(struct crew *crew)
{
	crew_gather(crew);
	close(crew->gate[1]);
}

enum fate crew_join(struct crew *crew, int member, const char *name)
{
	return process_wait(crew->pids[member], name);
}
