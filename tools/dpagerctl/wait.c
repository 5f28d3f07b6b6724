// SPDX-License-Identifier: GPL-2.0
/* dpagerctl wait */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "args.h"
#include "call.h"
#include "commands.h"
#include "duration.h"
#include "size.h"

#define LOOK_MS		100	/* how often to look */
#define IDLE_MS		1000	/* so long has nothing moved */

enum {
	OPTION_FREE = 0x200,
	OPTION_IDLE,
	OPTION_NO_OBJECTS,
	OPTION_STORE,
	OPTION_TIMEOUT,
};

static const struct option long_options[] = {
	{ "free", required_argument, NULL, OPTION_FREE },
	{ "idle", no_argument, NULL, OPTION_IDLE },
	{ "no-objects", no_argument, NULL, OPTION_NO_OBJECTS },
	{ "store", required_argument, NULL, OPTION_STORE },
	{ "timeout", required_argument, NULL, OPTION_TIMEOUT },
	ARGS_LONG, { NULL, 0, NULL, 0 }
};

static const struct syntax syntax = {
	.synopsis = "wait [--store STORE] [--timeout SEC] --free SIZE|--idle|--no-objects",
	.about = "Wait until there is so much free space, until pages have not moved for a\n"
		 "second, or until there is no object.",
	.options = "     --free SIZE      wait until so many bytes are free\n"
		   "     --idle           wait until no page was read or written for a second\n"
		   "     --no-objects     wait until there is no object; with --store, none that is\n"
		   "                      confined to it, of those that you may see\n"
		   "     --store STORE    look at this store only: a name, an id, or '#' and an id\n"
		   "     --timeout SEC    give up after so many seconds; 0: look once\n",
	.exits = "  3  it was not so before the time of --timeout was over\n",
	.short_options = ARGS_SHORT,
	.long_options = long_options,
};

/**
 * struct wait - what is waited for
 * @condition: OPTION_FREE, _IDLE or _NO_OBJECTS
 * @bytes: for OPTION_FREE: so many
 * @store_name: of --store, or NULL
 * @timed: whether there is a time limit
 * @timeout_ms: then: the limit
 * @pager: the pager
 * @store_id: of --store, or 0
 * @store: its descriptor, for OPTION_IDLE
 * @pages: for OPTION_IDLE: pages moved until the last look
 * @since: when they did
 * @now: what is so now, for the message when the time is over
 */
struct wait {
	int condition;
	uint64_t bytes;
	const char *store_name;
	bool timed;
	uint32_t timeout_ms;
	int pager;
	uint64_t store_id;
	int store;
	uint64_t pages;
	uint64_t since;
	char now[64];
};

static void condition_option(int option, struct wait *wait)
{
	if (wait->condition)
		args_usage_fail("--free, --idle and --no-objects do not go together: wait for one, "
				"then for the other");
	wait->condition = option;
	if (option == OPTION_FREE)
		wait->bytes = args_size("--free", optarg);
}

static void parse(int argc, char **argv, struct wait *wait)
{
	int option;

	while ((option = args_next(argc, argv, &syntax)) != -1) {
		if (option == OPTION_STORE) {
			wait->store_name = optarg;
		} else if (option == OPTION_TIMEOUT) {
			wait->timeout_ms = args_seconds("--timeout", optarg);
			wait->timed = true;
		} else {
			condition_option(option, wait);
		}
	}
	if (!wait->condition)
		args_usage_fail("what for? Give --free SIZE, --idle or --no-objects");
}

static void begin(struct wait *wait)
{
	struct dpager_store_open opened;

	wait->pager = call_pager_most();
	wait->since = duration_now();
	wait->pages = UINT64_MAX;
	if (!wait->store_name)
		return;
	wait->store_id = call_store_listed(wait->pager, wait->store_name);
	if (wait->condition == OPTION_IDLE)
		wait->store = call_store(wait->pager, wait->store_name, &opened);
}

static bool is_free(struct wait *wait)
{
	struct dpager_store_entry entry;
	struct dpager_info info;
	char text[SIZE_TEXT];
	uint64_t bytes;

	if (!wait->store_id) {
		call_info(wait->pager, &info);
		bytes = info.free;
	} else if (call_store_entry(wait->pager, wait->store_id, &entry)) {
		bytes = entry.free;
	} else {
		args_fail("store \"%s\" was deleted meanwhile", wait->store_name);
	}
	size_print(text, sizeof(text), bytes);
	snprintf(wait->now, sizeof(wait->now), "%s free", text);
	return bytes >= wait->bytes;
}

/* Pages moved so far, those that are on their way as well. */
static uint64_t pages_moved(const struct wait *wait, bool *busy)
{
	struct dpager_store_info store = {
		.size = sizeof(store),
		.flavor = DPAGER_STORE_INFO_BASIC,
	};
	struct dpager_info info;

	*busy = false;
	if (wait->store_id) {
		call(wait->store, DPAGER_IOC_STORE_INFO, &store, "show store \"%s\"",
		     wait->store_name);
		return store.pages_in + store.pages_out;
	}
	call_info(wait->pager, &info);
	*busy = info.writeback;
	return info.pages_in + info.pages_out;
}

static bool is_idle(struct wait *wait)
{
	uint64_t now = duration_now(), pages;
	bool busy;

	pages = pages_moved(wait, &busy);
	if (busy || pages != wait->pages) {
		wait->pages = pages;
		wait->since = now;
	}
	snprintf(wait->now, sizeof(wait->now), "pages are moving");
	return now - wait->since >= IDLE_MS;
}

static uint64_t objects_confined(const struct wait *wait)
{
	struct dpager_object_entry *objects;
	uint64_t confined = 0;
	size_t count, i;

	objects = call_list(wait->pager, DPAGER_IOC_OBJECTS, sizeof(*objects), &count, "objects");
	for (i = 0; i < count; i++)
		confined += objects[i].store == wait->store_id;
	free(objects);
	return confined;
}

static bool is_without_objects(struct wait *wait)
{
	struct dpager_info info;
	uint64_t objects;

	if (wait->store_id) {
		objects = objects_confined(wait);
	} else {
		call_info(wait->pager, &info);
		objects = info.objects;
	}
	snprintf(wait->now, sizeof(wait->now), "%llu object%s", (unsigned long long)objects,
		 objects == 1 ? "" : "s");
	return !objects;
}

static bool is_so(struct wait *wait)
{
	switch (wait->condition) {
	case OPTION_FREE:
		return is_free(wait);
	case OPTION_IDLE:
		return is_idle(wait);
	}
	return is_without_objects(wait);
}

/**
 * wait_command - the command
 * @argc: number of arguments
 * @argv: the arguments
 *
 * Returns the exit code.
 */
int wait_command(int argc, char **argv)
{
	const struct timespec look = { .tv_nsec = LOOK_MS * 1000000L };
	struct wait wait = { .condition = 0 };
	uint64_t started = duration_now();

	parse(argc, argv, &wait);
	begin(&wait);
	while (!is_so(&wait)) {
		if (wait.timed && duration_now() - started >= wait.timeout_ms) {
			fprintf(stderr, "%s: the time of --timeout is over: %s\n",
				program_invocation_short_name, wait.now);
			return EXIT_NOT_SO;
		}
		nanosleep(&look, NULL);
	}
	return EXIT_OK;
}
