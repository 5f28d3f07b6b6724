// SPDX-License-Identifier: GPL-2.0
/* The command line: levels of commands, options, --help, numbers. */
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "call.h"
#include "duration.h"
#include "size.h"

#ifndef VERSION
#define VERSION "unknown"
#endif

static const struct option common_options[] = { ARGS_LONG, { NULL, 0, NULL, 0 } };

static const char exit_codes[] =
	"\nExit codes:\n"
	"  0  done\n"
	"  1  failed or refused; the message says why and what to do\n"
	"  2  wrong usage; nothing was tried\n";

/* The level that messages about wrong usage point to, as "store list". */
static char level_now[64];

static void (*before_message)(void);

/**
 * args_before_message - have something done before a message, which may be the last
 * @function: does it: puts a terminal in order, so that the message can be read
 */
void args_before_message(void (*function)(void))
{
	before_message = function;
}

static void message(const char *format, va_list list)
{
	fflush(stdout);
	if (before_message)
		before_message();
	fprintf(stderr, "%s: ", program_invocation_short_name);
	vfprintf(stderr, format, list);
	fputc('\n', stderr);
}

/**
 * args_fail - say why it cannot be done, and end with EXIT_FAILED
 * @format: as printf's, without program name and newline
 */
void args_fail(const char *format, ...)
{
	va_list list;

	va_start(list, format);
	message(format, list);
	va_end(list);
	exit(EXIT_FAILED);
}

static _Noreturn void usage_exit(void)
{
	fprintf(stderr, "Try \"%s%s%s --help\".\n", program_invocation_short_name,
		*level_now ? " " : "", level_now);
	exit(EXIT_USAGE);
}

/**
 * args_usage_fail - say what is wrong with the command line, and end with EXIT_USAGE
 * @format: as printf's, without program name and newline
 */
void args_usage_fail(const char *format, ...)
{
	va_list list;

	va_start(list, format);
	message(format, list);
	va_end(list);
	usage_exit();
}

static void help_common(FILE *out)
{
	fprintf(out, "     --device PATH    dpager's device, default " CALL_DEVICE "\n"
		" -h, --help           this help\n"
		" -V, --version        the version\n");
}

static void help_level(FILE *out, const struct command *commands, const char *alone)
{
	fprintf(out, "Usage: %s [options] %s%s%s ...\n\nCommands:\n",
		program_invocation_short_name, level_now, *level_now ? " " : "",
		alone ? "[COMMAND]" : "COMMAND");
	for (; commands->name; commands++)
		fprintf(out, "  %-8s  %s\n", commands->name, commands->help);
	if (alone)
		fprintf(out, "Without COMMAND it is %s.\n", alone);
	fputs("\nOptions:\n", out);
	help_common(out);
	fputs(exit_codes, out);
	fprintf(out, "\nEvery COMMAND has its own --help. For more see %s(8).\n",
		program_invocation_short_name);
}

static void help_syntax(FILE *out, const struct syntax *syntax)
{
	fprintf(out, "Usage: %s %s\n\n%s\n\nOptions:\n", program_invocation_short_name,
		syntax->synopsis, syntax->about);
	if (syntax->options)
		fputs(syntax->options, out);
	if (syntax->columns)
		table_help_options(out);
	help_common(out);
	if (syntax->columns)
		table_help_columns(out, syntax->columns);
	fputs(exit_codes, out);
	if (syntax->exits)
		fputs(syntax->exits, out);
}

static _Noreturn void version(void)
{
	printf("%s (dpager) %s\n", program_invocation_short_name, VERSION);
	exit(EXIT_OK);
}

static const struct command *command_find(const struct command *commands, const char *name)
{
	for (; commands->name; commands++)
		if (!strcmp(commands->name, name))
			return commands;
	return NULL;
}

/* Options before a level's command. */
static void level_options(int argc, char **argv, const struct command *commands,
			  const char *alone)
{
	int option;

	while ((option = getopt_long(argc, argv, "+" ARGS_SHORT, common_options, NULL)) != -1) {
		switch (option) {
		case 'h':
			help_level(stdout, commands, alone);
			exit(EXIT_OK);
		case 'V':
			version();
		case ARGS_DEVICE:
			call_device(optarg);
			break;
		default:
			usage_exit();
		}
	}
}

/**
 * args_run - run the command that the next argument names
 * @level: the words so far: "" or "store"
 * @commands: those of this level
 * @alone: the command that is meant when none is named, or NULL
 * @argc: number of arguments
 * @argv: argv[0] is the level's own word
 *
 * Returns the exit code.
 */
