/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DPAGERCTL_ARGS_H
#define DPAGERCTL_ARGS_H

#include <getopt.h>
#include <stdbool.h>
#include <stdint.h>

#include "table.h"

/* Exit codes; --help and the man page tell the same. */
enum {
	EXIT_OK = 0,
	EXIT_FAILED = 1,
	EXIT_USAGE = 2,
	EXIT_NOT_SO = 3,
};

/**
 * struct command - a word of the command line and what it does
 * @name: the word
 * @function: gets the arguments from the word on, returns the exit code
 * @help: one line for --help
 *
 * A level's commands are an array that ends with a NULL name.
 */
struct command {
	const char *name;
	int (*function)(int argc, char **argv);
	const char *help;
};

/**
 * struct syntax - what a command accepts
 * @synopsis: its words and operands, after "dpagerctl"
 * @about: a sentence or two
 * @options: lines of --help for its own options, or NULL
 * @exits: lines of --help for exit codes that only it has, or NULL
 * @columns: the columns that it can print, or NULL
 * @short_options: getopt's characters, with ARGS_SHORT
 * @long_options: with ARGS_LONG
 * @min: fewest operands
 * @max: most operands
 */
struct syntax {
	const char *synopsis;
	const char *about;
	const char *options;
	const char *exits;
	const struct column *columns;
	const char *short_options;
	const struct option *long_options;
	int min;
	int max;
};

/* What every command accepts. */
#define ARGS_DEVICE	0x100
#define ARGS_SHORT	"hV"
#define ARGS_LONG \
	{ "help", no_argument, NULL, 'h' }, \
	{ "version", no_argument, NULL, 'V' }, \
	{ "device", required_argument, NULL, ARGS_DEVICE }

#define ARGS_FAIL __attribute__((noreturn, format(printf, 1, 2)))

ARGS_FAIL void args_fail(const char *format, ...);
ARGS_FAIL void args_usage_fail(const char *format, ...);
void args_before_message(void (*function)(void));
int args_run(const char *level, const struct command *commands, const char *alone, int argc,
	     char **argv);
int args_next(int argc, char **argv, const struct syntax *syntax);
void args_only_common(int argc, char **argv, const struct syntax *syntax);
uint64_t args_size(const char *option, const char *text);
bool args_id(const char *text, uint64_t *id);
uint32_t args_seconds(const char *option, const char *text);
long args_number(const char *option, const char *text);

#endif
