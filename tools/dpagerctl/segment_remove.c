// SPDX-License-Identifier: GPL-2.0
/* dpagerctl segment remove, or evacuate */
#include <errno.h>
#include <stdio.h>

#include "args.h"
#include "call.h"
#include "commands.h"
#include "evacuate.h"
#include "segment.h"

static const struct option long_options[] = {
	EVACUATE_LONG, ARGS_LONG, { NULL, 0, NULL, 0 }
};

#define ABOUT \
	"Take a segment from a store and release its device or file. Pages of objects that\n" \
	"are on it are moved elsewhere first; the objects stay in use meanwhile. STORE is a\n" \
	"name, an id, or '#' and an id; SEGMENT is an id, or the path of a device or file\n" \
	"that holds one segment of the store."

static const struct syntax syntax = {
	.synopsis = "segment remove [options] STORE SEGMENT",
	.about = ABOUT,
	.options = EVACUATE_HELP,
	.short_options = EVACUATE_SHORT ARGS_SHORT,
	.long_options = long_options,
	.min = 2,
	.max = 2,
};

static const struct syntax alone_syntax = {
	.synopsis = "evacuate [options] STORE SEGMENT",
	.about = ABOUT "\nThe same as \"segment remove\".",
	.options = EVACUATE_HELP,
	.short_options = EVACUATE_SHORT ARGS_SHORT,
	.long_options = long_options,
	.min = 2,
	.max = 2,
};

static int run(int argc, char **argv, const struct syntax *wanted)
{
	struct dpager_remove_segment remove = { .size = sizeof(remove) };
	struct evacuation evacuation = {
		.request = DPAGER_IOC_REMOVE_SEGMENT,
		.head = (struct call_head *)&remove,
		.how = &remove.evacuate,
	};
	struct dpager_store_open opened;
	unsigned long long id;

	evacuate_options(argc, argv, wanted);
	evacuate_store(&evacuation, argv[optind], &opened);
	remove.id = segment_id(evacuation.store, opened.name, argv[optind + 1]);
	evacuation.segment = id = remove.id;
	snprintf(evacuation.what, sizeof(evacuation.what), "remove segment %llu of store \"%s\"",
		 id, opened.name);
	snprintf(evacuation.done, sizeof(evacuation.done), "segment %llu removed from store \"%s\"",
		 id, opened.name);
	if (!evacuate(&evacuation)) {
		evacuate_tell(&evacuation);
		return EXIT_OK;
	}
	if (errno == ENOENT)
		segment_missing(opened.name, id);
	evacuate_fail(&evacuation);
}

/**
 * segment_remove - the command
 * @argc: number of arguments
 * @argv: the arguments
 *
 * Returns the exit code.
 */
int segment_remove(int argc, char **argv)
{
	return run(argc, argv, &syntax);
}

/**
 * evacuate_command - the command, by the name of what it does first
 * @argc: number of arguments
 * @argv: the arguments
 *
 * Returns the exit code.
 */
int evacuate_command(int argc, char **argv)
{
	return run(argc, argv, &alone_syntax);
}
