// SPDX-License-Identifier: GPL-2.0
/* dpagerctl check */
#include <errno.h>
#include <stdio.h>
#include <time.h>

#include "args.h"
#include "call.h"
#include "commands.h"
#include "duration.h"

#define PAUSE_MS	50
#define PATIENCE_MS	5000

struct check_row {
	struct dpager_check check;
	const char *books;
};

#define FIELD(field, name, kind, help)	COLUMN(struct check_row, field, name, kind, true, help)

static const struct column columns[] = {
	FIELD(books, "BOOKS", CELL_TEXT, "balanced, or wrong"),
	FIELD(check.wrong, "WRONG", CELL_COUNT, "figures that are wrong; \"dmesg\" has them"),
	FIELD(check.objects, "OBJECTS", CELL_COUNT, "objects looked at"),
	FIELD(check.slots_used, "SLOTS-USED", CELL_COUNT, "slots in use by the segments' counts"),
	FIELD(check.slots_set, "SLOTS-SET", CELL_COUNT, "by their bitmaps"),
	FIELD(check.slots_mapped, "SLOTS-MAPPED", CELL_COUNT, "by the objects' page maps"),
	{ .name = NULL }
};

enum {
	OPTION_TIMEOUT = 0x200,
};

static const struct option long_options[] = {
	{ "timeout", required_argument, NULL, OPTION_TIMEOUT },
	TABLE_LONG, ARGS_LONG, { NULL, 0, NULL, 0 }
};

static const struct syntax syntax = {
	.synopsis = "check [options]",
	.about = "Have the module compare its books: bitmaps and counts of segments, page maps of\n"
		 "objects, quotas. While pages move it cannot tell and looks again.",
	.options = "     --timeout SEC    give up when it is not at rest for so long, default 5\n",
	.exits = "  3  the books are wrong; the kernel's log (\"dmesg\") says where\n",
	.columns = columns,
	.short_options = TABLE_SHORT ARGS_SHORT,
	.long_options = long_options,
};

static void pause_ms(long ms)
{
	const struct timespec pause = { .tv_nsec = ms * 1000000 };

	nanosleep(&pause, NULL);
}

/* Returns what it ends with: 0 or -1 with errno. */
static int ask(int pager, struct dpager_check *check, uint32_t patience_ms)
{
	uint64_t begin = duration_now();
	int ret;

	for (;;) {
		*check = (struct dpager_check){ .size = sizeof(*check) };
		ret = call_try(pager, DPAGER_IOC_CHECK, check);
		if (!ret || errno != EAGAIN || duration_now() - begin >= patience_ms)
			return ret;
		pause_ms(PAUSE_MS);
	}
}

/**
 * check_command - the command
 * @argc: number of arguments
 * @argv: the arguments
 *
 * Returns the exit code.
 */
int check_command(int argc, char **argv)
{
	struct check_row row = { .books = "balanced" };
	uint32_t patience_ms = PATIENCE_MS;
	struct table *table;
	bool wrong;

	while (args_next(argc, argv, &syntax) != -1)
		patience_ms = args_seconds("--timeout", optarg);
	wrong = ask(call_pager_most(), &row.check, patience_ms);
	if (wrong && errno == EAGAIN)
		args_fail("cannot tell: something changed each time while it looked; try again "
			  "when less is going on, or give it more time with --timeout");
	if (wrong && errno != EUCLEAN)
		call_fail(&row.check, "check the books");
	if (wrong)
		row.books = "wrong";
	table = table_new("check", columns, TABLE_FIELDS);
	table_add(table, &row);
	table_print(table);
	return wrong ? EXIT_NOT_SO : EXIT_OK;
}
