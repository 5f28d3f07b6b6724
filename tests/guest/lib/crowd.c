// SPDX-License-Identifier: GPL-2.0
#include <signal.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "crowd.h"
#include "dp.h"
#include "proc.h"
#include "rounds.h"

#define MEMBERS		2
#define CHUNK		256UL
#define GENERATIONS	3

/* One of the two. They share @map and @age (a page's write generation). */
struct member {
	const struct crowd *crowd;
	uint64_t pages, id, number;
	char *map;
	unsigned char *age;
	uint64_t generation;
};

/* Chunks go by turns: in the next generation the other one has them. */
static bool owns(const struct member *member, uint64_t chunk, uint64_t turn)
{
	return (chunk + turn) % MEMBERS == member->number;
}

static uint64_t verify_page(const struct member *member, uint64_t page)
{
	return stamp_verify(member->map, member->id, page, 1, member->age[page]);
}

/* What the other one wrote a generation ago is verified, then rewritten. */
static int rewrite_part(void *argument)
{
	struct member *member = argument;
	uint64_t page, wrong = 0;

	for (page = 0; page < member->pages; page++) {
		if (!owns(member, page / CHUNK, member->generation))
			continue;
		if (member->age[page])
			wrong += verify_page(member, page);
		member->age[page] = member->generation;
		stamp_fill(member->map, member->id, page, 1, member->generation);
	}
	return wrong != 0;
}

/* In order; what the other one wrote last, but for random writes. */
static int verify_part(void *argument)
{
	struct member *member = argument;
	uint64_t page, wrong = 0;

	for (page = 0; page < member->pages; page++)
		if (owns(member, page / CHUNK, member->generation + 1))
			wrong += verify_page(member, page);
	return wrong != 0;
}

/* Neighbours belong to different processes; each verifies, then may rewrite. */
static int random_part(void *argument)
{
	struct member *member = argument;
	uint64_t seed = 1000 + member->number, page, wrong = 0;
	unsigned int i, count = rounds(member->crowd->random);

	for (i = 0; i < count; i++) {
		page = random_next(&seed) % member->pages / MEMBERS * MEMBERS + member->number;
		if (page >= member->pages)
			continue;
		wrong += verify_page(member, page);
		if (seed & 0x300)
			continue;
		stamp_write(member->map + page * PAGE,
			    (struct stamp){ member->id, page, ++member->age[page] });
	}
	return wrong != 0;
}

/* Takes and frees memory until it is killed. */
static int take_and_free(void *argument)
{
	const struct crowd *crowd = argument;
	uint64_t at, round = 0;
	char *memory;

	for (;;) {
		memory = mmap(NULL, crowd->anonymous, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (memory == MAP_FAILED)
			return 1;
		for (at = 0; at < crowd->anonymous; at += PAGE)
			*(uint64_t *)(memory + at) = at + round;
		for (at = 0; at < crowd->anonymous; at += PAGE)
			if (*(uint64_t *)(memory + at) != at + round)
				return 2;
		munmap(memory, crowd->anonymous);
		/* It is there to be in the way, not to take a CPU. */
		usleep(500000);
		round++;
	}
}

static void both(struct member *members, proc_fn part, const char *what)
{
	struct timespec start, end;
	pid_t pids[MEMBERS];
	int i, good = 0;

	clock_gettime(CLOCK_MONOTONIC, &start);
	for (i = 0; i < MEMBERS; i++)
		pids[i] = proc_start(part, &members[i]);
	for (i = 0; i < MEMBERS; i++)
		good += !proc_wait(pids[i]);
	clock_gettime(CLOCK_MONOTONIC, &end);
	ok(good == MEMBERS, "%s", what);
	diag("%lld ms", (end.tv_sec - start.tv_sec) * 1000LL +
	     (end.tv_nsec - start.tv_nsec) / 1000000);
}

static void generation(struct member *members, uint64_t number)
{
	int i;

	for (i = 0; i < MEMBERS; i++)
		members[i].generation = number;
	both(members, rewrite_part, number > 1 ?
	     "each verifies what the other wrote, and rewrites it" : "both write, by turns");
}

static void figures(const struct crowd *crowd, const struct dpager_info *before)
{
	struct dpager_info after;
	uint64_t out, memory = proc_figure("/proc/meminfo", "MemTotal") * 1024;

	dp_info(crowd->pager, &after);
	out = (after.pages_out - before->pages_out) * PAGE;
	diag("%llu MiB paged out in %llu writes, %llu MiB in in %llu reads, %llu major faults",
	     (unsigned long long)(out / MiB), after.writes - before->writes,
	     (after.pages_in - before->pages_in) * PAGE / MiB, after.reads - before->reads,
	     after.major_faults - before->major_faults);
	ok(crowd->bytes < memory || out >= crowd->bytes - memory, "what does not fit was paged out");
	ok(after.resident < memory, "and is not in memory");
	ok(!after.pages_in_failed && !after.pages_out_failed && !after.full, "nothing failed");
}

void crowd_run(const struct crowd *crowd)
{
	uint64_t pages = crowd->bytes / PAGE, id, number;
	struct member members[MEMBERS];
	struct dpager_info before;
	int object = dp_object(crowd->pager, crowd->bytes, &id), i, status;
	unsigned char *age = shared_memory(pages);
	char *map = dp_map(object, crowd->bytes);
	pid_t third = crowd->anonymous ? proc_start(take_and_free, (void *)crowd) : 0;

	dp_info(crowd->pager, &before);
	for (i = 0; i < MEMBERS; i++)
		members[i] = (struct member){ crowd, pages, id, i, map, age, 0 };
	for (number = 1; number <= GENERATIONS; number++)
		generation(members, number);
	both(members, random_part, "random access: each page was right");
	both(members, verify_part, "each verifies what the other wrote last");
	figures(crowd, &before);
	if (third) {
		ok(!proc_ended(third, 0, &status), "the third had its memory all along");
		kill(third, SIGKILL);
		proc_wait(third);
	}
	munmap(map, crowd->bytes);
	munmap(age, pages);
	close(object);
	dp_settle(crowd->pager);
}
