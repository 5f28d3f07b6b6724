// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "crowd.h"
#include "dp.h"
#include "proc.h"

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
	bool whole;
};

/* Chunks go by turns, so that both work all over the object. */
static bool owns(const struct member *member, uint64_t chunk, uint64_t turn)
{
	return (chunk + turn) % MEMBERS == member->number;
}

static int write_part(void *argument)
{
	struct member *member = argument;
	uint64_t at, count;

	for (at = 0; at < member->pages; at += CHUNK) {
		if (!owns(member, at / CHUNK, member->generation))
			continue;
		count = member->pages - at < CHUNK ? member->pages - at : CHUNK;
		stamp_fill(member->map, member->id, at, count, member->generation);
		memset(member->age + at, member->generation, count);
	}
	return 0;
}

static uint64_t verify_page(const struct member *member, uint64_t page)
{
	return stamp_verify(member->map, member->id, page, 1, member->age[page]);
}

/* All of it, or what the other one wrote. */
static int verify_part(void *argument)
{
	struct member *member = argument;
	uint64_t page, wrong = 0;

	for (page = 0; page < member->pages; page++)
		if (member->whole || !owns(member, page / CHUNK, member->generation))
			wrong += verify_page(member, page);
	return wrong != 0;
}

/* Neighbours belong to different processes; each verifies, then may rewrite. */
static int random_part(void *argument)
{
	struct member *member = argument;
	uint64_t seed = 1000 + member->number, page, wrong = 0;
	unsigned int i;

	for (i = 0; i < member->crowd->random; i++) {
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
		usleep(50000);
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

	for (i = 0; i < MEMBERS; i++) {
		members[i].generation = number;
		members[i].whole = false;
	}
	both(members, write_part, "both write, by turns");
	both(members, verify_part, "each verifies what the other wrote");
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
		members[i] = (struct member){ crowd, pages, id, i, map, age, 0, false };
	for (number = 1; number <= GENERATIONS; number++)
		generation(members, number);
	both(members, random_part, "random access: each page was right");
	for (i = 0; i < MEMBERS; i++)
		members[i].whole = true;
	both(members, verify_part, "both verify all");
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
