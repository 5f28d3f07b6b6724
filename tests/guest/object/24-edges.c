// SPDX-License-Identifier: GPL-2.0
/*
 * Ranges that begin and end inside larger folios are dropped and paged out
 * while another process writes the pages next to them: none of those is lost,
 * and what is dropped is zeros.
 *
 * guest: timeout=240
 */
#include <signal.h>
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
};

/* The pages on both sides, over and over. Ends by itself. */
static int write_beside(void *argument)
{
	const struct job *job = argument;
	uint64_t generation, wrong = 0;
	unsigned int i, count = rounds(20000);

	stamp_fill(job->map, job->id, FIRST - BESIDE, BESIDE, 1);
	stamp_fill(job->map, job->id, LAST + 1, BESIDE, 1);
	for (i = 0, generation = 2; i < count && !wrong; i++, generation++) {
		wrong += stamp_renew(job->map, job->id, FIRST - BESIDE, BESIDE, generation);
		wrong += stamp_renew(job->map, job->id, LAST + 1, BESIDE, generation);
	}
	return wrong != 0;
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
		*wrong += !probe_read(job->map + page * PAGE) ? 0 : 1;
	*wrong += stamp_verify(job->map, job->id, FIRST, LAST - FIRST + 1, 1);
}

int main(void)
{
	uint64_t wrong = 0, times = 0;
	struct dp_scene scene;
	struct job job;
	int status = 0;
	pid_t writer;

	dp_scene_open(&scene, "/dev/vda", 16 * MiB);
	job.object = dp_object(scene.store, PAGES * PAGE, &job.id);
	job.map = dp_map(job.object, PAGES * PAGE);
	writer = proc_start(write_beside, &job);
	while (!proc_ended(writer, 0, &status)) {
		drop_and_fill(&job, &wrong);
		times++;
	}
	ok_equal(status, 0, "pages beside the range: each as it was written last");
	ok_equal(wrong, 0, "the range: zeros, then as it was written");
	ok(times > 10, "dropped %llu times meanwhile", (unsigned long long)times);
	munmap(job.map, PAGES * PAGE);
	close(job.object);
	dp_settle(scene.pager);
	dp_scene_close(&scene);
	return tap_done();
}
