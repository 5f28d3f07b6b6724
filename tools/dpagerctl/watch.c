// SPDX-License-Identifier: GPL-2.0
/* dpagerctl watch: takes looks, and shows each with what changed since the one before. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "args.h"
#include "call.h"
#include "commands.h"
#include "duration.h"
#include "terminal.h"
#include "watch_view.h"

#define INTERVAL_MS	2000
#define INTERVAL_MIN_MS	100

static const struct option long_options[] = {
	{ "bytes", no_argument, NULL, 'b' },
	{ "count", required_argument, NULL, 'c' },
	{ "interval", required_argument, NULL, 'n' },
	{ "json", no_argument, NULL, 'J' },
	ARGS_LONG, { NULL, 0, NULL, 0 }
};

static const struct syntax syntax = {
	.synopsis = "watch [options]",
	.about = "Show the whole again and again, with rates: pages in and out in a second, of\n"
		 "each store and segment, and of the objects that page most. The key q or Ctrl-C\n"
		 "ends it. Where standard output is no terminal, a block is printed each time.",
	.options = " -n, --interval SEC   look so often, perhaps with a fraction; default 2\n"
		   " -c, --count N        end after N looks\n"
		   " -b, --bytes          sizes in bytes instead of K, M, G, ...\n"
		   " -J, --json           a JSON document each time\n",
	.short_options = "bc:n:J" ARGS_SHORT,
	.long_options = long_options,
};

/**
 * struct watch - what the command line asks for
 * @interval_ms: how often to look
 * @count: how many times; 0: until it is ended
 * @screen: whether it is on a terminal's screen
 * @pager: the pager
 */
struct watch {
	uint64_t interval_ms;
	long count;
	bool screen;
	int pager;
};

static void parse_option(int option, struct watch *watch)
{
	switch (option) {
	case 'c':
		watch->count = args_number("--count", optarg);
		if (watch->count < 1)
			args_usage_fail("--count: %s looks are none", optarg);
		break;
	case 'n':
		watch->interval_ms = args_seconds("--interval", optarg);
		if (watch->interval_ms < INTERVAL_MIN_MS)
			args_usage_fail("--interval: %s seconds are too short: at least 0.1",
					optarg);
		break;
	default:
		table_option(option, NULL, NULL);
	}
}

static void parse(int argc, char **argv, struct watch *watch)
{
	int option;

	while ((option = args_next(argc, argv, &syntax)) != -1)
		parse_option(option, watch);
	watch->screen = isatty(STDOUT_FILENO) && !table_json();
}

/* Draws it in memory first: half a screen is never seen, nor a line that wraps. */
static void show(const struct watch *watch, const struct look *before, const struct look *now)
{
	size_t length;
	char *text;
	FILE *out;

	if (!watch->screen) {
		watch_print(stdout, before, now);
		if (fflush(stdout))
			exit(EXIT_FAILED);	/* nobody reads; main() says so */
		return;
	}
	out = open_memstream(&text, &length);
	if (!out)
		args_fail("out of memory");
	watch_print(out, before, now);
	fclose(out);
	terminal_draw(text);
	free(text);
}

static void sleep_until(uint64_t then)
{
	uint64_t now = duration_now(), ms = then > now ? then - now : 0;
	struct timespec time = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };

	while (nanosleep(&time, &time) && errno == EINTR)
		;
}

/* Until the next look is due; false: it is to end. Keys and sizes redraw at once. */
static bool pause_until(const struct watch *watch, uint64_t then, const struct look *before,
			const struct look *now)
{
	uint64_t time;

	if (!watch->screen) {
		sleep_until(then);
		return true;
	}
	while ((time = duration_now()) < then) {
		switch (terminal_wait(then - time)) {
		case TERMINAL_END:
			return false;
		case TERMINAL_KEY:
			show(watch, before, now);
			break;
		case TERMINAL_TIME:
			break;
		}
	}
	return true;
}

static void run(const struct watch *watch)
{
	struct look looks[2] = { 0 };
	struct look *before, *now;
	uint64_t due = duration_now();
	long i;

	for (i = 0; !watch->count || i < watch->count; i++) {
		before = &looks[(i + 1) % 2];
		now = &looks[i % 2];
		look_free(now);
		look_take(now, watch->pager);
		show(watch, i ? before : NULL, now);
		if (watch->count && i + 1 == watch->count)
			break;
		due += watch->interval_ms;
		if (!pause_until(watch, due, i ? before : NULL, now))
			break;
		if (due + watch->interval_ms < duration_now())	/* stopped for a while */
			due = duration_now();
	}
	look_free(&looks[0]);
	look_free(&looks[1]);
}

/**
 * watch_command - the command
 * @argc: number of arguments
 * @argv: the arguments
 *
 * Returns the exit code.
 */
int watch_command(int argc, char **argv)
{
	struct watch watch = { .interval_ms = INTERVAL_MS };

	parse(argc, argv, &watch);
	watch.pager = call_pager_most();
	if (watch.screen)
		terminal_enter();
	run(&watch);
	terminal_leave();
	return EXIT_OK;
}
