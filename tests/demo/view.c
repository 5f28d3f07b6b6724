// SPDX-License-Identifier: GPL-2.0
#include "view.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "residency.h"
#include "stamp.h"

#define MIB		(1u << 20)
#define LABEL		16	/* columns of a job's name */
#define AROUND_BAR	48	/* columns of a job's line that are not the bar */
#define MAP_ROWS	2
#define MAP_COLUMNS	120	/* at most */

static double mib(uint64_t pages)
{
	return (double)pages * PAGE / MIB;
}

/* Rounded down, as the last line's figure is. */
static uint64_t whole_mib(uint64_t pages)
{
	return pages * PAGE / MIB;
}

static double job_rate(const struct job *job)
{
	double seconds = job_seconds(job);

	return seconds > 0 ? mib(job->done) / seconds : 0;
}

void view_headline(const struct view *view)
{
	const struct screen *screen = &view->screen;
	const struct pager *pager = view->pager;

	printf("\n  %sdpager%s  %.0f MiB of memory for a program, where the machine has %" PRIu64
	       " MiB.\n", screen_style(screen, BOLD CYAN), screen_style(screen, PLAIN),
	       mib(view->pages), view->machine / MIB);
	if (pager->memfd)
		printf("          A memfd stands in for dpager: nothing is paged to a store here.\n\n");
	else
		printf("          What does not fit is paged to its own store on %s and %s.\n\n",
		       pager->disks[0], pager->disks[1]);
	fflush(stdout);
}

static int bar_width(const struct screen *screen)
{
	int width = screen->columns - AROUND_BAR;

	return width > 48 ? 48 : width;
}

static void bar_draw(struct screen *screen, const struct job *job)
{
	int width = bar_width(screen), i;
	int full = (int)(job->done * (uint64_t)width / job->total);

	screen_add(screen, "%s", job->wrong || job->failed ? RED : job->ended ? GREEN : CYAN);
	for (i = 0; i < full; i++)
		screen_add(screen, "━");
	screen_add(screen, PLAIN DIM);
	for (; i < width; i++)
		screen_add(screen, "─");
	screen_add(screen, PLAIN);
}

static void job_draw_endless(struct screen *screen, const struct job *job)
{
	char text[96];

	snprintf(text, sizeof(text), "%" PRIu64 " x %.0f MiB taken and freed", job->done,
		 mib(job->pages));
	screen_add(screen, "%-*s", bar_width(screen) + 19, text);
}

static void job_draw(struct screen *screen, const struct job *job)
{
	screen_add(screen, "  %s%-*s%s", job->began ? "" : DIM, LABEL, job->task->name, PLAIN);
	if (job->task->endless && job->began)
		job_draw_endless(screen, job);
	else if (!job->task->endless)
		bar_draw(screen, job);
	if (job->began && !job->task->endless)
		screen_add(screen, " %3" PRIu64 " %%  %5.0f MiB/s", job->done * 100 / job->total,
			   job_rate(job));
	if (job->began)
		screen_add(screen, " %6.1f s", job_seconds(job));
	if (job->wrong)
		screen_add(screen, RED " %" PRIu64 " wrong" PLAIN, job->wrong);
	screen_newline(screen);
}

/* How a cell looks: green is in memory, blue on disk; between them shades. */
struct look {
	const char *style;
	const char *glyph;
};

static struct look cell_look(unsigned char level, bool written)
{
	static const char mixed[] = "\033[44;32m";
	static const struct look looks[RESIDENCY_WHOLE + 1] = {
		{ mixed, " " }, { mixed, "░" }, { mixed, "▒" }, { mixed, "▓" }, { mixed, "█" },
	};

	return written ? looks[level] : (struct look){ PLAIN DIM, "·" };
}

static void map_row(struct screen *screen, const unsigned char *levels, int count, int written)
{
	const char *style = "";
	struct look look;
	int i;

	for (i = 0; i < count; i++) {
		look = cell_look(levels[i], i < written);
		screen_add(screen, "%s%s", strcmp(look.style, style) ? look.style : "", look.glyph);
		style = look.style;
	}
	screen_add(screen, PLAIN);
	screen_newline(screen);
}

static void map_draw(struct view *view)
{
	unsigned char levels[MAP_ROWS * MAP_COLUMNS];
	int width = view->screen.columns - LABEL - 4, row, written;

	if (width > MAP_COLUMNS)
		width = MAP_COLUMNS;
	residency_sample(view->memory, view->pages, levels, (size_t)(MAP_ROWS * width));
	written = (int)((view->jobs[0].done * (uint64_t)(MAP_ROWS * width) + view->pages - 1) /
			view->pages);
	for (row = 0; row < MAP_ROWS; row++) {
		screen_add(&view->screen, "  %-*s", LABEL, row ? "" : "the object");
		map_row(&view->screen, levels + row * width, width, written - row * width);
	}
}

