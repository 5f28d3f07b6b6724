// SPDX-License-Identifier: GPL-2.0
#include "writers.h"

#include <sys/mman.h>

#include "dp.h"
#include "proc.h"

/* One of them, to be told which. */
struct start {
	struct writers *writers;
	unsigned int number;
};

/* Until it is enough, or a page was wrong. */
static int write_at_random(void *argument)
{
	const struct start *start = argument;
	struct writers *writers = start->writers;
	struct tenant *tenant = writers->tenant;
	uint64_t seed = writers->seed + start->number, page, wrong = 0;

	while (!writers->enough && !wrong) {
		page = random_next(&seed) % (tenant->pages / WRITERS) * WRITERS + start->number;
		if (seed & 0x300)
			wrong = tenant_wrong(tenant, page, 1);
		else
			wrong = tenant_rewrite(tenant, page, 1);
		writers->accesses[start->number]++;
	}
	return wrong != 0;
}

struct writers *writers_start(struct tenant *tenant, uint64_t seed)
{
	struct writers *writers = shared_memory(sizeof(*writers));
	struct start start = { .writers = writers };

	writers->tenant = tenant;
	writers->seed = seed;
	for (; start.number < WRITERS; start.number++)
		writers->pids[start.number] = proc_start(write_at_random, &start);
	return writers;
}

void writers_stop(struct writers *writers)
{
	unsigned int i;

	writers->enough = true;
	for (i = 0; i < WRITERS; i++)
		ok_equal(proc_wait(writers->pids[i]), 0, "writer %u saw no wrong page", i);
	munmap(writers, sizeof(*writers));
}