int args_run(const char *level, const struct command *commands, const char *alone, int argc,
	     char **argv)
{
	const struct command *command;
	const char *word;

	snprintf(level_now, sizeof(level_now), "%s", level);
	argv[0] = program_invocation_short_name;	/* getopt begins its messages with it */
	level_options(argc, argv, commands, alone);
	word = optind < argc ? argv[optind] : alone;
	if (!word) {
		help_level(stderr, commands, alone);
		return EXIT_USAGE;
	}
	command = command_find(commands, word);
	if (!command)
		args_usage_fail("unknown command \"%s\"", word);
	snprintf(level_now, sizeof(level_now), "%s%s%s", level, *level ? " " : "", command->name);
	if (optind == argc)
		optind--;	/* the level's own word has to do */
	argc -= optind;
	argv += optind;
	argv[0] = program_invocation_short_name;
	optind = 0;	/* makes getopt_long begin anew */
	return command->function(argc, argv);
}

static bool take_common(int option, const struct syntax *syntax)
{
	switch (option) {
	case 'h':
		help_syntax(stdout, syntax);
		exit(EXIT_OK);
	case 'V':
		version();
	case ARGS_DEVICE:
		call_device(optarg);
		return true;
	case '?':
		usage_exit();
	}
	return syntax->columns && table_option(option, optarg, syntax->columns);
}

static void check_operands(int count, const struct syntax *syntax)
{
	if (count < syntax->min)
		args_usage_fail("something is missing; usage: %s %s",
				program_invocation_short_name, syntax->synopsis);
	if (count > syntax->max)
		args_usage_fail("too many arguments; usage: %s %s",
				program_invocation_short_name, syntax->synopsis);
}

/**
 * args_next - the next option of a command's own
 * @argc: number of arguments
 * @argv: the arguments
 * @syntax: what the command accepts
 *
 * Takes the common and the table options itself. At the end it checks the
 * number of operands, which argv has from optind on, and returns -1.
 */
int args_next(int argc, char **argv, const struct syntax *syntax)
{
	int option;

	do {
		option = getopt_long(argc, argv, syntax->short_options, syntax->long_options, NULL);
	} while (option != -1 && take_common(option, syntax));
	if (option == -1)
		check_operands(argc - optind, syntax);
	return option;
}

/**
 * args_only_common - args_next() for a command that has no options of its own
 * @argc: number of arguments
 * @argv: the arguments
 * @syntax: what the command accepts
 */
void args_only_common(int argc, char **argv, const struct syntax *syntax)
{
	while (args_next(argc, argv, syntax) != -1)
		;
}

/**
 * args_size - the size that an option was given
 * @option: its name for messages
 * @text: its argument; what is not a size ends the program
 */
uint64_t args_size(const char *option, const char *text)
{
	uint64_t bytes;

	switch (size_parse(text, &bytes)) {
	case 0:
		return bytes;
	case -ERANGE:
		args_usage_fail("%s: %s is too large: at most 16E - 1 bytes", option, text);
	}
	args_usage_fail("%s: \"%s\" is not a size; give a whole number of bytes, or one with "
			"K, M, G, T, P or E (KiB, ...: powers of 1024)", option, text);
}

/**
 * args_seconds - the time that an option was given, in milliseconds
 * @option: its name for messages
 * @text: its argument; what is not a time ends the program
 */
uint32_t args_seconds(const char *option, const char *text)
{
	uint32_t ms;

	switch (duration_parse(text, &ms)) {
	case 0:
		return ms;
	case -ERANGE:
		args_usage_fail("%s: %s is too long: at most 4294967 seconds", option, text);
	}
	args_usage_fail("%s: \"%s\" is no time; give seconds, as 90 or 0.5", option, text);
}

/**
 * args_number - the whole number that an option was given
 * @option: its name for messages
 * @text: its argument; what is not a number ends the program
 */
long args_number(const char *option, const char *text)
{
	char *end;
	long value;

	errno = 0;
	value = strtol(text, &end, 10);
	if (end == text || *end || errno)
		args_usage_fail("%s: \"%s\" is not a whole number", option, text);
	return value;
}

/**
 * args_id - whether a text is an id: a number above 0, perhaps with a # before it
 * @text: the text
 * @id: out: the id
 */
bool args_id(const char *text, uint64_t *id)
{
	const char *digits = text + (*text == '#');
	char *end;

	if (*digits < '0' || *digits > '9')
		return false;
	errno = 0;
	*id = strtoull(digits, &end, 10);
	return !*end && !errno && *id;
}
