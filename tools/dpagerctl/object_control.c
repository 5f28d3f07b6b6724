// SPDX-License-Identifier: GPL-2.0
/* dpagerctl object out|in|drop */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>

#include "args.h"
#include "call.h"
#include "commands.h"
#include "object_open.h"
#include "size.h"

enum {
	OPTION_OFFSET = 0x200,
	OPTION_LENGTH,
};

#define RANGE_LONG \
	{ "offset", required_argument, NULL, OPTION_OFFSET }, \
	{ "length", required_argument, NULL, OPTION_LENGTH }
#define RANGE_HELP \
	"     --offset SIZE    where to begin in the object, default 0\n" \
	"     --length SIZE    how much of it, default all up to its end\n"

static const struct option range_options[] = {
	RANGE_LONG, ARGS_LONG, { NULL, 0, NULL, 0 }
};

static const struct option drop_options[] = {
	RANGE_LONG, { "yes", no_argument, NULL, 'y' }, ARGS_LONG, { NULL, 0, NULL, 0 }
};

/**
 * struct operation - an operation on a range of an object
 * @syntax: what its command accepts
 * @number: DPAGER_CONTROL_*
 * @open_flags: of the descriptor that it needs
 * @sure: whether --yes must be given
 * @what: what is done, as in "cannot ..."
 * @done: what is said of the object when it is done
 * @unit: what is counted
 * @counted: what became of these
 * @no_space: what became of the others on ENOSPC, and what to do; or NULL
 * @io: the same on EIO
 */
struct operation {
	struct syntax syntax;
	uint32_t number;
	uint32_t open_flags;
	bool sure;
	const char *what;
	const char *done;
	const char *unit;
	const char *counted;
	const char *no_space;
	const char *io;
};

static const struct operation page_out = {
	.syntax = {
		.synopsis = "object out [options] ID",
		.about = "Write an object, or a part of it, to stores, and free the memory that it "
			 "takes.\nWhat somebody holds there (mlock, direct I/O, ...) stays.",
		.options = RANGE_HELP,
		.short_options = ARGS_SHORT,
		.long_options = range_options,
		.min = 1,
		.max = 1,
	},
	.number = DPAGER_CONTROL_PAGE_OUT,
	.open_flags = DPAGER_OBJECT_RDONLY,
	.what = "page out",
	.done = "paged out",
	.unit = "page",
	.counted = "written",
	.no_space = "some found no free slot and stay in memory; add a segment (\"dpagerctl "
		    "segment add\") to a store that it may use (\"dpagerctl object show\") and "
		    "try again",
	.io = "some could not be written and stay in memory; look at \"dmesg\", and try again: "
	      "they go elsewhere then, where there is room",
};

static const struct operation page_in = {
	.syntax = {
		.synopsis = "object in [options] ID",
		.about = "Read what is paged out of an object, or of a part of it, to memory.",
		.options = RANGE_HELP,
		.short_options = ARGS_SHORT,
		.long_options = range_options,
		.min = 1,
		.max = 1,
	},
	.number = DPAGER_CONTROL_PAGE_IN,
	.open_flags = DPAGER_OBJECT_RDONLY,
	.what = "page in",
	.done = "paged in",
	.unit = "page",
	.counted = "read",
	.io = "some could not be read; look at \"dmesg\" and try again; programs that touch "
	      "them get SIGBUS",
};

static const struct operation drop = {
	.syntax = {
		.synopsis = "object drop --yes [options] ID",
		.about = "Forget what an object, or a part of it, holds. The data are lost: "
			 "programs that\nuse the object read zeros from then on.",
		.options = RANGE_HELP
			   " -y, --yes            must be given: there is no way back\n",
		.short_options = "y" ARGS_SHORT,
		.long_options = drop_options,
		.min = 1,
		.max = 1,
	},
	.number = DPAGER_CONTROL_DROP,
	.sure = true,
	.what = "drop",
	.done = "dropped",
	.unit = "slot",
	.counted = "freed",
};

/* For the call a length of 0 is all; a script that computes 0 hardly means that. */
static uint64_t parse_length(const char *text)
{
	uint64_t length = args_size("--length", text);

	if (!length)
		args_usage_fail("--length: 0 is no range; leave it out for all up to the object's "
				"end");
	return length;
}

static void parse(int argc, char **argv, const struct operation *operation,
		  struct dpager_object_control *control)
{
	bool sure = false;
	int option;

	while ((option = args_next(argc, argv, &operation->syntax)) != -1) {
		if (option == OPTION_OFFSET)
			control->offset = args_size("--offset", optarg);
		else if (option == OPTION_LENGTH)
			control->length = parse_length(optarg);
		else
			sure = true;
	}
	if (operation->sure && !sure)
		args_usage_fail("what is dropped is lost, and programs that use it read zeros; "
				"give --yes if this is what you want");
}

/* What to say of the rest of the range when some of it may be done; NULL: none is. */
static const char *rest(const struct operation *operation)
{
	switch (errno) {
	case ENOSPC:
		return operation->no_space;
	case EIO:
		return operation->io;
	case EINTR:
		return "a signal came before the end; the same command goes on with the rest";
	}
	return NULL;
}

static _Noreturn void control_fail(const struct operation *operation, unsigned long long id,
				   const struct dpager_object_control *control,
				   unsigned long long bytes, uint64_t page_size)
{
	const char *text = rest(operation);
	char counted[SIZE_PAGES_TEXT];

	if (text)
		args_fail("cannot %s object %llu: %s %s, but %s", operation->what, id,
			  size_print_pages(counted, sizeof(counted), control->pages,
					   operation->unit, page_size),
			  operation->counted, text);
	if (errno == ENXIO || errno == EOVERFLOW)
		args_fail("cannot %s object %llu: the range ends behind its %llu bytes; give a "
			  "smaller --offset or --length", operation->what, id, bytes);
	call_fail(control, "%s object %llu", operation->what, id);
}

/* Not call_try(): what was done before a signal is told. */
static int run(int argc, char **argv, const struct operation *operation)
{
	struct dpager_object_control control = {
		.size = sizeof(control),
		.operation = operation->number,
	};
	struct dpager_info info;
	char counted[SIZE_PAGES_TEXT];
	uint64_t id, bytes;
	int pager, object;

	parse(argc, argv, operation, &control);
	id = object_id(argv[optind]);
	pager = call_pager(O_RDWR);
	call_info(pager, &info);
	object = object_open(pager, id, operation->open_flags, &bytes);
	if (ioctl(object, DPAGER_IOC_OBJECT_CONTROL, &control) < 0)
		control_fail(operation, id, &control, bytes, info.page_size);
	printf("object %llu %s: %s %s\n", (unsigned long long)id, operation->done,
	       size_print_pages(counted, sizeof(counted), control.pages, operation->unit,
				info.page_size), operation->counted);
	return EXIT_OK;
}

/**
 * object_out - the command
 * @argc: number of arguments
 * @argv: the arguments
 *
 * Returns the exit code.
 */
int object_out(int argc, char **argv)
{
	return run(argc, argv, &page_out);
}

/**
 * object_in - the command
 * @argc: number of arguments
 * @argv: the arguments
 *
 * Returns the exit code.
 */
int object_in(int argc, char **argv)
{
	return run(argc, argv, &page_in);
}

/**
 * object_drop - the command
 * @argc: number of arguments
 * @argv: the arguments
 *
 * Returns the exit code.
 */
int object_drop(int argc, char **argv)
{
	return run(argc, argv, &drop);
}
