// SPDX-License-Identifier: GPL-2.0
#include "job.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "stamp.h"

#define OBJECT		0xda
#define ANONYMOUS_PAUSE	500000	/* us */
#define WRONG_TOLD	5	/* wrong pages explained one by one, for each job */

double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* Every second page is written again, so that each cluster holds pages of two ages. */
static bool page_is_rewritten(uint64_t index)
{
	return index & 1;
}

static struct stamp stamp_of(uint64_t index, uint32_t generation)
{
	return (struct stamp){ .index = index, .object = OBJECT, .generation = generation };
}

static struct stamp stamp_final(uint64_t index)
{
	return stamp_of(index, page_is_rewritten(index) ? 2 : 1);
}

static void page_verify(struct job *job, const void *page, struct stamp expected)
{
	enum stamp_kind kind = stamp_check(page, expected);

	if (kind == STAMP_GOOD)
		return;
	if (atomic_fetch_add(&job->wrong, 1) < WRONG_TOLD)
		fprintf(stderr, "demo: %s: page %" PRIu64 " of generation %" PRIu64
			" is wrong: %s\n", job->task->name, expected.index,
			expected.generation, stamp_name(kind));
}

static char *object_map(const struct job *job)
{
	char *memory = mmap(NULL, job->pages * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED,
			    job->object, 0);

	if (memory == MAP_FAILED) {
		perror("demo: mmap");
		_exit(2);
	}
	return memory;
}

static void run_write(struct job *job)
{
	char *memory = object_map(job);
	uint64_t i;

	for (i = 0; i < job->pages && !job->stop; i++) {
		stamp_write(memory + i * PAGE, stamp_of(i, 1));
		job->done++;
	}
}

static void run_rewrite(struct job *job)
{
	char *memory = object_map(job), *page;
	uint64_t i;

	for (i = 0; i < job->pages && !job->stop; i++) {
		if (!page_is_rewritten(i))
			continue;
		page = memory + i * PAGE;
		page_verify(job, page, stamp_of(i, 1));
		stamp_write(page, stamp_of(i, 2));
		job->done++;
	}
}

static void run_read(struct job *job)
{
	char *memory = object_map(job);
	uint64_t i;

	for (i = 0; i < job->pages && !job->stop; i++) {
		page_verify(job, memory + i * PAGE, stamp_final(i));
		job->done++;
	}
}

/* A permutation of the numbers below 2^bits: each step can be undone. */
static uint64_t shuffle(uint64_t x, unsigned int bits)
{
	uint64_t mask = (1ull << bits) - 1;
	int round;

	for (round = 0; round < 3; round++) {
		x = (x * 0x9e3779b97f4a7c15ull + 0x7f4a7c15u) & mask;
		x ^= x >> (bits / 2 + 1);
	}
	return x;
}

/* Pages here and there, none twice. */
static void run_random(struct job *job)
{
	char *memory = object_map(job);
	unsigned int bits = 2;
	uint64_t i, page;

	while (1ull << bits < job->pages)
		bits++;
	for (i = 0; job->done < job->total && !job->stop; i++) {
		page = shuffle(i, bits);
		if (page >= job->pages)
			continue;
		page_verify(job, memory + page * PAGE, stamp_final(page));
		job->done++;
	}
}

/* Take memory, write it, verify it, give it back. */
static void anonymous_round(struct job *job, uint32_t generation)
{
	size_t bytes = job->pages * PAGE;
	char *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			    -1, 0);
	uint64_t i;

	if (memory == MAP_FAILED) {
		perror("demo: mmap of anonymous memory");
		_exit(2);
	}
	for (i = 0; i < job->pages && !job->stop; i++)
		stamp_write(memory + i * PAGE, stamp_of(i, generation));
	while (i--)
		page_verify(job, memory + i * PAGE, stamp_of(i, generation));
	munmap(memory, bytes);
}

static void run_anonymous(struct job *job)
{
	while (!job->stop) {
		anonymous_round(job, (uint32_t)job->done + 1);
		job->done++;
		usleep(ANONYMOUS_PAUSE);
	}
}

const struct task task_write = { .name = "write", .run = run_write };
const struct task task_rewrite = { .name = "rewrite half", .run = run_rewrite, .verifies = true };
const struct task task_read = { .name = "read in order", .run = run_read, .verifies = true };
const struct task task_random = { .name = "read at random", .run = run_random, .verifies = true };
const struct task task_anonymous = {
	.name = "other memory", .run = run_anonymous, .endless = true,
};

struct job *jobs_allocate(size_t count)
{
	struct job *jobs = mmap(NULL, count * sizeof(*jobs), PROT_READ | PROT_WRITE,
				MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return jobs == MAP_FAILED ? NULL : jobs;
}

/* The job's process: its figures are in place before its end can be seen. */
static void job_run(struct job *job)
{
	struct rusage usage;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGINT, SIG_IGN);
	job->task->run(job);
	getrusage(RUSAGE_SELF, &usage);
	job->faults = usage.ru_minflt + usage.ru_majflt;
	job->major = usage.ru_majflt;
	job->ended = now();
	_exit(0);
}

bool job_start(struct job *job)
{
	pid_t pid;

	job->began = now();
	pid = fork();
	if (!pid)
		job_run(job);
	if (pid < 0) {
		job->failed = true;
		perror("demo: fork");
		return false;
	}
	job->pid = pid;
	return true;
}

static void job_judge(struct job *job, int status)
{
	if (!status && (job->stop || job->done == job->total))
		return;
	job->failed = true;
	job->ended = now();
	if (WIFSIGNALED(status))
		fprintf(stderr, "demo: %s: %s\n", job->task->name, strsignal(WTERMSIG(status)));
}

bool job_ended(struct job *job)
{
	int status;

	if (!job->pid)
		return true;
	if (waitpid(job->pid, &status, WNOHANG) != job->pid)
		return false;
	job->pid = 0;
	job_judge(job, status);
	return true;
}

double job_seconds(const struct job *job)
{
	if (!job->began)
		return 0;
	return (job->ended ? job->ended : now()) - job->began;
}
