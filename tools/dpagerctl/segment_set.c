// SPDX-License-Identifier: GPL-2.0
/* dpagerctl segment drain|reserve|use */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

#include "args.h"
#include "call.h"
#include "commands.h"
#include "segment.h"

static const struct option long_options[] = {
	ARGS_LONG, { NULL, 0, NULL, 0 }
};

#define OPERANDS \
	"\nSTORE is a name, an id, or '#' and an id; SEGMENT is an id, or the path of a device\n" \
	"or file that holds one segment of the store."

#define SYNTAX(word, text) { \
	.synopsis = "segment " word " [options] STORE SEGMENT", \
	.about = text OPERANDS, \
	.short_options = ARGS_SHORT, \
	.long_options = long_options, \
	.min = 2, \
	.max = 2, \
}

/**
 * struct change - a state that a segment can be put in
 * @syntax: what its command accepts
 * @set: DPAGER_SEGMENT_* that it gets
 * @clear: those that it loses
 * @what: what is done, as in "cannot ... segment 1"
 * @done: what is said of the segment then
 */
struct change {
	struct syntax syntax;
	uint32_t set;
	uint32_t clear;
	const char *what;
	const char *done;
};

static const struct change drain = {
	.syntax = SYNTAX("drain", "Place nothing new on a segment: it empties as its pages are "
			 "rewritten or\nfreed; nothing is moved for that. \"segment use\" ends "
			 "it."),
	.set = DPAGER_SEGMENT_DRAINING,
	.what = "drain",
	.done = "gets nothing new from now on",
};

static const struct change reserve = {
	.syntax = SYNTAX("reserve", "Use a segment only when all others that an object may use are "
			 "full.\n\"segment use\" ends it."),
	.set = DPAGER_SEGMENT_RESERVE,
	.clear = DPAGER_SEGMENT_DRAINING,
	.what = "reserve",
	.done = "is used when all others are full",
};

static const struct change use = {
	.syntax = SYNTAX("use", "Use a segment as any other again: it is neither drained nor kept "
			 "in reserve."),
	.clear = DPAGER_SEGMENT_DRAINING | DPAGER_SEGMENT_RESERVE,
	.what = "use",
	.done = "is used as any other",
};

static int run(int argc, char **argv, const struct change *change)
{
	struct dpager_set_segment set = {
		.size = sizeof(set),
		.set = change->set,
		.clear = change->clear,
	};
	struct dpager_store_open opened;
	int store;

	args_only_common(argc, argv, &change->syntax);
	store = call_store(call_pager(O_RDWR), argv[optind], &opened);
	set.id = segment_id(store, opened.name, argv[optind + 1]);
	if (call_try(store, DPAGER_IOC_SET_SEGMENT, &set)) {
		if (errno == ENOENT)
			segment_missing(opened.name, set.id);
		call_fail(&set, "%s segment %llu of store \"%s\"", change->what,
			  (unsigned long long)set.id, opened.name);
	}
	printf("segment %llu of store \"%s\" %s\n", (unsigned long long)set.id, opened.name,
	       change->done);
	return EXIT_OK;
}

/**
 * segment_drain - the command
 * @argc: number of arguments
 * @argv: the arguments
 *
 * Returns the exit code.
 */
int segment_drain(int argc, char **argv)
{
	return run(argc, argv, &drain);
}

/**
 * segment_reserve - the command
 * @argc: number of arguments
 * @argv: the arguments
 *
 * Returns the exit code.
 */
int segment_reserve(int argc, char **argv)
{
	return run(argc, argv, &reserve);
}

/**
 * segment_use - the command
 * @argc: number of arguments
 * @argv: the arguments
 *
 * Returns the exit code.
 */
int segment_use(int argc, char **argv)
{
	return run(argc, argv, &use);
}
