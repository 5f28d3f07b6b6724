// SPDX-License-Identifier: GPL-2.0
/*
 * Ranges that begin and end inside larger folios are dropped and paged out
 * while another process writes the pages next to them: none of those is lost,
 * and what is dropped is zeros.
 *
 * guest: timeout=240
 */
#include <sys/mman.h>
#include <unistd.h>

#include "dp.h"
#include "proc.h"
#include "rounds.h"

#define PAGES	96UL
#define FIRST	19UL
#define LAST	45UL
#define BESIDE	6UL

struct job {
	int object;
	uint64_t id;
	char *map;
	volatile bool *enough;	/* shared */
};

/* The pages on both sides, over and over until it is enough. */
static int write_beside(void *argument)
{
	const struct job *job = argument;
	uint64_t generation, wrong = 0;

	stamp_fill(job->map, job->id, FIRST - BESIDE, BESIDE, 1);
	stamp_fill(job->map, job->id, LAST + 1, BESIDE, 1);
	for (generation = 2; !*job->enough && !wrong; generation++) {
		wrong += stamp_renew(job->map, job->id, FIRST - BESIDE, BESIDE, generation);
		wrong += stamp_renew(job->map, job->id, LAST + 1, BESIDE, generation);
	}
	/* Less than that, and it was not meanwhile. */
	return wrong ? 1 : generation < 20 ? 2 : 0;
}

static void drop_and_fill(const struct job *job, uint64_t *wrong)
{
	uint64_t pages, page;

	*wrong += dp_control(job->object, DPAGER_CONTROL_DROP, FIRST * PAGE,
			     (LAST - FIRST + 1) * PAGE, &pages) != 0;
	*wrong += pages_not_zero(job->map, FIRST, LAST - FIRST + 1);
	stamp_fill(job->map, job->id, FIRST, LAST - FIRST + 1, 1);
	dp_control(job->object, DPAGER_CONTROL_PAGE_OUT, 0, 0, &pages);
	/* In order: what lies in a row comes in as larger folios. */
	for (page = 0; page < PAGES; page++)
		*wrong += probe_read(job->map + page * PAGE) != 0;
	*wrong += stamp_verify(job->map, job->id, FIRST, LAST - FIRST + 1, 1);
}

int main(void)
{
	unsigned int i, times = rounds(300);
	struct dp_scene scene;
	uint64_t wrong = 0;
	struct job job;
	pid_t writer;

	dp_scene_open(&scene, "/dev/vda", 16 * MiB);
	job.object = dp_object(scene.store, PAGES * PAGE, &job.id);
	job.map = dp_map(job.object, PAGES * PAGE);
	job.enough = shared_memory(sizeof(*job.enough));
	writer = proc_start(write_beside, &job);
	for (i = 0; i < times; i++)
		drop_and_fill(&job, &wrong);
	*job.enough = true;
	ok_equal(proc_wait(writer), 0, "pages beside the range: each as it was written last");
	ok_equal(wrong, 0, "the range, %u times: zeros, then as it was written", times);
	munmap(job.map, PAGES * PAGE);
	close(job.object);
	dp_settle(scene.pager);
	dp_scene_close(&scene);
	return tap_done();
}
