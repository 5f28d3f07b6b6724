// SPDX-License-Identifier: GPL-2.0
/*
 * The main job of dpager, to look at: an object larger than memory is written,
 * partly written again, and read back by two processes while a third takes and
 * frees memory. Every byte that comes back is verified.
 */
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "job.h"
#include "pager.h"
#include "stamp.h"
#include "view.h"

#define MIB		(1u << 20)
#define PAGES(mib)	((size_t)(mib) * MIB / PAGE)
#define OUT_AT_LEAST	1024	/* MiB that must have been paged out */
#define FRAME_SECONDS	0.2
#define LINE_SECONDS	3.0

enum { WRITE, REWRITE, READ, RANDOM, ANONYMOUS, JOBS };
enum { EXIT_OK, EXIT_WRONG, EXIT_UNABLE, EXIT_INTERRUPTED = 130 };

static const struct task *const tasks[JOBS] = {
	[WRITE] = &task_write,
	[REWRITE] = &task_rewrite,
	[READ] = &task_read,
	[RANDOM] = &task_random,
	[ANONYMOUS] = &task_anonymous,
};

static const char usage[] =
	"Usage: demo [--size MIB] [--memfd] [DISK DISK]\n"
	"Page an object larger than memory to a store on two disks (/dev/vda, /dev/vdb),\n"
	"whose content is lost, and verify every byte that comes back.\n"
	"  --size MIB  size of the object, default 1536\n"
	"  --memfd     use a memfd instead of dpager, to try the demo itself: the figures\n"
	"              of paging are zero then, and are not judged\n"
	"Environment: DEMO_TTY=1 or 0 overrules whether the output is a terminal, COLUMNS\n"
	"its width. Exit status: 0, 1 when a page was wrong or too little was paged out,\n"
	"2 when something could not be done.\n";

static volatile sig_atomic_t interrupted;

static void on_interrupt(int signal)
{
	(void)signal;
	interrupted = 1;
}

static uint64_t machine_memory(void)
{
	struct sysinfo machine;

	return sysinfo(&machine) ? 0 : (uint64_t)machine.totalram * machine.mem_unit;
}

static void jobs_prepare(struct view *view)
{
	size_t i;

	for (i = 0; i < JOBS; i++) {
		view->jobs[i].task = tasks[i];
		view->jobs[i].object = view->pager->object;
		view->jobs[i].pages = view->pages;
		view->jobs[i].total = view->pages;
	}
	view->jobs[REWRITE].total = view->pages / 2;
	view->jobs[RANDOM].total = view->pages / 8;	/* about as long as all in order */
	view->jobs[ANONYMOUS].pages = (size_t)(view->machine / 4 / PAGE);
}

static bool phase_start(struct phase *phase)
{
	int i;

	for (i = 0; i < PHASE_JOBS && phase->jobs[i]; i++) {
		if (!job_start(phase->jobs[i]))
			return false;
	}
	return true;
}

/* Endless jobs go on until the others are done; all stop at an interrupt. */
static bool phase_runs(struct phase *phase)
{
	bool working = false, running = false;
	int i;

	for (i = 0; i < PHASE_JOBS && phase->jobs[i]; i++) {
		if (job_ended(phase->jobs[i]))
			continue;
		running = true;
		working |= !phase->jobs[i]->task->endless;
	}
	for (i = 0; i < PHASE_JOBS && phase->jobs[i]; i++) {
		if (interrupted || !working)
			phase->jobs[i]->stop = true;
	}
	return running;
}

/* Show how far it is: often on a terminal, else now and then. */
static void phase_show(struct view *view, double *last)
{
	double interval = view->screen.terminal ? FRAME_SECONDS : LINE_SECONDS;
	struct figures figures;

	if (now() - *last < interval || !pager_figures(view->pager, &figures))
		return;
	*last = now();
	if (view->screen.terminal)
		view_draw(view, &figures);
	else
		view_lines(view, &figures);
}

static bool phase_failed(const struct phase *phase)
{
	int i;

	for (i = 0; i < PHASE_JOBS && phase->jobs[i]; i++) {
		if (phase->jobs[i]->failed)
			return true;
	}
	return false;
}

