// SPDX-License-Identifier: GPL-2.0
/* dpagerctl segment resize */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "args.h"
#include "call.h"
#include "commands.h"
#include "digits.h"
#include "evacuate.h"
#include "segment.h"
#include "size.h"

#define AS_FAR_AS_IT_GOES	0	/* as the call has it */
#define LESS			'\1'	/* stands for the minus of an operand, see minus_hide() */

static const struct option long_options[] = {
	EVACUATE_LONG, ARGS_LONG, { NULL, 0, NULL, 0 }
};

static const struct syntax syntax = {
	.synopsis = "segment resize [options] STORE SEGMENT SIZE|+SIZE|-SIZE|max",
	.about = "Make a segment as large as SIZE, or by so much larger or smaller, or as large\n"
		 "as its device or file allows now (max). Its end moves, while it is in use;\n"
		 "pages behind a new end are moved elsewhere first, to the rest of the segment,\n"
		 "too.\n"
		 "STORE is a name, an id, or '#' and an id; SEGMENT is an id, or the path of a\n"
		 "device or file that holds one segment of the store.",
	.options = EVACUATE_HELP,
	.short_options = EVACUATE_SHORT ARGS_SHORT,
	.long_options = long_options,
	.min = 3,
	.max = 3,
};

/* -16M is no option, although getopt would take it for some. */
static void minus_hide(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc && strcmp(argv[i], "--"); i++)
		if (argv[i][0] == '-' && digits_is(argv[i][1]))
			argv[i][0] = LESS;
}

static uint64_t less(const char *text, uint64_t now)
{
	uint64_t bytes = args_size("-SIZE", text);
	char has[SIZE_TEXT], by[SIZE_TEXT];

	if (bytes < now)
		return now - bytes;
	size_print(has, sizeof(has), now);
	size_print(by, sizeof(by), bytes);
	args_fail("the segment has %s, so it cannot be smaller by %s; remove it instead "
		  "(\"dpagerctl segment remove\")", has, by);
}

static uint64_t more(const char *text, uint64_t now)
{
	uint64_t bytes;

	if (__builtin_add_overflow(now, args_size("+SIZE", text), &bytes))
		args_fail("+SIZE: %s", explain(EOVERFLOW, DPAGER_DETAIL_OVERFLOW));
	return bytes;
}

static uint64_t wanted(const char *text, uint64_t now)
{
	if (!strcmp(text, "max"))
		return AS_FAR_AS_IT_GOES;
	if (*text == LESS || *text == '-')
		return less(text + 1, now);
	if (*text == '+')
		return more(text + 1, now);
	return args_size("SIZE", text);
}

/* Wrong usage is told before anything is tried. */
static void check(const char *text)
{
	bool is_sign = *text == LESS || *text == '-' || *text == '+';

	if (strcmp(text, "max") && !args_size("SIZE", text + is_sign))
		args_usage_fail("SIZE: 0 is none; to remove the segment say \"dpagerctl segment "
				"remove\", to make it as large as can be give max");
}

static _Noreturn void resize_fail(const struct evacuation *evacuation, const char *store,
				  uint64_t id)
{
	switch (errno) {
	case ENOENT:
		segment_missing(store, id);
	case ENXIO:
		args_fail("cannot %s: its device or file ends before that; give a smaller SIZE, or "
			  "max", evacuation->what);
	case EOPNOTSUPP:
		args_fail("cannot %s: a segment in a file does not grow; add another file",
			  evacuation->what);
	}
	evacuate_fail(evacuation);
}

static void describe(struct evacuation *evacuation, uint64_t bytes, const char *store)
{
	char size[SIZE_TEXT + 16] = "all that its device or file has";

	if (bytes != AS_FAR_AS_IT_GOES)
		size_print(size, sizeof(size), bytes);
	snprintf(evacuation->what, sizeof(evacuation->what),
		 "resize segment %llu of store \"%s\" to %s",
		 (unsigned long long)evacuation->segment, store, size);
}

/**
 * segment_resize - the command
 * @argc: number of arguments
 * @argv: the arguments
 *
 * Returns the exit code.
 */
int segment_resize(int argc, char **argv)
{
	struct dpager_resize_segment resize = { .size = sizeof(resize) };
	struct evacuation evacuation = {
		.request = DPAGER_IOC_RESIZE_SEGMENT,
		.head = (struct call_head *)&resize,
		.how = &resize.evacuate,
	};
	struct dpager_segment_entry entry;
	struct dpager_store_open opened;
	char size[SIZE_TEXT];

	minus_hide(argc, argv);
	evacuate_options(argc, argv, &syntax);
	check(argv[optind + 2]);
	evacuate_store(&evacuation, argv[optind], &opened);
	resize.id = segment_id(evacuation.store, opened.name, argv[optind + 1]);
	segment_get(evacuation.store, opened.name, resize.id, &entry);
	resize.bytes = wanted(argv[optind + 2],
			      size_of_pages(entry.pages, evacuation.page_size));
	evacuation.segment = resize.id;
	describe(&evacuation, resize.bytes, opened.name);
	if (evacuate(&evacuation))
		resize_fail(&evacuation, opened.name, resize.id);
	size_print(size, sizeof(size), size_of_pages(resize.pages, evacuation.page_size));
	snprintf(evacuation.done, sizeof(evacuation.done),
		 "segment %llu of store \"%s\" has %s now", (unsigned long long)resize.id,
		 opened.name, size);
	evacuate_tell(&evacuation);
	return EXIT_OK;
}
