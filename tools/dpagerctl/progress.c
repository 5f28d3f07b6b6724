// SPDX-License-Identifier: GPL-2.0
/* Progress of long work on standard error: a bar on a terminal, else lines. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "duration.h"
#include "progress.h"
#include "size.h"

#define COLUMNS_DEFAULT	80
#define FIGURES_COLUMNS	46	/* more than figures() takes but for hours and terabytes */
#define BAR_MIN		8
#define BAR_MAX		40
#define LINE_ROOM	256
#define LINES_PERIOD	1000

/**
 * progress_form - how to show progress here
 * @wanted: above 0: somehow; 0: on a terminal only; below 0: not at all
 */
enum progress_form progress_form(int wanted)
{
	if (wanted < 0)
		return PROGRESS_NONE;
	if (isatty(STDERR_FILENO))
		return PROGRESS_BAR;
	return wanted ? PROGRESS_LINES : PROGRESS_NONE;
}

static int terminal_columns(void)
{
	struct winsize size;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) || !size.ws_col)
		return COLUMNS_DEFAULT;
	return size.ws_col < LINE_ROOM ? size.ws_col : LINE_ROOM;
}

/* Takes a sample. Returns bytes per second since the oldest one that is kept. */
static uint64_t speed(struct progress *progress, uint64_t now, uint64_t done)
{
	unsigned int slot = progress->count++ % PROGRESS_SAMPLES, oldest = 0;
	uint64_t bytes, ms;

	progress->samples[slot].at = now;
	progress->samples[slot].done = done;
	if (progress->count > PROGRESS_SAMPLES)
		oldest = progress->count % PROGRESS_SAMPLES;
	ms = now - progress->samples[oldest].at;
	if (!ms || done < progress->samples[oldest].done)
		return 0;
	bytes = done - progress->samples[oldest].done;
	return (double)bytes * 1000 / ms;
}

/* "  42%, 1.2G of 2.9G, 310M/s, 0:05 left"; the end only where something moves. */
static void figures(char *text, size_t room, uint64_t done, uint64_t total, uint64_t bytes_second)
{
	char part[SIZE_TEXT], whole[SIZE_TEXT], second[SIZE_TEXT], left[DURATION_TEXT];
	int length;

	size_print(part, sizeof(part), done);
	size_print(whole, sizeof(whole), total);
	size_print(second, sizeof(second), bytes_second);
	length = snprintf(text, room, "%3d%%, %s of %s, %s/s",
			  100 - (int)size_percent(total - done, total), part, whole, second);
	if (!bytes_second)
		return;
	duration_print(left, sizeof(left), (total - done + bytes_second - 1) / bytes_second);
	snprintf(text + length, room - length, ", %s left", left);
}

/* A bar for a line of so many columns; empty where it has no room. */
static void bar(char *text, int columns, uint64_t done, uint64_t total)
{
	int width = columns - FIGURES_COLUMNS - (int)strlen("[]"), full;

	*text = '\0';
	if (width < BAR_MIN)
		return;
	if (width > BAR_MAX)
		width = BAR_MAX;
	full = (double)done / total * width;
	*text++ = '[';
	memset(text, '#', full);
	memset(text + full, '.', width - full);
	strcpy(text + width, "]");
}

/* The last column stays free: a terminal may go to the next line behind it. */
static void draw(struct progress *progress, const char *text, uint64_t done, uint64_t total)
{
	int columns = terminal_columns() - 1, drawn;
	char begin[BAR_MAX + sizeof("[]")];
	char line[LINE_ROOM];

	bar(begin, columns, done, total);
	drawn = snprintf(line, columns + 1, "%s%s", begin, text);
	if (drawn > columns)
		drawn = columns;
	fprintf(stderr, "\r%s%*s", line,
		progress->drawn > drawn ? progress->drawn - drawn : 0, "");
	progress->drawn = drawn;
}

/**
 * progress_show - show how far it is
 * @progress: the work
 * @done: bytes done, at most @total
 * @total: bytes in all, above 0
 */
void progress_show(struct progress *progress, uint64_t done, uint64_t total)
{
	uint64_t now = duration_now(), bytes_second = speed(progress, now, done);
	char text[LINE_ROOM / 2];

	figures(text, sizeof(text), done, total, bytes_second);
	if (progress->form == PROGRESS_BAR) {
		draw(progress, text, done, total);
	} else if (!progress->said || now - progress->said >= LINES_PERIOD) {
		progress->said = now;
		fprintf(stderr, "moved%s\n", text);
	}
}

/**
 * progress_end - leave the line to what is said next
 * @progress: the work
 */
void progress_end(struct progress *progress)
{
	if (progress->drawn)
		fprintf(stderr, "\r%*s\r", progress->drawn, "");
	progress->drawn = 0;
}