static bool phase_run(struct view *view, struct phase *phase)
{
	double began = now(), last = began;

	if (!view->screen.terminal)
		printf("%s\n", phase->name);
	fflush(stdout);
	if (!pager_figures(view->pager, &phase->before) || !phase_start(phase))
		return false;
	while (phase_runs(phase)) {
		phase_show(view, &last);
		usleep(20000);
	}
	phase->seconds = now() - began;
	return pager_figures(view->pager, &phase->after) && !phase_failed(phase);
}

static bool phases_run(struct view *view)
{
	struct figures figures;
	bool fine = true;
	size_t i;

	for (i = 0; i < view->phase_count && fine && !interrupted; i++)
		fine = phase_run(view, &view->phases[i]);
	if (view->screen.terminal && pager_figures(view->pager, &figures))
		view_draw(view, &figures);
	return fine;
}

/* The last line, and whether all is as it must be. */
static int verdict(const struct view *view)
{
	uint64_t verified = 0, wrong = 0, out;
	size_t i;

	for (i = 0; i < view->job_count; i++) {
		verified += view->jobs[i].task->verifies ? view->jobs[i].done : 0;
		wrong += view->jobs[i].wrong;
	}
	out = view->phases[view->phase_count - 1].after.pages_out * PAGE / MIB;
	if (!view->pager->memfd && out < OUT_AT_LEAST)
		fprintf(stderr, "demo: fewer than %d MiB were paged out\n", OUT_AT_LEAST);
	printf("demo: %" PRIu64 " pages verified, %" PRIu64 " wrong, %" PRIu64 " MiB paged out\n",
	       verified, wrong, out);
	return wrong || (!view->pager->memfd && out < OUT_AT_LEAST) ? EXIT_WRONG : EXIT_OK;
}

static bool view_prepare(struct view *view)
{
	view->jobs = jobs_allocate(JOBS);
	view->job_count = JOBS;
	view->machine = machine_memory();
	view->memory = mmap(NULL, view->pages * PAGE, PROT_READ, MAP_SHARED,
			    view->pager->object, 0);
	if (!view->jobs || view->memory == MAP_FAILED) {
		perror("demo: mmap");
		return false;
	}
	jobs_prepare(view);
	return true;
}

/* All that happens between making the object and deleting it. */
static int demo_run(struct view *view)
{
	struct phase phases[3] = { { .name = "write" }, { .name = "rewrite" }, { .name = "read" } };
	bool fine;

	if (!view_prepare(view))
		return EXIT_UNABLE;
	phases[0].jobs[0] = &view->jobs[WRITE];
	phases[1].jobs[0] = &view->jobs[REWRITE];
	phases[2].jobs[0] = &view->jobs[READ];
	phases[2].jobs[1] = &view->jobs[RANDOM];
	phases[2].jobs[2] = &view->jobs[ANONYMOUS];
	view->phases = phases;
	view->phase_count = 3;
	screen_open(&view->screen);
	view_headline(view);
	fine = phases_run(view);
	screen_close(&view->screen);
	munmap(view->memory, view->pages * PAGE);
	if (interrupted || !fine)
		return interrupted ? EXIT_INTERRUPTED : EXIT_UNABLE;
	view_table(view);
	return verdict(view);
}

static void options_read(int argc, char **argv, struct view *view)
{
	static const struct option options[] = {
		{ "size", required_argument, NULL, 's' },
		{ "memfd", no_argument, NULL, 'm' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 }
	};
	int option, i;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 's')
			view->pages = PAGES(strtoul(optarg, NULL, 10));
		else if (option == 'm')
			view->pager->memfd = true;
		else
			exit(fputs(usage, option == 'h' ? stdout : stderr) < 0 || option != 'h' ?
			     EXIT_UNABLE : EXIT_OK);
	}
	for (i = 0; i < PAGER_DISKS && optind < argc; i++)
		view->pager->disks[i] = argv[optind++];
}

int main(int argc, char **argv)
{
	struct pager pager = { .disks = { "/dev/vda", "/dev/vdb" } };
	struct view view = { .pager = &pager, .pages = PAGES(1536) };
	int status = EXIT_UNABLE;

	options_read(argc, argv, &view);
	signal(SIGINT, on_interrupt);
	signal(SIGTERM, on_interrupt);
	if (view.pages && pager_create(&pager, view.pages * PAGE))
		status = demo_run(&view);
	if (!pager_delete(&pager) && status == EXIT_OK)
		status = EXIT_UNABLE;
	return status;
}