static void legend_draw(struct view *view, const struct figures *figures)
{
	struct screen *screen = &view->screen;

	screen_add(screen, "  %-*s" GREEN "■" PLAIN " in memory %" PRIu64 " MiB   ", LABEL, "",
		   figures->resident / MIB);
	if (!view->pager->memfd)
		screen_add(screen, BLUE "■" PLAIN " on disk %" PRIu64 " MiB of %" PRIu64
			   " MiB", figures->paged_out / MIB, view->pager->room / MIB);
	screen_newline(screen);
	screen_add(screen, "  %-*s%" PRIu64 " MiB paged out, %" PRIu64 " MiB paged in", LABEL,
		   "so far", whole_mib(figures->pages_out), whole_mib(figures->pages_in));
	screen_newline(screen);
}

void view_draw(struct view *view, const struct figures *figures)
{
	size_t i;

	for (i = 0; i < view->job_count; i++)
		job_draw(&view->screen, &view->jobs[i]);
	screen_newline(&view->screen);
	map_draw(view);
	legend_draw(view, figures);
	screen_newline(&view->screen);
	screen_show(&view->screen);
}

static void job_line(const struct job *job, const struct figures *figures)
{
	char text[64];

	if (job->task->endless)
		snprintf(text, sizeof(text), "taken and freed %" PRIu64 " times", job->done);
	else
		snprintf(text, sizeof(text), "%3" PRIu64 " %%  %5.0f MiB/s",
			 job->done * 100 / job->total, job_rate(job));
	printf("  %-*s%-24s resident %4" PRIu64 " MiB, paged out %4" PRIu64 " MiB\n", LABEL,
	       job->task->name, text, figures->resident / MIB, figures->paged_out / MIB);
}

void view_lines(const struct view *view, const struct figures *figures)
{
	size_t i;

	for (i = 0; i < view->job_count; i++) {
		if (view->jobs[i].began && !view->jobs[i].ended)
			job_line(&view->jobs[i], figures);
	}
	fflush(stdout);
}

/* What the jobs of a phase did together. */
struct sum {
	uint64_t pages;
	uint64_t faults;
	uint64_t major;
	uint64_t requests;
	uint64_t in;
	uint64_t out;
	double seconds;
};

static struct sum phase_sum(const struct phase *phase)
{
	struct sum sum = {
		.seconds = phase->seconds,
		.requests = phase->after.requests - phase->before.requests,
		.in = phase->after.pages_in - phase->before.pages_in,
		.out = phase->after.pages_out - phase->before.pages_out,
	};
	int i;

	for (i = 0; i < PHASE_JOBS && phase->jobs[i]; i++) {
		sum.faults += (uint64_t)phase->jobs[i]->faults;
		sum.major += (uint64_t)phase->jobs[i]->major;
		if (!phase->jobs[i]->task->endless)
			sum.pages += phase->jobs[i]->done;
	}
	return sum;
}

static void sum_add(struct sum *total, const struct sum *sum)
{
	total->pages += sum->pages;
	total->faults += sum->faults;
	total->major += sum->major;
	total->requests += sum->requests;
	total->in += sum->in;
	total->out += sum->out;
	total->seconds += sum->seconds;
}

static void sum_row(const char *name, const struct sum *sum)
{
	printf("  %-9s%6.1f s %8" PRIu64 " %8" PRIu64 " %8" PRIu64 " %5" PRIu64 " MiB %5"
	       PRIu64 " MiB %5.0f MiB/s\n", name, sum->seconds, sum->faults, sum->major, sum->requests,
	       whole_mib(sum->in), whole_mib(sum->out),
	       sum->seconds > 0 ? mib(sum->pages) / sum->seconds : 0);
}

void view_table(const struct view *view)
{
	struct sum total = { 0 }, sum;
	size_t i;

	printf("  %s%-9s%8s %8s %8s %8s %9s %9s %11s%s\n", screen_style(&view->screen, DIM),
	       "phase", "time", "faults", "major", "I/Os", "in", "out", "speed",
	       screen_style(&view->screen, PLAIN));
	for (i = 0; i < view->phase_count; i++) {
		sum = phase_sum(&view->phases[i]);
		sum_add(&total, &sum);
		sum_row(view->phases[i].name, &sum);
	}
	sum_row("all", &total);
	printf("\n");
	fflush(stdout);
}
